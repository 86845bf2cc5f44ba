"""The answers that belong to the account and to no order: examples/account/spapi."""

from __future__ import annotations

import json
from typing import Any

from a2z_defense.model.marketplaces import MARKETPLACES

_SPAN = {"reportingDateFrom": "2026-09-13T00:00:00.000Z", "reportingDateTo": "2026-11-11T23:59:59.999Z"}
_LISTING_METRICS = (
    "listingPolicyViolations", "productAuthenticityCustomerComplaints", "productConditionCustomerComplaints",
    "productSafetyCustomerComplaints", "receivedIntellectualPropertyComplaints", "restrictedProductPolicyViolations",
    "suspectedIntellectualPropertyViolations", "foodAndProductSafetyIssues", "otherPolicyViolations",
    "documentRequests",
)  # fmt: skip


def account_health() -> bytes:
    """The account-health report: every marketplace of the stories, one claim counted in Ireland."""
    countries = ["IT", "DE", "FR", "ES", "GB", "US", "NL", "CA", "PL", "AU", "SE", "IE", "BE"]
    ids = [found.id for country in countries for found in MARKETPLACES if found.country == country]
    irish = next(found.id for found in MARKETPLACES if found.country == "IE")
    content = {
        "accountStatuses": [{"marketplaceId": one, "status": "NORMAL"} for one in ids],
        "performanceMetrics": [_metrics(one, claims=int(one == irish)) for one in ids],
    }
    return (json.dumps(content, indent=1) + "\n").encode()


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
