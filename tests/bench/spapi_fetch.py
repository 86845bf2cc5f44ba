"""The whole `a2z fetch` of many claims against the simulator's quotas: how near to the least time and the fewest calls.

    python tests/bench/spapi_fetch.py [claims] [scale]

Measured is the command itself, from its first call to Amazon to its end: storing, and judging every claim anew, are in
it; start-up, reading the mail and opening the claims come before (tests/bench/mail_reading.py). The least time is the
slowest operation's: (calls - burst) / rate. The fewest calls are one getOrder per claim, the fewer of single finances
calls and sweep pages, and one returns report for 60 days. The same is done under 5 % random 429 and 503: the evidence
must be the same. Memory is the command's greatest resident size with 50, 200 and 800 claims, at a hundred times
Amazon's rates.
"""

from __future__ import annotations

import collections
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.instants import utc_text
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.operations import BY_NAME
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, write_mbox

FEWEST = ("getOrder", "listFinancialEventsByOrderId", "listFinancialEvents", "createReport")
ACCOUNT_HEALTH = 1
"""createReport is also called once for account health, which the count of the fewest leaves out."""
STORM = [FaultRule("*", FaultKind.THROTTLED, chance=0.025), FaultRule("*", FaultKind.UNAVAILABLE_HTML, chance=0.025)]
LIMITS = {"time": 1.05, "calls": 1.0, "storm": 1.25, "memory": 30.0}
"""Memory: kilobytes for each further claim, for its place in the plan and what is said of it at the end."""
MEMORY_OF = (50, 200, 800)


@dataclass
class Run:
    """One fetch, measured."""

    seconds: float
    """From the first call to the end of the process."""
    bound: float
    calls: collections.Counter[str]
    throttled: int
    evidence: set[str]
    failures: int
    code: int
    peak: int
    """Kilobytes."""
    pages: int
    port: int


def run(count: int, scale: float, faults: Sequence[FaultRule] = (), port: int = 0) -> Run:
    with (
        Sandbox.synthetic(count, scale=scale, faults=Faults(faults), port=port) as box,
        tempfile.TemporaryDirectory() as name,
    ):
        home = Path(name)
        write_mbox(home / "mails.mbox", count)
        variables = {
            **os.environ,
            **box.credentials,
            "A2Z_HOME": str(home / "home"),
            "A2Z_CONFIG": str(home / "none"),
            "A2Z_KEYRING": "off",
            "A2Z_NOW": utc_text(NOW),
        }
        command = [sys.executable, "-m", "a2z_defense", "fetch", "--quiet", "--mail", str(home / "mails.mbox")]
        quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
        process = os.posix_spawn(sys.executable, command, variables, file_actions=quiet)
        _, status, used = os.wait4(process, 0)
        ended = time.monotonic()
        calls = collections.Counter(seen.operation for seen in box.requests)
        with sqlite3.connect(home / "home" / "a2z.sqlite3") as connection:
            evidence = {row[0] for row in connection.execute("SELECT id FROM evidence")}
            needed = "SELECT count(*) FROM failure WHERE needed OR trouble = 'no_answer'"
            (failures,) = connection.execute(needed).fetchone()
        return Run(
            seconds=ended - min(seen.at for seen in box.requests),
            bound=max(
                max(0.0, calls[name] - operation.burst) / (operation.rate * scale)
                for name, operation in BY_NAME.items()
            ),
            calls=calls,
            throttled=sum(seen.status == 429 and seen.fault is None for seen in box.requests),
            evidence=evidence,
            failures=failures,
            code=os.waitstatus_to_exitcode(status),
            peak=used.ru_maxrss,
            pages=-(-len(box.answers.finances) // 100),
            port=int(box.endpoint.rpartition(":")[2]),
        )


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main(count: int, scale: float) -> int:
    calm = run(count, scale)
    # The same port: what is kept whole names the endpoint that it came from.
    storm = run(count, scale, STORM, calm.port)
    peaks = {number: run(number, 100).peak for number in MEMORY_OF}
    fewest = count + min(count, calm.pages) + 1
    made = sum(calm.calls[name] for name in FEWEST) - ACCOUNT_HEALTH
    figures = {
        "time": calm.seconds / calm.bound if calm.bound else 1.0,
        "calls": made / fewest,
        "storm": storm.seconds / calm.bound if calm.bound else 1.0,
        "memory": (peaks[MEMORY_OF[-1]] - peaks[MEMORY_OF[0]]) / (MEMORY_OF[-1] - MEMORY_OF[0]),
    }
    say(f"{count} claims at {scale:g} times Amazon's rates; calls {dict(sorted(calm.calls.items()))}")
    say(f"calm:  {calm.seconds:7.2f} s, least {calm.bound:7.2f} s, {calm.throttled} refused for quota")
    say(f"storm: {storm.seconds:7.2f} s, {sum(storm.calls.values())} calls, {storm.failures} given up")
    say("memory peak: " + ", ".join(f"{peak / 1000:.1f} MB for {number}" for number, peak in peaks.items()))
    for name, figure in figures.items():
        say(f"{name:7} {figure:.3f}  (limit {LIMITS[name]:g})")
    wrong = [name for name, figure in figures.items() if figure > LIMITS[name] + 1e-9]
    if storm.evidence != calm.evidence:
        wrong.append(f"evidence differs under faults by {len(storm.evidence ^ calm.evidence)}")
    if calm.failures or calm.code or storm.code:
        wrong.append(f"{calm.failures} failures without a fault, exit {calm.code} and {storm.code}")
    say("FAIL: " + ", ".join(wrong) if wrong else "good")
    return bool(wrong)


if __name__ == "__main__":
    arguments = [float(word) for word in sys.argv[1:]] + [200, 2][len(sys.argv) - 1 :]
    sys.exit(main(int(arguments[0]), arguments[1]))
