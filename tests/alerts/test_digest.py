"""What a tired seller reads: each kind says what, until when in which zone, and what to run."""

from __future__ import annotations

import re

import pytest
from support.queues import NOW, due_row, due_state, hours

from a2z_defense.alerts.digest import BYTES, compose
from a2z_defense.alerts.evaluate import evaluate
from a2z_defense.alerts.kinds import Alert, AlertKind
from a2z_defense.base.instants import utc_text

CLAIM = "402-0000001-7654321"
WITHOUT_DEADLINE = {
    *(AlertKind.NOTHING_FETCHED, AlertKind.QUEUE_STALE, AlertKind.QUEUE_UNREADABLE, AlertKind.CLOCK_WRONG),
    AlertKind.BUILT_NOT_SENT,
}
"""Kinds whose own words name no time; `BUILT_NOT_SENT` stands below the deadline of its claim."""


@pytest.mark.parametrize("kind", AlertKind)
@pytest.mark.parametrize(("left", "band"), [(-3, "overdue"), (3, "6h"), (20, "24h"), (40, "48h"), (100, "later")])
def test_every_kind_says_until_when_and_what_to_run(kind: AlertKind, left: float, band: str) -> None:
    act_by = utc_text(NOW + hours(left))
    body = compose([Alert(CLAIM, kind, band, act_by, "a2z show X", "main")], "id", now=NOW, zone="Europe/Rome").body
    heading, words, command, *_foot = body.splitlines()
    assert heading.startswith(f"{CLAIM}: ")
    assert command == "  Next: a2z show X"
    assert words.strip().endswith(".")
    assert not set("{}") & set(words)
    zoned = re.search(r"[A-Z][a-z]{2} 2026-11-\d\d \d\d:\d\d Europe/Rome \(2026-11-\d\d \d\d:\d\d UTC\)", words)
    assert (zoned is not None) is (kind not in WITHOUT_DEADLINE)


@pytest.mark.parametrize("kind", [AlertKind.NEW_CLAIM, AlertKind.QUARANTINED_NOTICE])
def test_without_a_deadline_no_time_is_made_up(kind: AlertKind) -> None:
    body = compose([Alert(None, kind, "none", None, "a2z show X")], "id", now=NOW, zone="UTC").body
    assert "2026" not in body


def test_a_time_is_said_once_for_a_claim() -> None:
    found = evaluate(due_state(due_row(5, blockers=2, first_seen=NOW)), NOW, gap=(NOW + hours(2), NOW + hours(40)))
    assert len(found) == 4
    assert compose(found, "id", now=NOW, zone="UTC").body.splitlines()[:6] == [
        f"{CLAIM}: DUE WITHIN 6 HOURS, 5 h 0 min left",
        "  Amazon waits for your answer until Sat 2026-11-21 14:00 UTC.",
        "  Nobody of the team is there then: do it today.",
        "  Evidence is missing.",
        "  This claim is new.",
        f"  Next: a2z check {CLAIM}",
    ]


def test_a_look_that_is_late_is_due_now_and_a_day_that_ends_at_midnight_is_named_by_its_own_name() -> None:
    late = compose(evaluate(due_state(due_row(-30, deadline_kind="check")), NOW), "id", now=NOW, zone="UTC").body
    assert late.startswith(f"{CLAIM}: DUE NOW\n")
    midnight = compose(evaluate(due_state(due_row(15)), NOW), "id", now=NOW, zone="UTC").body
    assert "until Sat 2026-11-21 24:00 UTC" in midnight


def test_however_many_claims_there_are_what_is_wrong_with_a2z_itself_is_said() -> None:
    rows = [due_row(3, number, blockers=1) for number in range(10_000)]
    found = evaluate(due_state(*rows, last_fetch=None, stale="another version"), NOW)
    digest = compose(found, "id", now=NOW, zone="America/Argentina/ComodRivadavia", was_cut=True)
    assert "Nothing was fetched for too long" in digest.body
    assert "another version of a2z" in digest.body
    assert len(digest.body.encode()) <= BYTES
    assert digest.title == "a2z (perhaps again): 10000 due within 6 hours, 1 to look at"
