"""What each reader makes of particular answers: the cases that decide claims."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.order import Completeness
from a2z_defense.model.tracking import Leg, ScanKind
from a2z_defense.readers.account_health import read_account_health
from a2z_defense.readers.errors import Unreadable
from a2z_defense.readers.fields import as_instant
from a2z_defense.readers.finances import read_finances
from a2z_defense.readers.listing import read_listing
from a2z_defense.readers.messaging import read_messaging
from a2z_defense.readers.order import read_order
from a2z_defense.readers.returns import read_returns
from a2z_defense.readers.shipment import read_shipment
from a2z_defense.readers.tracking import read_tracking

AT = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)
ORDER_ID = "402-1234567-7654321"


def piece(kind: EvidenceKind, answer: Any, subject: str = ORDER_ID, media: str = "application/json") -> Piece:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return as_piece(Observation(kind, subject, body, media, Provenance(source="spapi", obtained_at=AT)))


def order(**more: Any) -> dict[str, Any]:
    return {
        "order": {
            "orderId": ORDER_ID,
            "createdTime": "2026-11-01T10:00:00Z",
            "lastUpdatedTime": "2026-11-02T10:00:00Z",
            "salesChannel": {"channelName": "AMAZON"},
            "orderItems": [{"orderItemId": "1", "quantityOrdered": 2, "product": {"title": "Théière"}}],
            **more,
        }
    }


def read(**more: Any) -> Any:
    return read_order(piece(EvidenceKind.ORDER, order(**more)))


# --- order


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"addressLine1": "Via dell’Àncora 7", "city": "Forlì", "postalCode": "47121"}, Completeness.FULL),
        ({"city": "Forlì", "postalCode": "47121", "countryCode": "IT"}, Completeness.PARTIAL),
        ({"addressLine1": "  ", "city": "Forlì", "postalCode": "47121"}, Completeness.PARTIAL),
        ({"addressLine1": "", "city": "", "postalCode": ""}, Completeness.NONE),
        ({}, Completeness.NONE),
        (
            {"extendedFields": {"streetName": "Rua Ação", "streetNumber": "12"}, "city": "Rio", "postalCode": "20000"},
            Completeness.FULL,
        ),
    ],
)
def test_an_address_without_a_street_is_not_full(address: dict[str, Any], told: Completeness) -> None:
    assert read(recipient={"deliveryAddress": address}).address.completeness is told


def test_no_word_of_packages_is_not_no_packages() -> None:
    assert (read().packages_told, read(packages=[]).packages_told) == (False, True)


def test_a_package_keeps_units_status_and_a_number_without_blanks() -> None:
    found = read(
        packages=[
            {
                "packageReferenceId": "1",
                "carrier": "Poste Inventate",
                "trackingNumber": " QX 4007 001IT ",
                "shipTime": "2026-11-02T08:00:00+01:00",
                "packageStatus": {"status": "DELIVERED", "detailedStatus": "A_NEWER_WORD"},
                "packageItems": [{"orderItemId": "1", "quantity": 1}],
            }
        ]
    )
    (package,) = found.packages
    assert package.tracking_number == "QX4007001IT"
    assert package.ship_time == dt.datetime(2026, 11, 2, 7, 0, tzinfo=dt.UTC)
    assert (package.status, package.detailed_status) == ("DELIVERED", "A_NEWER_WORD")
    assert [(held.item_id, held.quantity) for held in package.contents] == [("1", 1)]


@pytest.mark.parametrize("broken", [{"orderId": " "}, {"createdTime": "2026-11-01T10:00:00"}, {"orderItems": None}])
def test_an_order_without_what_the_model_requires_is_unreadable(broken: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as raised:
        read(**broken)
    assert ORDER_ID not in str(raised.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"order": 1}', b"\xff\xfe", b'{"order": NaN}'])
def test_other_bytes_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_order(piece(EvidenceKind.ORDER, body))


# --- finances


def event(charges: list[tuple[str, str]], *, name: str = "ShipmentItemAdjustmentList", **more: Any) -> dict[str, Any]:
    inner = "ItemChargeList" if name == "ShipmentItemList" else "ItemChargeAdjustmentList"
    item = {
        "OrderItemId": "1",
        inner: [
            {"ChargeType": "Principal", "ChargeAmount": {"CurrencyCode": currency, "CurrencyAmount": float(amount)}}
            for amount, currency in charges
        ],
        "ItemFeeAdjustmentList": [
            {"FeeType": "Commission", "FeeAmount": {"CurrencyCode": "EUR", "CurrencyAmount": 3.0}}
        ],
        "OrderAdjustmentItemId": "7001",
    }
    return {"AmazonOrderId": ORDER_ID, "PostedDate": "2026-11-03T10:00:00Z", name: [item], **more}


def movements(**lists: Any) -> Any:
    answer = {"payload": {"FinancialEvents": lists}}
    return read_finances([piece(EvidenceKind.FINANCES, answer, f"{ORDER_ID}#1")], ORDER_ID).movements


def test_a_refund_is_what_the_buyer_got_fees_apart() -> None:
    (found,) = movements(RefundEventList=[event([("-10.10", "EUR"), ("-2.40", "EUR")])])
    assert (found.kind, str(found.amount), found.reference) == (MovementKind.REFUND, "12.50 EUR", "7001")
    assert found.item_ids == ("1",)


@pytest.mark.parametrize(
    ("amount", "kind"),
    [("-25.00", MovementKind.CLAIM_DEBIT), ("25.00", MovementKind.CLAIM_CREDIT), ("0", MovementKind.OTHER)],
)
def test_the_sign_says_which_way_a_guarantee_claim_went(amount: str, kind: MovementKind) -> None:
    (found,) = movements(GuaranteeClaimEventList=[event([(amount, "EUR")])])
    assert found.kind is kind


def test_a_refund_taken_back_is_no_refund() -> None:
    (found,) = movements(RefundEventList=[event([("10.00", "EUR")])])
    assert found.kind is MovementKind.REFUND_REVERSAL


def test_several_currencies_have_no_sum() -> None:
    (found,) = movements(RefundEventList=[event([("-10.00", "EUR"), ("-1.00", "GBP")])])
    assert (found.kind, found.amount) == (MovementKind.REFUND, None)


def test_a_promotion_lowers_what_the_buyer_paid() -> None:
    charge = event([("20.00", "EUR")], name="ShipmentItemList")
    charge["ShipmentItemList"][0]["PromotionList"] = [
        {"PromotionType": "x", "PromotionAmount": {"CurrencyCode": "EUR", "CurrencyAmount": -5.0}}
    ]
    (found,) = movements(ShipmentEventList=[charge])
    assert (found.kind, str(found.amount)) == (MovementKind.CHARGE, "15.00 EUR")


def test_another_orders_event_is_not_ours() -> None:
    assert movements(RefundEventList=[event([("-10", "EUR")], AmazonOrderId="402-0000000-0000000")]) == ()


def test_a_page_that_names_a_next_one_is_not_the_end() -> None:
    answer = {"payload": {"FinancialEvents": {}, "NextToken": "more"}}
    first = piece(EvidenceKind.FINANCES, answer, f"{ORDER_ID}#1")
    last = piece(EvidenceKind.FINANCES, {"payload": {"FinancialEvents": {}}}, f"{ORDER_ID}#2")
    assert read_finances([first], ORDER_ID).complete is False
    assert read_finances([first, last], ORDER_ID).complete is True


def test_an_answer_without_events_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_finances([piece(EvidenceKind.FINANCES, {"payload": {}})], ORDER_ID)


# --- tracking


def tracking(events: list[dict[str, Any]], *, other: str | None = "", **details: list[str]) -> Any:
    answer = {
        "payload": {
            "trackingId": "IT0000000001",
            "alternateLegTrackingId": other,
            "eventHistory": events,
            "promisedDeliveryDate": "2026-11-08T20:00:00Z",
            "summary": {"status": "Delivered", "trackingDetailCodes": {"forward": [], "returns": [], **details}},
        }
    }
    return read_tracking(piece(EvidenceKind.TRACKING, answer, "AMZN_IT:IT0000000001"))


def scanned(code: str, time: str = "2026-11-07T10:00:00Z", **more: Any) -> dict[str, Any]:
    return {"eventCode": code, "eventTime": time, **more}


def test_a_label_is_no_first_scan_and_a_pickup_is() -> None:
    found = tracking(
        [scanned("PickupDone", "2026-11-05T10:00:00Z"), scanned("ReadyForReceive", "2026-11-04T10:00:00Z")]
    )
    assert [scan.kind for scan in found.scans] == [ScanKind.LABEL, ScanKind.COLLECTED]


def test_a_delivery_on_the_return_leg_is_a_return() -> None:
    found = tracking(
        [scanned("ReturnInitiated", shipmentType="FORWARD"), scanned("Delivered", shipmentType="RETURNS")],
        returns=["DeliveredToReceptionist"],
    )
    delivered = found.scans[-1]
    assert (delivered.kind, delivered.leg, delivered.left_with) == (ScanKind.DELIVERED, Leg.RETURN, "receptionist")


@pytest.mark.parametrize(
    ("events", "other", "leg"),
    [
        ([scanned("Delivered")], "", Leg.FORWARD),
        ([scanned("Delivered")], None, Leg.FORWARD),
        ([scanned("Delivered")], "IT9990000001", Leg.UNKNOWN),
        ([scanned("ReturnInitiated", "2026-11-06T10:00:00Z"), scanned("Delivered")], "", Leg.UNKNOWN),
        ([scanned("Delivered", shipmentType="SIDEWAYS")], "", Leg.UNKNOWN),
    ],
)
def test_a_leg_is_not_guessed_once_anything_speaks_of_a_return(events: Any, other: str | None, leg: Leg) -> None:
    assert tracking(events, other=other).scans[-1].leg is leg


def test_signed_is_a_detail_and_no_name() -> None:
    found = tracking([scanned("Delivered")], forward=["Signed", "DeliveredToNeighbor"])
    (scan,) = found.scans
    assert (scan.signed_by, scan.left_with) == (None, "neighbor")
    assert found.forward_details == ("Signed", "DeliveredToNeighbor")


def test_a_word_that_no_table_knows_proves_nothing() -> None:
    (scan,) = tracking([scanned("Received")]).scans
    assert (scan.kind, scan.code) == (ScanKind.OTHER, "Received")


def test_a_time_without_zone_is_kept_as_words() -> None:
    (scan,) = tracking([scanned("Delivered", "2026-11-07T10:00:00")]).scans
    assert (scan.at, scan.local_time) == (None, "2026-11-07T10:00:00")


def test_an_answer_with_nothing_in_it_shows_no_amazon_label() -> None:
    """Seen at Amazon: every field null but the number."""
    answer: dict[str, Any] = {
        "payload": {
            "alternateLegTrackingId": None,
            "eventHistory": [],
            "promisedDeliveryDate": None,
            "summary": {"status": None, "trackingDetailCodes": {"forward": [], "returns": []}},
            "trackingId": "UK0000000001",
        }
    }
    found = read_tracking(piece(EvidenceKind.TRACKING, answer, "AMZN_UK:UK0000000001"))
    assert (found.scans, found.summary, found.bought_through_amazon) == ((), None, False)


def test_every_event_and_place_of_the_model_has_its_meaning() -> None:
    from support.spapi_models import MODELS, model

    from a2z_defense.readers.scan_tables import carrier_table

    if not MODELS.is_dir():
        pytest.skip("Amazon's models are not beside the checkout")
    definitions = model("shipping_v2")["definitions"]
    table = carrier_table("amazon")
    assert set(table.scans) == set(definitions["EventCode"]["enum"])
    assert set(table.left_with) <= set(definitions["DetailCodes"]["enum"])


# --- the rest


def test_a_label_tells_its_benefits_and_why_one_is_excluded() -> None:
    answer = {
        "payload": {
            "ShipmentId": "7d1f6a52-0c3e-4b84-9a51-2f0e6d9b7c11",
            "TrackingId": "IT 0000000001",
            "Status": "Purchased",
            "ShippingService": {
                "CarrierName": "Amazon Shipping",
                "ShipDate": "2026-11-02T10:00:00Z",
                "ShippingServiceOptions": {"DeliveryExperience": "DeliveryConfirmationWithSignature"},
                "Benefits": {
                    "IncludedBenefits": ["SOMETHING_NEW"],
                    "ExcludedBenefits": [{"Benefit": "CLAIMS_PROTECTED", "ReasonCodes": ["LATE_DELIVERY_RISK"]}],
                },
            },
            "ShipToAddress": {
                "Name": "Zoë",
                "AddressLine1": "Via dell’Àncora 7",
                "City": "Forlì",
                "PostalCode": "47121",
            },
        }
    }
    found = read_shipment(piece(EvidenceKind.SHIPMENT, answer))
    assert found.included_benefits == ("SOMETHING_NEW",)
    assert found.excluded_benefits == (("CLAIMS_PROTECTED", ("LATE_DELIVERY_RISK",)),)
    assert found.tracking_number == "IT0000000001"
    assert found.ship_to is not None
    assert found.ship_to.city == "Forlì"


def test_messages_are_named_by_link_or_by_path() -> None:
    links = [{"href": "/x", "name": "warranty"}, {"href": "/messaging/v1/orders/1/messages/invoice?marketplaceIds=A"}]
    answer = {"_links": {"self": {"href": "/x"}, "actions": links}}
    assert read_messaging(piece(EvidenceKind.MESSAGING, answer)).actions == ("warranty", "invoice")


def test_a_listing_speaks_of_its_own_marketplace() -> None:
    answer = {
        "sku": "SYN-1",
        "summaries": [
            {"marketplaceId": "A1PA6795UKMFR9", "itemName": "Teekanne"},
            {"marketplaceId": "APJ6JRA9NG5V4", "itemName": "Teiera", "asin": "B000000001"},
        ],
        "attributes": {
            "bullet_point": [
                {"value": "Aus Ton", "marketplace_id": "A1PA6795UKMFR9"},
                {"value": "Di terracotta", "marketplace_id": "APJ6JRA9NG5V4"},
            ]
        },
    }
    found = read_listing(piece(EvidenceKind.LISTING, answer, "APJ6JRA9NG5V4:SYN-1"))
    assert (found.title, found.bullets, found.asin) == ("Teiera", ("Di terracotta",), "B000000001")
    assert found.captured_at == AT


def test_account_health_of_several_marketplaces_is_not_mixed_up() -> None:
    rows = [
        {"marketplaceId": place, "orderDefectRate": {"mfn": {"claims": {"count": count}, "targetValue": 0.01}}}
        for place, count in (("A", 1), ("B", 7))
    ]
    assert read_account_health(piece(EvidenceKind.ACCOUNT_HEALTH, {"performanceMetrics": rows}, "B")).claim_count == 7
    with pytest.raises(Unreadable):
        read_account_health(piece(EvidenceKind.ACCOUNT_HEALTH, {"performanceMetrics": rows}, "C"))


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Order ID\tA-to-Z Claim\tReturn request date", f"{ORDER_ID}\tY\t14-Jul-2026"),
        ("return-request-date\torder-id\ta-to-z-claim", f"2026-07-14\t{ORDER_ID}\ttrue"),
    ],
)
def test_return_columns_are_found_by_name(header: str, row: str) -> None:
    body = f"\ufeff{header}\r\n\r\n{row}\r\n".encode()
    (found,) = read_returns(piece(EvidenceKind.RETURNS, body, media="text/plain"), ORDER_ID)
    assert (found.a_to_z, found.requested_on) == (True, dt.date(2026, 7, 14))


def test_an_absent_flag_column_is_unknown_and_a_short_row_is_read() -> None:
    body = f"Order ID\tItem Name\tReturn Reason\n{ORDER_ID}\tCaf\xe9 \x85\n".encode("cp1252", "replace")
    (found,) = read_returns(piece(EvidenceKind.RETURNS, body, media="text/plain"), ORDER_ID)
    assert (found.a_to_z, found.reason) == (None, None)


def test_a_file_without_order_ids_is_no_returns_report() -> None:
    with pytest.raises(Unreadable):
        read_returns(piece(EvidenceKind.RETURNS, b"sku\tasin\n1\t2\n", media="text/plain"), ORDER_ID)


@pytest.mark.parametrize("words", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_date_that_only_stands_for_an_open_end_is_not_told(words: str) -> None:
    """A window to the year 9999 is no promise; what is three days after it cannot be counted."""
    assert as_instant(words) is None
