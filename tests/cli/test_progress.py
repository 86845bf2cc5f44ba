"""How a fetch shows itself: one live line on a terminal, plain lines when piped, nothing with --quiet."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from a2z_defense.base.clock import SetClock
from a2z_defense.base.config import Settings
from a2z_defense.base.environment import Environment, Home
from a2z_defense.base.instants import utc_text
from a2z_defense.cli.common import Terminal
from a2z_defense.cli.progress import Lines
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, write_mbox

COUNT = 3
COLUMNS = 70


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[str], dict[str, str]]]:
    """A command that fetches three claims, and its variables."""
    root = tmp_path_factory.mktemp("shop")
    write_mbox(root / "mails.mbox", COUNT)
    with Sandbox.synthetic(COUNT, scale=100) as box:
        variables = {
            **os.environ,
            **box.credentials,
            "A2Z_HOME": str(root / "home"),
            "A2Z_CONFIG": str(root / "none"),
            "A2Z_KEYRING": "off",
            "A2Z_NOW": utc_text(NOW),
            "TERM": "xterm",
        }
        command = [sys.executable, "-m", "a2z_defense", "fetch", "--force", "--mail", str(root / "mails.mbox")]
        yield command, variables


def on_a_terminal(command: list[str], variables: dict[str, str]) -> tuple[str, str]:
    """stdout through a pipe, and what a terminal of 70 columns was sent on stderr."""
    try:
        ours, theirs = pty.openpty()
    except OSError:
        pytest.skip("this machine gives no pseudo terminal")
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    sent = bytearray()

    def listen() -> None:
        while True:
            try:
                sent.extend(os.read(ours, 4096))
            except OSError:
                return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    ran = subprocess.run(
        command,
        env={**variables, "COLUMNS": str(COLUMNS)},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
    )
    os.close(theirs)
    listener.join(timeout=60)
    return ran.stdout.decode(), sent.decode()


def test_a_terminal_shows_one_live_line_that_fits_and_goes(shop: tuple[list[str], dict[str, str]]) -> None:
    command, variables = shop
    out, sent = on_a_terminal([*command, "--json"], variables)
    assert out.startswith("{")
    assert "\x1b" not in out
    live = [part for part in sent.split("\r\x1b[2K") if part and "\n" not in part]
    assert any(re.search(r"getOrder \d/3", part) for part in live)
    assert max(map(len, live)) < COLUMNS
    # the line is wiped before words follow
    before_words, _, words = sent.rpartition("\r\x1b[2K")
    assert "getOrder: 3 of 3" in words
    assert "getOrder: 3 of 3" not in before_words


def test_a_pipe_gets_plain_lines(shop: tuple[list[str], dict[str, str]]) -> None:
    command, variables = shop
    ran = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    assert "\x1b" not in ran.stderr + ran.stdout
    assert "\r" not in ran.stderr
    assert ran.stderr.splitlines().count("getOrder: 3 of 3") == 1
    assert "claim(s) looked at" in ran.stdout


def test_quiet_is_silent(shop: tuple[list[str], dict[str, str]]) -> None:
    command, variables = shop
    ran = subprocess.run([*command, "--quiet", "--json"], env=variables, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    assert ran.stdout.startswith("{")


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    return Lines(Terminal(Environment(Home(tmp_path), Settings(), SetClock(NOW)), False, False, io.StringIO(), ""))


def test_a_long_wait_is_said_once_with_its_end_and_a_short_one_not(
    lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    lines.planned("getOrder", 40)
    for seconds in (2.0, 8.0, 8.0, 8.0):
        lines.waiting("getOrder", seconds)
    (said,) = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"getOrder: 0 of 40 done, waiting for Amazon until \d\d:\d\d:\d\d", said)


def test_an_early_end_says_what_is_left(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    lines.planned("getOrder", 40)
    lines.planned("getTracking", 1)
    lines.done("getTracking")
    lines.done("getOrder")
    lines.finish()
    assert capsys.readouterr().err.splitlines() == [
        "getOrder: 1 of 40",
        "what is left is asked for by the next a2z fetch",
    ]
