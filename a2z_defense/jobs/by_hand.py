"""Claims by hand: opened on the seller's word, released from quarantine, compared with Seller Central's tab."""

from __future__ import annotations

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import NoSuchClaim, UsageError
from a2z_defense.jobs.assess import refresh, tables_of
from a2z_defense.jobs.entries import new_entry, stamped
from a2z_defense.jobs.fetch_mail import list_quarantine
from a2z_defense.model.assessment import Status
from a2z_defense.model.entries import Entry, EntryKind
from a2z_defense.model.ids import ORDER_ID
from a2z_defense.model.mail import NOTICE_KINDS, Trust
from a2z_defense.store import claims, index
from a2z_defense.store.claims import Claim
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


def reconcile(environment: Environment, order_ids: tuple[str, ...]) -> list[str]:
    """Of the order ids seen in Seller Central's tab, those without a claim here."""
    with open_store(environment) as store, store.reading() as connection:
        held = {claim.order_id for claim in claims.claims(connection)}
    return [order_id for order_id in order_ids if order_id not in held]
