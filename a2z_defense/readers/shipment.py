"""getShipment (Merchant Fulfillment v0) to the label that was bought through Amazon, with its benefits."""

from __future__ import annotations

from typing import Any

from a2z_defense.model.evidence import Piece
from a2z_defense.model.tracking import Label, Place
from a2z_defense.readers.fields import child, instant, load, rows, text, texts, unreadable


def read_shipment(piece: Piece) -> Label:
    """The label. Raises Unreadable when the answer names no shipment."""
    payload = child(load(piece), "payload")
    shipment_id = text(payload, "ShipmentId")
    if shipment_id is None:
        raise unreadable(piece, "an answer without a shipment id")
    service = child(payload, "ShippingService")
    benefits = child(service, "Benefits")
    number = text(payload, "TrackingId")
    return Label(
        evidence=piece.evidence.id,
        shipment_id=shipment_id,
        tracking_number="".join(number.split()) if number else None,
        carrier=text(service, "CarrierName"),
        service=text(service, "ShippingServiceName"),
        status=text(payload, "Status"),
        created_at=instant(payload, "CreatedDate"),
        ship_date=instant(service, "ShipDate"),
        latest_delivery=instant(service, "LatestEstimatedDeliveryDate"),
        included_benefits=texts(benefits, "IncludedBenefits"),
        excluded_benefits=tuple(
            (name, texts(row, "ReasonCodes"))
            for row in rows(benefits, "ExcludedBenefits")
            if (name := text(row, "Benefit"))
        ),
        delivery_experience=text(service, "ShippingServiceOptions", "DeliveryExperience"),
        ship_to=_place(child(payload, "ShipToAddress")),
        ship_to_name=text(payload, "ShipToAddress", "Name"),
    )


def _place(found: Any) -> Place | None:
    place = Place(
        lines=tuple(line for key in ("AddressLine1", "AddressLine2", "AddressLine3") if (line := text(found, key))),
        city=text(found, "City"),
        region=text(found, "StateOrProvinceCode"),
        postal_code=text(found, "PostalCode"),
        country=text(found, "CountryCode"),
    )
    return place if place != Place() else None
