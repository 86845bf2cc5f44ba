"""What must fit a page is measured before it is laid out: never narrower than the font draws it, and little wider."""

from __future__ import annotations

from typing import Any

import pytest
from fontTools.ttLib import TTFont

from a2z_defense.documents.fontset import font_files
from a2z_defense.documents.said import Said
from a2z_defense.documents.views.fitting import cut_to, lines_of

TEXTS = (
    "Left with somebody or somewhere that the buyer did not name: tracking was not asked",
    "Die Zustelladresse des Zustellers ist die der Bestellung; 12. Nov. 2026, 08:20 CET (2026-11-12 07:20 UTC)",
    "L'étiquette du numéro de suivi FR3008412957 a été achetée via Amazon Buy Shipping, 119,00 EUR",
    "WEGEN MWW 梱包材 – ULICA ŻÓŁĆ-ŚWIĘCICKA, МОСКВА ул. Лесная 5",
)


def drawn(text: str) -> float:
    """Width in em, as the font of the pages draws it."""
    path = next(one for one in font_files() if one.name == "NotoSans-Regular.ttf")
    font: Any = TTFont(path)
    widths, glyphs = font["hmtx"], font.getBestCmap()
    return float(sum(widths[glyphs.get(ord(char), ".notdef")][0] for char in text) / font["head"].unitsPerEm)


@pytest.mark.parametrize("text", TEXTS)
def test_a_line_is_measured_no_narrower_than_it_is_drawn(text: str) -> None:
    wide = drawn(text)
    assert lines_of(text, wide * 0.99) > 1
    assert lines_of(text, wide * 1.25) == 1


def test_words_are_kept_whole_and_one_that_is_too_long_is_broken() -> None:
    assert lines_of("aaaa aaaa aaaa", 5.5) == 2
    assert lines_of("a" * 40, 5.7) == 4 + 1
    assert lines_of("", 5) == 1


@pytest.mark.parametrize("text", ["word " * 400, "Ungeteilt" * 300, "short"])
def test_what_is_cut_fits_shows_it_and_keeps_its_evidence(text: str) -> None:
    cut = cut_to(Said(text.strip(), ("ev-1",)), 40, 3)
    assert lines_of(cut, 40) <= 3
    assert (cut.endswith(" ...") and len(cut) > 100) == (text != "short")
    assert isinstance(cut, Said)
    assert cut.exhibits == ("ev-1",)
