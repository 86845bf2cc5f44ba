"""One table says what bytes are, for mails, files and documents alike."""

from __future__ import annotations

import pytest

from a2z_defense.base.media import media_type


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe1 named x.pdf", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "application/octet-stream"),
        (b"\0\0\0\x18ftypmif1", "image/heic"),
        (b"\0\0\0\x18ftypheis", "image/heic"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0", "image/bmp"),
        (b"BMW sold it to me", "text/plain"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"junk before\n%PDF-1.4", "application/pdf"),
        (b"From: a@b\nSubject: about %PDF-1.4\n\nhello", "message/rfc822"),
        (b"From: a@b\r\nSubject: x\r\n\r\nh\xe9llo in Latin-1", "message/rfc822"),
        (b"Received: from x\n\tby y\nDate: today\n\nhello", "message/rfc822"),
        (b"Date: 5 November\n\nThe driver called.", "text/plain"),
        (b"From: a@b\nSubject: no empty line", "text/plain"),
        (b'\xef\xbb\xbf{"a": 1}', "application/json"),
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"caf\xe9", "application/octet-stream"),
        ("é".encode() * 4096, "text/plain"),
        (b"a" * 4095 + "é".encode(), "text/plain"),
        (b"a" * 5000 + b"\xff", "text/plain"),
        (b"", "application/x-empty"),
    ],
)
def test_bytes_are_what_they_are(content: bytes, kind: str) -> None:
    assert media_type(content) == kind
