"""Names inside a bundle: which are safe to write on any machine, and the lines of a sha256 manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Refused: what leaves a folder (absolute, "..", a drive), what another system reads otherwise (backslash, colon), what
# RFC 8493 percent-encodes in a manifest (CR, LF, %) so that `sha256sum -c` would not find it, other control characters.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\:%]")
_LINE = re.compile(rb"([0-9a-f]{64})  ([^\r\n]+)")
NAME_LIMIT = 240
"""Bytes; under the 255 of common file systems."""


def is_safe(name: str) -> bool:
    """True for a relative name with `/` between parts that stays inside its folder wherever it is unpacked."""
    if not name or _FORBIDDEN.search(name) or any(0xD800 <= ord(letter) <= 0xDFFF for letter in name):
        return False
    parts = name.split("/")
    return all(part not in ("", ".", "..") and len(part.encode()) <= NAME_LIMIT for part in parts)


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
