"""Who reads a command's output may stop, close it, or know few letters: the exit code stays the command's own."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.homes import with_one_claim
from support.mail_maker import ORDER, SENT

from a2z_defense.base.instants import utc_text

OVERDUE = {"A2Z_NOW": utc_text(SENT.replace(month=12))}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_one_claim(tmp_path_factory.mktemp("shop"), now=SENT.replace(hour=12)).home.root


def shell(home: Path, script: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run `script` in bash, where `a2z` is the command; its own exit code ends it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("A2Z_")}
    found = {**clean, "A2Z_HOME": str(home), "A2Z_CONFIG": str(home / "none"), "A2Z_KEYRING": "off", **variables}
    whole = f'a2z() {{ "{sys.executable}" -m a2z_defense "$@"; }}\n{script}'
    return subprocess.run(["bash", "-c", whole], env=found, capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize(
    ("words", "code"),
    [("list", 0), (f"check {ORDER}", 12), ("alert --no-notify", 12), ("--help", 0), ("x", 2)],
)
def test_a_reader_that_has_seen_enough_changes_no_exit_code(home: Path, words: str, code: int) -> None:
    done = shell(home, f"a2z {words} 2>&1 | true; exit ${{PIPESTATUS[0]}}", **OVERDUE)
    assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-"])
def test_a_closed_stream_leads_nowhere(home: Path, closed: str) -> None:
    done = shell(home, f"a2z alert --no-notify {closed}", **OVERDUE)
    assert (done.returncode, b"Traceback" in done.stderr) == (12, False)


def test_a_full_disk_under_the_output_is_said(home: Path) -> None:
    done = shell(home, "a2z list > /dev/full")
    assert done.returncode == 3
    assert b"No space left" in done.stderr


def test_letters_that_the_terminal_does_not_have_are_written_as_numbers(home: Path) -> None:
    done = shell(home, f"a2z check {ORDER}", PYTHONIOENCODING="latin1")
    assert (done.returncode, done.stderr.count(b"defect")) == (12, 0), done.stderr
    assert b"\\u201c" in done.stdout
    answer = json.loads(shell(home, f"a2z check {ORDER} --json", PYTHONIOENCODING="latin1").stdout.decode("latin1"))
    assert "“" in answer["deadline_rule"]


@pytest.mark.parametrize(("columns", "heads"), [(40, ["claim", "left"]), (80, ["claim", "what", "act by", "left"])])
def test_a_narrow_terminal_cuts_neither_the_claim_nor_the_time_left(home: Path, columns: int, heads: list[str]) -> None:
    ours, its = pty.openpty()
    words = [sys.executable, "-m", "a2z_defense", "list", "--as-of", OVERDUE["A2Z_NOW"]]
    found = {**os.environ, "A2Z_HOME": str(home), "A2Z_KEYRING": "off", "COLUMNS": str(columns), "NO_COLOR": "1"}
    found |= {"A2Z_CONFIG": str(home / "none"), "TERM": "xterm"}
    with subprocess.Popen(words, stdout=its, stderr=subprocess.DEVNULL, env=found) as running:
        assert running.wait(60) == 0
    os.close(its)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    head, row, *_ = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert [word for word in re.split(r"\s{2,}", head.strip()) if word in heads] == heads
    assert row.startswith(ORDER)
    assert "\u2026" not in row
    assert re.search(r"overdue \d+ d \d+ h", row)
