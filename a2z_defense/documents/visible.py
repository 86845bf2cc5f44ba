"""Text from outside, made visible: what a font cannot show, and what hides or turns text, is printed by name.

A silent box hides evidence, and a bidi control can make a sentence read as another one.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from a2z_defense.documents.fontset import covers

_PICTOGRAPHS = ((0x1F000, 0x1FAFF), (0x2600, 0x27BF), (0xFE00, 0xFE0F), (0xE0000, 0xE0FFF))
"""Emoji and dingbats, variation selectors, tags: a font may draw some, but not the way they were meant."""
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def named(char: str) -> str:
    """`[U+1F600 GRINNING FACE]`; without a name, `[U+0007]`."""
    name = unicodedata.name(char, "")
    return f"[U+{ord(char):04X}{' ' if name else ''}{name}]"


def _shown(char: str, extra: Path | None) -> bool:
    point = ord(char)
    if point < 0x7F:
        return point >= 0x20
    if unicodedata.category(char) in _HIDDEN or any(low <= point <= high for low, high in _PICTOGRAPHS):
        return False
    return covers(char, extra)


def visible(text: str, extra: Path | None = None) -> str:
    """`text` on one or more lines (`\\n`), every other character either shown by our fonts or named.

    `extra` is the seller's own font folder.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if lines.isascii() and (lines.replace("\n", "").isprintable()):
        return lines
    return "".join(char if char == "\n" or _shown(char, extra) else named(char) for char in lines)


def direction(text: str) -> str:
    """`rtl` when the first letter with a direction is Hebrew or Arabic, else `ltr`."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
