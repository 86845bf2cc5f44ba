"""Amazon's own count of claims against those that are held: read from the kept report, said where they cannot agree."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

from support.homes import environment

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Account, Fetch, Settings
from a2z_defense.jobs.discover import reconcile_counts
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.gather import gather
from a2z_defense.model.evidence import EvidenceKind, Observation, Provenance, as_piece
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import synthetic_answers, synthetic_claim
from a2z_defense.store import claims, evidence
from a2z_defense.store.store import Store, open_store


def keep_report(store: Store, marketplace: str, count: int, now: dt.datetime) -> None:
    """A seller performance report with that count for the 60 days up to `now`."""
    span = {"reportingDateFrom": (now - dt.timedelta(days=60)).isoformat(), "reportingDateTo": now.isoformat()}
    rate = {"orderCount": 500, "orderWithDefects": {"count": count}, "claims": {"count": count}, "targetValue": 0.01}
    metrics = {"marketplaceId": marketplace, "orderDefectRate": {"mfn": {**rate, "reportingDateRange": span}}}
    body = json.dumps({"performanceMetrics": [metrics]}).encode()
    provenance = Provenance(source="spapi", obtained_at=now)
    told = Observation(EvidenceKind.ACCOUNT_HEALTH, marketplace, body, "application/json", provenance)
    with store.writing() as connection:
        evidence.add_within(store, connection, [as_piece(told)], [provenance])


def test_a_count_that_ours_cannot_come_to_is_said(tmp_path: Path) -> None:
    now = synthetic_claim(0).claimed_at + dt.timedelta(days=1)
    settings = Settings(accounts={"main": Account(region="eu")}, fetch=Fetch(claim_budget=dt.timedelta(seconds=20)))
    with Sandbox(answers=synthetic_answers(6), scale=100, polls_until_done=1) as sandbox:
        found = replace(
            environment(tmp_path, now=now, settings=settings, **sandbox.credentials), monotonic=SystemMonotonic()
        )
        fetch(found, FetchWanted(discover=True))
    said: dict[int, list[str]] = {}
    with open_store(found) as store:
        with store.reading() as connection:
            place = gather(store, connection, claims.claims(connection)[0]).case.marketplace_id
        assert place is not None
        for count in (0, 1, 2):  # of the one claim that is held it is not known whether it counts
            keep_report(store, place, count, now + dt.timedelta(minutes=count))
            with store.reading() as connection:
                said[count] = reconcile_counts(store, connection)
    assert said[0] == said[1] == []
    assert len(said[2]) == 1
    assert said[2][0].startswith(f"{place}: Amazon counts 2 claim(s)")
    assert "a2z holds 0 that count, 1 of which it is not known" in said[2][0]
