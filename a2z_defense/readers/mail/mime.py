"""The MIME tree of a mail, by offsets into its bytes.

The standard parser turns the whole mail into lines of text first: about six times the mail's size in memory, and a
recursion per level that a hostile mail overflows. Here only header blocks are read; parts stay slices of the bytes
until one is asked for, and depth, number of parts and headers are bounded. Parameters (`boundary`, `charset`, file
names by RFC 2231) are left to the standard library.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache
from typing import NamedTuple

from a2z_defense.readers.mail.words import decode_base64, decode_header

MAX_DEPTH = 20
"""Levels of multiparts and attached mails. Real mails have at most five."""
MAX_PARTS = 500
MAX_HEADER_BLOCK = 2_000_000
MAX_HEADERS = 5_000
"""Headers that are read, from the top. Real mails have under 200."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_NAME = re.compile(r"([!-9;-~]{1,200})[ \t]*:")


@dataclass
class Troubles:
    """What could not be read, each said once."""

    lines: dict[str, None] = field(default_factory=dict)

    def add(self, line: str) -> None:
        self.lines[line] = None


class Headers:
    """A header block: values as they came, by lower-case name, in order."""

    def __init__(self, ordered: list[tuple[str, str]]) -> None:
        self.ordered = ordered
        self._by_name: dict[str, list[str]] = {}
        for name, value in ordered:
            self._by_name.setdefault(name, []).append(value)

    def raw(self, name: str) -> str | None:
        """The first value, undecoded, or None."""
        values = self._by_name.get(name)
        return values[0] if values else None

    def get(self, name: str) -> str:
        """The first value, decoded; empty when there is none."""
        values = self._by_name.get(name)
        return decode_header(values[0]) if values else ""

    def all(self, name: str) -> list[str]:
        """Every value, undecoded, from the top."""
        return self._by_name.get(name, [])


def read_headers(block: bytes, troubles: Troubles) -> Headers:
    """The headers of `block`, unfolded. Lines that are no header end nothing: they are left out."""
    if len(block) > MAX_HEADER_BLOCK:
        troubles.add("the header block is over 2 MB; only its beginning was read")
        block = block[:MAX_HEADER_BLOCK]
    text = block.decode("ascii", "surrogateescape")
    ordered: list[tuple[str, str]] = []
    name: str | None = None
    value: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in " \t":
            if name is not None:
                value.append(line)
            continue
        if name is not None:
            ordered.append((name, "".join(value)))
        found = _NAME.match(line)
        name = found[1].lower() if found else None
        value = [line[found.end() :].strip()] if found else []
        if len(ordered) >= MAX_HEADERS:
            troubles.add("over 5,000 headers; only the first were read")
            name = None
            break
    if name is not None:
        ordered.append((name, "".join(value)))
    return Headers(ordered)


@dataclass(frozen=True)
class Part:
    """A leaf of the MIME tree, or an attached mail (`message/rfc822`), which is a leaf here."""

    number: str
    """Where it lies, like `1.2`."""
    media_type: str
    """As the mail says, lower case."""
    charset: str | None
    name: str
    """The file name that the mail gives; empty for none."""
    attached: bool
    """Content-Disposition says attachment."""
    encoding: str
    raw: bytes = field(repr=False)

    def content(self) -> bytes:
        """The bytes after the transfer encoding is undone. Never raises."""
        if self.encoding == "base64":
            return decode_base64(self.raw)
        if self.encoding == "quoted-printable":
            try:
                return binascii.a2b_qp(self.raw)
            except (binascii.Error, ValueError):
                return self.raw
        return self.raw


class _Told(NamedTuple):
    """What the headers of a part say of it."""

    media_type: str
    boundary: str | None
    charset: str | None
    name: str


@lru_cache(maxsize=256)
def _told(content_type: str | None, disposition: str | None) -> _Told:
    """Most parts of most mails say the same few words, and the standard library takes its time to read them."""
    found = Message()
    for name, raw in (("content-type", content_type), ("content-disposition", disposition)):
        if raw:
            found[name] = raw[:4096].encode("ascii", "replace").decode("ascii")
    media_type = found.get_content_type()
    boundary = _parameter(found, "boundary") if media_type.startswith("multipart/") else None
    return _Told(media_type, boundary, _parameter(found, "charset"), _file_name(found))


def _parameter(message: Message, name: str) -> str | None:
    if name not in str(message["content-type"]).lower():
        return None
    try:
        found = message.get_param(name)
    except (ValueError, IndexError, LookupError):
        return None
    if isinstance(found, tuple):
        found = found[2]
    return found if isinstance(found, str) else None


def _file_name(message: Message) -> str:
    if not any("name" in str(message[header]).lower() for header in ("content-type", "content-disposition")):
        return ""
    try:
        found = message.get_filename()
    except (ValueError, IndexError, LookupError):
        return ""
    return decode_header(found)[:255] if found else ""


def split_mail(raw: bytes, troubles: Troubles) -> tuple[Headers, list[Part]]:
    """The headers of a mail and its leaf parts in order. Never raises."""
    start = 0
    while raw[start : start + 1] in (b"\n", b"\r", b" ", b"\t"):
        start += 1
    if raw.startswith(b"\xef\xbb\xbf", start):
        start += 3
    if raw.startswith((b"From ", b">From "), start):
        end = _LINE_END.search(raw, start)
        start = end.end() if end else len(raw)
    headers, body = _head(raw, start, len(raw), troubles)
    parts = list(_leaves(raw, headers, body, len(raw), "", 0, troubles, [0]))
    return headers, parts


def _head(raw: bytes, start: int, end: int, troubles: Troubles) -> tuple[Headers, int]:
    """The headers from `start`, and where the body begins."""
    first = raw[start : start + 2]
    if first[:1] == b"\n":
        return Headers([]), start + 1
    if first == b"\r\n":
        return Headers([]), start + 2
    blank = _BLANK_LINE.search(raw, start, end)
    if blank is None:
        return read_headers(raw[start : min(end, start + MAX_HEADER_BLOCK + 1)], troubles), end
    return read_headers(raw[start : min(blank.start(), start + MAX_HEADER_BLOCK + 1)], troubles), blank.end()


def _leaves(
    raw: bytes, headers: Headers, start: int, end: int, number: str, depth: int, troubles: Troubles, count: list[int]
) -> Iterator[Part]:
    disposition = headers.raw("content-disposition")
    media_type, boundary, charset, name = _told(headers.raw("content-type"), disposition)
    if boundary is not None and depth >= MAX_DEPTH:
        troubles.add("parts are nested over 20 deep; the innermost were not opened")
        boundary = None
    if boundary is not None:
        spans = _split(raw, boundary.rstrip(), start, end)
        if spans:
            for index, (begin, stop) in enumerate(spans, start=1):
                if count[0] >= MAX_PARTS:
                    troubles.add("over 500 parts; only the first were read")
                    return
                inner, body = _head(raw, begin, stop, troubles)
                inner_number = f"{number}.{index}" if number else str(index)
                yield from _leaves(raw, inner, body, stop, inner_number, depth + 1, troubles, count)
            return
        troubles.add("a multipart without its boundary was read as one text")
    count[0] += 1
    if media_type.startswith("multipart/"):
        media_type = "text/html" if b"<html" in raw[start : start + 4096].lower() else "text/plain"
    encoding = (headers.raw("content-transfer-encoding") or "").strip().lower()
    yield Part(
        number=number or "1",
        media_type=media_type,
        charset=charset,
        name=name,
        attached=(disposition or "").strip().lower().startswith("attachment"),
        encoding=encoding,
        raw=raw[start:end],
    )


def _split(raw: bytes, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans between the boundary's lines; the last goes to the end when the closing line is missing."""
    if not boundary or len(boundary) > 200:
        return []
    delimiter = b"--" + boundary.encode("ascii", "replace")
    spans: list[tuple[int, int]] = []
    begin: int | None = None
    at = raw.find(delimiter, start, end)
    while at != -1:
        after = at + len(delimiter)
        if at != start and raw[at - 1 : at] not in (b"\n", b"\r"):
            at = raw.find(delimiter, after, end)
            continue
        closing = raw.startswith(b"--", after)
        stop = after + 2 if closing else after
        line = _LINE_END.search(raw, stop, min(end, stop + 1000))
        rest = raw[stop : line.start() if line else min(end, stop + 1000)]
        if not rest.strip(b" \t"):
            if begin is not None:
                cut = at - 2 if raw[at - 2 : at] == b"\r\n" else at - 1
                spans.append((begin, max(begin, cut)))
                if len(spans) > MAX_PARTS:
                    return spans
            begin = None if closing else (line.end() if line else end)
            if closing:
                return spans
            after = begin if begin is not None else after
        at = raw.find(delimiter, after, end)
    if begin is not None and begin <= end:
        spans.append((begin, end))
    return spans
