"""The fonts that the renderer sees: ours, and an optional folder of the seller's. Never the machine's."""

from __future__ import annotations

import hashlib
import html
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError

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
    return tuple(path for folder in folders(extra) for path in _files(folder))


def _files(folder: Path) -> tuple[Path, ...]:
    found = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES)
    return tuple(path for path in found if path.is_file())


def font_digests(extra: Path | None = None) -> dict[str, str]:
    """SHA-256 of each font file by its place in its folder, ours and the seller's apart: an input of every build.

    Raises ConfigurationError when a font cannot be read, or when two of them would be taken for each other.
    """
    _told_apart(extra)
    return {
        f"{prefix}:{path.relative_to(folder).as_posix()}": hashlib.sha256(path.read_bytes()).hexdigest()
        for prefix, folder in zip(("font", "own-font"), folders(extra), strict=False)
        for path in _files(folder)
    }


def fonts_conf(extra: Path | None, cache: Path) -> str:
    """A fontconfig file that knows our folders and nothing else of the machine."""
    places = "\n".join(f"  <dir>{html.escape(str(folder.resolve()))}</dir>" for folder in folders(extra))
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"{places}\n  <cachedir>{html.escape(str(cache))}</cachedir>\n</fontconfig>\n"
    )


@lru_cache(maxsize=4)
def _covered(extra: Path | None) -> frozenset[int]:
    found: set[int] = set()
    for path in font_files(extra):
        tables = set()
        with _opened(path) as faces:
            for face in faces:
                # The faces of a collection mostly share one table; it is large for Chinese and Japanese.
                if (at := face.reader.tables["cmap"].offset) not in tables:
                    tables.add(at)
                    found.update(face["cmap"].getBestCmap() or ())
    return frozenset(found)


def _names(path: Path) -> list[str]:
    """What the renderer knows the fonts of a file by: family, weight, slant and width."""
    found = []
    with _opened(path) as faces:
        for face in faces:
            shape, names = face["OS/2"], face["name"]
            family = names.getDebugName(16) or names.getDebugName(1) or ""
            slant = "slanted" if shape.fsSelection & 0x201 else "upright"
            found.append(f"{family}, weight {shape.usWeightClass}, {slant}, width {shape.usWidthClass}")
    return found


@contextmanager
def _opened(path: Path) -> Iterator[list[Any]]:
    """The font of a file, or the fonts of a collection, which share one open file."""
    from fontTools import ttLib

    library: Any = ttLib
    collection = path.suffix.lower() == ".ttc"
    try:
        # Opened here: of a file that it cannot read, fontTools leaves the one that it opened itself open.
        with path.open("rb") as file, (library.TTCollection if collection else library.TTFont)(file, lazy=True) as font:
            yield font.fonts if collection else [font]
    except (library.TTLibError, OSError, KeyError, ValueError, AssertionError, struct.error) as why:
        raise ConfigurationError(
            f"the font file {path} cannot be read ({type(why).__name__})",
            expected="TrueType or OpenType fonts (.ttf, .otf, .ttc)",
            remedy="take it out of the folder that files.fonts names, or copy it there once more",
        ) from None


@lru_cache(maxsize=4)
def _told_apart(extra: Path | None) -> None:
    """Raise ConfigurationError when one of the seller's fonts has the name of another one.

    The renderer keeps fonts by that name: of two, it would draw the letters of one with the shapes of the other.
    """
    seen: dict[str, Path] = {}
    for path in font_files(extra) if extra else ():
        names = _names(path)
        for name in names:
            other = seen.setdefault(name, path)
            twins = names.count(name) > 1 if other is path else other.read_bytes() != path.read_bytes()
            if twins:
                raise ConfigurationError(
                    f"two fonts are both “{name}”: {other} and {path}",
                    expected="fonts of different family, weight, slant or width",
                    remedy="take one of them out of the folder that files.fonts names",
                )


def covers(char: str, extra: Path | None = None) -> bool:
    """True when one of the fonts has a glyph for `char`."""
    point = ord(char)
    return any(low <= point <= high for low, high in _PLAIN) or point in _covered(extra)
