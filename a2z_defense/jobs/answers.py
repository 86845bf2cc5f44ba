"""The JSON that commands print. Field names and enums are a public promise; their schemas are kept in docs/schemas."""

from __future__ import annotations

from typing import Any

from a2z_defense.model.assessment import (
    Ask,
    Band,
    ClockKind,
    Contradiction,
    Decided,
    DefenceRef,
    ItemState,
    Level,
    OdrProjection,
    PassedOver,
    Protection,
    Result,
    Status,
    UnitVerdict,
    WayOut,
)
from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.model.mail import Reason
from a2z_defense.model.money import Money
from a2z_defense.policy.next_step import next_words
from a2z_defense.policy.view import DeadlineView


class FetchedClaim(Frozen):
    claim_id: str
    new: bool
    evidence_added: int


class Told(Frozen):
    """A mail or source, and what is to be said of it."""

    source: str
    """With the name of its file, which may name somebody."""
    why: str
    evidence: str = ""
    """The id of a mail, which is all that goes to stderr and so to logs."""


class Requested(Frozen):
    operation: str
    count: int


class FetchAnswer(Frozen):
    claims: tuple[FetchedClaim, ...] = ()
    """Every claim that was looked at."""
    quarantined: tuple[Told, ...] = ()
    unmatched: tuple[Told, ...] = ()
    """Notices and messages that belong to no claim; they are kept."""
    warnings: tuple[str, ...] = ()
    requests: tuple[Requested, ...] = ()


class ListedClaim(Frozen):
    claim_id: str
    order_id: str
    marketplace: str | None
    marketplace_id: str | None
    reason: str
    amount: Money | None
    status: str
    deadline: DeadlineView
    decision: str
    ready: bool
    latest_version: int | None
    assignee: str | None = None
    tags: tuple[str, ...] = ()
    outcome: str | None = None
    """granted, denied, withdrawn, closed, reversed, upheld, unknown; null: none is known."""
    funded_by: str | None = None
    """seller or amazon; null: not known."""
    odr: str | None = None
    """yes or no; null: not known."""
    appeal_result_by: Instant | None = None
    """Until when Amazon's answer to an appeal should come; null: no appeal waits for one."""
    late: bool = False
    """The answer was recorded for a moment after its deadline."""
    disagree: bool = False
    """What the seller recorded and what Amazon's mails say are not the same."""
    next: str = ""
    """The one command to run next; empty when nothing is left to do."""


class ReasonAnswer(Frozen):
    key: Reason
    source: str


class ClockAnswer(Frozen):
    kind: str
    at: Instant
    act_by: Instant
    rule: str
    source: str
    started_at: Instant | None
    started_by: str | None


class ItemAnswer(Frozen):
    id: str
    level: Level
    state: ItemState
    why: str
    exhibit: str | None
    how_to_get: str
    title: str = ""
    group: str | None = None
    unit: str | None = None


class ContradictionAnswer(Frozen):
    between: tuple[str, str]
    what: str


class CheckAnswer(Frozen):
    claim_id: str
    order_id: str
    marketplace: str | None
    marketplace_id: str | None
    reason: ReasonAnswer
    amount: Money | None
    status: Status
    decision: Decided
    decision_why: str
    defence: DefenceRef | None
    passed_over: tuple[PassedOver, ...]
    deadline: DeadlineView
    deadline_rule: str
    """The rule that was applied, in a sentence, with the notice's own words."""
    deadline_readings: tuple[str, ...]
    """Later readings of the same words, and other limits that still run."""
    clocks: tuple[ClockAnswer, ...]
    items: tuple[ItemAnswer, ...]
    blockers: tuple[str, ...]
    gaps: tuple[str, ...]
    contradictions: tuple[ContradictionAnswer, ...]
    asks: Ask
    warnings: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    units: tuple[UnitVerdict, ...] = ()
    """Which claimed units the defence covers, and what holds for the others alone."""
    ways_out: tuple[WayOut, ...] = ()
    """Ways to end a claim that is not defended, with their effects; none is chosen."""
    protection: tuple[Protection, ...] = ()
    """The three tests of Buy Shipping Claims Protection; empty when the reason cannot be protected."""
    neighbours: tuple[DefenceRef, ...] = ()
    """Defences that hold against a reason that the buyer may change to."""
    result: Result = Result()
    odr: OdrProjection | None = None
    built_not_sent: int | None = None
    """The newest final version of what is due, when it was not recorded as sent."""
    next: str = ""
    """What to do next, in words."""


class TimelineEvent(Frozen):
    at: Instant
    what: str
    exhibit: str | None


class PackageAnswer(Frozen):
    reference: str | None
    carrier: str | None
    tracking_number: str | None
    status: str | None
    ship_time: Instant | None
    exhibit: str | None


class EvidenceAnswer(Frozen):
    exhibit: str
    letter: str
    kind: str
    title: str
    sha256: str
    bytes: int
    source: str
    operation: str
    obtained_at: Instant
    origins: tuple[str, ...] = ()
    """Where it was got, each place once, the first one first: files, mailboxes, addresses asked."""


class FirstHour(Frozen):
    """One thing to do in the first hour, and whether it is done."""

    what: str
    done: bool | None
    """None: a2z cannot know."""


class SentFile(Frozen):
    """One file of what was sent, kept as it was."""

    version: int
    path: str
    """In the version's folder."""
    sha256: str
    bytes: int
    kept_at: Instant
    exhibit: str


class ShowAnswer(CheckAnswer):
    timeline: tuple[TimelineEvent, ...] = ()
    messages: tuple[dict[str, Any], ...] = ()
    """`{at, from, text, exhibit}`."""
    packages: tuple[PackageAnswer, ...] = ()
    evidence: tuple[EvidenceAnswer, ...] = ()
    first_hour: tuple[FirstHour, ...] = ()
    sent: tuple[SentFile, ...] = ()


class BuiltFile(Frozen):
    path: str
    """Relative to `directory`."""
    sha256: str
    bytes: int
    pages: int | None


class BuildAnswer(Frozen):
    claim_id: str
    version: int
    new: bool
    draft: bool
    sendable: bool = True
    """The text to be pasted, the appeal's or else the answer's, does not begin with why it is not to be sent."""
    directory: str
    files: tuple[BuiltFile, ...]
    warnings: tuple[str, ...] = ()
    """Places in the texts that may be sent that break a wording rule."""


def check_answer(assessment: Any, view: DeadlineView, built: int | None = None) -> CheckAnswer:
    """The check object of an assessment and its deadline as seen now. `built`: as `built_not_sent`."""
    return CheckAnswer(
        claim_id=assessment.claim_id,
        order_id=assessment.order_id,
        marketplace=assessment.marketplace,
        marketplace_id=assessment.marketplace_id,
        reason=ReasonAnswer(key=assessment.reason.key, source=assessment.reason.source.value),
        amount=assessment.amount,
        status=assessment.status,
        decision=assessment.decision,
        decision_why=assessment.decision_why,
        defence=assessment.defence,
        passed_over=assessment.passed_over,
        deadline=view,
        deadline_rule=assessment.deadline.rule_text or "",
        deadline_readings=assessment.deadline.readings,
        clocks=tuple(
            ClockAnswer(
                kind=clock.kind.value,
                at=clock.at,
                act_by=clock.act_by,
                rule=clock.rule,
                source=clock.source,
                started_at=clock.started_at,
                started_by=clock.started_by,
            )
            for clock in assessment.clocks
        ),
        items=tuple(
            ItemAnswer(
                id=item.id,
                level=item.level,
                state=item.state,
                why=item.why,
                exhibit=item.exhibit,
                how_to_get=item.how_to_get,
                title=item.title,
                group=item.group,
                unit=item.unit,
            )
            for item in assessment.items
        ),
        blockers=assessment.blockers,
        gaps=assessment.gaps,
        contradictions=tuple(_contradiction(found) for found in assessment.contradictions),
        asks=assessment.asks,
        warnings=assessment.warnings,
        alarms=assessment.alarms,
        units=assessment.units,
        ways_out=assessment.ways_out,
        protection=assessment.protection,
        neighbours=assessment.neighbours,
        result=assessment.result,
        odr=assessment.odr,
        built_not_sent=built,
        next=next_words(
            assessment.claim_id,
            assessment.deadline.kind.value,
            status=assessment.status.value,
            blockers=len(assessment.blockers),
            built=built,
            appealed=any(clock.kind is ClockKind.APPEAL_RESULT for clock in assessment.clocks),
            soon=view.band in (Band.OVERDUE, Band.H6, Band.H24),
        ),
    )


def _contradiction(found: Contradiction) -> ContradictionAnswer:
    return ContradictionAnswer(between=found.between, what=found.what)
