"""Ctrl-C in the middle of a fetch: 130, no traceback, what was got is kept, the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from support.homes import kept

from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.scenarios import load_scenarios
from a2z_defense.sandbox.server import Sandbox

ONE = load_scenarios()[0]
WITH_A_THREAD_AT_WORK = """
import atexit, sys, threading
from a2z_defense.cli import main, start

def run():
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    print("data")
    sys.exit(130)

atexit.register(print, "torn down")
main.main = run
start.main()
"""


def command(root: Path, sandbox: Sandbox, *words: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("A2Z_", "SP_API_", "LWA_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "a2z_defense", *words],
        env={
            **clean,
            **sandbox.credentials,
            "A2Z_HOME": str(root / "home"),
            "A2Z_CONFIG": str(root / "none.toml"),
            "A2Z_KEYRING": "off",
            "A2Z_NOW": "2026-11-12T09:00:00Z",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_interrupted_fetch_ends_with_130_and_the_next_one_goes_on(tmp_path: Path) -> None:
    slow = Faults([FaultRule("getOrder", FaultKind.SLOW, delay=300)])
    with Sandbox([ONE.folder], scale=50, faults=slow) as sandbox:
        running = command(tmp_path, sandbox, "fetch", "--mail", str(ONE.mail_folder))
        while not kept(tmp_path / "home", EvidenceKind.FINANCES) and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=120)
        assert running.returncode == 130, err
        assert out == ""
        assert "Traceback" not in err
        listed = command(tmp_path, sandbox, "list")
        assert ONE.order_id in listed.communicate(timeout=120)[0]
    with Sandbox([ONE.folder], scale=50) as sandbox:
        again = command(tmp_path, sandbox, "fetch")
        _out, err = again.communicate(timeout=120)
        assert again.returncode == 0, err
        asked = {seen.operation for seen in sandbox.requests}
        assert "getOrder" in asked
        assert "listFinancialEventsByOrderId" not in asked


def test_python_is_not_torn_down_around_a_thread_that_waits_for_an_answer() -> None:
    """A thread that wakes while Python is torn down crashes the process: signal 11 in place of 130."""
    ran = subprocess.run([sys.executable, "-c", WITH_A_THREAD_AT_WORK], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "data\n", "")
