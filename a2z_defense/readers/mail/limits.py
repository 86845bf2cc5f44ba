"""Time limits that a notice states for the answer: every reading of its words. Policy takes the earliest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

from a2z_defense.model.days import midnight_after, zones_of
from a2z_defense.model.mail import DueKind, DueReading
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.dates import Written, with_time
from a2z_defense.readers.mail.needles import holds_one, needles
from a2z_defense.readers.mail.short_dates import limit_dates
from a2z_defense.readers.mail.zones import EARLIEST_ZONE, in_country

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


@dataclass(frozen=True)
class Limit:
    """A limit that a row of the table reads in a sentence."""

    start: int
    end: int
    readings: tuple[DueReading, ...]
    """Those that end after the mail was sent: a limit is never over before it is told."""
    past: bool = False
    """None of its readings ends after the mail was sent."""


def limits_in(
    sentence: str, marketplace: Marketplace | None, sent_at: dt.datetime | None, rows: list[tables.Row]
) -> list[Limit]:
    """Every limit of the flat `sentence` that `rows` of the table read, in a mail sent at `sent_at` (None: unknown)."""
    found: dict[int, Limit] = {}
    for row in rows:
        if not row.possible(sentence):
            continue
        for match in islice(row.pattern.finditer(sentence), MAX_MATCHES):
            # "3 calendar days" was read by a row that says more than "3 days".
            if match.start() not in found and (readings := _readings(row.means, match, marketplace, sent_at)):
                coming = [one for one in readings if sent_at is None or one.at is None or one.at > sent_at]
                found[match.start()] = Limit(match.start(), match.end(), tuple(coming), not coming)
    return list(found.values())


def elsewhere(text: str) -> bool:
    """True for flat words that make a time limit about something else: an appeal, a refund, what the buyer may do."""
    return any(pattern.search(text) for pattern in _possible("unless", text))


def _readings(
    means: str, match: re.Match[str], marketplace: Marketplace | None, sent_at: dt.datetime | None
) -> list[DueReading]:
    words = match[0].strip()
    if means == "date":
        written = limit_dates(match["date"], day_of(sent_at, marketplace) if sent_at else None)
        return [reading for found in written for reading in date_readings(found, words, marketplace)]
    if means in ("today", "tomorrow"):
        return _near_day(means, words, match.string[match.end() :][:40], marketplace, sent_at)
    groups = match.groupdict()
    low = groups.get("low")
    return count_readings(means, int(low) if low else count_of(groups["n"] or ""), words, low=bool(low))


def count_readings(means: str, count: int | None, words: str, *, low: bool = False) -> list[DueReading]:
    """The readings of `count` hours, days, business_days, plain_days or weeks; none for no or too many."""
    if count is not None and means == "weeks":
        count *= 7
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


def count_of(text: str) -> int | None:
    """The number that `text` writes in digits or in words of the table."""
    if text.isdecimal():
        return int(text)
    found = tables.load("limits")["numbers"].get(text)
    return found if isinstance(found, int) else None


_DAY_ITSELF = re.compile(
    r"\b(?:oggi|domani|heute|morgen|aujourd'hui|demain|hoy|mañana|hoje|amanhã|today|tomorrow|vandaag"
    r"|dziś|dzisiaj|jutr[ao]|i ?dag|i ?morgon|bugün|yarına?|by|before|until|no later than|respond|reply|answer|entro"
    r"|bis|avant|antes de|até|vóór)\b"
    r"|本日|今日|明日"
)


def _near_day(
    means: str, words: str, after: str, marketplace: Marketplace | None, sent_at: dt.datetime | None
) -> list[DueReading]:
    """The readings of a limit that is today or tomorrow, at a time that stands in its words or right after them."""
    if sent_at is None:
        return []
    first = day_of(sent_at, marketplace)
    day = first + dt.timedelta(days=means == "tomorrow")
    for text in (*_DAY_ITSELF.split(words), after):
        if (timed := with_time(day, text.strip(" ,"), bare=text is not after)).timed:
            return date_readings(timed, words, marketplace)
    # Tomorrow's beginning is today's end; today's own beginning is past and no limit.
    ends = [(1, "before that day begins"), (2, "until that day ends")][: 2 if means == "tomorrow" else 1]
    zones = zones_of(marketplace.id if marketplace else None)
    found = []
    for days, how in ends:
        at, zone = min((midnight_after(sent_at, days, zone), zone) for zone in zones)
        note = f"no time is stated: read as {how}, {f'in {zone}' if marketplace else _ON_EARTH}"
        found.append(DueReading(kind=DueKind.INSTANT, at=at, text=words, note=note))
    return found


_ON_EARTH = "where it comes first on Earth (the marketplace is not known)"


def day_of(sent_at: dt.datetime, marketplace: Marketplace | None) -> dt.date:
    """The day on which a mail was sent; where several zones are possible the earliest: "tomorrow" counts from it."""
    zones = zones_of(marketplace.id if marketplace else None)
    return min(sent_at.astimezone(ZoneInfo(zone)).date() for zone in zones)


def date_readings(written: Written, words: str, marketplace: Marketplace | None) -> list[DueReading]:
    """The readings of a date: its instant; without a time the day's beginning and its end."""
    if marketplace is None:
        return _read_in(EARLIEST_ZONE, _ON_EARTH, written, words)
    written = replace(written, zone=in_country(written.zone, marketplace.country))
    return _read_in(ZoneInfo(marketplace.zone), f"in {marketplace.zone}", written, words)


def coming_readings(
    written: Callable[[dt.date], Iterable[Written]], words: str, marketplace: Marketplace | None, sent_at: dt.datetime
) -> list[DueReading]:
    """The readings to come of what `written` makes of the day of the mail. Where several zones are possible that day
    differs, and so does the clock: then only the reading that comes first."""
    zones = zones_of(marketplace.id if marketplace else None)
    found = []
    for zone in map(ZoneInfo, zones):
        where = f"in {zone.key}" if marketplace else _ON_EARTH
        for each in written(sent_at.astimezone(zone).date()):
            found += [one for one in _read_in(zone, where, each, words) if one.at is not None and one.at > sent_at]
    found.sort(key=lambda one: (one.at or sent_at, one.note))
    return found if len(zones) == 1 else found[:1]


def _read_in(zone: dt.tzinfo, where: str, written: Written, words: str) -> list[DueReading]:
    if written.timed:
        note = "" if written.zone is not None else f"no zone is stated: read {where}"
        return [DueReading(kind=DueKind.INSTANT, at=written.instant(zone), text=words, note=note)]
    next_day = Written(written.local + dt.timedelta(days=1), written.zone, timed=True)
    note = "no time is stated: read as"
    if written.zone is not None:
        where = "in the zone that it names"
    begins, ends = f"{note} before that day begins, {where}", f"{note} until that day ends, {where}"
    return [
        DueReading(kind=DueKind.INSTANT, at=written.instant(zone), text=words, note=begins),
        DueReading(kind=DueKind.INSTANT, at=next_day.instant(zone), text=words, note=ends),
    ]
