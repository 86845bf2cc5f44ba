"""What the documents will show of a seller's file: said when it is attached, not when the answer is due."""

from __future__ import annotations

from a2z_defense.base.environment import Environment
from a2z_defense.base.media import media_type
from a2z_defense.documents.files import Maker, sniff
from a2z_defense.jobs.carrier_table import attached_doubts
from a2z_defense.model.entries import AttachmentKind

_WORDS = {
    "unreadable": "cannot be opened: the documents say so and show nothing of it; copy it here once more",
    "damaged": "is damaged: the documents show what could be read, and say so",
    "too_large": "is too large a picture to be opened safely: the documents say so; attach a smaller copy",
    "encrypted": "is encrypted: the documents say so and show nothing of it",
}


def attached(environment: Environment, kind: AttachmentKind, body: bytes) -> tuple[str, ...]:
    """What is to be said of a file that was attached as that kind, as words after its name."""
    if kind is AttachmentKind.CARRIER:
        return tuple(attached_doubts(environment, body))
    return doubts_of(body)


def doubts_of(body: bytes) -> tuple[str, ...]:
    """What of a file the documents cannot show, as words after its name; empty when they show all of it."""
    with Maker() as maker:
        ready = maker.look(body)
    found = []
    if ready.trouble == "not_shown":
        found.append(f"is {media_type(body)}: such a file is kept, but no document shows it; attach a picture or a PDF")
    elif ready.trouble:
        found.append(_WORDS.get(ready.trouble, f"cannot be shown ({ready.trouble})"))
    elif sniff(body) == "text" and not (ready.text or "").strip():
        found.append("holds no text: the documents show nothing of it")
    if ready.pages_left_out:
        found.append(f"has {ready.pages_left_out} further pages or frames that the documents do not show")
    return tuple(found)
