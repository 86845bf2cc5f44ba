"""Shows how a fetch goes: a live line on a terminal, plain lines when piped, nothing with --quiet."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections import Counter
from collections.abc import Iterator

from a2z_defense.cli.common import Terminal

WORTH_SAYING_SECONDS = 5.0
"""A shorter wait for the quota is nobody's news."""


class Lines:
    """Plain lines on stderr: one per operation when it is through, and the longer waits."""

    def __init__(self, run: Terminal) -> None:
        self.run = run
        self.lock = threading.Lock()
        self.wanted: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()

    def planned(self, operation: str, count: int) -> None:
        with self.lock:
            self.wanted[operation] += count
            self.show(operation)

    def done(self, operation: str) -> None:
        with self.lock:
            self.answered[operation] += 1
            self.show(operation)
            if self.answered[operation] == self.wanted[operation]:
                self.through(operation)

    def waiting(self, operation: str, seconds: float) -> None:
        if seconds >= WORTH_SAYING_SECONDS:
            with self.lock:
                self.run.say(f"{operation}: waiting {seconds:.0f} s for Amazon's quota")

    def show(self, operation: str) -> None:
        """A step; plain lines stay silent until an operation is through."""

    def through(self, operation: str) -> None:
        if self.run.environment.settings.fetch.workers and self.wanted[operation] > 1:
            self.run.say(f"{operation}: {self.answered[operation]} of {self.wanted[operation]}")


class Live(Lines):
    """One line that is written over."""

    def show(self, operation: str) -> None:
        del operation
        parts = [f"{name} {self.answered[name]}/{count}" for name, count in self.wanted.items()]
        sys.stderr.write("\r\x1b[2K" + "  ".join(parts)[:160])
        sys.stderr.flush()

    def through(self, operation: str) -> None:
        """The live line says it already."""


@contextlib.contextmanager
def shown(run: Terminal) -> Iterator[Lines | None]:
    """The progress for this terminal."""
    if run.quiet:
        yield None
    elif sys.stderr.isatty():
        try:
            yield Live(run)
        finally:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
    else:
        yield Lines(run)
