"""Each kind of damage against each command: one bad blob costs at most its claim, is named, and never goes unsaid.

Two claims, each with its mail and an entry. Whatever is done to the first, the second is judged, listed, alerted and
built as before; the first keeps its deadline, alerts, and is never built with a hole in it.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from support.commands import run_here
from support.mail_maker import SENT, notice

from a2z_defense.base.instants import utc_text

HURT, FINE, THIRD = "402-0000001-7654321", "402-0000002-7654321", "402-0000003-7654321"
OVERDUE = utc_text(SENT.replace(month=9))


class Home:
    """The machine of a seller whose disk went bad."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.root, self.home = root, root / "home"
        self._monkeypatch, self._capture = monkeypatch, capture
        monkeypatch.setenv("A2Z_HOME", str(self.home))
        monkeypatch.setenv("A2Z_KEYRING", "off")
        self.now(SENT.replace(hour=12))

    def now(self, at: dt.datetime) -> None:
        self._monkeypatch.setenv("A2Z_NOW", utc_text(at))

    def run(self, *words: str) -> tuple[int, str, str]:
        code = run_here(self._monkeypatch, *words)
        out, err = self._capture.readouterr()
        return code, out, err

    def fetch(self, folder: Path | None = None) -> tuple[int, str, str]:
        return self.run("fetch", "--json", "--no-spapi", "--mail", str(folder or self.root / "none"))

    def listed(self) -> dict[str, dict[str, object]]:
        return {row["claim_id"]: row for row in json.loads(self.run("list", "--all", "--json")[1])}

    def alerts(self) -> tuple[int, set[str]]:
        code, out, _err = self.run("alert", "--json", "--no-notify", "--as-of", OVERDUE)
        return code, {alert["claim_id"] for alert in json.loads(out) if alert["kind"] == "response_due"}

    def comes_again(self, at: dt.datetime, order: str = HURT) -> None:
        """Amazon asks for an answer about the order at that time, and it is a little later."""
        mail = notice("it", "action", order=order, message_id=f"<{order}-{at:%d}@example.net>")
        mail.sent = at
        (self.root / "none" / f"{order}.eml").write_bytes(bytes(mail))
        self.now(at + dt.timedelta(hours=3))

    def sql(self, query: str, *values: str) -> list[tuple[str, ...]]:
        with sqlite3.connect(self.home / "a2z.sqlite3") as connection:
            return list(connection.execute(query, values))

    def blob(self, kind: str) -> tuple[str, Path]:
        """The first claim's piece of that kind: its id and its file."""
        ((piece, blob),) = self.sql(
            "SELECT id, blob FROM evidence WHERE kind = ? AND (subject = ? OR id IN"
            " (SELECT evidence FROM mail_order WHERE order_id = ?))",
            *(kind, HURT, HURT),
        )
        return piece, self.home / "blobs" / blob[:2] / blob


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def home(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Home:
    made = Home(tmp_path, monkeypatch, capfd)
    (tmp_path / "none").mkdir()
    (tmp_path / "mails").mkdir()
    for order in (HURT, FINE):
        mail = notice("it", "action", order=order, message_id=f"<{order}@example.net>")
        (tmp_path / "mails" / f"{order}.eml").write_bytes(bytes(mail))
    if not (kept / "home").exists():
        assert made.fetch(tmp_path / "mails")[0] == 0
        for order in (HURT, FINE):
            assert made.run("claim", "set", order, "--reason", "not_received")[0] == 0
        shutil.copytree(made.home, kept / "home")
    else:
        shutil.copytree(kept / "home", made.home)
    return made


def flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[-1] ^= 1
    path.write_bytes(bytes(body))


@pytest.mark.parametrize(("kind", "harm"), [("entry", flip), ("mail", Path.unlink)], ids=["entry", "mail"])
def test_a_damaged_piece_costs_its_claim_alone(home: Home, kind: str, harm: Callable[[Path], object]) -> None:
    before = home.listed()
    piece, path = home.blob(kind)
    harm(path)

    code, out, err = home.fetch()
    assert code == 5
    assert f"{HURT} could not be judged" in err + out
    assert piece in err + out
    assert f"{FINE} could not" not in err + out
    rows = home.listed()
    assert rows[FINE] == before[FINE]
    assert rows[HURT]["deadline"] == before[HURT]["deadline"]
    assert (rows[HURT]["ready"], rows[HURT]["tags"]) == (False, ["evidence damaged"])
    assert home.alerts() == (12, {HURT, FINE})
    assert f"{HURT} is as it was before a piece of its evidence was damaged" in home.run("list")[2]

    for command in ("check", "show", "build"):
        code, out, err = home.run(command, HURT)
        assert (code, piece in err) == (3, True), (command, err)
        assert "Traceback" not in err
        assert home.run(command, FINE)[0] not in (3, 70)
    assert not (home.home / "builds" / HURT).exists()
    code, _out, err = home.run("build", "--all")
    assert (code, piece in err) == (3, True)
    assert home.run("verify", str(home.home / "builds" / FINE / "v1"))[0] == 0
    assert home.run("journal", HURT)[0] == 0

    code, out, err = home.run("reindex")
    assert (code, piece in err, "2 claim(s)" in out) == (5, True, True)
    assert home.listed()[HURT]["deadline"] == before[HURT]["deadline"]
    assert home.alerts() == (12, {HURT, FINE})
    code, out, _err = home.run("doctor", "--offline")
    assert (code, piece in out) == (3, True) or (code != 0 and piece in out)
    assert home.run("purge", "--apply")[0] == 0
    assert home.alerts() == (12, {HURT, FINE})


def test_a_new_notice_after_a_damaged_end_opens_the_next_claim(home: Home) -> None:
    home.run("record", HURT, "responded")
    home.run("record", HURT, "denied")
    assert home.alerts() == (12, {FINE})
    ((blob,),) = home.sql(
        "SELECT blob FROM evidence WHERE kind = 'entry' AND subject = ? ORDER BY seq DESC LIMIT 1", HURT
    )
    flip(home.home / "blobs" / blob[:2] / blob)
    assert home.fetch()[0] == 5
    assert home.alerts() == (12, {FINE}), "what was closed is not opened by the damage itself"
    home.comes_again(SENT.replace(day=20))
    assert home.fetch()[0] == 5
    assert home.alerts() == (12, {f"{HURT}.2", FINE})


def test_a_new_notice_moves_the_clock_of_a_claim_with_a_damaged_entry(home: Home) -> None:
    """The entry opened the claim and told its due time; the notice that comes later is due earlier."""
    home.run("claim", "add", THIRD, "--due", utc_text(SENT.replace(month=10)))
    ((blob,),) = home.sql("SELECT blob FROM evidence WHERE kind = 'entry' AND subject = ?", THIRD)
    flip(home.home / "blobs" / blob[:2] / blob)
    assert home.fetch()[0] == 5
    first = home.listed()[THIRD]["deadline"]
    home.comes_again(SENT.replace(day=20), THIRD)
    assert home.fetch()[0] == 5
    second = home.listed()[THIRD]["deadline"]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert second["act_by"] < first["act_by"]
    assert home.alerts() == (12, {HURT, FINE, THIRD})


def test_a_piece_that_is_lost_for_good_is_given_up_on_the_record(home: Home) -> None:
    piece, path = home.blob("entry")
    whole = path.read_bytes()
    assert home.run("purge", "--lost", piece, "--apply")[0] == 2, "what can be read is never given up"
    flip(path)
    assert home.run("purge", "--lost", piece)[0] == 0
    assert home.run("check", HURT)[0] == 3, "without --apply nothing was touched"
    assert home.run("purge", "--lost", piece, "--apply")[0] == 0
    assert home.fetch()[0] == 0
    assert home.run("check", HURT)[0] not in (3, 70)
    code, _out, err = home.run("build", HURT)
    assert code == 10, err
    package = home.home / "builds" / HURT / "v1"
    assert piece.encode() in (package / "audit-bundle.zip").read_bytes(), "what was given up is named in the package"
    assert home.run("verify", str(package))[0] == 0
    rows = json.loads(home.run("journal", HURT, "--json")[1])
    assert "lost" in {row["what"] for row in (rows["rows"] if isinstance(rows, dict) else rows)}
    assert whole


def test_a_mail_that_was_given_up_takes_its_place_again_when_it_comes_in(home: Home) -> None:
    piece, path = home.blob("mail")
    flip(path)
    assert home.run("purge", "--lost", piece, "--apply")[0] == 0
    assert home.run("check", HURT)[0] not in (3, 70)
    assert home.fetch(home.root / "mails")[0] == 0
    assert piece in home.run("show", HURT)[1]


def test_a_damaged_database_is_said_by_every_command(home: Home) -> None:
    home.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database = home.home / "a2z.sqlite3"
    database.write_bytes(database.read_bytes()[: 4096 * 3])
    for words in (("check", HURT), ("list",), ("build", HURT), ("reindex",), ("journal",), ("alert", "--no-notify")):
        code, out, err = home.run(*words)
        assert (code, "Traceback" in err) == (3, False), (words, code, err)
        assert out == ""
    assert home.fetch()[0] == 3
    assert home.run("doctor", "--offline")[0] == 3


@pytest.mark.parametrize("other", [False, True], ids=["missing", "another"])
def test_without_its_key_the_queue_still_alerts_and_nothing_is_written(home: Home, other: bool) -> None:
    key, before = home.home / "key", len(home.sql("SELECT 1 FROM journal"))
    if other:
        key.write_text("ab" * 32 + "\n")
    else:
        key.unlink()
    for words in (("check", HURT), ("build", HURT), ("reindex",), ("record", HURT, "responded")):
        code, _out, err = home.run(*words)
        assert (code, "key" in err, "Traceback" in err) == (3, True, False), (words, code, err)
    assert home.fetch(home.root / "mails")[0] == 3
    assert set(home.listed()) == {HURT, FINE}
    assert home.alerts() == (12, {HURT, FINE})
    code, out, _err = home.run("doctor", "--offline")
    assert (code, "key" in out) == (3, True)
    assert len(home.sql("SELECT 1 FROM journal")) == before


def test_a_journal_that_was_cut_stays_found_and_stops_nobody(home: Home) -> None:
    assert home.run("build", FINE)[0] == 10
    home.sql("DELETE FROM journal WHERE chain = 'inputs' AND seq > 2")
    for words in (("check", HURT), ("reindex",)):
        assert home.run(*words)[0] not in (3, 70), words
    code, _out, err = home.run("build", HURT)
    assert (code, "rows of the journal are missing" in err) == (10, True)
    code, _out, err = home.fetch()
    assert (code, "journal" in err) == (0, True)
    assert home.run("claim", "set", HURT, "--reason", "not_received", "--comment", "once more")[0] == 0
    code, out, err = home.run("journal")
    assert "rows 3 to 4 are missing" in out + err
    assert code == 7
    code, out, _err = home.run("verify", str(home.home / "builds" / FINE / "v1"))
    assert (code, "rows 3 to 4 are missing" in out) == (7, True)
    code, out, _err = home.run("doctor", "--offline")
    assert (code != 0, "rows 3 to 4 are missing" in out) == (True, True)
    assert home.alerts() == (12, {HURT, FINE})
