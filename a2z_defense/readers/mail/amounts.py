"""Amounts of money as the marketplaces' mails write them: exact, by locale, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal

from a2z_defense.model.marketplaces import MARKETPLACES, Marketplace
from a2z_defense.model.money import Money
from a2z_defense.readers.mail import tables

ISO_CODES = frozenset(found.currency for found in MARKETPLACES)
_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "円": "JPY",
    "₹": "INR",
    "₺": "TRY",
    "rs": "INR",
    "tl": "TRY",
    "zł": "PLN",
    "r$": "BRL",
    "us$": "USD",
    "usd$": "USD",
    "ca$": "CAD",
    "cad$": "CAD",
    "c$": "CAD",
    "cdn$": "CAD",
    "mx$": "MXN",
    "mxn$": "MXN",
    "a$": "AUD",
    "au$": "AUD",
    "s$": "SGD",
    "sg$": "SGD",
    "dh": "AED",
    "dhs": "AED",
    "sr": "SAR",
}
_SHARED = {"$": frozenset({"USD", "CAD", "MXN", "AUD", "SGD"}), "kr": frozenset({"SEK"}), "r": frozenset({"ZAR"})}
"""Signs that mean the marketplace's own currency, when it is one of these."""

_AMOUNT = re.compile(rf"(?<![\w.,-]){tables.AMOUNT}(?![\w]|[.,]\d)")
_DIGITS = re.compile(r"\d[\d.,' ]*")
_DECIMALS = {"JPY": 0}


def find_amounts(text: str, marketplace: Marketplace | None) -> list[Money]:
    """The different amounts in the flat `text`, in order."""
    found = (read_amount(match[0], marketplace) for match in _AMOUNT.finditer(text[:200_000]))
    return list(dict.fromkeys(money for money in found if money is not None))


def read_amount(text: str, marketplace: Marketplace | None) -> Money | None:
    """`text` ("$1,234.56", "1.234,56 eur", "eur 39.9") as money; None when currency or number is not certain."""
    text = text.strip()
    digits = _DIGITS.search(text)
    if digits is None:
        return None
    sign = (text[: digits.start()] + text[digits.end() :]).strip(" .")
    currency = _currency(sign, marketplace)
    number = _number(digits[0].strip(" ,.'"), currency, marketplace)
    if currency is None or number is None:
        return None
    return Money(amount=number, currency=currency)


def _currency(sign: str, marketplace: Marketplace | None) -> str | None:
    if sign.upper() in ISO_CODES:
        return sign.upper()
    if sign in _SYMBOLS:
        return _SYMBOLS[sign]
    if marketplace and marketplace.currency in _SHARED.get(sign, frozenset()):
        return marketplace.currency
    return None


def _number(digits: str, currency: str | None, marketplace: Marketplace | None) -> Decimal | None:
    digits = digits.replace("'", "").replace(" ", "")
    points = [sign for sign in digits if sign in ".,"]
    if not points:
        return _decimal(digits)
    last = points[-1]
    whole, _, fraction = digits.rpartition(last)
    if len(set(points)) == 2:
        other = "," if last == "." else "."
        if points.count(last) > 1 or not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(other)}\d{{2,3}})+", whole):
            return None
        return _decimal(f"{whole.replace(other, '')}.{fraction}")
    if len(points) > 1:
        return _decimal(digits.replace(last, "")) if all(len(part) >= 2 for part in digits.split(last)[1:]) else None
    if len(fraction) != 3:
        return _decimal(f"{whole}.{fraction}")
    if _DECIMALS.get(currency or "") == 0 or last == _grouping(marketplace):
        return _decimal(whole + fraction)
    return None if _grouping(marketplace) is None else _decimal(f"{whole}.{fraction}")


def _grouping(marketplace: Marketplace | None) -> str | None:
    """The sign between thousands in the marketplace's locale, or None when that is not known."""
    if marketplace is None:
        return None
    from babel.numbers import get_group_symbol

    sign = get_group_symbol(f"{marketplace.language}_{marketplace.country}")
    return sign if sign in ".," else "."


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"\d{1,12}(?:\.\d{1,4})?", text) else None
