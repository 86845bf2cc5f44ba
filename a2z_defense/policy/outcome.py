"""The three results of a claim (was the buyer refunded, who paid, did it count) and what it would do to the ODR."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

from a2z_defense.model.assessment import OdrProjection, Result
from a2z_defense.model.finances import AccountHealth, MovementKind
from a2z_defense.model.mail import Counted, Funder, Outcome
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.life import Happening
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
    movements = facts.case.finances.movements if facts.case.finances else ()
    credited = any(movement.kind is MovementKind.CLAIM_CREDIT for movement in movements)
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


def reconcile(health: AccountHealth | None, results: Iterable[Result]) -> str:
    """Amazon's count of claims against the claims that are held, in words."""
    held = sum(result.odr is Counted.YES for result in results)
    if health is None or health.claim_count is None:
        return f"Amazon's count is not known; we hold {held} counted claim(s)"
    same = "the same" if health.claim_count == held else "look for what is missing: a2z reconcile -"
    return f"Amazon counts {health.claim_count} claim(s), we hold {held}: {same}"
