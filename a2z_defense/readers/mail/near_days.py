"""Limits that are a day without a date: "by Friday", "tonight", "bis übermorgen". Read where nothing else is stated."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from a2z_defense.model.mail import DueReading
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.dates import Written, with_time
from a2z_defense.readers.mail.limits import coming_readings
from a2z_defense.readers.mail.short_dates import weekday_names


@cache
def _words() -> re.Pattern[str]:
    table = tables.load("limits")
    names = sorted({*table["near"], *table["weekdays"], *weekday_names()}, key=len, reverse=True)
    plain = "|".join(re.escape(name) for name in names if re.match(r"[^\W\d_]", name) and name.upper() != name)
    joined = "|".join(re.escape(name) for name in names if name.upper() == name)
    return re.compile(rf"(?<![^\W_])(?:{plain})(?![^\W_])|(?:{joined})")


def near_days(
    sentence: str, marketplace: Marketplace | None, sent_at: dt.datetime
) -> list[tuple[str, list[DueReading]]]:
    """Each day that the flat `sentence` of a mail of `sent_at` names so: its words, and its readings to come. An hour
    that stands behind the day is a reading of its own; noon is an hour of the day that is named with it."""
    table = tables.load("limits")
    matches = list(_words().finditer(sentence))[:10]
    if any(match[0] not in table["noon"] for match in matches):
        matches = [match for match in matches if match[0] not in table["noon"]]
    found: list[tuple[str, list[DueReading]]] = []
    for match in matches:
        rest = "12:00" if match[0] in table["noon"] else sentence[match.end() :][:40]

        def written(first: dt.date, name: str = match[0], rest: str = rest) -> set[Written]:
            weekday = table["weekdays"].get(name, weekday_names().get(name))
            ahead = table["near"][name] if weekday is None else (weekday - first.weekday()) % 7
            day = first + dt.timedelta(days=ahead)
            return {Written(dt.datetime.combine(day, dt.time()), None, timed=False), with_time(day, rest)}

        found.append((match[0], coming_readings(written, match[0], marketplace, sent_at)))
    return found
