"""getOrder (Orders 2026-01-01) to the order."""

from __future__ import annotations

from typing import Any

from a2z_defense.model.evidence import Piece
from a2z_defense.model.order import (
    Address,
    Completeness,
    DeliveryPreference,
    Order,
    OrderItem,
    Package,
    PackageContent,
    Window,
)
from a2z_defense.readers.fields import child, instant, integer, load, money, rows, text, texts, unreadable


def read_order(piece: Piece) -> Order:
    """The order that the answer tells. Raises Unreadable when what the model requires is not there."""
    order = child(load(piece), "order")
    order_id = text(order, "orderId")
    created, updated = instant(order, "createdTime"), instant(order, "lastUpdatedTime")
    if order_id is None or created is None or updated is None or not isinstance(child(order, "orderItems"), list):
        raise unreadable(piece, "an answer without an order id, its times or its items")
    fulfillment = child(order, "fulfillment")
    return Order(
        evidence=piece.evidence.id,
        order_id=order_id,
        created_at=created,
        updated_at=updated,
        marketplace_id=text(order, "salesChannel", "marketplaceId"),
        channel=text(order, "salesChannel", "channelName"),
        programs=texts(order, "programs"),
        fulfilled_by=text(fulfillment, "fulfilledBy"),
        fulfillment_status=text(fulfillment, "fulfillmentStatus"),
        service_level=text(fulfillment, "fulfillmentServiceLevel"),
        ship_by=_window(child(fulfillment, "shipByWindow")),
        deliver_by=_window(child(fulfillment, "deliverByWindow")),
        buyer_name=text(order, "buyer", "buyerName"),
        buyer_email=text(order, "buyer", "buyerEmail"),
        address=_address(child(order, "recipient", "deliveryAddress")),
        preference=DeliveryPreference(
            drop_off_location=text(order, "recipient", "deliveryPreference", "dropOffLocation"),
            instructions=text(order, "recipient", "deliveryPreference", "addressInstruction"),
        ),
        total=money(order, "proceeds", "grandTotal"),
        items=tuple(_item(piece, row) for row in rows(order, "orderItems")),
        packages=tuple(_package(row) for row in rows(order, "packages")),
        packages_told=isinstance(child(order, "packages"), list),
        associated_orders=tuple(
            (found, text(row, "associationType") or "")
            for row in rows(order, "associatedOrders")
            if (found := text(row, "orderId"))
        ),
        aliases=tuple(found for row in rows(order, "orderAliases") if (found := text(row, "aliasId"))),
    )


def _window(found: Any) -> Window:
    return Window(earliest=instant(found, "earliestDateTime"), latest=instant(found, "latestDateTime"))


def _address(found: Any) -> Address:
    lines = tuple(line for key in ("addressLine1", "addressLine2", "addressLine3") if (line := text(found, key)))
    # Brazil tells street and number in fields of their own.
    street = " ".join(filter(None, (text(found, "extendedFields", key) for key in ("streetName", "streetNumber"))))
    lines = lines or ((street,) if street else ())
    address = Address(
        name=text(found, "name"),
        lines=lines,
        city=text(found, "city"),
        region=text(found, "stateOrRegion"),
        postal_code=text(found, "postalCode"),
        country=text(found, "countryCode"),
        phone=text(found, "phone"),
    )
    full = bool(lines and address.city and address.postal_code)
    some = any((address.name, lines, address.city, address.region, address.postal_code, address.country, address.phone))
    told = Completeness.FULL if full else Completeness.PARTIAL if some else Completeness.NONE
    return address.model_copy(update={"completeness": told})


def _item(piece: Piece, row: dict[str, Any]) -> OrderItem:
    item_id, quantity = text(row, "orderItemId"), integer(row, "quantityOrdered")
    if item_id is None or quantity is None:
        raise unreadable(piece, "an answer with an item without id or quantity")
    return OrderItem(
        id=item_id,
        title=text(row, "product", "title"),
        asin=text(row, "product", "asin"),
        sku=text(row, "product", "sellerSku"),
        quantity=quantity,
        quantity_shipped=integer(row, "fulfillment", "quantityFulfilled"),
        unit_price=money(row, "product", "price", "unitPrice"),
        total=money(row, "proceeds", "proceedsTotal"),
        serial_numbers=texts(row, "product", "serialNumbers"),
        cancel_requested_by=text(row, "cancellation", "cancellationRequest", "requester"),
        cancel_reason=text(row, "cancellation", "cancellationRequest", "cancelReason")
        or text(row, "cancellation", "cancellationExecution", "cancelReason"),
        cancelled_by=text(row, "cancellation", "cancellationExecution", "cancelledBy"),
        programs=texts(row, "programs"),
    )


def _package(row: dict[str, Any]) -> Package:
    number = text(row, "trackingNumber")
    return Package(
        reference=text(row, "packageReferenceId") or "",
        carrier=text(row, "carrier"),
        service=text(row, "shippingService"),
        tracking_number="".join(number.split()) if number else None,
        ship_time=instant(row, "shipTime"),
        created_at=instant(row, "createdTime"),
        status=text(row, "packageStatus", "status"),
        detailed_status=text(row, "packageStatus", "detailedStatus"),
        contents=tuple(
            PackageContent(item_id=item_id, quantity=quantity)
            for held in rows(row, "packageItems")
            if (item_id := text(held, "orderItemId")) and (quantity := integer(held, "quantity")) is not None
        ),
    )
