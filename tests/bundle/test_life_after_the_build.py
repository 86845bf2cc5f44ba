"""What happens to a build after it was made: known here, sent, held, exported, purged, forgotten."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.homes import environment, with_one_claim
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.alerts.evaluate import evaluate
from a2z_defense.alerts.memory import open_memory
from a2z_defense.alerts.telling import shown
from a2z_defense.base.clock import SetClock
from a2z_defense.base.config import Retention, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import NoSuchClaim, UsageError
from a2z_defense.bundle.bag import seal
from a2z_defense.bundle.layout import canonical_json
from a2z_defense.bundle.report import FindingKind
from a2z_defense.bundle.verify import CONSISTENT
from a2z_defense.jobs.ack import acknowledge, hold, release_hold
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.export import export
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.listing import listed
from a2z_defense.jobs.purge import DataClass, forget, purge
from a2z_defense.jobs.rebuild import SAME, rebuild
from a2z_defense.jobs.record import record
from a2z_defense.jobs.reindex import reindex
from a2z_defense.jobs.sent import sent_files
from a2z_defense.jobs.verify import JOURNAL, check
from a2z_defense.model.entries import RecordKind
from a2z_defense.store import evidence
from a2z_defense.store.due import read_due
from a2z_defense.store.errors import Purged
from a2z_defense.store.store import open_store

NOON = SENT.replace(hour=12)
KEEP = Retention(
    basis="Art. 6(1)(f) GDPR", decided=dt.date(2026, 1, 1), spapi_buyer_days=30, mail_days=60, rest_days=365
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one claim and one build, made once and copied for each test."""
    root = tmp_path_factory.mktemp("made")
    found = with_one_claim(root, now=NOON)
    build_named(found, ORDER, BuildOptions())
    with sqlite3.connect(found.home.database) as connection:
        connection.execute("DELETE FROM build_path")  # each copy of the home registers its own copy of the build
    return root


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Environment:
    """Such a home."""
    shutil.copytree(made / "home", tmp_path / "home")
    found = environment(tmp_path, now=NOON)
    build_named(found, ORDER, BuildOptions())
    return found


def later(found: Environment, days: float, retention: Retention = KEEP) -> Environment:
    clock = SetClock(NOON + dt.timedelta(days=days))
    return replace(found, clock=clock, settings=Settings(retention=retention))


def built(found: Environment, version: int = 1) -> Path:
    return found.home.builds / ORDER / f"v{version}"


def test_a_build_of_this_home_is_as_built_here_and_so_is_each_of_its_files(shop: Environment) -> None:
    report = check(shop, built(shop))
    assert (report.ok, report.promise) == (
        True,
        f"as built here on {NOON:%Y-%m-%dT%H:%M:%SZ}: this journal holds the digest",
    )
    assert check(shop, built(shop) / "response.pdf").ok
    assert check(shop, built(shop) / "audit-bundle.zip").promise.startswith("as built here")


def test_a_build_of_another_home_is_only_consistent(shop: Environment, tmp_path: Path) -> None:
    stranger = environment(tmp_path / "other", now=NOON)
    assert check(stranger, built(shop)).promise == CONSISTENT
    assert not stranger.home.root.exists()


def test_the_same_version_of_a_colleague_s_machine_is_consistent_and_not_built_here(
    shop: Environment, tmp_path: Path
) -> None:
    """Another machine built its own v1 of the same claim; everything in it agrees."""
    other = environment(tmp_path / "other", now=NOON + dt.timedelta(minutes=1))
    (tmp_path / "notice.eml").write_bytes(bytes(notice("it", "action")))
    fetch(other, FetchWanted(mail=(str(tmp_path / "notice.eml"),), spapi=False))
    build_named(other, ORDER, BuildOptions())
    assert check(other, built(other)).ok
    for path in (built(other), built(other) / "audit-bundle.zip"):
        report = check(shop, path)
        assert (report.ok, report.findings, report.promise) == (True, (), CONSISTENT)
        assert report.notes[0].startswith(f"not built here: this home's own v1 of {ORDER}")
    shutil.rmtree(built(shop))
    shutil.copytree(built(other), built(shop))
    report = check(shop, built(shop))
    assert [finding.why for finding in report.findings] == [
        f"v1 of {ORDER} was built here with other bytes, in this place"
    ]


def test_a_version_made_anew_over_this_home_s_journal_is_found(shop: Environment) -> None:
    path = forged(shop, lambda name, body: body + b"It was delivered.\n" if name.endswith("response.txt") else body)
    path = path.rename(path.parent.parent / path.name)
    report = check(shop, path)
    assert [finding.kind for finding in report.findings] == [FindingKind.OTHER_BUILD]
    assert "it names our journal" in report.findings[0].why


@pytest.mark.parametrize(
    "shape",
    ["zip", pytest.param("folder", marks=pytest.mark.slow), pytest.param("unpacked", marks=pytest.mark.slow)],
)
def test_a_package_is_built_again_from_its_own_evidence_to_the_same_bytes(
    shop: Environment, tmp_path: Path, shape: str
) -> None:
    path = {"folder": built(shop), "zip": built(shop) / "audit-bundle.zip", "unpacked": tmp_path / "out"}[shape]
    with zipfile.ZipFile(built(shop) / "audit-bundle.zip") as archive:
        archive.extractall(tmp_path / "out")
    stranger = environment(tmp_path / "other", now=NOON + dt.timedelta(days=9))
    report = rebuild(stranger, path, check(stranger, path))
    assert (report.ok, report.notes, report.findings) == (True, (SAME,), ())


def forged(shop: Environment, change: Callable[[str, bytes], bytes]) -> Path:
    """A package whose contents were changed and sealed anew, with every digest in it made to agree."""
    package = built(shop) / "audit-bundle.zip"
    prefix = "audit-bundle/data/"
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if name.startswith(prefix)]
        payload = {name.removeprefix(prefix): archive.read(name) for name in names}
    payload = {name: change(name, body) for name, body in payload.items()}
    build = json.loads(payload["build.json"])
    for row in build["files"]:
        body = payload[f"documents/{row['path']}"]
        row.update(sha256=hashlib.sha256(body).hexdigest(), bytes=len(body))
    payload["build.json"] = canonical_json(build)
    target = package.with_name("forged.zip")
    target.write_bytes(seal(list(payload.items()), {"External-Identifier": "forged"}))
    return target


def test_a_sentence_that_the_evidence_does_not_support_is_found_although_every_digest_agrees(
    shop: Environment, tmp_path: Path
) -> None:
    path = forged(shop, lambda name, body: body + b"It was delivered.\n" if name.endswith("response.txt") else body)
    stranger = environment(tmp_path / "other", now=NOON)
    assert check(stranger, path).ok
    report = rebuild(stranger, path, check(stranger, path))
    assert [(finding.path, finding.kind) for finding in report.findings] == [("response.txt", FindingKind.NOT_REBUILT)]


def test_under_other_versions_text_is_compared_and_that_is_said(shop: Environment, tmp_path: Path) -> None:
    def older(name: str, body: bytes) -> bytes:
        if name != "build.json":
            return body + b"% made by another renderer" if name.endswith("response.pdf") else body
        build = json.loads(body)
        build["inputs"]["renderer"]["version:weasyprint"] = "69.0"
        return canonical_json(build)

    stranger = environment(tmp_path / "other", now=NOON)
    path = forged(shop, older)
    report = rebuild(stranger, path, check(stranger, path))
    assert (report.ok, report.findings) == (True, ())
    assert "version:weasyprint" in report.notes[0]
    assert "not bytes" in report.notes[0]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET what = 'nothing' WHERE seq = 1",
        "UPDATE journal SET at = '2020-01-01T00:00:00Z' WHERE chain = 'acts' AND seq = 2",
        "DELETE FROM journal WHERE chain = 'inputs' AND seq = (SELECT max(seq) FROM journal WHERE chain = 'inputs')",
        "DELETE FROM journal WHERE chain = 'acts' AND seq = 1",
        "INSERT INTO journal SELECT chain, seq + 100, at, clock, actor, what, claim, subject, digest, hash"
        " FROM journal WHERE chain = 'acts' AND seq = 1",
    ],
)
def test_an_edited_journal_is_found(shop: Environment, change: str) -> None:
    with sqlite3.connect(shop.home.database) as connection:
        connection.execute(change)
    report = check(shop, built(shop))
    assert not report.ok
    assert {finding.path for finding in report.findings} == {JOURNAL}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM evidence WHERE kind = 'mail'", "of which the store knows nothing"),
        ("UPDATE evidence SET sha256 = 'x' WHERE kind = 'mail'", "or another digest"),
        ("UPDATE evidence SET id = 'ev-x' WHERE kind = 'mail'", "no row tells of ev-x"),
        ("DELETE FROM entry", "belongs to no claim"),
        ("DELETE FROM claim", f"the claim {ORDER} was opened and never forgotten"),
        ("UPDATE build SET manifest = 'x'", f"no row tells of the build {ORDER}/v1"),
        ("UPDATE build SET draft = 0, version = 2", f"no row tells of the build {ORDER}/v2"),
    ],
)
def test_what_is_taken_out_of_the_tables_past_the_journal_is_found(shop: Environment, change: str, words: str) -> None:
    acknowledge(shop, ORDER, None)
    hold(shop, ORDER, "a court asked for it")
    assert read_journal(shop).problems == []
    with sqlite3.connect(shop.home.database) as connection:
        connection.execute(change)
    assert any(words in problem for problem in read_journal(shop).problems)
    report = check(shop, built(shop))
    assert any(words in one.why for one in report.findings if one.path == JOURNAL)


def test_what_was_sent_is_kept_as_it_was_whatever_becomes_of_the_build(shop: Environment) -> None:
    files = {
        path.relative_to(built(shop)).as_posix(): path.read_bytes() for path in built(shop).rglob("*") if path.is_file()
    }
    done = record(shop, ORDER, RecordKind.RESPONDED)
    assert done.entry.version == 1
    assert not any("could be kept" in warning for warning in done.warnings)
    shutil.rmtree(built(shop))
    with open_store(shop) as store, store.reading() as connection:
        kept = {
            one.path: evidence.body(store, connection, one.evidence.id)
            for one in sent_files(store, connection, ORDER)
            if one.version == 1
        }
    assert kept == files
    assert "sent v1" in {row["what"] for row in read_journal(shop, ORDER).rows}
    on_disk = [path for path in shop.home.sent.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in on_disk} == {0o400}
    assert len(on_disk) == len(files)
    assert files["response.txt"] not in b"".join(path.read_bytes() for path in on_disk)


def test_a_changed_build_is_not_kept_as_sent(shop: Environment) -> None:
    (built(shop) / "response.txt").write_text("something else")
    done = record(shop, ORDER, RecordKind.RESPONDED)
    assert any("no copy of what was sent" in warning for warning in done.warnings)


def test_an_acknowledgement_is_in_the_queue_and_in_the_journal_and_changes_no_build(shop: Environment) -> None:
    acknowledge(shop, ORDER, None)
    ((claim, at, until, there),) = read_due(shop.home.database).acks
    assert there == shown(alert for alert in evaluate(read_due(shop.home.database), NOON) if alert.claim_id == ORDER)
    assert "response_due" in {kind for kind, _subject, _act_by in there}
    assert (claim, at, until) == (ORDER, NOON, NOON + dt.timedelta(hours=24))
    assert any(row["what"].startswith("acknowledged until") for row in read_journal(shop, ORDER).rows)
    assert not build_named(shop, ORDER, BuildOptions()).answer.new
    with pytest.raises(UsageError, match="--until"):
        acknowledge(shop, ORDER, NOON)


def test_what_was_told_is_in_the_journal_after_the_next_fetch_and_only_once(shop: Environment) -> None:
    alerts = evaluate(read_due(shop.home.database), NOON)
    told = [alert for alert in alerts if alert.claim_id == ORDER]
    with open_memory(shop.home.root, "") as memory:
        memory.done("recipient", "digest", told, NOON, staffed=True)
    for _again in range(2):
        fetch(shop, FetchWanted(spapi=False))
    rows = [row["what"] for row in read_journal(shop, ORDER).rows if row["what"].startswith("alert told")]
    assert sorted(rows) == sorted(f"alert told: {alert.kind} {alert.band}" for alert in told)
    assert read_journal(shop).problems == []


def test_what_was_told_and_is_over_before_the_next_fetch_is_in_the_journal_all_the_same(shop: Environment) -> None:
    told = [alert for alert in evaluate(read_due(shop.home.database), NOON) if alert.claim_id == ORDER]
    with open_memory(shop.home.root, "") as memory:
        memory.done("recipient", "digest", told, NOON, staffed=True)
        memory.forget_all_but([])
        assert memory.told("recipient") == [], "it would be told again"
        memory.done("recipient", "digest", told, NOON + dt.timedelta(hours=1), staffed=True)
        memory.forget_all_but([])
    for _again in range(2):
        fetch(shop, FetchWanted(spapi=False))
    rows = [row["what"] for row in read_journal(shop, ORDER).rows if row["what"].startswith("alert told")]
    assert len(rows) == 2 * len(told)
    with sqlite3.connect(shop.home.root / "alerts.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM told").fetchone() == (0,)


def end(shop: Environment) -> None:
    record(shop, ORDER, RecordKind.WITHDRAWN)
    assert listed(shop, everything=True)[0][0].status in ("decided", "closed")


def test_an_open_claim_is_never_purged(shop: Environment) -> None:
    done = purge(later(shop, 4000), apply=True)
    assert (done.gone, done.kept_open) == ([], (ORDER,))
    assert check(shop, built(shop)).ok


def test_a_held_claim_is_never_purged_until_it_is_released(shop: Environment) -> None:
    end(shop)
    hold(shop, ORDER, "a court asked for it")
    after = later(shop, 100)
    done = purge(after, apply=True)
    assert (done.gone, [(kept.claim_id, kept.reason) for kept in done.holds]) == ([], [(ORDER, "a court asked for it")])
    with pytest.raises(UsageError, match="held"):
        forget(after, ORDER, apply=True)
    release_hold(shop, ORDER)
    assert purge(after).gone
    with pytest.raises(UsageError, match="not held"):
        release_hold(shop, ORDER)


def test_without_a_decided_retention_nothing_goes(shop: Environment) -> None:
    end(shop)
    assert purge(later(shop, 4000, Retention()), apply=True).gone == []


def test_a_purge_says_first_what_it_would_do_and_touches_nothing(shop: Environment) -> None:
    end(shop)
    before, rows = sorted(shop.home.root.glob("b*/**/*")), read_journal(shop).rows
    done = purge(later(shop, 61))
    assert done.counts()[DataClass.MAIL] == 1
    assert (sorted(shop.home.root.glob("b*/**/*")), read_journal(shop).rows) == (before, rows)
    assert check(shop, built(shop)).ok


def test_a_purge_reaches_the_blob_and_every_copy_of_the_build_and_leaves_digests(
    shop: Environment, tmp_path: Path
) -> None:
    out = tmp_path / "handed out"
    build_named(shop, ORDER, BuildOptions(out=out))
    lost = tmp_path / "lost"
    build_named(shop, ORDER, BuildOptions(out=lost))
    (lost / ORDER / "v1").rename(tmp_path / "moved by hand")
    (out / ORDER / "v1" / "note of the seller.txt").write_text("not ours")
    end(shop)
    blobs = {path for path in shop.home.blobs.rglob("*") if path.is_file()}
    done = purge(later(shop, 61), classes=[DataClass.MAIL], apply=True)
    assert (done.counts()[DataClass.MAIL], done.builds, done.dropped) == (1, [f"{ORDER}/v1"], [])
    assert len({path for path in shop.home.blobs.rglob("*") if path.is_file()} & blobs) == len(blobs) - 1
    assert not (shop.home.builds / ORDER).exists()
    assert [path.name for path in (out / ORDER / "v1").iterdir()] == ["note of the seller.txt"]
    assert [path.name for path in (out / ORDER).iterdir()] == ["v1"]
    assert len(done.unreachable) == 2
    assert any("moved" in words for words in done.unreachable)

    assert read_journal(shop, ORDER).problems == []
    report = check(later(shop, 62), built(shop))
    assert [finding.kind for finding in report.findings] == [FindingKind.PURGED]
    assert "purged on" in report.promise
    moved = check(shop, tmp_path / "moved by hand")
    assert moved.promise.startswith("as built here")

    reindex(later(shop, 62))
    (row,) = listed(later(shop, 62), everything=True)[0]
    assert row.status in ("decided", "closed")
    assert purge(later(shop, 62), classes=[DataClass.MAIL], apply=True).gone == []


@pytest.mark.parametrize("moment", ["_documents", "_written"])
@pytest.mark.parametrize("whole", [False, True], ids=["purge", "forget"])
def test_what_is_purged_while_it_is_built_is_in_no_build(
    shop: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, whole: bool
) -> None:
    from a2z_defense.jobs import build as job

    end(shop)
    really = getattr(job, moment)

    def purged_first(*given: Any) -> object:
        if whole:
            forget(later(shop, 61), ORDER, apply=True)
        else:
            assert purge(later(shop, 61), apply=True).gone
        return really(*given)

    monkeypatch.setattr(job, moment, purged_first)
    with pytest.raises(Purged, match="while it was built"):
        build_named(shop, ORDER, BuildOptions(out=tmp_path / "out"))
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []
    assert [path for path in shop.home.builds.rglob("*") if path.is_file()] == []
    assert purge(later(shop, 62), apply=True).unreachable == []
    assert read_journal(shop).problems == []
    assert whole == (listed(shop, everything=True)[0] == [])


def test_a_claim_that_is_forgotten_leaves_only_its_journal(shop: Environment) -> None:
    with pytest.raises(UsageError, match="is open"):
        forget(shop, ORDER, apply=True)
    end(shop)
    record(shop, ORDER, RecordKind.CLOSED)
    assert forget(shop, ORDER).gone
    done = forget(shop, ORDER, apply=True)
    assert done.dropped == [ORDER]
    assert [path for path in shop.home.blobs.rglob("*") if path.is_file()] == []
    assert not (shop.home.builds / ORDER).exists()
    assert listed(shop, everything=True)[0] == []
    assert read_journal(shop).problems == []
    assert "claim forgotten" in {row["what"] for row in read_journal(shop).rows}
    with pytest.raises(NoSuchClaim):
        forget(shop, ORDER)


def test_an_export_holds_the_evidence_and_the_journal_and_a_purge_reaches_it(shop: Environment, tmp_path: Path) -> None:
    record(shop, ORDER, RecordKind.RESPONDED)
    done = export(shop, ORDER, tmp_path)
    claim, path, count = done.claim_id, done.path, done.pieces
    assert (claim, path.name, path.stat().st_mode & 0o777) == (ORDER, f"{ORDER}.zip", 0o600)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        names = archive.namelist()
        mails = [archive.read(name) for name in names if name.endswith(".eml")]
    assert mails == [bytes(notice("it", "action"))]
    assert sum("/data/sent/v1/" in name for name in names) == len([p for p in built(shop).rglob("*") if p.is_file()])
    assert sum("/data/evidence/" in name or "/data/sent/" in name for name in names) == count
    assert check(shop, path).promise == CONSISTENT
    with pytest.raises(UsageError, match="exists"):
        export(shop, ORDER, tmp_path)
    end(shop)
    forget(shop, ORDER, apply=True)
    assert not path.exists()
