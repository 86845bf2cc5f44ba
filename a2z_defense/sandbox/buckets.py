"""Token buckets, one for each operation, as Amazon's usage plans describe them."""

from __future__ import annotations

import threading

from a2z_defense.base.clock import Monotonic
from a2z_defense.sandbox.operations import Operation


class Bucket:
    """Holds at most `burst` tokens and fills by `rate` a second; a request takes one."""

    def __init__(self, rate: float, burst: int, clock: Monotonic) -> None:
        self.rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._filled_at = clock.monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one token; False when there is none: the request is throttled and costs nothing."""
        with self._lock:
            now = self._clock.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self.rate)
            self._filled_at = now
            # a client that waits exactly 1/rate must not be refused for a rounding error
            if self._tokens < 1 - 1e-9:
                return False
            self._tokens -= 1
            return True


class Buckets:
    """The buckets of one application, one for each (operation, selling partner)."""

    def __init__(self, clock: Monotonic, *, scale: float) -> None:
        self._clock = clock
        self._scale = scale
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._lock = threading.Lock()

    def of(self, operation: Operation, partner: str) -> Bucket:
        """The bucket of `operation` for that selling partner: published burst, published rate times the scale."""
        with self._lock:
            return self._buckets.setdefault(
                (operation.name, partner), Bucket(operation.rate * self._scale, operation.burst, self._clock)
            )
