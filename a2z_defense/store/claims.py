"""Claims, the seller's entries, failures of sources and mailboxes: what is durable beside the evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text

from a2z_defense.base.errors import NoSuchClaim, UsageError
from a2z_defense.base.instants import utc_text
from a2z_defense.model.entries import Entry, EntryKind
from a2z_defense.model.evidence import EvidenceKind, Observation, Provenance, SourceFailure, Trouble, as_piece
from a2z_defense.model.ids import claim_id as make_claim_id
from a2z_defense.store import evidence
from a2z_defense.store.store import Store, instant


@dataclass(frozen=True)
class Claim:
    claim_id: str
    order_id: str
    number: int
    opened_by: str | None
    opened_at: dt.datetime | None
    first_seen: dt.datetime


@dataclass(frozen=True)
class MailboxState:
    cursor: str | None
    fetched_at: dt.datetime
    first_mail: dt.datetime | None
    last_mail: dt.datetime | None


def claims(connection: Connection, order_id: str | None = None) -> list[Claim]:
    """Every claim, or those of one order, in order of first sight."""
    condition = "" if order_id is None else "WHERE order_id = :order_id"
    query = f"SELECT * FROM claim {condition} ORDER BY first_seen, claim_id"  # noqa: S608
    return [
        Claim(
            row.claim_id,
            row.order_id,
            row.number,
            row.opened_by,
            instant(row.opened_at),
            dt.datetime.fromisoformat(row.first_seen),
        )
        for row in connection.execute(text(query), {} if order_id is None else {"order_id": order_id})
    ]


def resolve(connection: Connection, wanted: str) -> Claim:
    """The claim that `wanted` names: an exact id wins, a unique part will do.

    Raises NoSuchClaim, or UsageError with the candidates when several match.
    """
    known = claims(connection)
    for claim in known:
        if claim.claim_id == wanted:
            return claim
    found = [claim for claim in known if wanted and wanted in claim.claim_id]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(claim.claim_id for claim in found[:10])
        raise UsageError(
            f"{wanted!r} matches {len(found)} claims: {names}",
            expected="the id of one claim, or a part that only one has",
            remedy="give more of the id",
        )
    query = text("SELECT evidence, order_id FROM quarantine WHERE NOT released ORDER BY act_by")
    waiting = [(mail, order) for mail, order in connection.execute(query) if wanted and wanted in (order or "")]
    if waiting:
        mail, order = waiting[0]
        raise NoSuchClaim(
            f"order {order} is no claim: its notice {mail} is in quarantine, it may be forged",
            expected="a claim that a2z list --all shows",
            remedy="open Seller Central yourself and click nothing in the mail; only if the claim is there: a2z claim"
            f" release {mail}",
        )
    raise NoSuchClaim(
        f"no claim {wanted!r}",
        expected="one of the claims that a2z list --all shows" if known else "a claim; none is held yet",
        remedy="run a2z fetch --mail PATH, or a2z claim add ORDER-ID when it exists only in Seller Central",
    )


def open_claim(
    store: Store,
    connection: Connection,
    order_id: str,
    *,
    opened_by: str | None,
    opened_at: dt.datetime | None,
) -> Claim:
    """Open the order's next claim. Numbers follow first sight and never change."""
    number = max((known.number for known in claims(connection, order_id)), default=0) + 1
    claim = Claim(
        make_claim_id(order_id, number), order_id, number, opened_by, opened_at, store.environment.clock.now()
    )
    connection.execute(
        text(
            "INSERT INTO claim (claim_id, order_id, number, opened_by, opened_at, first_seen)"
            " VALUES (:claim_id, :order_id, :number, :opened_by, :opened_at, :first_seen)"
        ),
        {
            "claim_id": claim.claim_id,
            "order_id": order_id,
            "number": number,
            "opened_by": opened_by,
            "opened_at": utc_text(opened_at) if opened_at else None,
            "first_seen": utc_text(claim.first_seen),
        },
    )
    subject = opened_by or claim.claim_id
    store.act(connection, "claim opened", claim=claim.claim_id, subject=subject, at=utc_text(claim.first_seen))
    return claim


def add_entry(store: Store, connection: Connection, entry: Entry) -> Entry:
    """Keep what the seller said, as evidence of its own; the same entry said twice at one instant is one.

    A record also keeps how far the store knew by then (`Entry.known_until`).
    """
    if entry.kind is EntryKind.RECORDED:
        entry = entry.model_copy(update={"known_until": evidence.newest_fetched(connection)})
    content = entry.model_copy(update={"id": ""}).model_dump_json(exclude_none=True).encode()
    provenance = Provenance(source="seller", operation=entry.kind.value, obtained_at=entry.at, clock=entry.clock)
    piece = as_piece(Observation(EvidenceKind.ENTRY, entry.claim_id, content, "application/json", provenance))
    added = evidence.add_within(store, connection, [piece], [provenance])[0]
    kept = entry.model_copy(update={"id": piece.evidence.id})
    if added.new:
        connection.execute(
            text("INSERT INTO entry (id, claim_id, kind, at) VALUES (:id, :claim_id, :kind, :at)"),
            {"id": kept.id, "claim_id": kept.claim_id, "kind": kept.kind.value, "at": utc_text(kept.at)},
        )
    return kept


def entry_ids(connection: Connection, claim_id: str | None, *, without: Sequence[EntryKind] = ()) -> list[str]:
    """Evidence ids of a claim's entries, or of every claim's, oldest first; those of some kinds left out."""
    query = text(
        "SELECT entry.id FROM entry JOIN evidence ON evidence.id = entry.id"
        " WHERE (:claim_id IS NULL OR entry.claim_id = :claim_id) AND entry.kind NOT IN :without ORDER BY evidence.seq"
    ).bindparams(bindparam("without", expanding=True))
    return list(
        connection.execute(query, {"claim_id": claim_id, "without": [kind.value for kind in without]}).scalars()
    )


def keep_failure(connection: Connection, failure: SourceFailure) -> None:
    """Remember that a source gave no answer: what it alone could tell is unknown."""
    connection.execute(
        text(
            "INSERT INTO failure (source, subject, trouble, why, remedy, needed, at)"
            " VALUES (:source, :subject, :trouble, :why, :remedy, :needed, :at)"
            " ON CONFLICT (source, subject) DO UPDATE SET trouble = :trouble, why = :why, remedy = :remedy,"
            " needed = :needed, at = :at"
        ),
        {
            "source": failure.source,
            "subject": failure.subject,
            "trouble": failure.trouble.value,
            "why": failure.why,
            "remedy": failure.remedy,
            "needed": int(failure.needed),
            "at": utc_text(failure.at),
        },
    )


def clear_failure(connection: Connection, source: str, subject: str) -> None:
    """A source answered: its earlier failure is over."""
    connection.execute(
        text("DELETE FROM failure WHERE source = :source AND subject = :subject"),
        {"source": source, "subject": subject},
    )


def failures(connection: Connection, subjects: Sequence[str]) -> list[SourceFailure]:
    """What failed about any of `subjects`."""
    query = text("SELECT * FROM failure WHERE subject IN :subjects ORDER BY source, subject").bindparams(
        bindparam("subjects", expanding=True)
    )
    return [_failure(row) for row in connection.execute(query, {"subjects": list(subjects)})]


def failures_of(connection: Connection, source: str) -> list[SourceFailure]:
    """What failed of one source."""
    query = text("SELECT * FROM failure WHERE source = :source ORDER BY subject")
    return [_failure(row) for row in connection.execute(query, {"source": source})]


def _failure(row: Row[Any]) -> SourceFailure:
    return SourceFailure(
        source=row.source,
        subject=row.subject,
        trouble=Trouble(row.trouble),
        why=row.why,
        remedy=row.remedy,
        needed=bool(row.needed),
        at=dt.datetime.fromisoformat(row.at),
    )


def mailbox(store: Store, connection: Connection, name: str) -> MailboxState | None:
    """How far a mailbox was read."""
    key = store.key(f"mailbox {name}")
    row = connection.execute(text("SELECT * FROM mailbox WHERE name = :name"), {"name": key}).one_or_none()
    if row is None:
        return None
    cursor = store.blobs.open(row.cursor, f"cursor {key}").decode() if row.cursor else None
    return MailboxState(
        cursor, dt.datetime.fromisoformat(row.fetched_at), instant(row.first_mail), instant(row.last_mail)
    )


def keep_mailbox(store: Store, connection: Connection, name: str, state: MailboxState) -> None:
    """Remember how far a mailbox was read, after its mails are kept."""
    key = store.key(f"mailbox {name}")
    connection.execute(
        text(
            "INSERT INTO mailbox (name, cursor, fetched_at, first_mail, last_mail)"
            " VALUES (:name, :cursor, :fetched_at, :first, :last)"
            " ON CONFLICT (name) DO UPDATE SET cursor = :cursor, fetched_at = :fetched_at,"
            " first_mail = min(coalesce(first_mail, :first), coalesce(:first, first_mail)),"
            " last_mail = max(coalesce(last_mail, :last), coalesce(:last, last_mail))"
        ),
        {
            "name": key,
            "cursor": store.blobs.seal(state.cursor.encode(), f"cursor {key}") if state.cursor else None,
            "fetched_at": utc_text(state.fetched_at),
            "first": utc_text(state.first_mail) if state.first_mail else None,
            "last": utc_text(state.last_mail) if state.last_mail else None,
        },
    )


def mailboxes(connection: Connection) -> tuple[dt.datetime | None, dt.datetime | None, dt.datetime | None]:
    """Over all mailboxes: last fetch, oldest and newest mail looked at."""
    row = connection.execute(
        text("SELECT max(fetched_at) AS fetched, min(first_mail) AS first, max(last_mail) AS last FROM mailbox")
    ).one()
    return instant(row.fetched), instant(row.first), instant(row.last)
