"""The order as Amazon's Orders API tells it. Every field that the answer may lack may be None: None is "not told"."""

from __future__ import annotations

from enum import StrEnum

from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.model.money import Money


class Completeness(StrEnum):
    """How much of the personal data was filled in: roles and age of the order decide."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Address(Frozen):
    name: str | None = None
    lines: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    phone: str | None = None
    completeness: Completeness = Completeness.NONE
    """FULL needs a street line, a city and a postal code."""


class OrderItem(Frozen):
    id: str
    """orderItemId."""
    title: str | None = None
    asin: str | None = None
    sku: str | None = None
    quantity: int
    quantity_shipped: int | None = None
    unit_price: Money | None = None
    total: Money | None = None
    serial_numbers: tuple[str, ...] = ()
    cancel_requested_by: str | None = None
    cancel_reason: str | None = None
    cancelled_by: str | None = None
    programs: tuple[str, ...] = ()


class PackageContent(Frozen):
    item_id: str
    quantity: int


class Package(Frozen):
    reference: str
    carrier: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    ship_time: Instant | None = None
    """The seller's confirmation; it is no carrier scan."""
    created_at: Instant | None = None
    status: str | None = None
    """PENDING, IN_TRANSIT, SHIPPED, DELIVERED, CANCELLED, UNDELIVERABLE, or a value newer than this model."""
    detailed_status: str | None = None
    contents: tuple[PackageContent, ...] = ()
    """Which units it holds; empty: not told."""


class Window(Frozen):
    earliest: Instant | None = None
    latest: Instant | None = None


class DeliveryPreference(Frozen):
    drop_off_location: str | None = None
    instructions: str | None = None


class Order(Frozen):
    """One getOrder answer."""

    evidence: str
    """Evidence id of the answer."""
    order_id: str
    created_at: Instant
    updated_at: Instant
    marketplace_id: str | None = None
    channel: str | None = None
    programs: tuple[str, ...] = ()
    fulfilled_by: str | None = None
    """MERCHANT, AMAZON, or a newer value; None: not told."""
    fulfillment_status: str | None = None
    service_level: str | None = None
    ship_by: Window = Window()
    deliver_by: Window = Window()
    buyer_name: str | None = None
    buyer_email: str | None = None
    address: Address = Address()
    preference: DeliveryPreference = DeliveryPreference()
    total: Money | None = None
    items: tuple[OrderItem, ...] = ()
    packages: tuple[Package, ...] = ()
    packages_told: bool = False
    """False: the answer had no `packages`; that is unknown, not "no packages"."""
    associated_orders: tuple[tuple[str, str], ...] = ()
    """(order id, association type), like a replacement."""
    aliases: tuple[str, ...] = ()
