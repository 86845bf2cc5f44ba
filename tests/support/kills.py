"""Kills a job in the middle: the process is forked from this one, so that the kill falls into the work itself and not
into a second of imports."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO


@dataclass
class Tally:
    """A row of the table of faults: what was done, how often, and what was lost."""

    fault: str
    runs: int = 0
    hits: int = 0
    """Runs in which the fault struck before the job had ended."""
    losses: list[str] = field(default_factory=list)

    def expect(self, holds: bool, what: str) -> None:
        """Count a loss unless `holds`."""
        if not holds:
            self.losses.append(f"run {self.runs}: {what}")

    def line(self) -> str:
        return f"{self.fault:<44} {self.runs:>5} {self.hits:>6} {len(self.losses):>7}"


HEADER = f"{'fault':<44} {'runs':>5} {'struck':>6} {'losses':>7}"


def run_and_kill(job: Callable[[], object], after: float | None) -> tuple[bool, float]:
    """Run `job` in a forked process and SIGKILL it `after` seconds (None: let it end).

    Returns whether the kill struck, and the seconds that it ran. Raises AssertionError with the job's own words when
    it fails although nobody disturbs it.
    """
    with tempfile.TemporaryFile() as words:
        return _run_and_kill(job, after, words)


def _run_and_kill(job: Callable[[], object], after: float | None, words: IO[bytes]) -> tuple[bool, float]:
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        code = 1
        try:
            os.dup2(words.fileno(), 1)
            os.dup2(words.fileno(), 2)
            job()
            code = 0
        except BaseException:  # noqa: BLE001 - the parent says it
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)
    struck = False
    while True:
        left = None if after is None else started + after - time.monotonic()
        if left is not None and left <= 0:
            os.kill(child, signal.SIGKILL)
            struck = True
            break
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            took = time.monotonic() - started
            if after is None and os.waitstatus_to_exitcode(status) != 0:
                words.seek(0)
                raise AssertionError(f"the job fails without any fault: {words.read().decode()}")
            _reap_group(child)
            return False, took
        time.sleep(0.0005)
    os.waitpid(child, 0)
    _reap_group(child)
    return struck, time.monotonic() - started


def _reap_group(leader: int) -> None:
    """End what the job had started (a renderer's process), as the machine would in the end."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
