"""The three results of a claim (was the buyer refunded, who paid, did it count) and what it would do to the ODR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from a2z_defense.model.assessment import OdrProjection, Result
from a2z_defense.model.finances import AccountHealth, MovementKind
from a2z_defense.model.mail import Counted, Funder, Outcome
from a2z_defense.policy.claim_debits import of_this_claim
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.happenings import Happening
from a2z_defense.policy.tables import Tables

_PLACES = Decimal("0.00001")


def result_of(facts: Facts) -> Result:
    """What is known of the three results. What a decision states wins; else the table of ODR effects says what follows
    from the outcome; what neither tells stays unknown. An appeal may reverse the money and leave the ODR, or the other
    way round: only what its result states is changed."""
    found = Result()
    for happening in facts.life.counted():
        found = _then(found, happening, facts)
    return found


def _then(before: Result, happening: Happening, facts: Facts) -> Result:
    outcome, refunded, funder, odr = happening.outcome, before.refunded, before.funded_by, before.odr
    match outcome:
        case Outcome.GRANTED:
            refunded, funder = Counted.YES, Funder.SELLER if facts.life.debits else happening.funded_by
            odr = _effect(facts.tables, _GRANTED.get(funder, ""))
        case Outcome.DENIED | Outcome.WITHDRAWN:
            refunded, funder = _refunded_anyway(facts), Funder.UNKNOWN
            odr = _effect(facts.tables, outcome.value)
        case Outcome.REVERSED:
            funder = happening.funded_by if happening.funded_by is not Funder.UNKNOWN else _after_credit(facts, before)
            odr = Counted.UNKNOWN
        case Outcome.UPHELD | Outcome.CLOSED | Outcome.UNKNOWN | None:
            pass
    if happening.odr is not Counted.UNKNOWN:
        odr = happening.odr
    return Result(refunded=refunded, funded_by=funder, odr=odr, outcome=outcome, exhibit=happening.exhibit)


_GRANTED = {Funder.SELLER: "granted_seller_funded", Funder.AMAZON: "amazon_funded"}


def _effect(tables: Tables, result_id: str) -> Counted:
    return next((found.counts for found in tables.odr.result if found.id == result_id), Counted.UNKNOWN)


def _refunded_anyway(facts: Facts) -> Counted:
    """Without a grant the buyer was refunded only when the seller did it."""
    said = facts.says("seller_refunded")
    return Counted.UNKNOWN if said is None else Counted.YES if said else Counted.NO


def _after_credit(facts: Facts, before: Result) -> Funder:
    """A reversal that names nobody: a credit in the finance records shows that the money came back."""
    credited = of_this_claim(facts.case, MovementKind.CLAIM_CREDIT, facts.life.claim_early)
    return Funder.AMAZON if credited and before.funded_by is Funder.SELLER else Funder.UNKNOWN


def odr_projection(health: AccountHealth | None, tables: Tables) -> OdrProjection | None:
    """The rate with this claim counted and not counted; None without Amazon's counts."""
    if health is None or not health.order_count or health.defect_count is None:
        return None
    target = Decimal(health.target or tables.odr.target)
    counted = _rate(health.defect_count + 1, health.order_count)
    return OdrProjection(
        orders=health.order_count,
        defects=health.defect_count,
        not_counted=f"{_rate(health.defect_count, health.order_count):f}",
        counted=f"{counted:f}",
        target=f"{target:f}",
        over=counted >= target,
        exhibit=health.evidence,
    )


def _rate(defects: int, orders: int) -> Decimal:
    return (Decimal(defects) / Decimal(orders)).quantize(_PLACES, ROUND_HALF_EVEN)


class HeldClaim(NamedTuple):
    """What counting needs of a claim that is held here."""

    marketplace_id: str | None
    ordered_on: dt.date | None
    """The order's day in UTC; None: not known."""
    odr: Counted


class Reconciled(NamedTuple):
    words: str
    agrees: bool
    """Our claims can come to Amazon's count: those that count, with some or all of those of which it is not known."""


def reconcile(health: AccountHealth, held: Iterable[HeldClaim]) -> Reconciled | None:
    """Amazon's count of the claims that hurt the Order Defect Rate against ours, on orders of the report's days; None
    when Amazon tells no count."""
    if health.claim_count is None:
        return None
    ours = [found.odr for found in held if _in_report(found, health)]
    counted, open_ones = ours.count(Counted.YES), ours.count(Counted.UNKNOWN)
    words = (
        f"Amazon counts {health.claim_count} claim(s) in the 60 days up to {(health.date_to or 'now')[:10]}; a2z holds"
        f" {counted} that count, {open_ones} of which it is not known and {ours.count(Counted.NO)} that do not"
    )
    if health.claim_count > counted + open_ones:
        return Reconciled(f"{words}: look for what is missing with a2z reconcile -", agrees=False)
    if health.claim_count < counted:
        return Reconciled(f"{words}: Amazon counts fewer, look at the decisions", agrees=False)
    return Reconciled(words, agrees=True)


def _in_report(found: HeldClaim, health: AccountHealth) -> bool:
    """True when the claim's order lies in the marketplace and on the days that the report covers."""
    if found.ordered_on is None or found.marketplace_id != health.marketplace_id:
        return False
    day = found.ordered_on.isoformat()
    return (health.date_from or "")[:10] <= day <= (health.date_to or "9999")[:10]
