"""Every command that an alert prints runs as it is printed, and each kind can be reached from real mails."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.commands import run_here

from a2z_defense.alerts.kinds import AlertKind
from a2z_defense.base.data import data_folder
from a2z_defense.sandbox.mails import RECEIVER
from a2z_defense.sandbox.scenarios import load_scenarios
from a2z_defense.sandbox.server import Sandbox

WENT_WELL = {0, 5, 10, 11, 12}
"""5: `fetch` and `doctor` where a source is not configured; 10: a draft; 11 and 12: due."""
CONFIG = """
[seller]
zone = "Europe/Rome"
[team]
lead_time = "2h"
hours = "09:00-17:30"
[accounts.main]
secret_rotated = 2026-05-20
"""
ELSEWHERE = {AlertKind.QUEUE_UNREADABLE, AlertKind.CHARGEBACK_DUE}
"""Kinds that no example reaches; `a2z doctor` and `a2z show` are run for others."""


@dataclass
class Desk:
    root: Path
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def run(self, command: str, now: str = "2026-11-12T09:00:00Z") -> tuple[int, str, str]:
        """Run a command as a shell would read it; returns its exit code and its streams."""
        self.monkeypatch.setenv("A2Z_NOW", now)
        program, *words = shlex.split(command)
        assert program == "a2z"
        code = run_here(self.monkeypatch, *words)
        return code, *self.capture.readouterr()

    def alerts(self, now: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("a2z alert --json", now)[1])
        return found


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    (tmp_path / "config.toml").write_text(CONFIG)
    mails = " ".join(f"--mail '{scenario.mail_folder}'" for scenario in load_scenarios())
    with Sandbox([data_folder("examples")], scale=1000, polls_until_done=1) as sandbox:
        variables = {
            **sandbox.credentials,
            "HOME": str(tmp_path),
            "A2Z_HOME": str(tmp_path / "home"),
            "A2Z_CONFIG": str(tmp_path / "config.toml"),
            "A2Z_KEYRING": "off",
            "A2Z_TRUSTED_RECEIVERS": RECEIVER,
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        found = Desk(tmp_path, monkeypatch, capfd)
        assert found.run(f"a2z fetch {mails}")[0] == 0
        yield found


def shape(command: str) -> str:
    return re.sub(r"\d{3}-\d{7}-\d{7}(\.\d+)?|\d+", "N", command)


def test_every_kind_is_reached_and_every_printed_command_runs(desk: Desk) -> None:
    first, second = "407-2290145-8863310", "403-1183920-6617754"
    attached = data_folder("examples") / "scenarios" / "01-signed-delivery" / "files" / "carrier-brt.json"
    assert desk.run(f"a2z attach {first} '{attached}' --as carrier")[0] == 0
    assert desk.run(f"a2z build {first} --send-as-is 'the rest is on order'")[0] == 0
    checked = json.loads(desk.run(f"a2z check {second} --json")[1])
    item = next(item["id"] for item in checked["items"] if item["state"] == "missing")
    asked = desk.run(f"a2z ask {second} {item} --of carrier --due 2026-11-12T15:00:00Z")
    assert asked[0] == 0, asked[2]
    with sqlite3.connect(desk.root / "home" / "a2z.sqlite3") as connection:
        connection.execute("UPDATE note SET value = 'of an older version' WHERE key = 'derived.stamp'")
    seen: dict[str, tuple[str, str]] = {}
    kinds: set[str] = set()
    for now in ("2026-11-11T20:00:00Z", "2026-11-12T09:00:00Z", "2026-11-13T16:00:00Z", "2026-12-05T09:00:00Z"):
        for alert in desk.alerts(now):
            kinds.add(alert["kind"])
            seen.setdefault(shape(alert["next"]), (alert["next"], now))
    assert desk.run("a2z record 206-7715530-4429981 appealed", "2026-11-13T17:00:00Z")[0] == 0
    after = {alert["kind"]: alert["next"] for alert in desk.alerts("2026-12-05T09:00:00Z")}
    seen[shape(after["appeal_result"])] = after["appeal_result"], "2026-12-05T09:00:00Z"
    kinds.add("appeal_result")
    assert kinds == {kind.value for kind in AlertKind if kind not in ELSEWHERE}
    # What changes the queue comes last: the others must still find it as it was told.
    order = sorted(seen.values(), key=lambda one: (" record " in one[0], "reindex" in one[0]))
    for command, now in order:
        code, _out, err = desk.run(command, now)
        assert code in WENT_WELL, (command, code, err)
    assert desk.run("a2z doctor")[0] in (0, 3, 5)
