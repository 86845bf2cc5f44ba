"""A damaged piece of evidence, or a fault of ours, never keeps the seller from recording that an answer was sent: the
record is kept, the clock that it ends stops, what may hide another request lets it run, and the damage is told."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.homes import environment
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.base.clock import SetClock
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.bundle.verify import CONSISTENT
from a2z_defense.jobs import assess as judging
from a2z_defense.jobs.check import check
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.export import export
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.record import Recorded, record
from a2z_defense.jobs.stated import state_fact
from a2z_defense.jobs.unjudged import TAG
from a2z_defense.jobs.verify import check as verify
from a2z_defense.model.assessment import Status
from a2z_defense.model.entries import AttachmentKind, RecordKind
from a2z_defense.model.queue import DAMAGED, QueueRow
from a2z_defense.store import claims, evidence
from a2z_defense.store.queue import read_queue
from a2z_defense.store.store import open_store

HOUR = dt.timedelta(hours=1)


def claimed(root: Path, *asked: dt.datetime, kind: str = "action") -> Environment:
    """A claim with a notice of each of these moments, and an attached file; it is four hours after the last one."""
    root.mkdir(exist_ok=True)
    for number, at in enumerate(asked):
        mail = notice("it", kind, sent=at, amount=f"{20 + number},00", message_id=f"<{number}@example.net>")
        (root / f"{number}.eml").write_bytes(bytes(mail))
    found = environment(root, now=asked[-1] + 3 * HOUR)
    fetch(found, FetchWanted(mail=(str(root),), spapi=False))
    (root / "photo.txt").write_text("the words of a photo")
    attach(found, ORDER, root / "photo.txt", AttachmentKind.OTHER)
    return later(found, 1)


def later(found: Environment, hours: float) -> Environment:
    return replace(found, clock=SetClock(found.clock.now() + hours * HOUR))


def harm(found: Environment, kind: str, number: int = 0) -> Callable[[], None]:
    """Damage the claim's piece of that kind; returns what mends it."""
    with open_store(found) as store, store.reading() as connection:
        rows = list(
            connection.exec_driver_sql(f"SELECT blob FROM evidence WHERE kind = '{kind}' ORDER BY seq").scalars()
        )
    name = rows[number]
    path = found.home.blobs / name[:2] / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    return lambda: (path.write_bytes(whole), None)[1]


def row(found: Environment) -> QueueRow:
    (only,) = read_queue(found.home.database).rows
    return only


def answered(found: Environment, *, at: dt.datetime | None = None) -> Recorded:
    return record(found, ORDER, RecordKind.RESPONDED, at=at)


@pytest.mark.parametrize("kind", ["file", "entry", "mail"])
def test_an_answer_is_recorded_and_stops_its_clock(tmp_path: Path, kind: str) -> None:
    found = claimed(tmp_path, SENT)
    mend = harm(found, kind)
    done = answered(found)
    assert any("is damaged" in words for words in done.warnings)
    assert not any("stands" in words for words in done.warnings)
    now = row(found)
    assert (now.status, now.act_by, now.unanswered, now.tags) == (Status.ANSWERED, None, False, (DAMAGED,))
    fetch(later(found, 30), FetchWanted(mail=(), spapi=False))
    assert row(found).act_by is None
    mend()
    assert check(found, ORDER)[0].status is Status.ANSWERED
    assert (row(found).act_by, row(found).tags) == (None, ())


def test_what_cannot_be_read_may_be_a_request_that_was_not_answered(tmp_path: Path) -> None:
    found = claimed(tmp_path, SENT, SENT + 5 * HOUR)
    before = row(found)
    harm(found, "mail", 1)
    done = answered(found)
    assert any("stands until that is mended" in words for words in done.warnings)
    assert (row(found).act_by, row(found).unanswered) == (before.act_by, True)


def test_an_answer_of_before_the_damaged_piece_came_stops_nothing(tmp_path: Path) -> None:
    found = claimed(tmp_path, SENT)
    before = row(found)
    harm(found, "entry")
    done = answered(found, at=SENT + HOUR)
    assert any("stands until that is mended" in words for words in done.warnings)
    assert row(found).act_by == before.act_by
    answered(found)
    assert row(found).act_by is None


def test_an_answer_after_its_deadline_is_late_although_the_claim_is_not_whole(tmp_path: Path) -> None:
    found = claimed(tmp_path, SENT)
    harm(found, "file")
    done = answered(later(found, 24 * 9))
    assert done.late
    assert (row(found).late, row(found).unanswered) == (True, False)


def test_a_new_request_starts_the_clock_again(tmp_path: Path) -> None:
    found = claimed(tmp_path / "one", SENT)
    harm(found, "file")
    answered(found)
    (tmp_path / "two").mkdir()
    mail = notice("it", "action", sent=SENT + 20 * HOUR, amount="29,00", message_id="<again@example.net>")
    (tmp_path / "two" / "again.eml").write_bytes(bytes(mail))
    fetch(later(found, 20), FetchWanted(mail=(str(tmp_path / "two"),), spapi=False))
    assert (row(found).started_at, row(found).unanswered) == (SENT + 20 * HOUR, True)


def test_a_look_at_seller_central_puts_the_next_one_off(tmp_path: Path) -> None:
    found = claimed(tmp_path, SENT, kind="received")
    first = row(found).act_by
    assert first is not None
    harm(found, "file")
    now = later(found, 40)
    record(now, ORDER, RecordKind.SEEN, tab="under-review")
    second = row(found).act_by
    assert second is not None
    assert second > first
    assert row(found).tags == (DAMAGED,)


@pytest.mark.parametrize("what", [RecordKind.DENIED, RecordKind.CLOSED, RecordKind.WITHDRAWN])
def test_an_end_that_the_seller_records_ends_it(tmp_path: Path, what: RecordKind) -> None:
    found = claimed(tmp_path, SENT)
    harm(found, "mail")
    record(found, ORDER, what)
    assert (row(found).unanswered, row(found).outcome) == (False, what.value)
    assert row(found).status in (Status.DECIDED, Status.CLOSED)


def test_a_fault_of_ours_keeps_no_record_from_being_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = claimed(tmp_path, SENT)

    def fails(*_args: Any, **_kwargs: Any) -> Any:
        raise OverflowError("date value out of range")

    with monkeypatch.context() as patched:
        patched.setattr(judging, "assess", fails)
        done = answered(found)
        assert any("failed to judge it" in words for words in done.warnings)
        assert row(found).tags == (TAG,)
        assert row(found).unanswered
    assert check(found, ORDER)[0].status is Status.ANSWERED


def test_a_reading_is_stated_by_the_id_of_the_exhibit_while_letters_are_unknown(tmp_path: Path) -> None:
    found = claimed(tmp_path, SENT)
    with open_store(found) as store, store.reading() as connection:
        mail = claims.claims(connection, ORDER)[0].opened_by
    harm(found, "file")
    assert state_fact(found, ORDER, "signed_by", "J. Roe", str(mail)).from_exhibit == mail
    with pytest.raises(UsageError, match="names no exhibit that can be read") as caught:
        state_fact(found, ORDER, "signed_by", "J. Roe", "A")
    assert "attach the very same file" in str(caught.value.remedy)


def test_an_export_holds_what_is_left_and_names_what_is_not(tmp_path: Path) -> None:
    found = claimed(tmp_path, SENT)
    harm(found, "file")
    done = export(found, ORDER, tmp_path)
    (damage,) = done.damaged
    with zipfile.ZipFile(done.path) as archive:
        told = json.loads(archive.read("audit-bundle/data/claim.json"))
        names = archive.namelist()
    with open_store(found) as store, store.reading() as connection:
        piece = evidence.get(store, connection, [damage.evidence_id])[damage.evidence_id]
    assert told["damaged"] == [{"id": piece.id, "kind": "file", "sha256": piece.sha256}]
    assert not any(piece.id in name for name in names)
    assert sum("/data/evidence/" in name for name in names) == done.pieces
    assert verify(found, done.path).promise == CONSISTENT
