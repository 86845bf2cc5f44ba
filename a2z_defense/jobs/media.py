"""What bytes are, by content and not by name."""

from __future__ import annotations

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
)
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")
_HEADERS = (b"received:", b"from:", b"return-path:", b"delivered-to:", b"mime-version:", b"date:", b"x-")


def media_type(body: bytes) -> str:
    """The media type of an exhibit; `application/octet-stream` for what is not known."""
    for magic, found in _MAGIC:
        if body.startswith(magic):
            return found
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body[4:8] == b"ftyp" and body[8:12] in _HEIC:
        return "image/heic"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    if "\0" in text:
        return "application/octet-stream"
    if body[:20].lower().startswith(_HEADERS) and b"\n\n" in body.replace(b"\r\n", b"\n"):
        return "message/rfc822"
    if text.lstrip()[:1] in ("{", "["):
        return "application/json"
    return "text/plain"
