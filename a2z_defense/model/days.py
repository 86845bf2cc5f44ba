"""Arithmetic of time limits: days in their earliest reading, for mails and policy alike. The machine's zone has no part
in it."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from a2z_defense.model.marketplaces import MARKETPLACES, by_id


def zones_of(marketplace_id: str | None) -> tuple[str, ...]:
    """The zones of the marketplace; every marketplace's when it is not known: the earliest midnight counts."""
    found = by_id(marketplace_id) if marketplace_id else None
    return found.zones if found else _all_zones()


@lru_cache(maxsize=1)
def _all_zones() -> tuple[str, ...]:
    return tuple(sorted({zone for found in MARKETPLACES for zone in found.zones}))


def midnight_after(start: dt.datetime, days: int, zone: str) -> dt.datetime:
    """The end of the `days`-th calendar day in `zone`, where the day of `start` is day 1. In UTC.

    In a zone whose clocks skip midnight that day, the first moment of the next day.
    """
    there = start.astimezone(ZoneInfo(zone))
    day = there.date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)


def first_midnight_after(start: dt.datetime, days: int, *marketplaces: str | None) -> dt.datetime:
    """`midnight_after` in that zone of the marketplaces where it comes first."""
    zones = {zone for marketplace in marketplaces or (None,) for zone in zones_of(marketplace)}
    return min(midnight_after(start, days, zone) for zone in zones)


def calendar_days_end(start: dt.datetime, days: int, *marketplaces: str | None) -> dt.datetime:
    """The earliest reading of "within `days` calendar days" from `start`: the last midnight in any of the marketplaces'
    zones, or `days` times 24 hours when that is earlier (it is on a day of 25 hours)."""
    return min(first_midnight_after(start, days, *marketplaces), start.astimezone(dt.UTC) + dt.timedelta(days=days))
