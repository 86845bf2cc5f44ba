"""Builds SP-API answers in the shape of Amazon's models, for the examples and the synthetic orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from a2z_defense.base.instants import utc_text
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.sandbox.exchange import Json


@dataclass(frozen=True)
class Thing:
    """One order item."""

    item_id: str
    title: str
    asin: str
    sku: str
    price: Decimal
    """Of one unit, tax included."""
    quantity: int = 1
    shipped: int | None = None
    """Units shipped; None: all."""
    serials: tuple[str, ...] = ()
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Home:
    """An invented address."""

    name: str
    lines: tuple[str, ...]
    city: str
    postal_code: str
    country: str
    region: str | None = None
    phone: str = "+000000000"

    def answer(self) -> Json:
        """As Orders tells it."""
        told: Json = {"name": self.name}
        told |= {f"addressLine{number}": line for number, line in enumerate(self.lines, 1)}
        told |= {"city": self.city, "postalCode": self.postal_code, "countryCode": self.country, "phone": self.phone}
        if self.region:
            told["stateOrRegion"] = self.region
        return told | {"addressType": "RESIDENTIAL"}


@dataclass(frozen=True)
class Parcel:
    """One package of an order."""

    carrier: str
    service: str
    number: str
    shipped_at: dt.datetime
    holds: tuple[tuple[str, int], ...]
    """(order item id, units)."""
    status: str
    detailed: str | None = None


def order(
    *,
    order_id: str,
    marketplace: Marketplace,
    created: dt.datetime,
    updated: dt.datetime,
    ship_by: tuple[dt.datetime, dt.datetime],
    deliver_by: tuple[dt.datetime, dt.datetime],
    home: Home,
    email: str,
    things: Sequence[Thing],
    parcels: Sequence[Parcel] = (),
    shipping: Decimal = Decimal("0.00"),
    fulfilled_by: str = "MERCHANT",
    status: str = "SHIPPED",
    service: str = "STANDARD",
    programs: Sequence[str] = (),
    preference: Json | None = None,
    ship_from: Json | None = None,
) -> Json:
    """A getOrder answer with every data set."""
    currency = marketplace.currency

    def money(amount: Decimal) -> Json:
        return {"amount": _decimal(amount, currency), "currencyCode": currency}

    items = []
    for thing in things:
        total = thing.price * thing.quantity
        done = thing.quantity if thing.shipped is None else thing.shipped
        item: Json = {
            "orderItemId": thing.item_id,
            "quantityOrdered": thing.quantity,
            "product": {
                "asin": thing.asin,
                "title": thing.title,
                "sellerSku": thing.sku,
                "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
                "price": {"unitPrice": money(thing.price)},
            },
            "proceeds": {
                "proceedsTotal": money(total),
                "breakdowns": [{"type": "ITEM", "subtotal": money(total)}],
            },
            "fulfillment": {"quantityFulfilled": done, "quantityUnfulfilled": thing.quantity - done},
        }
        if thing.serials:
            item["product"]["serialNumbers"] = list(thing.serials)
        items.append(item | thing.extra)
    goods = sum((thing.price * thing.quantity for thing in things), Decimal(0))
    breakdowns = [{"type": "ITEM", "subtotal": money(goods)}]
    if shipping:
        breakdowns.append({"type": "SHIPPING", "subtotal": money(shipping)})
    told: Json = {
        "orderId": order_id,
        "createdTime": utc_text(created),
        "lastUpdatedTime": utc_text(updated),
        "programs": list(programs),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": marketplace.id,
            "marketplaceName": marketplace.domain.capitalize(),
        },
        "buyer": {"buyerName": home.name, "buyerEmail": email},
        "recipient": {"deliveryAddress": home.answer()},
        "proceeds": {"grandTotal": money(goods + shipping), "breakdowns": breakdowns},
        "fulfillment": {
            "fulfillmentStatus": status,
            "fulfilledBy": fulfilled_by,
            "fulfillmentServiceLevel": service,
            "shipByWindow": _window(ship_by),
            "deliverByWindow": _window(deliver_by),
        },
        "orderItems": items,
    }
    if preference:
        told["recipient"]["deliveryPreference"] = preference
    if fulfilled_by == "MERCHANT":
        told["packages"] = [_package(number, parcel, ship_from) for number, parcel in enumerate(parcels, 1)]
    return {"order": told}


def _decimal(amount: Decimal, currency: str) -> str:
    return f"{amount:.0f}" if currency == "JPY" else f"{amount:.2f}"


def _window(window: tuple[dt.datetime, dt.datetime]) -> Json:
    return {"earliestDateTime": utc_text(window[0]), "latestDateTime": utc_text(window[1])}


def _package(number: int, parcel: Parcel, ship_from: Json | None) -> Json:
    status: Json = {"status": parcel.status}
    if parcel.detailed:
        status["detailedStatus"] = parcel.detailed
    told: Json = {
        "packageReferenceId": str(number),
        "createdTime": utc_text(parcel.shipped_at),
        "packageStatus": status,
        "carrier": parcel.carrier,
        "shipTime": utc_text(parcel.shipped_at),
        "shippingService": parcel.service,
        "trackingNumber": parcel.number,
        "packageItems": [{"orderItemId": item_id, "quantity": units} for item_id, units in parcel.holds],
    }
    if ship_from:
        told["shipFromAddress"] = ship_from
    return told


def scan_event(
    code: str, at: dt.datetime, home: tuple[str, str, str] | None, *, leg: str = "FORWARD", region: str | None = None
) -> Json:
    """One getTracking event; `home` is (city, postal code, country)."""
    told: Json = {"eventCode": code, "eventTime": utc_text(at), "shipmentType": leg}
    if home:
        place: Json = {"city": home[0], "postalCode": home[1], "countryCode": home[2]}
        if region:
            place["stateOrRegion"] = region
        told["location"] = place
    return told


def tracking(
    number: str,
    status: str,
    events: Sequence[Json],
    *,
    promised: dt.datetime,
    forward: Sequence[str] = (),
    returns: Sequence[str] = (),
    other_leg: str = "",
) -> Json:
    """A getTracking answer."""
    detail: dict[str, Any] = {"forward": list(forward), "returns": list(returns)}
    return {
        "payload": {
            "trackingId": number,
            "alternateLegTrackingId": other_leg,
            "eventHistory": list(events),
            "promisedDeliveryDate": utc_text(promised),
            "summary": {"status": status, "trackingDetailCodes": detail},
        }
    }


def messaging_actions(order_id: str, marketplace: Marketplace, names: Sequence[str]) -> Json:
    """A getMessagingActionsForOrder answer."""
    base = f"/messaging/v1/orders/{order_id}"
    query = f"?marketplaceIds={marketplace.id}"
    return {
        "_links": {
            "self": {"href": f"{base}{query}"},
            "actions": [{"href": f"{base}/messages/{name}{query}", "name": name} for name in names],
        },
        "_embedded": {"actions": []},
    }


def catalog_item(marketplace: Marketplace, product: Json) -> Json:
    """A getCatalogItem answer for an order item's product."""
    place = {"marketplaceId": marketplace.id}
    picture = {
        "variant": "MAIN",
        "link": f"https://images.example/{product['asin']}.jpg",
        "height": 1200,
        "width": 1200,
    }
    return {
        "asin": product["asin"],
        "summaries": [{**place, "brand": "Ferrùa", "itemName": product["title"], "itemClassification": "BASE_PRODUCT"}],
        "images": [{**place, "images": [picture]}],
    }
