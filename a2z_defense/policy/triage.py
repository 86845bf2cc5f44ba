"""The queue's order and who gets a claim: time left, then money and ODR effect; the first routing rule that fits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from a2z_defense.base.config import Route
from a2z_defense.model.money import Money

_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def urgency(
    act_by: dt.datetime | None, amount: Decimal | None, *, counts: bool, claim_id: str
) -> tuple[dt.datetime, bool, Decimal, str]:
    """A sort key: the nearest `act_by` first; of equal ones a claim that may count in the ODR, then the larger amount.

    Amounts are compared as numbers: a2z never converts currencies.
    """
    return act_by or _NEVER, not counts, -(amount or Decimal(0)), claim_id


def routed(routes: Sequence[Route], *, reason: str, country: str | None, amount: Money | None) -> Route | None:
    """The first rule whose every condition holds; an empty condition always holds. None when no rule fits."""
    for route in routes:
        fits = (not route.reason or route.reason == reason) and (
            not route.marketplace or (country is not None and route.marketplace.upper() in {country, _alias(country)})
        )
        if fits and (not route.min_amount or (amount is not None and float(amount.amount) >= route.min_amount)):
            return route
    return None


def _alias(country: str) -> str:
    return "UK" if country == "GB" else country
