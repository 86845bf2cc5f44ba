"""How fast `a2z alert` starts: over 10,000 open claims against an empty Typer app of two commands, same interpreter,
same run, alternating. `a2z --help` against that app's `--help` too. Judged by the fastest run of each: what else the
machine does at the time can only make a run slower; the medians are printed beside it.

    python tests/bench/alert_start.py [runs]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
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


def seconds(command: list[str], environment: dict[str, str], codes: tuple[int, ...] = (0,)) -> float:
    before = time.perf_counter()
    ran = subprocess.run(command, env=environment, capture_output=True, check=False)
    took = time.perf_counter() - before
    if ran.returncode not in codes:
        sys.exit(f"{command} ended with {ran.returncode}: {ran.stderr.decode()[-500:]}")
    return took


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
        took: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                took[name].append(seconds(command, environment, (0, 11, 12)))
    missed = 0
    for name, base in (("alert", "empty"), ("help", "empty help")):
        ratio = statistics.median(took[name]) / statistics.median(took[base])
        fastest = min(took[name]) / min(took[base])
        missed += fastest > LIMITS[name]
        sys.stdout.write(
            json.dumps(
                {
                    "what": f"a2z {name} / empty app" + (f", {CLAIMS} open claims" if name == "alert" else ""),
                    "runs": runs,
                    "median_seconds": [
                        round(statistics.median(took[name]), 3),
                        round(statistics.median(took[base]), 3),
                    ],
                    "ratio_of_medians": round(ratio, 2),
                    "ratio_of_fastest": round(fastest, 2),
                    "limit": LIMITS[name],
                }
            )
            + "\n"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
