"""Lockers and pickup points: whether the one that a carrier names is the order's own address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from a2z_defense.model.order import Order
from a2z_defense.policy.spelling import folded
from a2z_defense.policy.tables import PointWords, Tables

_MOST_WORDS = 4
"""Words behind the kind that can belong to the point's own name."""


def at_own_point(words: str, order: Order, tables: Tables) -> bool | None:
    """True when the order's address is the very point that a carrier names: `Packstation 123`. None when the address is
    such a point and the carrier does not say which one; False when it is another, or the address is none.

    Which point it is follows the kind: the words up to the first number (`KRA01M`), without one the first words.
    """
    known = [word for place in tables.places if place.class_ == "collect" for word in place.words]
    kinds = sorted(map(folded, known), key=len, reverse=True)
    told = _point(words, kinds, tables.points)
    own = [point for line in order.address.lines if (point := _point(line, kinds, tables.points)) is not None]
    if told is None or not own:
        return False
    kind, which = told
    same = [other for known, other in own if known == kind]
    if any(which and which == other for other in same):
        return True
    return None if not which and same else False


def _point(text: str, kinds: Sequence[str], around: PointWords) -> tuple[str, tuple[str, ...]] | None:
    """(kind, which one) of a place of collection that a line names; None when it names none."""
    words = re.findall(r"\d+|[^\W\d_]+", folded(text))
    streets = [[word] for word in around.street]
    for kind in kinds:  # the longer name first: a Postfiliale is no Filiale
        parts = re.findall(r"\d+|[^\W\d_]+", kind)
        for start in range(len(words) - len(parts) + 1):
            behind = words[start + len(parts) :]
            if words[start : start + len(parts)] == parts and behind[:1] not in streets:
                return kind, _which([word for word in behind if word not in around.no_name])
    return None


def _which(words: list[str]) -> tuple[str, ...]:
    number = next((n for n, word in enumerate(words[:_MOST_WORDS]) if word.isdigit()), None)
    if number is None:
        return tuple(words[:_MOST_WORDS])
    return tuple(words[: number + 1])
