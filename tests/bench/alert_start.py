"""How fast `a2z alert` starts: over 10,000 open claims against an empty Typer app of two commands, same interpreter,
same run, alternating. `a2z --help` against that app's `--help` too.

Judged by processor time, medians: these commands wait for nothing, so on an idle machine it is the time that a person
waits, and on a busy one it is not made of the other work. The wall clock is printed beside it.

    python tests/bench/alert_start.py [runs]
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.queues import NOW, queue_row, queue_state, write_queue

EMPTY = """
import typer
app = typer.Typer()
@app.command()
def one() -> None: ...
@app.command()
def two() -> None: ...
app()
"""
CLAIMS = 10_000
LIMITS = {"alert": 1.4, "help": 1.2}
NOTHING_DUE_DUE_SOON_OVERDUE = (0, 11, 12)


@dataclass
class Times:
    """Seconds of each run of one command."""

    processor: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def run(self, command: list[str], environment: dict[str, str]) -> None:
        used, before = _used(), time.perf_counter()
        ran = subprocess.run(command, env=environment, capture_output=True, check=False)
        self.wall.append(time.perf_counter() - before)
        self.processor.append(_used() - used)
        if ran.returncode not in NOTHING_DUE_DUE_SOON_OVERDUE:
            sys.exit(f"{command} ended with {ran.returncode}: {ran.stderr.decode()[-500:]}")


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        rows = (queue_row(act_in=(number % 160) - 20, number=number) for number in range(CLAIMS))
        write_queue(home / "a2z.sqlite3", queue_state(*rows))
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY)
        environment = {**os.environ, "A2Z_HOME": str(home), "A2Z_CONFIG": str(home / "none.toml")}
        environment["A2Z_NOW"] = NOW.isoformat()
        program = [sys.executable, "-m", "a2z_defense"]
        commands = {
            "empty": [sys.executable, str(empty), "one"],
            "alert": [*program, "alert", "--json"],
            "empty help": [sys.executable, str(empty), "--help"],
            "help": [*program, "--help"],
        }
        times = {name: Times() for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                times[name].run(command, environment)
    missed = 0
    for name, base in (("alert", "empty"), ("help", "empty help")):
        ours, theirs = times[name], times[base]
        ratio = statistics.median(ours.processor) / statistics.median(theirs.processor)
        missed += ratio > LIMITS[name]
        found = {
            "what": f"a2z {name} / empty app" + (f", {CLAIMS} open claims" if name == "alert" else ""),
            "runs": runs,
            "processor_seconds": [round(statistics.median(one.processor), 3) for one in (ours, theirs)],
            "ratio": round(ratio, 2),
            "limit": LIMITS[name],
            "ratio_of_wall_clocks": round(statistics.median(ours.wall) / statistics.median(theirs.wall), 2),
        }
        sys.stdout.write(json.dumps(found) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
