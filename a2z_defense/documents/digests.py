"""What besides the case decides a build's bytes: templates, fonts, versions of the renderer and its libraries."""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from a2z_defense.base.data import data_folder
from a2z_defense.documents.fontset import font_digests

_PACKAGES = (
    "weasyprint",
    "pydyf",
    "fonttools",
    "pillow",
    "pypdfium2",
    "pikepdf",
    "pillow-heif",
    "babel",
    "jinja2",
    "tinycss2",
    "cssselect2",
    "tinyhtml5",
    "pyphen",
)
_TEMPLATE_SUFFIXES = frozenset({".html", ".css", ".toml", ".svg", ".po"})


def input_digests(*, templates: Path | None = None, fonts: Path | None = None) -> dict[str, str]:
    """Names of inputs to their digests or versions, for `build.json`. Reads files, starts nothing."""
    return dict(_digests(templates, fonts))


@lru_cache(maxsize=4)
def _digests(templates: Path | None, fonts: Path | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for prefix, folder in (("template", data_folder("templates")), ("own-template", templates)):
        if folder is None:
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix in _TEMPLATE_SUFFIXES and path.is_file():
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                found[f"{prefix}:{path.relative_to(folder).as_posix()}"] = digest
    found |= font_digests(fonts)
    found |= {f"version:{name}": version(name) for name in _PACKAGES}
    found["version:pango"] = _pango()
    found["version:harfbuzz"] = _harfbuzz()
    found["version:harfbuzz-subset"] = _harfbuzz() if subset_library() else "none"
    return dict(sorted(found.items()))


def subset_library() -> str | None:
    """The soname of libharfbuzz-subset; None when it is not installed. Without it PDFs are slower to make and differ
    from run to run (measured on WeasyPrint 70)."""
    return ctypes.util.find_library("harfbuzz-subset")


def _library(name: str, soname: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(ctypes.util.find_library(name) or soname)
    except OSError:
        return None


def _pango() -> str:
    library = _library("pango-1.0", "libpango-1.0.so.0")
    if library is None:
        return "none"
    library.pango_version_string.restype = ctypes.c_char_p
    return str(library.pango_version_string().decode())


def _harfbuzz() -> str:
    library = _library("harfbuzz", "libharfbuzz.so.0")
    if library is None:
        return "none"
    library.hb_version_string.restype = ctypes.c_char_p
    return str(library.hb_version_string().decode())
