"""The two clocks. The case clock says which instant it is for deadlines and records, and may be set; the
monotonic clock measures waiting and is never set."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import Protocol

from a2z_defense.base.instants import parse_instant


class CaseClock(Protocol):
    """Which instant it is, for deadlines, records and provenance."""

    @property
    def is_set(self) -> bool:
        """True when the instant was given by the user; provenance is then marked `clock: set`."""

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""


@dataclass(frozen=True)
class SystemClock:
    """The machine's own clock, read in UTC: the machine's zone has no part in it."""

    is_set: bool = False

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class SetClock:
    """A clock that stands at one instant (`--as-of`, `A2Z_NOW`)."""

    instant: dt.datetime
    is_set: bool = True

    def now(self) -> dt.datetime:
        return self.instant.astimezone(dt.UTC)


def case_clock(as_of: str | None) -> CaseClock:
    """The clock for `--as-of` / `A2Z_NOW`, or the system's when neither is given."""
    return SetClock(parse_instant(as_of, what="--as-of")) if as_of else SystemClock()


class Monotonic(Protocol):
    """Time that only goes forward, for waiting, back-off, token buckets and token expiry. Seconds."""

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemMonotonic:
    """The machine's monotonic clock."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
