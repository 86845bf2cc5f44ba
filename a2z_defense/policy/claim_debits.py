"""Whose a guarantee-claim movement is. Amazon's finance records name the order alone, and an order may have had several
claims, one after the other: what was posted before a claim was filed belongs to an earlier one, and what was posted
after the next one was filed to that."""

from __future__ import annotations

import datetime as dt

from a2z_defense.model.case import Case
from a2z_defense.model.finances import Movement, MovementKind


def of_this_claim(case: Case, kind: MovementKind, claimed: dt.datetime | None) -> tuple[Movement, ...]:
    """The dated movements of that kind that are this claim's, in order of time; `claimed`: when it was filed."""
    begins = claimed or case.opens_at
    return tuple(
        one
        for at, one in _dated(case, kind)
        if (case.number == 1 or (begins is not None and at >= begins)) and (case.ends_at is None or at < case.ends_at)
    )


def debits_before(case: Case, claimed: dt.datetime | None) -> tuple[Movement, ...]:
    """The dated debits for the order's earlier claims, in order of time. None for the first claim."""
    begins = claimed or case.opens_at
    if case.number == 1 or begins is None:
        return ()
    return tuple(one for at, one in _dated(case, MovementKind.CLAIM_DEBIT) if at < begins)


def credits_of(case: Case) -> tuple[Movement, ...]:
    """What came back to the seller for any claim on the order, in order of time."""
    return tuple(one for _, one in _dated(case, MovementKind.CLAIM_CREDIT))


def _dated(case: Case, kind: MovementKind) -> list[tuple[dt.datetime, Movement]]:
    movements = case.finances.movements if case.finances else ()
    dated = [(one.posted_at, one) for one in movements if one.kind is kind and one.posted_at is not None]
    return sorted(dated, key=lambda pair: (pair[0], pair[1].evidence))
