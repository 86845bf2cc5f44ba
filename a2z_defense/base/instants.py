"""Instants as text: always aware, UTC inside, ISO 8601 with `Z` outside."""

from __future__ import annotations

import datetime as dt

from a2z_defense.base.errors import UsageError


def parse_instant(text: str, *, what: str = "the instant") -> dt.datetime:
    """An ISO 8601 instant with a zone, in UTC.

    Raises UsageError for text without a zone: guessing a zone can lose a deadline.
    """
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(
            f"{what} is {text!r}",
            expected="an ISO 8601 instant with a zone, like 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00",
            remedy="add the zone: Z for UTC, or an offset",
        )
    return found.astimezone(dt.UTC)


def utc_text(instant: dt.datetime) -> str:
    """`2026-11-21T09:30:00Z`; fractions of a second are kept only when there are some."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
