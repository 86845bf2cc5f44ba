"""Every letter is drawn by a shape that says so: no empty box, nothing lost, nothing told twice, in any script."""

from __future__ import annotations

import html
import io
import random
import re
import unicodedata
from collections import Counter
from typing import Any

import pikepdf
import pytest
from support import pdfs

from a2z_defense.documents.render import Renderer
from a2z_defense.documents.visible import direction, visible

BLOCKS = (
    (0x00, 0x7F), (0x80, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x590, 0x7FF), (0x900, 0xDFF), (0xE00, 0xEFF),
    (0x1DC0, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x4EFF), (0xAC00, 0xACFF),
    (0xE000, 0xE0FF), (0xFB00, 0xFDFF), (0xFE00, 0xFFFF), (0x1F300, 0x1F6FF), (0xE0000, 0xE007F), (0x10FF00, 0x10FFFF),
)  # fmt: skip
FACES = (
    'font-family: "Noto Sans", "Noto Sans Hebrew", "Noto Sans Arabic"',
    'font-family: "Noto Serif", "Noto Sans Hebrew", "Noto Sans Arabic"; font-weight: bold',
    'font-family: "Noto Sans Mono"',
)
"""As in the style sheet."""
INVISIBLE = re.compile(r"[\s\u200b\u200e]")


def drawn(renderer: Renderer, lines: list[str]) -> bytes:
    """A page with each line, made visible, in each face."""
    told = [(visible(line), face) for line in lines for face in FACES]
    body = "".join(
        f"<p style='{face}; direction: {direction(text)}; overflow-wrap: anywhere'>{html.escape(text)}</p>"
        for text, face in told
    )
    page = f"<!doctype html><html lang=en><head><title>x</title></head><body>{body}</body></html>"
    head = {"do": "paint", "resources": [], "attachments": [], "labels": {}, "when": "2026-03-12T08:00:00Z"}
    _, (pdf,) = renderer._child.ask("x", head, [page.encode()])
    return pdf


def letters(pdf: bytes) -> Counter[str]:
    """What the drawn shapes say that they are, by the tables of the fonts inside; a shape of no letter is an error."""
    found: Counter[str] = Counter()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            fonts: Any = page.obj.Resources.Font
            meaning: dict[int, str] = {}
            instructions: Any = pikepdf.parse_content_stream(page)
            for operands, operator in instructions:
                if str(operator) == "Tf":
                    meaning = meanings(fonts[str(operands[0])])
                if str(operator) in {"Tj", "TJ"}:
                    pieces = operands[0] if str(operator) == "TJ" else operands
                    for code in (one for piece in pieces if isinstance(piece, pikepdf.String) for one in codes(piece)):
                        assert code != 0, "an empty box is drawn"
                        found.update(INVISIBLE.sub("", unicodedata.normalize("NFD", meaning[code])))
    return found


def codes(piece: pikepdf.String) -> list[int]:
    data = bytes(piece)
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def meanings(font: Any) -> dict[int, str]:
    table = font.ToUnicode.read_bytes().decode().split("endcodespacerange")[1]
    pairs = re.findall(r"<([0-9a-f]+)> <([0-9a-f]*)>", table, re.IGNORECASE)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def expected(lines: list[str]) -> Counter[str]:
    shown = "".join(INVISIBLE.sub("", unicodedata.normalize("NFD", visible(line))) for line in lines)
    return Counter({char: count * len(FACES) for char, count in Counter(shown).items()})


@pytest.mark.parametrize(
    "line",
    [
        "q\u0303 x\u0332y\u0332 e\u0301 o\u0302\u0301 \u0144\u0308 as Apple writes it",
        "no letter before: \u0301 \u0332",
        "\u0628\u064e\u064a\u0652\u062a\u064c \u0645\u064e\u0643\u0652\u062a\u064e\u0628",
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd 123",
        "office, affluent, fjord: ffi ffl fi",
        "\u1eaf \u1edd \u0105\u0301 \u04d1 \u0451\u0301",
    ],
    ids=["marks", "lone marks", "arabic", "hebrew", "ligatures", "stacked"],
)
def test_letters_with_marks_are_told_once(line: str, renderer: Renderer) -> None:
    pdf = drawn(renderer, [line])
    assert letters(pdf) == expected([line])
    assert pdfs.not_valid(pdf) == []


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_any_text_at_all(seed: int, renderer: Renderer) -> None:
    """Random characters of every block, neighbours from one block: nothing is lost, and nothing is an empty box.

    Characters that a font draws alike (a letter's form in a word, and the character of that form; a bracket seen from
    the other side) may be told as each other.
    """
    chance = random.Random(seed)
    lines = []
    for _ in range(20):
        line: list[str] = []
        while len(line) < 60:
            low, high = chance.choice(BLOCKS)
            line += (chr(chance.randint(low, high)) for _ in range(chance.randint(1, 5)))
        lines.append("".join(line))
    pdf = drawn(renderer, lines)
    told, wanted = letters(pdf), expected(lines)
    alike = "".join(unicodedata.normalize("NFKD", char) for char in told)
    plain = [char for char in wanted if not unicodedata.mirrored(char)]
    assert [hex(ord(char)) for char in plain if unicodedata.normalize("NFKD", char)[0] not in alike] == []
    assert abs(told.total() - wanted.total()) < wanted.total() / 500
    assert pdfs.not_valid(pdf) == []
