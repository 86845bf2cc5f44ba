"""The operations that a2z calls: rate, burst, allowed parameters, and how a good answer is recognised.

Rates and bursts: Amazon's usage plans as published in the models of August 2026. The `x-amzn-RateLimit-Limit`
header of an answer replaces the rate. A wrong shape is no answer: an empty 200 must never read as "no packages".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from a2z_defense.model.evidence import EvidenceKind

Shape = Callable[[dict[str, Any], str], bool]
"""Given the parsed answer and what was asked about: is it an answer to that?"""


@dataclass(frozen=True)
class Operation:
    """One SP-API operation."""

    name: str
    source: str
    """The source's name in failures and in the case: `order`, `finances` ..."""
    kind: EvidenceKind
    rate: float
    """Requests a second."""
    burst: int
    shape: Shape
    needed: bool = False
    role: str = ""
    """A role that opens it, in the words of Amazon's "Role Mappings" and its pages on single roles (developer-docs,
    read 2026-11); blank: not looked up, so it is not named."""


def _has(*path: str, of: type = dict) -> Shape:
    def shape(answer: dict[str, Any], _asked: str) -> bool:
        found: Any = answer
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return isinstance(found, of)

    return shape


def _order(answer: dict[str, Any], asked: str) -> bool:
    order = answer.get("order")
    return isinstance(order, dict) and order.get("orderId") == asked and isinstance(order.get("orderItems"), list)


GET_ORDER = Operation(
    "getOrder",
    "order",
    EvidenceKind.ORDER,
    0.5,
    30,
    _order,
    needed=True,
    role="Inventory and Order Tracking, and Direct-to-Consumer Shipping (Restricted) for names and addresses",
)
FINANCES_BY_ORDER = Operation(
    "listFinancialEventsByOrderId",
    "finances",
    EvidenceKind.FINANCES,
    0.5,
    30,
    _has("payload", "FinancialEvents"),
    needed=True,
    role="Finance and Accounting",
)
FINANCES_SWEEP = Operation(
    "listFinancialEvents",
    "finances",
    EvidenceKind.WHOLE,
    0.5,
    30,
    _has("payload", "FinancialEvents"),
    role="Finance and Accounting",
)
GET_TRACKING = Operation(
    "getTracking",
    "tracking",
    EvidenceKind.TRACKING,
    80.0,
    100,
    _has("payload", "eventHistory", of=list),
    role="Amazon Logistics",
)
GET_SHIPMENT = Operation(
    "getShipment",
    "shipment",
    EvidenceKind.SHIPMENT,
    1.0,
    1,
    _has("payload", "ShipmentId", of=str),
    role="Direct-to-Consumer Shipping (Restricted)",
)
GET_LISTING = Operation(
    "getListingsItem", "listing", EvidenceKind.LISTING, 5.0, 10, _has("sku", of=str), role="Product Listing"
)
GET_CATALOG = Operation(
    "getCatalogItem", "listing", EvidenceKind.CATALOG, 2.0, 2, _has("asin", of=str), role="Product Listing"
)
GET_MESSAGING = Operation(
    "getMessagingActionsForOrder",
    "messaging",
    EvidenceKind.MESSAGING,
    1.0,
    5,
    _has("_links", "actions", of=list),
    role="Buyer Communication",
)
CREATE_REPORT = Operation(
    "createReport",
    "returns",
    EvidenceKind.WHOLE,
    0.0167,
    15,
    _has("reportId", of=str),
    role="Inventory and Order Tracking",
)
GET_REPORT = Operation(
    "getReport",
    "returns",
    EvidenceKind.WHOLE,
    2.0,
    15,
    _has("processingStatus", of=str),
    role="Inventory and Order Tracking",
)
GET_REPORT_DOCUMENT = Operation("getReportDocument", "returns", EvidenceKind.WHOLE, 0.0167, 15, _has("url", of=str))
GET_PARTICIPATIONS = Operation(
    "getMarketplaceParticipations", "sellers", EvidenceKind.WHOLE, 0.016, 15, _has("payload", of=list)
)

RETURNS_REPORT = Operation("returnsReport", "returns", EvidenceKind.RETURNS, 1.0, 1, _has())
HEALTH_REPORT = Operation("accountHealthReport", "account_health", EvidenceKind.ACCOUNT_HEALTH, 1.0, 1, _has())
"""Not operations of SP-API but chains of them: createReport, getReport, getReportDocument and the download."""
IMAGE = Operation("image", "images", EvidenceKind.LISTING_IMAGE, 5.0, 5, _has())
"""A listing's picture from Amazon's media host; no operation of SP-API, and no quota of it."""
TOKEN = Operation("token", "token", EvidenceKind.WHOLE, 1.0, 5, _has(), needed=True)
"""The exchange with Login with Amazon; no operation of SP-API, and no quota of it."""

OPERATIONS: tuple[Operation, ...] = (
    GET_ORDER,
    FINANCES_BY_ORDER,
    FINANCES_SWEEP,
    GET_TRACKING,
    GET_SHIPMENT,
    GET_LISTING,
    GET_CATALOG,
    GET_MESSAGING,
    CREATE_REPORT,
    GET_REPORT,
    GET_REPORT_DOCUMENT,
    GET_PARTICIPATIONS,
)

ORDER_DATA = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
)
"""What getOrder is asked to include: everything that a defense can use, none of what it cannot."""
