"""Ctrl-C in the middle of a fetch: over at once, 130, nothing but words, and what was fetched is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from support.homes import kept

from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, write_mbox

COUNT = 3


def test_ctrl_c_ends_the_run_and_keeps_what_came(tmp_path: Path) -> None:
    mbox, home = tmp_path / "mails.mbox", tmp_path / "home"
    write_mbox(mbox, COUNT)
    slow = Faults([FaultRule("getCatalogItem", FaultKind.SLOW, delay=45)])
    with Sandbox.synthetic(COUNT, scale=100, faults=slow) as box:
        process = subprocess.Popen(
            [sys.executable, "-m", "a2z_defense", "fetch", "--mail", str(mbox)],
            env={
                **os.environ,
                **box.credentials,
                "A2Z_HOME": str(home),
                "A2Z_CONFIG": str(tmp_path / "none"),
                "A2Z_KEYRING": "off",
                "A2Z_NOW": utc_text(NOW),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while kept(home, EvidenceKind.ORDER) < COUNT and process.poll() is None:
            time.sleep(0.05)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, words = process.communicate(timeout=300)
        # the simulator notes a call when it answers: the run did not wait for these answers
        assert box.count("getCatalogItem") == 0
    assert process.returncode == 130, words
    assert out == ""
    assert "Traceback" not in words
    assert "Exception" not in words
    assert kept(home, EvidenceKind.ORDER) == COUNT
