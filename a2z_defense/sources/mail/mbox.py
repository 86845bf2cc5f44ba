"""Mails in an mbox file, plain or gzip'd, read as a stream: memory is that of the largest mail."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from a2z_defense.base.errors import SourceError
from a2z_defense.sources.mail.files import surely_older, too_large
from a2z_defense.sources.mail.interface import MailOptions, MailTrouble, RawMail

CHUNK = 1 << 20
LOOK_AHEAD = 4096
"""Bytes that are kept unjudged at the end of what was read, so that a separator is judged with the line below it."""
MARK = 256
"""Bytes of the last mail by which a file is known again."""
SMALL = 100_000_000
MAX_RATIO = 200
"""A gzip'd mbox that grows more than this, over SMALL bytes, is a bomb: mail shrinks to a tenth, rarely a fiftieth."""

_SEPARATOR = re.compile(rb"From (?P<rest>[^\r\n]{0,500})\r?\n(?P<next>[^\r\n]{0,200})")
_DATED = re.compile(rb"\d{1,2}:\d{2}(?::\d{2})?.*(?:19|20)\d{2}")
_ADDRESSED = re.compile(rb"\S+@\S+|-\s|\S+$")
_HEADER = re.compile(rb"[!-9;-~]{1,80}[ \t]*:|>From ")


class Stream(Protocol):
    """Bytes, in order."""

    def read(self, size: int, /) -> bytes: ...


def _separates(buffer: bytes, at: int) -> bool:
    """Whether the line at `at`, which begins with `From `, begins a mail, and is not a sentence that an export forgot
    to quote: dated like a separator, or addressed like one with a header below, and a blank line above."""
    found = _SEPARATOR.match(buffer, at)
    if found is None:
        return False
    above = buffer[max(0, at - 3) : at]
    blank_above = at == 0 or above.endswith((b"\n\n", b"\n\r\n"))
    header_below = _HEADER.match(found["next"]) is not None
    if _DATED.search(found["rest"]):
        return blank_above or header_below
    return blank_above and header_below and _ADDRESSED.match(found["rest"]) is not None


@dataclass(frozen=True)
class Slice:
    """One mail of the stream."""

    start: int
    """Offset of its first byte, that of its `From ` line."""
    end: int
    raw: bytes | None = field(repr=False)
    """With its `From ` line; None when it is longer than the limit."""


def split(stream: Stream, *, limit: int, offset: int = 0) -> Iterator[Slice]:
    """The mails of an mbox stream whose first byte is at `offset`. A mail over `limit` bytes is not held."""
    buffer = b""
    base = offset
    """Offset of the buffer's first byte."""
    start = offset
    """Offset of the current mail; before `base` when the mail is too long to be held."""
    begun = scan = 0
    ended = False
    while not ended:
        piece = stream.read(max(CHUNK, len(buffer) - begun))
        ended = not piece
        buffer = buffer[begun:] + piece
        base += begun
        scan = max(0, scan - begun)
        begun = 0
        horizon = len(buffer) if ended else max(0, len(buffer) - LOOK_AHEAD)
        at = buffer.find(b"\nFrom ", scan, horizon) + 1
        while at > 0:
            if _separates(buffer, at):
                yield Slice(start, base + at, buffer[begun:at] if start == base + begun else None)
                begun = at
                start = base + at
            at = buffer.find(b"\nFrom ", at, horizon) + 1
        scan = max(scan, horizon - len(b"\nFrom "))
        if base + len(buffer) - start > limit + LOOK_AHEAD:
            begun = max(begun, scan - LOOK_AHEAD)
    end = base + len(buffer)
    if start < base + begun:
        yield Slice(start, end, None)
    elif buffer[begun:].strip():
        yield Slice(start, end, buffer[begun:])


@dataclass
class MboxFile:
    """An mbox file. Its cursor is where the last mail begins and how: a file that only grew is read on from there (the
    last mail again: it may have been cut), any other file is read whole."""

    path: Path
    options: MailOptions
    _last: tuple[int, bytes] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def cursor(self) -> str | None:
        if self._last is None:
            return None
        offset, head = self._last
        return json.dumps({"offset": offset, "mark": _mark(head)})

    def fetch(self, cursor: str | None) -> Iterator[RawMail | MailTrouble]:
        try:
            with self.path.open("rb") as plain:
                if plain.read(2) == b"\x1f\x8b":
                    plain.seek(0)
                    with gzip.open(plain) as stream:
                        yield from self._read(_Bounded(stream, plain), 0, resumable=False)
                else:
                    start = _resume(plain, cursor)
                    plain.seek(start)
                    yield from self._read(plain, start, resumable=True)
        except (OSError, EOFError, zlib.error) as why:
            raise SourceError(
                f"the mailbox {self.path.name} cannot be read to its end: {type(why).__name__}",
                expected="a readable mbox, plain or gzip'd",
                remedy="export it again; the mails before the break were read",
            ) from None

    def _read(self, stream: Stream, start: int, *, resumable: bool) -> Iterator[RawMail | MailTrouble]:
        options = self.options
        for found in split(stream, limit=options.max_message_bytes, offset=start):
            origin = f"{self.path.name}@{found.start}"
            raw = found.raw
            if raw is None or len(raw) > options.max_message_bytes:
                yield too_large(origin, found.end - found.start, options)
                continue
            if not raw.startswith(b"From "):
                yield MailTrouble(
                    origin, "a mailbox should begin with a `From ` line; its beginning was read as one mail"
                )
            if not surely_older(raw, options):
                yield RawMail(_without_line(raw), "mbox", origin, options.now())
            if resumable:
                self._last = (found.start, raw[:MARK])


def _without_line(raw: bytes) -> bytes:
    """The mail without its `From ` line and without the blank line that stands before the next one."""
    if raw.startswith(b"From "):
        raw = raw[raw.find(b"\n") + 1 :]
    if raw.endswith(b"\r\n\r\n"):
        return raw[:-2]
    return raw[:-1] if raw.endswith(b"\n\n") else raw


def _mark(head: bytes) -> str:
    return hashlib.sha256(head).hexdigest()[:16]


def _resume(stream: IO[bytes], cursor: str | None) -> int:
    """Where to read on; 0 when the file is not the one of the cursor, grown."""
    try:
        kept = json.loads(cursor or "{}")
        offset, mark = int(kept["offset"]), str(kept["mark"])
    except (ValueError, KeyError, TypeError):
        return 0
    stream.seek(max(0, offset))
    head = stream.read(MARK)
    return offset if offset > 0 and head.startswith(b"From ") and _mark(head) == mark else 0


class _Bounded:
    """An unpacking stream that stops at a bomb."""

    def __init__(self, stream: Stream, packed: IO[bytes]) -> None:
        self._stream = stream
        self._packed = packed
        self._given = 0

    def read(self, size: int, /) -> bytes:
        piece = self._stream.read(size)
        self._given += len(piece)
        if self._given > SMALL and self._given > MAX_RATIO * max(1, self._packed.tell()):
            raise EOFError("the file grows too much")
        return piece
