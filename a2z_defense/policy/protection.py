"""Buy Shipping Claims Protection: its three tests, each pass, fail or unknown, with the action that is missing."""

from __future__ import annotations

from collections.abc import Sequence

from a2z_defense.model.assessment import Item, ItemState, Level, Protection
from a2z_defense.model.case import ClaimReason
from a2z_defense.model.mail import Reason
from a2z_defense.policy.items import Looker

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"


def protection_of(looker: Looker, reason: ClaimReason) -> tuple[Protection, ...]:
    """The three tests. Only a claim of "not received" can be protected; for other reasons there is nothing to test."""
    if reason.key not in {Reason.NOT_RECEIVED, Reason.UNKNOWN}:
        return ()
    return (_label(looker), _first_scan(looker), _refund(looker))


def _items(looker: Looker, item_id: str) -> list[Item]:
    definition = looker.facts.tables.item(item_id)
    parcels = looker.facts.claimed_parcels if definition.per == "parcel" else (None,)
    return [looker.item(definition, Level.REQUIRED, None, parcel) for parcel in parcels]


def _test(name: str, result: str, items: Sequence[Item], action: str | None) -> Protection:
    why = "; ".join(dict.fromkeys(part for item in items for part in item.why.split("; ")))
    exhibit = next((item.exhibit for item in items if item.exhibit), None)
    return Protection(test=name, result=result, why=why, action=action, exhibit=exhibit)


def _label(looker: Looker) -> Protection:
    labels, badges = _items(looker, "amazon_label"), _items(looker, "badge")
    name = "label bought through Amazon with the Claims Protected badge"
    if all(item.state is ItemState.HELD for item in (*labels, *badges)):
        return _test(name, PASS, badges, None)
    no_badge = [item for item in badges if item.state is ItemState.MISSING and item.exhibit]
    no_label = [item for item in labels if item.state is ItemState.MISSING and item.exhibit]
    if no_badge or no_label:
        return _test(name, FAIL, no_badge or no_label, None)
    open_items = [item for item in (*labels, *badges) if item.state is not ItemState.HELD]
    return _test(name, UNKNOWN, open_items, open_items[0].how_to_get)


def _first_scan(looker: Looker) -> Protection:
    scans = _items(looker, "first_scan_in_time")
    name = "the carrier's first scan on or before ship-by"
    late = [item for item in scans if item.state is ItemState.CONTRADICTED]
    if late:
        return _test(name, FAIL, late, None)
    open_items = [item for item in scans if item.state is not ItemState.HELD]
    if open_items:
        return _test(name, UNKNOWN, open_items, open_items[0].how_to_get)
    return _test(name, PASS, scans, None)


def _refund(looker: Looker) -> Protection:
    items = _items(looker, "no_seller_refund")
    name = "reimbursed by Amazon, not by the seller"
    state = items[0].state
    if state is ItemState.HELD:
        return _test(
            name, PASS, items, "do not refund, reship or let a return refund run: it would lose the protection"
        )
    if state is ItemState.MISSING and items[0].exhibit:
        return _test(name, FAIL, items, None)
    return _test(name, UNKNOWN, items, items[0].how_to_get)
