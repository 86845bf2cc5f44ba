"""Items about the place of delivery, each compared with the order's address."""

from __future__ import annotations

from a2z_defense.model.order import Order
from a2z_defense.model.tracking import Place
from a2z_defense.policy.addresses import Comparison, Likeness, compare_with_order
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.place_words import WORST_FIRST, class_of
from a2z_defense.policy.points import at_own_point
from a2z_defense.policy.probes.base import Found, absent, contradicted, held, missing, probe, read_by, unknown
from a2z_defense.policy.readings import Reading
from a2z_defense.policy.tables import ItemDef

_FACT = {
    "place_address": "delivery_address",
    "place_postcode_city": "delivery_postcode_city",
    "place_gps": "gps_address",
    "place_label": "label_address",
}


def _compared(facts: Facts, order: Order, reading: Reading, parcel: Parcel | None, *, town_only: bool) -> Comparison:
    if not isinstance(reading.value, Place):
        return Comparison(Likeness.UNKNOWN, "no place is told")
    found = compare_with_order(order.address, reading.value, town_only=town_only)
    if found.likeness is Likeness.DIFFERS and not town_only:
        town = compare_with_order(order.address, reading.value, town_only=True)
        left = [one.words for one in facts.readings("delivery_place", parcel)]
        if town.likeness is Likeness.SAME and any(at_own_point(words, order, facts.tables) for words in left):
            return Comparison(Likeness.UNKNOWN, "a street is told beside the pickup point that is the order's address")
    return found


@probe(*_FACT)
def place(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    order = facts.case.order
    readings = facts.readings(_FACT[item.id], parcel)
    if not readings:
        return _no_reading(facts, item, parcel)
    if order is None:
        return unknown("the order's address is not known", readings[0].exhibit)
    results = [(_compared(facts, order, r, parcel, town_only=item.id == "place_postcode_city"), r) for r in readings]
    for comparison, reading in results:
        if comparison.likeness is Likeness.DIFFERS:
            return contradicted(f"{comparison.why}{read_by(reading)}", reading.exhibit, order.evidence)
    for comparison, reading in results:
        if comparison.likeness is Likeness.SAME:
            return held(f"{comparison.why}{read_by(reading)}", reading.exhibit, order.evidence)
    return unknown(results[0][0].why, results[0][1].exhibit, order.evidence)


def _no_reading(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    if item.id == "place_gps" and parcel is not None:
        for scan in parcel.deliveries():
            if scan.place is not None and scan.place.latitude is not None and scan.place.longitude is not None:
                return missing("the carrier gives coordinates; state the address that they fall on", scan.evidence)
    return absent(facts, item, "no such place is told")


@probe("another_address")
def another_address(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    order = facts.case.order
    readings = [(r, False) for r in facts.readings("delivery_address", parcel)]
    readings += [(r, True) for r in facts.readings("delivery_postcode_city", parcel)]
    readings += [(r, False) for r in facts.readings("gps_address", parcel)]
    if not readings:
        return absent(facts, item, "no place of delivery is told")
    if order is None:
        return unknown("the order's address is not known", readings[0][0].exhibit)
    results = [(_compared(facts, order, r, parcel, town_only=town), r) for r, town in readings]
    for comparison, reading in results:
        if comparison.likeness is Likeness.DIFFERS and comparison.hard:
            return held(f"{comparison.why}{read_by(reading)}", reading.exhibit, order.evidence)
    if all(comparison.likeness is Likeness.UNKNOWN for comparison, _ in results):
        return unknown(results[0][0].why, results[0][1].exhibit, order.evidence)
    return missing("no place of delivery differs from the order's", results[0][1].exhibit)


@probe("left_elsewhere")
def left_elsewhere(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    """Of several records the one that proves least decides."""
    told = facts.readings("delivery_place", parcel)
    if not told:
        return absent(facts, item, "no place or person is told")
    classed = [(reading, class_of(reading.words, facts.tables)) for reading in told]
    left, kind = min(classed, key=lambda pair: WORST_FIRST.index(pair[1]))
    words = f"left: {left.words}{read_by(left)}"
    if kind == "buyer":
        return missing(words, left.exhibit)
    if facts.says("place_named_by_buyer", parcel):
        named = facts.first("place_named_by_buyer", parcel)
        return missing(f"{words}, as the buyer asked", left.exhibit, named.exhibit if named else None)
    order = facts.case.order
    own = at_own_point(left.words, order, facts.tables) if order is not None and kind in {"collect", None} else False
    if own:
        return missing(f"{words}, which is the order's own address", left.exhibit, order.evidence if order else None)
    received = next((r for r in facts.readings("buyer_acknowledged_receipt") if r.by == "seller" and r.value), None)
    if received is not None:
        # A person read it: a phrase that was merely found decides nothing.
        return missing(f"{words}; the buyer writes that it was received", left.exhibit, received.exhibit)
    if own is None and order is not None:
        why = f"{words}: the order's address is such a point, but which one this is was not told, look"
        return unknown(why, left.exhibit, order.evidence)
    if kind is None:
        return unknown(f"{words}: not known to be the buyer's, look", left.exhibit)
    collected = facts.first("collected_at", parcel)
    if kind == "collect" and collected is not None:
        return missing(f"{words}, collected at {collected.words}", left.exhibit, collected.exhibit)
    return held(f"{words}; nothing shows that the buyer named it", left.exhibit)
