"""Dates of time limits that leave out what their reader knows: the year, or its first two digits."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from a2z_defense.readers.mail import dates
from a2z_defense.readers.mail.dates import Written
from a2z_defense.readers.mail.names_of_days import WEEKDAYS, numbered
from a2z_defense.readers.mail.words import fold

_SHORT_YEAR = re.compile(
    r"(?<![\d./-])(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{2})(?![\d/-]|\.\d)"
)
_NO_YEAR = re.compile(r"(?<![\d./-])(?P<first>\d{1,2})(?P<mark>[/.])(?P<second>\d{1,2})\.?(?![\d/-]|[.:]\d)")
_COMPACT = re.compile(r"(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)")
"""Read where a limit's date stands, never in running text."""
_CJK = re.compile(r"(?<!年)(?<!年\s)(?<!\d)(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日")


@cache
def _named() -> tuple[re.Pattern[str], ...]:
    month = "(?P<month>" + "|".join(sorted(map(re.escape, dates.month_names()), key=len, reverse=True)) + r")\.?"
    day_first = (
        rf"(?<!\d)(?P<day>\d{{1,2}}|{dates.FIRST})(?:\.|º|°|er|st|nd|rd|th|a)? ?(?:de |di |of )?{month}"
        r"(?![^\W_]|,? (?:de )?\d{4})"
    )
    month_first = rf"(?<!\w){month} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|,? \d{{4}})"
    return re.compile(day_first), re.compile(month_first), _CJK


@cache
def weekday_names() -> dict[str, int]:
    """Name, flat -> number, Monday is 0; in every language of the marketplaces."""
    return numbered(WEEKDAYS, 0)


@cache
def _weekdays() -> tuple[dict[str, int], re.Pattern[str]]:
    found = weekday_names()
    names = "|".join(sorted(map(re.escape, found), key=len, reverse=True))
    return found, re.compile(rf"(?:(?:the|this|next|il|le|el|den) )?(?P<day>{names})(?![^\W_])")


def limit_dates(text: str, sent: dt.date | None) -> tuple[Written, ...]:
    """The readings of the date that `text` begins with, as of a limit in a mail of the day `sent`. Without `sent` a
    date that leaves out its year is not read."""
    found = dates.leading_dates(text)
    if found:
        return found
    if compact := _COMPACT.match(text):
        day = dates.real_day((int(compact["year"]), int(compact["month"]), int(compact["day"])))
        return (dates.with_time(day, text[compact.end() : compact.end() + 60]),) if day else ()
    text = " ".join(fold(text[:400]).split())
    weekday = _weekdays()[1].match(text) if sent is not None else None
    days, start, end = _short(text, sent, named_only=False)
    if weekday and sent is not None and not days:
        ahead = (_weekdays()[0][weekday["day"]] - sent.weekday()) % 7
        day = sent + dt.timedelta(days=ahead)
        # "domenica 22 alle 12": the number is the day's own.
        number = re.compile(rf",? (?:the |den )?{day.day}(?:st|nd|rd|th|\.)?(?![\w:/-])").match(text, weekday.end())
        end = number.end() if number else weekday.end()
        return (dates.with_time(day, text[end : end + 60]),)
    before = dates.LEAD.fullmatch(text[:start]) if days else None
    if before is None:
        return ()
    return tuple(dates.beside(day, before["time"], text[end : end + 60]) for day in days)


def every_date(text: str, sent: dt.date | None, most: int) -> list[tuple[str, list[Written]]]:
    """The dates somewhere in the flat `text`, at `most` so many: their words and readings."""
    found: list[tuple[str, list[Written]]] = []
    while text and len(found) < most:
        full, short = dates.first_day(text), _short(text, sent, named_only=True)
        days, start, end = min((one for one in (full, short) if one[0]), key=lambda one: one[1], default=full)
        if not days:
            break
        found.append((text[start:end], [dates.with_time(day, text[end : end + 30]) for day in days]))
        text = text[end:]
    return found


def _short(text: str, sent: dt.date | None, *, named_only: bool) -> tuple[list[dt.date], int, int]:
    candidates: list[tuple[int, int, list[dt.date]]] = []
    if match := _SHORT_YEAR.search(text):
        candidates.append((*match.span(), _numeric(match, 2000 + int(match["year"]), None)))
    if sent is not None:
        if not named_only and (match := _NO_YEAR.search(text)):
            candidates.append((*match.span(), _numeric(match, None, sent)))
        for pattern in _named():
            if match := pattern.search(text):
                name = match["month"]
                month = int(name) if name.isdecimal() else dates.month_names()[name]
                candidates.append((*match.span(), _days(None, month, dates.day_number(match["day"]), sent)))
    for start, end, days in sorted(candidates):
        if days:
            return sorted(days), start, end
    return [], 0, 0


def _numeric(match: re.Match[str], year: int | None, sent: dt.date | None) -> list[dt.date]:
    first, second = int(match["first"]), int(match["second"])
    days = _days(year, second, first, sent)
    if match["mark"] != "." and first != second:
        days += _days(year, first, second, sent)
    return days


def _days(year: int | None, month: int, day: int, sent: dt.date | None) -> list[dt.date]:
    """The day; without its year the first one that is not before the mail."""
    years = [year] if year is not None else [sent.year, sent.year + 1] if sent is not None else []
    for one in years:
        found = dates.real_day((one, month, day))
        # The mail's own day is told in UTC: where it was read may still have been the day before.
        if found and (year is not None or sent is None or found >= sent - dt.timedelta(days=1)):
            return [found]
    return []
