"""A BagIt 1.0 bag (RFC 8493) in the one ZIP serialisation of `archive`: the same entries give the same bytes.

audit-bundle/bagit.txt               the version of the format
audit-bundle/bag-info.txt            claim, version, size; no time of the clock
audit-bundle/manifest-sha256.txt     every file under data/, as `sha256sum -c` reads it
audit-bundle/tagmanifest-sha256.txt  the three files above
audit-bundle/data/...                the payload
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from a2z_defense.bundle.archive import Sink, write_archive
from a2z_defense.bundle.names import manifest

FOLDER = "audit-bundle"
"""The bag's base folder inside the ZIP, so that unpacking makes one folder."""
DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
TAGS = (DECLARATION, INFO, MANIFEST)
PAYLOAD = "data/"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LABEL = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Late:
    """A content that is read when it is written: its digest is known before."""

    sha256: str
    size: int
    read: Callable[[], bytes]


Content = bytes | Late


def seal(entries: Sequence[tuple[str, Content]], info: Mapping[str, str]) -> bytes:
    """The bag of `entries` (name under data/, content) as the bytes of a ZIP.

    `info` goes to bag-info.txt in its own order; Payload-Oxum is added. A Bagging-Date must come from the case, never
    from the clock. Raises ValueError for an unsafe or repeated name or a label that RFC 8493 forbids, LimitExceeded
    past 4 GiB.
    """
    stream = io.BytesIO()
    seal_into(stream, entries, info)
    return stream.getvalue()


def seal_into(stream: Sink, entries: Sequence[tuple[str, Content]], info: Mapping[str, str]) -> None:
    """As `seal`, into a stream: the package is not held in memory, and of what is read late one at a time is.

    Raises ValueError too when that is not what its digest says.
    """
    payload = sorted(entries, key=lambda entry: entry[0])
    tags = tag_files([(name, *told(content)) for name, content in payload], info)
    late = ((f"{FOLDER}/{PAYLOAD}{name}", _bytes_of(name, content)) for name, content in payload)
    write_archive(stream, chain(((f"{FOLDER}/{name}", content) for name, content in tags), late))


def told(content: Content) -> tuple[str, int]:
    """Its SHA-256 and its size."""
    if isinstance(content, Late):
        return content.sha256, content.size
    return hashlib.sha256(content).hexdigest(), len(content)


def _bytes_of(name: str, content: Content) -> bytes:
    if isinstance(content, bytes):
        return content
    found = content.read()
    if hashlib.sha256(found).hexdigest() != content.sha256:
        raise ValueError(f"{name} is not what its digest says")
    return found


def tag_files(payload: Sequence[tuple[str, str, int]], info: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """The four tag files of a payload of (name, sha256, bytes)."""
    size = sum(length for _name, _sha256, length in payload)
    found = [
        (DECLARATION, BAGIT),
        (INFO, _info({**info, "Payload-Oxum": f"{size}.{len(payload)}"})),
        (MANIFEST, manifest((f"{PAYLOAD}{name}", sha256) for name, sha256, _length in payload)),
    ]
    return [*found, (TAG_MANIFEST, tag_manifest(found))]


def tag_manifest(tags: Iterable[tuple[str, bytes]]) -> bytes:
    """The manifest of the tag files."""
    return manifest((name, hashlib.sha256(content).hexdigest()) for name, content in tags)


def _info(info: Mapping[str, str]) -> bytes:
    for label, value in info.items():
        if not _LABEL.fullmatch(label) or not value.isprintable() or value != value.strip():
            raise ValueError(f"bag-info.txt cannot hold the label {label!r} with this value")
    return "".join(f"{label}: {value}\n" for label, value in info.items()).encode()
