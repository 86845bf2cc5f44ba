"""Asks Amazon the few questions that show whether an account works: token, endpoint, roles, clock."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from a2z_defense.base.clock import Monotonic
from a2z_defense.base.config import Fetch
from a2z_defense.model.evidence import Trouble
from a2z_defense.sources.spapi.access import Access
from a2z_defense.sources.spapi.answers import Answer, Final
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.calls import Caller, GivenUp, failure_words
from a2z_defense.sources.spapi.discover import participating
from a2z_defense.sources.spapi.followups import Tracked
from a2z_defense.sources.spapi.operations import (
    FINANCES_BY_ORDER,
    GET_CATALOG,
    GET_MESSAGING,
    GET_ORDER,
    GET_PARTICIPATIONS,
    GET_REPORT,
    GET_SHIPMENT,
    GET_TRACKING,
    TOKEN,
    Operation,
)

NO_ORDER = "000-0000000-0000000"
NO_THING = "0000000000"
"""An order, parcel, shipment, report and product that do not exist: "not found" then means that the role is there."""


@dataclass(frozen=True)
class Probed:
    """The outcome of one question."""

    what: str
    trouble: Trouble | None
    """None: it works."""
    why: str = ""
    remedy: str = ""
    needed: bool = True
    """False: only one kind of evidence is lost with it."""


@dataclass(frozen=True)
class Probe:
    """All outcomes for one account."""

    steps: tuple[Probed, ...]
    marketplaces: tuple[str, ...] = ()
    """Ids of the marketplaces that the account takes part in, as Amazon tells them."""
    amazons_clock: tuple[dt.datetime, dt.datetime] | None = field(default=None)
    """(Amazon's time, ours at that moment), from an answer's Date."""


def probe(access: Access, *, monotonic: Monotonic, settings: Fetch, lock_folder: Path) -> Probe:
    """A token and one call for each role. Never raises for what Amazon answers."""
    caller = Caller(access, settings, monotonic, lock_folder)
    areas = Areas(access, monotonic)
    try:
        return _probe(access, caller, areas)
    finally:
        caller.stop()
        areas.close()


def _probe(access: Access, caller: Caller, areas: Areas) -> Probe:
    token, _, _ = _ask(caller, TOKEN, "token", areas.token)
    if token.trouble is not None:
        return Probe((token,))
    endpoint = access.endpoint_for(None)
    if endpoint is None:
        why = "the account names neither region, marketplaces nor a default marketplace: claims must name theirs"
        remedy = "set accounts.NAME.region to eu, na or fe"
        if access.marketplaces:
            why = "the account's marketplaces lie in several regions, and a refresh token is good for one"
            remedy = "make an account for each region, with a refresh token of its own"
        return Probe((token, Probed("endpoint", Trouble.NOT_CONFIGURED, why, remedy)))
    clock: list[tuple[dt.datetime, dt.datetime]] = []

    def timed(send: Callable[[], Answer]) -> Callable[[], Answer]:
        def run() -> Answer:
            answer = send()
            told = _date(answer)
            if told:
                clock.append((told, dt.datetime.now(dt.UTC)))
            return answer

        return run

    sellers, found, _ = _ask(
        caller, GET_PARTICIPATIONS, GET_PARTICIPATIONS.name, timed(lambda: areas.participations(endpoint))
    )
    order = _role(caller, GET_ORDER, timed(lambda: areas.order(endpoint, NO_ORDER)))
    finances = _role(caller, FINANCES_BY_ORDER, timed(lambda: areas.finances(endpoint, NO_ORDER, None)))
    places = tuple(_places(found))
    place = access.marketplace_for(None) or next(iter(access.marketplaces or places), None)
    needed = (sellers, order, finances)
    # Where nothing answers, nobody waits for five more silences.
    down = all(step.trouble is Trouble.NO_ANSWER for step in needed)
    steps = (token, *needed, *(() if down else _optional(caller, areas, endpoint, place)))
    return Probe(steps, places, clock[-1] if clock else None)


def _optional(caller: Caller, areas: Areas, endpoint: str, place: str | None) -> Iterator[Probed]:
    """The sources that a claim can do without, each asked about something that does not exist."""
    parcel = Tracked("AMZN_US", NO_THING, None)
    yield _role(caller, GET_TRACKING, lambda: areas.tracking(endpoint, parcel))
    yield _role(caller, GET_SHIPMENT, lambda: areas.shipment(endpoint, NO_THING))
    yield _role(caller, GET_REPORT, lambda: areas.report(endpoint, NO_THING))
    if place is not None:
        yield _role(caller, GET_CATALOG, lambda: areas.catalog(endpoint, NO_THING, place))
        yield _role(caller, GET_MESSAGING, lambda: areas.messaging(endpoint, NO_ORDER, place))


def _ask(
    caller: Caller, operation: Operation, what: str, send: Callable[[], Answer]
) -> tuple[Probed, Any, Answer | None]:
    try:
        check = (lambda _: None) if operation is TOKEN else None
        answer, found = caller.call(operation, NO_ORDER, send, check=check, paced=operation is not TOKEN)
    except (Final, GivenUp) as why:
        return Probed(what, *failure_words(why)), None, why.answer if isinstance(why, Final) else None
    return Probed(what, None), found, answer


def _role(caller: Caller, operation: Operation, send: Callable[[], Answer]) -> Probed:
    """403 means that the role is missing; that there is no such order is a good answer here."""
    found, _, answer = _ask(caller, operation, operation.name, send)
    if answer is not None and answer.status in {400, 404}:
        return Probed(operation.name, None, f"answers {answer.status} for what does not exist, as it should")
    return replace(found, needed=operation.needed)


def _date(answer: Answer) -> dt.datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return found.astimezone(dt.UTC) if found.tzinfo else None


def _places(found: Any) -> list[str]:
    return list(participating(found["payload"])) if found is not None else []
