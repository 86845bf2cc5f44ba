"""Kept DKIM keys: DNS name to TXT record, as `read_mail` takes them."""

from __future__ import annotations

from collections.abc import Iterable

from a2z_defense.model.evidence import Piece


def read_dkim_keys(pieces: Iterable[Piece]) -> dict[str, str]:
    """The keys among `pieces`, which are all of that kind; of two records under one name the later one counts."""
    return {piece.evidence.subject: piece.body.decode("ascii", "replace") for piece in pieces}
