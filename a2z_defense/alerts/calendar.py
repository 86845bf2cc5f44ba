"""When somebody is there: quiet hours, staffed hours and days, in the seller's zone. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from a2z_defense.base.config import Team
from a2z_defense.base.errors import ConfigurationError

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD = dt.timedelta(days=31)
"""No response or appeal window is longer; a team that is away for more is told of everything in it."""


@dataclass(frozen=True)
class Span:
    """A part of the day, which may go over midnight. `end` is not in it."""

    start: dt.time
    end: dt.time

    def holds(self, moment: dt.time) -> bool:
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def parse_span(text: str, *, what: str) -> Span | None:
    """`22:00-07:00`; None for an empty text. Raises ConfigurationError."""
    if not text.strip():
        return None
    found = _SPAN.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        hours = [int(part) for part in found.groups()]
        return Span(dt.time(hours[0], hours[1]), dt.time(hours[2], hours[3]))
    except ValueError:
        raise ConfigurationError(
            f"{what} is {text!r}",
            expected="two times of the day like 22:00-07:00",
            remedy=f"mend {what} in the configuration",
        ) from None


@dataclass(frozen=True)
class Calendar:
    """The team's hours and days."""

    zone: ZoneInfo
    quiet: Span | None = None
    hours: Span | None = None
    weekdays: frozenset[int] = frozenset(range(7))
    """0 is Monday."""
    away: Container[dt.date] = frozenset()
    """Holidays and days on which nobody is there."""

    def is_quiet(self, now: dt.datetime) -> bool:
        """True in quiet hours."""
        return self.quiet is not None and self.quiet.holds(now.astimezone(self.zone).time())

    def is_staffed_day(self, day: dt.date) -> bool:
        return day.weekday() in self.weekdays and day not in self.away

    def is_staffed(self, now: dt.datetime) -> bool:
        """True when somebody is there at this moment."""
        local = now.astimezone(self.zone)
        return self.is_staffed_day(local.date()) and (self.hours is None or self.hours.holds(local.time()))

    def gap_end(self, now: dt.datetime) -> dt.datetime | None:
        """On the last staffed day before one or more days on which nobody is there: when somebody is there again.

        None on every other day.
        """
        today = now.astimezone(self.zone).date()
        tomorrow = today + dt.timedelta(days=1)
        if not self.is_staffed_day(today) or self.is_staffed_day(tomorrow):
            return None
        day = tomorrow
        while not self.is_staffed_day(day) and day - today < LOOK_AHEAD:
            day += dt.timedelta(days=1)
        start = self.hours.start if self.hours else dt.time()
        return dt.datetime.combine(day, start, self.zone).astimezone(dt.UTC)


def calendar_of(team: Team, *, zone: str, quiet_hours: str, now: dt.datetime) -> Calendar:
    """The calendar of a configuration. Raises ConfigurationError for hours, weekdays or a country that do not exist."""
    unknown = [day for day in team.weekdays if day.lower()[:3] not in _WEEKDAYS]
    if unknown:
        raise ConfigurationError(
            f"team.weekdays has {unknown[0]!r}",
            expected=f"some of {', '.join(_WEEKDAYS)}",
            remedy="mend team.weekdays in the configuration",
        )
    return Calendar(
        zone=ZoneInfo(zone),
        quiet=parse_span(quiet_hours, what="alert.quiet_hours"),
        hours=parse_span(team.hours, what="team.hours"),
        weekdays=frozenset(_WEEKDAYS.index(day.lower()[:3]) for day in team.weekdays),
        away=_Away(frozenset(team.away), team.country, now),
    )


@dataclass(frozen=True)
class _Away:
    """Days off. Public holidays are looked up only for a weekday on which it matters: their tables load slowly."""

    days: frozenset[dt.date]
    country: str
    now: dt.datetime

    def __contains__(self, day: object) -> bool:
        return day in self.days or (bool(self.country) and day in _holidays(self.country, self.now.year))


@cache
def _holidays(country: str, year: int) -> frozenset[dt.date]:
    import holidays

    try:
        found = holidays.country_holidays(country.upper(), years=(year, year + 1))
    except NotImplementedError:
        raise ConfigurationError(
            f"team.country is {country!r}",
            expected="a country of two letters whose public holidays are known, like IT",
            remedy="mend team.country, or list the days in team.away",
        ) from None
    return frozenset(found)
