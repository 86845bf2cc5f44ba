"""The first sentence: what is asked for, and the one decisive fact. One function per defence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from a2z_defense.documents.facts import Parcel, Told
from a2z_defense.documents.said import Said
from a2z_defense.documents.sentences import goods
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.model.assessment import Decided
from a2z_defense.model.finances import Movement
from a2z_defense.model.mail import Outcome
from a2z_defense.model.money import Money
from a2z_defense.model.tracking import Leg, ScanKind
from a2z_defense.policy.place_words import class_of

OPENING_LIMIT = 300
"""Characters. A reviewer has minutes: the ask and the decisive fact must be whole within the first lines."""


def opening(w: Writer) -> Said | None:
    """What is asked for and the decisive fact; without a fact, or with one that leaves no room, the ask alone."""
    fact = decisive(w)
    return whole(w, _ask(w, fact, w.amount), _ask(w, fact, w.no_amount), fact=fact)


def whole(w: Writer, *asks: Said | None, fact: Said | None) -> Said | None:
    """The first ask with which the sentence stays within its limit: what does not fit is left out, never cut."""
    told = [w.fill("fact.opening", ask=ask, fact=fact) for ask in asks]
    told += [w.fill("fact.opening_alone", ask=ask) for ask in asks]
    return next((one for one in told if one and len(one) <= OPENING_LIMIT), None)


def decisive(w: Writer) -> Said | None:
    """The one decisive fact of the chosen defence."""
    defence = w.facts.assessment.defence
    build = FACTS.get(defence.id) if defence else None
    return build(w) if build else None


def asks_money(w: Writer, fact: Said | None) -> bool:
    """False when what would carry the ask does not stand: no decisive fact, or a parcel that failed."""
    defence = w.facts.assessment.defence
    of_delivery = defence is not None and defence.id in {"delivered", "not_due_yet"}
    return fact is not None and not (of_delivery and any(parcel.failed for parcel in w.facts.defended))


def _ask(w: Writer, fact: Said | None, amount: Said | None) -> Said | None:
    assessment = w.facts.assessment
    funding, odr = assessment.asks.funding, assessment.asks.odr
    defence = assessment.defence.id if assessment.defence and assessment.decision is Decided.DEFEND else ""
    if defence == "claims_protection" and odr:
        key = "protection"
    elif funding == "amazon_funds":
        key = "amazon_funds_odr" if odr else "amazon_funds"
    elif funding in {"deny", "limit"} and asks_money(w, fact):
        limited = _limited(w, amount)
        if limited:
            return limited
        key = funding
    else:
        key = "odr" if odr and funding is None else "none"
    return w.fill(f"ask.{key}", order=w.order, amount=amount)


def _limited(w: Writer, amount: Said | None) -> Said | None:
    """The ask of a claim that is met in part: the units that no parcel shows as delivered, the rest of a refund."""
    defence = w.facts.assessment.defence
    if defence and defence.id == "delivered" and w.facts.undefended and w.facts.assessment.asks.funding == "limit":
        return w.fill("ask.limit_units", order=w.order, amount=amount)
    left = rest(w)
    if defence and defence.id in {"already_refunded", "replaced_or_refunded"} and left and left.amount > 0:
        exhibits = [one.evidence for one in w.facts.refunds]
        return w.fill("ask.limit_rest", order=w.order, amount=amount, rest=w.money(left, *exhibits))
    return None


def delivered(w: Writer) -> Said | None:
    parcels = w.facts.defended
    moments = [(parcel, moment) for parcel in parcels if (moment := delivered_at(w, parcel))]
    if not moments or len(moments) < len(parcels):
        return None
    if len(moments) > 1:
        when = w.told(max(moment for _, moment in moments), *(moment[1] for _, moment in moments))
        if len(w.facts.parcels) > len(moments):
            return w.fill("fact.delivered_of", count=len(moments), total=len(w.facts.parcels), at=when)
        return w.fill("fact.delivered_all", count=len(moments), at=when)
    parcel, moment = moments[0]
    signature = signed_for(w, parcel)
    at = w.told(moment, *signature[1:] if signature else ())
    number = w.number(parcel) if w.facts.undefended else None
    if number is None:
        key = "fact.delivered_signed" if signature else "fact.delivered"
        return w.fill(key, carrier=w.carrier(parcel), at=at)
    key = "fact.delivered_number_signed" if signature else "fact.delivered_number"
    return w.fill(key, carrier=w.carrier(parcel), number=number, at=at)


def delivered_at(w: Writer, parcel: Parcel) -> Told | None:
    """The delivery, unless the policy does not hold it, or holds that it was not one to the buyer, or it went back."""
    if parcel.failed or misdelivered(w, parcel):
        return None
    return parcel.delivered if w.facts.stands("delivered_scan", parcel=parcel) else None


def misdelivered(w: Writer, parcel: Parcel) -> bool:
    """True when the policy holds that the delivery was none, or none to the buyer."""
    return w.facts.harmed("not_delivered", "another_address", "left_elsewhere", parcel=parcel)


def signed_for(w: Writer, parcel: Parcel) -> tuple[str | None, str] | None:
    """The signature, unless the delivery is not told, the policy does not hold it, or what is recorded is no name.

    A name that is not on the order is told, as the carrier recorded it, where delivery is the defence; nowhere else.
    """
    if delivered_at(w, parcel) is None or not w.facts.stands("signature", parcel=parcel):
        return None
    found = parcel.signed
    if found is None or w.facts.is_recipient(found[0]):
        return found
    defence = w.facts.assessment.defence
    stranger = found[0] is not None and (defence is None or defence.id != "delivered" or not is_name(found[0]))
    return None if stranger or not _with_the_buyer(w, parcel) else found


def _with_the_buyer(w: Writer, parcel: Parcel) -> bool:
    """False when any record says that the parcel was left with anybody but the buyer, or uses a word that is not known:
    whoever signed there is not shown to be the recipient."""
    told = w.facts.told.readings("delivery_place", parcel.of)
    return all(class_of(reading.words, w.facts.told.tables) == "buyer" for reading in told)


_NO_NAME = re.compile(
    r"\d|[/&@#]|\b(no|not|none|without|required|waived|unknown|signature|signed|sign|left|safe|place|location"
    r"|door|porch|garage|garden|shed|box|mailbox|locker|store|shop|point|office|lobby|driver|carrier|courier"
    r"|covid\w*|contactless|electronic|receiver|recipient|resident|occupant|household|family|reception\w*|concierge"
    r"|front|back|rear|neighbou?rs?|n/?a|otp|pin|code|verif\w+|confirm\w+|method|proof|photo|auth\w*|guard|security|agent"
    r"|customer|buyer|self|person\w*|exempt|waiver|release|"
    r"firma\w*|senza|non|nessun\w*|vicin[oaie]|portier[ei]|portineria|porta|cassetta|corriere|destinatari[oa]"
    r"|nachbar\w*|haust[üu]r|t[üu]r|ohne|unterschrift|empf\w+|bote|zusteller|briefkasten|filiale"
    r"|voisine?s?|gardien\w*|porte|sans|bo[îi]te|signataire|destinataire"
    r"|vecin[oa]s?|porter[oa]|puerta|sin|buz[óo]n|destinatari[oa])\b",
    re.IGNORECASE,
)
"""What carriers write in the signer's field when nobody signed, or when they say where and not who. A judgement: better
one true signature not told than a door that signs."""


def is_name(text: str) -> bool:
    """True when a signer's field can be a person's name: letters, and no word for a place or for nobody."""
    return not _NO_NAME.search(text) and sum(char.isalpha() for char in text) > 1


def protection(w: Writer) -> Said | None:
    return protected(w, w.facts.defended)


def protected(w: Writer, parcels: tuple[Parcel, ...]) -> Said | None:
    """The label and the first scan of these parcels."""
    bought = [exhibit for parcel in parcels for exhibit in parcel.bought_through_amazon]
    first = next((parcel.first_scan for parcel in parcels if parcel.first_scan), None)
    if not bought or first is None or not w.facts.stands("first_scan_in_time"):
        return None
    return w.fill("fact.protection", ship_by=w.ship_by, first=w.told(first, *bought))


def not_due(w: Writer) -> Said | None:
    """The window and the claim; when the claim fell after the window, the days of grace that were still running."""
    order, claimed = w.facts.case.order, w.facts.claimed_at
    latest = order.deliver_by.latest if order else None
    if order is None or latest is None or claimed is None or claimed[0] < latest:
        return w.fill("fact.not_due", deliver_by=w.deliver_by, claimed=w.claimed)
    days = w.facts.told.tables.rule("not_received_grace").amount
    until = latest + dt.timedelta(days=days)
    if claimed[0] >= until:
        return None
    until_said = w.at(until, order.evidence)
    return w.fill("fact.not_due_grace", deliver_by=w.deliver_by, days=days, until=until_said, claimed=w.claimed)


def returned(w: Writer) -> Said | None:
    return way_back(w, w.facts.parcels)


def way_back(w: Writer, parcels: tuple[Parcel, ...]) -> Said | None:
    """What the carrier recorded of the way back: its arrival, else its begin, else that it could not deliver."""
    for parcel in parcels:
        back = [scan for scan in parcel.of.return_scans() if scan.at]
        for kind, key in _WAY_BACK:
            begun = Leg.RETURN if kind is ScanKind.RETURNING else None
            found = next((scan for scan in back if scan.kind is kind or scan.leg is begun), None)
            if found and found.at:
                status = w.say(w.t(f"scan.{kind.value}"), found.evidence)
                at, carrier = w.at(found.at, found.evidence), w.carrier(parcel)
                return w.fill(key, carrier=carrier, at=at, **({"status": status} if key == "fact.status" else {}))
        if parcel.returned and not back:
            return w.fill("fact.returned", carrier=w.carrier(parcel), at=w.told(parcel.returned))
    return None


_WAY_BACK = (
    (ScanKind.DELIVERED, "fact.returned"),
    (ScanKind.RETURNING, "fact.returning"),
    (ScanKind.UNDELIVERABLE, "fact.status"),
    (ScanKind.REJECTED, "fact.status"),
)
"""Scans of the way back, the one that says most first, and the sentence of each."""


def refunded(w: Writer) -> Said | None:
    refunds, amount = w.facts.refunds, w.facts.refunded
    dated = [one for one in refunds if one.posted_at]
    if not dated or amount is None or not w.facts.refund_agrees:
        return None
    exhibits = [one.evidence for one in refunds]
    last = max(dated, key=lambda one: one.posted_at or w.facts.instant).posted_at
    said, on = w.money(amount, *exhibits), w.day(last, *exhibits)
    paid = w.facts.paid
    if paid and paid.currency == amount.currency and amount.amount < paid.amount:
        return w.fill("fact.refunded_part", refunded=said, paid=w.money(paid, *exhibits), on=on)
    claimed = w.facts.claimed_at
    if claimed and last and last >= claimed[0]:
        return w.fill("fact.refunded_after", refunded=said, on=on)
    if paid and claimed:
        return w.fill("fact.refunded_full", refunded=said, on=on, claimed=w.claimed)
    return w.fill("fact.refunded", refunded=said, on=on)


def debited_before(w: Writer) -> Said | None:
    debits = w.facts.debited_before
    return debited(w, debits[-1], "fact.debited_before") if debits else None


def debited(w: Writer, debit: Movement, key: str) -> Said | None:
    """One debit for an earlier claim."""
    return w.fill(key, debited=w.money(debit.amount, debit.evidence), on=w.day(debit.posted_at, debit.evidence))


def rest(w: Writer) -> Money | None:
    """What was paid less what was refunded, in one currency; None when either is not told."""
    paid, back = w.facts.paid, w.facts.refunded
    if paid is None or back is None or paid.currency != back.currency:
        return None
    return Money(amount=paid.amount - back.amount, currency=paid.currency)


def return_offered(w: Writer) -> Said | None:
    """Authorised, and nothing on its way back, as far as the returns report answered."""
    on = offered_on(w)
    return w.fill("fact.return_offered", on=on, as_of=goods.no_return_as_of(w)) or w.fill(
        "fact.return_authorised", on=on
    )


def offered_on(w: Writer) -> Said | None:
    """The day on which the return was authorised or offered."""
    moment = w.facts.instant_of("return_offered_at")
    return w.day(*moment) if moment and w.facts.stands("return_offer", "return_authorisation") else None


def withdrawn(w: Writer) -> Said | None:
    """Amazon's mail that says so: the newest that is not weaker than what it ends."""
    for told in reversed(w.facts.told.life.counted() if w.facts.stands("withdrawal") else ()):
        if told.outcome is Outcome.WITHDRAWN and told.record is None:
            return w.fill("fact.withdrawn", at=w.day(told.at if told.start_known else None, told.exhibit))
    return None


def cancelled(w: Writer) -> Said | None:
    order = w.facts.case.order
    if order is None or order.fulfillment_status not in {"CANCELLED", "CANCELED"} or not w.facts.stands("cancellation"):
        return None
    as_of = w.as_of
    return w.fill("fact.cancelled", as_of=Said(as_of, (order.evidence, *as_of.exhibits)) if as_of else None)


FACTS: dict[str, Callable[[Writer], Said | None]] = {
    "delivered": delivered,
    "claims_protection": protection,
    "not_due_yet": not_due,
    "returned_to_sender": returned,
    "already_refunded": refunded,
    "paid_by_earlier_claim": debited_before,
    "replaced_or_refunded": lambda w: refunded(w) or goods.replacement(w),
    "replacement": goods.replacement,
    "return_offered": return_offered,
    "return_authorised": return_offered,
    "as_described": lambda w: goods.as_described(w) or delivered(w),
    "not_returned": goods.not_returned,
    "nothing_came_back": goods.nothing_back,
    "came_back_different": goods.came_back_different,
    "not_eligible": goods.closed_because,
    "charges_settled": goods.charges,
    "withdrawn": withdrawn,
    "cancelled": cancelled,
}
"""Defence id of the policy tables -> its decisive fact."""
