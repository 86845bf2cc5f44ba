"""`a2z alert` as a real command: its streams, its exit codes, what it imports, and a disk that cannot be written."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from support.queues import NOW, due_row, due_state, hours, queue_row, queue_state, write_queue

from a2z_defense.alerts.printed import PrintedAlert
from a2z_defense.model.queue import QueueState
from a2z_defense.store.due import read_due
from a2z_defense.store.migrate import migrate
from a2z_defense.store.queue import read_queue

FORBIDDEN = {
    *("sqlalchemy", "weasyprint", "sp_api", "babel", "keyring", "lxml", "cryptography"),
    *("httpx", "apprise", "jinja2", "PIL", "pikepdf", "filelock"),
}


def run_alert(home: Path, *options: str, code: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "A2Z_HOME": str(home), "A2Z_CONFIG": str(home / "none"), "A2Z_NOW": NOW.isoformat()}
    program = ["-c", code] if code else ["-m", "a2z_defense"]
    return subprocess.run(
        [sys.executable, *program, "alert", *options], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    rows = [queue_row(act_in, number) for number, act_in in enumerate((100, 3, 30))]
    write_queue(tmp_path / "a2z.sqlite3", queue_state(*rows))
    return tmp_path


def test_json_is_the_promised_object(home: Path) -> None:
    ran = run_alert(home, "--json")
    assert (ran.returncode, ran.stderr) == (11, "")
    found = json.loads(ran.stdout)
    assert TypeAdapter(list[PrintedAlert]).validate_json(ran.stdout)
    assert [row["band"] for row in found] == ["6h", "48h", "later"]
    assert found[0] == {
        "claim_id": "402-0000001-7654321",
        "kind": "response_due",
        "band": "6h",
        "act_by": "2026-11-21T12:00:00Z",
        "next": "a2z build 402-0000001-7654321",
    }


def test_for_people_one_alert_a_line(home: Path) -> None:
    ran = run_alert(home)
    assert ran.returncode == 11
    assert ran.stdout.split()[:2] == ["6h", "402-0000001-7654321"]


def test_people_are_told_whole_seconds_and_never_a_later_one(tmp_path: Path) -> None:
    act_by = NOW.replace(microsecond=999_999)
    write_queue(tmp_path / "a2z.sqlite3", queue_state(queue_row(0, act_by=act_by)))
    assert "  2026-11-21T09:00:00Z  a2z build" in run_alert(tmp_path).stdout
    assert json.loads(run_alert(tmp_path, "--json").stdout)[0]["act_by"] == "2026-11-21T09:00:00.999999Z"


def test_a_home_that_is_not_there_is_an_empty_queue_where_nothing_was_fetched(tmp_path: Path) -> None:
    ran = run_alert(tmp_path / "gone", "--json")
    assert (ran.returncode, [row["kind"] for row in json.loads(ran.stdout)]) == (0, ["nothing_fetched"])
    assert not (tmp_path / "gone").exists()


def test_a_mistyped_account_is_refused_instead_of_showing_an_empty_queue(home: Path) -> None:
    (home / "none").write_text("[accounts.main]\n")
    assert run_alert(home, "--account", "mian").returncode == 2
    assert run_alert(home, "--account", "main").returncode == 11
    (home / "none").write_text("")
    assert run_alert(home, "--account", "mian").returncode == 2
    assert run_alert(home, "--account", "default").returncode == 11


def test_a_database_that_is_none_is_exit_3_and_says_what_to_do(home: Path) -> None:
    (home / "a2z.sqlite3").write_bytes(b"not a database, " * 100)
    ran = run_alert(home)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "Seller Central" in ran.stderr


def test_it_imports_nothing_heavy(home: Path) -> None:
    code = (
        "import sys\nfrom a2z_defense.cli.main import main\n"
        "try:\n    main()\nfinally:\n    print(' '.join(sorted(sys.modules)), file=sys.stderr)\n"
    )
    ran = run_alert(home, code=code)
    assert ran.returncode == 11
    loaded = {name.partition(".")[0] for name in ran.stderr.split()}
    assert {"sqlite3", "typer"} <= loaded
    assert not loaded & FORBIDDEN
    rooms = {name.split(".")[1] for name in ran.stderr.split() if name.startswith("a2z_defense.")}
    assert rooms == {"alerts", "base", "cli", "model", "policy", "store"}


def test_what_alert_reads_is_what_list_reads(tmp_path: Path) -> None:
    clocks = (("message_reply", NOW + hours(2)), ("chargeback", NOW))
    rows = [
        queue_row(5, 1, clocks=clocks, built_not_sent=2, latest_version=2),
        queue_row(None, 2, unanswered=False, status="closed", deadline_kind="none"),
        queue_row(None, 3, unanswered=False, status="closed", deadline_kind="none", clocks=clocks[1:]),
        queue_row(-5, 4, account="second"),
    ]
    state = queue_state(*rows)
    database = write_queue(tmp_path / "a2z.sqlite3", state)
    assert read_queue(database) == QueueState(tuple(rows), (), state.last_fetch, None)
    due = read_due(database)
    assert due == due_state(
        due_row(5, 1, clocks=clocks, built_not_sent=2),
        due_row(None, 3, unanswered=False, status="closed", deadline_kind="none", clocks=clocks[1:]),
        due_row(-5, 4),
        last_fetch=state.last_fetch,
    )


def test_of_an_account_are_its_claims_and_those_of_no_known_account(tmp_path: Path) -> None:
    """A claim whose order Amazon has not told belongs to nobody yet: it must not fall between two schedules."""
    rows = [queue_row(5, 1), queue_row(5, 2, account="one"), queue_row(5, 3, account="two")]
    database = write_queue(tmp_path / "a2z.sqlite3", queue_state(*rows))
    seen = {
        account: [row[0][:11] for row in read_due(database, account=account).rows] for account in ("", "one", "two")
    }
    assert seen == {
        "": ["402-0000001", "402-0000002", "402-0000003"],
        "one": ["402-0000001", "402-0000002"],
        "two": ["402-0000001", "402-0000003"],
    }


def test_a_store_of_the_version_before_is_read_as_it_is_by_list_and_alert(tmp_path: Path) -> None:
    """A disk that is read-only cannot be migrated; deadlines are told all the same."""
    database = tmp_path / "a2z.sqlite3"
    write_queue(database, queue_state(queue_row(3, outcome="granted", odr="yes", late=True)))
    with closing(sqlite3.connect(database)) as connection, connection:
        for column in ("outcome", "funded_by", "odr", "late", "disagree"):
            connection.execute(f"ALTER TABLE queue DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 1")
    assert run_alert(tmp_path, "--json").returncode == 11
    (row,) = read_queue(database).rows
    assert (row.outcome, row.odr, row.late, row.disagree) == (None, None, False, False)
    assert migrate(database)[0] == 2
    assert (tmp_path / "a2z.sqlite3.before-2").stat().st_mode & 0o077 == 0
    (row,) = read_queue(database).rows
    assert (row.outcome, row.late) == (None, False)
