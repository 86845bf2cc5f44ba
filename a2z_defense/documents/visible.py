"""Text from outside, made visible: what a font cannot show, and what hides or turns text, is printed by name.

A silent box hides evidence, and a bidi control can make a sentence read as another one.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from a2z_defense.documents.fontset import covers

_PICTOGRAPHS = ((0x1F000, 0x1FAFF), (0x2600, 0x27BF), (0xFE00, 0xFE0F), (0xE0000, 0xE0FFF))
"""Emoji and dingbats, variation selectors, tags: a font may draw some, but not the way they were meant."""
_UNSEEN = frozenset((0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, 0xFFA0))
"""Letters and marks that draw nothing (Unicode's Default_Ignorable_Code_Point, and the empty Braille cell): a name made
of them looks like none."""
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def named(char: str) -> str:
    """`[U+1F600 GRINNING FACE]`; without a name, `[U+0007]`."""
    name = unicodedata.name(char, "")
    return f"[U+{ord(char):04X}{' ' if name else ''}{name}]"


def _harmless(char: str) -> bool:
    """True for a character that neither hides nor turns text, and is no emoji."""
    point = ord(char)
    if point < 0x7F:
        return point >= 0x20
    hidden = unicodedata.category(char) in _HIDDEN or point in _UNSEEN
    return not hidden and not any(low <= point <= high for low, high in _PICTOGRAPHS)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")


def visible(text: str, extra: Path | None = None) -> str:
    """`text` for print, on one or more lines (`\n`): every other character is either shown by our fonts or named.

    `extra` is the seller's own font folder.
    """
    lines = _lines(text)
    if lines.isascii() and lines.replace("\n", "").isprintable():
        return lines
    kept = (char == "\n" or (_harmless(char) and covers(char, extra)) for char in lines)
    return "".join(char if keep else named(char) for char, keep in zip(lines, kept, strict=True))


def plain(text: str) -> str:
    """`text` for a text file: what hides or turns text and emoji are named; letters of every script stay."""
    return "".join(char if char == "\n" or _harmless(char) else named(char) for char in _lines(text))


def direction(text: str) -> str:
    """`rtl` when the first letter with a direction is Hebrew or Arabic, else `ltr`."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


_MARK = "\u200e"
"""LEFT-TO-RIGHT MARK: nothing to see, and the end of what runs right. All our fonts hold it."""


def kept_in_order(text: str) -> str:
    """`text`, for a line that runs left to right, with a mark after each run of Hebrew or Arabic.

    Without it a number or a comma after the run joins it and is drawn on its other side: `"x", 750` as `750 ,"x"`.
    """
    if text.isascii():
        return text
    found: list[str] = []
    right = False
    for char in text:
        kind = unicodedata.bidirectional(char)
        if right and kind not in {"R", "AL", "NSM", "WS"}:
            found.append(_MARK)
            right = False
        found.append(char)
        right = kind in {"R", "AL"} or (right and kind in {"NSM", "WS"})
    return "".join(found)
