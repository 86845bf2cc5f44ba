"""Decisive facts of claims about the goods and their way back: as described, not returned, other goods, charges."""

from __future__ import annotations

import datetime as dt

from a2z_defense.documents.said import Said
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.finances import Listing
from a2z_defense.model.money import Money
from a2z_defense.policy.readings import Reading, squeezed
from a2z_defense.policy.sent_back import got_back, sent_back

_NOTE_LIMIT = 120
"""Characters of the inspection note that the first sentence quotes whole; a longer one is named, not cut."""


def as_described(w: Writer) -> Said | None:
    """What was listed and what was sent, each with its date: the listing as sold, the photo before shipment, the serial
    number."""
    listed, photo, serial = listed_as_sold(w), photographed(w), _serial(w, "serial_number", "serial_number")
    return (
        w.fill("fact.as_described", listed=listed, photo=photo)
        or w.fill("fact.as_described_serial", listed=listed, serial=serial)
        or w.fill("fact.photographed", photo=photo)
        or w.fill("fact.serial", serial=serial)
        or w.fill("fact.listed", listed=listed)
    )


def listed_as_sold(w: Writer) -> Said | None:
    """When the listing was captured, of the newest capture before the sale."""
    found = sold_listing(w)
    return w.at(found.captured_at, found.evidence) if found and w.facts.stands("listing_as_sold") else None


def sold_listing(w: Writer) -> Listing | None:
    """The newest capture of the listing that is not younger than the order."""
    order = w.facts.case.order
    kept = [one for one in w.facts.case.listings if order and one.captured_at <= order.created_at]
    return kept[-1] if kept else None


def photographed(w: Writer) -> Said | None:
    """The day of a photo that was taken before the carrier had the parcel, and that the seller read."""
    shipped = [one.first_scan[0] for one in w.facts.parcels if one.first_scan]
    shipped += [one.of.package.ship_time for one in w.facts.parcels if one.of.package and one.of.package.ship_time]
    for entry in w.facts.case.entries:
        before = bool(entry.taken_at and shipped and entry.taken_at < min(shipped))
        if entry.attachment is AttachmentKind.PRE_SHIP_PHOTO and before and w.facts.told.is_read(entry):
            return w.day(entry.taken_at, entry.file, entry.id)
    return None


def _read(w: Writer, fact: str) -> Reading | None:
    return w.facts.told.first(fact)


def _serial(w: Writer, fact: str, item: str) -> Said | None:
    found = _read(w, fact)
    return w.say(found.words, found.exhibit) if found and w.facts.stands(item) else None


def not_returned(w: Writer) -> Said | None:
    """Nothing came back as far as the returns report answered, or the return was asked for after Amazon's window."""
    return nothing_back(w) or window_closed(w)


def nothing_back(w: Writer) -> Said | None:
    if not w.facts.stands("no_return_tracking", "return_not_delivered"):
        return None
    number = _read(w, "return_tracking_number")
    if number is None:
        return w.fill("fact.nothing_back", as_of=no_return_as_of(w))
    scanned = [one for one in w.facts.case.shipments if squeezed(one.tracking_number) == squeezed(number.words)]
    piece = w.facts.case.piece(scanned[-1].evidence) if scanned else None
    as_of = w.at(piece.provenance.obtained_at, piece.id) if piece else None
    return w.fill("fact.return_not_delivered", number=w.say(number.words, number.exhibit), as_of=as_of)


def no_return_as_of(w: Writer) -> Said | None:
    """When the returns report was last read, if nothing tells of a return on its way; else None."""
    on_its_way = ("return_tracking_number", "return_posted_at", "return_received_at")
    answered = w.facts.source_answered("returns")
    if answered is None or any(w.facts.exhibits_of(fact) for fact in on_its_way):
        return None
    if sent_back(w.facts.case, w.facts.told.tables) or got_back(w.facts.case, w.facts.told.tables):
        return None  # the buyer or we wrote that it came back: that no parcel is recorded would be half the truth
    return w.at(*answered)


def window_closed(w: Writer) -> Said | None:
    """Amazon's own return window against the day of the request; nothing of the buyer's rights."""
    item = w.facts.assessment.item("return_window")
    end, asked = _read(w, "return_window_ends"), w.facts.instant_of("return_requested_at")
    if item is None or not w.facts.stands("return_window") or end is None or asked is None:
        return None
    if not isinstance(end.value, dt.date):
        return None
    last = w.say(w.loc.date(end.value), end.exhibit)
    return w.fill("fact.window_closed", end=last, asked=w.day(*asked))


def closed_because(w: Writer) -> Said | None:
    """The closing reason that Manage Returns shows, in its own words, or the window."""
    found = _read(w, "closing_reason")
    words = w.say(found.words, found.exhibit) if found and len(found.words) <= _NOTE_LIMIT else None
    return window_closed(w) or w.fill("fact.closed_because", words=words)


def came_back_different(w: Writer) -> Said | None:
    """Two serial numbers, else the inspection note, with the day on which the return came."""
    received = w.facts.instant_of("return_received_at")
    on = w.day(*received) if received else None
    sent, back = _serial(w, "serial_number", "serial_mismatch"), _serial(w, "returned_serial_number", "serial_mismatch")
    if sent and back and squeezed(sent) != squeezed(back):
        return w.fill("fact.serials_differ", sent=sent, back=back, on=on)
    note = _read(w, "inspection_note")
    words = w.say(note.words, note.exhibit) if note and w.facts.stands("inspection_note") else None
    if words and len(words) <= _NOTE_LIMIT:
        return w.fill("fact.inspected_words", on=on, words=words)
    exhibit = w.facts.item_exhibit("inspection_note")
    inspected = w.facts.instant_of("inspected_at")
    return w.fill("fact.inspected", on=on, inspected=w.day(inspected[0], inspected[1], exhibit) if inspected else None)


def replacement(w: Writer) -> Said | None:
    found = w.facts.instant_of("replacement_delivered_at")
    return w.fill("fact.replaced", at=w.told(found)) if found and w.facts.stands("replacement_delivered") else None


def charges(w: Writer) -> Said | None:
    """Duties paid by the seller, or what was reimbursed of them."""
    back, paid = _read(w, "charges_reimbursed"), _read(w, "duties_paid")
    if back and isinstance(back.value, Money) and w.facts.stands("charges_reimbursed"):
        return w.fill("fact.charges_reimbursed", money=w.money(back.value, back.exhibit))
    if paid and paid.value is True and w.facts.stands("duties_paid"):
        return w.say(w.t("fact.duties_paid"), paid.exhibit)
    return None
