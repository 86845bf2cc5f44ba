"""The life of a claim as the command line tells it: one next step in alert, list, check and the digest, from the answer
that is built to the appeal's result."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.commands import run_here
from support.homes import environment, with_one_claim
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.alerts.digest import compose
from a2z_defense.alerts.evaluate import evaluate
from a2z_defense.base.clock import SetClock
from a2z_defense.base.environment import Environment
from a2z_defense.base.instants import utc_text
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.model.entries import RecordKind
from a2z_defense.store import builds
from a2z_defense.store.due import read_due
from a2z_defense.store.store import open_store

AS_IS = BuildOptions(as_is="the carrier's answer is on order")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one claim and its answer, made once and copied for each test."""
    root = tmp_path_factory.mktemp("made")
    found = with_one_claim(root, now=SENT + dt.timedelta(hours=1))
    build_named(found, ORDER, AS_IS)
    with sqlite3.connect(found.home.database) as connection:
        connection.execute("DELETE FROM build_path")  # each copy of the home registers its own copy of the build
    return root


@dataclass
class Desk:
    root: Path
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    hours: float = 2

    def run(self, *words: str, code: int | None = 0) -> tuple[str, str]:
        """Run a command a minute after the one before; its two streams."""
        self.hours += 1 / 60
        self.monkeypatch.setenv("A2Z_NOW", utc_text(self.now))
        self.capture.readouterr()
        ended = run_here(self.monkeypatch, *words)
        out, err = self.capture.readouterr()
        assert code is None or ended == code, (words, ended, err)
        return out, err

    @property
    def now(self) -> dt.datetime:
        return SENT + dt.timedelta(hours=self.hours)

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json", code=None)[0])

    def alerts(self) -> dict[str, str]:
        """Kind -> next."""
        return {row["kind"]: row["next"] for row in self.json("alert", "--no-notify") if row["claim_id"]}

    def row(self) -> dict[str, Any]:
        (found,) = self.json("list", "--all")
        assert isinstance(found, dict)
        return found

    def next_line(self, *words: str) -> str:
        out, _err = self.run(*words, code=None)
        (line,) = [line for line in out.splitlines() if line.startswith("Next: ")]
        return line

    def arrive(self, what: str, **changes: Any) -> None:
        path = self.root / f"{what}-{self.hours}.eml"
        path.write_bytes(bytes(notice("en", what, sent=self.now, message_id=f"<{self.hours}@a>", **changes)))
        self.run("fetch", "--mail", str(path), "--no-spapi")


@pytest.fixture
def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Desk:
    shutil.copytree(made / "home", tmp_path / "home")
    found = environment(tmp_path, now=SENT)
    with open_store(found) as store, store.writing() as connection:
        builds.keep_path(store, connection, ORDER, 1, found.home.builds / ORDER / "v1")
    (tmp_path / "proof.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    for name, value in {
        "A2Z_HOME": str(tmp_path / "home"),
        "A2Z_CONFIG": str(tmp_path / "none.toml"),
        "A2Z_KEYRING": "off",
    }.items():
        monkeypatch.setenv(name, value)
    return Desk(tmp_path, monkeypatch, capfd)


def world(desk: Desk) -> Environment:
    found = environment(desk.root, now=desk.now)
    return Environment(home=found.home, settings=found.settings, clock=SetClock(desk.now), variables=found.variables)


def test_what_is_built_is_shown_to_be_pasted_and_recorded_only_then(desk: Desk) -> None:
    show = f"a2z show {ORDER} --answer"
    assert desk.alerts()["response_due"] == desk.alerts()["built_not_sent"] == show
    assert desk.row()["next"] == show
    assert desk.next_line("check", ORDER).startswith(f"Next: {show} shows v1, to be pasted into Seller Central")
    state = read_due(world(desk).home.database)
    digest = compose(evaluate(state, desk.now), "x", now=desk.now, zone="UTC").body
    assert f"Next: {show}" in digest
    assert "paste it into Seller Central, then record it here" in digest

    out, err = desk.run("show", ORDER, "--answer")
    pasted = (desk.root / "home" / "builds" / ORDER / "v1" / "response.txt").read_text(encoding="utf-8")
    assert out.strip() == pasted.strip()
    assert "NOT TO BE SENT" not in pasted, "the seller decided to send what is supported"
    assert "Paste it into Respond to Amazon in Seller Central" in err
    record = f"a2z record {ORDER} responded --version 1 --proof SCREENSHOT"
    assert err.splitlines()[-1] == f"Next: {record}"

    words = [word if word != "SCREENSHOT" else str(desk.root / "proof.png") for word in record.split()[1:]]
    out, err = desk.run(*words)
    assert err == ""
    assert out.splitlines()[-1].startswith("Next: Amazon decides; if no mail tells, a2z record")
    assert ".0" not in out.splitlines()[0].split(" at ")[1]
    assert (desk.row()["status"], desk.row()["next"]) == ("answered", f"a2z check {ORDER}")
    out, err = desk.run("show", ORDER, "--answer")
    assert out.strip() == pasted.strip()
    assert "Paste it" not in err
    assert err.splitlines()[-1] == f"Next: a2z check {ORDER}"
    assert not {"response_due", "built_not_sent"} & desk.alerts().keys()


def test_a_text_that_says_that_it_is_not_to_be_sent_is_never_to_be_pasted(desk: Desk) -> None:
    with sqlite3.connect(desk.root / "home" / "a2z.sqlite3") as connection:
        connection.execute("UPDATE build SET result = json_set(result, '$.sendable', json('false'))")
    desk.run("reindex")
    assert "built_not_sent" not in desk.alerts()
    assert "--answer" not in desk.row()["next"]
    _out, err = desk.run("show", ORDER, "--answer")
    assert "Paste it" not in err
    assert "not to be sent as it stands" in err
    assert err.splitlines()[-1] == f"Next: a2z check {ORDER}"


def test_what_was_built_is_shown_although_a_piece_was_damaged_since(desk: Desk) -> None:
    desk.run("claim", "set", ORDER, "--comment", "never came")
    with sqlite3.connect(desk.root / "home" / "a2z.sqlite3") as connection:
        query = "SELECT blob FROM evidence WHERE kind = 'entry' ORDER BY seq DESC LIMIT 1"
        (name,) = connection.execute(query).fetchone()
    (desk.root / "home" / "blobs" / name[:2] / name).write_bytes(b"gone")
    out, err = desk.run("show", ORDER, "--answer")
    assert out.startswith("Queste sono le nostre informazioni sul reclamo")
    assert "is damaged" in err
    assert f"Next: a2z record {ORDER} responded --version 1 --proof SCREENSHOT" in err


def test_a_changed_folder_is_not_shown_as_the_answer(desk: Desk) -> None:
    path = desk.root / "home" / "builds" / ORDER / "v1" / "response.txt"
    path.chmod(0o600)
    path.write_text("something else")
    _out, err = desk.run("show", ORDER, "--answer", code=2)
    assert "lies nowhere as it was built" in err
    assert f"a2z build {ORDER}" in err


def test_what_came_since_it_was_built_is_said_before_it_is_pasted(desk: Desk) -> None:
    assert "came in since" not in desk.run("show", ORDER, "--answer")[1]
    desk.run("attach", ORDER, str(desk.root / "proof.png"), "--as", "screenshot")
    assert "came in since v1 was built" in desk.run("show", ORDER, "--answer")[1]


def test_a_record_of_a_mistyped_year_stops_nothing_and_says_so(desk: Desk) -> None:
    out, err = desk.run("record", ORDER, "responded", "--at", "2025-08-14T09:00:00Z")
    assert "that is before what it answers" in err
    assert out.splitlines()[-1].startswith(f"Next: a2z show {ORDER} --answer")
    assert desk.alerts()["response_due"] == f"a2z show {ORDER} --answer"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-08-14T10:00:00", "add the zone"),
        ("14/08/2026 10:00", "add the zone"),
        ("tomorrow", "add the zone"),
        ("2026-08-14T10:00:00 Europe/Rome", "add the zone"),
        ("2036-08-14T10:00:00Z", "--at is in the future"),
        ("2026-02-30T10:00:00Z", "add the zone"),
    ],
)
def test_a_time_that_may_be_misread_is_refused(desk: Desk, at: str, words: str) -> None:
    assert words in desk.run("record", ORDER, "responded", "--at", at, code=2)[1]
    assert "response_due" in desk.alerts()


@pytest.mark.parametrize(
    "at", ["2026-08-14T09:00:00Z", "2026-08-14T11:00+02:00", "2026-08-14 09:00:00.5Z", "20260814T090000Z"]
)
def test_a_time_with_a_zone_is_taken_in_each_form(desk: Desk, at: str) -> None:
    out, _err = desk.run("record", ORDER, "responded", "--at", at)
    assert "at 2026-08-14T09:00:00Z" in out


def test_an_answer_after_the_deadline_is_late_in_every_list(desk: Desk) -> None:
    desk.hours = 100
    out, err = desk.run("record", ORDER, "responded")
    assert "LATE" in out
    assert "recorded as late" in err
    assert desk.row()["late"] is True
    assert "answered late" in desk.run("list")[0]


def test_the_outcome_stands_in_the_list_and_a_mail_that_says_otherwise_is_shown(desk: Desk) -> None:
    desk.run("record", ORDER, "responded")
    out, _err = desk.run("record", ORDER, "denied")
    assert out.splitlines()[-1] == "Next: nothing is left to do here"
    row = desk.row()
    assert (row["outcome"], row["funded_by"], row["odr"], row["disagree"]) == ("denied", None, "no", False)
    assert desk.json("list") == []
    desk.arrive("granted_seller")
    row = desk.row()
    assert row["disagree"] is True
    out, err = desk.run("list", "--all")
    assert "DISAGREE" in out
    assert f"what you recorded and what Amazon's mails say differ: a2z check {ORDER}" in err
    assert "Disagree" in desk.run("check", ORDER, code=None)[0]


def test_an_appeal_is_built_sent_waited_for_and_ends(desk: Desk) -> None:
    desk.run("record", ORDER, "responded")
    desk.arrive("granted_seller")
    assert desk.row()["next"] == f"a2z check {ORDER}", "evidence is missing"
    desk.run("attach", ORDER, str(desk.root / "proof.png"), "--as", "screenshot")
    desk.hours += 1
    build_named(world(desk), ORDER, BuildOptions(as_is="all that there is", appeal=True))
    show = f"a2z show {ORDER} --answer"
    with sqlite3.connect(desk.root / "home" / "a2z.sqlite3") as connection:
        connection.execute("UPDATE build SET draft = 0")  # whether an appeal may be final is another test's
    desk.run("reindex")
    assert desk.alerts()["appeal_closing"] == desk.alerts()["built_not_sent"] == desk.row()["next"] == show
    _out, err = desk.run("show", ORDER, "--answer")
    assert "appeal/response.txt of v2" in err

    out, _err = desk.run("record", ORDER, "appealed", "--version", "2")
    assert "a2z record" in out.splitlines()[-1]
    assert "reversed, or upheld" in out.splitlines()[-1]
    assert [row["claim_id"] for row in desk.json("list")] == [ORDER], "an appeal without an answer is not over"
    assert "appealed" in desk.run("list")[0]
    assert desk.alerts()["appeal_result"] == f"a2z check {ORDER}"
    assert desk.run("alert", "--no-notify", code=0)[0]

    _out, err = desk.run("record", ORDER, "denied", "--at", utc_text(desk.now))
    assert "an appeal without effect is recorded as upheld" in err


def test_a_proof_that_cannot_be_read_leaves_no_word_of_a_sending(desk: Desk) -> None:
    assert "cannot be read" in desk.run("record", ORDER, "responded", "--proof", "/nowhere.png", code=2)[1]
    assert "sent v1" not in desk.run("journal", ORDER)[0]
    assert desk.alerts()["built_not_sent"] == f"a2z show {ORDER} --answer"


def test_a_record_that_does_not_fit_the_claims_life_is_kept_and_doubted(desk: Desk) -> None:
    assert "no appeal is held that waits for a result" in desk.run("record", ORDER, "reversed")[1]
    err = desk.run("record", ORDER, "appealed")[1]
    assert "no grant is held that can be appealed" in err
    assert "v1 holds no appeal" in err


@pytest.mark.parametrize("result", [RecordKind.UPHELD, RecordKind.REVERSED])
def test_the_result_of_an_appeal_ends_it(desk: Desk, result: RecordKind) -> None:
    desk.run("record", ORDER, "granted", "--funded-by", "seller", "--odr", "yes")
    desk.run("record", ORDER, "appealed")
    assert desk.row()["appeal_result_by"] is not None
    desk.run("record", ORDER, result.value)
    row = desk.row()
    assert (row["outcome"], row["appeal_result_by"], row["next"]) == (result.value, None, "")
    assert desk.json("list") == []
    assert "appeal_result" not in desk.alerts()


def test_every_command_that_changes_a_claim_says_what_is_next(desk: Desk) -> None:
    for words in (
        ("record", ORDER, "seen", "--tab", "under-review"),
        ("claim", "set", ORDER, "--reason", "not_received"),
        ("attach", ORDER, str(desk.root / "proof.png"), "--as", "screenshot"),
        ("state", ORDER, "buyer_comment", "Niente", "--from", "proof.png"),
    ):
        assert desk.next_line(*words).startswith("Next: a2z "), words


def test_with_little_time_left_check_says_how_to_send_what_is_supported(desk: Desk) -> None:
    with sqlite3.connect(desk.root / "home" / "a2z.sqlite3") as connection:
        connection.execute("UPDATE build SET draft = 1")
    for hours, said in ((4, False), (50, True), (100, True)):
        desk.hours = hours
        line = desk.next_line("check", ORDER)
        assert "makes a draft" in line
        assert (f"a2z build {ORDER} --send-as-is REASON" in line) is said, hours


def test_an_item_is_named_as_ask_and_explain_take_it(desk: Desk) -> None:
    out, _err = desk.run("check", ORDER, code=None)
    names = re.findall(r"how to get it \((\w+)\):", out)
    assert names
    for name in names[:2]:
        assert desk.run("check", ORDER, "--explain", name)[0]


def test_a_quarantined_order_is_named_where_a_claim_is_asked_for(desk: Desk) -> None:
    other = "402-9999999-7654321"
    forged = notice("it", "action", order=other, sent=desk.now, sender='"Amazon" <atoz@amazon-claims.example>')
    (desk.root / "forged.eml").write_bytes(bytes(forged))
    desk.run("fetch", "--mail", str(desk.root / "forged.eml"), "--no-spapi")
    for words in (("check", other), ("show", "9999999"), ("record", other, "seen")):
        _out, err = desk.run(*words, code=6)
        assert f"order {other} is no claim: its notice ev-" in err
        assert "a2z claim release ev-" in err


def test_an_empty_home_says_that_no_claim_is_held_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("A2Z_HOME", str(tmp_path / "fresh"))
    monkeypatch.setenv("A2Z_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("A2Z_KEYRING", "off")
    fresh = Desk(tmp_path, monkeypatch, capfd)
    for words in (("check", "402"), ("show", "402", "--answer"), ("record", "402", "seen")):
        _out, err = fresh.run(*words, code=6)
        assert "expected: a claim; none is held yet" in err
        assert "a2z fetch --mail PATH" in err
    assert "got nothing" in fresh.run("attach", code=2)[1]


def test_what_is_told_of_a_decided_claim_while_the_orders_next_one_waits_is_doubted(desk: Desk) -> None:
    desk.run("record", ORDER, "denied")
    photo = desk.root / "proof.png"
    assert "waits for" not in desk.run("record", ORDER, "responded", code=None)[1]
    desk.arrive("action")
    second = f"{ORDER}.2"
    words = f"{ORDER} (decided) waits for no answer and {second} of the same order does"
    for told in (
        ("record", ORDER, "responded"),
        ("record", ORDER, "seen"),
        ("attach", ORDER, str(photo), "--as", "other"),
    ):
        assert words in desk.run(*told, code=None)[1], told
    assert "of the same order" not in desk.run("record", second, "responded", code=None)[1]
    assert "of the same order" not in desk.run("record", ORDER, "responded", code=None)[1]
