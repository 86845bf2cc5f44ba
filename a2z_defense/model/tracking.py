"""Carrier scans, on the forward and on the return leg."""

from __future__ import annotations

from enum import StrEnum

from a2z_defense.model.frozen import Frozen, Instant


class Leg(StrEnum):
    FORWARD = "forward"
    RETURN = "return"
    UNKNOWN = "unknown"


class ScanKind(StrEnum):
    """What a scan means, the same for every carrier; each carrier's table maps its own codes to these."""

    LABEL = "label"
    """Label made or pre-advice: the carrier does not hold the parcel."""
    COLLECTED = "collected"
    """The carrier physically holds the parcel: the first scan."""
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    AWAITING_COLLECTION = "awaiting_collection"
    """Ready at a pickup point; not delivered."""
    DELIVERED = "delivered"
    REJECTED = "rejected"
    UNDELIVERABLE = "undeliverable"
    RETURNING = "returning"
    LOST = "lost"
    DAMAGED = "damaged"
    OTHER = "other"
    """A code that no table knows: kept, shown, proves nothing."""


class Place(Frozen):
    """Where a scan was made, as far as the carrier says."""

    lines: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Scan(Frozen):
    evidence: str
    tracking_number: str
    leg: Leg
    kind: ScanKind
    code: str
    """The carrier's own word."""
    at: Instant | None = None
    """None: the time is not told, or has no zone; `local_time` then holds the words."""
    local_time: str | None = None
    place: Place | None = None
    signed_by: str | None = None
    left_with: str | None = None
    """`neighbor`, `porch`, `locker` ... as the carrier says; None: not told."""


class Shipment(Frozen):
    """One tracking answer or carrier record for one tracking number."""

    evidence: str
    tracking_number: str
    carrier: str | None = None
    service: str | None = None
    bought_through_amazon: bool = False
    """True when the answer itself shows an Amazon label (getTracking answered)."""
    scans: tuple[Scan, ...] = ()
    summary: str | None = None
    """The carrier's own summary status."""
    promised_at: Instant | None = None
    return_tracking_number: str | None = None
    forward_details: tuple[str, ...] = ()
    """Detail codes of the forward leg: Signed, DeliveredToNeighbor ..."""
    return_details: tuple[str, ...] = ()
    third_party: bool = False
    """An exported file, not an answer of the carrier: "third-party record, received on ..."."""


class Label(Frozen):
    """A label bought through Amazon (Merchant Fulfillment getShipment)."""

    evidence: str
    shipment_id: str
    tracking_number: str | None = None
    carrier: str | None = None
    service: str | None = None
    status: str | None = None
    created_at: Instant | None = None
    ship_date: Instant | None = None
    latest_delivery: Instant | None = None
    included_benefits: tuple[str, ...] = ()
    excluded_benefits: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(benefit, reason codes), like ("CLAIMS_PROTECTED", ("LATE_DELIVERY_RISK",))."""
    delivery_experience: str | None = None
    ship_to: Place | None = None
    ship_to_name: str | None = None
