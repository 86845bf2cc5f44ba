"""Any frozen model as rows of name and value: nothing that a source told is left out of the internal record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum

from pydantic import BaseModel

from a2z_defense.base.instants import utc_text
from a2z_defense.model.money import Money

_OWN = frozenset({"evidence", "id"})


def flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """(`address, city`, `Rome`), (`items 1`, `title: Lamp; quantity: 1`) ...; what is not told is left out."""
    if value is None or value == () or value == "":
        return
    if isinstance(value, Money):
        yield name, str(value)
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            if not (name == "" and field in _OWN) and field != "evidence":
                yield from flat(getattr(value, field), f"{name}, {_words(field)}" if name else _words(field))
    elif isinstance(value, tuple | list):
        if all(isinstance(part, str | int | Decimal) and not isinstance(part, BaseModel) for part in value):
            yield name, ", ".join(_text(part) for part in value)
        else:
            for number, part in enumerate(value, start=1):
                yield f"{name} {number}", "; ".join(f"{key}: {told}" if key else told for key, told in flat(part))
    else:
        yield name, _text(value)


def _words(field: str) -> str:
    return field.replace("_", " ")


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return utc_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value.value) if isinstance(value, Enum) else str(value)
