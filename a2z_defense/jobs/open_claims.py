"""Which mails open which claims. Numbers follow first sight and never change; a forged notice opens none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from a2z_defense.jobs.entries import entries
from a2z_defense.model.entries import EntryKind, RecordKind
from a2z_defense.model.mail import NOTICE_KINDS, MailKind, Trust
from a2z_defense.store import claims, evidence, index
from a2z_defense.store.claims import Claim
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.store import Store

ENDINGS = frozenset({RecordKind.GRANTED, RecordKind.DENIED, RecordKind.WITHDRAWN, RecordKind.CLOSED})
OVER = ("decided", "closed")
OPENERS = frozenset({MailKind.CLAIM_RECEIVED, MailKind.ACTION_REQUIRED, MailKind.CLAIM_UNRECOGNISED})


@dataclass(frozen=True)
class _Notice:
    evidence: str
    kind: MailKind
    at: dt.datetime


def open_claims(store: Store, connection: Connection) -> list[Claim]:
    """Open a claim for every order that notices name and that has none yet; returns the new ones.

    A notice opens the order's next claim only when it is dated after a decision, withdrawal or close of the last
    one, and the seller has not appealed that one: during an appeal Amazon asks again about the same claim.
    """
    opened: list[Claim] = []
    for order_id, notices in _notices(store, connection).items():
        known = claims.claims(connection, order_id)
        if not known:
            known = [_open(store, connection, order_id, notices[0])]
            opened += known
        while (following := _following(store, connection, known[-1], notices)) is not None:
            known.append(_open(store, connection, order_id, following))
            opened.append(known[-1])
    return opened


def _open(store: Store, connection: Connection, order_id: str, notice: _Notice) -> Claim:
    return claims.open_claim(store, connection, order_id, opened_by=notice.evidence, opened_at=notice.at)


def _notices(store: Store, connection: Connection) -> dict[str, list[_Notice]]:
    """Accepted notices by the order that they are about, in order of time."""
    # One that cannot be read releases nothing: its notice is in quarantine again, and `list_quarantine` says so.
    released = {entry.released for entry in entries(store, connection, only=(EntryKind.RELEASED,), lost=[])}
    found: dict[str, list[_Notice]] = {}
    for mail, order_id in index.mails_of_kinds(connection, [kind.value for kind in NOTICE_KINDS]):
        if mail.trust == Trust.QUARANTINED.value and mail.evidence not in released:
            continue
        at = mail.sent_at or store.environment.clock.now()
        found.setdefault(order_id, []).append(_Notice(mail.evidence, MailKind(mail.kind), at))
    return {order_id: sorted(notices, key=lambda notice: notice.at) for order_id, notices in found.items()}


def _following(store: Store, connection: Connection, last: Claim, notices: list[_Notice]) -> _Notice | None:
    """The notice that opens the claim after `last`, if there is one."""
    since = last.opened_at or last.first_seen
    lost: list[BlobDamaged] = []
    said = entries(store, connection, last.claim_id, only=(EntryKind.RECORDED,), lost=lost)
    damaged = evidence.get(store, connection, [one.evidence_id for one in lost]).values()
    ends = [notice.at for notice in notices if notice.kind is MailKind.DECISION and notice.at >= since]
    ends += [entry.effective_at or entry.at for entry in said if entry.record in ENDINGS]
    if damaged:
        # What cannot be read may have ended the claim, or told of its appeal: its last whole judgement knew.
        judged = index.row_of(connection, last.claim_id)
        if judged is None or judged.status not in OVER:
            return None
        ends += [one.provenance.obtained_at for one in damaged]
    if not ends or any(entry.record is RecordKind.APPEALED for entry in said):
        return None
    return next((notice for notice in notices if notice.kind in OPENERS and notice.at > min(ends)), None)
