"""Builds Finances answers in the shape of Amazon's model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from a2z_defense.base.instants import utc_text
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.sandbox.exchange import Json
from a2z_defense.sandbox.shapes import Thing


def financial_events(**lists: Iterable[Json]) -> Json:
    """A listFinancialEventsByOrderId answer, all on one page."""
    return {"payload": {"FinancialEvents": {name: list(events) for name, events in lists.items()}}}


def charge_event(
    order_id: str, marketplace: Marketplace, at: dt.datetime, things: Sequence[Thing], *, shipping: Decimal = Decimal(0)
) -> Json:
    """A shipment event: the buyer was charged, Amazon took its fee."""
    items = []
    for number, thing in enumerate(things):
        principal = thing.price * thing.quantity
        charges = [_charge("Principal", principal, marketplace)]
        if shipping and number == 0:
            charges.append(_charge("ShippingCharge", shipping, marketplace))
        items.append(
            {
                "SellerSKU": thing.sku,
                "OrderItemId": thing.item_id,
                "QuantityShipped": thing.quantity,
                "ItemChargeList": charges,
                "ItemFeeList": [
                    {"FeeType": "Commission", "FeeAmount": _amount(-principal * Decimal("0.15"), marketplace)}
                ],
            }
        )
    return _event(order_id, marketplace, at, "ShipmentItemList", items)


def refund_event(
    order_id: str, marketplace: Marketplace, at: dt.datetime, things: Sequence[Thing], *, shipping: Decimal = Decimal(0)
) -> Json:
    """A refund or guarantee-claim event: amounts are negative for the seller, the fee comes back."""
    items = []
    for number, thing in enumerate(things):
        principal = thing.price * thing.quantity
        charges = [_charge("Principal", -principal, marketplace)]
        if shipping and number == 0:
            charges.append(_charge("ShippingCharge", -shipping, marketplace))
        items.append(
            {
                "SellerSKU": thing.sku,
                "OrderAdjustmentItemId": f"{thing.item_id[:-2]}99",
                "OrderItemId": thing.item_id,
                "QuantityShipped": thing.quantity,
                "ItemChargeAdjustmentList": charges,
                "ItemFeeAdjustmentList": [
                    {"FeeType": "Commission", "FeeAmount": _amount(principal * Decimal("0.15"), marketplace)}
                ],
            }
        )
    return _event(order_id, marketplace, at, "ShipmentItemAdjustmentList", items)


def _event(order_id: str, marketplace: Marketplace, at: dt.datetime, name: str, items: list[Json]) -> Json:
    return {
        "AmazonOrderId": order_id,
        "SellerOrderId": order_id,
        "MarketplaceName": marketplace.domain.capitalize(),
        "PostedDate": utc_text(at),
        name: items,
    }


def _charge(kind: str, amount: Decimal, marketplace: Marketplace) -> Json:
    return {"ChargeType": kind, "ChargeAmount": _amount(amount, marketplace)}


def _amount(amount: Decimal, marketplace: Marketplace) -> Json:
    places = Decimal(1) if marketplace.currency == "JPY" else Decimal("0.01")
    # Finances tells money as a JSON number
    return {"CurrencyCode": marketplace.currency, "CurrencyAmount": float(amount.quantize(places))}
