"""The seller's files and the pictures in mails, made ready for print: by what they are, not by what they are called."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterable, Iterator
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any

from a2z_defense.base.media import PICTURES, media_type
from a2z_defense.documents.child import Child, DocumentFailed
from a2z_defense.documents.views.exhibits import Prepared, Sheet, mail_text
from a2z_defense.documents.views.titles import mail_of
from a2z_defense.model.case import Case
from a2z_defense.model.entries import Mask
from a2z_defense.model.evidence import EvidenceKind

MAKER = "a2z_defense.documents.maker"
RECORD_STEP = (1600, 80)
"""Longest side in pixels and JPEG quality of a picture in the internal record: a page's width at 240 dpi."""
PDF_STEP = (1754, 80)
"""An A4 page at 150 dpi."""
FILE_SECONDS = 120.0
"""For one file: a PDF of 120 full pages takes about ten; one that takes longer is a trap, and said to be unreadable."""
FILES = frozenset({EvidenceKind.FILE, EvidenceKind.CARRIER, EvidenceKind.LISTING_IMAGE})


class Maker:
    """The process that opens files; started with the first file that needs it."""

    def __init__(self, *, fonts: Path | None = None) -> None:
        self._child = Child(MAKER, fonts=fonts, time_limit=FILE_SECONDS)

    def __enter__(self) -> Maker:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process now, so that its imports run while we go on."""
        self._child.start()

    def stop(self) -> None:
        self._child.stop()

    def make(
        self, name: str, content: bytes, step: tuple[int, int] = RECORD_STEP, masks: Iterable[Mask] = ()
    ) -> Prepared:
        """`content` made ready; `name` is the first part of its pages' names. Never raises for a bad file.

        `masks` are taken out of a picture; one that lies outside it is trouble, and nothing is shown.
        """
        kind = sniff(content)
        if kind in {"picture", "pdf"}:
            pixels, quality = step if kind == "picture" else (max(step[0], PDF_STEP[0]), step[1])
            head = {"do": kind, "pixels": pixels, "quality": quality, "masks": list(masks)}
            try:
                answer, bodies = self._child.ask(name, head, [content])
            except DocumentFailed:
                return Prepared(trouble="unreadable")
            return _prepared(name, answer, bodies)
        if kind == "mail":
            return Prepared(text=mail_text(content))
        if kind == "text":
            return Prepared(text=content.decode("utf-8-sig", errors="replace"))
        return Prepared(trouble="not_shown")

    def words(self, content: bytes) -> str:
        """The text of a PDF's first pages; nothing when it cannot be opened, or holds only pictures."""
        try:
            answer, _ = self._child.ask("a PDF", {"do": "words"}, [content])
        except DocumentFailed:
            return ""
        return str(answer.get("words", ""))

    def is_encrypted(self, content: bytes) -> bool:
        """True for a PDF that opens only with a password."""
        try:
            answer, _ = self._child.ask("a PDF", {"do": "look"}, [content])
        except DocumentFailed:
            return False
        return answer.get("trouble_key") == "encrypted"

    def logo(self, content: bytes) -> Sheet | None:
        """The letterhead's picture; None when it cannot be opened."""
        found = self.make("logo", content, (800, 90)) if sniff(content) == "picture" else Prepared()
        return Sheet("logo", "image/jpeg", found.sheets[0].content, found.sheets[0].wide) if found.sheets else None


def _prepared(name: str, answer: dict[str, Any], bodies: list[bytes]) -> Prepared:
    if "trouble_key" in answer:
        return Prepared(trouble=str(answer["trouble_key"]))
    return Prepared(
        sheets=tuple(
            Sheet(f"{name}-{number}", "image/jpeg", body, bool(wide), str(text))
            for number, ((wide, text), body) in enumerate(zip(answer["pages"], bodies, strict=True), start=1)
        ),
        facts=tuple((str(key), str(value)) for key, value in answer["facts"]),
        trouble="damaged" if answer.get("damaged") else None,
        pages_left_out=int(answer.get("left_out", 0)),
    )


def sniff(content: bytes) -> str:
    """`picture`, `pdf`, `mail`, `text` or `other`: how it is made ready."""
    found = media_type(content)
    if found in PICTURES:
        return "picture"
    if found.startswith("text/") or found in {"application/json", "image/svg+xml", "application/x-empty"}:
        return "text"
    return {"application/pdf": "pdf", "message/rfc822": "mail"}.get(found, "other")


def prepare(case: Case, body_of: Callable[[str], bytes], maker: Maker) -> dict[str, Prepared]:
    """Every file of the case, and the pictures and PDFs inside its mails, one held at a time."""
    found: dict[str, Prepared] = {}
    for piece in case.evidence:
        if piece.kind in FILES:
            found[piece.id] = maker.make(piece.id, body_of(piece.id))
        elif piece.kind is EvidenceKind.MAIL:
            mail = mail_of(case, piece.id)
            if mail and mail.read.attachments:
                ready = list(_inside(piece.id, body_of(piece.id), maker))
                if ready:
                    found[piece.id] = _together(ready)
    return found


def _inside(exhibit: str, raw: bytes, maker: Maker) -> Iterator[Prepared]:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    for number, part in enumerate(_attachments(parsed), start=1):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and sniff(content) in {"picture", "pdf"}:
            yield maker.make(f"{exhibit}-{number}", content)


def _attachments(parsed: EmailMessage) -> Iterable[Any]:
    return (part for part in parsed.walk() if part.get_content_maintype() not in {"multipart", "text", "message"})


def _together(parts: list[Prepared]) -> Prepared:
    """The pictures of one mail; its own text is printed from the mail."""
    return Prepared(
        sheets=tuple(sheet for part in parts for sheet in part.sheets),
        facts=tuple(fact for part in parts for fact in part.facts),
        trouble=next((part.trouble for part in parts if part.trouble), None),
        pages_left_out=sum(part.pages_left_out for part in parts),
    )
