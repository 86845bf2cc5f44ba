"""Any frozen model as rows of name and value: nothing that a source told is left out of the internal record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum

from pydantic import BaseModel

from a2z_defense.documents.localise import Localise
from a2z_defense.documents.said import Phrases
from a2z_defense.model.entries import AttachmentKind, EntryKind, RecordKind
from a2z_defense.model.mail import Counted, Funder, MailKind, Reason
from a2z_defense.model.money import Money
from a2z_defense.model.tracking import Leg, ScanKind

_OWN = frozenset({"evidence", "id"})
_TABLES: dict[type[Enum], str] = {
    ScanKind: "scan",
    Leg: "leg",
    MailKind: "mail",
    Reason: "reason",
    Funder: "funder",
    Counted: "counted",
    EntryKind: "entry",
    RecordKind: "record",
    AttachmentKind: "attachment",
}
"""Enumerations whose words stand in a table of their own; of the others in `value`, by the name of the type."""
_FLAGS = frozenset({"bought_through_amazon", "third_party", "undecided"})
"""Fields that say something only when they are set: a carrier's file that is silent on the label is no "no"."""
_CODES = frozenset({"how", "threaded_by", "clock"})
"""Fields of text that hold a code of ours."""

_ANSWERS = frozenset({"yes", "no"})
"""What a stated fact's value may be besides words of the seller's own."""


class Flat:
    """Models as rows in one language, instants in UTC."""

    def __init__(self, t: Phrases, loc: Localise) -> None:
        self._t = t
        self._loc = loc

    def field(self, name: str) -> str:
        """The label of a field or fact; one that no table knows yet by its own name."""
        key = f"field.{name.replace(' ', '_')}"
        return str(self._t(key)) if self._t.has(key) else name.replace("_", " ")

    def rows(self, value: object, name: str = "", field: str = "") -> Iterator[tuple[str, str]]:
        """(`address, city`, `Rome`), (`item 1`, `title: Lamp; quantity: 1`) ...; what is not told is left out."""
        if value is None or value == () or value == "" or (value is False and field in _FLAGS):
            return
        if isinstance(value, BaseModel) and not isinstance(value, Money):
            for part in type(value).model_fields:
                if not (name == "" and part in _OWN) and part != "evidence":
                    label = self.field(part)
                    yield from self.rows(getattr(value, part), f"{name}, {label}" if name else label, part)
        elif isinstance(value, tuple | list) and any(isinstance(part, BaseModel | tuple) for part in value):
            for number, part in enumerate(value, start=1):
                inner = self._loose(part) if isinstance(part, tuple) else self.rows(part)
                yield f"{name} {number}", self._t.semicolon.join(self._pair(*one) for one in inner)
        elif isinstance(value, tuple | list):
            yield name, ", ".join(self.word(part, field) for part in value)
        else:
            yield name, self.word(value, field)

    def _pair(self, label: str, told: str) -> str:
        return f"{label}{self._t.colon}{told}" if label else told

    def _loose(self, part: tuple[object, ...]) -> Iterator[tuple[str, str]]:
        yield "", ", ".join(self.word(one) for one in part)

    def word(self, value: object, field: str = "") -> str:
        """One value as it is printed. A code that no table knows yet stays as it is."""
        if isinstance(value, Money):
            return self._loc.money(value)
        if isinstance(value, dt.datetime):
            return self._loc.utc(value)
        if isinstance(value, dt.date):
            return self._loc.date(value)
        if isinstance(value, bool):
            return str(self._t("value.yes" if value else "value.no"))
        if isinstance(value, Decimal | int):
            return str(value)
        key, own = str(value), ""
        if isinstance(value, Enum):
            key = str(value.value)
            own = f"{_TABLES.get(type(value)) or f'value.{type(value).__name__.lower()}'}"
            own = f"{own}.{key.replace('-', '_')}" if "." not in own else f"{own}_{key.replace('-', '_')}"
        elif field in _CODES:
            own = f"value.{field}_{key}"
        elif field == "fact":
            return self.field(key)
        elif field == "value" and key in _ANSWERS:
            own = f"value.{key}"
        return str(self._t(own)) if own and self._t.has(own) else key
