"""Names inside a bundle: which are safe to write on any machine, and the lines of a sha256 manifest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

# Refused: what leaves a folder (absolute, "..", a drive), what another system reads otherwise (backslash, colon), what
# RFC 8493 percent-encodes in a manifest (CR, LF, %) so that `sha256sum -c` would not find it, other control characters.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\:%]")
_LINE = re.compile(rb"([0-9a-f]{64})  ([^\r\n]+)")
NAME_LIMIT = 240
"""Bytes; under the 255 of common file systems."""
DEPTH_LIMIT = 16
"""Parts of a name; a2z writes at most four."""


def is_safe(name: str) -> bool:
    """True for a relative name with `/` between parts that stays inside its folder wherever it is unpacked."""
    if not name or _FORBIDDEN.search(name) or any(0xD800 <= ord(letter) <= 0xDFFF for letter in name):
        return False
    parts = name.split("/")
    return len(parts) <= DEPTH_LIMIT and all(
        part not in ("", ".", "..") and len(part.encode()) <= NAME_LIMIT for part in parts
    )


def collisions(names: Iterable[str]) -> Iterator[str]:
    """Names that would lie where another of them does on some machine: the same but for their case or their form of
    Unicode, or one the folder of the other."""
    held: set[str] = set()
    folders: set[str] = set()
    for name in names:
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        above = {key[:place] for place, letter in enumerate(key) if letter == "/"}
        if key in held or key in folders or above & held:
            yield name
        held.add(key)
        folders |= above


def manifest(digests: Iterable[tuple[str, str]]) -> bytes:
    """The manifest of (name, sha256), sorted by name, as `sha256sum` writes and reads it."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(digests)).encode()


def parse_manifest(content: bytes) -> dict[str, str] | None:
    """Name to sha256; None when `content` is not exactly what `manifest` writes."""
    found: dict[str, str] = {}
    for line in content.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        try:
            found[match[2].decode()] = match[1].decode()
        except UnicodeDecodeError:
            return None
    return found if manifest(found.items()) == content else None
