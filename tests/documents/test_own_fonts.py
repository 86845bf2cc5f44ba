"""The seller's own fonts, for scripts that ours do not hold: what they cover is drawn, and they are an input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fontTools import fontBuilder, ttLib
from fontTools.pens.ttGlyphPen import TTGlyphPen
from support import cases, papers, pdfs

from a2z_defense.base.errors import ConfigurationError
from a2z_defense.documents import fontset
from a2z_defense.documents.digests import input_digests
from a2z_defense.documents.fontset import covers, font_digests
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.documents.visible import visible

_builder: Any = fontBuilder
_library: Any = ttLib
REAL = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
"""Debian's fonts-noto-cjk."""


def face(text: str, weight: int = 400, family: str = "Invented Squares") -> Any:
    """A font whose only letters are those of `text`, each a square."""
    text += " "
    names = [".notdef", *(f"u{ord(char):X}" for char in text)]
    pen: Any = TTGlyphPen(None)
    for spot in ((100, 0), (100, 800), (900, 800), (900, 0)):
        (pen.moveTo if spot == (100, 0) else pen.lineTo)(spot)
    pen.closePath()
    square = pen.glyph()
    made = _builder.FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({ord(char): f"u{ord(char):X}" for char in text})
    made.setupGlyf(dict.fromkeys(names, square))
    made.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    made.setupHorizontalHeader(ascent=880, descent=-120)
    made.setupNameTable({"familyName": family, "styleName": "Regular"})
    made.setupOS2(usWeightClass=weight)
    made.setupPost()
    return made.font


def collection(folder: Path) -> Path:
    """A folder with a collection of two faces, which share one file and cover different letters."""
    folder.mkdir()
    made = _library.TTCollection()
    made.fonts = [face("山田"), face("你好", 700)]
    made.save(folder / "squares.ttc")
    return folder


def record(fonts: Path, text: str) -> bytes:
    case = cases.case(messages=[cases.message(text)])
    with Renderer(fonts=fonts) as renderer:
        made = render_documents(
            case, papers.assessed(case), papers.PRINTED, papers.bodies(case), draft=False, renderer=renderer
        )
    return next(one.content for one in made if one.path == "audit-bundle.pdf")


def test_every_face_of_a_collection_counts(tmp_path: Path) -> None:
    fonts = collection(tmp_path / "fonts")
    assert [covers(char, fonts) for char in "山田你好한"] == [True, True, True, True, False]
    assert visible("山한", fonts) == "山[U+D55C HANGUL SYLLABLE HAN]"
    assert visible("山") == "[U+5C71 CJK UNIFIED IDEOGRAPH-5C71]"


def test_the_seller_s_own_letters_are_drawn_and_the_pages_stay_archival(tmp_path: Path) -> None:
    pdf = record(collection(tmp_path / "fonts"), "山田 was not at home. 你好 한")
    words = " ".join(pdfs.pages_text(pdf, tmp_path))
    assert "山田 was not at home. 你好 [U+D55C HANGUL SYLLABLE HAN]" in words
    assert pdfs.not_valid(pdf) == []
    assert pdfs.loose_content(pdf) == []


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_file(), reason="Debian's fonts-noto-cjk is not installed")
def test_japanese_and_chinese_with_real_fonts(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / REAL.name).symlink_to(REAL)
    said = ("注文した商品が届きません。", "你好，我没有收到包裹。", "한국어 문장", "𠮷野家", "ＡＢＣ１２３")
    pdf = record(folder, "\n".join(said))
    words = "".join(pdfs.pages_text(pdf, tmp_path)).replace(" ", "")
    assert [one for one in said if one.replace(" ", "") not in words] == []
    assert pdfs.not_valid(pdf) == []


def test_own_fonts_are_an_input_of_their_own(tmp_path: Path) -> None:
    fonts = collection(tmp_path / "fonts")
    face("山", family="Other Squares").save(fonts / "NotoSans-Regular.ttf")
    (fonts / "more").mkdir()
    face("田", 300).save(fonts / "more" / "squares.ttf")
    plain, own = input_digests(), input_digests(fonts=fonts)
    assert {name for name in own if name not in plain} == {
        "own-font:NotoSans-Regular.ttf",
        "own-font:more/squares.ttf",
        "own-font:squares.ttc",
    }
    assert plain.items() <= own.items()


@pytest.mark.parametrize("name", ["broken.ttf", "broken.ttc", "broken.otf"])
def test_a_font_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"no font at all")
    with pytest.raises(ConfigurationError, match=name) as found:
        visible("山", tmp_path)
    assert "files.fonts" in (found.value.remedy or "")


def test_fonts_that_would_be_taken_for_each_other_are_refused(tmp_path: Path) -> None:
    """Two with one name: the letters of one would be drawn with the shapes of the other."""
    face("山").save(tmp_path / "one.ttf")
    (tmp_path / "same.ttf").write_bytes((tmp_path / "one.ttf").read_bytes())
    assert "own-font:same.ttf" in input_digests(fonts=tmp_path)
    face("好").save(tmp_path / "two.ttf")
    fontset._told_apart.cache_clear()
    with pytest.raises(ConfigurationError, match="two fonts are both “Invented Squares, weight 400") as found:
        font_digests(tmp_path)
    assert "two.ttf" in found.value.got
    twins = _library.TTCollection()
    twins.fonts = [face("山", family="Twins"), face("好", family="Twins")]
    (tmp_path / "more").mkdir()
    twins.save(tmp_path / "more" / "twins.ttc")
    with pytest.raises(ConfigurationError, match="Twins"):
        font_digests(tmp_path / "more")


def test_a_font_like_one_of_ours_is_refused(tmp_path: Path) -> None:
    face("山", family="Noto Sans").save(tmp_path / "mine.ttf")
    with pytest.raises(ConfigurationError, match=r"Noto Sans, weight 400.*NotoSans-Regular\.ttf"):
        font_digests(tmp_path)
