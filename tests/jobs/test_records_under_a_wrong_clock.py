"""What a record ends when the clock under which it was said was ahead."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from support.homes import environment
from support.mail_maker import ORDER, SENT, buyer_message, notice

from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.record import record
from a2z_defense.model.assessment import Status
from a2z_defense.model.entries import RecordKind

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
SECOND = SENT + 5 * DAY


def ask(home: Path, name: str, sent: dt.datetime, *, fetched: dt.datetime) -> None:
    """Amazon asks at `sent`; the mail is fetched at `fetched`."""
    box = home / f"{name}-box"
    box.mkdir()
    mail = notice("it", "action", sent=sent, message_id=f"<{name}@example.net>")
    (box / "1.eml").write_bytes(bytes(mail))
    fetch(environment(home, now=fetched), FetchWanted(mail=(str(box),), spapi=False))


def test_an_answer_said_under_a_clock_that_was_ahead_ends_no_request_that_came_in_later(tmp_path: Path) -> None:
    ask(tmp_path, "first", SENT, fetched=SENT + HOUR)
    record(environment(tmp_path, now=SENT + 30 * DAY), ORDER, RecordKind.RESPONDED)
    assert judge(environment(tmp_path, now=SENT + DAY), ORDER).assessment.status is Status.ANSWERED
    ask(tmp_path, "second", SECOND, fetched=SECOND + HOUR)
    later = environment(tmp_path, now=SECOND + 2 * HOUR)
    found = judge(later, ORDER).assessment
    assert (found.status, found.deadline.started_at) == (Status.OPEN, SECOND)
    (said,) = found.contradictions
    assert "the clock was ahead" in said.what
    record(later, ORDER, RecordKind.RESPONDED)
    assert judge(later, ORDER).assessment.status is Status.ANSWERED


def test_an_answer_to_a_request_whose_mail_is_fetched_only_later_ends_it(tmp_path: Path) -> None:
    """The seller saw it in Seller Central and answered; the clock was right, and the mailbox was read afterwards."""
    ask(tmp_path, "first", SENT, fetched=SENT + HOUR)
    record(environment(tmp_path, now=SENT + 2 * HOUR), ORDER, RecordKind.RESPONDED)
    record(environment(tmp_path, now=SECOND + HOUR), ORDER, RecordKind.RESPONDED)
    ask(tmp_path, "second", SECOND, fetched=SECOND + 2 * HOUR)
    found = judge(environment(tmp_path, now=SECOND + 3 * HOUR), ORDER).assessment
    assert found.status is Status.ANSWERED
    assert not found.contradictions


def test_a_look_said_under_a_clock_that_was_ahead_counts_from_what_was_known_by_then(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir()
    (box / "1.eml").write_bytes(bytes(notice("it", "received")))
    fetch(environment(tmp_path, now=SENT + HOUR), FetchWanted(mail=(str(box),), spapi=False))
    record(environment(tmp_path, now=SENT + 30 * DAY), ORDER, RecordKind.SEEN, tab="under-review")
    (box / "2.eml").write_bytes(bytes(buyer_message("Where is it?", tld="it", sent=SENT + 6 * DAY)))
    fetch(environment(tmp_path, now=SENT + 7 * DAY), FetchWanted(mail=(str(box),), spapi=False))
    found = judge(environment(tmp_path, now=SENT + 7 * DAY), ORDER).assessment
    assert found.deadline.act_by is not None
    assert found.deadline.act_by <= SENT + 2 * DAY


def test_a_request_that_is_seen_after_an_answer_is_open_though_nothing_was_fetched_between(tmp_path: Path) -> None:
    ask(tmp_path, "first", SENT, fetched=SENT + HOUR)
    record(environment(tmp_path, now=SENT + 2 * HOUR), ORDER, RecordKind.RESPONDED)
    later = environment(tmp_path, now=SENT + 30 * HOUR)
    record(later, ORDER, RecordKind.SEEN, tab="action-required", due_at=SENT + 60 * HOUR)
    found = judge(later, ORDER).assessment
    assert (found.status, found.deadline.act_by) == (Status.OPEN, SENT + 60 * HOUR)
