"""A hold keeps a claim from the purge. It is on the record, and no fact of the case: no document changes."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from support.homes import with_one_claim
from support.mail_maker import ORDER, SENT

from a2z_defense.base.clock import SetClock
from a2z_defense.base.config import Retention, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.ack import hold, release_hold
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.entries import entries
from a2z_defense.jobs.export import export
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.purge import forget, purge
from a2z_defense.jobs.record import record
from a2z_defense.jobs.show import show
from a2z_defense.model.entries import EntryKind, RecordKind
from a2z_defense.store.claims import entry_ids
from a2z_defense.store.store import open_store


@pytest.fixture
def shop(tmp_path: Path) -> Environment:
    return with_one_claim(tmp_path, now=SENT.replace(hour=12))


def test_a_hold_and_its_end_make_no_new_version_and_no_exhibit(shop: Environment) -> None:
    build_named(shop, ORDER, BuildOptions())
    before = [piece.exhibit for piece in show(shop, ORDER).evidence]
    hold(shop, ORDER, "a court asked for it")
    release_hold(shop, ORDER)
    again = build_named(shop, ORDER, BuildOptions()).answer
    assert (again.version, again.new) == (1, False)
    assert [piece.exhibit for piece in show(shop, ORDER).evidence] == before


def test_a_hold_is_in_the_journal_and_in_an_export_and_goes_with_the_claim(shop: Environment, tmp_path: Path) -> None:
    hold(shop, ORDER, "a court asked for it")
    with open_store(shop) as store, store.reading() as connection:
        (said,) = entry_ids(connection, ORDER)
    assert said in {row["subject"] for row in read_journal(shop, ORDER).rows}
    path = export(shop, ORDER, tmp_path / "x.zip").path
    with zipfile.ZipFile(path) as archive:
        assert b"a court asked for it" in archive.read(f"audit-bundle/data/evidence/{said}.json")
    release_hold(shop, ORDER)
    forget(shop, ORDER, apply=True, even_open=True)
    assert [path for path in shop.home.blobs.rglob("*") if path.is_file()] == []


def test_a_hold_that_cannot_be_read_any_more_still_holds(shop: Environment) -> None:
    hold(shop, ORDER, "a court asked for it")
    record(shop, ORDER, RecordKind.WITHDRAWN)
    with open_store(shop) as store, store.reading() as connection:
        held = next(one.id for one in entries(store, connection, ORDER) if one.kind is EntryKind.HELD)
        blob = connection.execute(text("SELECT blob FROM evidence WHERE id = :id"), {"id": held}).scalar_one()
        store.blobs.path(blob).write_bytes(b"rot")
    keep = Retention(decided=dt.date(2026, 1, 1), mail_days=30, rest_days=30)
    after = replace(shop, clock=SetClock(SENT + dt.timedelta(days=400)), settings=Settings(retention=keep))
    done = purge(after, apply=True)
    assert (done.gone, [(one.claim_id, "cannot be read" in one.reason) for one in done.holds]) == ([], [(ORDER, True)])
    with pytest.raises(UsageError, match="held"):
        forget(after, ORDER, apply=True)
