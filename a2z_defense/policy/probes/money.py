"""Items about money: refunds, charges, amounts against the claim."""

from __future__ import annotations

import datetime as dt

from a2z_defense.model.assessment import ItemState
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.money import Money, total
from a2z_defense.policy.claim_debits import debits_before
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel, claimed_units
from a2z_defense.policy.probes.base import Found, absent, contradicted, held, missing, probe, read_by, unknown
from a2z_defense.policy.readings import Reading
from a2z_defense.policy.tables import ItemDef


@probe("refunds_so_far")
def refunds_so_far(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    refunded = facts.first("seller_refunded")
    amount = facts.first("refund_amount")
    if refunded is None:
        return absent(facts, item)
    if refunded.value is True:
        return held(f"refunded{': ' + amount.words if amount else ''}{read_by(refunded)}", refunded.exhibit)
    return held("no refund is recorded; Amazon may show one up to 48 hours late", refunded.exhibit)


@probe("no_seller_refund")
def no_seller_refund(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    readings = facts.readings("seller_refunded")
    yes = [r for r in readings if r.value is True]
    noes = [r for r in readings if r.value is False]
    if yes and noes:
        return contradicted(
            "one record shows a refund by the seller, another shows none", yes[0].exhibit, noes[0].exhibit
        )
    if yes:
        return missing(f"{_refunded(facts)}{read_by(yes[0])}", *(r.exhibit for r in yes))
    if readings:
        return held("no refund by the seller is recorded", readings[0].exhibit)
    return absent(facts, item)


@probe("seller_refund")
def seller_refund(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    readings = facts.readings("seller_refunded")
    yes = [r for r in readings if r.value is True]
    if yes:
        return held(f"{_refunded(facts)}{read_by(yes[0])}", *(r.exhibit for r in yes))
    if readings:
        return missing("no refund by the seller is recorded", readings[0].exhibit)
    return absent(facts, item)


def _refunded(facts: Facts) -> str:
    """That the seller refunded, with the sum when it is known: a part is no whole."""
    amount = facts.first("refund_amount")
    return f"the seller refunded the buyer {amount.words}" if amount else "the seller refunded the buyer"


@probe("refund_record")
def refund_record(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    parts = {name: facts.first(name) for name in item.facts}
    known = [reading for reading in parts.values() if reading is not None]
    if not known or (facts.says("seller_refunded") is False and not parts["refund_amount"]):
        return absent(facts, item, "no refund is recorded; Amazon may show one up to 48 hours late")
    lacking = [name.replace("_", " ") for name, reading in parts.items() if reading is None]
    if lacking:
        return unknown(f"a refund is known, but not its {', '.join(lacking)}", *(r.exhibit for r in known))
    return held(
        ", ".join(f"{name.replace('_', ' ')} {r.words}" for name, r in parts.items() if r), *(r.exhibit for r in known)
    )


@probe("refund_below_claim", "partial_only")
def below_claim(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    refund, claim = facts.first("refund_amount"), facts.first("claim_amount")
    if refund is None:
        return absent(facts, item, "no amount refunded is known")
    other = _another_items(facts)
    if other is not None:
        return other
    if claim is None:
        order = facts.case.order
        if order is not None and order.total is not None:
            whole = _compared(refund, Reading(order.total, order.evidence))
            if whole.state is ItemState.MISSING:
                return missing(f"refunded {refund.words}, all of the order", refund.exhibit, order.evidence)
        return unknown(f"refunded {refund.words}; the amount of the claim is not known", refund.exhibit)
    return _for_the_rest(facts, refund, claim) or _compared(refund, claim)


def _for_the_rest(facts: Facts, refund: Reading, claim: Reading) -> Found | None:
    """A refund of before the claim that leaves as much unrefunded as is claimed: the claim may be for the rest."""
    claimed, order = facts.life.claim_at, facts.case.order
    refunded = [r.value for r in facts.readings("refunded_at") if isinstance(r.value, dt.datetime)]
    if order is None or order.total is None or claimed is None or any(at >= claimed for at in refunded):
        return None
    if not isinstance(refund.value, Money) or not isinstance(claim.value, Money):
        return None
    if len({refund.value.currency, claim.value.currency, order.total.currency}) > 1:
        return None
    if claim.value.amount > order.total.amount - refund.value.amount:
        return None
    words = f"refunded {refund.words} of {order.total} before the claim of {claim.words}: it may be for what is left"
    return unknown(words, refund.exhibit, claim.exhibit, order.evidence)


def _another_items(facts: Facts) -> Found | None:
    """A refund whose items are told, and which leaves out an item of the claim; None when no item is left out."""
    refunds = [m for m in facts.case.finances.movements if m.kind is MovementKind.REFUND] if facts.case.finances else []
    refunded = {item_id for movement in refunds for item_id in movement.item_ids}
    claimed = {item_id for item_id, units in claimed_units(facts.case).items() if units > 0}
    if not refunds or not all(movement.item_ids for movement in refunds) or claimed <= refunded:
        return None
    if not claimed & refunded:
        return held("the refund is for another item than the claim", refunds[0].evidence)
    words = "the refund is for some of the order's items; which of them the claim is about is not told"
    return unknown(words, refunds[0].evidence)


def _compared(refund: Reading, claim: Reading) -> Found:
    if not isinstance(refund.value, Money) or not isinstance(claim.value, Money):
        return unknown("an amount is not told as money", refund.exhibit, claim.exhibit)
    words = f"refunded {refund.words}, claimed {claim.words}"
    if refund.value.currency != claim.value.currency:
        return unknown(f"{words}: the currencies differ", refund.exhibit, claim.exhibit)
    if refund.value.amount < claim.value.amount:
        return held(words, refund.exhibit, claim.exhibit)
    return missing(words, refund.exhibit, claim.exhibit)


@probe("earlier_claim_paid")
def earlier_claim_paid(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    """Held when what Amazon took for earlier claims covers this one, and leaves less of the order than it claims."""
    debits, order = debits_before(facts.case, facts.life.claim_early), facts.case.order
    if not debits:
        return absent(facts, item, "no debit for an earlier claim on this order is recorded")
    exhibits = tuple(one.evidence for one in debits)
    if order is None or order.total is None:
        return unknown("an earlier claim was debited; what the order came to is not known", *exhibits)
    exhibits = (*exhibits, order.evidence)
    claim, refund = (facts.first(name) for name in ("claim_amount", "refund_amount"))
    amounts = [one.amount for one in debits if one.amount]
    paid = total(amounts) if len(amounts) == len(debits) else None
    claimed, back = claim.value if claim else None, refund.value if refund else None
    told = [one for one in (paid, claimed, back) if isinstance(one, Money)]
    if paid is None or any(one.currency != order.total.currency for one in told):
        return missing("an earlier claim was debited; what it came to is not told by one sum", *exhibits)
    left = order.total.amount - paid.amount - (back.amount if isinstance(back, Money) else 0)
    words = f"Amazon debited {paid} for an earlier claim on this order of {order.total}"
    if left <= 0 or (isinstance(claimed, Money) and left < claimed.amount <= paid.amount):
        return held(words, *exhibits)
    return missing(f"{words}; this one may be for what is left", *exhibits)


@probe("never_charged")
def never_charged(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    charged = facts.first("buyer_charged")
    if charged is None:
        return absent(facts, item)
    if charged.value is True:
        return missing(f"the buyer was charged{read_by(charged)}", charged.exhibit)
    return held(f"no charge is recorded{read_by(charged)}", charged.exhibit)
