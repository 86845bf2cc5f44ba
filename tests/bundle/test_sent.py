"""What was sent: kept once, encrypted, read-only, with digests; a change of it is found; a late answer stays late."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment, with_one_claim
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.base.clock import SetClock
from a2z_defense.base.environment import Environment
from a2z_defense.bundle.report import FindingKind
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.export import export
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.record import record
from a2z_defense.jobs.rekey import rotate as rekey
from a2z_defense.jobs.show import show
from a2z_defense.jobs.verify import check
from a2z_defense.model.entries import RecordKind

NOON = SENT.replace(hour=12)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose one build was recorded as sent."""
    root = tmp_path_factory.mktemp("made")
    found = with_one_claim(root, now=NOON)
    build_named(found, ORDER, BuildOptions())
    record(found, ORDER, RecordKind.RESPONDED)
    return root


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Environment:
    shutil.copytree(made / "home", tmp_path / "home")
    return environment(tmp_path, now=NOON)


def built(found: Environment) -> Path:
    return found.home.builds / ORDER / "v1"


def kept(found: Environment) -> list[Path]:
    return sorted(path for path in found.home.sent.rglob("*") if path.is_file())


def test_show_lists_what_was_sent_with_its_digests(shop: Environment) -> None:
    listed = {file.path: (file.version, file.bytes) for file in show(shop, ORDER).sent}
    there = [path for path in built(shop).rglob("*") if path.is_file()]
    assert listed == {path.relative_to(built(shop)).as_posix(): (1, path.stat().st_size) for path in there}


def test_verify_says_that_the_kept_copies_are_as_they_were_also_of_a_package_alone(shop: Environment) -> None:
    said = f"v1 was recorded as sent: its {len(kept(shop))} files are kept in sent/ as they were"
    for path in (built(shop), built(shop) / "audit-bundle.zip"):
        report = check(shop, path)
        assert (report.ok, report.notes) == (True, (said,))


@pytest.mark.parametrize("harm", ["flipped", "cut", "gone", "swapped"])
def test_harm_to_a_kept_copy_is_found_and_named(shop: Environment, harm: str) -> None:
    one, two = kept(shop)[:2]
    body = one.read_bytes()
    one.chmod(0o600)
    if harm == "gone":
        one.unlink()
    else:
        one.write_bytes(
            {"flipped": body[:-1] + bytes([body[-1] ^ 1]), "cut": body[:-1], "swapped": two.read_bytes()}[harm]
        )
    report = check(shop, built(shop))
    assert [one.kind for one in report.findings] == [FindingKind.CHANGED]
    assert report.findings[0].path.startswith("sent/v1/")


def test_recording_it_again_writes_nothing_anew(shop: Environment) -> None:
    before = {path: path.stat().st_mtime_ns for path in kept(shop)}
    assert len(record(shop, ORDER, RecordKind.RESPONDED).sent) == len(before)
    assert {path: path.stat().st_mtime_ns for path in kept(shop)} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_not_even_this_user_writes_to_a_kept_copy(shop: Environment) -> None:
    with pytest.raises(PermissionError):
        kept(shop)[0].write_bytes(b"x")


def test_an_export_gives_it_back(shop: Environment, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    path = export(shop, ORDER, tmp_path / "out").path
    with zipfile.ZipFile(path) as archive:
        assert archive.read("audit-bundle/data/sent/v1/response.txt") == (built(shop) / "response.txt").read_bytes()


def test_another_key_seals_it_anew_and_leaves_nothing_under_the_old(shop: Environment) -> None:
    before = kept(shop)
    rekey(shop)
    after = kept(shop)
    assert len(after) == len(before)
    assert not {path.name for path in after} & {path.name for path in before}
    assert {path.stat().st_mode & 0o777 for path in after} == {0o400}
    assert check(shop, built(shop)).ok


def late_shop(root: Path, hours: float) -> Environment:
    """A home at that many hours after the response's deadline."""
    root.mkdir(parents=True)
    (root / "notice.eml").write_bytes(bytes(notice("it", "action")))
    found = environment(root, now=NOON)
    fetch(found, FetchWanted(mail=(str(root / "notice.eml"),), spapi=False))
    deadline = judge(found, ORDER).assessment.deadline
    assert deadline.at is not None
    return replace(found, clock=SetClock(deadline.at + dt.timedelta(hours=hours)))


def test_a_late_answer_is_recorded_as_late_and_stays_so(tmp_path: Path) -> None:
    found = late_shop(tmp_path / "x", 1)
    done = record(found, ORDER, RecordKind.RESPONDED)
    assert (done.late, done.entry.late) == (True, True)
    whats = [event.what for event in show(found, ORDER).timeline]
    assert "recorded: responded, after the deadline" in whats


def test_an_answer_of_before_the_deadline_that_is_recorded_after_it_is_not_late(tmp_path: Path) -> None:
    found = late_shop(tmp_path / "x", 1)
    done = record(found, ORDER, RecordKind.RESPONDED, at=found.clock.now() - dt.timedelta(hours=2))
    assert (done.late, done.entry.late) == (False, None)


def test_what_stops_no_clock_is_never_late(tmp_path: Path) -> None:
    found = late_shop(tmp_path / "x", 1)
    assert not record(found, ORDER, RecordKind.MESSAGED).late
    assert not record(found, ORDER, RecordKind.APPEALED).late


def test_a_version_whose_folder_is_gone_can_still_be_had(shop: Environment) -> None:
    shutil.rmtree(built(shop))
    report = check(shop, built(shop))
    assert not report.ok
    (note,) = report.notes
    assert note.endswith(f"a2z export {ORDER} gives them")
