"""Every request that leaves follows Amazon's model: path, parameters, types, enums, headers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from support.spapi_models import MODELS, check_request, needs_models

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.model.marketplaces import MARKETPLACES
from a2z_defense.sandbox.synthetic import synthetic_claim
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.followups import amazon_parcel
from a2z_defense.sources.spapi.operations import OPERATIONS
from a2z_defense.sources.spapi.tasks import WantedClaim

Desk = Any


@needs_models
def test_every_request_of_a_whole_run_follows_the_model(desk: Callable[..., Desk]) -> None:
    ours = desk(4)
    object.__setattr__(ours.access, "seller_id", "A1INVENTED")
    claim = synthetic_claim(0)
    shipment = WantedClaim(claim.order_id, claim.marketplace.id, shipment_ids=("7d1f6a52-0c3e-4b84-9a51-2f0e6d9b7c11",))
    sources = ["order", "finances", "tracking", "shipment", "returns", "listing", "messaging", "account_health"]
    ours.collect([*ours.wanted(4), shipment], sources=sources)
    object.__setattr__(ours.access, "seller_id", "")
    ours.collect(ours.wanted(1), sources=["order", "listing", "finances"])
    areas = Areas(ours.access, SystemMonotonic())
    areas.sweep(ours.box.endpoint, claim.ordered_at, claim.claimed_at, None)
    areas.participations(ours.box.endpoint)
    areas.close()

    seen = [one for one in ours.box.requests if one.operation not in ("token", "document")]
    assert {one.operation for one in seen} == {operation.name for operation in OPERATIONS}
    for one in seen:
        check_request(one.operation, one.method, one.path, one.query, one.headers)


@needs_models
def test_rates_and_bursts_are_the_published_ones() -> None:
    published = json.loads((MODELS / "rates.json").read_text(encoding="utf-8"))
    rates = {key.partition(":")[2]: value for key, value in published.items() if "cancelShipment" not in key}
    for operation in OPERATIONS:
        told = rates[operation.name]
        assert (operation.rate, operation.burst) == (told["rate_per_second"], told["burst"]), operation.name


@needs_models
def test_every_shipping_business_is_one_of_the_model() -> None:
    from support.spapi_models import model

    verb = model("shipping_v2")["paths"]["/shipping/v2/tracking"]["get"]
    (header,) = [one for one in verb["parameters"] if one["in"] == "header"]
    for place in MARKETPLACES:
        parcel = amazon_parcel("AMZN_XX", "1", place.id)
        assert parcel is not None
        assert parcel.business in (None, *header["enum"])
