"""Claims by hand: opened on the seller's word, released from quarantine, compared with Seller Central's tab."""

from __future__ import annotations

from dataclasses import dataclass

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import NoSuchClaim, UsageError
from a2z_defense.base.instants import utc_text
from a2z_defense.jobs.assess import refresh, tables_of
from a2z_defense.jobs.entries import new_entry, say, stamped
from a2z_defense.jobs.fetch_mail import list_quarantine
from a2z_defense.jobs.listing import appeal_result, waits_for_answer
from a2z_defense.model.assessment import DeadlineKind, Status
from a2z_defense.model.entries import Entry, EntryKind
from a2z_defense.model.ids import ORDER_ID, order_ids, split_claim_id
from a2z_defense.model.mail import NOTICE_KINDS, Trust
from a2z_defense.model.queue import QueueRow
from a2z_defense.readers.mail.words import fold
from a2z_defense.store import claims, index
from a2z_defense.store.claims import Claim
from a2z_defense.store.location import database_path
from a2z_defense.store.queue import read_queue
from a2z_defense.store.store import open_store

OVER = (Status.DECIDED, Status.CLOSED)


def add_claim(environment: Environment, order_id: str, entry: Entry) -> Claim:
    """Open a claim that exists only in Seller Central, on the seller's word. Raises UsageError for a bad order id."""
    if not ORDER_ID.fullmatch(order_id):
        raise UsageError(
            f"{order_id!r} is no order id",
            expected="three, seven and seven digits, like 402-1234567-7654321",
            remedy="copy the order id from Seller Central",
        )
    with open_store(environment) as store, store.writing() as connection:
        tables = tables_of(environment)
        known = claims.claims(connection, order_id)
        if known and refresh(store, connection, known[-1], tables).assessment.status not in OVER:
            raise UsageError(
                f"order {order_id} has the claim {known[-1].claim_id} already, and it is not over",
                expected="an order without an open claim",
                remedy=f"a2z claim set {known[-1].claim_id}, or a2z record {known[-1].claim_id} closed first",
            )
        now = environment.clock.now()
        claim = claims.open_claim(store, connection, order_id, opened_by=None, opened_at=now if known else None)
        claims.add_entry(store, connection, stamped(store, entry, claim.claim_id))
        refresh(store, connection, claim, tables)
        return claim


def set_claim(environment: Environment, wanted: str, entry: Entry) -> tuple[Entry, list[str]]:
    """Keep what `a2z claim set` sets; with it what must be said at once: a deadline that is later now."""
    before = _row(environment, wanted)
    said = say(environment, wanted, entry)
    after = _row(environment, said.claim_id)
    return said, later_deadline(before, after) if before and after else []


def later_deadline(old: QueueRow, new: QueueRow) -> list[str]:
    """Words for a deadline that an entry moved later: it may be a slip, and it counts from now on."""
    if (
        old.act_by is None
        or new.act_by is None
        or new.act_by <= old.act_by
        or old.deadline_kind not in {DeadlineKind.RESPONSE, DeadlineKind.APPEAL}
    ):
        return []
    return [f"the deadline is later now: {utc_text(new.act_by)} instead of {utc_text(old.act_by)}"]


def _row(environment: Environment, wanted: str) -> QueueRow | None:
    with open_store(environment) as store, store.reading() as connection:
        return index.row_of(connection, claims.resolve(connection, wanted).claim_id)


def release(environment: Environment, evidence_id: str) -> Claim:
    """Accept a quarantined notice by hand: from now on it is a claim. Recorded in the journal.

    Raises NoSuchClaim when no quarantined notice has that id.
    """
    with open_store(environment) as store, store.writing() as connection:
        waiting = index.mails_in_quarantine(connection, [kind.value for kind in NOTICE_KINDS])
        found = [(mail, order_id) for mail, order_id in waiting if evidence_id and evidence_id in mail]
        if len(found) != 1 or found[0][1] is None:
            raise NoSuchClaim(
                f"{evidence_id!r} names {len(found)} quarantined notice(s) that state an order",
                expected=f"one id that a2z list --quarantine prints ({Trust.QUARANTINED} notices only)",
                remedy="a2z list --quarantine; a claim without a notice is opened with a2z claim add ORDER-ID",
            )
        mail, order_id = found[0]
        known = claims.claims(connection, order_id)
        tables = tables_of(environment)
        claim = (
            known[-1] if known else claims.open_claim(store, connection, str(order_id), opened_by=mail, opened_at=None)
        )
        claims.add_entry(
            store, connection, stamped(store, new_entry(EntryKind.RELEASED, released=mail), claim.claim_id)
        )
        list_quarantine(store, connection, tables)
        refresh(store, connection, claim, tables)
        return claim


@dataclass(frozen=True)
class AtRest:
    """An order of the tab whose claims wait for no answer here, as far as is known."""

    claim_id: str
    status: str
    """Of its newest claim."""
    next: str
    """The one command that starts the clock when it is Seller Central's tab of what waits for an answer."""


@dataclass(frozen=True)
class Reconciled:
    """What a text that was copied from Seller Central's tab names."""

    seen: tuple[str, ...] = ()
    """Order ids."""
    not_held: tuple[str, ...] = ()
    at_rest: tuple[AtRest, ...] = ()


def reconcile(environment: Environment, text: str) -> Reconciled:
    """The order ids in `text` against the claims that are held; one without a running request is not the same as held:
    Amazon's mail about the next request, or the next claim, may be lost."""
    seen = order_ids(fold(text))
    held: dict[str, list[QueueRow]] = {}
    for row in read_queue(database_path(environment)).rows:
        held.setdefault(row.order_id, []).append(row)
    known = [held[order_id] for order_id in seen if order_id in held]
    return Reconciled(
        seen,
        tuple(order_id for order_id in seen if order_id not in held),
        tuple(_at_rest(max(rows, key=_number)) for rows in known if not any(map(waits_for_answer, rows))),
    )


def _number(row: QueueRow) -> int:
    return split_claim_id(row.claim_id)[1]


def _at_rest(row: QueueRow) -> AtRest:
    # During an appeal Amazon asks again about the same claim; after another end the tab shows the order's next one.
    is_next = row.status in OVER and appeal_result(row) is None
    start = f"claim add {row.order_id}" if is_next else f"record {row.claim_id} seen --tab action-required"
    return AtRest(row.claim_id, row.status, f"a2z {start} --due INSTANT")
