"""The seller's files and the pictures in mails, made ready for print: by what they are, not by what they are called."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from a2z_defense.base.media import PICTURES, media_type
from a2z_defense.documents.child import Child, DocumentFailed
from a2z_defense.documents.views.exhibits import Prepared, Sheet
from a2z_defense.documents.views.titles import mail_of
from a2z_defense.model.case import Case
from a2z_defense.model.entries import Mask
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.readers.mail.letter import read_letter
from a2z_defense.readers.mail.mime import Troubles

MAKER = "a2z_defense.documents.maker"
RECORD_STEP = (1600, 80)
"""Longest side in pixels and JPEG quality of a picture in the internal record: a page's width at 240 dpi."""
PDF_STEP = (1754, 80)
"""An A4 page at 150 dpi."""
LOOK_STEP = (160, 40)
"""For a look alone: whether a picture can be opened, and whole."""
MAIL_DEPTH = 3
"""Mails within mails that are opened for their pictures."""
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
            return self._mail(name, content, step)
        text = text_of(content)
        return Prepared(trouble="not_shown") if text is None else Prepared(text=text)

    def _mail(self, name: str, content: bytes, step: tuple[int, int]) -> Prepared:
        """A mail that the seller saved: who wrote it and when, its text, and the pictures and PDFs in it."""
        letter = read_letter(content, Troubles())
        told = [(header, letter.headers.get(header)) for header in ("from", "to", "date", "subject")]
        told += [("attached_file", part.name or part.media_type) for part in (*letter.attached, *letter.mails)]
        inside = _together(list(_inside(name, content, self, step)))
        return replace(
            inside,
            text=letter.text,
            facts=(*((key, value) for key, value in told if value), *inside.facts),
            trouble=inside.trouble or (None if letter.text.strip() or inside.sheets else "unreadable"),
        )

    def look(self, content: bytes) -> Prepared:
        """What `make` would say of it, at the least cost: a picture is made small, of a PDF no page is drawn."""
        if sniff(content) != "pdf":
            return self.make("look", content, LOOK_STEP)
        try:
            answer, _ = self._child.ask("a PDF", {"do": "look"}, [content])
        except DocumentFailed:
            return Prepared(trouble="unreadable")
        return _prepared("look", {"pages": [], "facts": [], **answer}, [])

    def words(self, content: bytes) -> str:
        """The text of a PDF's first pages; nothing when it cannot be opened, or holds only pictures."""
        try:
            answer, _ = self._child.ask("a PDF", {"do": "words"}, [content])
        except DocumentFailed:
            return ""
        return str(answer.get("words", ""))

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


_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
"""Control characters, and the five that windows-1252 does not have."""


def text_of(content: bytes) -> str | None:
    """`content` as text: UTF-8, UTF-16 with its mark, windows-1252 when nothing speaks against it; None: no text."""
    if sniff(content) == "text":
        return content.decode("utf-8-sig", errors="replace")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            return None
    text = content.decode("cp1252", errors="replace")
    plain = sum(char.isascii() for char in text)
    return text if "\ufffd" not in text and not _NO_TEXT.search(text) and plain > len(text) * 0.7 else None


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


def _inside(exhibit: str, raw: bytes, maker: Maker, step: tuple[int, int] = RECORD_STEP) -> Iterator[Prepared]:
    """The pictures and PDFs of a mail, and of the mails that are attached to it."""
    for number, content in enumerate(_parts_of(raw), start=1):
        if sniff(content) in {"picture", "pdf"}:
            yield maker.make(f"{exhibit}-{number}", content, step)


def _parts_of(raw: bytes, depth: int = 0) -> Iterator[bytes]:
    letter = read_letter(raw, Troubles())
    for part in letter.attached:
        yield part.content()
    for mail in letter.mails if depth < MAIL_DEPTH else ():
        yield from _parts_of(mail.content(), depth + 1)


def _together(parts: list[Prepared]) -> Prepared:
    """The pictures of one mail; its own text is printed from the mail."""
    return Prepared(
        sheets=tuple(sheet for part in parts for sheet in part.sheets),
        facts=tuple(fact for part in parts for fact in part.facts),
        trouble=next((part.trouble for part in parts if part.trouble), None),
        pages_left_out=sum(part.pages_left_out for part in parts),
    )
