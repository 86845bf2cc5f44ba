"""The net under the rows of limits: every number of hours or days, every date to come and every hour that a sentence
names, read where it comes earliest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest

from a2z_defense.model.days import first_midnight_after
from a2z_defense.model.mail import DueKind, DueReading
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.anchors import Anchors
from a2z_defense.readers.mail.dates import Written, names_month, with_time
from a2z_defense.readers.mail.kinds import asks
from a2z_defense.readers.mail.limits import (
    Limit,
    coming_readings,
    count_of,
    count_readings,
    date_readings,
    limits_in,
)
from a2z_defense.readers.mail.near_days import ends_in_day, names_day
from a2z_defense.readers.mail.short_dates import every_date

APPEAL_DAYS = 30
"""The limit of an appeal on Amazon's help pages (27951, G202041210): words that are not understood never give more."""
MAX_DATES = 60
"""Dates of one mail that are looked at beside the stated limits."""
_DATED = re.compile(r"\d[./-]\d|[年月]")
"""What is in every date that names no month."""
CLOCK_HOURS = 24
"""A number of hours up to this may be an hour of the day."""

Found = tuple[str, list[DueReading]]
"""Words of a notice and what they are read as."""


class Reader:
    """Reads the limits of one mail, whose flat `sentences` these are."""

    def __init__(self, sentences: list[str], marketplace: Marketplace | None, sent_at: dt.datetime | None) -> None:
        self.marketplace = marketplace
        self.sent_at = sent_at
        self.dates_left = MAX_DATES
        text = "\n".join(sentences)
        self.rows = tables.possible("limits", text)
        self.names_month = names_month(text)
        self.anchors = Anchors(sentences, marketplace, sent_at)

    def limits(self, sentence: str) -> list[Limit]:
        """The limits that rows of the table read; a count starts from what the sentence says."""
        found = limits_in(sentence, self.marketplace, self.sent_at, self.rows)
        return [self._from_anchor(one, sentence) if any(r.count for r in one.readings) else one for one in found]

    def _from_anchor(self, limit: Limit, sentence: str) -> Limit:
        readings = self.anchors.counted(list(limit.readings), sentence, limit.start, limit.end)
        return Limit(limit.start, limit.end, tuple(readings))

    def unread(self, sentence: str) -> Iterator[Found]:
        """What no row reads in the flat `sentence`: each number of hours or days, each date to come, an hour."""
        yield from self._counts(sentence)
        dates: list[tuple[str, list[Written]]] = []
        if self.names_month or _DATED.search(sentence):
            dates = every_date(sentence, self.sent_at.date() if self.sent_at else None, self.dates_left)
        self.dates_left -= len(dates)
        for words, written in dates:
            readings = [one for found in written for one in date_readings(found, words, self.marketplace)]
            if self.sent_at is None:
                # Without the mail's date a date in it could make "due now" later; it is told all the same.
                yield words, []
                continue
            coming = [one for one in readings if one.at is not None and one.at > self.sent_at]
            midnight = first_midnight_after(self.sent_at, 1, self.marketplace.id if self.marketplace else None)
            of_today = all(one.at is not None and one.at <= midnight for one in coming)
            if coming and not (of_today and searched("past", sentence)):
                yield words, coming
        if not dates and self.sent_at is not None and asking(sentence) and not names_day(sentence):
            yield from self._clocks(sentence, self.sent_at)

    def _counts(self, sentence: str) -> Iterator[Found]:
        matches = list(_counts().finditer(sentence))
        joined = None
        for match, following in zip_longest(matches, matches[1:]):
            if match is joined:
                continue
            means = next(name for name in ("hours", "weeks", "plain_days") if match[name])
            count = count_of(match["n"])
            if _past(sentence, match) or (means == "hours" and _of_the_clock(sentence, match, count)):
                continue
            words, end = match[0], match.end()
            if means == "plain_days" and count is not None and following and _joined(sentence, match, following):
                # "1 day 4 hours" is one count.
                joined = following
                means, count, end = "hours", 24 * count + (count_of(following["n"]) or 0), following.end()
                words = sentence[match.start() : end]
            if readings := count_readings(means, count, words):
                yield words, self.anchors.counted(readings, sentence, match.start(), end)
        if found := _countdown().search(sentence):
            yield found[0], count_readings("hours", int(found["hours"]), found[0])

    def _clocks(self, sentence: str, sent_at: dt.datetime) -> Iterator[Found]:
        """An hour without a day: the next time that the clock shows it."""
        clock = _clock().search(sentence)
        if clock is None:
            return

        def at_that_hour(day: dt.date) -> Iterator[Written]:
            each = (with_time(day + dt.timedelta(days=more), clock["clock"], bare=True) for more in (0, 1))
            yield from (timed for timed in each if timed.timed)

        yield clock[0], coming_readings(at_that_hour, clock[0], self.marketplace, sent_at)[:1]

    def is_early(self, one: DueReading) -> bool:
        """Whether an uncertain reading ends within the appeal's general limit: it never makes it longer."""
        if one.at is not None:
            return self.sent_at is not None and one.at <= self.sent_at + dt.timedelta(days=APPEAL_DAYS)
        return (one.count or 0) <= APPEAL_DAYS * (24 if one.kind is DueKind.HOURS else 1)


def searched(name: str, sentence: str) -> bool:
    """Whether one of the patterns of that name in the table's net is in the flat `sentence`."""
    return _net(name).search(sentence) is not None


@cache
def _net(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in tables.load("limits")["net"][name]))


def asking(sentence: str) -> bool:
    """Whether the flat `sentence` asks the seller for something, or says until when he may answer."""
    return asks(sentence) or searched("until", sentence)


def hints(sentence: str) -> bool:
    """Whether an unread limit for the answer seems to stand in a flat sentence that asks, or that names a deadline."""
    return searched("deadline", sentence) or (asking(sentence) and (searched("limit", sentence) or _moment(sentence)))


def _moment(sentence: str) -> bool:
    return searched("until", sentence) and searched("moment", sentence)


def without(sentence: str, limits: list[Limit]) -> str:
    """The sentence with the words of the `limits` blanked."""
    for limit in limits:
        sentence = sentence[: limit.start] + " " * (limit.end - limit.start) + sentence[limit.end :]
    return sentence


def _past(sentence: str, match: re.Match[str]) -> bool:
    """Whether the count tells how long ago something was."""
    return re.match(r" (?:ago|fa|geleden|temu|sedan|earlier)\b|前", sentence[match.end() :]) is not None or (
        re.search(r"\b(?:vor|il y a|hace|för) $", sentence[: match.start()]) is not None
    )


def _of_the_clock(sentence: str, match: re.Match[str], count: int | None) -> bool:
    """Whether "18 h" behind a day is an hour of that day: "samedi 18 heures", "le 22 nov. à 17 h"."""
    return count is not None and count <= CLOCK_HOURS and ends_in_day(sentence[: match.start()])


def _joined(sentence: str, days: re.Match[str], hours: re.Match[str]) -> bool:
    return (
        bool(hours["hours"])
        and re.fullmatch(r",? (?:and |und |e |et |y |en )?", sentence[days.end() : hours.start()]) is not None
    )


@cache
def _clock() -> re.Pattern[str]:
    return re.compile(tables.load("limits")["net"]["clock"])


@cache
def _countdown() -> re.Pattern[str]:
    return re.compile(tables.load("limits")["net"]["countdown"])


@cache
def _counts() -> re.Pattern[str]:
    table = tables.load("limits")
    # "a" counts in "within a day", not in "have a nice day".
    counts = sorted((word for word in table["numbers"] if len(word) > 1), key=len, reverse=True)
    words = "|".join(map(re.escape, counts))
    units = "|".join(f"(?P<{means}>{table['net'][means]})" for means in ("hours", "weeks", "plain_days"))
    return re.compile(
        rf"(?<![\w.,/:-])(?P<n>\d{{1,4}}|(?:{words})(?![^\W\d_])|(?<=\bin )an?(?= (?:day|hour|week)))"
        r"(?: ?(?:-|/|to|or|a|bis|à|e|y|en|tot) ?\d{1,4})?\)?"
        rf"(?: ?\([^()]{{1,24}}\))?(?:(?: [^\W\d_]+){{0,2}}?[ -])?(?:{units})"
    )
