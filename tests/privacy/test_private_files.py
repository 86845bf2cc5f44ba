"""What a2z writes is readable by its user alone, whatever the umask; and after a purge nothing of it is left."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment, with_one_claim
from support.mail_maker import ORDER, SENT, buyer_message, notice

from a2z_defense.alerts.evaluate import evaluate
from a2z_defense.alerts.memory import open_memory
from a2z_defense.base.clock import SetClock
from a2z_defense.base.config import Retention, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.bundle.layout import BUILD_FILE
from a2z_defense.jobs.ack import acknowledge, hold, release_hold
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.export import export
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.purge import DataClass, forget, purge
from a2z_defense.jobs.record import record
from a2z_defense.jobs.rekey import rotate
from a2z_defense.jobs.verify import check
from a2z_defense.model.entries import AttachmentKind, RecordKind
from a2z_defense.store.due import read_due
from a2z_defense.store.store import open_store

NOON = SENT.replace(hour=12)
NAME, WORDS, FILE = "Planted Buyerson", "the planted words of the buyer", "planted-signature"
KEEP = Retention(decided=dt.date(2026, 1, 1), spapi_buyer_days=30, mail_days=60, rest_days=365)


@pytest.fixture
def open_mask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def shop(tmp_path: Path, open_mask: None) -> Environment:
    """A claim with its whole life behind it: built twice, sent, exported, held and told of."""
    found = environment(tmp_path, now=NOON)
    mails = tmp_path / "mails"
    mails.mkdir()
    (mails / "notice.eml").write_bytes(bytes(notice("it", "action")))
    (mails / f"{FILE}.eml").write_bytes(bytes(buyer_message(WORDS, name=NAME)))
    (mails / f"{FILE}.txt").write_text(WORDS)
    fetch(found, FetchWanted(mail=(str(mails / "notice.eml"), str(mails / f"{FILE}.eml")), spapi=False))
    attach(found, ORDER, mails / f"{FILE}.txt", AttachmentKind.SIGNATURE)
    build_named(found, ORDER, BuildOptions())
    build_named(found, ORDER, BuildOptions(out=tmp_path / "out"))
    record(found, ORDER, RecordKind.RESPONDED)
    acknowledge(found, ORDER, None)
    hold(found, ORDER, "counsel")
    release_hold(found, ORDER)
    rotate(found)
    (tmp_path / "exports").mkdir(mode=0o700)
    export(found, ORDER, tmp_path / "exports")
    with open_memory(found.home.root, "") as memory:
        memory.done("recipient", "digest", evaluate(read_due(found.home.database), NOON), NOON, staffed=True)
    shutil.rmtree(mails)
    return found


def written(found: Environment) -> list[Path]:
    return sorted(path for path in found.home.root.parent.rglob("*"))


def later(found: Environment, days: float) -> Environment:
    return replace(found, clock=SetClock(NOON + dt.timedelta(days=days)), settings=Settings(retention=KEEP))


def sealed(found: Environment) -> list[bytes]:
    """The encrypted provenances of the claim, as they stand in the database's file."""
    with sqlite3.connect(found.home.database) as connection:
        rows = connection.execute("SELECT provenance FROM evidence WHERE kind IN ('mail', 'file')").fetchall()
    return [bytes(row[0]) for row in rows if row[0]]


def bytes_of(found: Environment) -> bytes:
    return b"".join(path.read_bytes() for path in written(found) if path.is_file())


def test_a_claims_files_are_private_and_after_it_was_forgotten_no_byte_of_it_is_left(shop: Environment) -> None:
    """Whatever the umask, nobody else can read them; and nothing comes back with the next fetch."""
    kinds = {path.suffix for path in written(shop)}
    assert {".sqlite3", ".pdf", ".zip", ".txt", ".json", ".lock"} <= kinds
    assert [path.as_posix() for path in written(shop) if path.stat().st_mode & 0o077] == []

    folder = shop.home.builds / ORDER
    leavings = [folder / ".v9.0123456789ab.tmp", shop.home.root.parent / "out" / ORDER / ".v1.0123456789ab.tmp"]
    for leaving in leavings:
        leaving.mkdir()
        (leaving / "response.txt").write_text(WORDS)
    blob = next(path for path in shop.home.blobs.rglob("*") if path.is_file())
    blob.with_name(f".{blob.name}.0123456789ab.tmp").write_bytes(blob.read_bytes())
    shutil.copy(shop.home.database, f"{shop.home.database}.before-9")
    ciphers = sealed(shop)
    before = bytes_of(shop)
    assert all(cipher in before for cipher in ciphers)
    assert WORDS.encode() in before

    record(shop, ORDER, RecordKind.WITHDRAWN)
    done = forget(later(shop, 1), ORDER, apply=True)
    assert (done.dropped, done.unreachable) == ([ORDER], [])
    after = bytes_of(shop)
    assert [cipher for cipher in ciphers if cipher in after] == []
    assert WORDS.encode() not in after
    assert NAME.encode() not in after
    names = " ".join(path.as_posix() for path in written(shop))
    assert FILE not in names
    assert ORDER not in names.replace(f"build-{ORDER}.lock", "")
    assert [path for path in shop.home.blobs.rglob("*") if path.is_file()] == []
    assert read_journal(shop).problems == []

    again = shop.home.root.parent / f"{FILE}-again.eml"
    again.write_bytes(bytes(buyer_message(WORDS, name=NAME)))
    fetch(shop, FetchWanted(mail=(str(again),), spapi=False))
    with open_store(shop) as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sighting").scalar_one() == 0
    assert [path for path in shop.home.blobs.rglob("*") if path.is_file()] == []


def test_what_was_sent_goes_with_the_mail_that_it_holds(shop: Environment) -> None:
    """A sent package has the mail inside: keeping it would keep the mail."""
    record(shop, ORDER, RecordKind.WITHDRAWN)
    first = purge(later(shop, 61), classes=[DataClass.MAIL])
    done = purge(later(shop, 61), classes=[DataClass.MAIL], apply=True)
    assert done.counts() == first.counts()
    assert done.counts()[DataClass.MAIL] == 2
    kinds = {one.piece.kind for one in done.gone}
    assert kinds == {"mail", "sent"}
    assert WORDS.encode() not in bytes_of(shop)
    report = check(later(shop, 62), shop.home.builds / ORDER / "v1")
    assert "purged on" in report.promise
    assert read_journal(shop).problems == []


def test_a_build_that_ended_right_after_it_was_written_is_reached_too(
    shop: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is registered before it is there."""

    class Killed(BaseException):
        pass

    def killed(*given: object, **named: object) -> None:
        raise Killed

    out = tmp_path / "elsewhere"
    monkeypatch.setattr("a2z_defense.jobs.build._result", killed)
    with pytest.raises(Killed):
        build_named(shop, ORDER, BuildOptions(out=out))
    copy = out / ORDER / "v2"
    if not (copy / BUILD_FILE).exists():
        copy = next(out.glob(f"{ORDER}/v*"))
    assert (copy / BUILD_FILE).exists()
    record(shop, ORDER, RecordKind.WITHDRAWN)
    forget(later(shop, 1), ORDER, apply=True)
    assert not copy.exists()


def test_deleted_rows_that_a_reader_keeps_alive_are_listed_and_go_with_the_next_purge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("a2z_defense.store.retention.SCRUB_WAIT_SECONDS", 0.2)
    found = with_one_claim(tmp_path, now=NOON)
    record(found, ORDER, RecordKind.WITHDRAWN)
    ciphers = sealed(found)
    with closing(sqlite3.connect(found.home.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM evidence").fetchone()
        done = forget(later(found, 1), ORDER, apply=True)
    assert len(done.unreachable) == 1
    assert "deleted rows may still be in the file" in done.unreachable[0]
    assert purge(later(found, 2), apply=True).unreachable == []
    kept = bytes_of(found)
    assert [cipher for cipher in ciphers if cipher in kept] == []
