"""Which alerts go to whom now: never twice for one band, again on escalation, quiet hours, acknowledgements. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from a2z_defense.alerts.calendar import Calendar
from a2z_defense.alerts.kinds import URGENCY, Alert, AlertKind
from a2z_defense.alerts.memory import Told, act_by_text

LAST_BANDS = ("overdue", "6h")
"""What no quiet hour and no earlier acknowledgement silences."""
CLOCK_SLACK = dt.timedelta(minutes=5)
"""Something told this far in the future was told under a clock that has been set back since: it does not count now."""
TOLD_LATER_TOO = (
    *(AlertKind.NEW_CLAIM, AlertKind.QUARANTINED_NOTICE),
    *(AlertKind.BEFORE_NEXT_STAFFED, AlertKind.SECRET_EXPIRING),
)
"""Kinds that are news as soon as they exist; the others wait until they are due within 48 hours."""
OF_ITS_DEADLINE = (AlertKind.BUILT_NOT_SENT, AlertKind.EVIDENCE_MISSING, AlertKind.BEFORE_NEXT_STAFFED)
"""Kinds that say more of a deadline that is told beside them: who has that one in hand has these."""
TOLD_ONCE = (AlertKind.NEW_CLAIM, AlertKind.BEFORE_NEXT_STAFFED)
"""Kinds that are told once, whatever becomes of the band: the deadline itself escalates beside them."""


@dataclass(frozen=True)
class Acknowledged:
    """`a2z ack`: somebody has it in hand."""

    at: dt.datetime
    until: dt.datetime
    shown: frozenset[tuple[str, str, str]]
    """(kind, subject, act_by) of what there was when it was said: a deadline that came since is news."""

    def covers(self, alert: Alert) -> bool:
        """True for what was there when it was said, and for what is said of a deadline that was."""
        if alert.kind in OF_ITS_DEADLINE:
            return act_by_text(alert) in {act_by for _kind, _subject, act_by in self.shown}
        return shown([alert]) <= self.shown


@dataclass(frozen=True)
class Now:
    """The moment of a run, and how the team stands to it."""

    at: dt.datetime
    calendar: Calendar
    acks: Mapping[str, Acknowledged]
    repeat: bool = False
    """`--repeat`: tell what was told before, too."""


def shown(alerts: Iterable[Alert]) -> frozenset[tuple[str, str, str]]:
    """What an acknowledgement keeps of the alerts that it is for."""
    return frozenset((alert.kind.value, alert.subject, act_by_text(alert)) for alert in alerts)


def to_tell(alerts: Sequence[Alert], told: Iterable[Told], now: Now) -> list[Alert]:
    """The alerts that one recipient is to be told in this run."""
    before: dict[tuple[tuple[str, str, str], str], list[Told]] = {}
    staffed: set[tuple[str, str]] = set()
    for row in told:
        if row.at <= now.at + CLOCK_SLACK:
            before.setdefault((row.key, row.act_by), []).append(row)
            if row.staffed:
                staffed.add((row.key[0], row.act_by))
    return [
        alert
        for alert in alerts
        if _is_news(alert)
        and (now.repeat or not _was_told(alert, before.get((alert.key, act_by_text(alert)), ())))
        and not _is_acknowledged(alert, now)
        and not (
            now.calendar.is_quiet(now.at)
            and alert.band not in LAST_BANDS
            and (alert.claim_id or "", act_by_text(alert)) in staffed
        )
    ]


def _is_news(alert: Alert) -> bool:
    return alert.band != "later" or alert.kind in TOLD_LATER_TOO


def _was_told(alert: Alert, before: Iterable[Told]) -> bool:
    if alert.kind in TOLD_ONCE:
        return any(True for _row in before)
    return any(URGENCY[row.band] <= URGENCY[alert.band] for row in before)


def _is_acknowledged(alert: Alert, now: Now) -> bool:
    """An acknowledgement covers its time and the deadline that was shown, but not an escalation into the last bands
    that came after it."""
    ack = now.acks.get(alert.claim_id or "")
    if ack is None or now.at >= ack.until or not ack.covers(alert):
        return False
    if alert.band not in LAST_BANDS or alert.deadline is None:
        return True
    limit = dt.timedelta(0) if alert.band == "overdue" else dt.timedelta(hours=6)
    return alert.deadline - ack.at <= limit
