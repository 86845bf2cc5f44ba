"""Claims that no mail told of: found in Amazon's own records, opened with the evidence that shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from support.homes import environment

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Account, Fetch, Settings
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import synthetic_answers, synthetic_claim

COUNT = 6


def test_claims_that_only_amazon_knows_are_opened_once_with_their_evidence(tmp_path: Path) -> None:
    answers = synthetic_answers(COUNT)
    ids = {synthetic_claim(number).order_id for number in range(COUNT)}
    settings = Settings(
        accounts={"main": Account(region="eu")}, fetch=Fetch(claim_budget=dt.timedelta(seconds=20), workers=2)
    )
    with Sandbox(answers=answers, scale=100, polls_until_done=1) as sandbox:
        found = replace(
            environment(tmp_path, now=answers_now(), settings=settings, **sandbox.credentials),
            monotonic=SystemMonotonic(),
        )
        first = fetch(found, FetchWanted(discover=True))
        opened = {claim.claim_id for claim in first.answer.claims if claim.new}
        again = fetch(found, FetchWanted(discover=True))
    assert opened
    assert opened <= ids
    assert not [claim for claim in again.answer.claims if claim.new]
    case = judge(found, sorted(opened)[0]).gathered.case
    added = [entry for entry in case.entries if entry.kind.value == "added"]
    assert [entry.account for entry in added] == ["main"]
    assert added[0].from_exhibit is not None
    assert added[0].note is not None
    assert case.notices == ()


def answers_now() -> dt.datetime:
    """A moment shortly after the synthetic claims."""
    return synthetic_claim(0).claimed_at + dt.timedelta(days=1)
