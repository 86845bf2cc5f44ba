"""From the queue to alerts: pure, fast, without personal data."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from a2z_defense.alerts.kinds import URGENCY, Alert, AlertKind
from a2z_defense.base.errors import ExitCode
from a2z_defense.base.instants import utc_text
from a2z_defense.model.due import DueRow, DueState
from a2z_defense.policy.bands import DUE_SOON, edges, is_due_soon, is_overdue

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
_LAST = "9999"


class _Moment:
    """The instant of a run as text, to which the index's instants are compared without their `Z`: in that form
    whole and broken seconds are in order of time."""

    def __init__(self, now: dt.datetime, gap_end: dt.datetime | None) -> None:
        self.now = _bare(now)
        self.new_from = _bare(now - NEW_FOR)
        self.gap_end = _bare(gap_end) if gap_end else None
        limits = edges(now)
        self._edges = [_bare(limit) for limit, _band in limits]
        self._bands = [*(band for _limit, band in limits), "later"]
        self._soon = self._bands.index("24h")

    def band(self, act_by: str | None, kind: str) -> str:
        """As `policy.bands.band_of`, for text."""
        if act_by is None:
            return "none"
        found = bisect_left(self._edges, act_by[:-1])
        return self._bands[self._soon if kind == "check" and found < self._soon else found]


def _bare(instant: dt.datetime) -> str:
    return utc_text(instant)[:-1]


def evaluate(
    state: DueState,
    now: dt.datetime,
    *,
    stale_after: dt.timedelta = STALE_AFTER,
    secrets: Mapping[str, dt.date] | None = None,
    gap_end: dt.datetime | None = None,
) -> list[Alert]:
    """Everything that wants attention, most urgent first.

    `secrets`: the day on which each account's LWA secret was last rotated, where it is known. `gap_end`: on the last
    staffed day before a gap, when somebody is there again (`calendar.Calendar.gap_end`).
    """
    moment = _Moment(now, gap_end)
    found = [
        *(alert for row in state.rows for alert in _row(row, moment)),
        *_quarantine(state, moment),
        *_machine(state, moment, now, stale_after, secrets or {}),
    ]
    found.sort(key=lambda alert: (URGENCY[alert.band], alert.act_by or _LAST, alert.claim_id or ""))
    return found


def exit_code(state: DueState, now: dt.datetime, *, due_soon: dt.timedelta = DUE_SOON) -> ExitCode:
    """12, else 11, else 0, by the worst deadline of the unanswered claims. Nothing else ever changes it."""
    first: dict[str, str] = {}
    for row in state.rows:
        if row.unanswered and row.act_by and row.act_by[:-1] < first.get(row.deadline_kind, _LAST):
            first[row.deadline_kind] = row.act_by[:-1]
    worst = ExitCode.OK
    for kind, bare in first.items():
        act_by = dt.datetime.fromisoformat(f"{bare}Z")
        if is_overdue(act_by, now, kind=kind):
            return ExitCode.OVERDUE
        if is_due_soon(act_by, now, due_soon=due_soon):
            worst = ExitCode.DUE_SOON
    return worst


def _row(row: DueRow, moment: _Moment) -> Iterator[Alert]:
    act_by = row.act_by
    band = moment.band(act_by, row.deadline_kind)
    kind = _DEADLINES.get(row.deadline_kind)
    if row.unanswered and kind is not None:
        yield Alert(row.claim_id, kind, band, act_by, _next(row, kind))
        if moment.gap_end is not None and act_by is not None and moment.now < act_by[:-1] < moment.gap_end:
            yield Alert(row.claim_id, AlertKind.BEFORE_NEXT_STAFFED, band, act_by, _next(row, kind))
        if row.built_not_sent is not None:
            yield Alert(row.claim_id, AlertKind.BUILT_NOT_SENT, band, act_by, _record(row))
        elif row.blockers and band in MISSING_FROM and kind is not AlertKind.CHECK_SELLER_CENTRAL:
            yield Alert(row.claim_id, AlertKind.EVIDENCE_MISSING, band, act_by, f"a2z check {row.claim_id}")
    if row.first_seen[:-1] > moment.new_from and row.status not in _FINISHED:
        yield Alert(row.claim_id, AlertKind.NEW_CLAIM, band, act_by, f"a2z show {row.claim_id}")
    if row.clocks != "[]":
        for name, due in json.loads(row.clocks):
            clock = _CLOCKS.get(name)
            if clock is not None:
                yield Alert(row.claim_id, clock, moment.band(due, name), due, f"a2z show {row.claim_id}")


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


def _quarantine(state: DueState, moment: _Moment) -> Iterator[Alert]:
    for held in state.quarantine:
        band = moment.band(held.act_by, "response")
        command = f"a2z claim release {held.evidence}"
        yield Alert(held.order_id, AlertKind.QUARANTINED_NOTICE, band, held.act_by, command, held.evidence)


def _machine(
    state: DueState, moment: _Moment, now: dt.datetime, stale_after: dt.timedelta, secrets: Mapping[str, dt.date]
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
            act_by = utc_text(expires)
            band = moment.band(act_by, "secret")
            yield Alert(None, AlertKind.SECRET_EXPIRING, band, act_by, "a2z doctor", account)
