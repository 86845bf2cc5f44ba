"""What each operation answers, once the request has passed token, bucket and model."""

from __future__ import annotations

import copy
import json

from a2z_defense.base.errors import A2zError
from a2z_defense.model.marketplaces import by_id
from a2z_defense.sandbox import finances
from a2z_defense.sandbox.answers import Answers
from a2z_defense.sandbox.exchange import Answer, Json, Request, invalid, json_answer, not_found
from a2z_defense.sandbox.operations import Operation
from a2z_defense.sandbox.reports import Reports

_ORDER_FIELDS = {
    "BUYER": ("buyer",),
    "RECIPIENT": ("recipient",),
    "PROCEEDS": ("proceeds",),
    "FULFILLMENT": ("fulfillment",),
    "PACKAGES": ("packages",),
    "TAX": ("tax",),
    "PAYMENT": ("payment",),
    "FULFILLMENT_ORDERS": ("fulfillmentOrders",),
}
_ITEM_FIELDS = {
    "PROCEEDS": ("proceeds",),
    "EXPENSE": ("expense",),
    "PROMOTION": ("promotion",),
    "CANCELLATION": ("cancellation",),
    "FULFILLMENT": ("fulfillment",),
    "TAX": ("tax",),
}


class Handlers:
    """Answers requests from `answers`."""

    def __init__(self, answers: Answers, reports: Reports) -> None:
        self.answers = answers
        self.reports = reports

    def answer(self, operation: Operation, request: Request, base_url: str) -> Answer:
        """The answer of `operation`."""
        if operation.body is not None and (why := _fault_of_body(operation, request)):
            return invalid(why)
        match operation.name:
            case "getOrder":
                return self._order(request)
            case "listFinancialEventsByOrderId":
                return finances.by_order(self.answers, request)
            case "listFinancialEvents":
                return finances.by_date(self.answers, request)
            case "createReport":
                return self.reports.create(request)
            case "getReport":
                return self.reports.get(request)
            case "getReportDocument":
                return self.reports.document(request, base_url)
            case "getTracking":
                return _found(self.answers.tracking, request.one("trackingId") or "", "the tracking id")
            case "getShipment":
                return _found(self.answers.shipments, request.parts["shipmentId"], "the shipment")
            case "getListingsItem":
                return _item(self.answers.listings, request, "sku")
            case "getCatalogItem":
                return _item(self.answers.catalog, request, "asin")
            case "getMessagingActionsForOrder":
                return _found(self.answers.messaging, request.parts["amazonOrderId"], "the order")
            case "getMarketplaceParticipations":
                return self._participations()
        raise A2zError(f"the simulator has no answer for {operation.name}")

    def _order(self, request: Request) -> Answer:
        whole = self.answers.orders.get(request.parts["orderId"])
        if whole is None:
            return not_found("the order")
        answer = copy.deepcopy(whole)
        asked = request.many("includedData")
        for data_set, names in _ORDER_FIELDS.items():
            if data_set not in asked:
                for name in names:
                    answer["order"].pop(name, None)
        for data_set, names in _ITEM_FIELDS.items():
            if data_set not in asked:
                for item in answer["order"]["orderItems"]:
                    for name in names:
                        item.pop(name, None)
        return json_answer(answer)

    def _participations(self) -> Answer:
        ids = {content["order"]["salesChannel"].get("marketplaceId") for content in self.answers.orders.values()}
        known = [found for found in map(by_id, sorted(filter(None, ids))) if found is not None]
        payload = [
            {
                "marketplace": {
                    "id": found.id,
                    "name": found.domain.capitalize(),
                    "countryCode": found.country,
                    "defaultCurrencyCode": found.currency,
                    "defaultLanguageCode": f"{found.language}_{found.country}",
                    "domainName": f"www.{found.domain}",
                },
                "participation": {"isParticipating": True, "hasSuspendedListings": False},
                "storeName": "Bottega Ferrùa",
            }
            for found in known
        ]
        return json_answer({"payload": payload})


def _found(answers: dict[str, Json], subject: str, what: str) -> Answer:
    content = answers.get(subject)
    return not_found(what) if content is None else json_answer(content)


def _item(answers: dict[str, Json], request: Request, name: str) -> Answer:
    """A listing or catalog item with the data sets asked for (`summaries` when none is named) in those marketplaces."""
    content = answers.get(request.parts[name])
    if content is None:
        return not_found(f"the {name}")
    wanted = {name, *(request.many("includedData") or ("summaries",))}
    places = request.many("marketplaceIds")
    return json_answer(
        {
            key: [one for one in value if one.get("marketplaceId", places[0]) in places]
            if isinstance(value, list)
            else value
            for key, value in content.items()
            if key in wanted
        }
    )


def _fault_of_body(operation: Operation, request: Request) -> str | None:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return "The request body is not JSON"
    if not isinstance(body, dict):
        return "The request body is not an object"
    unknown = sorted(set(body) - set(operation.body or ()))
    missing = sorted(set(operation.required_body) - set(body))
    if unknown or missing:
        return f"The request body has unknown names {unknown} and lacks {missing}"
    places = body.get("marketplaceIds", [])
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        return "marketplaceIds is not a list of strings"
    return None
