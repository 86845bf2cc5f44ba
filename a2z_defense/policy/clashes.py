"""The rules by which pieces of evidence contradict each other, one function for each; `conflicts` collects them.

A contradiction only names what disagrees: it never says which side is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from a2z_defense.base.instants import utc_text
from a2z_defense.model.case import ReasonSource
from a2z_defense.model.mail import MailKind, Reason
from a2z_defense.model.money import Money
from a2z_defense.policy.addresses import Likeness, compare_places, place_of
from a2z_defense.policy.conflict import Conflict, conflict
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import PHYSICAL, Parcel, claimed_units
from a2z_defense.policy.phrases import admissions, against_delivery, find, said_done
from a2z_defense.policy.readings import squeezed
from a2z_defense.policy.reason import reason_of, topics
from a2z_defense.policy.receipt import acknowledged

Rule = Callable[[Facts], Iterator[Conflict]]


def order_answers(facts: Facts) -> Iterator[Conflict]:
    """An older answer of getOrder with another address or ship-by."""
    order = facts.case.order
    for older in facts.case.earlier_orders if order else ():
        if order is None or older.evidence == order.evidence:
            continue
        if compare_places(place_of(older.address), place_of(order.address)).likeness is Likeness.DIFFERS:
            what = "the order's address changed between two answers"
            yield conflict("order_address", older.evidence, order.evidence, what)
        if older.ship_by.latest and order.ship_by.latest and older.ship_by.latest != order.ship_by.latest:
            what = f"ship-by was {utc_text(older.ship_by.latest)}, now {utc_text(order.ship_by.latest)}"
            yield conflict("order_ship_by", older.evidence, order.evidence, what)


def amounts(facts: Facts) -> Iterator[Conflict]:
    """A refund in another currency, below the claim or above the order; a claim above what the buyer paid."""
    claim, refund = facts.first("claim_amount"), facts.first("refund_amount")
    order = facts.case.order
    returned = refund.value if refund and isinstance(refund.value, Money) else None
    total_paid = order.total if order and returned and order.total else None
    if refund and order and returned and total_paid and returned.currency == total_paid.currency:
        items = frozenset({"refund_record"})
        if returned.amount > total_paid.amount:
            what = f"refunded {refund.words}, the order is {total_paid}"
            yield conflict("refund_above_order", refund.exhibit, order.evidence, what, items=items)
    if claim and refund and isinstance(claim.value, Money) and isinstance(refund.value, Money):
        if claim.value.currency != refund.value.currency:
            what = f"the refund is in {refund.value.currency}, the claim in {claim.value.currency}"
            items = frozenset({"refund_record"})
            yield conflict("currency", refund.exhibit, claim.exhibit, what, items=items)
        elif refund.value.amount < claim.value.amount:
            yield conflict(
                "partial_refund", refund.exhibit, claim.exhibit, f"refunded {refund.words}, claimed {claim.words}"
            )
    if claim and order and order.total and isinstance(claim.value, Money) and claim.exhibit != order.evidence:
        if claim.value.currency == order.total.currency and claim.value.amount > order.total.amount:
            yield conflict(
                "claim_above_order", claim.exhibit, order.evidence, f"claimed {claim.words}, the order is {order.total}"
            )
        elif claim.value.currency != order.total.currency:
            yield conflict(
                "claim_currency", claim.exhibit, order.evidence, f"claimed {claim.words}, the order is {order.total}"
            )


def part_claimed(facts: Facts) -> Iterator[Conflict]:
    """A claim below the order's total by a unit's price or more: which of several units it is about is not told."""
    claim, order = facts.first("claim_amount"), facts.case.order
    if claim is None or order is None or order.total is None or not isinstance(claim.value, Money):
        return
    several = sum(item.quantity for item in order.items) > 1
    told = any(entry.claimed is not None for entry in facts.case.entries)
    if not several or told or claim.value.currency != order.total.currency:
        return
    prices = [item.unit_price.amount if item.unit_price else Decimal(0) for item in order.items]
    gap = order.total.amount - claim.value.amount
    if gap > 0 and gap >= min(prices):  # less than that is the shipping
        what = (
            f"claimed {claim.words}, the order of several units is {order.total}: which units are claimed is not told"
        )
        yield conflict("part_claimed", claim.exhibit, order.evidence, what)


def quantities(facts: Facts) -> Iterator[Conflict]:
    """More units claimed or packed than were ordered."""
    order = facts.case.order
    if order is None:
        return
    ordered = {item.id: item.quantity for item in order.items}
    entry = next((e for e in reversed(facts.case.entries) if e.claimed is not None), None)
    for item_id, units in claimed_units(facts.case).items() if entry else ():
        if entry is not None and units > ordered.get(item_id, 0):
            what = f"claimed {units} of item {item_id}, ordered {ordered.get(item_id, 0)}"
            yield conflict("claimed_units", entry.id, order.evidence, what)
    packed: dict[str, int] = {}
    for parcel in facts.parcels:
        for item_id, units in parcel.contents if parcel.contents_told else ():
            packed[item_id] = packed.get(item_id, 0) + units
    for item_id, units in packed.items():
        if item_id in ordered and units > ordered[item_id]:
            what = f"the packages hold {units} of item {item_id}, ordered {ordered[item_id]}"
            yield conflict("packed_units", order.evidence, order.evidence, what)


def notice_numbers(facts: Facts) -> Iterator[Conflict]:
    """A claim of what was sent out, under a tracking number that is none of the order's. A notice about a return names
    the return's number."""
    ours = {squeezed(p.tracking_number): p for p in facts.parcels if p.tracking_number}
    returns = {squeezed(r.words) for r in facts.readings("return_tracking_number") if r.by != "mail"}
    for mail in facts.case.notices:
        told = mail.read.notice
        if told is None or not told.tracking_number or not ours:
            continue
        number = squeezed(told.tracking_number)
        stated = told.reason if told.reason not in {None, Reason.UNKNOWN} else reason_of(facts).key
        other = facts.first("tracking_number", next(iter(ours.values())))
        if stated in _ABOUT_RETURNS or number in ours or number in returns or other is None:
            continue
        what = f"the notice names tracking number {told.tracking_number}, the order {other.words}"
        items = frozenset({"tracking_pair", "tracking_number"})
        yield conflict("notice_number", mail.evidence, other.exhibit, what, items=items)


_ABOUT_RETURNS = frozenset({Reason.NOT_AS_DESCRIBED, Reason.REFUND_NOT_ISSUED, Reason.RETURN_REFUSED})
"""Reasons for which Amazon's notice names the return's carrier and tracking number, if any."""


def listing(facts: Facts) -> Iterator[Conflict]:
    """The listing as sold and the listing later are not the same."""
    sold = facts.instant("order_time")
    before = [x for x in facts.case.listings if sold and x.captured_at <= sold[0]]
    after = [x for x in facts.case.listings if sold and x.captured_at > sold[0]]
    if before and after:
        old, new = before[-1], after[-1]
        names = [n for n in ("title", "description", "bullets", "image_urls") if getattr(old, n) != getattr(new, n)]
        if names:
            what = f"the listing changed after the sale: {', '.join(names).replace('_', ' ')}"
            yield conflict("listing", old.evidence, new.evidence, what)


def admitted(facts: Facts) -> Iterator[Conflict]:
    """A message of the seller that admits a fault or promises a refund stands against a defence. Until a refund settles
    it or the seller states that it admits nothing, it blocks; a promise whose condition is shown not to have come true
    is only named."""
    notice = facts.life.claim_exhibit
    settled = facts.says("seller_refunded") is True or facts.says("fault_admitted") is False
    for mail in facts.case.messages:
        if mail.read.kind is MailKind.SELLER_MESSAGE and mail.read.message and notice:
            for found in admissions(mail.read.message.text, facts.tables):
                unmet = _unmet(facts, found.sentence) if found.promise else None
                what = f"the seller wrote: “{found.sentence}”" + (f"; {unmet}" if unmet else "")
                yield conflict("admission", mail.evidence, notice, what, blocks=not settled and unmet is None)


def seller_against_delivery(facts: Facts) -> Iterator[Conflict]:
    """The seller wrote that the parcel was lost, not sent or came back, after the delivery that the answer would tell;
    or that it went elsewhere. Amazon reads the thread. The seller's statement that it admits nothing settles it."""
    if facts.says("fault_admitted") is False or reason_of(facts).key is not Reason.NOT_RECEIVED:
        return  # of a parcel that came back after its delivery a seller writes as well that it was returned
    for mail in facts.case.messages:
        if mail.read.kind is not MailKind.SELLER_MESSAGE or mail.read.message is None:
            continue
        for parcel in facts.claimed_parcels:
            delivered, sent = facts.instant("delivered_at", parcel), mail.read.sent_at
            for sentence, elsewhere in against_delivery(mail.read.message.text, facts.tables) if delivered else ():
                if delivered and (elsewhere or sent is None or sent >= delivered[0]):
                    what = f"delivered {utc_text(delivered[0])}, and the seller wrote: “{sentence}”"
                    items = frozenset({"delivered_scan"})
                    yield conflict("seller_wrote", mail.evidence, delivered[1], what, items=items, parcel=parcel.key)


_SHOWN_BY = {
    "refunded": ("refund", frozenset({"no_seller_refund", "refunds_so_far"})),
    "replaced": ("replacement", frozenset()),
    "got_back": ("return that arrived", frozenset({"no_return_tracking", "return_not_delivered", "return_delivered"})),
}


def seller_against_records(facts: Facts) -> Iterator[Conflict]:
    """The seller wrote to have refunded, sent anew or got something back, and no record shows it. Amazon reads the
    thread. The record of it, or the seller's statement that the message admits nothing, settles it."""
    shown = {
        "refunded": facts.says("seller_refunded") is True,
        "replaced": bool(facts.readings("replacement_order") or facts.readings("replacement_delivered_at")),
        "got_back": bool(facts.readings("return_received_at")),
    }
    notice = facts.life.claim_exhibit
    if facts.says("fault_admitted") is False or notice is None:
        return
    for mail in facts.case.messages:
        if mail.read.kind is not MailKind.SELLER_MESSAGE or mail.read.message is None:
            continue
        for topic, sentence in said_done(mail.read.message.text, facts.tables):
            record, items = _SHOWN_BY[topic]
            if not shown[topic]:
                what = f"no {record} is recorded, and the seller wrote: “{sentence}”"
                yield conflict("seller_wrote", mail.evidence, notice, what, items=items, blocks=True)


def _unmet(facts: Facts, sentence: str) -> str | None:
    """Why the condition of a promise did not come true, as far as the evidence shows; None: it may have, or there is
    none. What the promise waits for is read by the words of the reasons: not arrived, sent back."""
    if find(sentence, "conditional", facts.tables) is None:
        return None
    awaits_return = find(sentence, "on_return", facts.tables) is not None
    awaits_loss = find(sentence, "on_loss", facts.tables) is not None
    if awaits_loss and not awaits_return and all(_arrived(facts, parcel) for parcel in facts.claimed_parcels):
        return "a condition that did not come true: the delivery is recorded"
    back = any(facts.readings(name) for name in ("return_received_at", "return_posted_at", "return_tracking_number"))
    if awaits_return and not awaits_loss and not back and not facts.silent(["returns"]):
        return "a condition that did not come true: no return is known"
    return None


def _arrived(facts: Facts, parcel: Parcel) -> bool:
    return bool(facts.readings("delivered_at", parcel)) and not parcel.return_scans()


def reason_and_words(facts: Facts) -> Iterator[Conflict]:
    """The notice states one reason and the buyer's own words in the claim another: Amazon's title is often wrong."""
    reason = reason_of(facts)
    if reason.source is not ReasonSource.STATED or reason.exhibit is None:
        return
    for reading in facts.readings("buyer_comment"):
        told = topics(reading.words, facts)
        if len(told) == 1 and reason.key not in told:
            other, sentence = next(iter(told.items()))
            names = [key.value.replace("_", " ") for key in (reason.key, other)]
            what = f"the notice states {names[0]}, the buyer's words point to {names[1]}: “{sentence}”; answer both"
            yield conflict("reason_words", reason.exhibit, reading.exhibit, what)


def replies_before(facts: Facts) -> Iterator[Conflict]:
    """A message that answers one that was written after it."""
    by_id = {mail.read.message_id: mail for mail in facts.case.messages if mail.read.message_id}
    for mail in facts.case.messages:
        for other in (by_id[reference] for reference in mail.read.references if reference in by_id):
            sent, asked = mail.read.sent_at, other.read.sent_at
            if other is not mail and sent is not None and asked is not None and sent < asked:
                what = f"an answer of {utc_text(sent)} to a message of {utc_text(asked)}"
                yield conflict(
                    "reply_before", mail.evidence, other.evidence, what, items=frozenset({"messages_in_48h"})
                )


def buyer_against_buyer(facts: Facts) -> Iterator[Conflict]:
    """The buyer writes that it arrived, and later that it did not."""
    kinds = {MailKind.BUYER_MESSAGE}
    texts = [(m, m.read.message.text) for m in facts.case.messages if m.read.kind in kinds and m.read.message]
    yes = [mail for mail, _ in texts if acknowledged(facts.case, mail, facts.tables)]
    for mail, text in texts:
        hit = find(text, "not_received", facts.tables)
        if not hit or not yes or mail is yes[0]:
            continue
        later = mail.read.sent_at and yes[0].read.sent_at and mail.read.sent_at > yes[0].read.sent_at
        if later:
            what = f"the buyer acknowledged receipt, and later wrote: “{hit.sentence}”"
            items = frozenset({"buyer_acknowledges"})
            yield conflict("buyer_changed", yes[0].evidence, mail.evidence, what, items=items)
            return


def label_refused(facts: Facts) -> Iterator[Conflict]:
    """A return label was given, and the buyer writes that it is missing or of no use."""
    given = next((r for r in facts.readings("return_label_given") if r.value is True), None)
    files = facts.attachments(["return-label"])
    exhibit = given.exhibit if given else files[0].file if files else None
    for mail in facts.case.messages if exhibit else ():
        text = mail.read.message.text if mail.read.message and mail.read.kind is MailKind.BUYER_MESSAGE else ""
        hit = find(text, "label_fails", facts.tables)
        if hit is not None and exhibit is not None:
            what = f"a return label was given, and the buyer wrote: “{hit.sentence}”"
            yield conflict("label_refused", exhibit, mail.evidence, what, items=frozenset({"return_label"}))


def received_before(facts: Facts) -> Iterator[Conflict]:
    """The buyer acknowledges receipt of what the carrier delivered, or took, only later: of another order perhaps."""
    mails = {mail.evidence: mail.read.sent_at for mail in facts.case.messages}
    for reading in facts.readings("buyer_acknowledged_receipt"):
        sent = mails.get(reading.exhibit)
        if reading.value is not True or sent is None:
            continue
        for parcel in facts.claimed_parcels:
            moment = facts.instant("delivered_at", parcel) or facts.instant("first_scan_at", parcel)
            if moment is not None and sent < moment[0]:
                verb = "delivered" if facts.readings("delivered_at", parcel) else "first scanned"
                what = (
                    f"the buyer acknowledged receipt on {utc_text(sent)}, the parcel was {verb} {utc_text(moment[0])}"
                )
                items = frozenset({"buyer_acknowledges"})
                yield conflict("received_before", reading.exhibit, moment[1], what, items=items, parcel=parcel.key)


def cancelled_package(facts: Facts) -> Iterator[Conflict]:
    """The order calls a package cancelled, and a carrier's record of its number shows that it was under way."""
    order = facts.case.order
    for package in order.packages if order else ():
        number = squeezed(package.tracking_number or "")
        for shipment in facts.case.shipments if package.status == "CANCELLED" and number else ():
            scan = next((one for one in shipment.scans if one.kind in PHYSICAL), None)
            if order and scan and squeezed(shipment.tracking_number) == number:
                what = f"the order says cancelled of {package.tracking_number}, the carrier's record {scan.kind.value}"
                yield conflict("cancelled_package", order.evidence, scan.evidence, what)


def cancelled_and_shipped(facts: Facts) -> Iterator[Conflict]:
    """A cancellation before shipment, and a package that was confirmed as shipped or that a carrier had in hand."""
    order, stated = facts.case.order, facts.instant("cancelled_at")
    whole = order is not None and order.fulfillment_status == "CANCELLED"
    items = bool(order and order.items) and all(item.cancelled_by for item in (order.items if order else ()))
    if stated is None and not whole and not items:
        return
    cancelled = stated[1] if stated else order.evidence if order else ""
    shown = [
        (moment, "the carrier's first scan") for one in facts.parcels if (moment := facts.instant("first_scan_at", one))
    ]
    shown += [(moment, "the delivery") for one in facts.parcels if (moment := facts.instant("delivered_at", one))]
    packages = order.packages if order else ()
    shown += [((p.ship_time, order.evidence), "the shipment") for p in packages if p.ship_time and order]
    for (at, exhibit), what in shown[:1]:
        if stated is None or stated[0] > at:
            words = f"cancelled before shipment, and {what} was on {utc_text(at)}"
            yield conflict("cancelled_shipped", cancelled, exhibit, words, items=frozenset({"cancellation"}))
    unscanned = [scan for parcel in facts.parcels for scan in parcel.physical_scans() if scan.at is None]
    if not shown and unscanned:
        words = f"cancelled before shipment, and the carrier's record holds the scan {unscanned[0].code}"
        yield conflict("cancelled_shipped", cancelled, unscanned[0].evidence, words, items=frozenset({"cancellation"}))


RULES: tuple[Rule, ...] = (
    order_answers,
    amounts,
    part_claimed,
    quantities,
    notice_numbers,
    listing,
    admitted,
    seller_against_delivery,
    seller_against_records,
    reason_and_words,
    replies_before,
    buyer_against_buyer,
    received_before,
    label_refused,
    cancelled_package,
    cancelled_and_shipped,
)
