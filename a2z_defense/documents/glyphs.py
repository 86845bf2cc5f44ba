"""Which letters a drawn shape stands for, where a letter is drawn as several: for search, copying and reading aloud.

A letter with a mark over it that no font holds as one shape is drawn as two. WeasyPrint 70 then says of one of them
that it stands for nothing, which breaks PDF/A, and of the other that it stands for both, so that copied text repeats
letters. Here each shape stands for its own letter, as the font's tables tell it.
"""

from __future__ import annotations

import io
from typing import Any

from fontTools import ttLib
from weasyprint.pdf import fonts

_library: Any = ttLib
_font: Any = fonts.Font
_NOTHING = "\u200b"
"""ZERO WIDTH SPACE: for a shape of which no table tells the letter, when another one of its letter tells it all."""


class Meanings(dict[int, str]):
    """A font's table of glyph -> text, in place of WeasyPrint's own dictionary."""

    def __init__(self, font: Any) -> None:
        super().__init__()
        self._font = font
        self._letters: dict[int, str] | None = None
        self._left = ""
        """Letters of the last cluster without a shape yet: from right to left the mark comes before its letter."""

    def __setitem__(self, glyph: int, text: str) -> None:
        if len(text) == 1:
            self._left = ""
            super().__setitem__(glyph, text)
            return
        own = self._letter(glyph)
        if text:
            known = own if own and own in text else ""
            self._left = text.replace(known, "", 1) if known else ""
            super().__setitem__(glyph, known or text)
        else:
            super().__setitem__(glyph, own or self._left or _NOTHING)
            self._left = ""

    def _letter(self, glyph: int) -> str:
        """The one letter that the font draws with this glyph, alone or in a certain place; empty: it is not told."""
        if self._letters is None:
            self._letters = _letters(self._font.file_content, self._font.index)
        return self._letters.get(glyph, "")


def _letters(content: bytes, index: int) -> dict[int, str]:
    """Glyph -> letter, of the font's own table and of its substitutions of one shape for another."""
    with _library.TTFont(io.BytesIO(content), fontNumber=index, lazy=True) as font:
        number = font.getReverseGlyphMap()
        found: dict[int, str] = {}
        for point, name in sorted((font.getBestCmap() or {}).items()):
            found.setdefault(number[name], chr(point))
        table = font["GSUB"].table if "GSUB" in font else None
        for lookup in table.LookupList.Lookup if table and table.LookupList else ():
            for part in lookup.SubTable:
                single = getattr(part, "ExtSubTable", part)
                for one, other in getattr(single, "mapping", {}).items():
                    if isinstance(other, str) and number[one] in found:
                        found.setdefault(number[other], found[number[one]])
    return found


def mend_meanings() -> None:
    """Called once in the renderer's process."""
    begin = _font.__init__

    def begun(self: Any, *values: Any) -> None:
        begin(self, *values)
        self.to_unicode = Meanings(self)

    _font.__init__ = begun
