"""The SP-API operations that the simulator knows: path, parameters, published rate and burst.

Paths, parameter names and their enums follow Amazon's Swagger models, rates are the default usage plans
(developer-docs, "Usage plans and rate limits"), both read August 2026.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from a2z_defense.sandbox.exchange import Request


class Type(StrEnum):
    STRING = "string"
    LIST = "list"
    """Comma-separated in one parameter, as Swagger's default collection format says."""
    INTEGER = "integer"
    BOOLEAN = "boolean"
    INSTANT = "instant"


@dataclass(frozen=True)
class Parameter:
    """One query parameter."""

    name: str
    type: Type = Type.STRING
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    """For an integer its bounds; for a list the number of values."""


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    rate: float
    """Requests a second by which the bucket fills."""
    burst: int
    parameters: tuple[Parameter, ...] = ()
    body: tuple[str, ...] | None = None
    """Names that the JSON body may hold; None: no body."""
    required_body: tuple[str, ...] = ()


ORDER_DATA = (
    "BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX",
    "PAYMENT", "FULFILLMENT_ORDERS",
)  # fmt: skip
LISTING_DATA = (
    "summaries", "attributes", "issues", "offers", "fulfillmentAvailability", "procurement", "relationships",
    "productTypes",
)  # fmt: skip
CATALOG_DATA = (
    "attributes", "classifications", "dimensions", "identifiers", "images", "productTypes", "relationships",
    "salesRanks", "summaries", "vendorDetails",
)  # fmt: skip
BUSINESS_IDS = tuple(f"AmazonShipping_{code}" for code in ("US", "IN", "UK", "UAE", "SA", "EG", "IT", "ES", "FR", "JP"))

_MARKETPLACES = Parameter("marketplaceIds", Type.LIST, required=True)
_PAGE = (Parameter("MaxResultsPerPage", Type.INTEGER, least=1, most=100), Parameter("NextToken"))

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", 0.5, 30,
        (Parameter("includedData", Type.LIST, choices=ORDER_DATA),),
    ),
    Operation("listFinancialEventsByOrderId", "GET", "/finances/v0/orders/{orderId}/financialEvents", 0.5, 30, _PAGE),
    Operation(
        "listFinancialEvents", "GET", "/finances/v0/financialEvents", 0.5, 30,
        (Parameter("PostedAfter", Type.INSTANT), Parameter("PostedBefore", Type.INSTANT), *_PAGE),
    ),
    Operation(
        "createReport", "POST", "/reports/2021-06-30/reports", 0.0167, 15,
        body=("reportOptions", "reportType", "dataStartTime", "dataEndTime", "marketplaceIds"),
        required_body=("reportType", "marketplaceIds"),
    ),
    Operation("getReport", "GET", "/reports/2021-06-30/reports/{reportId}", 2.0, 15),
    Operation(
        "getReportDocument", "GET", "/reports/2021-06-30/documents/{reportDocumentId}", 0.0167, 15,
        (Parameter("enableContentEncodingUrlHeader", Type.BOOLEAN),),
    ),
    Operation(
        "getTracking", "GET", "/shipping/v2/tracking", 80.0, 100,
        (Parameter("trackingId", required=True), Parameter("carrierId", required=True)),
    ),
    Operation("getShipment", "GET", "/mfn/v0/shipments/{shipmentId}", 1.0, 1),
    Operation(
        "getListingsItem", "GET", "/listings/2021-08-01/items/{sellerId}/{sku}", 5.0, 10,
        (
            _MARKETPLACES,
            Parameter("issueLocale"),
            Parameter("includedData", Type.LIST, choices=LISTING_DATA),
        ),
    ),
    Operation(
        "getCatalogItem", "GET", "/catalog/2022-04-01/items/{asin}", 2.0, 2,
        (_MARKETPLACES, Parameter("includedData", Type.LIST, choices=CATALOG_DATA), Parameter("locale")),
    ),
    Operation(
        "getMessagingActionsForOrder", "GET", "/messaging/v1/orders/{amazonOrderId}", 1.0, 5,
        (Parameter("marketplaceIds", Type.LIST, required=True, most=1),),
    ),
    Operation("getMarketplaceParticipations", "GET", "/sellers/v1/marketplaceParticipations", 0.016, 15),
)  # fmt: skip
BY_NAME: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}


def match(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that answers this path, with its path parameters decoded; None when there is none."""
    asked = path.split("/")
    for operation in OPERATIONS:
        known = operation.path.split("/")
        if operation.method != method or len(known) != len(asked):
            continue
        pairs = list(zip(known, asked, strict=True))
        if all(ours == theirs or (ours.startswith("{") and theirs) for ours, theirs in pairs):
            return operation, {ours[1:-1]: unquote(theirs) for ours, theirs in pairs if ours.startswith("{")}
    return None


def fault_of(operation: Operation, request: Request) -> str | None:
    """Why the query does not follow the model, or None. A parameter that the model does not know is an error."""
    known = {parameter.name: parameter for parameter in operation.parameters}
    for name, values in request.query.items():
        if name not in known:
            return f"{operation.name} has no parameter {name}"
        if len(values) > 1:
            return f"{name} was sent {len(values)} times"
        why = _fault_of_value(known[name], values[0])
        if why:
            return why
    for parameter in operation.parameters:
        if parameter.required and not request.one(parameter.name):
            return f"{parameter.name} is required"
    business = request.headers.get("x-amzn-shipping-business-id")
    if business is not None and business not in BUSINESS_IDS:
        return "x-amzn-shipping-business-id is not one of the model's values"
    return None


def _fault_of_value(parameter: Parameter, value: str) -> str | None:
    match parameter.type:
        case Type.LIST:
            values = value.split(",")
            unknown = [one for one in values if parameter.choices and one not in parameter.choices]
            if unknown or "" in values:
                return f"{parameter.name} has a value that the model does not know"
            if parameter.most is not None and len(values) > parameter.most:
                return f"{parameter.name} takes at most {parameter.most} value"
        case Type.INTEGER:
            if not value.isascii() or not value.isdigit():
                return f"{parameter.name} is not an integer"
            if not (parameter.least or 0) <= int(value) <= (parameter.most or int(value)):
                return f"{parameter.name} is out of bounds"
        case Type.BOOLEAN:
            if value not in ("true", "false"):
                return f"{parameter.name} is not a boolean"
        case Type.INSTANT:
            return None if instant(value) else f"{parameter.name} is not an ISO 8601 instant with a zone"
        case Type.STRING:
            return None if value else f"{parameter.name} is empty"
    return None


def instant(text: str) -> dt.datetime | None:
    """An ISO 8601 instant with a zone, in UTC, or None."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(dt.UTC) if found.tzinfo else None
