"""The index: which mail is about which order, and the queue. Derived; no personal data; rebuilt at will."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, text

from a2z_defense.base.instants import utc_text
from a2z_defense.model.mail import MailRead
from a2z_defense.model.queue import QuarantineRow, QueueRow
from a2z_defense.store.queue import queue_row
from a2z_defense.store.store import Store, instant

CASE = "case:"
"""Begins a reference that is no Message-ID: the case of a buyer's relay alias, which all mails of one matter carry."""


@dataclass(frozen=True)
class IndexedMail:
    evidence: str
    kind: str
    trust: str
    trust_why: str
    sent_at: dt.datetime | None


def to_index(connection: Connection, *, again: bool = False) -> list[str]:
    """Evidence ids of mails that no reader has looked at yet, oldest first; with `again`, of every mail."""
    fresh = "" if again else " AND id NOT IN (SELECT evidence FROM mail_index)"
    query = f"SELECT id FROM evidence WHERE kind = 'mail' AND blob IS NOT NULL{fresh} ORDER BY seq"  # noqa: S608
    return list(connection.execute(text(query)).scalars())


def put_mail(store: Store, connection: Connection, evidence_id: str, read: MailRead) -> None:
    """Index what a mail is about; names, addresses and ids of messages only as keyed digests."""
    connection.execute(
        text(
            "INSERT OR REPLACE INTO mail_index"
            " (evidence, kind, trust, trust_why, sent_at, message_key, content_key, alias_key)"
            " VALUES (:evidence, :kind, :trust, :trust_why, :sent_at, :message_key, :content_key, :alias_key)"
        ),
        {
            "evidence": evidence_id,
            "kind": read.kind.value,
            "trust": read.trust.value,
            "trust_why": read.trust_why,
            "sent_at": utc_text(read.sent_at) if read.sent_at else None,
            "message_key": store.key(f"message {read.message_id}") if read.message_id else None,
            "content_key": store.key(f"content {read.content_key}"),
            "alias_key": alias_key(store, read.alias) if read.alias else None,
        },
    )
    for order_id in read.order_ids:
        connection.execute(
            text("INSERT OR IGNORE INTO mail_order (evidence, order_id) VALUES (:evidence, :order_id)"),
            {"evidence": evidence_id, "order_id": order_id},
        )
    keys = [store.key(f"message {reference}") for reference in read.references]
    if read.alias and read.alias_case:
        keys.append(CASE + store.key(f"case {read.alias}+{read.alias_case}"))
    for key in keys:
        connection.execute(
            text("INSERT INTO mail_reference (evidence, message_key) VALUES (:evidence, :key)"),
            {"evidence": evidence_id, "key": key},
        )


def alias_key(store: Store, alias: str) -> str:
    """The index key of a buyer's relay alias."""
    return store.key(f"alias {alias}")


def alias_keys(connection: Connection, evidence: Sequence[str]) -> set[str]:
    """The index keys of the aliases of these mails."""
    query = text("SELECT alias_key FROM mail_index WHERE alias_key IS NOT NULL AND evidence IN :evidence").bindparams(
        bindparam("evidence", expanding=True)
    )
    return set(connection.execute(query, {"evidence": list(evidence)}).scalars())


def mails_of_order(connection: Connection, order_id: str) -> list[str]:
    """Evidence ids of mails that name the order."""
    return list(
        connection.execute(
            text("SELECT evidence FROM mail_order WHERE order_id = :order_id ORDER BY evidence"),
            {"order_id": order_id},
        ).scalars()
    )


def mails_without_order(connection: Connection, alias_keys: Iterable[str], evidence: Sequence[str]) -> list[str]:
    """Evidence ids of mails that name no order, by the aliases given or answering one of the mails given: all that is
    not told apart. A mail whose case, or else the mail that it answers, belongs to another order is left out."""
    query = text(
        "SELECT evidence FROM mail_index WHERE evidence NOT IN (SELECT evidence FROM mail_order)"
        " AND (alias_key IN :aliases OR evidence IN"
        "  (SELECT r.evidence FROM mail_reference r JOIN mail_index m ON m.message_key = r.message_key"
        "   WHERE m.evidence IN :mails)) ORDER BY evidence"
    ).bindparams(bindparam("aliases", expanding=True), bindparam("mails", expanding=True))
    found = list(connection.execute(query, {"aliases": list(alias_keys), "mails": list(evidence)}).scalars())
    ours = set(evidence)
    cases, answered = _of_the_same_case(connection, found), _answered(connection, found)
    told = {mail: cases.get(mail) or answered.get(mail) for mail in found}
    return [mail for mail, others in told.items() if others is None or others & ours]


def _of_the_same_case(connection: Connection, mails: Sequence[str]) -> dict[str, set[str]]:
    """Mail -> mails of the same case of the same alias that name an order; only for mails that have some."""
    return _related(
        connection,
        "SELECT r.evidence, o.evidence AS other FROM mail_reference r JOIN mail_reference s USING (message_key)"
        " JOIN mail_order o ON o.evidence = s.evidence WHERE r.message_key LIKE 'case:%' AND r.evidence IN :mails",
        mails,
    )


def _answered(connection: Connection, mails: Sequence[str]) -> dict[str, set[str]]:
    """Mail -> mails that name an order and that it answers; only for mails that have some."""
    return _related(
        connection,
        "SELECT r.evidence, o.evidence AS other FROM mail_reference r JOIN mail_index m USING (message_key)"
        " JOIN mail_order o ON o.evidence = m.evidence WHERE r.evidence IN :mails",
        mails,
    )


def _related(connection: Connection, query: str, mails: Sequence[str]) -> dict[str, set[str]]:
    related: dict[str, set[str]] = {}
    for row in connection.execute(text(query).bindparams(bindparam("mails", expanding=True)), {"mails": list(mails)}):
        related.setdefault(row.evidence, set()).add(row.other)
    return related


def mails_of_kinds(connection: Connection, kinds: Iterable[str]) -> list[tuple[IndexedMail, str]]:
    """Mails of those kinds with each order that they name, in order of time; purged ones open and end nothing."""
    query = text(
        "SELECT m.*, o.order_id FROM mail_index m JOIN mail_order o USING (evidence)"
        " JOIN evidence e ON e.id = m.evidence AND e.purged_at IS NULL"
        " WHERE m.kind IN :kinds ORDER BY coalesce(m.sent_at, ''), m.evidence"
    ).bindparams(bindparam("kinds", expanding=True))
    return [
        (IndexedMail(row.evidence, row.kind, row.trust, row.trust_why, instant(row.sent_at)), row.order_id)
        for row in connection.execute(query, {"kinds": list(kinds)})
    ]


def mails_in_quarantine(connection: Connection, kinds: Iterable[str]) -> list[tuple[str, str | None]]:
    """Evidence ids of quarantined mails of those kinds that are not purged, with the first order that each names."""
    query = text(
        "SELECT m.evidence, min(o.order_id) AS order_id FROM mail_index m LEFT JOIN mail_order o USING (evidence)"
        " JOIN evidence e ON e.id = m.evidence AND e.purged_at IS NULL"
        " WHERE m.trust = 'quarantined' AND m.kind IN :kinds GROUP BY m.evidence ORDER BY m.evidence"
    ).bindparams(bindparam("kinds", expanding=True))
    return [(row.evidence, row.order_id) for row in connection.execute(query, {"kinds": list(kinds)})]


def mail_span(connection: Connection) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The dates of the oldest and the newest mail looked at."""
    row = connection.execute(text("SELECT min(sent_at) AS first, max(sent_at) AS last FROM mail_index")).one()
    return instant(row.first), instant(row.last)


def put_row(connection: Connection, row: QueueRow) -> None:
    """Put a claim's row in the queue, in place of an older one."""
    values = asdict(row)
    values["clocks"] = json.dumps([[kind, utc_text(at)] for kind, at in row.clocks])
    values["tags"] = json.dumps(row.tags)
    for key, value in values.items():
        if isinstance(value, dt.datetime):
            values[key] = utc_text(value)
        elif isinstance(value, bool):
            values[key] = int(value)
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT OR REPLACE INTO queue ({names}) VALUES ({places})"), values)  # noqa: S608


def put_quarantine(connection: Connection, row: QuarantineRow) -> None:
    """List a quarantined notice, with the deadline that it would have."""
    connection.execute(
        text(
            "INSERT OR REPLACE INTO quarantine (evidence, order_id, why, act_by, released)"
            " VALUES (:evidence, :order_id, :why, :act_by, :released)"
        ),
        {
            "evidence": row.evidence,
            "order_id": row.order_id,
            "why": row.why,
            "act_by": utc_text(row.act_by) if row.act_by else None,
            "released": int(row.released),
        },
    )


def forget_mails(connection: Connection, evidence: Sequence[str]) -> None:
    """Forget what the readers said of these mails, to hear it again in the same transaction."""
    for table in ("mail_index", "mail_order", "mail_reference"):
        query = f"DELETE FROM {table} WHERE evidence IN :evidence"  # noqa: S608
        connection.execute(text(query).bindparams(bindparam("evidence", expanding=True)), {"evidence": list(evidence)})


def row_of(connection: Connection, claim_id: str) -> QueueRow | None:
    """A claim's row in the queue, or None."""
    query = text("SELECT * FROM queue WHERE claim_id = :claim_id")
    found = connection.execute(query, {"claim_id": claim_id}).mappings().one_or_none()
    return queue_row(dict(found)) if found else None


def drop_strangers(connection: Connection) -> None:
    """Take out of the queue what is no claim any more, and out of the quarantine's list what no reader would put there.
    What only cannot be read at the moment stays."""
    connection.execute(text("DELETE FROM queue WHERE claim_id NOT IN (SELECT claim_id FROM claim)"))
    connection.execute(
        text(
            "DELETE FROM quarantine WHERE evidence NOT IN (SELECT evidence FROM mail_index WHERE trust = 'quarantined')"
            " OR evidence IN (SELECT id FROM evidence WHERE purged_at IS NOT NULL)"
        )
    )


def note(connection: Connection, key: str, value: str) -> None:
    """Keep a small value: the stamps of readers and policy, the time of the last fetch."""
    connection.execute(
        text("INSERT INTO note (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value"),
        {"key": key, "value": value},
    )


def noted(connection: Connection, key: str) -> str | None:
    found = connection.execute(text("SELECT value FROM note WHERE key = :key"), {"key": key}).scalar()
    return None if found is None else str(found)
