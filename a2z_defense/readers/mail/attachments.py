"""The parts of a mail that are not its text, with their type told by their content."""

from __future__ import annotations

import codecs
import hashlib

from a2z_defense.model.mail import MailAttachment
from a2z_defense.readers.mail.mime import Part
from a2z_defense.readers.mail.words import shown

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"BM", "image/bmp"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"Rar!", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)


def media_type(content: bytes) -> str:
    """The type of `content` by its first bytes; its name and the mail's word for it are not asked."""
    for offset, magic, found in _MAGIC:
        if content.startswith(magic, offset):
            return found
    head = content[:4096]
    if not head:
        return "application/x-empty"
    lowered = head.lstrip().lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if lowered.startswith(b"<svg") or (lowered.startswith(b"<?xml") and b"<svg" in lowered):
        return "image/svg+xml"
    if b"\0" not in head:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head, final=len(content) <= len(head))
        except UnicodeDecodeError:
            return "application/octet-stream"
        return "text/plain"
    return "application/octet-stream"


def read_attachment(part: Part) -> MailAttachment:
    """The facts of one attached part; its bytes stay in the mail's own evidence."""
    content = part.content()
    is_mail = part.media_type.startswith("message/")
    return MailAttachment(
        name=shown(part.name),
        media_type="message/rfc822" if is_mail else media_type(content),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        part=part.number,
    )
