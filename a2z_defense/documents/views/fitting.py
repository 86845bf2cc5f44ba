"""How many lines words take on a page: what must fit is measured before it is laid out, and cut where it is seen."""

from __future__ import annotations

import unicodedata

from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.page import Words

_WIDTHS = {
    **dict.fromkeys(" 'ijl!,.:;`J·", 0.28),
    **dict.fromkeys('()[]-Ift/"r“”', 0.4),
    **dict.fromkeys("cskvxyzFL?„«»–", 0.53),
    **dict.fromkeys("ae0123456789EST$+<=>~×€", 0.57),
    **dict.fromkeys("mwMW@%…—", 0.94),
}
"""Widths in em of the letters that differ most from the others; those of Noto Sans, rounded up."""
_ASCII, _LOWER, _UPPER, _FULL = 0.61, 0.64, 0.78, 1.0
"""The others: of ASCII, small letters beyond it, capitals, the square characters of East Asia."""


def _em(letter: str) -> float:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return _FULL
    if letter.isupper():
        return _UPPER
    return _ASCII if letter.isascii() else _LOWER


def lines_of(text: str, width: float) -> int:
    """Lines that `text` takes in a column of `width` em; words are kept whole where they fit a line."""
    lines, used = 1, 0.0
    for word in text.split():
        wide = sum(map(_em, word))
        space = _WIDTHS[" "] if used else 0.0
        if used and used + space + wide > width:
            lines, used, space = lines + 1, 0.0, 0.0
        more, rest = divmod(wide, width) if wide > width else (0, wide)
        lines, used = lines + int(more), used + space + rest
    return lines


def cut_to(words: Words, width: float, most: int) -> Words:
    """`words` in at most `most` lines of `width` em; what is left out at the end is seen as ` ...`."""
    if lines_of(words, width) <= most:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if lines_of(f"{words[:middle].rstrip()} ...", width) <= most:
            low = middle
        else:
            high = middle - 1
    kept = words[:low]
    whole = kept.rpartition(" ")[0] if low < len(words) and not words[low].isspace() else kept
    text = f"{(whole if len(whole) > len(kept) // 2 else kept).rstrip(' ,;:-/(')} ..."
    return Said(text, words.exhibits) if isinstance(words, Said) else Phrase(text)
