"""Monotonic clocks for waits that a test need not sit out."""

from __future__ import annotations

import time


class HandClock:
    """Time that moves only when something sleeps or a test moves it: on a busy machine nothing is late."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FastClock:
    """Time that runs twenty times as fast: back-off against a real server is waited out in a twentieth."""

    def monotonic(self) -> float:
        return time.monotonic() * 20

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / 20)
