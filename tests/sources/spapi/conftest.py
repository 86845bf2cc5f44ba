"""A running simulator and what is needed to talk to it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.clocks import FastClock

from a2z_defense.base.clock import Monotonic, SetClock
from a2z_defense.base.config import Fetch
from a2z_defense.base.environment import load_environment
from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import synthetic_answers, synthetic_claim
from a2z_defense.sources.spapi.access import Access, load_access
from a2z_defense.sources.spapi.collect import Batch, collect
from a2z_defense.sources.spapi.discover import Discovered, discover
from a2z_defense.sources.spapi.tasks import WantedClaim

NOW = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)
PATIENT = Fetch(claim_budget=dt.timedelta(seconds=400), source_budget=dt.timedelta(seconds=800))
"""By the fast clock: twenty seconds of the wall's, so that a busy machine is no fault."""


def never(_kind: EvidenceKind, _subject: str) -> bool:
    """Nothing is held yet."""
    return False


@dataclass
class Desk:
    """One simulator, one account, one folder for locks."""

    box: Sandbox
    access: Access
    folder: Path
    requests: Counter[str] = field(default_factory=Counter)

    def wanted(self, count: int) -> list[WantedClaim]:
        claims = [synthetic_claim(number) for number in range(count)]
        return [WantedClaim(claim.order_id, claim.marketplace.id) for claim in claims]

    def stream(
        self,
        wanted: Sequence[WantedClaim],
        *,
        settings: Fetch = PATIENT,
        fresh: Callable[[EvidenceKind, str], bool] = never,
        sources: Sequence[str] = ("order", "finances", "tracking"),
        monotonic: Monotonic | None = None,
        held: Callable[[EvidenceKind, str], Observation | None] = lambda _kind, _subject: None,
        complete: Callable[[str], None] | None = None,
    ) -> Iterator[Batch]:
        return collect(
            wanted,
            self.access,
            clock=SetClock(NOW),
            monotonic=monotonic or FastClock(),
            settings=settings,
            lock_folder=self.folder,
            fresh=fresh,
            sources=sources,
            requests=self.requests,
            held=held,
            complete=complete,
        )

    def collect(self, wanted: Sequence[WantedClaim], **more: Any) -> list[Observation | SourceFailure]:
        return [one for batch in self.stream(wanted, **more) for one in batch]


def discover_with(ours: Desk, since: dt.datetime) -> list[Discovered]:
    """What a discovery finds at that desk."""
    return list(
        discover(
            ours.access,
            since=since,
            clock=SetClock(NOW),
            monotonic=FastClock(),
            settings=PATIENT,
            lock_folder=ours.folder,
            requests=ours.requests,
        )
    )


@pytest.fixture
def discovering() -> Callable[[Desk, dt.datetime], list[Discovered]]:
    return discover_with


def access_to(box: Sandbox, home: Path, **more: str) -> Access:
    """The default account's access to that simulator."""
    variables = {**box.credentials, "A2Z_HOME": str(home), "A2Z_CONFIG": str(home / "none.toml"), **more}
    found = load_access(load_environment(variables=variables))
    assert found is not None
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Starts a simulator of `count` orders, fast enough that a quota is no matter unless asked for."""
    boxes: list[Sandbox] = []

    def start(count: int = 3, *, scale: float = 100.0, faults: str | Sequence[FaultRule] = (), **more: Any) -> Desk:
        rules = [FaultRule("getOrder", FaultKind(faults))] if isinstance(faults, str) else list(faults)
        box = Sandbox(answers=synthetic_answers(count), scale=scale, faults=Faults(rules), **more)
        boxes.append(box)
        box.start()
        return Desk(box, access_to(box, tmp_path), tmp_path / f"locks{len(boxes)}")

    yield start
    for box in boxes:
        box.stop()


def observations(found: Sequence[Observation | SourceFailure], kind: EvidenceKind) -> list[Observation]:
    return [one for one in found if isinstance(one, Observation) and one.kind is kind]


def failures(found: Sequence[Observation | SourceFailure], source: str | None = None) -> list[SourceFailure]:
    return [one for one in found if isinstance(one, SourceFailure) and source in (None, one.source)]
