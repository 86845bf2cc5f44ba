"""A bag's files, read from a folder or a ZIP, without trusting either: nothing is unpacked, no link is followed."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from a2z_defense.bundle.archive import CHUNK, COUNT_LIMIT, SIZE_LIMIT, Member, NotCanonical, read_content, read_members
from a2z_defense.bundle.bag import DECLARATION, FOLDER, INFO, MANIFEST, PAYLOAD, TAG_MANIFEST
from a2z_defense.bundle.names import collisions, is_safe
from a2z_defense.bundle.report import Finding, FindingKind

_END_ROOM = 22 + 20 + 0xFFFF
"""The end record, the locator of a ZIP64 one before it, and the longest comment."""
_DIRECTORY_LIMIT = COUNT_LIMIT * 512
SMALL_LIMIT = 64 << 20
"""Bytes of a manifest or a JSON that is read whole; a package of 65,534 files has a manifest of about 20 MB."""


class Tree(Protocol):
    """Files by name. `faults` is what was wrong with the container itself."""

    faults: list[Finding]

    @property
    def names(self) -> tuple[str, ...]: ...

    def size(self, name: str) -> int: ...

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes, in pieces. Raises OSError when the disk will not give them."""

    def checksum(self, name: str, /) -> int | None:
        """The CRC-32 that the container itself keeps for this file, when it keeps one."""


def digest(tree: Tree, name: str) -> tuple[str, bool]:
    """SHA-256 of a file of `tree`, and whether it agrees with the container's own checksum."""
    found, crc = hashlib.sha256(), 0
    for piece in tree.stream(name):
        found.update(piece)
        crc = zlib.crc32(piece, crc)
    return found.hexdigest(), tree.checksum(name) in (None, crc)


def content(tree: Tree, name: str) -> bytes | None:
    """The bytes of a small file; None when it is too large to be what it claims to be."""
    return b"".join(tree.stream(name)) if tree.size(name) <= SMALL_LIMIT else None


class FolderTree:
    """The ordinary files under a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.faults: list[Finding] = []
        self._sizes = dict(sorted(self._walk(root, "")))
        self.faults.extend(_collisions(self._sizes))

    def _walk(self, folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = prefix + entry.name
                mode = entry.stat(follow_symlinks=False)
                if not is_safe(name) or not (stat.S_ISREG(mode.st_mode) or stat.S_ISDIR(mode.st_mode)):
                    why = "a link or a device" if is_safe(name) else "an unsafe name"
                    self.faults.append(Finding(path=printable(name), kind=FindingKind.UNSAFE_PATH, why=why))
                elif stat.S_ISDIR(mode.st_mode):
                    yield from self._walk(Path(entry.path), f"{name}/")
                else:
                    yield name, mode.st_size

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._sizes)

    def size(self, name: str) -> int:
        return self._sizes[name]

    def stream(self, name: str) -> Iterator[bytes]:
        # O_NOFOLLOW: the name may have become a link since the walk.
        handle = os.open(self._root / name, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as source:
            while piece := source.read(CHUNK):
                yield piece

    def checksum(self, _name: str, /) -> int | None:
        return None


class ZipTree:
    """The entries of a ZIP, under the bag's base folder. Names are relative to that folder."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source = source
        self._total = size
        self.faults: list[Finding] = []
        members = self._members()
        self._entries: dict[str, Member] = {}
        for member in members:
            name = member.name.removeprefix(f"{FOLDER}/")
            if not is_safe(member.name) or name == member.name:
                self._fault(FindingKind.UNSAFE_PATH, f"not a safe name under {FOLDER}/", name)
            elif name in self._entries:
                self._fault(FindingKind.DUPLICATE, "two entries have this name", name)
            else:
                self._entries[name] = member
        self.faults.extend(_collisions(self._entries))
        tags = (DECLARATION, INFO, MANIFEST, TAG_MANIFEST)
        payload = sorted(name for name in self._entries if name.startswith(PAYLOAD))
        ordered = [*(name for name in tags if name in self._entries), *payload]
        if not self.faults and [name for name in self._entries if name in tags or name.startswith(PAYLOAD)] != ordered:
            self._fault(FindingKind.NOT_CANONICAL, "its entries are not in a2z's order")

    def _fault(self, kind: FindingKind, why: str, name: str = "") -> None:
        self.faults.append(Finding(path=printable(name), kind=kind, why=why))

    def _members(self) -> list[Member]:
        try:
            return read_members(self._source, self._total)
        except NotCanonical as why:
            self._fault(FindingKind.TRUNCATED if why.truncated else FindingKind.NOT_CANONICAL, str(why))
            return self._lenient() or list(why.members)

    def _lenient(self) -> list[Member]:
        """The stored entries as an ordinary reader sees them, so that the report can name what differs."""
        if self._total > SIZE_LIMIT:
            self._fault(FindingKind.TOO_LARGE, f"{self._total} bytes; a2z writes at most {SIZE_LIMIT}")
            return []
        if _has_vast_directory(self._source, self._total):
            self._fault(FindingKind.TOO_LARGE, f"its directory is larger than that of {COUNT_LIMIT} entries")
            return []
        found: list[Member] = []
        claimed = 0
        try:
            with zipfile.ZipFile(self._source) as archive:
                infos = archive.infolist()
            for info in infos:
                name = info.orig_filename
                if info.is_dir():
                    continue
                if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
                    self._fault(FindingKind.NOT_CANONICAL, "compressed; it was not expanded", _inside(name))
                    continue
                claimed += info.file_size
                if claimed > self._total:
                    self._fault(FindingKind.TOO_LARGE, "the entries claim more bytes than the file has", _inside(name))
                    break
                if not 0 <= info.header_offset < self._total:
                    self._fault(FindingKind.NOT_CANONICAL, "the directory points outside the file", _inside(name))
                    continue
                self._source.seek(info.header_offset)
                lengths = struct.unpack("<26x2H", self._source.read(30))
                found.append(Member(name, info.header_offset + 30 + sum(lengths), info.file_size, info.CRC))
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError, OverflowError):
            return []
        return found

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def size(self, name: str) -> int:
        return self._entries[name].size

    def stream(self, name: str) -> Iterator[bytes]:
        yield from read_content(self._source, self._entries[name])

    def checksum(self, name: str, /) -> int | None:
        return self._entries[name].crc


def _has_vast_directory(source: BinaryIO, size: int) -> bool:
    """Whether an ordinary reader would hold more entries than a2z writes, by the end record that it goes by (APPNOTE
    4.3.14 to 4.3.16). ZIP64 is for more than that."""
    source.seek(max(0, size - _END_ROOM))
    tail = source.read(_END_ROOM)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        return False
    count, length = struct.unpack_from("<HI", tail, place + 10)
    return count > COUNT_LIMIT or length > _DIRECTORY_LIMIT or b"PK\x06\x07" in tail[max(0, place - 20) : place]


def _collisions(names: Iterable[str]) -> Iterator[Finding]:
    for name in collisions(names):
        why = "on some machines it is the same as another name here"
        yield Finding(path=printable(name), kind=FindingKind.DUPLICATE, why=why)


def _inside(name: str) -> str:
    return name.removeprefix(f"{FOLDER}/")


def printable(name: str) -> str:
    """A name as it may be shown: control characters and bytes that are no UTF-8 are escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)
