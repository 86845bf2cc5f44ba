"""A contradiction with the items that it touches."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from a2z_defense.model.assessment import Contradiction
from a2z_defense.policy.parcels import Parcel


@dataclass(frozen=True)
class Conflict:
    """A contradiction and the items that it touches."""

    contradiction: Contradiction
    items: frozenset[str] = frozenset()
    parcel: str | None = None
    """Key of the parcel that it is about; None: the whole claim."""

    def touches(self, item_id: str, parcel: Parcel | None) -> bool:
        """True when the item, for that parcel, rests on evidence that is contradicted here."""
        about = self.parcel is None or parcel is None or parcel.key == self.parcel
        return item_id in self.items and about


def conflict(
    kind: str,
    first: str,
    second: str,
    what: str,
    *,
    items: frozenset[str] = frozenset(),
    parcel: str | None = None,
    blocks: bool = False,
) -> Conflict:
    """A contradiction between two exhibits. Its id is the kind and a digest of what disagrees: it stays the same."""
    digest = hashlib.sha256("\0".join((*sorted((first, second)), parcel or "", what)).encode()).hexdigest()[:8]
    found = Contradiction(id=f"{kind}-{digest}", between=(first, second), what=what, blocks=blocks)
    return Conflict(found, items, parcel)
