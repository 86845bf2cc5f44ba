"""Careful hands for JSON that came from outside: what is absent or odd is None, never a guess.

Numbers are exact decimals. Times must name their zone: a time without one is not an instant.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

from a2z_defense.base.instants import read_instant
from a2z_defense.model.evidence import Piece
from a2z_defense.model.money import Money
from a2z_defense.readers.errors import Unreadable

_DECIMAL = re.compile(r"[-+]?\d{1,15}(\.\d{1,12})?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def load(piece: Piece) -> dict[str, Any]:
    """The JSON object of `piece`. Raises Unreadable."""
    try:
        found = json.loads(piece.body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise unreadable(piece, "something that is not JSON") from None
    if not isinstance(found, dict):
        raise unreadable(piece, "JSON that is not an object")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def unreadable(piece: Piece, what: str) -> Unreadable:
    """The error for `piece`, whose body is `what`."""
    return Unreadable(
        f"evidence {piece.evidence.id} ({piece.evidence.kind.value}) is {what}",
        expected=f"an answer of {piece.evidence.provenance.operation or piece.evidence.kind.value}",
        remedy="the bytes are kept; a newer a2z may read them (a2z reindex), or fetch again",
    )


def child(found: object, *path: str) -> Any:
    """The value at `path`, or None when any step is absent or no object."""
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def rows(found: object, *path: str) -> list[dict[str, Any]]:
    """The objects in the list at `path`; an absent list is an empty one."""
    value = child(found, *path)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text(found: object, *path: str) -> str | None:
    """The text at `path`, stripped; None when absent, blank or no text."""
    value = child(found, *path)
    return (value.strip() or None) if isinstance(value, str) else None


def texts(found: object, *path: str) -> tuple[str, ...]:
    """The texts in the list at `path`."""
    value = child(found, *path)
    return tuple(word.strip() for word in value if isinstance(word, str) and word.strip()) if _is_list(value) else ()


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def integer(found: object, *path: str) -> int | None:
    """The whole number at `path`, not negative and of a size that a count has."""
    value = child(found, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def instant(found: object, *path: str) -> dt.datetime | None:
    """The aware instant at `path`, in UTC; None for an absent one or one without a zone."""
    return as_instant(text(found, *path))


def as_instant(words: str | None) -> dt.datetime | None:
    """An ISO 8601 instant with a zone, in UTC; None for anything else, and for a year that no order can have."""
    return read_instant(words) if words else None


def decimal(value: object) -> Decimal | None:
    """An exact number of a size that money has: a JSON number, or text like `119.00`."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**15 else None
    if isinstance(value, Decimal):
        if not value.is_finite() or (value and not -12 <= value.adjusted() < 15):
            return None
        return value
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def money(found: object, *path: str, amount: str = "amount", currency: str = "currencyCode") -> Money | None:
    """The money at `path`; None unless both amount and currency are told."""
    value = decimal(child(found, *path, amount))
    code = text(found, *path, currency)
    return Money(amount=value, currency=code) if value is not None and code and _CURRENCY.fullmatch(code) else None
