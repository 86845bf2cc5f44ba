"""What a getOrder answer leads to: parcels of Amazon's own carrier to track, items whose listing can be kept.

Parses only what the next calls need; the reader of orders reads the rest.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from a2z_defense.model.marketplaces import by_id

_TABLE = Path(__file__).parent / "tables" / "amazon_carriers.toml"


@dataclass(frozen=True)
class Tracked:
    """One parcel that Shipping v2 can tell about."""

    carrier_id: str
    number: str
    business: str | None
    """The header x-amzn-shipping-business-id; None: Amazon's default."""

    @property
    def subject(self) -> str:
        return f"{self.carrier_id}:{self.number}"


@dataclass(frozen=True)
class Item:
    """One ordered item, as far as its listing needs it."""

    sku: str | None
    asin: str | None


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def amazon_parcel(
    carrier: str | None, number: str | None, marketplace_id: str | None, *, named: bool = False
) -> Tracked | None:
    """How to ask for the parcel, or None when its carrier is not Amazon's own.

    `named=True`: the seller says that the label is Amazon's, so an unknown carrier word does not matter.
    """
    table = _table()
    word = (carrier or "").strip()
    tracking_number = re.sub(r"\s", "", number or "")
    place = by_id(marketplace_id or "")
    country = place.country if place else ""
    known = table["marketplaces"].get(country)
    business = known["business"] if known else table["businesses"].get(country)
    if not tracking_number:
        return None
    if re.fullmatch(table["id_pattern"], word):
        return Tracked(word, tracking_number, business)
    ours = re.sub(r"[^a-z0-9]+", " ", word.lower()).strip() in table["names"]
    if (ours or named) and known:
        return Tracked(known["carrier_id"], tracking_number, business)
    return None


def nameless(carrier: str | None, number: str | None, marketplace_id: str | None, *, named: bool = False) -> bool:
    """True for a parcel of Amazon's own carrier for which no carrier id is known here: it cannot be asked about."""
    ours = named or re.sub(r"[^a-z0-9]+", " ", (carrier or "").lower()).strip() in _table()["names"]
    return ours and bool((number or "").strip()) and amazon_parcel(carrier, number, marketplace_id, named=named) is None


def packages(order: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    """(carrier, tracking number) of a parsed getOrder answer's packages."""
    rows = _rows(_mapping(order.get("order")).get("packages"))
    return [(_text(package.get("carrier")), _text(package.get("trackingNumber"))) for package in rows]


def parcels(order: dict[str, Any], marketplace_id: str | None) -> list[Tracked]:
    """The parcels of a parsed getOrder answer that Shipping v2 can tell about, in their order."""
    place = marketplace_of(order) or marketplace_id
    found = (amazon_parcel(carrier, number, place) for carrier, number in packages(order))
    return list(dict.fromkeys(parcel for parcel in found if parcel))


def items(order: dict[str, Any]) -> list[Item]:
    """The ordered items of a parsed getOrder answer that name a SKU or an ASIN."""
    products = (_mapping(row.get("product")) for row in _rows(_mapping(order.get("order")).get("orderItems")))
    found = (Item(_text(product.get("sellerSku")), _text(product.get("asin"))) for product in products)
    return list(dict.fromkeys(item for item in found if item.sku or item.asin))


def marketplace_of(order: dict[str, Any]) -> str | None:
    """The marketplace that the order itself names."""
    return _text(_mapping(_mapping(order.get("order")).get("salesChannel")).get("marketplaceId"))


def created_at(order: dict[str, Any]) -> dt.datetime | None:
    """When the order was made; None when the answer does not say so with a zone."""
    try:
        found = dt.datetime.fromisoformat(_mapping(order.get("order")).get("createdTime", ""))
        return found.astimezone(dt.UTC) if found.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
