"""A returns report tells nothing of days that it was not asked for: an old order's return is unknown, not missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Account, Settings
from a2z_defense.base.instants import utc_text
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.model.case import SourceState
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, synthetic_answers, synthetic_claim, write_mbox

CLAIM = synthetic_claim(1)
NEWER = synthetic_claim(3)


@pytest.mark.parametrize(("age", "first"), [(80, SourceState.NOT_ASKED), (40, SourceState.ANSWERED)])
def test_returns_of_an_old_order_are_unknown_until_a_report_reaches_back(
    tmp_path: Path, age: int, first: SourceState
) -> None:
    write_mbox(tmp_path / "mails.mbox", 4)
    answers = synthetic_answers(4)
    ordered = NOW - dt.timedelta(days=age)
    answers.orders[CLAIM.order_id]["order"]["createdTime"] = utc_text(ordered)
    settings = Settings(accounts={"main": Account(region="eu")})
    with Sandbox(answers=answers, scale=100, polls_until_done=1) as box:
        found = replace(
            environment(tmp_path, now=NOW, settings=settings, **box.credentials), monotonic=SystemMonotonic()
        )
        fetch(found, FetchWanted(mail=(str(tmp_path / "mails.mbox"),)))
        report = judge(found, CLAIM.order_id).gathered.case.source("returns")
        assert report.state is first
        if first is SourceState.NOT_ASKED:
            assert f"the order is of {ordered.date()}" in report.why
        # NEWER has a row of its own, whatever the report covers
        assert judge(found, NEWER.order_id).gathered.case.returns
        fetch(found, FetchWanted(force=True))
    case = judge(found, CLAIM.order_id).gathered.case
    assert case.source("returns").state is SourceState.ANSWERED
    assert case.returns == ()
    assert judge(found, NEWER.order_id).gathered.case.returns
