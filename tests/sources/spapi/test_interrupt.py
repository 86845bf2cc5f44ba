"""Ctrl-C in the middle of a fetch: over at once, 130, and what was fetched is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from a2z_defense.base.environment import load_environment
from a2z_defense.base.instants import utc_text
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, write_mbox
from a2z_defense.store.store import open_store


@pytest.mark.slow
def test_ctrl_c_ends_the_run_and_keeps_what_came(tmp_path: Path) -> None:
    mbox = tmp_path / "mails.mbox"
    write_mbox(mbox, 45)
    with Sandbox.synthetic(45, scale=0.2) as box:
        variables = {
            **os.environ,
            **box.credentials,
            "A2Z_HOME": str(tmp_path / "home"),
            "A2Z_CONFIG": str(tmp_path / "none"),
            "A2Z_KEYRING": "off",
            "A2Z_NOW": utc_text(NOW),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "a2z_defense", "fetch", "--mail", str(mbox)],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while box.count("getOrder") < 29 and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.05)
        assert process.poll() is None
        time.sleep(1.0)  # now it waits for its quota: one order every ten seconds
        process.send_signal(signal.SIGINT)
        pressed = time.monotonic()
        _, words = process.communicate(timeout=30)
        took = time.monotonic() - pressed
    assert process.returncode == 130, words
    assert took < 5
    assert "Traceback" not in words
    with open_store(load_environment(variables=variables)) as store, store.reading() as connection:
        (orders,) = connection.exec_driver_sql("SELECT count(*) FROM evidence WHERE kind = 'spapi.order'").one()
    assert orders >= 20
