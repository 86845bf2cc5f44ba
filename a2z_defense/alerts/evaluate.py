"""From the queue to alerts: pure, fast, without personal data."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from a2z_defense.alerts.kinds import URGENCY, Alert, AlertKind
from a2z_defense.base.errors import ExitCode
from a2z_defense.base.instants import utc_text
from a2z_defense.model.due import DueRow, DueState
from a2z_defense.policy.bands import DUE_SOON, edges, is_due_soon, is_overdue
from a2z_defense.policy.next_step import APPEAL_RESULT, next_command

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
    APPEAL_RESULT: AlertKind.APPEAL_RESULT,
}
_LOOK = {name: "check" if name in ("requested_evidence", APPEAL_RESULT) else "show" for name in _CLOCKS}
"""The command that tells what one of these is about."""
_FINISHED = ("decided", "closed")
_LAST = "9999"


class _Moment:
    """The instant of a run as text, to which the index's instants are compared without their `Z`: in that form
    whole and broken seconds are in order of time."""

    def __init__(self, now: dt.datetime, gap: tuple[dt.datetime, dt.datetime] | None) -> None:
        self.now = _bare(now)
        self.new_from = _bare(now - NEW_FOR)
        self.gap = (max(_bare(gap[0]), self.now), _bare(gap[1])) if gap else None
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

    def is_in_gap(self, act_by: str | None) -> bool:
        """True for a deadline to come at which nobody is there."""
        return self.gap is not None and act_by is not None and self.gap[0] < act_by[:-1] < self.gap[1]


def _bare(instant: dt.datetime) -> str:
    return utc_text(instant)[:-1]


def evaluate(
    state: DueState,
    now: dt.datetime,
    *,
    stale_after: dt.timedelta = STALE_AFTER,
    secrets: Mapping[str, dt.date] | None = None,
    gap: tuple[dt.datetime, dt.datetime] | None = None,
) -> list[Alert]:
    """Everything that wants attention, most urgent first.

    `secrets`: the day on which each account's LWA secret was last rotated, where it is known. `gap`: on a staffed
    day, when nobody is there after it (`calendar.Calendar.gap`).
    """
    moment = _Moment(now, gap)
    found = [
        *_rows(state.rows, moment),
        *_quarantine(state, moment),
        *_machine(state, moment, now, stale_after, secrets or {}),
    ]
    # The rows come by claim; two stable sorts on plain strings and numbers are faster than one on tuples.
    found.sort(key=lambda alert: alert.act_by or _LAST)
    found.sort(key=lambda alert: URGENCY[alert.band])
    return found


def unreadable(now: dt.datetime) -> Alert:
    """What is told, once a day, while the queue cannot be read."""
    return Alert(None, AlertKind.QUEUE_UNREADABLE, "none", None, "a2z doctor", f"{now:%Y-%m-%d}")


def exit_code(state: DueState, now: dt.datetime, *, due_soon: dt.timedelta = DUE_SOON) -> ExitCode:
    """12, else 11, else 0, by the worst deadline of the unanswered claims. Nothing else ever changes it."""
    first: dict[str, str] = {}
    for _claim, _status, _blockers, kind, act_by, _seen, unanswered, _built, _clocks in state.rows:
        if unanswered and act_by and act_by[:-1] < first.get(kind, _LAST):
            first[kind] = act_by[:-1]
    worst = ExitCode.OK
    for kind, bare in first.items():
        earliest = dt.datetime.fromisoformat(f"{bare}Z")
        if is_overdue(earliest, now, kind=kind):
            return ExitCode.OVERDUE
        if is_due_soon(earliest, now, due_soon=due_soon):
            worst = ExitCode.DUE_SOON
    return worst


def _rows(rows: Iterable[DueRow], moment: _Moment) -> list[Alert]:
    """The alerts of the claims. One flat loop: ten thousand claims pass through it at every run."""
    found: list[Alert] = []
    add = found.append
    deadlines, band_of, new_from = _DEADLINES, moment.band, moment.new_from
    for claim_id, status, blockers, deadline_kind, act_by, first_seen, unanswered, built_not_sent, clocks in rows:
        band = band_of(act_by, deadline_kind)
        if unanswered and deadline_kind in deadlines:
            kind = deadlines[deadline_kind]
            command = next_command(claim_id, deadline_kind, blockers, built_not_sent)
            add(Alert(claim_id, kind, band, act_by, command))
            if moment.is_in_gap(act_by):
                add(Alert(claim_id, AlertKind.BEFORE_NEXT_STAFFED, band, act_by, command))
            if built_not_sent is not None:
                show = next_command(claim_id, "response", blockers, built_not_sent)
                add(Alert(claim_id, AlertKind.BUILT_NOT_SENT, band, act_by, show))
            elif blockers and band in MISSING_FROM and kind is not AlertKind.CHECK_SELLER_CENTRAL:
                add(Alert(claim_id, AlertKind.EVIDENCE_MISSING, band, act_by, f"a2z check {claim_id}"))
        if first_seen[:-1] > new_from and status not in _FINISHED:
            add(Alert(claim_id, AlertKind.NEW_CLAIM, band, act_by, f"a2z show {claim_id}"))
        if clocks != "[]":
            for name, due in json.loads(clocks):
                if name in _CLOCKS:
                    command = f"a2z {_LOOK[name]} {claim_id}"
                    if name == "internal_target":
                        command = next_command(claim_id, deadline_kind, blockers, built_not_sent)
                    add(Alert(claim_id, _CLOCKS[name], band_of(due, name), due, command))
    return found


def _quarantine(state: DueState, moment: _Moment) -> Iterator[Alert]:
    for held in state.quarantine:
        band = moment.band(held.act_by, "response")
        # Look first: that list says what to do with each, and releasing a forged one would make a claim of it.
        command = "a2z list --quarantine"
        yield Alert(held.order_id, AlertKind.QUARANTINED_NOTICE, band, held.act_by, command, held.evidence)


def _machine(
    state: DueState, moment: _Moment, now: dt.datetime, stale_after: dt.timedelta, secrets: Mapping[str, dt.date]
) -> Iterator[Alert]:
    fetched = state.last_fetch
    if fetched is not None and fetched - now > CLOCK_SLACK:
        yield Alert(None, AlertKind.CLOCK_WRONG, "none", None, "a2z doctor")
    elif fetched is None or now - fetched > stale_after:
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
