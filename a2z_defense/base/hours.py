"""Hours of a day and days of a week, as the configuration writes them. Stdlib only."""

from __future__ import annotations

import datetime as dt
import re

from a2z_defense.base.errors import ConfigurationError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_hours(text: str, *, what: str = "team.hours") -> tuple[dt.time, dt.time]:
    """`09:00-17:30`; `22:00-06:00` goes past midnight; empty is the whole day. Raises ConfigurationError."""
    if not text:
        return dt.time(), dt.time()
    found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", text.strip())
    try:
        if found is None:
            raise ValueError(text)
        return dt.time(int(found[1]), int(found[2])), dt.time(int(found[3]) % 24, int(found[4]))
    except ValueError:
        raise ConfigurationError(
            f"{what} is {text!r}", expected="hours like 09:00-17:30", remedy=f"mend {what} in the configuration"
        ) from None


def parse_weekdays(names: tuple[str, ...]) -> frozenset[int]:
    """Numbers of the days, Monday is 0. Raises ConfigurationError."""
    wrong = [name for name in names if name.casefold()[:3] not in DAYS]
    if wrong:
        raise ConfigurationError(
            f"team.weekdays holds {wrong[0]!r}",
            expected=", ".join(DAYS),
            remedy="mend team.weekdays in the configuration",
        )
    return frozenset(DAYS.index(name.casefold()[:3]) for name in names)
