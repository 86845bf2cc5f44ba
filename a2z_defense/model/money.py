"""Money: an exact decimal and a currency, never a float."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from a2z_defense.model.frozen import Frozen
from a2z_defense.model.marketplaces import MARKETPLACES

Amount = Annotated[Decimal, PlainSerializer(lambda value: f"{value:f}", return_type=str, when_used="json")]


class Money(Frozen):
    """`{"amount": "119.00", "currency": "EUR"}`."""

    amount: Amount
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """ISO 4217."""

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def plus(self, other: Money) -> Money:
        """The sum; ValueError when the currencies differ: a2z never converts."""
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(amount=self.amount + other.amount, currency=self.currency)


_TOLD = re.compile(r"(?:(?P<before>[A-Z]{3}) )?(?P<number>\d{1,12}(?:\.\d{1,4})?)(?: (?P<after>[A-Z]{3}))?", re.ASCII)


def money_told(text: str) -> Money | None:
    """What a person wrote as `119.00 EUR` or `EUR 119.00`; None for anything else, and for a currency that no
    marketplace of Amazon has."""
    found = _TOLD.fullmatch(text.strip())
    if found is None or bool(found["before"]) == bool(found["after"]):
        return None
    currency = found["before"] or found["after"]
    if currency not in {market.currency for market in MARKETPLACES}:
        return None
    return Money(amount=Decimal(found["number"]), currency=currency)


def total(amounts: list[Money]) -> Money | None:
    """The sum of amounts in one currency; None for none at all or for several currencies."""
    if not amounts or len({money.currency for money in amounts}) > 1:
        return None
    found = amounts[0]
    for money in amounts[1:]:
        found = found.plus(money)
    return found
