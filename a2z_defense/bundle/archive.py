"""The one ZIP serialisation that a2z writes and accepts: stored entries, fixed times and modes, nothing between them.

Because there is only one, a ZIP that was unpacked and packed again is found, and because nothing is compressed, nothing
can expand. Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from a2z_defense.base.errors import LimitExceeded
from a2z_defense.bundle.names import is_safe

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_NEEDS = 20
_MADE_BY = 3 << 8 | _NEEDS  # Unix, so that the mode below is read
_UTF8_NAMES = 0x0800
_STORED = 0
_DATE = 1 << 5 | 1  # 1980-01-01, the zero of ZIP's calendar
_MODE = 0o100600 << 16
SIZE_LIMIT = 0xFFFF_FFFE
"""Bytes of an archive; ZIP64 is neither written nor accepted: 4 GiB is far past what anyone can hand in."""
COUNT_LIMIT = 0xFFFE
CHUNK = 1 << 20


@dataclass(frozen=True)
class Member:
    """One stored entry of an archive."""

    name: str
    offset: int
    """Of its bytes, in the file."""
    size: int
    crc: int


class NotCanonical(Exception):
    """The file is not the serialisation that a2z writes. `truncated` when it merely ends too early."""

    def __init__(self, why: str, members: Sequence[Member] = (), *, truncated: bool = False) -> None:
        super().__init__(why)
        self.truncated = truncated
        self.members = tuple(members)
        """The entries before the fault."""


def _local(member: Member) -> bytes:
    name = member.name.encode()
    return (
        _LOCAL.pack(
            *(b"PK\x03\x04", _NEEDS, _UTF8_NAMES, _STORED, 0, _DATE),
            *(member.crc, member.size, member.size, len(name), 0),
        )
        + name
    )


def _directory(members: Sequence[Member], start: int) -> bytes:
    """The central directory and the end record that belong to `members`; `start` is where the directory lies."""
    rows = []
    for member in members:
        name = member.name.encode()
        header = member.offset - len(name) - _LOCAL.size
        rows.append(
            _CENTRAL.pack(
                *(b"PK\x01\x02", _MADE_BY, _NEEDS, _UTF8_NAMES, _STORED, 0, _DATE),
                *(member.crc, member.size, member.size, len(name), 0, 0, 0, 0, _MODE, header),
            )
            + name
        )
    directory = b"".join(rows)
    return directory + _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), start, 0)


class Sink(Protocol):
    """Whatever takes bytes: a file, or a digest of them."""

    def write(self, content: bytes, /) -> object: ...


class Digesting:
    """A sink that knows the SHA-256 and the size of what went through it to `to`; to nowhere when that is None."""

    def __init__(self, to: Sink | None = None) -> None:
        self._to = to
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes, /) -> None:
        self.sha256.update(content)
        self.size += len(content)
        if self._to is not None:
            self._to.write(content)


def write_archive(stream: Sink, entries: Iterable[tuple[str, bytes]]) -> None:
    """Write `entries` in the given order.

    Raises ValueError for an unsafe or repeated name (a defect of the caller), LimitExceeded past 4 GiB.
    """
    members: list[Member] = []
    seen: set[str] = set()
    position = 0
    for name, content in entries:
        if not is_safe(name) or name in seen:
            raise ValueError(f"the name {name!r} is unsafe or used twice")
        seen.add(name)
        offset = position + _LOCAL.size + len(name.encode())
        member = Member(name, offset, len(content), zlib.crc32(content))
        position = offset + len(content)
        if position > SIZE_LIMIT or len(members) >= COUNT_LIMIT:
            raise LimitExceeded(
                f"the package would hold more than {SIZE_LIMIT} bytes or {COUNT_LIMIT} files",
                expected="a package under 4 GiB",
                remedy="attach smaller files: a film can be cut to the part that matters",
            )
        members.append(member)
        stream.write(_local(member))
        stream.write(content)
    stream.write(_directory(members, position))


def read_members(stream: BinaryIO, size: int) -> list[Member]:
    """The entries of an archive of `size` bytes, without reading their contents.

    Raises NotCanonical for anything that `write_archive` would not have written, byte for byte, the contents aside.
    """
    if size > SIZE_LIMIT:
        raise NotCanonical(f"{size} bytes are more than a2z writes")
    members: list[Member] = []
    position = 0
    while True:
        if len(members) > COUNT_LIMIT:
            raise NotCanonical(f"more than {COUNT_LIMIT} entries are more than a2z writes", members)
        stream.seek(position)
        head = stream.read(_LOCAL.size)
        if head[:4] != b"PK\x03\x04":
            break
        if len(head) < _LOCAL.size:
            raise NotCanonical("it ends inside a header", members, truncated=True)
        fields = _LOCAL.unpack(head)
        raw = stream.read(fields[9])
        try:
            member = Member(raw.decode(), position + _LOCAL.size + len(raw), fields[8], fields[6])
        except UnicodeDecodeError:
            raise NotCanonical(f"the name at byte {position} is not UTF-8", members) from None
        if _local(member) != head + raw:
            raise NotCanonical(f"the header at byte {position} is not as a2z writes it", members)
        position = member.offset + member.size
        if position > size:
            raise NotCanonical(f"it ends inside {member.name}", members, truncated=True)
        members.append(member)
    expected = _directory(members, position)
    stream.seek(position)
    found = stream.read(len(expected) + 1)
    if found != expected:
        cut = not found or (len(found) < len(expected) and expected.startswith(found))
        raise NotCanonical("its directory is not the one of its entries", members, truncated=cut and bool(members))
    return members


def read_content(stream: BinaryIO, member: Member) -> Iterator[bytes]:
    """The bytes of an entry, in pieces."""
    stream.seek(member.offset)
    left = member.size
    while left:
        piece = stream.read(min(CHUNK, left))
        if not piece:
            return
        left -= len(piece)
        yield piece
