"""SIGKILL at random moments of fetch, build, record, purge and alert: nothing is lost, nothing is half there.

After each kill the store opens, both chains of the journal hold, every visible version verifies; the same command, run
again, ends where an undisturbed one ends. An alert is told at least once, and a second time only with a word that the
first may have arrived. Two hundred kills that struck in `make prove`, a dozen in `make test`.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.homes import environment
from support.kills import HEADER, Tally, run_and_kill
from support.mail_maker import ORDER, SENT, notice
from support.queues import NOW, due_row, due_state
from support.sinks import WebSink, web_sink

from a2z_defense.alerts.calendar import Calendar
from a2z_defense.alerts.evaluate import evaluate
from a2z_defense.alerts.notify import AppriseNotifier
from a2z_defense.alerts.run import tell
from a2z_defense.alerts.telling import Now
from a2z_defense.base.clock import SetClock
from a2z_defense.base.config import Retention, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.bundle.verify import verify
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.entries import entries
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.listing import listed
from a2z_defense.jobs.purge import purge
from a2z_defense.jobs.record import record
from a2z_defense.model.entries import EntryKind, RecordKind
from a2z_defense.store.store import open_store

NOON = SENT.replace(hour=12)
MAILS = 12
TRIES = 4
"""Runs for each kill that is to strike: a job may be faster than the one that was timed."""
PATIENCE_SECONDS = 60
"""For the web server to answer: a busy machine is no notifier that failed."""
KEEP = Retention(decided=dt.date(2026, 1, 1), spapi_buyer_days=30, mail_days=30, rest_days=30)


@dataclass
class Story:
    """One job to be killed: how a home is prepared, the job, and what must hold after the kill and at the end."""

    name: str
    prepare: Callable[[Path], Environment]
    job: Callable[[Environment], object]
    at_end: Callable[[Environment, Tally], None]


def orders() -> list[str]:
    return [f"402-{number:07d}-7654321" for number in range(1, MAILS + 1)]


def mailbox(root: Path) -> Environment:
    folder = root / "mails"
    folder.mkdir(parents=True)
    for number, order in enumerate(orders()):
        mail = notice("it", "action", order=order, message_id=f"<{number}@example.net>")
        (folder / f"{number}.eml").write_bytes(bytes(mail))
    return environment(root, now=NOON)


def fetch_all(found: Environment) -> None:
    fetch(found, FetchWanted(mail=(str(found.home.root.parent / "mails"),), spapi=False))


def fetched_all(found: Environment, tally: Tally) -> None:
    tally.expect({claim.order_id for claim in listed(found, everything=True)[0]} == set(orders()), "a claim is lost")
    kinds = [row["what"] for row in read_journal(found).rows]
    tally.expect(kinds.count("mail") == MAILS, f"{kinds.count('mail')} mails are kept instead of {MAILS}")
    tally.expect(kinds.count("claim opened") == MAILS, "a claim was opened twice")
    blobs = [path for path in found.home.blobs.rglob("*") if path.is_file() and not path.name.endswith(".tmp")]
    tally.expect(len(blobs) >= MAILS, "a blob is lost")


def one_claim(root: Path) -> Environment:
    found = environment(root, now=NOON)
    root.mkdir(parents=True, exist_ok=True)
    (root / "notice.eml").write_bytes(bytes(notice("it", "action")))
    fetch(found, FetchWanted(mail=(str(root / "notice.eml"),), spapi=False))
    return found


def one_build(root: Path) -> Environment:
    found = one_claim(root)
    build_named(found, ORDER, BuildOptions())
    (root / "proof.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200_000))
    return found


def build_one(found: Environment) -> None:
    build_named(found, ORDER, BuildOptions())


def built_one(found: Environment, tally: Tally) -> None:
    left = sorted(path.name for path in (found.home.builds / ORDER).iterdir())
    tally.expect(left == ["v1"], f"{left} lie where only v1 belongs")


def record_sent(found: Environment) -> None:
    record(found, ORDER, RecordKind.RESPONDED, proof=found.home.root.parent / "proof.png")


def recorded_once(found: Environment, tally: Tally) -> None:
    with open_store(found) as store, store.reading() as connection:
        said = [one for one in entries(store, connection, ORDER) if one.kind is EntryKind.RECORDED]
    tally.expect(len(said) == 1, f"{len(said)} records instead of one")
    acts = [row["what"] for row in read_journal(found, ORDER).rows]
    tally.expect(acts.count("sent v1") == 1, "what was sent is not kept once")
    tally.expect(listed(found, everything=True)[0][0].status == "answered", "the claim is not answered")


def over(root: Path) -> Environment:
    found = one_build(root)
    record(found, ORDER, RecordKind.RESPONDED)
    record(found, ORDER, RecordKind.WITHDRAWN)
    record(found, ORDER, RecordKind.CLOSED)
    return replace(found, clock=SetClock(NOON + dt.timedelta(days=60)), settings=Settings(retention=KEEP))


def purge_all(found: Environment) -> None:
    purge(found, apply=True)


def purged_all(found: Environment, tally: Tally) -> None:
    tally.expect(not [path for path in found.home.blobs.rglob("*") if path.is_file()], "a blob is left")
    tally.expect(list(found.home.builds.iterdir()) == [], "a build is left")
    tally.expect("claim forgotten" in {row["what"] for row in read_journal(found).rows}, "not recorded")


STORIES = (
    Story("fetch", mailbox, fetch_all, fetched_all),
    Story("build", one_claim, build_one, built_one),
    Story("record", one_build, record_sent, recorded_once),
    Story("purge", over, purge_all, purged_all),
)


def check_after_kill(found: Environment, tally: Tally) -> None:
    """What holds at every moment."""
    tally.expect(read_journal(found).problems == [], "the journal does not verify")
    # A purge hides what it is about to remove, under a name with a dot, before it removes the first file of it.
    for folder in found.home.builds.glob("[!.]*/[!.]*"):
        tally.expect(verify(folder).ok, f"{folder.relative_to(found.home.builds)} is half a version")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A home for each story, made once; every run works on a copy at the very same path."""
    made = {}
    for story in STORIES:
        root = tmp_path_factory.mktemp(story.name) / "live"
        story.prepare(root)
        shutil.copytree(root, root.with_name("kept"))
        made[story.name] = root
    return made


def kill(story: Story, root: Path, strikes: int, seed: int) -> Tally:
    """Kill the job until that many kills have struck while it was at work."""
    tally = Tally(f"SIGKILL during {story.name}")
    moments = random.Random(seed)

    def fresh() -> Environment:
        shutil.rmtree(root)
        shutil.copytree(root.with_name("kept"), root)
        return _same(story, root)

    story.job(fresh())  # what it imports is loaded before the fork: the kills fall into the work
    found = fresh()
    longest = run_and_kill(lambda: story.job(found), None)[1]
    while tally.hits < strikes and tally.runs < TRIES * strikes:
        found = fresh()
        tally.runs += 1
        tally.hits += run_and_kill(lambda: story.job(found), moments.uniform(0, longest))[0]  # noqa: B023
        check_after_kill(found, tally)
        story.job(found)
        check_after_kill(found, tally)
        story.at_end(found, tally)
    return tally


def _same(story: Story, root: Path) -> Environment:
    """The environment that `prepare` gave, without preparing again."""
    found = environment(root, now=NOON)
    if story.name != "purge":
        return found
    return replace(found, clock=SetClock(NOON + dt.timedelta(days=60)), settings=Settings(retention=KEEP))


@pytest.fixture
def web() -> Iterator[WebSink]:
    with web_sink() as sink:
        yield sink


ALERTS = tuple(evaluate(due_state(due_row(3), due_row(-1, 2)), NOW))


def tell_all(found: Environment, url: str) -> None:
    outcome = tell(
        found.home,
        ALERTS,
        Now(NOW, Calendar(ZoneInfo("UTC")), {}),
        AppriseNotifier(),
        recipients=lambda _alert: (url,),
        everybody=(url,),
        zone="UTC",
    )
    assert outcome.failed == ()


def kill_alert(root: Path, web: WebSink, strikes: int, seed: int) -> Tally:
    """Each run has its own address: what a killed run put on the wire may reach the server after the next began. This
    process itself sends nothing: Apprise's threads would be gone in every child forked after that."""
    import apprise

    tally = Tally("SIGKILL during alert")
    moments = random.Random(seed)
    homes: dict[str, Environment] = {}

    def fresh() -> tuple[Environment, str]:
        path = f"/hook/{len(homes)}"
        homes[path] = environment(root / str(len(homes)))
        return homes[path], f"json://{web.base}{path}?cto={PATIENCE_SECONDS}&rto={PATIENCE_SECONDS}"

    apprise.Apprise().add(fresh()[1])  # its plugins are loaded before the fork, so that the kills fall into the sending
    homes.clear()
    undisturbed = fresh()
    longest = run_and_kill(lambda: tell_all(*undisturbed), None)[1]
    while tally.hits < strikes and tally.runs < TRIES * strikes:
        found = fresh()
        tally.runs += 1
        tally.hits += run_and_kill(lambda: tell_all(*found), moments.uniform(0, longest))[0]  # noqa: B023
        for _again in range(2):
            run_and_kill(lambda: tell_all(*found), None)  # noqa: B023
    for path, home in homes.items():
        told = [
            str(body["message"]) for method, at, body in list(web.requests) if (method, at) == ("POST", path) and body
        ]
        unmarked = [text for text in told if "may have reached you before" not in text]
        tally.expect(bool(told), f"{path}: an alert is lost")
        tally.expect(len(unmarked) <= 1, f"{path}: told {len(unmarked)} times without a word")
        tally.expect(len(told) <= 2, f"{path}: told {len(told)} times")
        kept = sqlite3.connect(home.home.root / "alerts.sqlite3")
        tally.expect(kept.execute("PRAGMA integrity_check").fetchone() == ("ok",), f"{path}: the memory is damaged")
        kept.close()
    return tally


@pytest.mark.parametrize(
    ("story", "strikes"), list(zip(STORIES, (3, 1, 3, 3), strict=True)), ids=[story.name for story in STORIES]
)
def test_a_few_kills(prepared: dict[str, Path], story: Story, strikes: int) -> None:
    tally = kill(story, prepared[story.name], strikes, seed=1)
    assert (tally.losses, tally.hits) == ([], strikes)


def test_a_few_kills_of_an_alert(tmp_path: Path, web: WebSink) -> None:
    tally = kill_alert(tmp_path, web, strikes=3, seed=1)
    assert (tally.losses, tally.hits) == ([], 3)


@pytest.mark.slow
def test_two_hundred_kills(
    prepared: dict[str, Path], tmp_path: Path, web: WebSink, capsys: pytest.CaptureFixture[str]
) -> None:
    strikes = {"fetch": 40, "build": 30, "record": 45, "purge": 45}
    tallies = [kill(story, prepared[story.name], strikes[story.name], seed=2) for story in STORIES]
    tallies.append(kill_alert(tmp_path, web, strikes=50, seed=2))
    with capsys.disabled():
        sys.stdout.write("\n".join(["", HEADER, *(tally.line() for tally in tallies), ""]))
    assert sum(tally.hits for tally in tallies) >= 200
    assert [loss for tally in tallies for loss in tally.losses] == []
