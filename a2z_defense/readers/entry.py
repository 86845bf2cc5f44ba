"""What the seller said: an entry's bytes to the entry. It is stored without its id, which its own bytes decide."""

from __future__ import annotations

from a2z_defense.model.entries import Entry
from a2z_defense.model.evidence import Piece


def read_entry(piece: Piece) -> Entry:
    """The entry that `piece` is, with its evidence id."""
    return Entry.model_validate_json(piece.body).model_copy(update={"id": piece.evidence.id})
