"""The facts, one full sentence each. A line without evidence is not written."""

from __future__ import annotations

from a2z_defense.documents.said import Said
from a2z_defense.documents.sentences.goods import no_return_as_of, photographed, sold_listing
from a2z_defense.documents.sentences.openings import (
    debited,
    decisive,
    delivered_at,
    misdelivered,
    offered_on,
    rest,
    signed_for,
)
from a2z_defense.documents.sentences.writer import SHOWN_PLACE, Line, Writer, shortened
from a2z_defense.model.assessment import ItemState
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.mail import Reason
from a2z_defense.model.tracking import Leg, ScanKind
from a2z_defense.policy.protection import FAIL
from a2z_defense.policy.reached import failed_since


def ordered(w: Writer) -> Line:
    order = w.facts.case.order
    if order:
        yield w.fill("line.ordered", at=w.at(order.created_at, order.evidence))


def shipped(w: Writer) -> Line:
    """Ship-by against the first scan, for each parcel; a delivery that is the only scan shows no shipping in time."""
    for parcel in w.facts.defended:
        moment = parcel.first_scan
        if moment is None or moment == parcel.delivered or not w.facts.stands("first_scan_in_time", parcel=parcel):
            continue
        if _opening_tells(w, w.told(moment)):
            continue
        both = w.fill("line.ship_by_scan", ship_by=w.ship_by, first=w.told(moment))
        yield both or w.fill("line.first_scan", first=w.told(moment))


def _opening_tells(w: Writer, moment: Said | None) -> bool:
    """True when the text's first sentence names that moment: a reviewer reads nothing twice."""
    return moment is not None and moment in w.opening


def _opens_with(w: Writer, *defences: str) -> bool:
    """True when the text begins with the decisive fact of one of these defences."""
    defence, fact = w.facts.assessment.defence, decisive(w)
    return defence is not None and defence.id in defences and fact is not None and fact in w.opening


def tracking(w: Writer) -> Line:
    for parcel in w.facts.defended:
        number, carrier = w.number(parcel), w.carrier(parcel)
        service = w.say(*parcel.service) if parcel.service else None
        full = w.fill("line.tracking_service", number=number, carrier=carrier, service=service)
        yield full or (w.fill("line.tracking", number=number, carrier=carrier) if parcel.carrier else None)
        if len(w.facts.defended) > 1:
            yield w.fill("line.delivered_on", number=number, at=w.told(delivered_at(w, parcel)))


def due(w: Writer) -> Line:
    if not _opening_tells(w, w.deliver_by):
        yield w.fill("line.deliver_by", at=w.deliver_by)


def delivered_to(w: Writer) -> Line:
    """The carrier's place against the order's address; the address itself is never printed."""
    order = w.facts.case.order
    for parcel in w.facts.defended:
        if order is None or delivered_at(w, parcel) is None or parcel.place is None:
            continue
        place, exhibit = parcel.place
        told = w.place(place, exhibit)
        if told is None or not w.facts.in_town(place):
            continue
        shown = w.facts.at_address(place) if w.facts.stands("place_address", parcel=parcel) else None
        yield w.fill(SHOWN_PLACE[shown], place=Said(told, (*told.exhibits, order.evidence)))


def signed(w: Writer) -> Line:
    """The signature as the carrier recorded it, with the name when one is recorded."""
    for parcel in w.facts.defended:
        found = signed_for(w, parcel)
        if found and found[0]:
            yield w.fill("line.signed_by", name=w.say(found[0] or "", found[1]))
        elif found:
            yield w.say(w.t("line.signed"), found[1])


def proofs(w: Writer) -> Line:
    """The carrier's document and the photo, where the policy holds what they show: Amazon cannot open them here."""
    shown = {parcel.key for parcel in w.facts.defended if delivered_at(w, parcel)}
    held = [item for item in w.facts.assessment.items if item.state is ItemState.HELD]
    for name, phrase in (("pod_document", "line.pod"), ("delivery_photo", "line.photo")):
        own = [item for item in held if item.id == name and (item.unit in shown if item.unit else shown)]
        if own:
            yield w.say(w.t(phrase), *(exhibit for item in own for exhibit in (item.exhibit, *item.exhibits)))


def replies(w: Writer) -> Line:
    """Reply times, only when every message of the buyer was answered in time: nobody volunteers a slow answer, and
    `a2z check` warns of it."""
    asked = w.facts.buyer_wrote
    waits = [one.answered_after for one in asked]
    if not asked or any(wait is None for wait in waits):
        return
    slowest = max(wait for wait in waits if wait is not None)
    if slowest > w.facts.told.tables.rule("message_grant").span:
        return
    said = w.say(w.loc.lasting(slowest), *(one.mail.evidence for one in w.facts.conversation))
    if len(asked) == 1:
        yield w.fill("line.reply", at=w.at(asked[0].mail.read.sent_at, asked[0].mail.evidence), slowest=said)
    else:
        yield w.fill("line.replies", count=len(asked), slowest=said)


def refunds(w: Writer) -> Line:
    """Refunds issued: none recorded (as of when), or their sum."""
    found = w.facts.refunds
    if w.facts.no_refund_recorded:
        yield w.fill("line.refunds_none", as_of=w.as_of)
    elif found and not _opens_with(w, "already_refunded", "replaced_or_refunded") and w.facts.refund_agrees:
        exhibits = [one.evidence for one in found]
        dates = [one.posted_at for one in found if one.posted_at]
        on = w.day(max(dates), *exhibits) if dates else None
        key = "line.refunds" if len(found) > 1 else "line.refunds_one"
        yield w.fill(key, refunded=w.money(w.facts.refunded, *exhibits), on=on)


def debited_before(w: Writer) -> Line:
    """What Amazon took for the order's earlier claims; one that the opening tells is not told again."""
    debits = w.facts.debited_before
    for debit in debits[:-1] if _opens_with(w, "paid_by_earlier_claim") else debits:
        yield debited(w, debit, "line.debited_before")


def money(w: Writer) -> Line:
    """Paid, refunded, remaining: to the cent."""
    finances = w.facts.case.finances
    exhibits = finances.evidence if finances else ()
    if not w.facts.refund_agrees:
        return
    paid = w.money(w.facts.paid, *exhibits)
    whole = w.fill(
        "line.money", paid=paid, refunded=w.money(w.facts.refunded, *exhibits), rest=w.money(rest(w), *exhibits)
    )
    yield whole or w.fill("line.paid", paid=paid)


def returned(w: Writer) -> Line:
    """The return: asked, authorised, label, nothing back."""
    asked = w.facts.instant_of("return_requested_at")
    yield w.fill("line.return_request", on=w.day(*asked)) if asked else None
    if not _opens_with(w, "return_offered", "return_authorised"):
        yield w.fill("line.return_authorised", on=offered_on(w))
    if w.facts.stands("return_label"):
        told = w.facts.exhibits_of("return_label_given")
        yield w.say(w.t("line.return_label"), *told)
    as_of = no_return_as_of(w)
    if not _opening_tells(w, as_of):
        yield w.fill("line.return_nothing", as_of=as_of)


def amazon_label(w: Writer) -> Line:
    """Bought through Amazon, and the badge when it is known; nobody is sent to look for it where it cannot help."""
    told = w.facts.assessment
    helps = told.reason.key is Reason.NOT_RECEIVED and all(test.result != FAIL for test in told.protection)
    for parcel in w.facts.defended or w.facts.parcels:
        bought, number = parcel.bought_through_amazon, parcel.number
        if not bought or number is None:
            continue
        yield w.fill("line.label_amazon", number=w.say(number[0], *bought))
        if parcel.badge is None and helps and not parcel.of.return_scans():
            yield w.say(w.t("line.badge_unknown"), *bought)
        elif parcel.badge is not None and parcel.badge.value == "claims_protected":
            yield w.say(w.t("line.badge"), parcel.badge.exhibit)


def status_now(w: Writer) -> Line:
    """The carrier's last status in the answer's language; a code that no table knows is not written. "Delivered" on the
    way back is no delivery to the customer, and says so."""
    for parcel in w.facts.parcels:
        timed = sorted((scan for scan in parcel.of.scans if scan.at), key=lambda scan: scan.at or w.facts.instant)
        if not timed or (timed[-1].leg is Leg.UNKNOWN and timed[-1].kind is ScanKind.DELIVERED):
            continue
        phrase = "line.status_return" if timed[-1].leg is Leg.RETURN else "line.status_now"
        if timed[-1].kind is ScanKind.OTHER or _opening_tells(w, w.at(timed[-1].at, timed[-1].evidence)):
            continue
        if timed[-1].kind is ScanKind.DELIVERED and timed[-1].leg is not Leg.RETURN and misdelivered(w, parcel):
            continue
        words, code = w.t(f"scan.{timed[-1].kind.value}"), timed[-1].code.strip()
        if " " in code:
            # Words, not a code of a machine: the carrier's own stand beside ours, which may say more or less.
            words = f'{words} ("{code}")'
        status = w.say(words, timed[-1].evidence)
        yield w.fill(phrase, status=status, at=w.at(timed[-1].at, timed[-1].evidence))


def fulfilled(w: Writer) -> Line:
    """Who fulfils, when it is not the seller: two lines."""
    order = w.facts.case.order
    if order is None:
        return
    csba = [one.exhibit for one in w.facts.told.readings("programme") if one.value == "csba"]
    if csba:
        yield w.say(w.t("line.csba"), *csba)
        return
    if order.fulfilled_by == "AMAZON":
        yield w.say(w.t("line.fulfilled_by_amazon"), order.evidence)
    if order.fulfilled_by == "MERCHANT" and "PRIME" in order.programs:
        yield w.fill("line.fulfilled_programme", programme=w.say("Seller Fulfilled Prime", order.evidence))
    else:
        yield w.say(w.t("line.fulfilled_other"), order.evidence)


def listing(w: Writer) -> Line:
    """The listing as it was nearest before the sale; one that was captured only later says so."""
    sold, kept = sold_listing(w), w.facts.case.listings
    for one in (sold,) if sold else kept[:1]:
        title = w.quote(shortened(one.title or "", 120), one.evidence)
        key = "line.listing" if sold else "line.listing_later"
        yield w.fill(key, at=w.at(one.captured_at, one.evidence), title=title)


def pre_ship(w: Writer) -> Line:
    """A dated photo, when it was taken before the carrier had the parcel."""
    yield w.fill("line.pre_ship", at=photographed(w))


def delivered_on(w: Writer) -> Line:
    """The delivery of each parcel, for a claim that is about something else."""
    for parcel in w.facts.defended:
        yield w.fill("line.delivered_on", number=w.number(parcel), at=w.told(delivered_at(w, parcel)))


def sent(w: Writer) -> Line:
    """Only with proof of sending: the seller's record of it, and no failure of its delivery since."""
    record = w.facts.sent_to_buyer
    if record and not failed_since(w.facts.case, record.effective_at or record.at):
        yield w.fill("line.photo_sent", at=w.at(record.effective_at or record.at, record.id, record.proof))


def on_order(w: Writer) -> Line:
    """What was asked of others and is not here yet, for an answer that is sent as it is."""
    for entry in w.facts.case.entries:
        if entry.kind is not EntryKind.ASKED or not entry.item or not entry.asked_of:
            continue
        item = w.facts.assessment.item(entry.item)
        what = w.say(w.policy(item.title) if item else entry.item, entry.id)
        known = f"whom.{entry.asked_of}"
        whom = w.say(w.t(known) if w.t.has(known) else entry.asked_of, entry.id)
        common = {"whom": whom, "what": what, "on": w.day(entry.at, entry.id)}
        reference = w.say(entry.reference, entry.id) if entry.reference else None
        yield w.fill("line.requested_reference", reference=reference, **common) or w.fill("line.requested", **common)
