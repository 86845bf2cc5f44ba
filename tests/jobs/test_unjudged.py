"""A fault of our own while one claim is judged: the others go on, and that claim is due at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.homes import environment
from support.mail_maker import SENT, notice

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ExitCode
from a2z_defense.jobs import assess as judging
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.reindex import reindex
from a2z_defense.jobs.unjudged import TAG
from a2z_defense.model.case import Case
from a2z_defense.model.queue import QueueRow
from a2z_defense.policy.assess import assess
from a2z_defense.store.queue import read_queue

GOOD, BAD = "402-0000001-7654321", "402-0000002-7654321"
LATER = SENT + dt.timedelta(hours=20)


def mails(root: Path) -> Path:
    for order in (GOOD, BAD):
        (root / f"{order}.eml").write_bytes(
            bytes(notice("it", "action", order=order, message_id=f"<{order}@example.net>"))
        )
    return root


def rows(found: Environment) -> dict[str, QueueRow]:
    return {row.claim_id: row for row in read_queue(found.home.database).rows}


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on, judging one of the claims fails."""

    def fails_for_one(case: Case, *args: Any, **kwargs: Any) -> Any:
        if case.order_id == BAD:
            raise OverflowError("date value out of range")
        return assess(case, *args, **kwargs)

    return lambda: monkeypatch.setattr(judging, "assess", fails_for_one)


def test_a_new_claim_that_cannot_be_judged_is_due_now_and_stops_no_other(
    tmp_path: Path, fault: Callable[[], None]
) -> None:
    found = environment(tmp_path / "home", now=LATER)
    fault()
    done = fetch(found, FetchWanted(mail=(str(mails(tmp_path)),), spapi=False))
    assert done.exit_code is ExitCode.DEFECT
    assert [type(one) for one in done.defects] == [OverflowError]
    assert any(BAD in words and "due now" in words for words in done.answer.warnings)
    queue = rows(found)
    assert TAG not in queue[GOOD].tags
    assert queue[GOOD].act_by is not None
    assert (queue[BAD].act_by, queue[BAD].unanswered, TAG in queue[BAD].tags) == (LATER, True, True)
    assert read_queue(found.home.database).last_fetch == LATER


@pytest.mark.parametrize("late", [False, True], ids=["in time", "overdue"])
def test_a_known_claim_is_due_now_at_the_latest(tmp_path: Path, fault: Callable[[], None], *, late: bool) -> None:
    source = str(mails(tmp_path))
    fetch(environment(tmp_path / "home", now=LATER), FetchWanted(mail=(source,), spapi=False))
    before = rows(environment(tmp_path / "home"))[BAD]
    assert before.act_by is not None
    now = before.act_by + dt.timedelta(hours=3) if late else LATER
    fault()
    found = environment(tmp_path / "home", now=now)
    assert [one.claim.claim_id for one in reindex(found).unjudged] == [BAD]
    row = rows(found)[BAD]
    assert (row.act_by, row.deadline_kind, row.ready) == (min(before.act_by, now), before.deadline_kind, False)
    assert TAG not in rows(found)[GOOD].tags
