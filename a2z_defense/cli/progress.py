"""Shows how a fetch goes: a live line on a terminal, plain lines when piped, nothing with --quiet."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator

from a2z_defense.cli.common import Terminal

WORTH_SAYING_SECONDS = 5.0
"""A shorter wait for the quota is nobody's news."""
AGAIN_SECONDS = 30.0
"""An operation that waits is not said again sooner: its workers wait in turn, every few seconds."""


class Lines:
    """Plain lines on stderr: the longer waits, and at the end what was done of each operation."""

    def __init__(self, run: Terminal) -> None:
        self.run = run
        self.lock = threading.Lock()
        self.wanted: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.until: dict[str, float] = {}
        """Until when each operation waits, in seconds of the machine's clock."""
        self._said: dict[str, float] = {}

    def planned(self, operation: str, count: int) -> None:
        with self.lock:
            self.wanted[operation] += count
            self.show()

    def done(self, operation: str) -> None:
        with self.lock:
            self.answered[operation] += 1
            self.show()

    def waiting(self, operation: str, seconds: float) -> None:
        now = time.time()
        with self.lock:
            self.until[operation] = now + seconds
            self.show()
            if seconds >= WORTH_SAYING_SECONDS and now - self._said.get(operation, 0.0) >= AGAIN_SECONDS:
                self._said[operation] = now
                self.say_waiting(operation)

    def show(self) -> None:
        """A step; plain lines stay silent until the end."""

    def say_waiting(self, operation: str) -> None:
        done = f"{self.answered[operation]} of {self.wanted[operation]} done" if self.wanted[operation] else "begun"
        self.run.say(f"{operation}: {done}, waiting for Amazon until {_hour(self.until[operation])}")

    def finish(self) -> None:
        """What was done of each operation; after an early end that is what is left, too."""
        with self.lock:
            for operation, wanted in self.wanted.items():
                if wanted > 1 or not self.answered[operation]:
                    self.run.say(f"{operation}: {self.answered[operation]} of {wanted}")
            if any(self.answered[operation] < wanted for operation, wanted in self.wanted.items()):
                self.run.say("what is left is asked for by the next a2z fetch")


class Live(Lines):
    """One line that is written over, never longer than the terminal is wide."""

    def show(self) -> None:
        now = time.time()
        parts = [
            f"{name} {self.answered[name]}/{count}"
            + (f" until {_hour(until)}" if (until := self.until.get(name, 0.0)) - now >= 1 else "")
            for name, count in self.wanted.items()
            if self.answered[name] < count
        ]
        self._write("  ".join(parts)[: shutil.get_terminal_size().columns - 1])

    def say_waiting(self, operation: str) -> None:
        """The live line says it already."""

    def finish(self) -> None:
        with self.lock:
            self._write("")
        super().finish()

    def _write(self, text: str) -> None:
        sys.stderr.write("\r\x1b[2K" + text)
        sys.stderr.flush()


def _hour(seconds: float) -> str:
    """The machine's own time of day, because people look at its clock."""
    return time.strftime("%H:%M:%S", time.localtime(seconds))


@contextlib.contextmanager
def shown(run: Terminal) -> Iterator[Lines | None]:
    """The progress for this terminal."""
    if run.quiet:
        yield None
        return
    lines = Live(run) if sys.stderr.isatty() else Lines(run)
    try:
        yield lines
    finally:
        lines.finish()
