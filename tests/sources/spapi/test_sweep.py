"""The cheapest plan for finances: one dated sweep when it is fewer calls, with the same movements at the end."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, as_piece
from a2z_defense.model.finances import Finances
from a2z_defense.readers.finances import read_finances
from a2z_defense.readers.returns import read_returns
from a2z_defense.sandbox.faults import FaultKind, FaultRule
from a2z_defense.sandbox.synthetic import synthetic_claim
from a2z_defense.sources.spapi.discover import FoundBy, FoundClaim
from a2z_defense.sources.spapi.tasks import WantedClaim

Desk = Any
Start = Callable[..., Desk]
NOW = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)
BOTH = ("order", "finances")


def finances(found: list[Observation | SourceFailure]) -> dict[str, Finances]:
    pages: dict[str, list[Observation]] = {}
    for one in found:
        if isinstance(one, Observation) and one.kind is EvidenceKind.FINANCES:
            pages.setdefault(one.subject.partition("#")[0], []).append(one)
    return {
        order_id: read_finances([as_piece(page) for page in sorted(mine, key=lambda page: page.subject)], order_id)
        for order_id, mine in pages.items()
    }


def without_evidence(found: dict[str, Finances]) -> dict[str, Any]:
    return {
        order_id: [movement.model_copy(update={"evidence": ""}) for movement in mine.movements]
        for order_id, mine in found.items()
    }


def test_a_sweep_brings_what_single_calls_bring(desk: Start) -> None:
    ours, single = desk(6), desk(6)
    swept = ours.collect(ours.wanted(6), sources=BOTH)
    called = [one for number in range(6) for one in single.collect([single.wanted(6)[number]], sources=["finances"])]
    assert without_evidence(finances(swept)) == without_evidence(finances(called))
    # the same events are the same evidence, whichever way they came
    assert [mine.evidence for _, mine in sorted(finances(swept).items())] == [
        mine.evidence for _, mine in sorted(finances(called).items())
    ]
    assert ours.requests["listFinancialEvents"] == 1
    assert ours.requests["listFinancialEventsByOrderId"] == 0
    assert single.requests["listFinancialEventsByOrderId"] == 6


def test_a_slice_names_the_whole_and_holds_nobody_else(desk: Start) -> None:
    ours = desk(6)
    found = [one for one in ours.collect(ours.wanted(6), sources=BOTH) if isinstance(one, Observation)]
    (whole,) = [one for one in found if one.kind is EvidenceKind.WHOLE]
    for one in found:
        if one.kind is EvidenceKind.FINANCES:
            assert one.provenance.whole_sha256 == hashlib.sha256(whole.body).hexdigest()
            assert one.provenance.operation == "listFinancialEvents"
            others = {synthetic_claim(number).order_id for number in range(6)} - {one.subject.partition("#")[0]}
            assert not any(other.encode() in one.body for other in others)


def test_a_sweep_that_does_not_pay_is_given_up_early(desk: Start) -> None:
    ours = desk(8)
    busy = ours.box.answers
    (event,) = busy.finances[synthetic_claim(0).order_id]["payload"]["FinancialEvents"]["ShipmentEventList"]
    for number in range(2000):
        other = copy.deepcopy(event)
        order_id = f"999-0000000-{number:07d}"
        other.update(AmazonOrderId=order_id, PostedDate=utc_text(NOW - dt.timedelta(hours=2 * number)))
        busy.finances[order_id] = {"payload": {"FinancialEvents": {"ShipmentEventList": [other]}}}
    found = ours.collect(ours.wanted(8), sources=BOTH)
    assert len(finances(found)) == 8
    assert ours.requests["listFinancialEvents"] <= 2
    assert ours.requests["listFinancialEventsByOrderId"] == 8


def test_an_order_from_before_the_sweep_is_asked_for_by_itself(desk: Start) -> None:
    ours = desk(6)
    old = synthetic_claim(2).order_id
    ours.box.answers.orders[old]["order"]["createdTime"] = utc_text(NOW - dt.timedelta(days=400))
    found = ours.collect(ours.wanted(6), sources=BOTH)
    assert len(finances(found)) == 6
    assert ours.requests["listFinancialEventsByOrderId"] == 1
    (page,) = [
        one
        for one in found
        if isinstance(one, Observation) and one.subject == f"{old}#1" and one.kind == "spapi.finances"
    ]
    assert page.provenance.operation == "listFinancialEventsByOrderId"


def test_an_order_whose_date_stays_unknown_is_asked_for_by_itself(desk: Start) -> None:
    ours = desk(6, faults=[FaultRule("getOrder", FaultKind.NOT_FOUND)])
    assert len(finances(ours.collect(ours.wanted(6), sources=BOTH))) == 6
    assert ours.requests["listFinancialEventsByOrderId"] == 6


def test_a_refused_sweep_costs_no_evidence(desk: Start) -> None:
    ours = desk(6, faults=[FaultRule("listFinancialEvents", FaultKind.FORBIDDEN)])
    found = ours.collect(ours.wanted(6), sources=BOTH)
    assert len(finances(found)) == 6
    assert [one for one in found if isinstance(one, SourceFailure)] == []


def test_known_dates_shorten_the_sweep(desk: Start) -> None:
    ours = desk(6)
    wanted = [
        WantedClaim(claim.order_id, claim.marketplace.id, ordered_at=claim.ordered_at)
        for claim in map(synthetic_claim, range(6))
    ]
    assert len(finances(ours.collect(wanted, sources=["finances"]))) == 6
    (seen,) = [one for one in ours.box.requests if one.operation == "listFinancialEvents"]
    oldest = min(claim.ordered_at for claim in map(synthetic_claim, range(6))) - dt.timedelta(days=1)
    assert f"PostedAfter={utc_text(oldest)}".replace(":", "%3A") in seen.query


def test_claims_are_found_by_flag_and_by_event(desk: Start, discovering: Any) -> None:
    ours = desk(6)
    object.__setattr__(ours.access, "marketplaces", (synthetic_claim(0).marketplace.id,))
    flagged, debited = synthetic_claim(0), synthetic_claim(1)
    ours.box.answers.returns[:] = [
        {
            "Order ID": claim.order_id,
            "Return request date": "05-Nov-2026",
            "A-to-Z Claim": flag,
            "Item Name": "Kaffeemühle",
        }
        for claim, flag in ((flagged, "Y"), (synthetic_claim(6), "N"))
    ]
    events = ours.box.answers.finances[debited.order_id]["payload"]["FinancialEvents"]
    claim_event = copy.deepcopy(events["ShipmentEventList"][0])
    events["GuaranteeClaimEventList"] = [claim_event]
    found = discovering(ours, NOW - dt.timedelta(days=60))
    claims = [one for one in found if isinstance(one, FoundClaim)]
    assert {(one.order_id, one.by) for one in claims} == {
        (flagged.order_id, FoundBy.RETURNS),
        (debited.order_id, FoundBy.FINANCES),
    }
    kept = {as_piece(one).evidence.id: one for one in found if isinstance(one, Observation)}
    by_flag, by_event = sorted(claims, key=lambda one: one.by, reverse=True)
    (row,) = read_returns(as_piece(kept[by_flag.evidence]), flagged.order_id)
    assert row.a_to_z is True
    assert read_finances([as_piece(kept[by_event.evidence])], debited.order_id).movements
    assert by_event.marketplace_id == debited.marketplace.id
    assert by_event.at is not None


def test_without_marketplaces_amazon_is_asked_which_there_are(desk: Start, discovering: Any) -> None:
    ours = desk(6)
    found = discovering(ours, NOW - dt.timedelta(days=60))
    assert ours.requests["getMarketplaceParticipations"] == 1
    assert not any(isinstance(one, SourceFailure) for one in found)


def test_one_way_down_leaves_the_other(desk: Start, discovering: Any) -> None:
    ours = desk(6, faults=[FaultRule("createReport", FaultKind.FORBIDDEN)])
    found = discovering(ours, NOW - dt.timedelta(days=60))
    (failure,) = [one for one in found if isinstance(one, SourceFailure)]
    assert failure.source == "returns"
    assert ours.requests["listFinancialEvents"] == 1
