"""Limits that are a day without a date: "by Friday", "tonight", "bis übermorgen", "the 22nd". Read where nothing else
is stated."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from a2z_defense.model.mail import DueReading
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.dates import Written, month_names, real_day, with_time
from a2z_defense.readers.mail.limits import coming_readings
from a2z_defense.readers.mail.short_dates import weekday_names

MOST = 10
"""Days of one sentence that are looked at."""
_OF = "of|on|di|de|del|della|du|do|da|der|am|på|dnia|van|op"
WEEKEND = (5, 6)


@cache
def _words() -> re.Pattern[str]:
    table = tables.load("limits")
    names = sorted({*table["near"], *table["weekdays"], *weekday_names(), *table["weekend"]}, key=len, reverse=True)
    plain = "|".join(re.escape(name) for name in names if re.match(r"[^\W\d_]", name) and name.upper() != name)
    joined = "|".join(re.escape(name) for name in names if name.upper() == name)
    return re.compile(
        rf"(?<![^\W_])(?P<name>{plain})(?![^\W_])|(?P<joined>{joined})|(?<![^\W_])(?P<short>{_short()})\.?"
        rf"|{table['net']['day_of_month']}"
    )


def _short() -> str:
    """Short names of weekdays, where they can be nothing else: with a dot, before a number, or right behind "by"."""
    names = tables.load("limits")["short_weekdays"]
    two, more = (
        "|".join(sorted((name for name in names if (len(name) == 2) is short), key=len, reverse=True))
        for short in (True, False)
    )
    return rf"(?:{more})(?=\.|,? (?:the )?\d)|(?:{two})(?=\.)|(?:(?<=by )|(?<=ntil )|(?<=before ))(?:{more})(?![^\W_])"


def names_day(sentence: str) -> bool:
    """Whether the flat `sentence` names a day without a date; an hour alone is none."""
    noon = tables.load("limits")["noon"]
    return any(match[0] not in noon for match in _words().finditer(sentence))


def ends_in_day(before: str) -> bool:
    """Whether the flat words end in a day, so that a number behind them is its hour."""
    return _day_behind().search(before[-60:]) is not None


@cache
def _day_behind() -> re.Pattern[str]:
    months = "|".join(sorted(map(re.escape, month_names()), key=len, reverse=True))
    number = (
        rf"\d{{1,2}}(?:\.|º|er|st|nd|rd|th)? (?:de |di )?(?:{months})\.?(?:,? (?:de )?\d{{4}})?"
        r"|\d[./-]\d{1,2}\.?(?:[./-]?\d{2,4})?"
    )
    return re.compile(
        rf"(?:{_words().pattern}|(?<!\d)(?:{number}))[ ,]*(?:(?:à|a las?|at|um|om|alle|às?|kl\.?|ore|por las) ?)?$"
    )


def near_days(
    sentence: str, marketplace: Marketplace | None, sent_at: dt.datetime
) -> list[tuple[str, list[DueReading]]]:
    """Each day that the flat `sentence` of a mail of `sent_at` names so: its words, and its readings to come. An hour
    that stands behind the day, or right before it, is a reading of its own; noon is an hour of the day that is named
    with it."""
    noon = tables.load("limits")["noon"]
    matches = list(_words().finditer(sentence))[:MOST]
    if any(match[0] not in noon for match in matches):
        matches = [match for match in matches if match[0] not in noon]
    found: list[tuple[str, list[DueReading]]] = []
    for match in matches:
        behind = "12:00" if match[0] in noon else sentence[match.end() :][:40]
        before = _time_before().search(sentence[: match.start()])

        def written(
            first: dt.date,
            match: re.Match[str] = match,
            behind: str = behind,
            before: re.Match[str] | None = before,
        ) -> set[Written]:
            made: set[Written] = set()
            for day in _days(match, first):
                made |= {Written(dt.datetime.combine(day, dt.time()), None, timed=False), with_time(day, behind)}
                if before is not None:
                    made.add(with_time(day, before["time"], bare=True))
            return made

        found.append((match[0], coming_readings(written, match[0], marketplace, sent_at)))
    return found


def _days(match: re.Match[str], first: dt.date) -> Iterator[dt.date]:
    """The days that a match may mean, of a mail of the day `first`: the next ones that are called so."""
    table = tables.load("limits")
    name = match["name"] or match["joined"]
    if number := match["day"] or match["ordinal"]:
        if found := _next_of_number(first, int(number)):
            yield found
        return
    if name in table["near"]:
        yield first + dt.timedelta(days=table["near"][name])
        return
    if name in table["weekend"]:
        weekdays: tuple[int, ...] = WEEKEND
    elif name:
        weekdays = (table["weekdays"].get(name, weekday_names().get(name)),)
    else:
        weekdays = (table["short_weekdays"][match["short"]],)
    for weekday in weekdays:
        yield first + dt.timedelta(days=(weekday - first.weekday()) % 7)


def _next_of_number(first: dt.date, number: int) -> dt.date | None:
    """The next day of that number in its month, the mail's own day among them."""
    for more in range(3):
        month = first.month - 1 + more
        found = real_day((first.year + month // 12, month % 12 + 1, number))
        if found and found >= first:
            return found
    return None


@cache
def _time_before() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,/:-])(?P<time>{tables.TIME})(?: (?:{_OF}))?(?: (?:the|il|el|le|den))? $")
