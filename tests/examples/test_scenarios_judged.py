"""What the program asks of Amazon for the examples follows the models; what it holds and asks for is what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.spapi_models import FILES, check_request, needs_models

from a2z_defense.base.data import data_folder
from a2z_defense.base.environment import Environment, load_environment
from a2z_defense.jobs.answers import CheckAnswer
from a2z_defense.jobs.check import check
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.record import record
from a2z_defense.jobs.stated import state_fact
from a2z_defense.sandbox.mails import RECEIVER
from a2z_defense.sandbox.scenarios import Scenario, load_scenarios
from a2z_defense.sandbox.server import Sandbox, Seen

SCENARIOS = load_scenarios()
CLAIMS = [scenario for scenario in SCENARIOS if scenario.expected.decision != "quarantined"]


@dataclass(frozen=True)
class Judged:
    environment: Environment
    requests: tuple[Seen, ...]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    """All scenarios in one store, with what the seller adds."""
    home = tmp_path_factory.mktemp("home")
    mail = tuple(str(scenario.mail_folder) for scenario in SCENARIOS)
    with Sandbox([data_folder("examples")], scale=1000) as sandbox:
        environment = load_environment(
            as_of=SCENARIOS[0].now.isoformat(), variables=_variables(home) | sandbox.credentials
        )
        first = fetch(environment, FetchWanted(mail=mail))
        assert first.errors == ()
        for scenario in CLAIMS:
            _add(environment, scenario)
        yield Judged(environment, sandbox.requests)


def _variables(home: Path) -> dict[str, str]:
    return {
        "A2Z_HOME": str(home),
        "A2Z_CONFIG": str(home / "none.toml"),
        "A2Z_TRUSTED_RECEIVERS": RECEIVER,
        "A2Z_KEYRING": "off",
    }


def _add(environment: Environment, scenario: Scenario) -> None:
    for one in scenario.attachments:
        attach(environment, scenario.order_id, one.file, one.kind, note=one.note, taken_at=one.taken)
    for statement in scenario.statements:
        state_fact(environment, scenario.order_id, statement.fact, statement.value, statement.from_file.name)
    for recorded in scenario.records:
        record(environment, scenario.order_id, recorded.kind, at=recorded.at, tab=recorded.tab)


def _check(judged: Judged, scenario: Scenario) -> CheckAnswer:
    return check(judged.environment, scenario.order_id)[0]


@needs_models
def test_every_request_follows_the_model(judged: Judged) -> None:
    asked = [seen for seen in judged.requests if seen.operation in FILES]
    operations = {seen.operation for seen in asked}
    assert operations >= {"getOrder", "getTracking", "getMessagingActionsForOrder", "createReport"}
    assert operations & {"listFinancialEventsByOrderId", "listFinancialEvents"}
    for seen in asked:
        check_request(seen.operation, seen.method, seen.path, seen.query, seen.headers)
    assert {seen.status for seen in judged.requests} == {200, 202}


@pytest.mark.parametrize("scenario", CLAIMS, ids=[scenario.slug for scenario in CLAIMS])
def test_it_holds_and_asks_for_what_the_story_says(judged: Judged, scenario: Scenario) -> None:
    told, expected = _check(judged, scenario), scenario.expected
    assert told.amount is not None
    if expected.funding:
        assert told.asks.funding == expected.funding
    assert set(expected.held) <= {item.id for item in told.items if item.state == "held"}


@pytest.mark.parametrize("scenario", CLAIMS, ids=[scenario.slug for scenario in CLAIMS])
def test_nothing_is_said_without_an_exhibit(judged: Judged, scenario: Scenario) -> None:
    """A held item names its proof."""
    for item in _check(judged, scenario).items:
        assert item.state != "held" or item.exhibit, item.id
