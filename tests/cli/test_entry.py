"""The entry point as a process: exit codes, streams, common options."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def a2z(home: Path, *words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("A2Z_", "SP_API_", "LWA_"))}
    return subprocess.run(
        [sys.executable, "-m", "a2z_defense", *words],
        env={
            **clean,
            "A2Z_HOME": str(home / "home"),
            "A2Z_CONFIG": str(home / "config.toml"),
            "A2Z_KEYRING": "off",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **variables,
        },
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_an_empty_home_is_fine(tmp_path: Path) -> None:
    done = a2z(tmp_path, "list", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert a2z(tmp_path, "alert").returncode == 0


@pytest.mark.parametrize("command", ["list", "alert"])
def test_a_home_that_is_a_file_is_no_empty_queue(tmp_path: Path, command: str) -> None:
    (tmp_path / "home").write_text("a slip of the pen")
    done = a2z(tmp_path, command)
    assert (done.returncode, "names a file" in done.stderr) == (3, True)


@pytest.mark.parametrize("command", ["check", "show", "build"])
def test_a_claim_that_is_not_there_is_6_with_what_to_do(tmp_path: Path, command: str) -> None:
    done = a2z(tmp_path, command, "402-1234567-7654321")
    assert done.returncode == 6
    assert done.stdout == ""
    assert "what to do" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "CLAIM"),
        (("nonsense",), "nonsense"),
        (("build",), "no claim"),
        (("list", "--as-of", "yesterday"), "with a zone"),
        (("fetch", "--mail", "/nowhere/at/all"), "/nowhere/at/all"),
        (("fetch", "--since", "2026-01-01"), "--since"),
        (("claim", "add", "123"), "order id"),
        (("claim", "add", "402-1234567-7654321", "--amount", "ten"), "--amount"),
        (("claim", "add", "402-1234567-7654321", "--amount", "1e999 GBP"), "--amount"),
        (("claim", "add", "402-1234567-7654321", "--amount", "-5.00 GBP"), "--amount"),
        (("claim", "add", "402-1234567-7654321", "--amount", "0 GBP"), "--amount"),
        (("claim", "add", "402-1234567-7654321", "--amount", "64.99 ZZZ"), "--amount"),
        (("claim", "add", "402-1234567-7654321", "--due", "9999-12-31T00:00:00Z"), "2099"),
        (("reconcile", "file.txt"), "standard input"),
    ],
)
def test_words_that_are_off_are_2_and_say_so(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = a2z(tmp_path, *words)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_configuration_is_3_and_lists_every_error(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[seller]\nzone = "Nowhere"\n[response]\nbudget = 1\n')
    done = a2z(tmp_path, "list")
    assert done.returncode == 3
    assert "seller.zone" in done.stderr
    assert "response.budget" in done.stderr


def test_the_common_options_may_stand_before_or_after_the_command(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("unknown_key = 1\n")
    assert "unknown_key" in a2z(tmp_path, "list").stderr
    assert a2z(tmp_path, "--quiet", "list").stderr == ""
    assert a2z(tmp_path, "list", "--quiet").stderr == ""
    assert a2z(tmp_path, "--as-of", "2026-11-12T09:00:00Z", "list").returncode == 0


def test_a_claim_by_hand_is_in_the_queue_and_due(tmp_path: Path) -> None:
    order = "402-1234567-7654321"
    now = "2026-11-12T09:00:00Z"
    added = a2z(
        tmp_path, "claim", "add", order, "--due", "2026-11-13T08:00:00Z", "--amount", "119.00 EUR",
        "--reason", "not_received", "--marketplace", "IT", A2Z_NOW=now,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    listed = json.loads(a2z(tmp_path, "list", "--json", A2Z_NOW=now).stdout)
    assert [claim["claim_id"] for claim in listed] == [order]
    assert listed[0]["amount"] == {"amount": "119.00", "currency": "EUR"}
    assert listed[0]["deadline"]["act_by"] == "2026-11-13T08:00:00Z"
    assert listed[0]["deadline"]["band"] == "24h"
    assert a2z(tmp_path, "alert", A2Z_NOW=now).returncode == 11
    assert a2z(tmp_path, "alert", A2Z_NOW="2026-11-13T09:00:00Z").returncode == 12
    assert a2z(tmp_path, "check", "1234567", A2Z_NOW=now).returncode == 11
    again = a2z(tmp_path, "claim", "add", order, A2Z_NOW=now)
    assert again.returncode == 2
    missing = a2z(tmp_path, "reconcile", "-", "--json", stdin=f"x {order} y 305-7654321-1234567", A2Z_NOW=now)
    assert json.loads(missing.stdout)["not_held"] == ["305-7654321-1234567"]


def test_help_and_version(tmp_path: Path) -> None:
    done = a2z(tmp_path, "--help")
    assert done.returncode == 0
    assert "fetch" in done.stdout
    assert a2z(tmp_path, "--version").stdout.startswith("a2z ")
