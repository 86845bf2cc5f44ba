"""What was purged or forgotten stays so, although the mailbox still holds the mail; and a claim that is open as far as
is known always has a clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment
from support.mail_maker import ORDER, SENT, Made, notice

from a2z_defense.base.clock import SetClock
from a2z_defense.base.config import Retention, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.jobs.by_hand import add_claim
from a2z_defense.jobs.entries import attach, new_entry
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.listing import quarantined
from a2z_defense.jobs.lost import give_up
from a2z_defense.jobs.purge import forget, purge
from a2z_defense.jobs.record import record
from a2z_defense.jobs.reindex import reindex
from a2z_defense.model.entries import AttachmentKind, EntryKind, RecordKind
from a2z_defense.model.queue import QueueRow
from a2z_defense.store.due import read_due
from a2z_defense.store.queue import read_queue

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LATER = SENT + 400 * DAY


def put(box: Path, *mails: Made) -> Path:
    box.mkdir(exist_ok=True)
    for number, mail in enumerate(mails, start=len(list(box.iterdir()))):
        (box / f"{number}.eml").write_bytes(bytes(mail))
    return box


def asked(sent: dt.datetime, name: str, what: str = "action") -> Made:
    return notice("it", what, sent=sent, message_id=f"<{name}@example.net>")


def fetched(found: Environment, box: Path) -> list[str]:
    """The warnings that tell of what is passed over."""
    done = fetch(found, FetchWanted(mail=(str(box),), spapi=False)).answer
    return [words for words in done.warnings if "passed over" in words]


def rows(found: Environment) -> list[QueueRow]:
    return list(read_queue(found.home.database).rows)


def at(root: Path, moment: dt.datetime, **retention: int) -> Environment:
    keep = Retention(decided=dt.date(2026, 1, 1), **retention)
    return environment(root, now=moment, settings=Settings(retention=keep))


def test_a_forgotten_claim_is_not_opened_again_by_the_mailbox_that_still_holds_its_mail(tmp_path: Path) -> None:
    box, found = put(tmp_path / "box", asked(SENT, "a")), environment(tmp_path, now=SENT + HOUR)
    assert fetched(found, box) == []
    forget(found, ORDER, apply=True, even_open=True)
    for source, count in ((put(tmp_path / "empty"), 0), (box, 1), (box, 1)):
        words = fetched(found, source)
        assert rows(found) == []
        assert len(words) == count
        assert all(f"1 mail(s) that were purged, the first on {SENT:%Y-%m-%d}, are" in said for said in words)
    reindex(found)
    assert rows(found) == []
    put(box, asked(SENT + 2 * DAY, "b"))
    fetched(replace(found, clock=SetClock(SENT + 2 * DAY + HOUR)), box)
    (row,) = rows(found)
    assert (row.status, row.deadline_kind, row.started_at) == ("open", "response", SENT + 2 * DAY)


def test_a_claim_that_the_retention_purged_stays_purged(tmp_path: Path) -> None:
    box = put(tmp_path / "box", asked(SENT, "a"))
    fetched(at(tmp_path, SENT + HOUR), box)
    record(at(tmp_path, SENT + DAY), ORDER, RecordKind.DENIED)
    late = at(tmp_path, LATER, mail_days=30, rest_days=30)
    assert purge(late, apply=True).dropped == [ORDER]
    assert len(fetched(late, box)) == 1
    assert rows(late) == []


def test_a_purge_of_a_part_opens_no_later_claim_out_of_requests_that_were_decided(tmp_path: Path) -> None:
    """The photo goes; the request after it, which was decided, is no new claim."""
    photo = tmp_path / "photo.txt"
    photo.write_text("a photo")
    box = put(tmp_path / "box", asked(SENT, "a"))
    fetched(at(tmp_path, SENT + HOUR), box)
    attach(at(tmp_path, SENT + 2 * HOUR), ORDER, photo, AttachmentKind.OTHER)
    put(box, asked(SENT + 6 * DAY, "b"), notice("en", "denied", sent=SENT + 12 * DAY, message_id="<c@example.net>"))
    fetched(at(tmp_path, SENT + 13 * DAY), box)
    late = at(tmp_path, LATER, rest_days=30)
    (before,) = rows(late)
    record(at(tmp_path, SENT + 14 * DAY), ORDER, RecordKind.CLOSED)
    assert purge(late, apply=True).gone
    fetched(late, box)
    (row,) = rows(late)
    assert (row.claim_id, row.status in ("decided", "closed"), row.unanswered) == (before.claim_id, True, False)


def test_a_later_claim_is_not_opened_twice_when_the_mails_of_the_first_are_purged(tmp_path: Path) -> None:
    box = put(tmp_path / "box", asked(SENT, "a"))
    fetched(at(tmp_path, SENT + HOUR), box)
    record(at(tmp_path, SENT + DAY), ORDER, RecordKind.DENIED)
    put(box, asked(SENT + 60 * DAY, "b"))
    fetched(at(tmp_path, SENT + 60 * DAY + HOUR), put(tmp_path / "second", asked(SENT + 60 * DAY, "b")))
    record(at(tmp_path, SENT + 61 * DAY), f"{ORDER}.2", RecordKind.DENIED)
    assert len(rows(at(tmp_path, LATER))) == 2
    late = at(tmp_path, SENT + 80 * DAY, mail_days=30, rest_days=30)
    assert purge(late, apply=True).gone
    fetched(late, box)
    assert [(row.claim_id, row.unanswered) for row in rows(late)] in (
        [],
        [(f"{ORDER}.2", False)],
        [(ORDER, False), (f"{ORDER}.2", False)],
    )


def test_forgetting_one_of_two_claims_says_that_the_others_mails_stay_and_opens_nothing(tmp_path: Path) -> None:
    box = put(tmp_path / "box", asked(SENT, "a"))
    fetched(at(tmp_path, SENT + HOUR), box)
    record(at(tmp_path, SENT + DAY), ORDER, RecordKind.DENIED)
    put(box, asked(SENT + 2 * DAY, "b"))
    fetched(at(tmp_path, SENT + 2 * DAY + HOUR), box)
    second = f"{ORDER}.2"
    record(at(tmp_path, SENT + 3 * DAY), second, RecordKind.CLOSED)
    found = at(tmp_path, SENT + 4 * DAY)
    done = forget(found, second, apply=True)
    assert any("rest on" in words for words in done.unreachable)
    fetched(found, box)
    assert {row.claim_id: row.unanswered for row in rows(found)} == {ORDER: False, second: False}


def test_the_next_claim_of_an_order_takes_a_number_that_no_claim_has(tmp_path: Path) -> None:
    box = put(tmp_path / "box", asked(SENT, "a"))
    fetched(at(tmp_path, SENT + HOUR), box)
    record(at(tmp_path, SENT + DAY), ORDER, RecordKind.DENIED)
    second = add_claim(at(tmp_path, SENT + 2 * DAY), ORDER, new_entry(EntryKind.ADDED)).claim_id
    record(at(tmp_path, SENT + 3 * DAY), second, RecordKind.DENIED)
    late = at(tmp_path, SENT + 4 * DAY)
    forget(late, ORDER, apply=True)
    assert add_claim(late, ORDER, new_entry(EntryKind.ADDED)).claim_id == f"{ORDER}.3"


def test_a_purged_notice_leaves_the_quarantine(tmp_path: Path) -> None:
    forged = notice("it", "action", sender="Amazon <atoz-guarantee-no-reply@amazon.it.example.net>")
    box = put(tmp_path / "box", forged)
    fetched(at(tmp_path, SENT + HOUR), box)
    late = at(tmp_path, LATER, mail_days=30)
    assert len(quarantined(late)) == 1
    purge(late, apply=True)
    for again in (fetched, lambda found, _box: reindex(found)):
        again(late, box)
        assert quarantined(late) == []
        assert read_due(late.home.database).quarantine == []


@pytest.mark.parametrize("seen", [True, False])
def test_a_claim_added_by_hand_that_is_under_review_is_looked_at_every_day(tmp_path: Path, seen: bool) -> None:
    add_claim(environment(tmp_path, now=SENT), ORDER, new_entry(EntryKind.ADDED))
    if seen:
        record(environment(tmp_path, now=SENT + HOUR), ORDER, RecordKind.SEEN, tab="under-review")
    (row,) = rows(environment(tmp_path, now=SENT))
    assert (row.status, row.unanswered, row.act_by) == ("open", True, SENT + DAY + HOUR if seen else SENT)
    assert row.deadline_kind == ("check" if seen else "response")


def test_a_notice_that_is_lost_for_good_leaves_a_claim_that_is_due_now(tmp_path: Path) -> None:
    found, box = environment(tmp_path, now=SENT + HOUR), put(tmp_path / "box", asked(SENT, "a"))
    fetched(found, box)
    (row,) = rows(found)
    for blob in found.home.blobs.rglob("*"):
        if blob.is_file():
            blob.write_bytes(b"rot")
    give_up(found, str(row.started_by), apply=True)
    (row,) = rows(found)
    assert (row.status, row.deadline_kind, row.unanswered) == ("open", "check", True)
    assert row.act_by is not None
    assert row.act_by <= SENT + HOUR


def test_a_mailbox_that_is_read_whole_each_time_keeps_no_mail_young(tmp_path: Path) -> None:
    """Its mails are seen again at every fetch; their age counts from the first."""
    box = put(tmp_path / "box", asked(SENT, "a"))
    fetched(environment(tmp_path, now=SENT + HOUR), box)
    record(environment(tmp_path, now=SENT + 2 * HOUR), ORDER, RecordKind.DENIED)
    fetched(environment(tmp_path, now=LATER - DAY), box)
    assert [gone.piece.kind for gone in purge(at(tmp_path, LATER, mail_days=365)).gone] == ["mail"]
    assert not purge(at(tmp_path, SENT + 300 * DAY, mail_days=365)).gone
