"""Dates as people's mail programs write them, in every language of the marketplaces."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache

from a2z_defense.base.instants import FIRST_YEAR, LAST_YEAR
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.names_of_days import MONTHS, numbered
from a2z_defense.readers.mail.words import fold
from a2z_defense.readers.mail.zones import EARLIEST_ZONE, zone_behind


@dataclass(frozen=True)
class Written:
    """A date as it is written: a local time, perhaps with its zone."""

    local: dt.datetime
    """Naive."""
    zone: dt.tzinfo | None
    timed: bool
    """False: a day without a time."""

    def instant(self, zone: dt.tzinfo) -> dt.datetime:
        """The instant in UTC, `zone` standing in for a missing one. An hour that the clocks show twice, or skip, is the
        earlier of its two."""
        there = self.local.replace(tzinfo=self.zone or zone)
        return min(there.astimezone(dt.UTC), there.replace(fold=1).astimezone(dt.UTC))


def header_date(value: str) -> dt.datetime | None:
    """A `Date` header in UTC; one without a zone is read where it comes earliest. None when it is no date."""
    try:
        found = parsedate_to_datetime(value[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=dt.UTC if "-0000" in value else EARLIEST_ZONE)
    return found.astimezone(dt.UTC)


def header_zone(value: str) -> dt.tzinfo | None:
    """The zone of a `Date` header, when it names one that is not UTC (mail servers write UTC for everybody)."""
    try:
        found = parsedate_to_datetime(value[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.tzinfo if found.tzinfo is not None and found.utcoffset() else None


@cache
def month_names() -> dict[str, int]:
    """Name, flat -> number."""
    return numbered(MONTHS, 1)


@cache
def _months() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(name) for name in month_names()), key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?:{names})")


def names_month(text: str) -> bool:
    """Whether the flat `text` may name a month."""
    return _months().search(text) is not None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = "|".join(sorted((re.escape(name) for name in month_names()), key=len, reverse=True))
    month = rf"(?P<month>{names})\.?"
    ordinal = r"(?:\.|º|°|er|st|nd|rd|th|a)?,?"
    day_first = (
        rf"(?<!\d)(?P<day>\d{{1,2}}|{FIRST}){ordinal}[ -]?(?:de |di |of |')?{month},?(?: de)?[ -]?(?P<year>\d{{4}})"
    )
    month_first = rf"(?<!\w){month} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"
    return re.compile(day_first), re.compile(month_first)


_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)t?")
_CJK = re.compile(r"(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日")
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.])(?P<first>\d{1,2})([/.-])(?P<second>\d{1,2})\2(?P<year>\d{4})(?!\d)")
_TIME = re.compile(
    r"(?P<before>午前|午後|上午|下午|오전|오후)?\s?(?<!\d)(?P<hour>\d{1,2})(?:\s?[:.h時时]\s?|\s?uhr\s?)(?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2}))?(?:\.\d+)?\s?(?P<after>(?:a\.?\s?m|p\.?\s?m)(?![a-z])\.?)?(?!\d)"
)
_HOUR_ONLY = re.compile(r"(?<!\d)(?P<hour>\d{1,2})\s?(?P<after>a\.?m\.?|p\.?m\.?)(?![a-z\d])")


def written_dates(text: str) -> tuple[Written, ...]:
    """The readings of the first date in `text`: more than one when day and month could be either way round."""
    text = " ".join(fold(text[:400]).split())
    days, _, end = first_day(text)
    return tuple(with_time(day, text[end : end + 60]) for day in days)


_TIME_FIRST = (
    rf"(?:(?:(?:{tables.TIME_WORDS})\.? )*"
    r"(?P<time>\d{1,2}[:.h]?\d{0,2} ?(?:[ap]\.?m\.?|uhr|heures?|horas?|hs|uur|u)?"
    r"(?: ?[(\[]?[a-z]{0,5} ?[+-]\d{1,2}(?::?\d{2})?[)\]]?| [(\[]?[a-z]{2,5}[)\]]?)?)[ ,]+)?"
)
_BETWEEN = "the|on|of|il|del|di|le|du|el|de|do|da|am|dem|den|op|dnia|من|يوم"
LEAD = re.compile(rf"{_TIME_FIRST}(?:(?:{_BETWEEN}) )*(?:[^\W\d_]{{2,12}}\.?,? )?(?:the |dia |día |den )?")


def leading_dates(text: str) -> tuple[Written, ...]:
    """The readings of the date that `text` begins with, a weekday or a time before it allowed; nothing for another."""
    text = " ".join(fold(text[:400]).split())
    days, start, end = first_day(text)
    before = LEAD.fullmatch(text[:start]) if days else None
    if before is None:
        return ()
    return tuple(beside(day, before["time"], text[end : end + 60]) for day in days)


def beside(day: dt.date, before: str | None, after: str) -> Written:
    """`day` with the time that stands before or after it; what stands before a whole date can only be a time."""
    return with_time(day, after) if before is None else with_time(day, before, bare=True)


def first_day(text: str) -> tuple[list[dt.date], int, int]:
    candidates: list[tuple[int, int, list[tuple[int, int, int]]]] = []
    for pattern in (_ISO, _CJK, _YEAR_FIRST):
        if found := pattern.search(text):
            candidates.append(
                (found.start(), found.end(), [(int(found["year"]), int(found["month"]), int(found["day"]))])
            )
    if found := _NUMERIC.search(text):
        year, first, second = int(found["year"]), int(found["first"]), int(found["second"])
        readings = [(year, second, first)]
        if found[2] != "." and first != second:
            readings.append((year, first, second))
        candidates.append((found.start(), found.end(), readings))
    for pattern in _patterns():
        if found := pattern.search(text):
            month = month_names()[found["month"]]
            candidates.append((found.start(), found.end(), [(int(found["year"]), month, day_number(found["day"]))]))
    for start, end, readings in sorted(candidates):
        days = [day for reading in readings if (day := real_day(reading))]
        if days:
            return sorted(days), start, end
    return [], 0, 0


FIRST = r"\b(?:first|primo|primero|primeiro|premier|ersten?|erster|eerste|pierwszego|första)"
"""The first of a month, in words."""


def day_number(text: str) -> int:
    """The day of a month as it is written: digits, or "the first"."""
    return int(text) if text.isdecimal() else 1


def real_day(reading: tuple[int, int, int]) -> dt.date | None:
    try:
        found = dt.date(*reading)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


_AFTERNOON = (
    r"(?:nachmittags?|abends?|di sera|della sera|del pomeriggio|de la tarde|de la noche|da tarde|da noite|du soir"
    r"|de l'après-midi|'s avonds|'s middags|wieczorem|po południu|på kvällen|på eftermiddagen|مساء|مساءً)"
)
_BARE_HOUR = re.compile(
    r"(?:\s?\([^\W\d_]{1,9}\))?[\s,;:(-]*"
    rf"(?P<at>(?:(?:{tables.TIME_WORDS}|entro|bis|avant|antes de|vóór|senast|do)\.?\s?)*)"
    r"(?<!\d)(?P<hour>\d{1,2})"
    rf"(?P<unit>\s?(?:uhr|h|hs|heures?|horas?|uur|u|時|'[^\W\d_]{{1,3}})(?![^\W_]))?(?![\d:/-]|[.,]\d)"
    rf"(?P<after>\s{_AFTERNOON})?"
)
"""An hour without minutes, right where it is looked for: "à 18h", "kl. 18", "alle 18", "18 Uhr"."""


def _bare_hour(rest: str, *, bare: bool) -> re.Match[str] | None:
    found = _BARE_HOUR.match(rest)
    return found if found and (bare or found["at"] or found["unit"]) else None


def with_time(day: dt.date, rest: str, *, bare: bool = False) -> Written:
    """`day` at the time that `rest` tells; `bare`: `rest` is known to be a time."""
    midnight = dt.datetime.combine(day, dt.time())
    found = _TIME.search(rest) or _HOUR_ONLY.search(rest) or _bare_hour(rest, bare=bare)
    if found is None:
        return Written(midnight, None if bare else _zone_of_day(rest), False)
    zone = zone_behind(rest[found.end() :])
    groups = found.groupdict()
    hour, minute = int(found["hour"]), int(groups.get("minute") or 0)
    after = (found["after"] or "").replace(".", "").replace(" ", "")
    before = groups.get("before") or (groups.get("at") or "").strip()
    if (after not in ("", "am") or before.endswith(("午後", "下午", "오후"))) and hour < 12:
        hour += 12
    elif (after == "am" or before.endswith(("午前", "上午", "오전"))) and hour == 12:
        hour = 0
    second = int(groups.get("second") or 0)
    if (hour, minute, second) == (24, 0, 0):
        return Written(midnight + dt.timedelta(days=1), zone, True)
    if hour > 23 or minute > 59 or second > 59:
        return Written(midnight, None, False)
    return Written(midnight.replace(hour=hour, minute=minute, second=second), zone, True)


def _zone_of_day(rest: str) -> dt.tzinfo | None:
    """The zone of a day without a time: "November 23 (UTC)", "November 23, end of day UTC"."""
    found = _DAY_IN.match(rest)
    return zone_behind(found["zone"]) if found else None


_DAY_IN = re.compile(
    r"[ ,]*(?:(?:by )?(?:the )?(?:end of (?:the )?day|eod|midnight),? )?(?P<zone>(?:[(\[]|(?:utc|gmt)\b).*)"
)
