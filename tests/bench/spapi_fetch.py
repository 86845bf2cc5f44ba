"""Fetching many claims against the simulator's quotas: how near to the least time, and to the fewest calls.

    python tests/bench/spapi_fetch.py [claims] [scale]

The least time is the slowest operation's: (calls - burst) / rate. The fewest calls are one getOrder per claim, the
fewer of single finances calls and sweep pages, and one returns report for 60 days. The same is done under 5 % random
429 and 503: the evidence must be the same. Memory is looked at with a tenth of the claims and with all.
"""

from __future__ import annotations

import collections
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from a2z_defense.base.clock import SetClock, SystemMonotonic
from a2z_defense.base.config import Fetch
from a2z_defense.base.environment import load_environment
from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, observation_id
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.operations import BY_NAME
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, synthetic_claim
from a2z_defense.sources.spapi.access import load_access
from a2z_defense.sources.spapi.claims import WantedClaim
from a2z_defense.sources.spapi.collect import collect

NEEDED = ("order", "finances", "tracking", "returns")
FEWEST = ("getOrder", "listFinancialEventsByOrderId", "listFinancialEvents", "createReport")
STORM = [FaultRule("*", FaultKind.THROTTLED, chance=0.025), FaultRule("*", FaultKind.UNAVAILABLE_HTML, chance=0.025)]
LIMITS = {"time": 1.05, "calls": 1.0, "storm": 1.25, "memory": 8.0}
"""Memory: kilobytes for each further claim, for its place in the plan and the slices that wait for its date."""


class Run:
    """One collection of `count` claims, measured."""

    def __init__(self, count: int, scale: float, faults: list[FaultRule]) -> None:
        with Sandbox.synthetic(count, scale=scale, faults=Faults(faults)) as box, tempfile.TemporaryDirectory() as name:
            self.requests: collections.Counter[str] = collections.Counter()
            self.evidence: set[str] = set()
            self.failures: list[SourceFailure] = []
            before = time.monotonic()
            for found in collected(count, {**box.credentials, "A2Z_HOME": name}, self.requests):
                if isinstance(found, SourceFailure):
                    self.failures.append(found)
                elif found.kind is not EvidenceKind.WHOLE:
                    self.evidence.add(observation_id(found))
            self.seconds = time.monotonic() - before
            self.throttled = sum(seen.status == 429 for seen in box.requests)
            calls = collections.Counter(seen.operation for seen in box.requests)
            self.bound = max(
                max(0.0, calls[name] - operation.burst) / (operation.rate * scale)
                for name, operation in BY_NAME.items()
            )
            self.pages = -(-len(box.answers.finances) // 100)


def collected(
    count: int, variables: dict[str, str], requests: collections.Counter[str] | None = None
) -> Iterator[Observation | SourceFailure]:
    """What one run brings for the first `count` synthetic claims."""
    home = Path(variables["A2Z_HOME"])
    environment = load_environment(variables={**variables, "A2Z_CONFIG": str(home / "none"), "A2Z_KEYRING": "off"})
    access = load_access(environment)
    assert access is not None
    claims = [synthetic_claim(number) for number in range(count)]
    batches = collect(
        [WantedClaim(claim.order_id, claim.marketplace.id) for claim in claims],
        access,
        clock=SetClock(NOW),
        monotonic=SystemMonotonic(),
        settings=Fetch(),
        lock_folder=home / "locks",
        fresh=lambda _kind, _subject: False,
        sources=NEEDED,
        requests=requests,
    )
    return (one for batch in batches for one in batch)


def peak_memory(count: int) -> int:
    """Bytes at the peak of a run that keeps nothing, in a process without the simulator."""
    with Sandbox.synthetic(count, scale=100) as box, tempfile.TemporaryDirectory() as name:
        told = subprocess.run(
            [sys.executable, __file__, "--memory", str(count)],
            env={**os.environ, **box.credentials, "A2Z_HOME": name},
            capture_output=True,
            text=True,
            check=True,
        )
    return int(told.stdout)


def measure_memory(count: int) -> int:
    for _ in collected(1, {**os.environ, "A2Z_HOME": os.environ["A2Z_HOME"] + "/warm"}):
        pass  # imports and first connections are no growth
    tracemalloc.start()
    for _ in collected(count, dict(os.environ)):
        pass
    say(str(tracemalloc.get_traced_memory()[1]))
    return 0


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main(count: int, scale: float) -> int:
    calm = Run(count, scale, [])
    fewest = count + min(count, calm.pages) + 1
    made = sum(calm.requests[name] for name in FEWEST)
    storm = Run(count, scale, STORM)
    small, large = peak_memory(count // 10), peak_memory(count)
    figures = {
        "time": calm.seconds / calm.bound if calm.bound else 1.0,
        "calls": made / fewest,
        "storm": storm.seconds / calm.bound if calm.bound else 1.0,
        "memory": (large - small) / (count - count // 10) / 1000,
    }
    say(f"{count} claims at {scale:g} times Amazon's rates; calls {dict(calm.requests)}")
    say(f"calm:  {calm.seconds:7.2f} s, least {calm.bound:7.2f} s, {calm.throttled} refused for quota")
    say(f"storm: {storm.seconds:7.2f} s, {sum(storm.requests.values())} calls, {len(storm.failures)} given up")
    say(f"memory peak: {small / 1e6:.2f} MB for {count // 10} claims, {large / 1e6:.2f} MB for {count}")
    for name, figure in figures.items():
        say(f"{name:7} {figure:.3f}  (limit {LIMITS[name]:g})")
    wrong = [name for name, figure in figures.items() if figure > LIMITS[name] + 1e-9]
    if storm.evidence != calm.evidence:
        wrong.append(f"evidence differs under faults by {len(storm.evidence ^ calm.evidence)}")
    if calm.failures:
        wrong.append(f"{len(calm.failures)} failures without a fault")
    say("FAIL: " + ", ".join(wrong) if wrong else "good")
    return bool(wrong)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        sys.exit(measure_memory(int(sys.argv[2])))
    arguments = [float(word) for word in sys.argv[1:]] + [200, 10][len(sys.argv) - 1 :]
    sys.exit(main(int(arguments[0]), arguments[1]))
