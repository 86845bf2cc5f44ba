"""A damaged answer of Amazon: the next fetch asks for it again, though the answer was young, and all is as before."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Mail, Settings
from a2z_defense.base.errors import ExitCode
from a2z_defense.jobs.check import check, judge
from a2z_defense.jobs.doctor.store import store as store_checks
from a2z_defense.jobs.export import export
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.journal import read_journal
from a2z_defense.sandbox.scenarios import load_scenarios
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.store.errors import BlobDamaged

ONE = load_scenarios()[0]


@pytest.mark.parametrize("kind", ["order", "finances", "catalog", "messaging"])
def test_a_damaged_answer_is_asked_for_again_and_takes_its_place(tmp_path: Path, kind: str) -> None:
    with Sandbox([ONE.folder], scale=50, polls_until_done=1) as sandbox:
        settings = Settings(mail=Mail(trusted_receivers=("mx.example.net",)))
        found = environment(tmp_path, now=ONE.now, settings=settings, **sandbox.credentials)
        found = replace(found, monotonic=SystemMonotonic())
        wanted = FetchWanted(mail=(str(ONE.mail_folder),))
        assert fetch(found, wanted).exit_code is ExitCode.OK
        before = judge(found, ONE.order_id).assessment
        with sqlite3.connect(found.home.database) as connection:
            query = "SELECT id, blob FROM evidence WHERE kind = ? ORDER BY seq DESC LIMIT 1"
            piece, blob = connection.execute(query, (f"spapi.{kind}",)).fetchone()
        path = found.home.blobs / blob[:2] / blob
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(BlobDamaged, match=piece):
            check(found, ONE.order_id)
        again = fetch(replace(found, clock=found.clock), wanted)
        assert (again.exit_code, [word for word in again.answer.warnings if piece in word]) == (ExitCode.OK, [])
        assert judge(found, ONE.order_id).assessment == before
        assert "restored" in {row["what"] for row in read_journal(found).rows if row["subject"] == piece}


def test_the_doctor_lists_an_export_as_the_file_that_it_is(tmp_path: Path) -> None:
    found = environment(tmp_path, now=ONE.now + dt.timedelta(0))
    fetch(found, FetchWanted(mail=(str(ONE.mail_folder),), spapi=False))
    path = export(found, ONE.order_id, tmp_path).path
    (line,) = [check.got for check in store_checks(found) if check.name == "build"]
    assert line == f"{ONE.order_id}: an export, {path}"
