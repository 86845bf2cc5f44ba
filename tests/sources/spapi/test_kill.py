"""A part of the proof of kills, in every run of the tests: a SIGKILL at a random moment loses and repeats nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench" / "spapi_kill.py"


def test_a_killed_fetch_comes_to_the_same_evidence_and_asks_for_nothing_that_was_kept() -> None:
    ran = subprocess.run([sys.executable, str(BENCH), "1", "6"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.endswith("good\n")
    assert ran.stdout.count("killed after") == 1
