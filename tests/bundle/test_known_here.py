"""What this home knows of its own builds: unpacked they are still its own, and they find out a journal written anew."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import pytest
from support.homes import with_one_claim
from support.mail_maker import ORDER, SENT

from a2z_defense.base.environment import Environment
from a2z_defense.bundle.report import FindingKind
from a2z_defense.bundle.verify import NOTHING
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.verify import JOURNAL, check
from a2z_defense.store.journal import GENESIS, Chain, Row, row_hash


@pytest.fixture
def shop(tmp_path: Path) -> Environment:
    found = with_one_claim(tmp_path, now=SENT.replace(hour=12))
    build_named(found, ORDER, BuildOptions())
    return found


def write_anew(database: Path, *, cut: int = 0) -> None:
    """Another time in the first row, or the last rows gone, and every hash and the head made to fit."""
    with sqlite3.connect(database) as connection:
        if cut:
            connection.execute("DELETE FROM journal WHERE chain = 'inputs' AND seq > (SELECT max(seq) FROM journal"
                               " WHERE chain = 'inputs') - ?", (cut,))  # fmt: skip
        else:
            connection.execute("UPDATE journal SET at = '2020-01-01T00:00:00Z' WHERE chain = 'inputs' AND seq = 1")
        columns = "chain, seq, at, clock, actor, what, claim, subject, digest, hash"
        rows = connection.execute(f"SELECT {columns} FROM journal WHERE chain = 'inputs' ORDER BY seq").fetchall()
        before = GENESIS
        for chain, *rest in rows:
            before = row_hash(before, Row(Chain(chain), *rest))
            connection.execute("UPDATE journal SET hash = ? WHERE chain = 'inputs' AND seq = ?", (before, rest[0]))
        connection.execute(
            "INSERT OR REPLACE INTO note (key, value) VALUES ('journal.inputs', ?)", (f"{len(rows)} {before}",)
        )


@pytest.mark.parametrize("cut", [0, 1])
def test_a_journal_written_anew_is_found_by_what_was_built_before(shop: Environment, cut: int) -> None:
    folder = shop.home.builds / ORDER / "v1"
    assert check(shop, folder).ok
    write_anew(shop.home.database, cut=cut)
    # Cut short, the store also holds evidence of which no row tells; with its rows gone too, only the build knows.
    assert [problem for problem in read_journal(shop).problems if "no row tells of" not in problem] == []
    for path in (folder, folder / "audit-bundle.zip"):
        report = check(shop, path)
        assert {(one.path, one.kind) for one in report.findings} == {(JOURNAL, FindingKind.CHANGED)}
        assert f"v1 of {ORDER} was built on" in report.findings[-1].why


def test_an_unpacked_package_of_this_home_is_as_built_here(shop: Environment, tmp_path: Path) -> None:
    with zipfile.ZipFile(shop.home.builds / ORDER / "v1" / "audit-bundle.zip") as archive:
        archive.extractall(tmp_path / "out")
    for path in (tmp_path / "out", tmp_path / "out" / "audit-bundle"):
        report = check(shop, path)
        assert (report.findings, report.promise.split(" on ")[0]) == ((), "as built here")
    (tmp_path / "out" / "audit-bundle" / "data" / "x").write_text("x")
    assert not check(shop, tmp_path / "out").ok


def test_a_path_that_is_no_build_is_answered_with_the_one_that_was_meant(shop: Environment, tmp_path: Path) -> None:
    built = shop.home.builds / ORDER / "v1"
    by_claim, by_folder = check(shop, Path(ORDER)), check(shop, built.parent)
    for report in (by_claim, by_folder):
        assert (report.ok, report.promise) == (False, NOTHING)
        assert report.notes[-1].endswith(f": a2z verify {built}")
    (built.parent / "v2.changed-1").mkdir()
    (built.parent / "v2.changed-1" / "build.json").write_text("{}")
    assert check(shop, built.parent).notes == by_folder.notes
    own = next(path for path in shop.home.blobs.rglob("*") if path.is_file())
    assert "encrypted" in check(shop, own).notes[-1]
    assert check(shop, tmp_path / "nowhere").notes == ()
