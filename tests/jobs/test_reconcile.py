"""Order ids copied from Seller Central's tab: what is not held, and what is held although nothing counts down."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from support.homes import environment
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.by_hand import add_claim, reconcile
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.entries import new_entry
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.record import record
from a2z_defense.model.assessment import DeadlineKind
from a2z_defense.model.entries import EntryKind, RecordKind

HOUR = dt.timedelta(hours=1)
TAB = f"Action required\n{ORDER} respond by 21 Aug\n"
SEEN = f"a2z record {ORDER} seen --tab action-required --due INSTANT"
ADD = f"a2z claim add {ORDER} --due INSTANT"


def held(root: Path, what: str = "action", *, hours: int = 1) -> Environment:
    (root / "1.eml").write_bytes(bytes(notice("it", what)))
    found = environment(root, now=SENT + hours * HOUR)
    fetch(found, FetchWanted(mail=(str(root / "1.eml"),), spapi=False))
    return found


def test_what_waits_for_an_answer_here_too_is_not_named(tmp_path: Path) -> None:
    found = reconcile(held(tmp_path), f"{TAB} 305-7654321-1234567 {ORDER}")
    assert found.seen == (ORDER, "305-7654321-1234567")
    assert found.not_held == ("305-7654321-1234567",)
    assert not found.at_rest


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ((RecordKind.RESPONDED,), SEEN),
        ((RecordKind.MISSED,), SEEN),
        ((RecordKind.DENIED,), ADD),
        ((RecordKind.GRANTED,), ADD),
        ((RecordKind.CLOSED,), ADD),
        ((RecordKind.GRANTED, RecordKind.APPEALED), SEEN),
    ],
)
def test_a_claim_for_which_no_request_runs_is_named_with_the_command_that_starts_one(
    tmp_path: Path, said: tuple[RecordKind, ...], command: str
) -> None:
    held(tmp_path)
    for number, what in enumerate(said):
        record(environment(tmp_path, now=SENT + (2 + number) * HOUR), ORDER, what)
    later = environment(tmp_path, now=SENT + 30 * HOUR)
    (found,) = reconcile(later, TAB).at_rest
    assert (found.claim_id, found.next) == (ORDER, command)
    due = SENT + 60 * HOUR
    if command == SEEN:
        record(later, ORDER, RecordKind.SEEN, tab="action-required", due_at=due)
        started = ORDER
    else:
        started = add_claim(later, ORDER, new_entry(EntryKind.ADDED, due_at=due)).claim_id
    deadline = judge(later, started).assessment.deadline
    assert (deadline.kind, deadline.act_by) == (DeadlineKind.RESPONSE, due)
    assert not reconcile(later, TAB).at_rest


def test_a_claim_that_is_only_looked_at_is_named_for_the_tab_may_ask_already(tmp_path: Path) -> None:
    (found,) = reconcile(held(tmp_path, "received"), TAB).at_rest
    assert found.next == SEEN


@pytest.mark.parametrize("hyphen", "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d")
def test_an_order_id_is_read_with_the_hyphens_and_digits_of_a_web_page(tmp_path: Path, hyphen: str) -> None:
    found = environment(tmp_path, now=SENT)
    wide = ORDER.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    seen = reconcile(found, f"{ORDER.replace('-', hyphen)}\n{wide}\n305-765\u00ad4321-\u200b1234567").seen
    assert seen == (ORDER, "305-7654321-1234567")
