"""What leads to what: labels to scans, items to listings, carriers by word, id and marketplace."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, Trouble, as_piece
from a2z_defense.model.marketplaces import by_country
from a2z_defense.readers.listing import read_listing
from a2z_defense.readers.shipment import read_shipment
from a2z_defense.sandbox.synthetic import synthetic_claim
from a2z_defense.sources.spapi import followups
from a2z_defense.sources.spapi.followups import Tracked, amazon_parcel
from a2z_defense.sources.spapi.slices import flat_file
from a2z_defense.sources.spapi.tasks import WantedClaim

Desk = Any
Start = Callable[..., Desk]
SHIPMENT = "7d1f6a52-0c3e-4b84-9a51-2f0e6d9b7c11"


def _of(found: list[Observation | SourceFailure], kind: EvidenceKind) -> list[Observation]:
    return [one for one in found if isinstance(one, Observation) and one.kind is kind]


@pytest.mark.parametrize(
    ("carrier", "country", "expected"),
    [
        ("Amazon Shipping", "IT", Tracked("AMZN_IT", "N1", "AmazonShipping_IT")),
        ("AMAZON_SHIPPING", "GB", Tracked("AMZN_UK", "N1", "AmazonShipping_UK")),
        ("Amazon Logistics", "IN", Tracked("ATS", "N1", "AmazonShipping_IN")),
        ("AMZN_DE", "DE", Tracked("AMZN_DE", "N1", None)),
        ("AMZN_UK", "AE", Tracked("AMZN_UK", "N1", "AmazonShipping_UAE")),
        ("Amazon Shipping", "DE", None),
        ("Amazonas Express", "IT", None),
        ("UPS", "IT", None),
        (None, "IT", None),
    ],
)
def test_amazons_own_carrier_is_known_by_word_id_and_marketplace(
    carrier: str | None, country: str, expected: Tracked | None
) -> None:
    place = by_country(country)
    assert place is not None
    assert amazon_parcel(carrier, " N 1 ", place.id) == expected


def test_the_sellers_word_overrides_the_carriers() -> None:
    assert amazon_parcel("Corriere", "N1", "APJ6JRA9NG5V4", named=True) == Tracked("AMZN_IT", "N1", "AmazonShipping_IT")
    assert amazon_parcel("Corriere", "", "APJ6JRA9NG5V4", named=True) is None


def test_a_parcel_of_amazons_whose_carrier_id_is_not_known_is_said_and_not_guessed(desk: Start) -> None:
    ours = desk(1)
    order = ours.box.answers.orders[synthetic_claim(0).order_id]["order"]
    germany = by_country("DE")
    assert germany is not None
    order["salesChannel"]["marketplaceId"] = germany.id
    found = ours.collect([WantedClaim(synthetic_claim(0).order_id, germany.id)], sources=["order", "tracking"])
    (failure,) = [one for one in found if isinstance(one, SourceFailure)]
    assert (failure.source, failure.trouble, failure.needed) == ("tracking", Trouble.NOT_CONFIGURED, False)
    assert "AMZN_" in failure.remedy
    assert ours.box.count("getTracking") == 0
    stated = WantedClaim(synthetic_claim(0).order_id, germany.id, amazon_labels=(("Corriere", "N1"),))
    (failure,) = [one for one in ours.collect([stated], sources=["tracking"]) if isinstance(one, SourceFailure)]
    assert failure.trouble is Trouble.NOT_CONFIGURED


def test_a_label_is_fetched_and_leads_to_its_scans(desk: Start) -> None:
    ours = desk(3)
    claim = synthetic_claim(0)
    answers = ours.box.answers
    number = "IT4009990001"
    answers.tracking[number] = copy.deepcopy(answers.tracking[claim.tracking_number])
    answers.tracking[number]["payload"]["trackingId"] = number
    answers.shipments[SHIPMENT] = {
        "payload": {
            "ShipmentId": SHIPMENT,
            "AmazonOrderId": claim.order_id,
            "TrackingId": number,
            "ShippingService": {
                "CarrierName": "Amazon Shipping",
                "Benefits": {"IncludedBenefits": ["CLAIMS_PROTECTED"], "ExcludedBenefits": []},
            },
        }
    }
    wanted = WantedClaim(claim.order_id, claim.marketplace.id, shipment_ids=(SHIPMENT,))
    found = ours.collect([wanted], sources=["shipment", "tracking"])
    (label,) = _of(found, EvidenceKind.SHIPMENT)
    assert label.subject == SHIPMENT
    assert read_shipment(as_piece(label)).included_benefits == ("CLAIMS_PROTECTED",)
    (scans,) = _of(found, EvidenceKind.TRACKING)
    assert scans.subject == f"AMZN_IT:{number}"


def test_a_label_that_amazon_does_not_know_is_kept_as_its_word(desk: Start) -> None:
    ours = desk(1)
    wanted = WantedClaim(synthetic_claim(0).order_id, synthetic_claim(0).marketplace.id, shipment_ids=(SHIPMENT,))
    found = ours.collect([wanted], sources=["shipment"])
    (failure,) = [one for one in found if isinstance(one, SourceFailure)]
    assert (failure.source, failure.trouble, failure.needed) == ("shipment", Trouble.NO_RECORD, False)
    assert _of(found, EvidenceKind.REFUSAL)[0].subject == f"{wanted.order_id}#getShipment:{SHIPMENT}"


def test_the_sellers_own_listing_is_preferred_to_the_catalogue(desk: Start) -> None:
    ours = desk(1)
    thing, place = synthetic_claim(0).thing, synthetic_claim(0).marketplace.id
    ours.box.answers.listings[thing.sku] = {
        "sku": thing.sku,
        "summaries": [{"marketplaceId": place, "asin": thing.asin, "itemName": "Caffettiera"}],
    }
    ours.box.answers.catalog[thing.asin] = {
        "asin": thing.asin,
        "summaries": [{"marketplaceId": place, "itemName": "Kaffeemühle"}],
    }
    (page,) = _of(ours.collect(ours.wanted(1), sources=["order", "listing"]), EvidenceKind.CATALOG)
    assert (page.subject, read_listing(as_piece(page)).title) == (f"{place}:{thing.asin}", "Kaffeemühle")
    object.__setattr__(ours.access, "seller_id", "A1INVENTED")
    (own,) = _of(ours.collect(ours.wanted(1), sources=["order", "listing"]), EvidenceKind.LISTING)
    assert (own.subject, read_listing(as_piece(own)).title) == (f"{place}:{thing.sku}", "Caffettiera")
    assert ours.requests["getCatalogItem"] == ours.requests["getListingsItem"] == 1


def test_the_messages_that_may_be_sent_are_asked_with_the_orders_marketplace(desk: Start) -> None:
    ours = desk(1)
    claim = synthetic_claim(0)
    links = {"self": {"href": "/x"}, "actions": [{"href": "/y", "name": "warranty"}]}
    ours.box.answers.messaging[claim.order_id] = {"_links": links, "_embedded": {"actions": []}}
    found = ours.collect([WantedClaim(claim.order_id)], sources=["order", "messaging"])
    (answer,) = _of(found, EvidenceKind.MESSAGING)
    assert answer.subject == claim.order_id
    (seen,) = [one for one in ours.box.requests if one.operation == "getMessagingActionsForOrder"]
    assert seen.query == f"marketplaceIds={claim.marketplace.id}"


NAMES = "packages carrier trackingNumber orderItems product sellerSku asin salesChannel marketplaceId createdTime x"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_no_shape_of_an_order_breaks_what_follows(order: Any) -> None:
    answer = {"order": order}
    place = followups.marketplace_of(answer)
    assert place is None or isinstance(place, str)
    assert all(parcel.number for parcel in followups.parcels(answer, place))
    assert all(item.sku or item.asin for item in followups.items(answer))
    at = followups.created_at(answer)
    assert at is None or at.tzinfo is not None


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "cp1252", "no-such-charset", "utf-16"]))
def test_no_bytes_break_the_cutting_of_a_report(body: bytes, charset: str | None) -> None:
    for start in (b"", b"Order ID\tA-to-Z Claim\n"):
        report = flat_file(start + body, charset)
        if report is not None:
            for order_id in report.claimed():
                assert order_id
            assert report.rows_of("402-1234567-7654321").startswith(report.header)
