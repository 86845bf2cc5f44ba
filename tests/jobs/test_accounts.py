"""Two selling accounts in one configuration: each claim is asked under its own; a fault in one stops only that one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Account, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ExitCode
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.model.case import SourceState
from a2z_defense.sandbox.answers import Answers
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, synthetic_answers, synthetic_claim, write_mbox

ITALY, AMERICA = synthetic_claim(0), synthetic_claim(2)


def only(order_id: str) -> Answers:
    """What Amazon tells the account whose order it is."""
    found = synthetic_answers(3)
    found.orders = {order_id: found.orders[order_id]}
    found.finances = {order_id: found.finances[order_id]}
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Sandbox, Environment]]:
    write_mbox(tmp_path / "mails.mbox", 3)
    settings = Settings(
        accounts={
            "europe": Account(region="eu", marketplaces=("IT",)),
            "america": Account(region="na", marketplaces=("US",)),
        }
    )
    box = Sandbox(answers=only(ITALY.order_id), accounts={"america": only(AMERICA.order_id)}, scale=100)
    with box:
        variables = dict(box.credentials)
        variables["SP_API_REFRESH_TOKEN__EUROPE"] = variables.pop("SP_API_REFRESH_TOKEN")
        found = environment(tmp_path, now=NOW, settings=settings, **variables)
        yield box, replace(found, monotonic=SystemMonotonic())


def mail(found: Environment) -> tuple[str, ...]:
    return (str(found.home.root.parent / "mails.mbox"),)


def test_each_claim_is_asked_under_its_own_account(shop: tuple[Sandbox, Environment]) -> None:
    box, found = shop
    done = fetch(found, FetchWanted(mail=mail(found)))
    assert done.exit_code is ExitCode.OK, done.answer.warnings
    for claim, account in ((ITALY, "europe"), (AMERICA, "america")):
        case = judge(found, claim.order_id).gathered.case
        assert case.account == account
        assert case.source("order").state is SourceState.ANSWERED
        assert case.source("finances").state is SourceState.ANSWERED
    assert box.count("getOrder") == 2
    assert {seen.status for seen in box.requests if seen.operation == "getOrder"} == {200}


def test_a_fault_in_one_account_does_not_stop_the_other(shop: tuple[Sandbox, Environment]) -> None:
    box, found = shop
    box.tokens.revoke("america")
    done = fetch(found, FetchWanted(mail=mail(found)))
    assert done.exit_code is ExitCode.AUTHORISATION
    assert any("authorise the application again" in warning for warning in done.answer.warnings)
    assert judge(found, ITALY.order_id).gathered.case.source("order").state is SourceState.ANSWERED
    assert judge(found, AMERICA.order_id).gathered.case.source("order").state is SourceState.REFUSED


def test_half_a_set_of_credentials_of_one_is_said_and_the_other_goes_on(shop: tuple[Sandbox, Environment]) -> None:
    _, found = shop
    variables = {name: value for name, value in found.variables.items() if name != "LWA_CLIENT_SECRET"}
    variables["LWA_CLIENT_SECRET__EUROPE"] = found.variables["LWA_CLIENT_SECRET"]
    half = replace(found, variables=variables)
    done = fetch(half, FetchWanted(mail=mail(found)))
    assert any(warning.startswith("account america: its configuration") for warning in done.answer.warnings)
    assert judge(half, ITALY.order_id).gathered.case.source("order").state is SourceState.ANSWERED
    assert judge(half, AMERICA.order_id).gathered.case.source("order").state is SourceState.NOT_ASKED


def test_account_chooses_one(shop: tuple[Sandbox, Environment]) -> None:
    box, found = shop
    fetch(found, FetchWanted(mail=mail(found), account="america"))
    assert box.count("getOrder") == 1
    assert judge(found, AMERICA.order_id).gathered.case.account == "america"
