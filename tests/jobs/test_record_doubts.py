"""What `a2z record` says when a record may do more, or other, than was meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from support.homes import environment
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.base.environment import Environment
from a2z_defense.base.instants import utc_text
from a2z_defense.jobs.by_hand import set_claim
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.entries import new_entry
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.record import record
from a2z_defense.model.assessment import DeadlineKind, Status
from a2z_defense.model.entries import EntryKind, RecordKind
from a2z_defense.model.marketplaces import by_country

HOUR = dt.timedelta(hours=1)


def asked(tmp_path: Path, *amounts: str) -> Environment:
    """A claim about which Amazon asked at SENT, and again five hours later."""
    for number, amount in enumerate(amounts):
        sent, message_id = SENT + 5 * number * HOUR, f"<asked-{number}@example.net>"
        mail = notice("it", "action", amount=amount, sent=sent, message_id=message_id)
        (tmp_path / f"{number}.eml").write_bytes(bytes(mail))
    found = environment(tmp_path, now=SENT + 8 * HOUR)
    fetch(found, FetchWanted(mail=(str(tmp_path),), spapi=False))
    return found


@pytest.fixture
def asked_twice(tmp_path: Path) -> Environment:
    return asked(tmp_path, "20,00 €", "EUR 20,00")


def told(found: Environment, at: dt.datetime | None = None) -> list[str]:
    done = record(found, ORDER, RecordKind.RESPONDED, at=at)
    return [words for words in done.warnings if "request" in words or "asked" in words]


def test_an_answer_that_closes_two_requests_says_so(asked_twice: Environment) -> None:
    (words,) = told(asked_twice)
    assert "closes 2 requests" in words
    assert "seen --tab action-required" in words


@pytest.mark.parametrize("what", [RecordKind.RESPONDED, RecordKind.MISSED])
def test_of_two_that_claim_different_things_one_stays_open_and_is_said(tmp_path: Path, what: RecordKind) -> None:
    both = asked(tmp_path, "20,00 €", "30,00 €")
    (words,) = [said for said in record(both, ORDER, what).warnings if "open" in said]
    assert "record it once more" in words
    left = judge(both, ORDER).assessment
    assert (left.status, left.deadline.started_at) == (Status.OPEN, SENT + 5 * HOUR)
    later = environment(tmp_path, now=SENT + 9 * HOUR)
    assert not [said for said in record(later, ORDER, what).warnings if "open" in said]
    assert judge(later, ORDER).assessment.deadline.kind is DeadlineKind.NONE


def test_an_answer_between_two_requests_closes_only_the_first(asked_twice: Environment) -> None:
    assert told(asked_twice, at=SENT + HOUR) == []
    assert judge(asked_twice, ORDER).assessment.deadline.started_at == SENT + 5 * HOUR
    assert told(asked_twice, at=SENT + 6 * HOUR) == []
    assert judge(asked_twice, ORDER).assessment.deadline.kind is DeadlineKind.NONE


def test_an_answer_that_was_built_before_amazon_asked_again_says_so(tmp_path: Path, asked_twice: Environment) -> None:
    from a2z_defense.jobs.build import build_named
    from a2z_defense.jobs.inputs import BuildOptions

    built = environment(tmp_path, now=SENT + 2 * HOUR)
    build_named(built, ORDER, BuildOptions(out=tmp_path / "built"))
    (words,) = told(asked_twice)
    assert f"still open: {utc_text(SENT + 5 * HOUR)}" in words
    assert judge(asked_twice, ORDER).assessment.deadline.started_at == SENT + 5 * HOUR
    later = environment(tmp_path, now=SENT + 9 * HOUR)
    (words,) = told(later)
    assert "v1 was built before Amazon asked" in words
    assert judge(later, ORDER).assessment.status is Status.ANSWERED


def test_a_miss_is_of_the_earliest_request_alone(asked_twice: Environment) -> None:
    assert any("still open" in words for words in record(asked_twice, ORDER, RecordKind.MISSED).warnings)
    assert judge(asked_twice, ORDER).assessment.deadline.started_at == SENT + 5 * HOUR


def test_a_due_time_that_is_typed_and_later_says_so(tmp_path: Path) -> None:
    (tmp_path / "notice.eml").write_bytes(bytes(notice("it", "action")))
    found = environment(tmp_path, now=SENT + HOUR)
    fetch(found, FetchWanted(mail=(str(tmp_path),), spapi=False))
    for days, said in ((30, True), (1, False)):
        due = SENT + dt.timedelta(days=days)
        done = record(found, ORDER, RecordKind.SEEN, tab="action-required", due_at=due)
        assert any("the deadline is later now" in words for words in done.warnings) is said


@pytest.mark.parametrize(("country", "later"), [("US", True), ("AE", False)])
def test_a_marketplace_that_moves_the_deadline_later_says_so(tmp_path: Path, country: str, later: bool) -> None:
    (tmp_path / "notice.eml").write_bytes(bytes(notice("it", "action")))
    found = environment(tmp_path, now=SENT + HOUR)
    fetch(found, FetchWanted(mail=(str(tmp_path),), spapi=False))
    chosen = by_country(country)
    assert chosen is not None
    entry, words = set_claim(found, ORDER, new_entry(EntryKind.SET, marketplace_id=chosen.id))
    assert entry.marketplace_id == chosen.id
    assert any("the deadline is later now" in one for one in words) is later
