"""The fonts that the renderer sees: ours, and an optional folder of the seller's. Never the machine's."""

from __future__ import annotations

import hashlib
import html
from functools import lru_cache
from pathlib import Path
from typing import Any

from a2z_defense.base.data import data_folder

SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})

_PLAIN = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xAC),  # Latin-1; U+00AD (soft hyphen) is left out: it is invisible
    (0xAE, 0x17F),  # Latin-1 and Latin Extended-A
    (0x386, 0x38A),
    (0x38E, 0x3A1),
    (0x3A3, 0x3CE),  # modern Greek
    (0x400, 0x45F),  # Cyrillic
    (0x2010, 0x2027),  # dashes and quotation marks: our own sentences use them
    (0x2030, 0x203A),
    (0x20A0, 0x20BF),  # money
)
"""Ranges that our fonts are known to cover (a test asks the fonts): most text never needs a font to be opened, which
takes a twentieth of a second."""


def folders(extra: Path | None = None) -> tuple[Path, ...]:
    """The font folders, ours first."""
    return (data_folder("fonts"),) if extra is None else (data_folder("fonts"), extra)


def font_files(extra: Path | None = None) -> tuple[Path, ...]:
    """Every font file, in a fixed order."""
    return tuple(
        path
        for folder in folders(extra)
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.is_file()
    )


def font_digests(extra: Path | None = None) -> dict[str, str]:
    """SHA-256 of each font file by its name: an input of every build."""
    return {f"font:{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in font_files(extra)}


def fonts_conf(extra: Path | None, cache: Path) -> str:
    """A fontconfig file that knows our folders and nothing else of the machine."""
    places = "\n".join(f"  <dir>{html.escape(str(folder.resolve()))}</dir>" for folder in folders(extra))
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"{places}\n  <cachedir>{html.escape(str(cache))}</cachedir>\n</fontconfig>\n"
    )


@lru_cache(maxsize=4)
def _covered(extra: Path | None) -> frozenset[int]:
    from fontTools import ttLib

    library: Any = ttLib

    found: set[int] = set()
    for path in font_files(extra):
        faces = (
            library.TTCollection(path, lazy=True).fonts
            if path.suffix.lower() == ".ttc"
            else [library.TTFont(path, lazy=True)]
        )
        for face in faces:
            found.update(face["cmap"].getBestCmap() or {})
            face.close()
    return frozenset(found)


def covers(char: str, extra: Path | None = None) -> bool:
    """True when one of the fonts has a glyph for `char`."""
    point = ord(char)
    return any(low <= point <= high for low, high in _PLAIN) or point in _covered(extra)
