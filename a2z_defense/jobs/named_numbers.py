"""The tracking numbers that an attached proof names in its own text. A picture without text names none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from a2z_defense.model.entries import AttachmentKind
from a2z_defense.policy.readings import squeezed

PROOFS = frozenset({AttachmentKind.POD, AttachmentKind.SIGNATURE})
"""Kinds of files that prove the delivery of one parcel."""
_SHAPES = re.compile(
    r"\b(?P<postal>[A-Z]{2} ?\d{4} ?\d{4} ?\d ?[A-Z]{2}|[A-Z]{2} ?\d{3} ?\d{3} ?\d{3} ?[A-Z]{2})\b"
    r"|\b(?P<ups>1Z ?[0-9A-Z]{3} ?[0-9A-Z]{3} ?[0-9A-Z]{2} ?[0-9A-Z]{4} ?[0-9A-Z]{4})\b"
    r"|(?i:\b(?:tracking (?:number|no\.?|id)|consignment (?:number|no\.?)|sendungsnummer|paketnummer|numéro de suivi"
    r"|número de seguimiento|numero di (?:spedizione|tracciabilità|tracking))) ?[:#]? ?"
    r"(?P<told>(?=\S*\d{5})[0-9A-Z-]{8,40})\b"
)
"""The postal unions' form, that of UPS, and what stands behind the words for a tracking number."""


def named_numbers(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The numbers that `text` names, in order, those of `known` that are anywhere in it first."""
    plain = squeezed(text)
    own = [number for number in known if squeezed(number) in plain]
    found = [next(filter(None, match.groups())) for match in _SHAPES.finditer(text)]
    once = {squeezed(number): number for number in (*own, *found)}
    return tuple(once.values())


def text_in(body: bytes) -> str:
    """The text of a PDF's first pages or of a text file; nothing for a picture."""
    from a2z_defense.documents.files import Maker, sniff, text_of

    if sniff(body) == "pdf":
        with Maker() as maker:
            return maker.words(body)
    return (text_of(body) or "") if sniff(body) == "text" else ""
