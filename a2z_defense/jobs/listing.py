"""`a2z list`: the queue in order of urgency, from the index alone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from a2z_defense.base.environment import Environment
from a2z_defense.base.stamp import stamp
from a2z_defense.jobs.answers import ListedClaim
from a2z_defense.model.assessment import ClockKind, Deadline, DeadlineKind, Decided, Status
from a2z_defense.model.money import Money
from a2z_defense.model.queue import DAMAGED, QuarantineRow, QueueRow
from a2z_defense.policy.next_step import next_command, next_words
from a2z_defense.policy.triage import routed, urgency
from a2z_defense.policy.view import deadline_view
from a2z_defense.store.location import database_path
from a2z_defense.store.queue import read_queue

OPEN = ("open", "answered")
LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


def listed(environment: Environment, *, everything: bool, account: str = "") -> tuple[list[ListedClaim], list[str]]:
    """The claims, most urgent first: time left, then ODR effect, then money; and warnings about the queue itself."""
    state = read_queue(database_path(environment), stamp=stamp(environment.settings.files.policy))
    rows = [row for row in state.rows if (everything or _waits(row)) and (not account or row.account in ("", account))]
    words = [state.stale] if state.stale else []
    waiting = [row for row in state.quarantine if not row.released]
    if waiting:
        words.append(f"{len(waiting)} notice(s) in quarantine: a2z list --quarantine")
    words += [
        f"{row.claim_id} is as it was before a piece of its evidence was damaged: a2z check {row.claim_id}"
        for row in rows
        if DAMAGED in row.tags
    ]
    ordered = sorted(
        rows,
        key=lambda row: urgency(
            row.act_by or appeal_result(row),
            Decimal(row.amount) if row.amount else None,
            counts=row.decision != Decided.NOT_ACTIONABLE.value,
            claim_id=row.claim_id,
        ),
    )
    return [_listed(row, environment) for row in ordered], words


def is_open(row: QueueRow) -> bool:
    """Open or answered, or with a clock that still runs: an appeal window is not over."""
    return row.status in OPEN or row.deadline_kind != DeadlineKind.NONE.value


def _waits(row: QueueRow) -> bool:
    """Something is still to come: an appeal without an answer is not over either."""
    return is_open(row) or appeal_result(row) is not None


def appeal_result(row: QueueRow) -> dt.datetime | None:
    """Until when Amazon's answer to an appeal should come; None: no appeal waits for one."""
    return next((at for kind, at in row.clocks if kind == ClockKind.APPEAL_RESULT.value), None)


def quarantined(environment: Environment) -> list[QuarantineRow]:
    """The notices in quarantine, the most urgent first."""
    rows = read_queue(database_path(environment)).quarantine
    return sorted(rows, key=lambda row: (row.released, row.act_by or LAST, row.evidence))


def _listed(row: QueueRow, environment: Environment) -> ListedClaim:
    deadline = Deadline(
        kind=DeadlineKind(row.deadline_kind),
        at=row.deadline_at,
        act_by=row.act_by,
        rule=row.rule,
        source=row.rule_source,
        started_at=row.started_at,
        started_by=row.started_by,
    )
    amount = Money(amount=Decimal(row.amount), currency=row.currency) if row.amount and row.currency else None
    route = routed(environment.settings.routes, reason=row.reason, country=row.marketplace, amount=amount)
    return ListedClaim(
        claim_id=row.claim_id,
        order_id=row.order_id,
        marketplace=row.marketplace,
        marketplace_id=row.marketplace_id,
        reason=row.reason,
        amount=amount,
        status=row.status,
        deadline=deadline_view(deadline, environment.clock.now(), environment.settings.seller.zone),
        decision=row.decision,
        ready=row.ready,
        latest_version=row.latest_version,
        assignee=(route.assignee or None) if route else None,
        tags=row.tags,
        outcome=row.outcome,
        funded_by=row.funded_by,
        odr=row.odr,
        appeal_result_by=appeal_result(row),
        late=row.late,
        disagree=row.disagree,
        next=_next(row),
    )


def waits_for_answer(row: QueueRow) -> bool:
    """True while a request runs; beside an appeal's clock, which may be due before it, it keeps the claim open."""
    open_for_appeal = row.deadline_kind == DeadlineKind.APPEAL.value and row.status == Status.OPEN.value
    return row.deadline_kind == DeadlineKind.RESPONSE.value or open_for_appeal


def another_waits(environment: Environment, claim_id: str) -> list[str]:
    """Words, when this claim waits for no answer and another one of its order does: that one may be meant."""
    rows = {row.claim_id: row for row in read_queue(database_path(environment)).rows}
    ours = rows.get(claim_id)
    if ours is None or waits_for_answer(ours):
        return []
    others = [row.claim_id for row in rows.values() if row.order_id == ours.order_id and waits_for_answer(row)]
    return [
        f"{claim_id} ({ours.status}) waits for no answer and {name} of the same order does: if that one is meant, give"
        " its id"
        for name in others
    ]


def next_of(environment: Environment, claim_id: str) -> str:
    """What to do next for a claim that a command has just changed, in words."""
    rows = read_queue(database_path(environment)).rows
    row = next((row for row in rows if row.claim_id == claim_id), None)
    if row is None or (_is_asked(row) and _next(row) == f"a2z check {claim_id}"):
        return f"a2z check {claim_id}"
    return next_words(
        claim_id,
        row.deadline_kind,
        status=row.status,
        blockers=row.blockers,
        built=row.built_not_sent,
        appealed=appeal_result(row) is not None,
    )


def _is_asked(row: QueueRow) -> bool:
    """Something is to be done, and not only waited for."""
    return row.deadline_kind != DeadlineKind.NONE.value or row.status == Status.OPEN.value


def _next(row: QueueRow) -> str:
    if _is_asked(row):
        return next_command(row.claim_id, row.deadline_kind, row.blockers, row.built_not_sent)
    return f"a2z check {row.claim_id}" if _waits(row) else ""
