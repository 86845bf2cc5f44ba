"""What bytes are: told by their content. What a file is called, and what a mail says of its part, is not asked."""

from __future__ import annotations

import codecs
import re

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"Rar!", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif", b"mif1", b"msf1"), "image/heic"),
    b"avif": "image/avif",
    b"qt  ": "video/quicktime",
}
"""The four letters after `ftyp`; any other one is a film."""
_HEAD = 4096
"""Bytes that are looked at."""
_HEADERS = re.compile(
    rb"(?:(?:received|from|to|subject|return-path|delivered-to|mime-version|date|message-id|reply-to|sender"
    rb"|content-type|dkim-signature|authentication-results|arc-seal|x-[a-z0-9-]+):[^\n]*\n(?:[ \t][^\n]*\n)*){2}",
    re.IGNORECASE,
)
"""A mail begins with two header lines or more: a note that begins with "Date:" is no mail."""
PICTURES = frozenset({"image/jpeg", "image/png", "image/tiff", "image/webp", "image/heic", "image/avif"})
"""Pictures that are opened and shown."""


def media_type(content: bytes) -> str:
    """The media type of `content`; `application/octet-stream` for what is not known, `application/x-empty` for none."""
    head = content[:_HEAD]
    if not head:
        return "application/x-empty"
    for offset, magic, found in _MAGIC:
        if head.startswith(magic, offset):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:2] == b"BM" and b"\0" in head[:14]:
        return "image/bmp"
    if b"\0" not in head and _HEADERS.match(head) and b"\n\n" in content.replace(b"\r\n", b"\n"):
        return "message/rfc822"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"  # readers take a PDF that begins with something else
    return _text_type(content, head)


def _text_type(content: bytes, head: bytes) -> str:
    if b"\0" in head:
        return "application/octet-stream"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(content) <= len(head))
    except UnicodeDecodeError:
        return "application/octet-stream"
    begins = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if begins.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if begins.startswith(b"<svg") or (begins.startswith(b"<?xml") and b"<svg" in begins):
        return "image/svg+xml"
    return "application/json" if begins.startswith((b"{", b"[")) else "text/plain"
