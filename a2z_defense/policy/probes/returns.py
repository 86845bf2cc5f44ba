"""Items about returns: offered, labelled, on the way, received, inspected."""

from __future__ import annotations

import datetime as dt

from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import ItemState
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.finances import ReturnRow
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel, forward_numbers
from a2z_defense.policy.probes.base import (
    Found,
    absent,
    generic,
    held,
    missing,
    not_applicable,
    probe,
    read_by,
    unknown,
)
from a2z_defense.policy.readings import squeezed
from a2z_defense.policy.sent_back import sent_back
from a2z_defense.policy.tables import ItemDef

INSPECTION_DAYS = 14
"""An inspection later than this after receipt is weak proof of how the item came. Judgement, 2026-08: no source names
a number."""


@probe("domestic_address", "international_address_only")
def return_address(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    stated = facts.readings("return_address_country")
    order = facts.case.order
    if not stated:
        return absent(facts, item, "the country of the return address is not told")
    if order is None or not order.address.country:
        return unknown("the buyer's country is not known", stated[0].exhibit)
    home = squeezed(order.address.country)
    inside = [r for r in stated if squeezed(r.words) == home]
    wanted = bool(inside) if item.id == "domestic_address" else not inside
    words = f"return address in {', '.join(sorted({r.words.upper() for r in stated}))}, the buyer is in {home}"
    return (held if wanted else missing)(words, (inside or list(stated))[0].exhibit, order.evidence)


@probe("unanswered_return_request")
def unanswered_return_request(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    asked, offered = _asked(facts), facts.instant("return_offered_at")
    if asked is None:
        return absent(facts, item, "no return request was found")
    if offered is not None:
        return missing(f"asked {asked[2]}, authorised {utc_text(offered[0])}", asked[1], offered[1])
    closed = facts.first("closing_reason")
    if closed is not None:
        return missing(f"the request was closed: {closed.words}", asked[1], closed.exhibit)
    approved = _approved(facts)
    if approved is not None:
        return missing(f"asked {asked[2]}; the returns report says {approved.status}", asked[1], approved.evidence)
    if facts.silent(["returns"]):
        return unknown("a return was asked for; whether it was authorised is not known", asked[1])
    return held(f"a return was asked for at {asked[2]}; nothing shows an answer", asked[1])


def _approved(facts: Facts) -> ReturnRow | None:
    """The row of the returns report whose status says that the return was authorised, or that gives a label."""
    return next((row for row in facts.case.returns if squeezed(row.status or "") in _APPROVED), None)


_APPROVED = frozenset({"APPROVED", "AUTHORIZED", "AUTHORISED", "COMPLETED"})
"""Values of the report's `Return request status` after an authorisation, squeezed."""


@probe("return_offer", "return_authorisation")
def return_offer(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    found, approved = generic(facts, item, parcel), _approved(facts)
    if found.state in {ItemState.MISSING, ItemState.UNKNOWN} and approved is not None:
        words = f"the returns report says {approved.status}, without a date; read it in Manage Returns and state it"
        return unknown(words, approved.evidence)
    return found


def _asked(facts: Facts) -> tuple[dt.date, str, str] | None:
    """The day on which the return was asked for, the exhibit and the time in words: an instant, else a report's day."""
    at = facts.instant("return_requested_at")
    if at is not None:
        return at[0].date(), at[1], utc_text(at[0])
    told = facts.readings("return_requested_at")
    return min(((r.value, r.exhibit, r.words) for r in told if isinstance(r.value, dt.date)), default=None)


@probe("return_window")
def return_window(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    """Only Amazon's own return window; it says nothing of the buyer's legal rights."""
    end, asked = facts.first("return_window_ends"), _asked(facts)
    outside = [row for row in facts.case.returns if row.in_policy is False]
    if outside:
        return held("Amazon's returns report marks the request as outside the policy", outside[0].evidence)
    if end is None or not isinstance(end.value, dt.date):
        return absent(facts, item, "the last day of the return window is not known")
    if asked is None:
        silent = facts.silent(item.sources)
        words = "whether and when a return was asked for is not known"
        return unknown(words, end.exhibit) if silent else held("no return was asked for in the window", end.exhibit)
    words = f"return window to {end.words}, asked {asked[2]}"
    # A day of slack: the window's day has no documented zone.
    if asked[0] > end.value + dt.timedelta(days=1):
        return held(words, end.exhibit, asked[1])
    if asked[0] >= end.value:
        return unknown(f"{words}: on the edge, the zone decides", end.exhibit, asked[1])
    return missing(words, end.exhibit, asked[1])


@probe("no_return_tracking", "return_not_delivered")
def nothing_back(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    received, posted = facts.first("return_received_at"), facts.first("return_posted_at")
    number = facts.first("return_tracking_number")
    if received is not None:
        return missing(f"the return was received at {received.words}{read_by(received)}", received.exhibit)
    if item.id == "no_return_tracking" and posted is not None:
        return missing(f"the return was posted at {posted.words}{read_by(posted)}", posted.exhibit)
    silent = facts.silent(item.sources)
    if silent:
        return absent(facts, item)
    if number is None:
        told = sent_back(facts.case, facts.tables)
        if told:
            first = next((one for one in told if one.numbers), told[0])
            what = "ask the carrier" if first.numbers else "ask the buyer for its carrier and tracking number"
            return unknown(f"the buyer names a return: “{first.sentence}”; {what}", first.exhibit)
        sources = [e for name in ("returns", "mail") for e in facts.case.source(name).evidence]
        return held("no return tracking number is in Amazon's report or mail", *sources[:1])
    if squeezed(number.words) in forward_numbers(facts.case):
        return unknown(f"return {number.words} has the number of the way out: ask the carrier", number.exhibit)
    if _scanned(facts, number.words):
        return held(f"return {number.words} has no delivery scan", number.exhibit)
    return unknown(f"return {number.words}: no carrier's answer is held", number.exhibit)


def _scanned(facts: Facts, number: str) -> bool:
    return any(squeezed(s.tracking_number) == squeezed(number) for s in facts.case.shipments)


@probe("return_posted")
def return_posted(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    posted = facts.first("return_posted_at")
    if posted is None:
        return absent(facts, item, "no posting of a return is known")
    words = f"the return was posted at {posted.words}{read_by(posted)}"
    return held(f"{words}; a refund may already be due", posted.exhibit, *_named_by(facts))


def _named_by(facts: Facts) -> list[str]:
    """What says that a tracking number is the return's: without it the scans would say nothing of a return."""
    return [reading.exhibit for reading in facts.readings("return_tracking_number")]


@probe("return_delivered", "return_receipt_date")
def return_received(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    received = facts.first("return_received_at")
    if received is None:
        return absent(facts, item, "no receipt of a return is known")
    return held(f"the return was received at {received.words}{read_by(received)}", received.exhibit, *_named_by(facts))


@probe("inspection_photos")
def inspection_photos(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    stated = facts.first("inspection_photos")
    files = [(e.taken_at, e.file) for e in facts.attachments([AttachmentKind.INSPECTION]) if e.taken_at is not None]
    if stated is not None:
        return generic(facts, item, parcel)
    if files:
        return held(f"dated {utc_text(min(taken for taken, _ in files))}", *(file for _, file in files))
    undated = facts.attachments([AttachmentKind.INSPECTION])
    if undated:
        return missing("a file of the inspection is attached without the date it was taken", *(e.file for e in undated))
    return absent(facts, item)


@probe("serial_mismatch")
def serial_mismatch(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    sent, back = facts.readings("serial_number"), facts.readings("returned_serial_number")
    if not sent or not back:
        return absent(facts, item, "the serial numbers sent and returned are not both known")
    numbers = {squeezed(r.words) for r in sent}
    other = [r for r in back if squeezed(r.words) not in numbers]
    if other:
        return held(f"sent {sent[0].words}, came back {other[0].words}", sent[0].exhibit, other[0].exhibit)
    return missing("the serial number that came back is the one that was sent", sent[0].exhibit, back[0].exhibit)


@probe("inspection_late")
def inspection_late(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    inspected, received = facts.instant("inspected_at") or _photographed(facts), facts.instant("return_received_at")
    if inspected is None or received is None:
        files = [entry.file for entry in facts.attachments([AttachmentKind.INSPECTION])]
        one = inspected or (received if files else None)
        words = "the dates of receipt and inspection are not both known"
        return unknown(words, one[1], *files) if one else absent(facts, item, words)
    days = (inspected[0] - received[0]).days
    words = f"received {utc_text(received[0])}, inspected {utc_text(inspected[0])}"
    return (held if days > INSPECTION_DAYS else missing)(words, received[1], inspected[1])


def _photographed(facts: Facts) -> tuple[dt.datetime, str] | None:
    """The first dated photo of the inspection: by then it was inspected."""
    files = facts.attachments([AttachmentKind.INSPECTION])
    return min(((e.taken_at, e.file) for e in files if e.taken_at is not None and e.file is not None), default=None)


@probe("label_used")
def label_used(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    if facts.first("return_label_used") is None and not facts.first("return_label_given"):
        return not_applicable("no return label is known") if not facts.silent(item.sources) else absent(facts, item)
    return generic(facts, item, parcel)
