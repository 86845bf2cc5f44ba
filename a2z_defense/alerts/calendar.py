"""When alerts may go out: quiet hours, staffed time, and the time after it in which nobody is there. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from a2z_defense.base.config import Team
from a2z_defense.base.hours import parse_hours
from a2z_defense.policy.team import is_staffed_day

LOOK_AHEAD = dt.timedelta(days=31)
"""No response or appeal window is longer; a team that is away for more is told of everything in it."""
EVERY_DAY = Team(weekdays=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The team's hours and days, in the seller's zone. Its methods raise ConfigurationError for days or hours that
    cannot be read."""

    zone: ZoneInfo
    team: Team = EVERY_DAY
    quiet_hours: str = ""

    def check(self, now: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
        """`gap`, after everything that the other methods will read was read too."""
        self.is_quiet(now)
        self.is_staffed(now)
        for number in range(7):  # on a Sunday the holidays of a team that is away anyway are not even looked at
            is_staffed_day(self.team, now.astimezone(self.zone).date() + number * _DAY)
        return self.gap(now)

    def is_quiet(self, now: dt.datetime) -> bool:
        """True in quiet hours."""
        if not self.quiet_hours.strip():
            return False
        begin, end = parse_hours(self.quiet_hours, what="alert.quiet_hours")
        moment = now.astimezone(self.zone).time()
        return begin <= moment < end if begin <= end else moment >= begin or moment < end

    def is_staffed(self, now: dt.datetime) -> bool:
        """True when somebody is there at this moment."""
        begin, end = parse_hours(self.team.hours)
        local = now.astimezone(self.zone)
        day, moment = local.date(), local.time()
        if begin == end:
            return is_staffed_day(self.team, day)
        if begin < end:
            return begin <= moment < end and is_staffed_day(self.team, day)
        # Hours over midnight belong to the day on which they begin.
        return is_staffed_day(self.team, day if moment >= begin else day - _DAY) and (moment >= begin or moment < end)

    def gap(self, now: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
        """On a staffed day: from when nobody is there until somebody is there again, in UTC.

        None on other days, and on a day that the next staffed one follows without a break.
        """
        begin, end = parse_hours(self.team.hours)
        today = now.astimezone(self.zone).date()
        if not is_staffed_day(self.team, today):
            return None
        day = today + _DAY
        while not is_staffed_day(self.team, day) and day - today < LOOK_AHEAD:
            day += _DAY
        left = dt.datetime.combine(today if begin < end else today + _DAY, end, self.zone).astimezone(dt.UTC)
        back = dt.datetime.combine(day, begin, self.zone).astimezone(dt.UTC)
        return (left, back) if left < back else None
