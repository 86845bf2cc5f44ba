"""Finds claims that no mail told of: the returns report's A-to-z flag, and guarantee-claim events in the finances."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from a2z_defense.base.clock import CaseClock, Monotonic
from a2z_defense.base.config import Fetch
from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, observation_id
from a2z_defense.model.marketplaces import by_domain, by_id
from a2z_defense.sources.spapi.access import Access
from a2z_defense.sources.spapi.account import returns_report, slice_returns
from a2z_defense.sources.spapi.answers import Final
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.calls import Caller, GivenUp, failure_words
from a2z_defense.sources.spapi.operations import FINANCES_SWEEP, GET_PARTICIPATIONS, RETURNS_REPORT, TOKEN
from a2z_defense.sources.spapi.progress import Progress
from a2z_defense.sources.spapi.records import Recorder
from a2z_defense.sources.spapi.reports import RETURNS, Cancelled, ReportDesk, ReportWanted, asked_end, ranges
from a2z_defense.sources.spapi.slices import events, page_of
from a2z_defense.sources.spapi.sweep import LONGEST, posted_at, slice_of, sweep_pages
from a2z_defense.sources.spapi.tasks import defect

CLAIM_EVENTS = "GuaranteeClaimEventList"


class FoundBy(StrEnum):
    RETURNS = "returns"
    """The returns report flags the order's return as an A-to-z claim."""
    FINANCES = "finances"
    """Amazon posted a guarantee-claim event on the order."""


@dataclass(frozen=True)
class FoundClaim:
    """An order with a claim on it."""

    order_id: str
    marketplace_id: str | None
    """None: the place did not say."""
    by: FoundBy
    at: dt.datetime | None
    """When the event was posted; the report tells no time of the claim."""
    evidence: str
    """Evidence id of the slice that shows it."""


Discovered = Observation | SourceFailure | FoundClaim


def discover(
    access: Access,
    *,
    since: dt.datetime,
    clock: CaseClock,
    monotonic: Monotonic,
    settings: Fetch,
    lock_folder: Path,
    progress: Progress | None = None,
    clock_mark: str | None = None,
    requests: Counter[str] | None = None,
) -> Iterator[Discovered]:
    """Claims since `since`, each after the slice that shows it. An order may be found both ways.

    A failure of one way does not stop the other. Never raises for what Amazon answers.
    """
    caller = Caller(access, settings, monotonic, lock_folder, progress=progress, requests=requests)
    areas = Areas(access, monotonic)
    recorder = Recorder(access.account, clock, clock_mark or ("set" if clock.is_set else None))
    desk = ReportDesk(caller, areas, clock.now(), lock_folder)
    try:
        try:
            caller.call(TOKEN, access.account, areas.token, check=lambda _: None, paced=False)
            places = _places(access, caller, areas)
        except (Final, GivenUp) as why:
            yield _failure(recorder, "token", access.account, why, needed=True)
            return
        for endpoint, marketplaces in places.items():
            ways = (
                (RETURNS_REPORT, _by_returns(desk, recorder, endpoint, marketplaces, since, clock.now())),
                (FINANCES_SWEEP, _by_finances(caller, areas, recorder, endpoint, since, clock.now())),
            )
            for operation, way in ways:
                try:
                    yield from way
                except (Final, GivenUp) as why:
                    yield _failure(recorder, operation.source, access.account, why)
                except Exception as error:  # noqa: BLE001 - one odd answer must not cost the other way its claims
                    yield _failure(recorder, operation.source, access.account, defect(operation, error))
    finally:
        caller.stop()
        areas.close()


def _failure(recorder: Recorder, source: str, subject: str, why: Exception, *, needed: bool = False) -> SourceFailure:
    trouble, cause, remedy = failure_words(why)
    return recorder.failure(source, subject, trouble, cause, remedy, needed=needed)


def _places(access: Access, caller: Caller, areas: Areas) -> dict[str, tuple[str, ...]]:
    """The account's marketplaces by endpoint: as configured, else as Amazon tells them."""
    found = access.marketplaces or ((access.default_marketplace,) if access.default_marketplace else ())
    if not found:
        only = access.endpoint_for(None)
        if only is None:
            raise GivenUp(
                "the account names neither region nor marketplaces", "set accounts.NAME.region to eu, na or fe"
            )
        _, told = caller.call(GET_PARTICIPATIONS, "", lambda: areas.participations(only))
        found = tuple(participating(told["payload"]))
    by_endpoint: dict[str, list[str]] = {}
    for place in found:
        endpoint = access.endpoint_for(place)
        if endpoint:
            by_endpoint.setdefault(endpoint, []).append(place)
    return {endpoint: tuple(places) for endpoint, places in by_endpoint.items()}


def participating(payload: list[Any]) -> Iterator[str]:
    for row in payload:
        place, part = (row.get(name) if isinstance(row, dict) else None for name in ("marketplace", "participation"))
        if not isinstance(place, dict) or not isinstance(part, dict) or part.get("isParticipating") is not True:
            continue
        if isinstance(place.get("id"), str) and by_id(place["id"]):
            yield place["id"]


def _by_returns(
    desk: ReportDesk,
    recorder: Recorder,
    endpoint: str,
    marketplaces: tuple[str, ...],
    since: dt.datetime,
    now: dt.datetime,
) -> Iterator[Discovered]:
    only = marketplaces[0] if len(marketplaces) == 1 else None
    for number, (start, end) in enumerate(ranges(since, now), 1):
        asked = asked_end(number, end, recorder.clock)
        try:
            whole = returns_report(desk, recorder, ReportWanted(RETURNS, endpoint, marketplaces, start, asked))
        except Cancelled:
            continue
        yield whole
        for one in slice_returns(whole):
            yield one
            yield FoundClaim(one.subject, only, FoundBy.RETURNS, None, observation_id(one))


def _by_finances(
    caller: Caller, areas: Areas, recorder: Recorder, endpoint: str, since: dt.datetime, now: dt.datetime
) -> Iterator[Discovered]:
    # From midnight on, so that the runs of one day ask the same and keep the same.
    after = dt.datetime.combine(max(since, now - LONGEST).date(), dt.time(), tzinfo=dt.UTC)
    for page in sweep_pages(caller, areas, recorder, endpoint, after, now):
        yield page.observation
        claimed: dict[str, list[dict[str, Any]]] = {}
        for name, event in events([page.body]):
            order_id = event.get("AmazonOrderId")
            if name == CLAIM_EVENTS and isinstance(order_id, str) and order_id:
                claimed.setdefault(order_id, []).append(event)
        digest = recorder.digest(page.body)
        for order_id, found in claimed.items():
            body = page_of({CLAIM_EVENTS: found})
            one = slice_of(page.observation, f"{order_id}#claim", body, [digest], after, recorder)
            one = replace(one, kind=EvidenceKind.FINANCES_SLICE)
            yield one
            place = by_domain(str(found[0].get("MarketplaceName", "")))
            yield FoundClaim(
                order_id, place.id if place else None, FoundBy.FINANCES, posted_at(found[0]), observation_id(one)
            )
