"""Case to assessment, and its row in the queue."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from a2z_defense.base.environment import Environment
from a2z_defense.base.stamp import stamp
from a2z_defense.jobs.careful import careful
from a2z_defense.jobs.gather import Gathered, gather
from a2z_defense.model.assessment import Assessment, ClockKind, DeadlineKind, Status
from a2z_defense.model.entries import RecordKind
from a2z_defense.model.mail import Counted, Funder
from a2z_defense.model.money import Money
from a2z_defense.model.queue import QueueRow
from a2z_defense.policy.assess import PolicySettings, assess
from a2z_defense.policy.outcome_clashes import DISAGREE
from a2z_defense.policy.tables import Tables, load_tables
from a2z_defense.store import builds, index
from a2z_defense.store.claims import Claim
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.readonly import LAST_FETCH, STAMP
from a2z_defense.store.store import Store


@dataclass(frozen=True)
class Assessed:
    """A claim judged: the case it rests on and what follows from it."""

    claim: Claim
    gathered: Gathered
    assessment: Assessment
    damaged: tuple[BlobDamaged, ...] = ()
    """What could not be read, of a judgement that had to be made nevertheless: it may be shown to nobody."""
    built_not_sent: int | None = None
    """As `QueueRow.built_not_sent`, once the claim was put in the queue."""


def tables_of(environment: Environment) -> Tables:
    """The policy tables in force: the shipped ones, with the user's own over them."""
    return load_tables(environment.settings.files.policy)


def policy_settings(environment: Environment) -> PolicySettings:
    settings = environment.settings
    return PolicySettings(team=settings.team, routes=settings.routes, zone=settings.seller.zone)


def assess_claim(store: Store, connection: Connection, claim: Claim, tables: Tables) -> Assessed:
    """Judge one claim from everything that the store holds about it."""
    gathered = gather(store, connection, claim)
    return Assessed(claim, gathered, assess(gathered.case, tables, settings=policy_settings(store.environment)))


def refresh(store: Store, connection: Connection, claim: Claim, tables: Tables) -> Assessed:
    """Judge a claim and put its row in the queue.

    Damaged evidence loses no clock: the row as it was stands, or what came in since moves it, and it says so. The
    result then is for nobody's eyes: `whole` raises.
    """
    lost: list[BlobDamaged] = []
    gathered = gather(store, connection, claim, lost=lost)
    assessment = assess(gathered.case, tables, settings=policy_settings(store.environment))
    damaged = tuple({one.evidence_id: one for one in lost}.values())
    judged = Assessed(claim, gathered, assessment, damaged)
    row = queue_row(connection, judged)
    index.put_row(connection, careful(connection, row, gathered.case.entries, damaged) if damaged else row)
    return replace(judged, built_not_sent=row.built_not_sent)


def whole(judged: Assessed) -> Assessed:
    """The judgement, when nothing of its evidence was damaged. Raises BlobDamaged."""
    for damage in judged.damaged:
        raise damage
    return judged


def queue_row(connection: Connection, judged: Assessed) -> QueueRow:
    """What `list` and `alert` need of an assessment; no personal data."""
    claim, said = judged.claim, judged.assessment
    newest = builds.latest(connection, claim.claim_id)
    money: Money | None = said.amount
    return QueueRow(
        claim_id=claim.claim_id,
        order_id=claim.order_id,
        account=judged.gathered.case.account,
        marketplace=said.marketplace,
        marketplace_id=said.marketplace_id,
        reason=said.reason.key.value,
        reason_source=said.reason.source.value,
        amount=f"{money.amount:f}" if money else None,
        currency=money.currency if money else None,
        status=said.status.value,
        decision=said.decision.value,
        ready=not said.blockers,
        blockers=len(said.blockers),
        latest_version=newest.version if newest else None,
        deadline_kind=said.deadline.kind.value,
        deadline_at=said.deadline.at,
        act_by=said.deadline.act_by,
        rule=said.deadline.rule,
        rule_source=said.deadline.source,
        started_at=said.deadline.started_at,
        started_by=said.deadline.started_by,
        first_seen=claim.first_seen,
        unanswered=said.deadline.kind is not DeadlineKind.NONE and said.status is not Status.CLOSED,
        built_not_sent=_built_not_sent(judged, newest),
        clocks=tuple(
            (clock.kind.value, clock.act_by)
            for clock in said.clocks
            if clock.kind not in (ClockKind.RESPONSE, ClockKind.APPEAL, ClockKind.CHECK)
        ),
        tags=said.tags,
        outcome=said.result.outcome.value if said.result.outcome else None,
        funded_by=None if said.result.funded_by is Funder.UNKNOWN else said.result.funded_by.value,
        odr=None if said.result.odr is Counted.UNKNOWN else said.result.odr.value,
        late=any(entry.late and entry.record is RecordKind.RESPONDED for entry in judged.gathered.case.entries),
        disagree=any(found.id.startswith(DISAGREE) for found in said.contradictions),
    )


def _built_not_sent(judged: Assessed, newest: builds.Build | None) -> int | None:
    """The newest version, when it is final, may be sent, answers what is due (the request, or the decision by an
    appeal) and was not recorded as sent."""
    kinds = {DeadlineKind.APPEAL: RecordKind.APPEALED}
    kind = kinds.get(judged.assessment.deadline.kind, RecordKind.RESPONDED)
    if newest is None or newest.draft or not newest.sendable:
        return None
    if kind is RecordKind.APPEALED and not newest.is_appeal:
        return None
    if kind is RecordKind.RESPONDED and judged.assessment.status is not Status.OPEN:
        return None
    asked = judged.assessment.deadline.started_at
    sent = {
        entry.version or newest.version
        for entry in judged.gathered.case.entries
        if entry.record is kind and (asked is None or (entry.effective_at or entry.at) >= asked)
    }
    return None if newest.version in sent else newest.version


def mark_fetch(store: Store, connection: Connection, *, whole: bool) -> None:
    """Note the readers and policy of the fetch that ends now; its time too when every mailbox was read to its end."""
    if whole:
        index.note(connection, LAST_FETCH, store.now())
    index.note(connection, STAMP, stamp(store.environment.settings.files.policy))
