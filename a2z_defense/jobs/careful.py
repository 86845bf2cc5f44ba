"""The queue's row of a claim of which a piece of evidence cannot be read: no clock is lost, and none runs on that the
seller has ended since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from a2z_defense.model.assessment import ClockKind, DeadlineKind, Status
from a2z_defense.model.entries import Entry, RecordKind
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.model.mail import MailKind
from a2z_defense.model.queue import DAMAGED, QueueRow
from a2z_defense.policy.happenings import when
from a2z_defense.store import evidence, index
from a2z_defense.store.errors import BlobDamaged

_OUTCOMES = frozenset({RecordKind.GRANTED, RecordKind.DENIED, RecordKind.WITHDRAWN, RecordKind.CLOSED})
_AFTER_APPEAL = frozenset({RecordKind.REVERSED, RecordKind.UPHELD})
_ANSWERS = frozenset({RecordKind.RESPONDED, RecordKind.MISSED})
_OVER = _OUTCOMES | _AFTER_APPEAL | _ANSWERS
_ENDS = {
    DeadlineKind.RESPONSE: _OVER,
    DeadlineKind.CHECK: _OVER,
    DeadlineKind.APPEAL: _AFTER_APPEAL | {RecordKind.APPEALED, RecordKind.CLOSED},
    DeadlineKind.NONE: frozenset[RecordKind](),
}
"""What the seller can record that ends each clock, whatever else a claim may hold. A denial ends no appeal: Amazon's
mail may say the contrary."""
_MAY_ASK = (EvidenceKind.MAIL.value, EvidenceKind.ENTRY.value)
"""Evidence that may tell of a request or a decision."""
_REQUESTS = [kind.value for kind in (MailKind.ACTION_REQUIRED, MailKind.CLAIM_UNRECOGNISED, MailKind.CLAIM_RECEIVED)]
_CLOCK = ("deadline_kind", "deadline_at", "act_by", "rule", "rule_source", "started_at", "started_by")
_STOPPED: dict[str, Any] = {**dict.fromkeys(_CLOCK), "deadline_kind": DeadlineKind.NONE.value}
_OWN_CLOCKS = (ClockKind.INTERNAL_TARGET.value, ClockKind.LAST_STAFFED.value)


def careful(connection: Connection, row: QueueRow, entries: Sequence[Entry], lost: Sequence[BlobDamaged]) -> QueueRow:
    """The row as it was when all could be read, unless what came in since ends its clock or starts one; of two that run
    the earlier counts. `row`: judged of what is left, `entries`: those of its case."""
    old = index.row_of(connection, row.claim_id)
    found = row
    if old is not None:
        damaged = [one.evidence_id for one in lost]
        ended = _ended(connection, old, row, entries, lost)
        if _is_started(connection, row, damaged):
            earlier = old.unanswered and old.act_by and (row.act_by is None or old.act_by < row.act_by)
            found = _with_clock(row, old, unanswered=True) if earlier and ended is None else row
        elif ended is not None:
            found = ended
        elif _was_looked_at(old, row):
            found = _with_clock(old, row, unanswered=old.unanswered)
        else:
            found = replace(old, latest_version=row.latest_version)
        if found.status not in (Status.DECIDED.value, Status.CLOSED.value):
            # A message that came in since has a clock too.
            found = replace(found, clocks=tuple(sorted({*found.clocks, *row.clocks}, key=lambda clock: clock[1])))
    tags = tuple(dict.fromkeys((*found.tags, DAMAGED)))
    return replace(found, ready=False, blockers=max(1, found.blockers), tags=tags)


def _is_started(connection: Connection, row: QueueRow, damaged: Sequence[str]) -> bool:
    """The clock of what is left was started by something that came in after the damaged pieces. A look that no notice
    asks for is none: it stands for what cannot be read."""
    if row.started_by is None:
        return False
    if row.deadline_kind == DeadlineKind.CHECK and row.started_by not in _notices(connection, row.order_id):
        return False
    return evidence.came_after(connection, row.started_by, damaged)


def _notices(connection: Connection, order_id: str) -> set[str]:
    """Every mail that tells of a claim or asks about it, readable or not."""
    return {mail.evidence for mail, order in index.mails_of_kinds(connection, _REQUESTS) if order == order_id}


def _with_clock(row: QueueRow, other: QueueRow, *, unanswered: bool) -> QueueRow:
    return replace(row, unanswered=unanswered, **{name: getattr(other, name) for name in _CLOCK})


def _was_looked_at(old: QueueRow, row: QueueRow) -> bool:
    """The same notice asks for the next look: only a look that was recorded moves that."""
    return old.deadline_kind == row.deadline_kind == DeadlineKind.CHECK and old.started_by == row.started_by


def _ended(
    connection: Connection, old: QueueRow, row: QueueRow, entries: Sequence[Entry], lost: Sequence[BlobDamaged]
) -> QueueRow | None:
    """The old row without its clock, or with the next one of what is left, when the seller recorded what ends it, for a
    moment after everything that the damaged pieces can tell of; None while the clock runs."""
    known_since = [one.evidence_id for one in lost if one.kind in _MAY_ASK]
    if old.started_at is None and old.started_by is not None:
        known_since.append(old.started_by)
    since = [evidence.last_to_come(connection, known_since), old.started_at]
    ends = _ENDS[DeadlineKind(old.deadline_kind)]
    said = [
        entry for entry in entries if entry.record in ends and all(one is None or when(entry) >= one for one in since)
    ]
    if not said:
        return None
    last = max(said, key=when)
    if last.record in _ANSWERS and _another_may_wait(connection, row.order_id, lost):
        return None
    found = replace(
        old,
        **_STOPPED,
        unanswered=False,
        built_not_sent=row.built_not_sent,
        latest_version=row.latest_version,
        late=old.late or row.late,
        clocks=tuple(clock for clock in old.clocks if clock[0] not in _OWN_CLOCKS),
    )
    if row.unanswered and (old.deadline_kind != DeadlineKind.APPEAL or row.deadline_kind == DeadlineKind.APPEAL):
        # A decision that cannot be read closed what was asked before it.
        found = _with_clock(found, row, unanswered=True)
    if last.record in _OUTCOMES | _AFTER_APPEAL:
        return replace(found, status=row.status, outcome=row.outcome, funded_by=row.funded_by, odr=row.odr)
    if last.record is RecordKind.RESPONDED and old.status == Status.OPEN and not found.unanswered:
        return replace(found, status=Status.ANSWERED.value)
    return found


def _another_may_wait(connection: Connection, order_id: str, lost: Sequence[BlobDamaged]) -> bool:
    """A request that cannot be read is not the only one: which of them an answer closed is not known."""
    asked = _notices(connection, order_id)
    return len(asked) > 1 and any(one.evidence_id in asked for one in lost)
