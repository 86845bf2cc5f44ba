"""From the queue to alerts: pure, fast, without personal data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from a2z_defense.alerts.kinds import URGENCY, Alert, AlertKind
from a2z_defense.base.errors import ExitCode
from a2z_defense.model.queue import DueRow, DueState
from a2z_defense.policy.bands import DUE_SOON, band_of, is_due_soon, is_overdue

NEW_FOR = dt.timedelta(hours=24)
"""How long a claim is new: one working day hears of it; after that its deadline speaks."""
MISSING_FROM = ("overdue", "6h", "24h", "48h")
"""Bands in which missing evidence is worth an alert of its own; earlier, `a2z list` shows it."""
SECRET_LIFE = dt.timedelta(days=180)
"""Amazon lets an LWA client secret expire this long after its last rotation (developer docs, "Rotate credentials")."""
SECRET_NOTICE = dt.timedelta(days=14)
"""How long before that it is said."""
CLOCK_SLACK = dt.timedelta(minutes=5)
"""A last fetch this far in the future shows that the machine's clock was set back; its age is then unknown."""
STALE_AFTER = dt.timedelta(hours=24)

_DEADLINES = {
    "response": AlertKind.RESPONSE_DUE,
    "appeal": AlertKind.APPEAL_CLOSING,
    "check": AlertKind.CHECK_SELLER_CENTRAL,
}
_CLOCKS = {
    "message_reply": AlertKind.MESSAGE_UNANSWERED,
    "requested_evidence": AlertKind.EVIDENCE_REQUESTED,
    "chargeback": AlertKind.CHARGEBACK_DUE,
    "internal_target": AlertKind.INTERNAL_TARGET,
}
_FINISHED = ("decided", "closed")


def evaluate(
    state: DueState,
    now: dt.datetime,
    *,
    stale_after: dt.timedelta = STALE_AFTER,
    secrets: Mapping[str, dt.date] | None = None,
    gap_end: dt.datetime | None = None,
) -> tuple[Alert, ...]:
    """Everything that wants attention, most urgent first.

    `secrets`: the day on which each account's LWA secret was last rotated, where it is known. `gap_end`: on the last
    staffed day before a gap, when somebody is there again (`calendar.Calendar.gap_end`).
    """
    found = [
        *(alert for row in state.rows for alert in _row(row, now, gap_end)),
        *_quarantine(state, now),
        *_machine(state, now, stale_after, secrets or {}),
    ]
    last = dt.datetime.max.replace(tzinfo=dt.UTC)
    found.sort(key=lambda alert: (URGENCY[alert.band], alert.act_by or last, alert.claim_id or ""))
    return tuple(found)


def exit_code(state: DueState, now: dt.datetime, *, due_soon: dt.timedelta = DUE_SOON) -> ExitCode:
    """12, else 11, else 0, by the worst deadline of the unanswered claims. Nothing else ever changes it."""
    worst = ExitCode.OK
    for row in state.rows:
        if row.unanswered:
            if is_overdue(row.act_by, now, kind=row.deadline_kind):
                return ExitCode.OVERDUE
            if is_due_soon(row.act_by, now, due_soon=due_soon):
                worst = ExitCode.DUE_SOON
    return worst


def _row(row: DueRow, now: dt.datetime, gap_end: dt.datetime | None) -> Iterator[Alert]:
    band = band_of(row.act_by, now, kind=row.deadline_kind)
    kind = _DEADLINES.get(row.deadline_kind)
    if row.unanswered and kind is not None:
        yield Alert(row.claim_id, kind, band, row.act_by, _next(row, kind))
        if gap_end is not None and row.act_by is not None and now < row.act_by < gap_end:
            yield Alert(row.claim_id, AlertKind.BEFORE_NEXT_STAFFED, band, row.act_by, _next(row, kind))
        if row.built_not_sent is not None:
            yield Alert(row.claim_id, AlertKind.BUILT_NOT_SENT, band, row.act_by, _record(row))
        elif row.blockers and band in MISSING_FROM and kind is not AlertKind.CHECK_SELLER_CENTRAL:
            command = f"a2z check {row.claim_id}"
            yield Alert(row.claim_id, AlertKind.EVIDENCE_MISSING, band, row.act_by, command)
    if row.status not in _FINISHED and now - row.first_seen < NEW_FOR:
        yield Alert(row.claim_id, AlertKind.NEW_CLAIM, band, row.act_by, f"a2z show {row.claim_id}")
    for name, act_by in row.clocks:
        clock = _CLOCKS.get(name)
        if clock is not None:
            command = f"a2z show {row.claim_id}"
            yield Alert(row.claim_id, clock, band_of(act_by, now, kind=name), act_by, command)


def _next(row: DueRow, kind: AlertKind) -> str:
    """The one command to run next."""
    if kind is AlertKind.CHECK_SELLER_CENTRAL:
        return f"a2z record {row.claim_id} seen --tab under-review"
    if row.built_not_sent is not None:
        return _record(row)
    if not row.blockers:
        return f"a2z build {row.claim_id}{' --appeal' if kind is AlertKind.APPEAL_CLOSING else ''}"
    return f"a2z check {row.claim_id}"


def _record(row: DueRow) -> str:
    done = "appealed" if row.deadline_kind == "appeal" else "responded"
    return f"a2z record {row.claim_id} {done} --version {row.built_not_sent}"


def _quarantine(state: DueState, now: dt.datetime) -> Iterator[Alert]:
    for row in state.quarantine:
        if not row.released:
            band = band_of(row.act_by, now, kind="response")
            command = f"a2z claim release {row.evidence}"
            yield Alert(row.order_id, AlertKind.QUARANTINED_NOTICE, band, row.act_by, command, row.evidence)


def _machine(
    state: DueState, now: dt.datetime, stale_after: dt.timedelta, secrets: Mapping[str, dt.date]
) -> Iterator[Alert]:
    fetched = state.last_fetch
    if fetched is None or now - fetched > stale_after or fetched - now > CLOCK_SLACK:
        yield Alert(None, AlertKind.NOTHING_FETCHED, "none", None, "a2z fetch")
    if state.stale:
        yield Alert(None, AlertKind.QUEUE_STALE, "none", None, "a2z reindex")
    for account, rotated in sorted(secrets.items()):
        # The start of the day in the zone that is furthest ahead: never later than the account's own.
        expires = dt.datetime.combine(rotated, dt.time(), dt.timezone(dt.timedelta(hours=14))) + SECRET_LIFE
        if expires - now <= SECRET_NOTICE:
            act_by = expires.astimezone(dt.UTC)
            band = band_of(act_by, now, kind="secret")
            yield Alert(None, AlertKind.SECRET_EXPIRING, band, act_by, "a2z doctor", account)
