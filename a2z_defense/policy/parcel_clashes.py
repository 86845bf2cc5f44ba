"""The rules by which pieces of evidence about one parcel contradict each other; `conflicts` collects them.

A contradiction only names what disagrees: it never says which side is right.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from a2z_defense.base.instants import utc_text
from a2z_defense.model.tracking import Leg, Place, Scan, ScanKind
from a2z_defense.policy.addresses import Likeness, compare_places, compare_with_order
from a2z_defense.policy.carriers import same_carrier
from a2z_defense.policy.clashes import Rule
from a2z_defense.policy.conflict import Conflict, conflict
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.phrases import find
from a2z_defense.policy.readings import squeezed

_PLACES = {
    "delivery_address": ("place_address", False),
    "delivery_postcode_city": ("place_postcode_city", True),
    "gps_address": ("place_gps", False),
    "label_address": ("place_label", False),
}
_UNDER_WAY = frozenset(
    {
        ScanKind.COLLECTED,
        ScanKind.IN_TRANSIT,
        ScanKind.OUT_FOR_DELIVERY,
        ScanKind.ATTEMPTED,
        ScanKind.AWAITING_COLLECTION,
    }
)
_SAME_STOP = dt.timedelta(hours=1)
"""One record lists the scans of one stop in any order, minutes apart; less is no disagreement. A judgement."""
_NEXT_TOWN = dt.timedelta(minutes=5)
"""Nothing is taken from one town to the next and delivered there in less. A judgement."""
_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)([A-Z]{2})")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
"""Universal Postal Union S10: the weights of a postal number's check digit."""


def addresses(facts: Facts) -> Iterator[Conflict]:
    """A place of delivery, or a label, that is not the order's address."""
    order = facts.case.order
    if order is None:
        return
    for parcel in facts.parcels:
        for fact, (item, town_only) in _PLACES.items():
            for reading in facts.readings(fact, parcel):
                if not isinstance(reading.value, Place):
                    continue
                found = compare_with_order(order.address, reading.value, town_only=town_only)
                if found.likeness is Likeness.DIFFERS:
                    what = f"{fact.replace('_', ' ')} against the order's address: {found.why}"
                    items = frozenset({item})
                    yield conflict("address", reading.exhibit, order.evidence, what, items=items, parcel=parcel.key)


def scan_times(facts: Facts) -> Iterator[Conflict]:
    """A scan before the order, a delivery after the claim, a delivery before the first scan of another record."""
    order = facts.case.order
    for parcel in facts.parcels:
        first, delivered = facts.instant("first_scan_at", parcel), facts.instant("delivered_at", parcel)
        if order and first and first[0] < order.created_at:
            what = f"first scan {utc_text(first[0])}, before the order of {utc_text(order.created_at)}"
            items = frozenset({"first_scan_in_time", "tracking_pair", "tracking_number", "delivered_scan"})
            yield conflict("scan_before_order", first[1], order.evidence, what, items=items, parcel=parcel.key)
        shipped = parcel.package.ship_time if parcel.package else None
        if order and first and shipped and first[0] < shipped and first[0] >= order.created_at:
            scanned = "delivered" if delivered == first else "first scan"
            what = f"{scanned} {utc_text(first[0])}, before the shipment was confirmed at {utc_text(shipped)}"
            yield conflict("scan_before_confirmation", first[1], order.evidence, what, parcel=parcel.key)
        if first and delivered and delivered[0] < first[0] and delivered[1] != first[1]:
            what = f"delivered {utc_text(delivered[0])}, first scan {utc_text(first[0])}"
            items = frozenset({"delivered_scan", "first_scan_in_time"})
            yield conflict("delivered_before_scan", delivered[1], first[1], what, items=items, parcel=parcel.key)
        claimed, notice = facts.life.claim_at, facts.life.claim_exhibit
        if delivered and claimed and notice and delivered[0] > claimed:
            what = f"delivered {utc_text(delivered[0])}, after the claim of {utc_text(claimed)}"
            yield conflict("delivered_after_claim", delivered[1], notice, what, parcel=parcel.key)


def legs(facts: Facts) -> Iterator[Conflict]:
    """A forward delivery and a return of the same parcel: one of them is on the other leg."""
    for parcel in facts.parcels:
        delivered, back = parcel.deliveries(), parcel.return_scans()
        if delivered and back:
            out, turned = _at(delivered[0].at), _at(back[0].at)
            what = f"delivered {out} on the way out, {back[0].kind.value} {turned} on the way back"
            items = frozenset({"delivered_scan", "return_scan"})
            yield conflict("legs", delivered[0].evidence, back[0].evidence, what, items=items, parcel=parcel.key)


def _at(instant: dt.datetime | None) -> str:
    return utc_text(instant) if instant else "at an unknown time"


def carriers(facts: Facts) -> Iterator[Conflict]:
    """A record of another carrier than the one that the order names. Carriers hand parcels on and have several names:
    it is named, and what the record tells is credited to the carrier whose record it is."""
    for parcel in facts.parcels:
        named, exhibit = parcel.package.carrier if parcel.package else None, parcel.order_exhibit
        for shipment in parcel.shipments:
            own = shipment.carrier if shipment.third_party else None
            if named and own and exhibit and not same_carrier(named, own):
                what = f"the order names {named} as the carrier, the record of the same number {own}"
                yield conflict("carrier_name", exhibit, shipment.evidence, what, parcel=parcel.key)


def delivery_times(facts: Facts) -> Iterator[Conflict]:
    """Two records that put one delivery hours apart, too near for two deliveries: named, for the earlier is written."""
    fact = facts.tables.fact("delivered_at")
    for parcel in facts.parcels:
        read = facts.readings("delivered_at", parcel)
        told = [(one.value, one.exhibit) for one in read if isinstance(one.value, dt.datetime)]
        for at, exhibit in told[1:]:
            apart = abs(at - told[0][0])
            near = fact is not None and apart <= dt.timedelta(hours=fact.tolerance_hours)
            if near and apart > _SAME_STOP and exhibit != told[0][1]:
                what = f"delivered {utc_text(told[0][0])} in one record, {utc_text(at)} in another"
                yield conflict("delivery_times", told[0][1], exhibit, what, parcel=parcel.key)


def carrier_numbers(facts: Facts) -> Iterator[Conflict]:
    """A tracking number of a form that the named carrier does not use, or whose check digit is wrong."""
    for parcel in facts.parcels:
        number, carrier = facts.first("tracking_number", parcel), facts.first("carrier", parcel)
        if number is None:
            continue
        plain = squeezed(number.words)
        ups = re.fullmatch(r"1Z[0-9A-Z]{16}", plain) is not None
        if carrier and ups and "UPS" not in carrier.words.upper():
            what = f"number {number.words} has the form of UPS, the carrier is {carrier.words}"
            yield conflict("carrier_number", number.exhibit, carrier.exhibit, what, parcel=parcel.key)
        postal = _S10.fullmatch(plain)
        if postal and _s10_digit(postal[1]) != int(postal[2]):
            what = f"number {number.words} has the form of a postal number, but its check digit is wrong"
            exhibit = carrier.exhibit if carrier else number.exhibit
            yield conflict("check_digit", number.exhibit, exhibit, what, parcel=parcel.key)


def scans_after_delivery(facts: Facts) -> Iterator[Conflict]:
    """A delivery, and a later scan that still has the parcel under way."""
    for parcel, first, delivered in _first_deliveries(facts):
        for other, at in _after(parcel, delivered):
            one_stop = other.evidence == first.evidence and other.kind is not ScanKind.COLLECTED
            slack = _SAME_STOP if one_stop else dt.timedelta(0)
            if other.kind in _UNDER_WAY and at - delivered > slack:
                what = f"delivered {utc_text(delivered)}, and {other.kind.value} later at {utc_text(at)}"
                items = frozenset({"delivered_scan"})
                yield conflict(
                    "scan_after_delivery", first.evidence, other.evidence, what, items=items, parcel=parcel.key
                )
                break


def numbers_of_proofs(facts: Facts) -> Iterator[Conflict]:
    """A proof of delivery whose own text names tracking numbers, and none of the parcel that it is attached for."""
    for entry in facts.case.entries:
        for parcel in facts.parcels if entry.file and entry.numbers else ():
            ours = {squeezed(one.tracking_number) for one in parcel.shipments}
            ours |= {squeezed(told.words) for told in facts.readings("tracking_number", parcel)}
            first = facts.first("tracking_number", parcel)
            named = entry.numbers or ()
            if first is None or not facts.bears_on(entry, parcel) or ours & {squeezed(one) for one in named}:
                continue
            what = f"the attached {entry.attachment} names tracking number {named[0]}, the parcel is {first.words}"
            items = frozenset({"pod_document", "signature"})
            yield conflict("proof_number", entry.file or "", first.exhibit, what, items=items, parcel=parcel.key)


def too_far_apart(facts: Facts) -> Iterator[Conflict]:
    """A parcel in the carrier's hands in one town, and delivered in another within minutes."""
    for parcel, first, delivered in _first_deliveries(facts):
        for other in parcel.physical_scans():
            if other.at is None or not dt.timedelta(0) <= delivered - other.at < _NEXT_TOWN:
                continue
            here, there = (Place(city=scan.place.city if scan.place else None) for scan in (other, first))
            if here.city and there.city and compare_places(here, there).likeness is Likeness.DIFFERS:
                apart = int((delivered - other.at).total_seconds())
                what = (
                    f"{other.kind.value} in {here.city} {utc_text(other.at)}, delivered in {there.city} {apart} s later"
                )
                items = frozenset({"delivered_scan"})
                yield conflict("too_far", other.evidence, first.evidence, what, items=items, parcel=parcel.key)
                break


def words_after_delivery(facts: Facts) -> Iterator[Conflict]:
    """A delivery, and a later event that no table knows: it is named, and when its words take a delivery back, the
    delivery is not told."""
    for parcel, first, delivered in _first_deliveries(facts):
        for other, at in _after(parcel, delivered):
            if other.kind is ScanKind.OTHER:
                undone = find(other.code.replace("_", " "), "undone", facts.tables) is not None
                what = f"delivered {utc_text(delivered)}, and “{other.code}” later at {utc_text(at)}"
                items = frozenset({"delivered_scan"} if undone else ())
                yield conflict(
                    "words_after_delivery", first.evidence, other.evidence, what, items=items, parcel=parcel.key
                )


def _first_deliveries(facts: Facts) -> Iterator[tuple[Parcel, Scan, dt.datetime]]:
    for parcel in facts.parcels:
        scans = [scan for scan in parcel.scans if scan.at and parcel.leg(scan) is Leg.FORWARD]
        first = next((scan for scan in scans if scan.kind is ScanKind.DELIVERED), None)
        if first is not None and first.at is not None:
            yield parcel, first, first.at


def _after(parcel: Parcel, delivered: dt.datetime) -> Iterator[tuple[Scan, dt.datetime]]:
    for scan in parcel.scans:
        if scan.at is not None and scan.at > delivered and parcel.leg(scan) is Leg.FORWARD:
            yield scan, scan.at


def _s10_digit(digits: str) -> int:
    rest = 11 - sum(int(d) * weight for d, weight in zip(digits, _S10_WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


PARCEL_RULES: tuple[Rule, ...] = (
    addresses,
    scan_times,
    legs,
    carriers,
    delivery_times,
    carrier_numbers,
    scans_after_delivery,
    words_after_delivery,
    too_far_apart,
    numbers_of_proofs,
)
