"""One probe per catalogue item that needs more than "is the fact there"."""

from __future__ import annotations

from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.probes import claim, messages, money, parcel, place, returns
from a2z_defense.policy.probes.base import PROBES, Found, generic
from a2z_defense.policy.tables import ItemDef

_REGISTERING = (claim, messages, money, parcel, place, returns)
"""Imported so that their probes register."""


def look(facts: Facts, item: ItemDef, about: Parcel | None) -> Found:
    """What the evidence says of one item; `about` is the parcel for an item told per parcel."""
    return PROBES.get(item.id, generic)(facts, item, about)
