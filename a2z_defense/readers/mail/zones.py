"""Zones as mails write them behind a time of the day: "PT", "UTC+2", "(heure de Paris)"."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from a2z_defense.readers.mail import tables

EARLIEST_ZONE = dt.timezone(dt.timedelta(hours=14))
"""The zone where a clock's time comes first on Earth: the earliest instant that a time without zone can mean."""


class Abbreviated(dt.tzinfo):
    """An abbreviation of one half of the year, which many write in both: the earlier of what it says and of what the
    clocks of its place show."""

    def __init__(self, name: str, zones: tuple[dt.tzinfo, ...]) -> None:
        self.name = name
        self.zones = zones

    def utcoffset(self, when: dt.datetime | None) -> dt.timedelta:
        """The largest offset of the zones: there a time of the day comes first."""
        return max(zone.utcoffset(when) or dt.timedelta() for zone in self.zones)

    def dst(self, when: dt.datetime | None) -> None:
        """Not known."""

    def tzname(self, when: dt.datetime | None) -> str:  # noqa: ARG002
        return self.name.upper()


def in_country(zone: dt.tzinfo | None, country: str) -> dt.tzinfo | None:
    """What an abbreviation means in the mails of that country."""
    place = _table().get(country, {}).get(zone.name) if isinstance(zone, Abbreviated) else None
    return ZoneInfo(place) if place else zone


def zone_behind(text: str) -> dt.tzinfo | None:
    """The zone that the flat `text` right behind a time begins with; None for none. One that stands in brackets and is
    not known is read where it comes first on Earth."""
    text = text.lstrip(" ,")
    bracket = _BRACKET.match(text)
    if bracket is None:
        found = _plain().match(text)
        return _of(found) if found else None
    inside = bracket["inside"]
    known = [zone for found in _plain().finditer(inside) if (zone := _of(found)) is not None]
    if known:
        return known[0] if len(known) == 1 else Abbreviated(inside, tuple(known))
    return EARLIEST_ZONE if _ZONE_LIKE.search(inside) else None


_BRACKET = re.compile(r"[(\[](?P<inside>[^()\[\]]{1,40})")
_ZONE_LIKE = re.compile(r"\b(?:utc|gmt|time|heure|hora|horário|ora|zeit|\w+zeit|tijd|czas|czasu|tid|saati)\b|^[+-]\d")
_OFFSET = r"(?P<offset>(?:(?:utc|gmt)\s?)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)h?(?![\w:])"

_WORDS = r"(?:et|est)\b(?! ?(?:$|[^\w ]|\d|on\b|today|tomorrow|time|(?:mon|tues|wednes|thurs|fri|satur|sun)day))"
"""French and Italian words, where no zone of a time can stand."""


@cache
def _plain() -> re.Pattern[str]:
    table = _table()
    places = "|".join(sorted(map(re.escape, table["places"]), key=len, reverse=True))
    short = "|".join(sorted(table["hours"], key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?!{_WORDS})(?:{_OFFSET}|(?:(?:heure|hora|ora|horário) (?:de |di )?)?(?P<place>{places})"
        rf"(?: (?:standard|daylight|summer))?(?: time)?(?!\w)|(?P<name>{short})(?!\w|\s?[+-]\d))"
    )


def _of(found: re.Match[str]) -> dt.tzinfo | None:
    if found["offset"]:
        offset = dt.timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        if offset > dt.timedelta(hours=14):
            return None
        return dt.timezone(offset if found["sign"] == "+" else -offset)
    table = _table()
    if found["place"]:
        return ZoneInfo(table["places"][found["place"]])
    return _abbreviated(found["name"])


@cache
def _abbreviated(name: str) -> Abbreviated:
    table = _table()
    hours, clocks = table["hours"].get(name), table["clocks"].get(name)
    zones: list[dt.tzinfo] = [] if hours is None else [dt.timezone(dt.timedelta(hours=hours))]
    zones += [ZoneInfo(clocks)] if clocks else []
    return Abbreviated(name, tuple(zones) or (EARLIEST_ZONE,))


def _table() -> dict[str, Any]:
    return tables.load("zones")
