"""Readings of one parcel: the package in the order, tracking answers, labels."""

from __future__ import annotations

from collections.abc import Iterator

from a2z_defense.model.case import Case
from a2z_defense.model.tracking import Place, Scan, ScanKind
from a2z_defense.policy.carriers import same_carrier
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.readings import Reading

Told = tuple[str, str | None, Reading]

# Orders 2026-01-01 packageStatus: status and detailedStatus -> tracking_status. A value that is not here says nothing.
PACKAGE_STATUS = {
    "IN_TRANSIT": "in_transit",
    "OUT_FOR_DELIVERY": "out_for_delivery",
    "PICKED_UP": "in_transit",
    "DROPPED_OFF": "in_transit",
    "AT_ORIGIN_FC": "in_transit",
    "AT_DESTINATION_FC": "in_transit",
    "DELIVERED": "delivered",
    "REJECTED_BY_BUYER": "refused",
    "UNDELIVERABLE": "returned",
    "RETURNING_TO_SELLER": "returned",
    "RETURNED_TO_SELLER": "returned",
    "LOST": "lost",
    "DAMAGED": "damaged",
}
_SCAN_STATUS = {
    ScanKind.COLLECTED: "in_transit",
    ScanKind.IN_TRANSIT: "in_transit",
    ScanKind.ATTEMPTED: "in_transit",
    ScanKind.OUT_FOR_DELIVERY: "out_for_delivery",
    ScanKind.AWAITING_COLLECTION: "awaiting_collection",
    ScanKind.DELIVERED: "delivered",
    ScanKind.REJECTED: "refused",
    ScanKind.UNDELIVERABLE: "returned",
    ScanKind.RETURNING: "returned",
    ScanKind.LOST: "lost",
    ScanKind.DAMAGED: "damaged",
}
PROTECTED, LATE_RISK = "CLAIMS_PROTECTED", "LATE_DELIVERY_RISK"


def parcel_readings(case: Case, parcel: Parcel) -> Iterator[Told]:
    """What the order, the carriers and the labels say of one parcel."""
    told = (*_carriers(parcel), *_package(parcel), *_scans(parcel), *_shipments(parcel), *_labels(parcel))
    for fact, reading in told:
        yield fact, parcel.key, reading
    yield from _preference(case, parcel)


def _carriers(parcel: Parcel) -> Iterator[tuple[str, Reading]]:
    """The carrier that the order names; before it another one whose record it is: the scans are that one's."""
    named = parcel.package.carrier if parcel.package else None
    for shipment in parcel.shipments:
        own = shipment.carrier
        if own and (named is None or (shipment.third_party and not same_carrier(named, own))):
            yield "carrier", Reading(own, shipment.evidence)
    if named and parcel.order_exhibit:
        yield "carrier", Reading(named, parcel.order_exhibit)


def _package(parcel: Parcel) -> Iterator[tuple[str, Reading]]:
    package, exhibit = parcel.package, parcel.order_exhibit
    if package is None or exhibit is None:
        return
    if package.tracking_number:
        yield "tracking_number", Reading(package.tracking_number, exhibit)
    status = PACKAGE_STATUS.get(package.detailed_status or "") or PACKAGE_STATUS.get(package.status or "")
    if status:
        yield "tracking_status", Reading(status, exhibit)


def _scans(parcel: Parcel) -> Iterator[tuple[str, Reading]]:
    for shipment in parcel.shipments:
        own = [scan for scan in parcel.scans if scan.evidence == shipment.evidence]
        told = [scan for scan in own if scan.kind in _SCAN_STATUS]
        if told:
            yield "tracking_status", Reading(_status(parcel, told[-1]), told[-1].evidence)
    for scan in _first_scans(parcel):
        if scan.at is not None:
            yield "first_scan_at", Reading(scan.at, scan.evidence)
    for scan in parcel.deliveries():
        yield from _delivery(scan)
    for scan in parcel.return_scans():
        # What could not be delivered, or was refused, still lies with the carrier: the way back begins later.
        if scan.at is not None and scan.kind not in {ScanKind.REJECTED, ScanKind.UNDELIVERABLE}:
            yield "returned_at", Reading(scan.at, scan.evidence)
            break
    for scan in parcel.return_scans():
        if scan.kind in {ScanKind.REJECTED, ScanKind.UNDELIVERABLE}:
            yield "refusal_reason", Reading(scan.code, scan.evidence)
            break


def _first_scans(parcel: Parcel) -> list[Scan]:
    """The first scan over all records, and what another record calls the handover. A record that merely begins later
    says nothing of the first scan."""
    timed = [scan for scan in parcel.physical_scans() if scan.at is not None and scan.kind is not ScanKind.LOST]
    first: dict[str, Scan] = {}
    for scan in timed:
        first.setdefault(scan.evidence, scan)
    handovers = [scan for scan in first.values() if scan.kind is ScanKind.COLLECTED and scan is not timed[0]]
    return [*timed[:1], *handovers]


def _status(parcel: Parcel, scan: Scan) -> str:
    """On the return leg every scan says the same: it goes back."""
    returning = scan.kind is not ScanKind.REJECTED and scan in parcel.return_scans()
    return "returned" if returning else _SCAN_STATUS[scan.kind]


def _delivery(scan: Scan) -> Iterator[tuple[str, Reading]]:
    if scan.at is not None:
        yield "delivered_at", Reading(scan.at, scan.evidence)
    if scan.signed_by:
        yield "signed_by", Reading(scan.signed_by, scan.evidence)
    if scan.left_with:
        yield "delivery_place", Reading(scan.left_with, scan.evidence)
    if scan.place is not None and scan.place.lines:
        yield "delivery_address", Reading(scan.place, scan.evidence)
    if scan.place is not None and (scan.place.postal_code or scan.place.city):
        town = Place(city=scan.place.city, postal_code=scan.place.postal_code, country=scan.place.country)
        yield "delivery_postcode_city", Reading(town, scan.evidence)


def _shipments(parcel: Parcel) -> Iterator[tuple[str, Reading]]:
    for shipment in parcel.shipments:
        if parcel.package is None:
            yield "tracking_number", Reading(shipment.tracking_number, shipment.evidence)
        if shipment.bought_through_amazon:
            yield "bought_through_amazon", Reading(True, shipment.evidence)


def _labels(parcel: Parcel) -> Iterator[tuple[str, Reading]]:
    for label in parcel.labels:
        yield "bought_through_amazon", Reading(True, label.evidence)
        if PROTECTED in label.included_benefits:
            yield "badge", Reading("claims_protected", label.evidence)
        elif any(benefit == PROTECTED and LATE_RISK in codes for benefit, codes in label.excluded_benefits):
            yield "badge", Reading("late_delivery_risk", label.evidence)
        elif any(benefit == PROTECTED for benefit, _ in label.excluded_benefits):
            yield "badge", Reading("none", label.evidence)
        if label.ship_to is not None and label.ship_to.lines:
            yield "label_address", Reading(label.ship_to, label.evidence)


def _preference(case: Case, parcel: Parcel) -> Iterator[Told]:
    """The order's delivery preference names the place: the buyer chose it."""
    wish = case.order.preference.drop_off_location if case.order else None
    if not wish or case.order is None:
        return
    for scan in parcel.deliveries():
        if scan.left_with and _words(scan.left_with) == _words(wish):
            yield "place_named_by_buyer", parcel.key, Reading(True, case.order.evidence)
            return


def _words(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())
