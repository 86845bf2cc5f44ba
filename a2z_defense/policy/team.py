"""When somebody of the team is there: hours, weekdays, public holidays, days away."""

from __future__ import annotations

import datetime as dt
import sys
from functools import cache
from types import ModuleType
from zoneinfo import ZoneInfo

from a2z_defense.base.config import Team
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.base.hours import parse_hours, parse_weekdays

_LOOK_BACK = 400
"""Days to search backwards for a staffed one: more than a year means that the team is never there."""


def is_configured(team: Team) -> bool:
    """True when the configuration says anything of the team's presence."""
    return bool(team.hours or team.country or team.away) or team.weekdays != Team().weekdays


def last_staffed(team: Team, act_by: dt.datetime, zone: str) -> dt.datetime | None:
    """The last moment up to `act_by` at which somebody is there, in UTC; None when nobody ever is.

    `zone` is the seller's (IANA name). Raises ConfigurationError for hours, weekdays or a country that cannot be read.
    """
    place = ZoneInfo(zone)
    begin, end = parse_hours(team.hours)
    day = act_by.astimezone(place).date()
    for _ in range(_LOOK_BACK):
        if is_staffed_day(team, day):
            start = dt.datetime.combine(day, begin, place)
            last = day if begin < end else day + dt.timedelta(days=1)
            stop = dt.datetime.combine(last, end, place)
            if start <= act_by:
                return min(stop.astimezone(dt.UTC), act_by.astimezone(dt.UTC))
        day -= dt.timedelta(days=1)
    return None


def is_staffed_day(team: Team, day: dt.date) -> bool:
    """True when somebody is there that day. Raises ConfigurationError for weekdays or a country that do not exist."""
    return (
        day.weekday() in parse_weekdays(team.weekdays) and day not in team.away and not _is_holiday(team.country, day)
    )


@cache
def _is_holiday(country: str, day: dt.date) -> bool:
    if not country:
        return False
    holidays = _holidays()
    code = "GB" if country.upper() == "UK" else country.upper()
    try:
        return day in holidays.country_holidays(code, years=day.year)
    except NotImplementedError:
        raise ConfigurationError(
            f"team.country is {country!r}, whose public holidays are not known",
            expected="two letters of a country, like IT",
            remedy="mend team.country, or leave it empty and list the days in team.away",
        ) from None


@cache
def _holidays() -> ModuleType:
    """The package of holidays, imported only when a country is configured, and of its 250 countries only that one.

    Asked for one country it would import them all, for its package of countries names each: 0.6 s of every `a2z alert`.
    A package that was found and not run lets each country be imported by itself: 0.1 s.
    """
    from importlib.util import find_spec, module_from_spec

    import holidays

    name = "holidays.countries"
    spec = find_spec(name) if name not in sys.modules else None
    if spec is not None:
        sys.modules[name] = module_from_spec(spec)
    return holidays
