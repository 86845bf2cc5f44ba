"""A reading: one value of one fact, from one exhibit. Two readings of a fact agree, or they are a contradiction."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from a2z_defense.base.instants import utc_text
from a2z_defense.model.money import Money
from a2z_defense.model.tracking import Place
from a2z_defense.policy.addresses import Likeness, compare_places
from a2z_defense.policy.carriers import same_carrier
from a2z_defense.policy.names import same_person
from a2z_defense.policy.tables import FactDef

Value = str | bool | dt.datetime | dt.date | Money | Place


@dataclass(frozen=True)
class Reading:
    """One value of one fact."""

    value: Value
    exhibit: str
    """Evidence id that it was read from."""
    by: str = "api"
    """`api` (an answer of Amazon or a carrier), `mail`, or `seller` (a person read it from the exhibit)."""

    @property
    def words(self) -> str:
        """The value as it is shown."""
        return shown(self.value)


def shown(value: Value) -> str:
    """A value in words: instants in UTC, yes and no for booleans, a place on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return utc_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Place):
        town = " ".join(part for part in (value.postal_code, value.city) if part)
        return ", ".join(part for part in (*value.lines, town, value.country) if part)
    return str(value)


def squeezed(text: str) -> str:
    """A code without what people add to it: case, spaces, dashes and dots."""
    return re.sub(r"[\s.\-_/]", "", text).upper()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


_DAY = dt.timedelta(days=1)
"""A report tells a day without a zone: an instant of the day beside it may be the same event."""


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def agree(first: Value, second: Value, fact: FactDef) -> bool:
    """True when two readings of `fact` say the same. Addresses that merely may differ do not agree."""
    if isinstance(first, dt.datetime) and isinstance(second, dt.datetime):
        return abs(first - second) <= dt.timedelta(hours=fact.tolerance_hours)
    if isinstance(first, dt.date) and isinstance(second, dt.date):
        return abs(_day(first) - _day(second)) <= _DAY if fact.kind == "instant" else first == second
    if isinstance(first, Place) and isinstance(second, Place):
        return compare_places(first, second).likeness is not Likeness.DIFFERS
    if isinstance(first, str) and isinstance(second, str):
        if fact.kind == "code":
            return squeezed(first) == squeezed(second)
        if fact.kind == "person":
            return same_person(first, second)
        if fact.kind == "carrier":
            return same_carrier(first, second)
        return _plain(first) == _plain(second)
    return first == second
