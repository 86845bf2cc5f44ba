"""Bytes of flat files to text: the charset they name, else UTF-8 when they are that, else Windows-1252."""

from __future__ import annotations

from email.message import Message

from a2z_defense.model.evidence import Piece


def decoded(piece: Piece) -> str:
    """The text of `piece`. Amazon and office programs write flat files in Windows-1252 without saying so."""
    message = Message()
    message["content-type"] = piece.evidence.media_type
    for charset in (message.get_content_charset(), "utf-8-sig", "cp1252"):
        if charset is None:
            continue
        try:
            return piece.body.decode(charset).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    return piece.body.decode("cp1252", errors="replace")
