"""Token buckets that all workers of a process, and all a2z processes of the machine, share through one file.

The state is the theoretical arrival time of the next request (the "leaky bucket as a meter" form): one number, so
that a reservation is made under the lock and slept out without it. Times are this machine's monotonic clock, which
Linux counts from boot for every process alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.atomic import private_folder, write_atomic
from a2z_defense.base.clock import Monotonic

SLACK = 1
"""Tokens of the burst that are left unused: a first request that travels slowly starts Amazon's refill later than
ours, and without slack the request after the burst would come a moment too early. Measured: one token is enough."""


@dataclass
class _State:
    arrival: float
    rate: float
    blocked_until: float


class Bucket:
    """The bucket of one operation of one account."""

    def __init__(self, folder: Path, account: str, operation: str, rate: float, burst: int, clock: Monotonic) -> None:
        from filelock import FileLock

        private_folder(folder)
        name = f"quota-{hashlib.sha256(account.encode()).hexdigest()[:12]}-{operation}"
        self._file = folder / f"{name}.json"
        self._lock = FileLock(folder / f"{name}.lock", mode=0o600)
        self._published = rate
        self._burst = max(1, burst - SLACK)
        self._clock = clock

    def reserve(self, most: float = float("inf")) -> float:
        """Take the next free place; the seconds to wait for it (0: go at once). Beyond `most` none is taken."""
        with self._lock:
            state = self._read()
            now = self._clock.monotonic()
            interval = 1 / state.rate
            arrival = max(state.arrival, now)
            start = max(now, arrival - (self._burst - 1) * interval, state.blocked_until)
            if start - now <= most:
                state.arrival = max(arrival, start) + interval
                self._write(state)
        return start - now

    def blocked_for(self) -> float:
        """Seconds for which Amazon asked everyone to wait; 0 when it did not."""
        return max(0.0, self._read().blocked_until - self._clock.monotonic())

    def follow(self, rate: float) -> None:
        """Take over the rate in force, as an answer's header tells it."""
        if rate <= 0 or abs(self._read().rate - rate) < rate * 1e-6:
            return
        with self._lock:
            state = self._read()
            now = self._clock.monotonic()
            debt = max(0.0, state.arrival - now) * state.rate
            state.rate = rate
            state.arrival = now + debt / rate
            self._write(state)

    def throttled(self, retry_after: float | None) -> float:
        """Amazon said 429: the bucket is empty, whatever we counted. The seconds to wait."""
        with self._lock:
            state = self._read()
            now = self._clock.monotonic()
            wait = max(retry_after or 0.0, 1 / state.rate)
            state.blocked_until = max(state.blocked_until, now + wait)
            state.arrival = max(state.arrival, now + self._burst / state.rate)
            self._write(state)
        return wait

    def _read(self) -> _State:
        """The shared state; a missing or torn file, or one from before a reboot, is a full bucket."""
        now = self._clock.monotonic()
        try:
            found = json.loads(self._file.read_bytes())
            state = _State(float(found["arrival"]), float(found["rate"]), float(found["blocked_until"]))
            written = float(found["written"])
        except (OSError, ValueError, KeyError, TypeError):
            return _State(now, self._published, now)
        if written > now or not 0 < state.rate < 1e6:
            return _State(now, self._published, now)
        return state

    def _write(self, state: _State) -> None:
        body = json.dumps({**vars(state), "written": self._clock.monotonic()})
        write_atomic(self._file, body.encode(), sync=False)


def wait(seconds: float, clock: Monotonic, stopped: Callable[[], bool], *, slice_seconds: float = 0.25) -> None:
    """Sleep, but look up often enough that Ctrl-C ends the run at once."""
    until = clock.monotonic() + seconds
    while not stopped():
        left = until - clock.monotonic()
        if left <= 0:
            return
        clock.sleep(min(left, slice_seconds))
