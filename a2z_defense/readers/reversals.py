"""Refunds that Amazon took back again."""

from __future__ import annotations

from a2z_defense.model.finances import Movement, MovementKind


def netted(movements: list[Movement]) -> tuple[Movement, ...]:
    """Refunds that were taken back whole are none. Where a part was taken back, or what cannot be told apart, what the
    refunds come to is not known: they keep no amount."""
    found = list(movements)
    for back in [one for one in movements if one.kind is MovementKind.REFUND_REVERSAL]:
        whole = [one for one in found if one.kind is MovementKind.REFUND and one.amount == back.amount]
        before = [one for one in whole if _by(one, back)]
        if before:
            found[found.index(before[-1])] = before[-1].model_copy(update={"kind": MovementKind.REFUND_REVERSED})
        else:
            found = [
                one.model_copy(update={"amount": None}) if one.kind is MovementKind.REFUND else one for one in found
            ]
    return tuple(found)


def _by(refund: Movement, back: Movement) -> bool:
    """True when the refund was posted no later than what was taken back; without a time it may have been."""
    return refund.posted_at is None or back.posted_at is None or refund.posted_at <= back.posted_at
