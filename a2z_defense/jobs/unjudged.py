"""A claim that our own code fails to judge stops no other claim, and is due at once: a crash loses no deadline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError
from a2z_defense.jobs.assess import Assessed, refresh, tables_of
from a2z_defense.model.assessment import DeadlineKind, Decided, Status
from a2z_defense.model.case import ReasonSource
from a2z_defense.model.mail import Reason
from a2z_defense.model.queue import QueueRow
from a2z_defense.policy.tables import Tables
from a2z_defense.store import claims, index
from a2z_defense.store.claims import Claim
from a2z_defense.store.store import Store, open_store

TAG = "could not be judged"
"""The tag of such a claim in the queue."""


@dataclass(frozen=True)
class Unjudged:
    """A claim that stands in the queue as due at once, and the defect that kept it from being judged."""

    claim: Claim
    defect: Exception

    @property
    def words(self) -> str:
        return f"{self.claim.claim_id}: a2z failed to judge it; it is listed as due now: look in Seller Central"


def refresh_each(
    store: Store, connection: Connection, wanted: Iterable[Claim], tables: Tables
) -> Iterator[Assessed | Unjudged]:
    """Judge claims and put each in the queue, whatever happens to one of them. Errors with a remedy are raised."""
    for claim in wanted:
        yield refresh_anyway(store, connection, claim, tables)


def refresh_anyway(store: Store, connection: Connection, claim: Claim, tables: Tables) -> Assessed | Unjudged:
    """Judge a claim and put it in the queue; with a fault of our own it is due now. Raises A2zError alone."""
    try:
        return refresh(store, connection, claim, tables)
    except A2zError:
        raise
    except Exception as defect:  # noqa: BLE001 - whatever our own fault is, what was said is kept and the clock goes on
        index.put_row(connection, _due_now(store, index.row_of(connection, claim.claim_id), claim))
        return Unjudged(claim, defect)


def judge_anyway(environment: Environment, wanted: str) -> tuple[Assessed | Unjudged, QueueRow | None]:
    """The claim that `wanted` names as it is judged now, and its row in the queue, which loses no clock when the
    judgement is not whole. Raises NoSuchClaim, UsageError."""
    with open_store(environment) as store, store.writing() as connection:
        claim = claims.resolve(connection, wanted)
        judged = refresh_anyway(store, connection, claim, tables_of(environment))
        return judged, index.row_of(connection, claim.claim_id)


def _due_now(store: Store, old: QueueRow | None, claim: Claim) -> QueueRow:
    """The row as it was, due now at the latest: what ran out stays overdue. A new claim is to be looked at."""
    now = store.environment.clock.now()
    row = old or QueueRow(
        claim_id=claim.claim_id,
        order_id=claim.order_id,
        account="",
        marketplace=None,
        marketplace_id=None,
        reason=Reason.UNKNOWN.value,
        reason_source=ReasonSource.INFERRED.value,
        amount=None,
        currency=None,
        status=Status.OPEN.value,
        decision=Decided.NEEDS_HUMAN.value,
        ready=False,
        blockers=1,
        latest_version=None,
        deadline_kind=DeadlineKind.CHECK.value,
        deadline_at=None,
        act_by=None,
        rule=None,
        rule_source=None,
        started_at=None,
        started_by=None,
        first_seen=claim.first_seen,
        unanswered=True,
    )
    act_by = min(row.act_by or now, now)
    tags = tuple(dict.fromkeys((*row.tags, TAG)))
    return replace(row, act_by=act_by, unanswered=True, ready=False, blockers=max(1, row.blockers), tags=tags)
