"""Every check, in an order in which a reader mends things."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from a2z_defense.base.environment import Environment, config_path
from a2z_defense.base.errors import A2zError
from a2z_defense.jobs.doctor.accounts import accounts
from a2z_defense.jobs.doctor.checks import Check, State, of_error
from a2z_defense.jobs.doctor.machine import clock, disk, rendering
from a2z_defense.jobs.doctor.mailboxes import mailboxes
from a2z_defense.jobs.doctor.store import store


def run_checks(environment: Environment, *, account: str = "", network: bool = True) -> list[Check]:
    """Every check. `network=False` leaves out Amazon and IMAP servers.

    Never raises for what it finds. When the configuration cannot be used, what only it can tell is left out, and said.
    """
    always = [clock, store, disk, rendering]
    parts: list[Callable[[Environment], Iterator[Check]]] = [_unreadable, *always]
    if environment.unreadable is None:
        configured = [lambda e: mailboxes(e, network=network), lambda e: accounts(e, account, network=network)]
        parts = [_configuration, *always, _seller, *configured]
    return [check for part in parts for check in _safely(part, environment)]


def _safely(part: Callable[[Environment], Iterator[Check]], environment: Environment) -> list[Check]:
    """A part's checks; an error that it did not expect is a failed check of its own, not the end of the report."""
    found: list[Check] = []
    try:
        found.extend(part(environment))
    except A2zError as error:
        found.append(of_error("check", error))
    except Exception as error:  # noqa: BLE001 - whatever is broken here, the other checks are wanted all the more
        why = f"a check broke off: {type(error).__name__}"
        remedy = "mend what the other lines name; if it stays, it is a defect of a2z: report this line"
        found.append(Check(name="check", state=State.FAIL, got=why, remedy=remedy))
    return found


def _unreadable(environment: Environment) -> Iterator[Check]:
    if environment.unreadable is not None:
        yield of_error("configuration", environment.unreadable)
        yield Check(
            name="not checked",
            state=State.WARN,
            got="seller, mailboxes and accounts: the configuration alone tells them",
            remedy="mend the configuration, then run a2z doctor again",
        )


def _configuration(environment: Environment) -> Iterator[Check]:
    path = config_path(environment.variables)
    got = f"{path}" if path.exists() else f"{path} is not there; a2z works without one"
    yield Check(name="configuration", state=State.PASS, got=got)
    for warning in environment.warnings:
        yield Check(name="configuration", state=State.WARN, got=warning, remedy="mend or remove that line")


def _seller(environment: Environment) -> Iterator[Check]:
    if not environment.settings.seller.name:
        yield Check(
            name="seller",
            state=State.WARN,
            got="no seller name: letters say that it is not configured",
            remedy="set seller.name in the configuration",
        )
