"""The limits of one notice. In a notice that asks, no number of hours or days and no date is passed over: what no row
of the tables reads is told, and read where it comes earliest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from a2z_defense.model.days import first_midnight_after
from a2z_defense.model.mail import DueKind, DueReading
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.dates import Written, names_month, with_time
from a2z_defense.readers.mail.kinds import asks
from a2z_defense.readers.mail.limits import (
    Limit,
    coming_readings,
    conditional,
    count_of,
    count_readings,
    date_readings,
    elsewhere,
    limits_in,
)
from a2z_defense.readers.mail.mime import Troubles
from a2z_defense.readers.mail.near_days import near_days
from a2z_defense.readers.mail.short_dates import every_date

SHORTEST_HOURS = 48
"""The shortest limit on Amazon's newest help page for a first request (Seller Central help 1781, about 2021-23): a
limit whose words are not understood never gives more."""
LONGEST_DAYS = 7
"""A longer count is the limit of the answer only in a sentence that asks. Known requests give 48 hours to 3 days."""
APPEAL_DAYS = 30
"""The limit of an appeal on Amazon's help pages (27951, G202041210): words that are not understood never give more."""
MAX_DATES = 60
"""Dates of one mail that are looked at beside the stated limits."""
_DATED = re.compile(r"\d[./-]\d|[年月]")
"""What is in every date that names no month."""
_CLAUSE = re.compile(r"[,;] | (?:or|otherwise|so|and|oppure|altrimenti|sonst|oder|sinon|ou|o|u) ")


class _Reader:
    """Reads the limits of one mail."""

    def __init__(self, sentences: list[str], marketplace: Marketplace | None, sent_at: dt.datetime | None) -> None:
        self.marketplace = marketplace
        self.sent_at = sent_at
        self.dates_left = MAX_DATES
        text = "\n".join(sentences)
        self.rows = tables.possible("limits", text)
        self.names_month = names_month(text)

    def limits(self, sentence: str) -> list[Limit]:
        return limits_in(sentence, self.marketplace, self.sent_at, self.rows)

    def unread(self, sentence: str) -> Iterator[tuple[str, list[DueReading]]]:
        """Each number of hours or days and each date to come that the flat `sentence` names: words and readings."""
        for match in _counts().finditer(sentence):
            if _past(sentence, match):
                continue
            means = next(name for name in ("hours", "weeks", "plain_days") if match[name])
            readings = count_readings(means, count_of(match["n"]), match[0])
            if readings:
                yield match[0], readings
        dates = []
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
            if coming and not (of_today and _search("past", sentence)):
                yield words, coming
        if not dates and self.sent_at is not None and (clock := _clock().search(sentence)) and asks(sentence):

            def at_that_hour(day: dt.date) -> Iterator[Written]:
                each = (with_time(day + dt.timedelta(days=more), clock["clock"], bare=True) for more in (0, 1))
                yield from (timed for timed in each if timed.timed)

            yield clock[0], coming_readings(at_that_hour, clock[0], self.marketplace, self.sent_at)[:1]

    def is_early(self, one: DueReading) -> bool:
        """Whether an uncertain reading ends within the appeal's general limit: it never makes it longer."""
        if one.at is not None:
            return self.sent_at is not None and one.at <= self.sent_at + dt.timedelta(days=APPEAL_DAYS)
        return (one.count or 0) <= APPEAL_DAYS * (24 if one.kind is DueKind.HOURS else 1)


def asked_limits(
    sentences: list[str],
    marketplace: Marketplace | None,
    sent_at: dt.datetime | None,
    troubles: Troubles,
    *,
    certain: bool,
) -> tuple[DueReading, ...]:
    """Every reading of every limit in the flat `sentences` of a notice that asks for something. Not `certain`: it may
    only say that a claim was received, and then its limit is for a request that is still to come."""
    reader = _Reader(sentences, marketplace, sent_at)
    sure: list[DueReading] = []
    beside: list[DueReading] = []
    rest: list[str] = []
    doubtful: list[str] = []
    for sentence in sentences:
        if conditional(sentence):
            doubtful.append(sentence)
        elif elsewhere(sentence):
            for clause in _CLAUSE.split(sentence):
                if elsewhere(clause):
                    doubtful.append(clause)
                else:
                    beside += [one for limit in reader.limits(clause) for one in limit.readings]
                    rest.append(_without(clause, reader.limits(clause)))
        else:
            limits = reader.limits(sentence)
            for one in (one for limit in limits for one in limit.readings):
                (beside if _long(one) and not asks(sentence) else sure).append(one)
            rest.append(_without(sentence, limits))
    unread = [found for sentence in (rest if sure else rest + doubtful) for found in reader.unread(sentence)]
    if not (sure or beside or unread) and sent_at is not None:
        unread = [found for line in rest if asks(line) for found in near_days(line, marketplace, sent_at)]
    if not (sure or beside or unread) and (hint := next(filter(_hints, rest), None)):
        troubles.add(
            f"a time limit seems to stand in “{hint.strip()[:120]}”; it could not be read, so the answer is due now"
        )
        now = [DueReading(kind=DueKind.INSTANT, at=sent_at, text=hint.strip()[:120], note=_UNREAD)] if sent_at else []
        return tuple(now)
    for words, _ in unread[:5]:
        troubles.add(f"the notice says “{words}”, and whether that is its time limit could not be read")
    note = "not sure to be the limit of the answer: the earliest reading is taken"
    loose = [
        one.model_copy(update={"note": f"{note}; {one.note}" if one.note else note})
        for _, found in unread[:20]
        for one in found
    ]
    found = [*sure, *beside, *loose]
    if (
        found
        and not (sure and certain)
        and not any(one.kind is DueKind.HOURS and (one.count or 0) <= SHORTEST_HOURS for one in found)
    ):
        capped = f"{note}, and no later than {SHORTEST_HOURS} hours, the shortest limit that Amazon's help names"
        found.append(DueReading(kind=DueKind.HOURS, count=SHORTEST_HOURS, text=found[0].text, note=capped))
    return _unique(found)


def appeal_limits(
    sentences: list[str], marketplace: Marketplace | None, sent_at: dt.datetime | None, troubles: Troubles
) -> tuple[DueReading, ...]:
    """Every reading of every limit for an appeal that the flat `sentences` of a decision state, in the sentence that
    speaks of the appeal or in the one after it. What no row reads there is told, and read where it comes earlier than
    the general limit."""
    reader = _Reader(sentences, marketplace, sent_at)
    found: list[DueReading] = []
    before = False
    for sentence in sentences:
        appeals = _search("appeals", sentence)
        if (appeals or (before and _search("appeals_on", sentence))) and not _search("not_appeals", sentence):
            limits = reader.limits(sentence)
            found += [one for limit in limits for one in limit.readings]
            for words, readings in reader.unread(_without(sentence, limits)):
                troubles.add(f"the decision says “{words}”, and whether that is the appeal's limit could not be read")
                found += [one.model_copy(update={"note": _UNSURE_APPEAL}) for one in readings if reader.is_early(one)]
        before = appeals
    return _unique(found)


_UNSURE_APPEAL = "not sure to be the limit of the appeal: the earliest reading is taken"


_UNREAD = "these words seem to state a limit that could not be read: look in Seller Central; until then it is due now"


def _hints(sentence: str) -> bool:
    """Whether an unread limit for the answer seems to stand in a flat sentence that asks, or that names a deadline."""
    return _search("deadline", sentence) or (asks(sentence) and _search("limit", sentence))


def _long(one: DueReading) -> bool:
    """Longer than any request for information that is known of: more likely a return window."""
    return (one.count or 0) > LONGEST_DAYS * (24 if one.kind is DueKind.HOURS else 1)


def _unique(found: list[DueReading]) -> tuple[DueReading, ...]:
    once: dict[tuple[DueKind, int | None, dt.datetime | None], DueReading] = {}
    for one in found:
        once.setdefault((one.kind, one.count, one.at), one)
    return tuple(once.values())


def _without(sentence: str, limits: list[Limit]) -> str:
    for limit in limits:
        sentence = sentence[: limit.start] + " " * (limit.end - limit.start) + sentence[limit.end :]
    return sentence


def _search(name: str, sentence: str) -> bool:
    return any(re.search(pattern, sentence) for pattern in tables.load("limits")["net"][name])


def _past(sentence: str, match: re.Match[str]) -> bool:
    """Whether the count tells how long ago something was."""
    return re.match(r" (?:ago|fa|geleden|temu|sedan|earlier)\b|前", sentence[match.end() :]) is not None or (
        re.search(r"\b(?:vor|il y a|hace|för) $", sentence[: match.start()]) is not None
    )


@cache
def _clock() -> re.Pattern[str]:
    return re.compile(tables.load("limits")["net"]["clock"])


@cache
def _counts() -> re.Pattern[str]:
    table = tables.load("limits")
    # "a" counts in "within a day", not in "have a nice day".
    counts = sorted((word for word in table["numbers"] if len(word) > 1), key=len, reverse=True)
    words = "|".join(map(re.escape, counts))
    units = "|".join(f"(?P<{means}>{table['net'][means]})" for means in ("hours", "weeks", "plain_days"))
    return re.compile(
        rf"(?<![\w.,/:-])(?P<n>\d{{1,4}}|(?:{words})(?![^\W\d_]))(?: ?(?:-|/|to|or|a|bis|à|e|y|en|tot) ?\d{{1,4}})?\)?"
        rf"(?: ?\([^()]{{1,24}}\))?(?:(?: [^\W\d_]+){{0,2}}?[ -])?(?:{units})"
    )
