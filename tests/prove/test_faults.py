"""A full disk, a read-only home, two processes at once, a clock that jumps: nothing is lost, nothing is half there."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment
from support.kills import HEADER, Tally, run_and_kill
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.base.clock import SetClock
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError
from a2z_defense.bundle.verify import verify
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.listing import listed
from a2z_defense.jobs.record import record
from a2z_defense.jobs.verify import check
from a2z_defense.model.entries import RecordKind

NOON = SENT.replace(hour=12)
DISK_MEGABYTES = 4


def mails(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        order = f"402-{number:07d}-7654321"
        mail = notice("it", "action", order=order, message_id=f"<{number}@example.net>")
        (folder / f"{number}.eml").write_bytes(bytes(mail))
    return folder


def fetch_from(found: Environment, folder: Path) -> None:
    fetch(found, FetchWanted(mail=(str(folder),), spapi=False))


def holds(found: Environment, tally: Tally) -> None:
    tally.expect(read_journal(found).problems == [], "the journal does not verify")
    for folder in found.home.builds.glob("[!.]*/[!.]*"):
        tally.expect(verify(folder).ok, f"{folder} is half a version")


@contextmanager
def disk(target: Path) -> Iterator[Path]:
    """A small file system of its own."""
    target.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(target)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        yield target
    finally:
        subprocess.run(["umount", target], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Fill the disk but for `leave` bytes."""
    path = folder / "filler"
    with path.open("wb") as filler, suppress(OSError):
        while True:
            os.write(filler.fileno(), bytes(4096))
    with path.open("r+b") as filler:
        filler.truncate(max(0, path.stat().st_size - leave))
    return path


def on_a_full_disk(root: Path, source: Path, leave: int, tally: Tally) -> None:
    """Fetch and build with only `leave` bytes of room; then make room and do it again."""
    tally.runs += 1
    with disk(root / f"disk-{leave}") as target:
        found = environment(target, now=NOON)
        filler = fill(target, leave)
        try:
            fetch_from(found, source)
            build_named(found, "402-0000001-7654321", BuildOptions())
        except (A2zError, OSError):
            tally.hits += 1
        filler.unlink()
        if found.home.database.exists():
            holds(found, tally)
        fetch_from(found, source)
        holds(found, tally)
        tally.expect(len(listed(found, everything=True)[0]) == len(list(source.iterdir())), "a claim is lost")
        kinds = [row["what"] for row in read_journal(found).rows]
        tally.expect(kinds.count("mail") == len(list(source.iterdir())), "a mail is kept twice or lost")
        build_named(found, "402-0000001-7654321", BuildOptions())
        names = [path.name for path in (found.home.builds / "402-0000001-7654321").iterdir()]
        tally.expect(names == ["v1"], f"{names} lie where only v1 belongs")
        holds(found, tally)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    tally = Tally("a full disk")
    on_a_full_disk(tmp_path, mails(tmp_path / "mails", 3), 200_000, tally)
    assert (tally.losses, tally.hits) == ([], 1)


@pytest.fixture
def shop(tmp_path: Path) -> Environment:
    (tmp_path / "notice.eml").write_bytes(bytes(notice("it", "action")))
    found = environment(tmp_path, now=NOON)
    fetch_from(found, tmp_path / "notice.eml")
    return found


def at_once(*jobs: Callable[[], object]) -> list[int]:
    """Run the jobs in processes of their own, at the same time; the exit code of each."""
    children = []
    for job in jobs:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                quiet = os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 2)
                job()
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def test_two_builds_of_one_claim_at_once_are_one_version(shop: Environment) -> None:
    def build() -> None:
        build_named(shop, ORDER, BuildOptions())

    assert at_once(build, build) == [0, 0]
    tally = Tally("two builds")
    holds(shop, tally)
    assert tally.losses == []
    assert [path.name for path in (shop.home.builds / ORDER).iterdir()] == ["v1"]
    assert [row["what"] for row in read_journal(shop).rows].count("build v1 draft") == 1


def fetches_at_once(root: Path, processes: int, tally: Tally) -> None:
    tally.runs += 1
    source = mails(root / "mails", 6)
    found = environment(root, now=NOON)

    def work() -> None:
        fetch_from(found, source)

    def note() -> None:
        with suppress(A2zError):  # the claim may not be there yet
            record(found, "402-0000001-7654321", RecordKind.SEEN, tab="under-review")

    codes = at_once(*[work] * processes, note)
    tally.hits += 1
    tally.expect(codes == [0] * (processes + 1), f"exit codes {codes}")
    holds(found, tally)
    tally.expect(len(listed(found, everything=True)[0]) == 6, "a claim is lost or doubled")
    kinds = [row["what"] for row in read_journal(found).rows]
    tally.expect(kinds.count("mail") == 6, f"{kinds.count('mail')} mails are kept instead of 6")


def test_fetches_at_once_add_each_mail_once(tmp_path: Path) -> None:
    tally = Tally("two fetches")
    fetches_at_once(tmp_path, 2, tally)
    assert tally.losses == []


def jumping_clock(root: Path, jumps: tuple[int, ...], tally: Tally) -> None:
    """The clock jumps by these days between one act and the next; the acts themselves stay in order."""
    tally.runs += 1
    root.mkdir(parents=True, exist_ok=True)
    (root / "notice.eml").write_bytes(bytes(notice("it", "action")))
    found = environment(root, now=NOON)
    fetch_from(found, root / "notice.eml")
    first = build_named(found, ORDER, BuildOptions()).answer
    for days in jumps:
        tally.hits += 1
        moved = replace(found, clock=SetClock(NOON + dt.timedelta(days=days)))
        fetch_from(moved, root / "notice.eml")
        again = build_named(moved, ORDER, BuildOptions()).answer
        tally.expect((again.version, again.new) == (1, False), "the clock made another version")
        holds(moved, tally)
    tally.expect(check(found, Path(first.directory)).promise.startswith("as built here"), "the register lost it")
    kinds = [row["what"] for row in read_journal(found).rows]
    tally.expect(kinds.count("mail") == 1, "a mail is kept twice")
    tally.expect(len(listed(found, everything=True)[0]) == 1, "a claim is lost or doubled")


def test_a_clock_that_jumps_changes_no_build_and_loses_nothing(tmp_path: Path) -> None:
    tally = Tally("a jumping clock")
    jumping_clock(tmp_path / "x", (30, -400, 0), tally)
    assert tally.losses == []


@pytest.mark.parametrize("command", [("list",), ("alert", "--no-notify"), ("verify", "{build}")])
def test_a_home_on_a_read_only_disk_still_lists_alerts_and_verifies(
    tmp_path: Path, shop: Environment, command: tuple[str, ...]
) -> None:
    build_named(shop, ORDER, BuildOptions())
    with disk(tmp_path / "disk") as target:
        shutil.copytree(shop.home.root, target / "home")
        subprocess.run(["mount", "-o", "remount,ro", target], check=True)
        build = target / "home" / "builds" / ORDER / "v1"
        ran = subprocess.run(
            [sys.executable, "-m", "a2z_defense", *(word.format(build=build) for word in command)],
            env={**os.environ, "A2Z_HOME": str(target / "home"), "A2Z_NOW": NOON.isoformat(), "A2Z_KEYRING": "off"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode in (0, 11, 12), ran.stderr
        assert ran.stdout
        assert "Traceback" not in ran.stderr


@pytest.mark.slow
def test_the_table_of_other_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full, busy, clock = Tally("a full disk"), Tally("several processes at once"), Tally("a clock that jumps")
    source = mails(tmp_path / "mails", 3)
    for leave in range(0, 1_200_000, 100_000):
        on_a_full_disk(tmp_path, source, leave, full)
    for number in range(8):
        fetches_at_once(tmp_path / f"busy-{number}", 2 + number % 3, busy)
    for number, jumps in enumerate(((1, 2, 3), (-1, 1, -1), (4000, -4000), (0, 365, -365, 1))):
        jumping_clock(tmp_path / f"clock-{number}", jumps, clock)
    tallies = (full, busy, clock)
    with capsys.disabled():
        sys.stdout.write("\n".join(["", HEADER, *(tally.line() for tally in tallies), ""]))
    assert [loss for tally in tallies for loss in tally.losses] == []
    assert full.hits >= 3


def test_a_kill_helper_that_kills(tmp_path: Path) -> None:
    """The harness itself: a job that sleeps is struck, one that is done is not."""
    import time

    assert run_and_kill(lambda: time.sleep(30), 0.05)[0]
    assert not run_and_kill(lambda: None, 5)[0]
