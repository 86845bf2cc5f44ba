"""getTracking (Shipping v2) to the scans of one parcel, forward and return legs apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

from a2z_defense.model.evidence import Piece
from a2z_defense.model.tracking import Leg, Place, Scan, ScanKind, Shipment
from a2z_defense.readers.fields import as_instant, child, instant, load, rows, text, texts, unreadable
from a2z_defense.readers.scan_tables import CarrierTable, carrier_table

_LEGS = {"FORWARD": Leg.FORWARD, "RETURNS": Leg.RETURN}


def read_tracking(piece: Piece) -> Shipment:
    """The parcel's scans in order of time. Raises Unreadable when the answer holds no event list.

    Amazon has been seen to answer with nothing but the tracking number: that is a shipment without scans.
    """
    payload = child(load(piece), "payload")
    if not isinstance(child(payload, "eventHistory"), list):
        raise unreadable(piece, "an answer without an event history")
    carrier, _, asked = piece.evidence.subject.rpartition(":")
    number = text(payload, "trackingId") or asked
    if not number:
        raise unreadable(piece, "an answer without a tracking number")
    table = carrier_table("amazon")
    forward = texts(payload, "summary", "trackingDetailCodes", "forward")
    returns = texts(payload, "summary", "trackingDetailCodes", "returns")
    other_leg = text(payload, "alternateLegTrackingId")
    events = rows(payload, "eventHistory")
    one_way = not returns and other_leg is None and not any(_speaks_of_return(event, table) for event in events)
    scans = [_scan(piece, event, number, table, one_way=one_way) for event in events]
    scans.sort(key=lambda scan: (scan.at is None, scan.at or dt.datetime.max.replace(tzinfo=dt.UTC)))
    scans = _left(_left(scans, Leg.FORWARD, forward, table), Leg.RETURN, returns, table)
    status = text(payload, "summary", "status")
    return Shipment(
        evidence=piece.evidence.id,
        tracking_number=number,
        carrier=carrier or None,
        bought_through_amazon=bool(scans or status),
        scans=tuple(scans),
        summary=status,
        promised_at=instant(payload, "promisedDeliveryDate"),
        return_tracking_number=other_leg,
        forward_details=forward,
        return_details=returns,
    )


def _speaks_of_return(event: dict[str, Any], table: CarrierTable) -> bool:
    code = text(event, "eventCode") or ""
    return text(event, "shipmentType") == "RETURNS" or table.kind(code) is ScanKind.RETURNING


def _scan(piece: Piece, event: dict[str, Any], number: str, table: CarrierTable, *, one_way: bool) -> Scan:
    """One event. Its leg is what the event itself says; without a word, forward only if nothing speaks of a return."""
    code = text(event, "eventCode") or ""
    said = text(event, "shipmentType")
    words = text(event, "eventTime")
    at = as_instant(words)
    return Scan(
        evidence=piece.evidence.id,
        tracking_number=number,
        leg=_LEGS.get(said, Leg.UNKNOWN) if said else Leg.FORWARD if one_way else Leg.UNKNOWN,
        kind=table.kind(code),
        code=code,
        at=at,
        local_time=words if at is None else None,
        place=_place(child(event, "location")),
    )


def _place(found: Any) -> Place | None:
    place = Place(
        city=text(found, "city"),
        region=text(found, "stateOrRegion"),
        postal_code=text(found, "postalCode"),
        country=text(found, "countryCode"),
    )
    return place if place != Place() else None


def _left(scans: list[Scan], leg: Leg, details: tuple[str, ...], table: CarrierTable) -> list[Scan]:
    """The detail codes speak of the leg's last state: where its delivery was left belongs to its only delivery."""
    words = [table.left_with[code] for code in details if code in table.left_with]
    delivered = [scan for scan in scans if scan.leg is leg and scan.kind is ScanKind.DELIVERED]
    if not words or len(delivered) != 1:
        return scans
    return [scan.model_copy(update={"left_with": ", ".join(words)}) if scan is delivered[0] else scan for scan in scans]
