from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2z_defense.model.money import money_told


@pytest.mark.parametrize("text", ["119.00 EUR", "EUR 119.00", " 119.00 EUR "])
def test_an_amount_may_stand_before_or_after_its_currency(text: str) -> None:
    assert str(money_told(text)) == "119.00 EUR"


@pytest.mark.parametrize(
    "text",
    [
        "119.00",
        "EUR",
        "EUR 119.00 EUR",
        "119,00 EUR",
        "1e999 GBP",
        "-5.00 GBP",
        "64.99 ZZZ",
        "NaN EUR",
        "١١٩ EUR",
        "9" * 13 + " EUR",
    ],
)
def test_what_may_be_a_slip_is_no_amount(text: str) -> None:
    assert money_told(text) is None


@given(st.decimals(0, 10**12 - 1, places=2), st.sampled_from(["EUR", "GBP", "JPY"]))
def test_what_is_printed_can_be_said_again(amount: object, currency: str) -> None:
    assert str(money_told(f"{amount:f} {currency}")) == f"{amount:f} {currency}"
