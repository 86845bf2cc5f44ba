"""`a2z doctor`: each fault has its line, its remedy and its exit code; nothing in it may not be pasted."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.environment import Environment, load_environment
from a2z_defense.base.errors import ExitCode
from a2z_defense.jobs.doctor.accounts import skew
from a2z_defense.jobs.doctor.checks import Check, State, exit_code
from a2z_defense.jobs.doctor.run import run_checks
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.store import builds
from a2z_defense.store.store import open_store

QUICK = '[fetch]\nclaim_budget = "1s"\nsource_budget = "2s"\n'
Start = Callable[..., tuple[Sandbox, Environment]]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Start]:
    boxes: list[Sandbox] = []

    def start(config: str = "", *, faults: Any = (), as_of: str | None = None) -> tuple[Sandbox, Environment]:
        box = Sandbox.synthetic(2, scale=100, faults=Faults(faults))
        boxes.append(box)
        box.start()
        path = tmp_path / "config.toml"
        path.write_text(QUICK + config)
        variables = {
            **box.credentials,
            "A2Z_HOME": str(tmp_path / "home"),
            "A2Z_CONFIG": str(path),
            "A2Z_KEYRING": "off",
        }
        return box, load_environment(variables=variables, as_of=as_of)

    yield start
    for box in boxes:
        box.stop()


def named(checks: list[Check], part: str) -> list[Check]:
    return [check for check in checks if part in check.name]


def test_a_good_account_passes_and_tells_its_marketplaces(home: Start) -> None:
    _, environment = home()
    checks = run_checks(environment)
    assert exit_code(checks) is ExitCode.OK
    assert [check.state for check in named(checks, "default: token")] == [State.PASS]
    for operation in ROLES:
        assert [check.state for check in named(checks, operation)] == [State.PASS], operation
    assert "IT" in named(checks, "marketplaces")[0].got
    assert named(checks, "default: clock")[0].state is State.PASS


ROLES = (
    "getMarketplaceParticipations",
    "getOrder",
    "listFinancialEventsByOrderId",
    "getTracking",
    "getShipment",
    "getReport",
    "getCatalogItem",
    "getMessagingActionsForOrder",
)


@pytest.mark.parametrize("operation", ROLES[3:])
def test_a_missing_role_of_a_source_that_is_not_needed_warns_and_is_named(home: Start, operation: str) -> None:
    _, environment = home(faults=[FaultRule(operation, FaultKind.FORBIDDEN)])
    checks = run_checks(environment)
    (warned,) = named(checks, operation)
    assert warned.state is State.WARN
    assert "the role is called" in (warned.remedy or "")
    assert exit_code(checks) is ExitCode.OK


def test_where_nothing_answers_the_other_roles_are_not_waited_for(home: Start) -> None:
    box, environment = home(faults=[FaultRule(name, FaultKind.UNAVAILABLE_HTML) for name in ROLES])
    checks = run_checks(environment)
    assert exit_code(checks) is ExitCode.SOURCE_FAILED
    assert [box.count(name) for name in ROLES[3:]] == [0] * len(ROLES[3:])


def test_no_secret_is_in_the_report(home: Start) -> None:
    box, environment = home()
    told = json.dumps([check.model_dump(mode="json") for check in run_checks(environment)])
    for key in ("SP_API_REFRESH_TOKEN", "LWA_APP_ID", "LWA_CLIENT_SECRET"):
        assert key in told
        assert box.credentials[key] not in told
        assert box.credentials[key][-12:] not in told


@pytest.mark.parametrize(
    ("rule", "where", "code"),
    [
        (FaultRule("token", FaultKind.UNAUTHORISED), "token", ExitCode.AUTHORISATION),
        (FaultRule("token", FaultKind.UNAVAILABLE_HTML), "token", ExitCode.SOURCE_FAILED),
        (FaultRule("getOrder", FaultKind.FORBIDDEN), "getOrder", ExitCode.AUTHORISATION),
        (FaultRule("getOrder", FaultKind.UNAVAILABLE_HTML), "getOrder", ExitCode.SOURCE_FAILED),
    ],
)
def test_a_fault_has_a_line_a_remedy_and_an_exit_code(home: Start, rule: FaultRule, where: str, code: ExitCode) -> None:
    _, environment = home(faults=[rule])
    checks = run_checks(environment)
    (failed,) = [check for check in checks if check.state is State.FAIL]
    assert failed.name.endswith(where)
    assert failed.remedy
    assert exit_code(checks) is code


def test_a_missing_role_is_called_by_its_name(home: Start) -> None:
    _, environment = home(faults=[FaultRule("listFinancialEventsByOrderId", FaultKind.FORBIDDEN)])
    (failed,) = [check for check in run_checks(environment) if check.state is State.FAIL]
    assert "Finance and Accounting" in (failed.remedy or "")


@pytest.mark.parametrize(
    ("rotated", "state"), [("2026-11-01", State.PASS), ("2026-06-01", State.WARN), ("2026-05-01", State.FAIL)]
)
def test_the_age_of_the_secret(home: Start, rotated: str, state: State) -> None:
    config = f"[accounts.default]\nsecret_rotated = {rotated}\n"
    _, environment = home(config, as_of="2026-11-12T09:00:00Z")
    (check,) = named(run_checks(environment, network=False), "secret age")
    assert check.state is state


def test_an_account_in_the_wrong_region_is_named(home: Start) -> None:
    _, environment = home('[accounts.default]\nmarketplaces = ["JP"]\n')
    failed = [check for check in named(run_checks(environment), "marketplaces") if check.state is State.FAIL]
    assert len(failed) == 1
    assert "JP" in failed[0].got


def test_a_broken_store_is_not_the_end_of_the_report(home: Start) -> None:
    _, environment = home()
    environment.home.root.mkdir(mode=0o755)
    environment.home.database.write_bytes(b"not a database, not at all" * 100)
    checks = run_checks(environment, network=False)
    assert [check.state for check in named(checks, "store")] == [State.FAIL]
    assert named(checks, "permissions")[0].state is State.WARN
    assert named(checks, "fonts")[0].state is State.PASS


def test_a_mailbox_that_is_not_there_fails(home: Start, tmp_path: Path) -> None:
    _, environment = home(f'[mail]\nsources = ["{tmp_path / "nowhere"}"]\n')
    (check,) = named(run_checks(environment, network=False), "mailbox")
    assert check.state is State.FAIL
    assert check.remedy


def test_the_command_prints_json_and_ends_with_the_code(home: Start) -> None:
    box, environment = home()
    variables = {**os.environ, **environment.variables, "LWA_CLIENT_SECRET": "wrong"}
    run = subprocess.run(
        [sys.executable, "-m", "a2z_defense", "doctor", "--json"],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == ExitCode.AUTHORISATION, run.stderr
    found = json.loads(run.stdout)
    assert set(found[0]) == {"name", "state", "got", "remedy"}
    assert any("180 days" in (check["remedy"] or "") for check in found if check["state"] == "fail")
    assert box.credentials["SP_API_REFRESH_TOKEN"] not in run.stdout + run.stderr


def test_a_clock_that_is_off_is_said() -> None:
    at = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)
    states = [skew("a", at, at + dt.timedelta(seconds=seconds)).state for seconds in (5, 120, 3600, -3600)]
    assert states == [State.PASS, State.WARN, State.FAIL, State.FAIL]


def test_real_time_is_used_for_waiting(home: Start) -> None:
    _, environment = home(as_of="2020-01-01T00:00:00Z")
    assert isinstance(environment.monotonic, SystemMonotonic)
    clock = named(run_checks(environment), "default: clock")[0]
    assert clock.state is State.PASS


@pytest.mark.parametrize("config", ["[fetch\n", "[fetch]\nworkers = 'many'\n", "\xff"])
def test_a_configuration_that_cannot_be_read_is_the_first_line_and_not_the_end(
    home: Start, tmp_path: Path, config: str
) -> None:
    _, environment = home()
    (tmp_path / "config.toml").write_bytes(config.encode("latin-1"))
    run = subprocess.run(
        [sys.executable, "-m", "a2z_defense", "doctor", "--json"],
        env={**os.environ, **environment.variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == ExitCode.CONFIGURATION, run.stderr
    checks = json.loads(run.stdout)
    assert (checks[0]["name"], checks[0]["state"]) == ("configuration", "fail")
    assert checks[0]["remedy"]
    assert {"disk", "fonts", "store", "not checked"} <= {check["name"] for check in checks}
    assert "Traceback" not in run.stderr


def test_builds_are_listed_with_what_is_wrong_with_them(home: Start, tmp_path: Path) -> None:
    _, environment = home()
    folders = [tmp_path / name for name in ("private", "open", "gone")]
    with open_store(environment) as store, store.writing() as connection:
        for number, folder in enumerate(folders, 1):
            builds.keep_path(store, connection, "402-1234567-7654321", number, folder)
    for folder in folders[:2]:
        folder.mkdir(mode=0o700)
        (folder / "response.txt").write_text("x")
        (folder / "response.txt").chmod(0o600 if folder.name == "private" else 0o644)
    (line,) = named(run_checks(environment, network=False), "build")
    assert line.state is State.WARN
    assert f"v1 in {folders[0]}, v2 in {folders[1]} (others may read it), v3 in {folders[2]} (not there" in line.got
    (folders[1] / "response.txt").chmod(0o600)
    folders[2].mkdir(mode=0o700)
    assert named(run_checks(environment, network=False), "build")[0].state is State.PASS


def test_a_check_that_breaks_off_leaves_the_others(home: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_path: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "disk_usage", broken)
    _, environment = home()
    checks = run_checks(environment, network=False)
    assert [check.state for check in named(checks, "check")] == [State.FAIL]
    assert named(checks, "fonts")[0].state is State.PASS


def test_every_line_that_is_not_good_says_what_to_do(home: Start) -> None:
    _, environment = home(
        'nonsense = 1\n[mail]\nsources = ["/nowhere"]\n', faults=[FaultRule("*", FaultKind.FORBIDDEN)]
    )
    checks = run_checks(environment)
    assert {State.WARN, State.FAIL} <= {check.state for check in checks}
    assert [check.name for check in checks if check.state is not State.PASS and not check.remedy] == []
