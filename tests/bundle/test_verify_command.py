"""`a2z verify` as a real command: lines, JSON, exit 7."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.bundles import write_build


def run_verify(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "A2Z_HOME": str(home / "home"), "A2Z_CONFIG": str(home / "none")}
    command = [sys.executable, "-m", "a2z_defense", "verify", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_line_by_line_then_the_promise(tmp_path: Path) -> None:
    ran = run_verify(tmp_path, str(write_build(tmp_path)))
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0
    assert "OK    response.txt" in lines
    assert lines[-1].startswith("consistent: ")
    assert not (tmp_path / "home").exists()


def test_a_changed_byte_is_exit_7(tmp_path: Path) -> None:
    build = write_build(tmp_path)
    (build / "response.txt").write_bytes(b"something else")
    ran = run_verify(tmp_path, str(build), "--json")
    found = json.loads(ran.stdout)
    assert (ran.returncode, found["ok"]) == (7, False)
    assert [(one["path"], one["kind"]) for one in found["findings"]] == [("response.txt", "changed")]


@pytest.mark.parametrize("name", ["response.pdf", "gone"])
def test_what_cannot_be_verified_is_exit_7_with_the_reason(tmp_path: Path, name: str) -> None:
    ran = run_verify(tmp_path, str(write_build(tmp_path) / name))
    assert ran.returncode == 7
    assert ran.stdout.splitlines()[0].startswith(f"FAIL  {name}: ")
    assert "Traceback" not in ran.stderr
