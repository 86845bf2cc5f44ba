"""`a2z check`: a claim judged, and the exit code that says how urgent it is."""

from __future__ import annotations

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ExitCode
from a2z_defense.jobs.answers import CheckAnswer, check_answer
from a2z_defense.jobs.assess import Assessed, refresh, tables_of, whole
from a2z_defense.model.assessment import Assessment, ItemState, Level
from a2z_defense.policy.bands import is_due_soon, is_overdue
from a2z_defense.policy.view import deadline_view
from a2z_defense.store import claims
from a2z_defense.store.store import open_store

NOT_THERE = (ItemState.MISSING, ItemState.REQUESTED, ItemState.UNKNOWN, ItemState.CONTRADICTED)


def judge(environment: Environment, wanted: str) -> Assessed:
    """Judge the claim that `wanted` names and put it in the queue. Raises NoSuchClaim, UsageError, and BlobDamaged once
    the queue says that the claim could not be judged."""
    with open_store(environment) as store, store.writing() as connection:
        judged = refresh(store, connection, claims.resolve(connection, wanted), tables_of(environment))
    return whole(judged)


def check(environment: Environment, wanted: str, *, final: bool = False) -> tuple[CheckAnswer, ExitCode]:
    """The check of one claim. `final`: what is expected and not there blocks too."""
    judged = judge(environment, wanted)
    assessment = judged.assessment
    if final:
        assessment = as_final(assessment)
    view = deadline_view(assessment.deadline, environment.clock.now(), environment.settings.seller.zone)
    return check_answer(assessment, view, judged.built_not_sent), check_code(environment, assessment)


def as_final(assessment: Assessment) -> Assessment:
    """The assessment with expected items that are not there among the blockers."""
    more = [i.id for i in assessment.items if i.level is Level.EXPECTED and i.state in NOT_THERE]
    blockers = dict.fromkeys([*assessment.blockers, *more])
    return assessment.model_copy(update={"blockers": tuple(blockers)})


def check_code(environment: Environment, assessment: Assessment) -> ExitCode:
    """12 overdue, else 11 due soon, else 10 with blockers, else 0."""
    now, deadline = environment.clock.now(), assessment.deadline
    if is_overdue(deadline.act_by, now, kind=deadline.kind.value):
        return ExitCode.OVERDUE
    if is_due_soon(deadline.act_by, now, due_soon=environment.settings.alert.due_soon):
        return ExitCode.DUE_SOON
    return ExitCode.INCOMPLETE if assessment.blockers else ExitCode.OK


def explained(environment: Environment, wanted: str, item_id: str) -> list[str]:
    """The evidence, the rule and its source for one item."""
    from a2z_defense.policy.explain import explain

    judged = judge(environment, wanted)
    return explain(judged.assessment, item_id, tables_of(environment), judged.gathered.case)
