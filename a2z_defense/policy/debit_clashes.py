"""What Amazon debited for a claim, against what was refunded, credited or decided."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from a2z_defense.model.finances import Movement, MovementKind
from a2z_defense.model.mail import Funder, Outcome
from a2z_defense.model.money import total
from a2z_defense.policy.claim_debits import credits_of, debits_before
from a2z_defense.policy.conflict import Conflict, conflict
from a2z_defense.policy.facts import Facts


def paid_twice(facts: Facts) -> Iterator[Conflict]:
    """Refunds and claim debits together above what the buyer paid: the next step is an appeal."""
    movements = facts.case.finances.movements if facts.case.finances else ()
    refunds, debits = _of(movements, MovementKind.REFUND), _of(movements, MovementKind.CLAIM_DEBIT)
    credits, charges = _of(movements, MovementKind.CLAIM_CREDIT), _of(movements, MovementKind.CHARGE)
    order = facts.case.order
    paid = total([m.amount for m in charges if m.amount]) or (order.total if order else None)
    out = total([m.amount for m in (*refunds, *debits) if m.amount])
    back = total([m.amount for m in credits if m.amount])
    moved = [*refunds, *debits]
    if not debits or len(moved) < 2 or paid is None or out is None or out.currency != paid.currency:
        return
    net = out.amount - (back.amount if back and back.currency == out.currency else Decimal(0))
    if net > paid.amount:
        what = f"refunds and claim debits come to {net:f} {out.currency}, the buyer paid {paid}: paid twice, appeal"
        yield conflict("paid_twice", moved[0].evidence, debits[-1].evidence, what)


def debit_and_credit(facts: Facts) -> Iterator[Conflict]:
    """A debit for an earlier claim on the order, and a credit for a claim: what the earlier one took may have come
    back."""
    debits, back = debits_before(facts.case, facts.life.claim_early), credits_of(facts.case)
    if debits and back:
        what = (
            f"debited {debits[-1].amount} for an earlier claim on this order, and credited {back[0].amount} for a claim"
        )
        items = frozenset({"earlier_claim_paid"})
        yield conflict("debit_credited", debits[-1].evidence, back[0].evidence, what, items=items)


def funding(facts: Facts) -> Iterator[Conflict]:
    """The decision says that Amazon pays, and the seller was debited."""
    found = facts.life.outcome()
    if found and found.outcome is Outcome.GRANTED and found.funded_by is Funder.AMAZON and facts.life.debits:
        what = "the decision says that Amazon pays, but the claim was debited to the seller"
        yield conflict("funding", found.exhibit, facts.life.debits[0][1], what)


def _of(movements: tuple[Movement, ...], kind: MovementKind) -> list[Movement]:
    return [movement for movement in movements if movement.kind is kind]


DEBIT_RULES = (paid_twice, debit_and_credit, funding)
