"""Time limits that a notice states for the answer: every reading of its words. Policy takes the earliest."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

from a2z_defense.model.mail import DueKind, DueReading
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.dates import EARLIEST_ZONE, Written, leading_dates
from a2z_defense.readers.mail.needles import holds_one, needles

MAX_MATCHES = 20
"""Limits of one kind in one sentence that are read."""
MAX_DAYS = 60
"""A longer limit is about something else: no page that was found gives a seller more than 30 days for anything."""


@cache
def _patterns(name: str) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    return tuple((needles(line), re.compile(line)) for line in tables.load("limits")[name])


def _possible(name: str, text: str) -> list[re.Pattern[str]]:
    return [pattern for words, pattern in _patterns(name) if not words or holds_one(words, text)]


def conditional(sentence: str) -> bool:
    """True for a flat sentence that speaks of what may come: what it asks for is not asked yet."""
    return any(pattern.search(sentence) for pattern in _possible("conditions", sentence))


def unconditional(sentences: list[str], text: str) -> list[str]:
    """The sentences of the flat `text` that are not conditional."""
    possible = _possible("conditions", text)
    return [line for line in sentences if not any(pattern.search(line) for pattern in possible)]


def read_limits(sentences: list[str], marketplace: Marketplace | None) -> tuple[DueReading, ...]:
    """Every reading of every limit for the answer that the flat `sentences` state. Conditional ones are for the caller
    to leave out."""
    found: dict[tuple[DueKind, int | None, dt.datetime | None], DueReading] = {}
    text = " ".join(sentences)
    possible = tables.possible("limits", text)
    elsewhere = _possible("unless", text)
    for sentence in sentences:
        if any(pattern.search(sentence) for pattern in elsewhere):
            continue
        starts: set[int] = set()
        for row in possible:
            for match in islice(row.pattern.finditer(sentence), MAX_MATCHES):
                if match.start() in starts:
                    # "3 calendar days" was read by a row that says more than "3 days".
                    continue
                starts.add(match.start())
                for reading in _readings(row.means, match, marketplace):
                    found.setdefault((reading.kind, reading.count, reading.at), reading)
    return tuple(found.values())


def _readings(means: str, match: re.Match[str], marketplace: Marketplace | None) -> list[DueReading]:
    words = match[0].strip()
    if means == "date":
        return [reading for written in leading_dates(match["date"]) for reading in _date(written, words, marketplace)]
    groups = match.groupdict()
    low = groups.get("low")
    count = int(low) if low else _count(groups["n"] or "")
    if count is None or not 0 < count <= (MAX_DAYS * 24 if means == "hours" else MAX_DAYS):
        return []
    if means == "hours":
        note = "the shorter of a range" if low else ""
        return [DueReading(kind=DueKind.HOURS, count=count, text=words, note=note)]
    days = DueKind.CALENDAR_DAYS
    if means == "days":
        return [DueReading(kind=days, count=count, text=words)]
    if means == "business_days":
        note = "business days, read as calendar days: the earliest reading"
        return [DueReading(kind=days, count=count, text=words, note=note)]
    return [
        DueReading(kind=days, count=count, text=words, note="not said which days: read as calendar days"),
        DueReading(kind=DueKind.HOURS, count=24 * count, text=words, note="not said which days: read as 24 hours each"),
    ]


def _count(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    found = tables.load("limits")["numbers"].get(text)
    return found if isinstance(found, int) else None


def _date(written: Written, words: str, marketplace: Marketplace | None) -> list[DueReading]:
    zone: dt.tzinfo = ZoneInfo(marketplace.zone) if marketplace else EARLIEST_ZONE
    where = f"in {marketplace.zone}" if marketplace else "where it comes first on Earth (the marketplace is not known)"
    stated = written.zone is not None
    if written.timed:
        note = "" if stated else f"no zone is stated: read {where}"
        return [DueReading(kind=DueKind.INSTANT, at=written.instant(zone), text=words, note=note)]
    next_day = Written(written.local + dt.timedelta(days=1), written.zone, timed=True)
    return [
        DueReading(
            kind=DueKind.INSTANT,
            at=written.instant(zone),
            text=words,
            note=f"no time is stated: read as before that day begins, {where}",
        ),
        DueReading(
            kind=DueKind.INSTANT,
            at=next_day.instant(zone),
            text=words,
            note=f"no time is stated: read as until that day ends, {where}",
        ),
    ]
