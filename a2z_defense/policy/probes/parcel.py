"""Items about one parcel: its number, scans, status and label."""

from __future__ import annotations

import datetime as dt

from a2z_defense.base.instants import read_instant, utc_text
from a2z_defense.model.assessment import ItemState
from a2z_defense.model.tracking import ScanKind
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel, ordered_units
from a2z_defense.policy.probes.base import (
    Found,
    absent,
    contradicted,
    generic,
    held,
    missing,
    probe,
    read_by,
    unknown,
)
from a2z_defense.policy.tables import ItemDef

UNDER_WAY = frozenset({"in_transit", "out_for_delivery", "awaiting_collection"})
FAILED = frozenset({"lost", "damaged", "returned", "refused"})
BACK = frozenset({"returned", "refused"})
GONE = frozenset({"lost", "damaged"})
_FILING = dt.timedelta(hours=1)
"""A notice follows the filing of a claim: what happened in the hour before the notice may be after it. A judgement."""
_EAST, _WEST = dt.timedelta(hours=14), dt.timedelta(hours=12)
"""The widest offsets from UTC in use: a time without a zone lies between them."""


def statuses(facts: Facts, parcel: Parcel | None) -> dict[str, str]:
    """Tracking status -> exhibit, strongest reading first."""
    return {str(r.value): r.exhibit for r in reversed(facts.readings("tracking_status", parcel))}


def unshipped(facts: Facts) -> tuple[str, str] | None:
    """(why, exhibit) when the order says that nothing left; None when it does not say so."""
    order = facts.case.order
    if order is None or not order.packages_told:
        return None
    if not facts.parcels:
        return "the order holds no package", order.evidence
    waiting = all(p.package is not None and p.package.status == "PENDING" for p in facts.parcels)
    if waiting and not any(p.physical_scans() for p in facts.parcels):
        return "every package of the order is still pending", order.evidence
    return None


@probe("tracking_pair")
def tracking_pair(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    number, carrier = facts.first("tracking_number", parcel), facts.first("carrier", parcel)
    if number is not None and carrier is not None:
        return held(f"{carrier.words}, {number.words}{read_by(number)}", number.exhibit, carrier.exhibit)
    if number is not None:
        return missing(f"tracking number {number.words}, but no carrier is named", number.exhibit)
    nothing = unshipped(facts)
    if nothing:
        return missing(*nothing)
    if facts.case.order is not None and not facts.case.order.packages_told:
        return unknown("the order's answer does not tell its packages", facts.case.order.evidence)
    return absent(facts, item)


@probe("delivered_scan")
def delivered_scan(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    times = facts.readings("delivered_at", parcel)
    if times:
        return held(f"delivered at {times[0].words}{read_by(times[0])}", *(reading.exhibit for reading in times))
    found = statuses(facts, parcel)
    undated = parcel.deliveries() if parcel else ()
    if undated or "delivered" in found:
        exhibits = [scan.evidence for scan in undated] + [found.get("delivered", "")]
        return unknown("a status says delivered, without a time", *exhibits)
    back = [scan for scan in parcel.return_scans() if scan.kind is ScanKind.DELIVERED] if parcel else []
    if back:
        return missing("the only delivery is on the way back to the sender", *(scan.evidence for scan in back))
    nothing = unshipped(facts)
    if nothing:
        return missing(*nothing)
    if _answered(facts, found, FAILED):
        status, exhibit = next(iter(reversed(found.items())))
        return missing(f"the last status is {status.replace('_', ' ')}", exhibit)
    return absent(facts, item)


def _answered(facts: Facts, found: dict[str, str], ends: frozenset[str]) -> bool:
    """True when these statuses tell what became of the parcel: the carrier was asked, or one of them is such an end."""
    return bool(found) and (not facts.silent(["tracking"]) or not ends.isdisjoint(found))


@probe("first_scan_in_time")
def first_scan_in_time(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    limit = facts.first("ship_by")
    if limit is None or not isinstance(limit.value, dt.datetime):
        return unknown("the ship-by date is not known")
    first = facts.instant("first_scan_at", parcel)
    if first is not None and first[0] <= limit.value:
        return held(f"first scan {utc_text(first[0])}, ship-by {limit.words}", first[1], limit.exhibit)
    zoneless = _zoneless(parcel, limit.value)
    if zoneless is not None:
        return zoneless
    if first is None:
        nothing = unshipped(facts)
        return missing(*nothing) if nothing else absent(facts, item, "no scan shows when the carrier took the parcel")
    if _begins_late(parcel, first[0]):
        words = f"first scan {utc_text(first[0])} is after ship-by {limit.words}"
        return contradicted(words, first[1], limit.exhibit)
    return unknown("the scan history begins after ship-by with a later scan; the first one is not known", first[1])


def _begins_late(parcel: Parcel | None, first: dt.datetime) -> bool:
    """True when `first` is a handover, not merely the oldest scan of a history that was cut, or of a parcel that was
    dropped off where nobody scans: a delivery or a loss tells nothing of when the carrier took it."""
    if parcel is None:
        return True
    kinds = {scan.kind for scan in parcel.physical_scans() if scan.at == first}
    labelled = any(scan.kind is ScanKind.LABEL for scan in parcel.scans)
    return not kinds or ScanKind.COLLECTED in kinds or (labelled and ScanKind.IN_TRANSIT in kinds)


def _zoneless(parcel: Parcel | None, limit: dt.datetime) -> Found | None:
    """A physical scan whose time has no zone: it counts only when no zone could put it on the other side."""
    for scan in parcel.physical_scans() if parcel else ():
        if scan.at is not None or not scan.local_time:
            continue
        earliest, latest = _span(scan.local_time)
        if latest is not None and latest + _WEST <= limit:
            return held(f"first scan {scan.local_time} (no zone told), before ship-by in every zone", scan.evidence)
        if scan.kind is ScanKind.COLLECTED and earliest is not None and earliest - _EAST > limit:
            return contradicted(f"first scan {scan.local_time} is after ship-by in every zone", scan.evidence)
        return unknown(
            f"the first scan {scan.local_time} has no zone and could fall on either side of ship-by", scan.evidence
        )
    return None


def _span(local_time: str) -> tuple[dt.datetime, dt.datetime] | tuple[None, None]:
    """The first and the last moment that a time without zone can mean, read as UTC; a bare date is its whole day."""
    if timed := read_instant(f"{local_time}Z"):
        return timed, timed
    day = read_instant(f"{local_time}T00:00Z")
    return (day, day + dt.timedelta(days=1)) if day else (None, None)


@probe("not_delivered")
def not_delivered(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    nothing = unshipped(facts)
    if nothing:
        return held(*nothing)
    found = statuses(facts, parcel)
    if facts.readings("delivered_at", parcel) or "delivered" in found:
        return missing("a delivery is recorded")
    failed = [status for status in found if status in FAILED]
    if failed:
        return held(f"the carrier's status is {failed[0]}", found[failed[0]])
    under_way = [status for status in found if status in UNDER_WAY]
    if under_way and not facts.silent(["tracking"]):
        return held(f"the last status is {under_way[0].replace('_', ' ')}", found[under_way[0]])
    return absent(facts, item, "no status says that it was not delivered")


@probe("lost_or_damaged")
def lost_or_damaged(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = statuses(facts, parcel)
    status = next((name for name in found if name in GONE), None)
    if status:
        return held(f"the carrier's status is {status}", found[status])
    return absent(facts, item, "no status says so")


@probe("delivered_after_claim")
def delivered_after_claim(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    delivered, claimed = facts.instant("delivered_at", parcel), facts.life.claim_at
    if delivered is None:
        return absent(facts, item, "no delivery time is known")
    at, verb, shown = delivered[0], "delivered", [delivered[1]]
    collected = facts.instant("collected_at", parcel)
    if collected is not None and collected[0] > at and not facts.says("place_named_by_buyer", parcel):
        at, verb, shown = collected[0], "collected", [collected[1], *shown]  # until then the buyer did not have it
    if claimed is None:
        return unknown("the date of the claim is not known", *shown)
    if at > claimed:
        return held(f"{verb} {utc_text(at)}, claimed {utc_text(claimed)}", *shown, facts.life.claim_exhibit)
    if claimed - at < _FILING:
        words = f"{verb} {utc_text(at)}, minutes before the notice of {utc_text(claimed)}, which follows the claim"
        return unknown(words, *shown, facts.life.claim_exhibit)
    return missing(f"{verb} {utc_text(at)}, before the claim of {utc_text(claimed)}", *shown)


@probe("in_transit")
def in_transit(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = statuses(facts, parcel)
    under_way = [status for status in found if status in UNDER_WAY]
    ended = [status for status in found if status in FAILED]
    if under_way and ended and found[under_way[0]] != found[ended[0]]:
        words = f"one source says {under_way[0].replace('_', ' ')}, another {ended[0]}"
        return contradicted(words, found[under_way[0]], found[ended[0]])
    if under_way and not set(found) - UNDER_WAY:
        return held(f"the status is {under_way[0].replace('_', ' ')}", found[under_way[0]])
    if found:
        status, exhibit = next(iter(found.items()))
        return missing(f"the status is {status.replace('_', ' ')}", exhibit)
    nothing = unshipped(facts)
    return missing(*nothing) if nothing else absent(facts, item)


@probe("return_scan", "tracking_returned")
def return_scan(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    back = facts.readings("returned_at", parcel)
    if back:
        return held(f"on its way back, or back, at {back[0].words}{read_by(back[0])}", *(r.exhibit for r in back))
    undated = parcel.return_scans() if parcel else ()
    found = statuses(facts, parcel)
    status = next((name for name in found if name in BACK), None)
    if undated:
        return held(f"the carrier's scan {undated[0].code} shows it going back", undated[0].evidence)
    if status:
        words = f"a status says {status}, without a scan"
        return held(words, found[status]) if item.id == "tracking_returned" else unknown(words, found[status])
    if _answered(facts, found, GONE):
        name, exhibit = next(iter(found.items()))
        return missing(f"the status is {name.replace('_', ' ')}", exhibit)
    nothing = unshipped(facts)
    return missing(*nothing) if nothing else absent(facts, item)


@probe("signature")
def signature(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = generic(facts, item, parcel)
    signed = [s.evidence for s in (parcel.shipments if parcel else ()) if "Signed" in s.forward_details]
    if found.state is not ItemState.HELD and signed:
        return held("the carrier's record says signed, without a name", *signed)
    if found.state is ItemState.MISSING and parcel is not None:
        for scan in parcel.deliveries():
            if scan.signed_by:
                words = f"“{scan.signed_by}” stands where a name should: nobody is shown to have signed"
                return missing(words, scan.evidence)
    return found


@probe("amazon_label")
def amazon_label(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    nothing = unshipped(facts)
    return missing(*nothing) if nothing else generic(facts, item, parcel)


@probe("badge")
def badge(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = facts.first("badge", parcel)
    if found is None:
        return absent(facts, item, "the badge is not shown anywhere; ask Amazon to check the protection status")
    if found.value == "claims_protected":
        return held(f"the label carries the Claims Protected badge{read_by(found)}", found.exhibit)
    return missing(f"the label's badge is {found.words.replace('_', ' ')}{read_by(found)}", found.exhibit)


@probe("late_delivery_risk")
def late_delivery_risk(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = facts.first("badge", parcel)
    if found is None:
        return absent(facts, item)
    if found.value == "late_delivery_risk":
        return held(f"the label was sold with a Late Delivery Risk warning{read_by(found)}", found.exhibit)
    return missing(f"the label's badge is {found.words.replace('_', ' ')}", found.exhibit)


@probe("badge_absent")
def badge_absent(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found = facts.first("badge", parcel)
    if found is None:
        return absent(facts, item)
    if found.value == "claims_protected":
        return missing("the label carries the Claims Protected badge", found.exhibit)
    return held(f"the label's badge is {found.words.replace('_', ' ')}{read_by(found)}", found.exhibit)


@probe("not_shipped_in_time")
def not_shipped_in_time(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    limit, claimed = facts.first("ship_by"), facts.life.claim_at
    if limit is None or not isinstance(limit.value, dt.datetime):
        return absent(facts, item, "the ship-by date is not told")
    nothing = unshipped(facts)
    if nothing:
        if claimed is None:
            return unknown("nothing was shipped; the date of the claim is not known", nothing[1])
        if limit.value < claimed:
            return held(
                f"ship-by was {limit.words}; nothing was shipped when the claim came",
                nothing[1],
                facts.life.claim_exhibit,
            )
        return missing("ship-by had not passed when the claim came", nothing[1])
    scans = facts.tables.item("first_scan_in_time")
    begun = [(other, first_scan_in_time(facts, scans, other)) for other in facts.claimed_parcels]
    punctual = [other for other, found in begun if found.state is ItemState.HELD]
    late = [
        found for other, found in begun if found.state is ItemState.CONTRADICTED and not _anew(facts, other, punctual)
    ]
    if late:
        return held(late[0].why, *late[0].exhibits)
    return missing("no scan shows that it was shipped late")


def _anew(facts: Facts, parcel: Parcel, others: list[Parcel]) -> bool:
    """True when these other parcels alone hold every ordered unit of what this one holds: it was sent anew."""
    left = ordered_units(facts.case)
    for other in others:
        for item_id, quantity in other.contents if other.contents_told else ():
            left[item_id] = left.get(item_id, 0) - quantity
    return parcel.contents_told and all(left.get(item_id, 1) <= 0 for item_id, _ in parcel.contents)
