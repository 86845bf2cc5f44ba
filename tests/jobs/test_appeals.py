"""What an appeal is measured against, from the store: the claim as the version that was sent knew it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from support.homes import environment
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.jobs.appeals import appeal_of
from a2z_defense.jobs.build import build_named, why_draft
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.record import record
from a2z_defense.model.entries import AttachmentKind, RecordKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

HOUR = dt.timedelta(hours=1)


def nothing_new(home: Path, now: dt.datetime) -> bool:
    """True when the appeal of the claim is blocked because it could tell nothing new."""
    found = judge(environment(home, now=now), ORDER)
    gathered = found.gathered
    appeal = appeal_of(gathered.case, gathered.circumstances, gathered.pieces, partial(assess, tables=load_tables()))
    missing = why_draft(gathered.case, found.assessment, as_is="", appeal=appeal)
    return any("nothing new" in why for why in missing)


def test_new_is_what_the_version_that_was_sent_did_not_know(tmp_path: Path) -> None:
    def fetched(name: str, mail: bytes, now: dt.datetime) -> None:
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.eml").write_bytes(mail)
        fetch(environment(tmp_path, now=now), FetchWanted(mail=(str(tmp_path / name),), spapi=False))

    fetched("asked", bytes(notice("it", "action")), SENT + HOUR)
    built = environment(tmp_path, now=SENT + 2 * HOUR)
    build_named(built, ORDER, BuildOptions(out=tmp_path / "out", as_is="no time is left"))
    record(environment(tmp_path, now=SENT + 4 * HOUR), ORDER, RecordKind.RESPONDED)
    record(environment(tmp_path, now=SENT + 5 * HOUR), ORDER, RecordKind.GRANTED)
    assert nothing_new(tmp_path, SENT + 6 * HOUR)
    fetched("again", bytes(notice("it", "action")), SENT + 7 * HOUR)
    assert nothing_new(tmp_path, SENT + 8 * HOUR)
    (tmp_path / "proof.txt").write_text("Proof of delivery", encoding="utf-8")
    attach(environment(tmp_path, now=SENT + 9 * HOUR), ORDER, tmp_path / "proof.txt", AttachmentKind.POD)
    assert not nothing_new(tmp_path, SENT + 10 * HOUR)


def test_what_came_before_the_record_and_after_the_build_is_new(tmp_path: Path) -> None:
    (tmp_path / "asked").mkdir()
    (tmp_path / "asked" / "1.eml").write_bytes(bytes(notice("it", "action")))
    found = environment(tmp_path, now=SENT + HOUR)
    fetch(found, FetchWanted(mail=(str(tmp_path / "asked"),), spapi=False))
    build_named(found, ORDER, BuildOptions(out=tmp_path / "out", as_is="no time is left"))
    (tmp_path / "proof.txt").write_text("Proof of delivery", encoding="utf-8")
    attach(environment(tmp_path, now=SENT + 2 * HOUR), ORDER, tmp_path / "proof.txt", AttachmentKind.POD)
    record(environment(tmp_path, now=SENT + 3 * HOUR), ORDER, RecordKind.RESPONDED, version=1)
    record(environment(tmp_path, now=SENT + 4 * HOUR), ORDER, RecordKind.GRANTED)
    assert not nothing_new(tmp_path, SENT + 5 * HOUR)
