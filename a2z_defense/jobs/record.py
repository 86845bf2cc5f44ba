"""`a2z record`: what happened to a claim, with the version that was sent and the proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.base.instants import utc_text
from a2z_defense.jobs.assess import Assessed
from a2z_defense.jobs.by_hand import later_deadline
from a2z_defense.jobs.entries import new_entry, read_file, say
from a2z_defense.jobs.listing import another_waits
from a2z_defense.jobs.sent import Sent, keep_sent
from a2z_defense.jobs.unjudged import Unjudged, judge_anyway
from a2z_defense.model.assessment import Assessment, ClockKind, Status
from a2z_defense.model.case import Case
from a2z_defense.model.entries import Entry, EntryKind, RecordKind
from a2z_defense.model.mail import Counted, Funder, Outcome
from a2z_defense.model.queue import QueueRow
from a2z_defense.policy.happenings import Request
from a2z_defense.policy.life import life_of
from a2z_defense.store import builds
from a2z_defense.store.builds import Build
from a2z_defense.store.store import open_store

OVER = (Status.DECIDED, Status.CLOSED)
SENT = (RecordKind.RESPONDED, RecordKind.APPEALED)
_STOPS = {RecordKind.RESPONDED: ClockKind.RESPONSE, RecordKind.APPEALED: ClockKind.APPEAL}


@dataclass(frozen=True)
class Recorded:
    entry: Entry
    late: bool
    """An answer after its deadline."""
    warnings: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()
    """The files that were sent, as they are kept now."""


def record(
    environment: Environment,
    wanted: str,
    what: RecordKind,
    *,
    at: dt.datetime | None = None,
    proof: Path | None = None,
    version: int | None = None,
    tab: str | None = None,
    due_at: dt.datetime | None = None,
    funded_by: Funder | None = None,
    odr: Counted | None = None,
) -> Recorded:
    """Record it; the time is now and the version the latest unless said otherwise.

    Raises UsageError for a version that was never built or a time in the future, NoSuchClaim.
    """
    if at is not None and at > environment.clock.now():
        raise UsageError(
            "--at is in the future", expected="a time that has passed", remedy="record it when it has happened"
        )
    happens = at or environment.clock.now()
    if proof is not None:
        read_file(proof)  # what cannot be kept must not leave a journal that tells of a sending
    before, row = judge_anyway(environment, wanted)
    claim_id = before.claim.claim_id
    sent = _sent_version(environment, claim_id, version) if what in SENT else None
    if isinstance(before, Unjudged) or before.damaged:
        # What is known of the claim has a hole: nothing is said of what this answers, only whether it was in time.
        late = (
            row is not None
            and row.deadline_kind == _STOPS.get(what)
            and bool(row.deadline_at and happens > row.deadline_at)
        )
        doubts: list[str] = []
    else:
        late = _is_late(what, happens, before.assessment)
        doubts = _doubts(what, happens, before.assessment)
    if what in (RecordKind.RESPONDED, RecordKind.MISSED) or (row is not None and row.status in OVER):
        doubts += another_waits(environment, claim_id)
    copied = keep_sent(environment, sent) if sent else ()
    entry = new_entry(
        EntryKind.RECORDED,
        record=what,
        effective_at=at,
        version=sent.version if sent else version,
        built_at=sent.built_at if sent else None,
        late=late or None,
        tab=tab,
        due_at=due_at,
        funded_by=funded_by,
        odr=odr,
    )
    kept = say(environment, wanted, entry, files=(proof,) if proof else ())
    after, now = judge_anyway(environment, claim_id)
    if what is RecordKind.SEEN and tab is None and due_at is None and now is not None and now.unanswered:
        doubts.append(
            f"no --tab: whether Amazon asks is not told, and what it asked still waits; a2z record {claim_id} seen"
            " --tab under-review, or action-required with --due"
        )
    if due_at is not None and row is not None and now is not None:
        doubts += later_deadline(row, now)
    if isinstance(after, Unjudged):
        doubts.append(after.words)
    elif after.damaged:
        doubts += _damage(after, what, now)
    elif isinstance(before, Assessed) and what in (RecordKind.RESPONDED, RecordKind.MISSED):
        doubts += _closed(before.gathered.case, after.gathered.case, what, happens, sent)
    return Recorded(kept, late, (*_warnings(what, sent, proof, late, copied=bool(copied)), *doubts), copied)


def _damage(judged: Assessed, what: RecordKind, row: QueueRow | None) -> list[str]:
    """What is damaged, and that a clock runs on which this would have stopped."""
    found = [f"{damage.got}. {damage.remedy}" for damage in judged.damaged]
    if what in _STOPS and row is not None and row.unanswered and row.act_by is not None:
        found.append(
            f"it is recorded, and the deadline of {utc_text(row.act_by)} stands until that is mended: what is damaged"
            " may be a request that this did not answer"
        )
    return found


def _is_late(what: RecordKind, happened: dt.datetime, assessment: Assessment) -> bool:
    """True when the clock that this stops had run out: the response's for an answer, the appeal's for an appeal."""
    kind = _STOPS.get(what)
    return any(clock.kind is kind and happened > clock.at for clock in assessment.clocks if kind)


def _doubts(what: RecordKind, happened: dt.datetime, assessment: Assessment) -> list[str]:
    """What may be meant otherwise: a record that stops nothing, and a word that means two things after an appeal."""
    found = []
    stopped = _STOPS.get(what, ClockKind.RESPONSE)
    started = [
        c.started_at for c in assessment.clocks if c.kind is stopped and c.started_at and happened < c.started_at
    ]
    if started and what not in (RecordKind.SEEN, RecordKind.MESSAGED, RecordKind.REVERSED):
        found.append(f"that is before what it answers ({utc_text(min(started))}), so the deadline still runs: see --at")
    appealed = any(clock.kind is ClockKind.APPEAL_RESULT for clock in assessment.clocks)
    if appealed and what in (RecordKind.DENIED, RecordKind.GRANTED):
        found.append(
            f"an appeal was sent, and {what.value} is about the buyer's claim: an appeal without effect is recorded"
            " as upheld, one that won as reversed; the later record counts"
        )
    outcome = assessment.result.outcome
    if what is RecordKind.APPEALED and outcome not in (Outcome.GRANTED, Outcome.UPHELD, Outcome.UNKNOWN):
        found.append("no grant is held that can be appealed: record granted too, with --at before the appeal")
    if what in (RecordKind.REVERSED, RecordKind.UPHELD) and not appealed:
        found.append("no appeal is held that waits for a result: record appealed too, with --at before it")
    return found


def _closed(before: Case, after: Case, what: RecordKind, happened: dt.datetime, sent: Build | None) -> list[str]:
    """What this closed when that may be more than was answered: several requests, or one that came after the answer was
    built; and what it left open."""
    asked = [request for request in life_of(before).open_requests() if request.moment <= happened]
    waiting = {request.exhibit for request in life_of(after).open_requests()}
    closed = [request for request in asked if request.exhibit not in waiting]
    notices = [request for request in closed if not request.seen] or closed
    left = [request for request in asked if request not in closed and closed]
    again = f"for one that still waits: a2z record {after.claim_id} seen --tab action-required --due INSTANT"
    found = []
    if sent is not None and any(request.moment > sent.built_at for request in notices):
        late = _told(request for request in notices if request.moment > sent.built_at)
        found.append(f"v{sent.version} was built before Amazon asked at {late}: is that answered too? {again}")
    elif len(notices) > 1:
        found.append(f"this closes {len(notices)} requests, of {_told(notices)}; {again}")
    if left:
        found.append(
            f"this is for the request of {_told(notices)}; still open: {_told(left)}; when it was for that one too,"
            f" record it once more: a2z record {after.claim_id} {what.value}"
        )
    return found


def _told(requests: Iterable[Request]) -> str:
    return ", ".join(utc_text(request.moment) for request in requests)


def _sent_version(environment: Environment, claim_id: str, version: int | None) -> Build | None:
    with open_store(environment) as store, store.reading() as connection:
        if version is None:
            return builds.latest(connection, claim_id)
        found = builds.version(connection, claim_id, version)
        newest = builds.latest(connection, claim_id)
    if found is None:
        raise UsageError(
            f"{claim_id} has no version {version}",
            expected=f"a version that was built{f', up to {newest.version}' if newest else '; none was'}",
            remedy=f"a2z build {claim_id}",
        )
    return found


def _warnings(what: RecordKind, sent: Build | None, proof: Path | None, late: bool, *, copied: bool) -> list[str]:
    found = []
    if what in SENT and sent is None:
        found.append("nothing was built for this claim: recorded without a version of what was sent")
    if sent is not None and sent.draft:
        found.append(f"v{sent.version} is a draft")
    if sent is not None and what is RecordKind.APPEALED and not sent.is_appeal:
        found.append(f"v{sent.version} holds no appeal: --version says which one was sent")
    if sent is not None and not copied:
        found.append(f"v{sent.version} lies nowhere as it was built: no copy of what was sent could be kept")
    if what in SENT and proof is None:
        found.append("no --proof: keep a screenshot of the submission, sellers are told that they did not respond")
    if late:
        found.append("recorded as late: the deadline had passed")
    return found
