"""Instants as text: always aware, UTC inside, ISO 8601 with `Z` outside."""

from __future__ import annotations

import datetime as dt

from a2z_defense.base.errors import UsageError

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Amazon's marketplace opened in November 2000. A date outside these years is a sentinel (9999-12-31: open end), a
broken clock or a slip, never a fact; and a day more or less than it stays a date that can be counted with."""


def read_instant(text: str) -> dt.datetime | None:
    """An ISO 8601 instant with a zone, in UTC; None for anything else, and for one of an impossible year.

    `24:00` is the end of the day, as a2z itself prints a limit.
    """
    found = _standard(text) or _iso(text)
    if found is None or found.tzinfo is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found.astimezone(dt.UTC)


def _standard(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _iso(text: str) -> dt.datetime | None:
    """What the standard library's reader refuses before Python 3.13, 24:00 above all."""
    from dateutil.parser import isoparse

    try:
        return isoparse(text)
    except (ValueError, OverflowError):
        return None


def parse_instant(text: str, *, what: str = "the instant") -> dt.datetime:
    """An ISO 8601 instant with a zone, in UTC.

    Raises UsageError for text without a zone: guessing a zone can lose a deadline.
    """
    found = read_instant(text.strip())
    if found is None:
        raise UsageError(
            f"{what} is {text!r}",
            expected="an ISO 8601 instant with a zone, like 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00, of a "
            f"year from {FIRST_YEAR} to {LAST_YEAR}",
            remedy="add the zone: Z for UTC, or an offset",
        )
    return found


def as_limit(local: dt.datetime) -> tuple[dt.date, str]:
    """The day and the clock of a limit as people read it: midnight is `24:00` of the day before.

    "Sat 14 Nov 00:00" makes people hear Saturday, and a day is lost.
    """
    if (local.hour, local.minute) == (0, 0):
        return local.date() - dt.timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def utc_text(instant: dt.datetime) -> str:
    """`2026-11-21T09:30:00Z`; fractions of a second are kept only when there are some."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def whole_seconds(instant: dt.datetime) -> dt.datetime:
    """The instant as people are told it. What is kept has its fractions: they say which of two came first."""
    return instant.replace(microsecond=0)
