"""What belongs to the account and to no scenario: its health report, and a claim that no mail told of."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from a2z_defense.model.marketplaces import MARKETPLACES
from a2z_defense.sandbox import shapes
from a2z_defense.sandbox.shapes import Home, Parcel, Thing
from support.examples.first_stories import FROM_IVREA
from support.examples.story import Story, s10

_SPAN = {"reportingDateFrom": "2026-09-13T00:00:00.000Z", "reportingDateTo": "2026-11-11T23:59:59.999Z"}
_LISTING_METRICS = (
    "listingPolicyViolations", "productAuthenticityCustomerComplaints", "productConditionCustomerComplaints",
    "productSafetyCustomerComplaints", "receivedIntellectualPropertyComplaints", "restrictedProductPolicyViolations",
    "suspectedIntellectualPropertyViolations", "foodAndProductSafetyIssues", "otherPolicyViolations",
    "documentRequests",
)  # fmt: skip


def account_health() -> bytes:
    """The account-health report: every marketplace of the stories; one claim counted in Ireland, one in Germany."""
    countries = ["IT", "DE", "FR", "ES", "GB", "US", "NL", "CA", "PL", "AU", "SE", "IE", "BE"]
    ids = [found.id for country in countries for found in MARKETPLACES if found.country == country]
    counted = {found.id for found in MARKETPLACES if found.country in ("IE", "DE")}
    content = {
        "accountStatuses": [{"marketplaceId": one, "status": "NORMAL"} for one in ids],
        "performanceMetrics": [_metrics(one, claims=int(one in counted)) for one in ids],
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def without_mail() -> Story:
    """DE: the notice was lost; only the returns report's flag and a guarantee-claim event tell of the claim."""
    story = Story(
        slug="without-mail", country="DE", order_id="305-0091827-6640093", buyer="Käthe Großmann-Łęcka",
        item="Brotkasten „Nußdorf“, Zirbenholz", asin="B0A2ZEDE01",
    )  # fmt: skip
    home = Home("Käthe Großmann-Łęcka", ("Am Fröschlgrund 8",), "Görlitz", "02826", "DE")
    box = Thing("30512345678915", story.item, story.asin, "BROTKASTEN-ZIRBE", Decimal("97.00"))
    number, back_number = s10("RG", "60217733", "DE"), s10("RG", "60219958", "DE")
    shipped, granted = story.at("2026-10-06 10:40"), story.at("2026-11-09 15:22")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-05 19:07"), updated=granted,
            ship_by=(story.at("2026-10-06 00:00"), story.at("2026-10-07 23:59:59")),
            deliver_by=(story.at("2026-10-08 00:00"), story.at("2026-10-12 23:59:59")),
            home=home, email=story.email, things=[box], ship_from=FROM_IVREA,
            parcels=[Parcel("Deutsche Post", "Einschreiben", number, shipped, ((box.item_id, 1),), "DELIVERED")],
        ),
    )  # fmt: skip
    story.charged(shipped, [box], GuaranteeClaimEventList=granted)
    story.files["spapi/returns.tsv"] = story.returns_row(
        {
            "Order date": "05-Oct-2026", "Return request date": "19-Oct-2026", "Return request status": "Approved",
            "Amazon RMA ID": "DDEm1X9tTRRMA", "Label type": "AmazonUnPaidLabel", "Currency code": "EUR",
            "Return carrier": "Deutsche Post", "Tracking ID": back_number, "Label to be paid by": "Customer",
            "A-to-Z Claim": "Y", "Is prime": "N", "Merchant SKU": box.sku, "Return quantity": "1",
            "Return Reason": "Performance or quality not adequate", "In policy": "Y", "Return type": "C-Returns",
            "Order Amount": "97.00", "Order quantity": "1",
        }
    )  # fmt: skip
    return story


def _metrics(marketplace_id: str, *, claims: int) -> dict[str, Any]:
    orders = 412
    return {
        "marketplaceId": marketplace_id,
        "invoiceDefectRate": {
            "reportingDateRange": _SPAN, "orderCount": orders, "invoiceDefect": _count(0), "missingInvoice": _count(0),
            "lateInvoice": _count(0), "status": "GOOD", "rate": 0, "targetValue": 0.05, "targetCondition": "LESS_THAN",
        },
        "lateShipmentRate": _rate(orderCount=orders, lateShipmentCount=4, rate=0.0097, target=0.04),
        "orderDefectRate": {"mfn": _defects(orders, claims), "afn": _defects(0, 0)},
        "onTimeDeliveryRate": {
            **_rate(shipmentCountWithValidTracking=400, onTimeDeliveryCount=391, rate=0.9775, target=0.9),
            "targetCondition": "GREATER_THAN",
        },
        "unitOnTimeDeliveryRate": {
            **_rate(unitOnTimeDeliveryCount=391, totalUnitCount=400, rate=0.9775, target=0.9),
            "targetCondition": "GREATER_THAN",
        },
        "validTrackingRate": {
            **_rate(shipmentCount=405, validTrackingCount=401, rate=0.9901, target=0.95),
            "targetCondition": "GREATER_THAN",
        },
        "preFulfillmentCancellationRate": _rate(orderCount=orders, cancellationCount=1, rate=0.0024, target=0.025),
        "warningStates": [],
        # Amazon's schema requires a name that its own properties do not list: both are told
        "accountHealthRating": {
            "reportingDateRange": _SPAN, "ahrStatus": "GREAT", "accountHealthRatingStatus": "GREAT",
        },
        **{
            name: {
                "reportingDateRange": _SPAN, "defectsCount": 0, "status": "GOOD", "targetValue": 0,
                "targetCondition": "EQUALS",
            }
            for name in _LISTING_METRICS
        },
    }  # fmt: skip


def _rate(*, rate: float, target: float, **counts: int) -> dict[str, Any]:
    told: dict[str, Any] = {"reportingDateRange": _SPAN, "status": "GOOD", "rate": rate, "targetValue": target}
    return {**told, "targetCondition": "LESS_THAN", **counts}


def _defects(orders: int, claims: int) -> dict[str, Any]:
    return {
        "reportingDateRange": _SPAN,
        "orderCount": orders,
        "orderWithDefects": _count(claims),
        "claims": _count(claims),
        "chargebacks": _count(0),
        "negativeFeedback": _count(0),
        "fulfillmentType": "MFN" if orders else "AFN",
        "status": "GOOD" if orders else "NONE",
        "rate": round(claims / orders, 4) if orders else 0,
        "targetValue": 0.01,
        "targetCondition": "LESS_THAN",
    }


def _count(count: int) -> dict[str, Any]:
    return {"count": count, "status": "GOOD"}
