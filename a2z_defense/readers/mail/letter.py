"""A mail as a reader sees it: its headers, its text, its parts. Everything else is read from this."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from a2z_defense.readers.mail.amazon import Address, read_address
from a2z_defense.readers.mail.mime import Headers, Part, Troubles, split_mail
from a2z_defense.readers.mail.page import Page, read_page, read_rows
from a2z_defense.readers.mail.words import decode_bytes

MAX_TEXT = 4_000_000
"""Bytes of one text part that are read. The rest stays in the evidence and is said to be there."""
_MAIL_TYPES = frozenset({"message/rfc822", "message/global"})


@dataclass
class Letter:
    """One mail, taken apart. `text` is what a person reads; its line ends are the writer's own when `hard`."""

    headers: Headers
    text: str
    hard: bool
    pres: tuple[str, ...]
    pages: tuple[Page, ...]
    """The HTML parts."""
    plain: str
    """The text/plain parts alone."""
    attached: list[Part]
    """Leaves that are not the mail's own text."""
    mails: list[Part]
    """Attached mails."""
    troubles: Troubles
    sender: Address = field(init=False)

    def __post_init__(self) -> None:
        self.sender = read_address(self.headers.get("from"))

    @cached_property
    def subject(self) -> str:
        return self.headers.get("subject")

    @cached_property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows of the data tables in the HTML parts."""
        return tuple(row for page in self.pages for row in read_rows(page))

    @cached_property
    def media_type(self) -> str:
        return self.headers.get("content-type").partition(";")[0].strip().lower()


def read_letter(raw: bytes, troubles: Troubles) -> Letter:
    """`raw` taken apart. Never raises for any bytes."""
    headers, parts = split_mail(raw, troubles)
    plain: list[str] = []
    pages: list[Page] = []
    attached: list[Part] = []
    mails: list[Part] = []
    own = _own_texts(parts)
    for part in parts:
        if part.media_type in _MAIL_TYPES or (part.name.lower().endswith(".eml") and len(parts) > 1):
            mails.append(part)
        elif part in own:
            text = _part_text(part, troubles)
            if part.media_type == "text/html":
                pages.append(read_page(text))
            else:
                plain.append(text.replace("\r\n", "\n").replace("\r", "\n"))
        elif part.raw.strip() or part.name:
            attached.append(part)
    shown_plain = "\n\n".join(plain)
    html = "\n\n".join(page.text for page in pages)
    pres = tuple(words for page in pages for words in page.pres)
    # The HTML part is what the writer and the reader see, and its line ends are real; but an empty one says nothing.
    text, hard = (html, True) if html.strip() else (shown_plain, False)
    return Letter(headers, text, hard, pres, tuple(pages), shown_plain, attached, mails, troubles)


def _own_texts(parts: list[Part]) -> list[Part]:
    """The parts that are the mail's own text: those without a name. Some programs name that one too: when they say
    nothing, the named ones are all the text that there is."""
    texts = [part for part in parts if part.media_type in ("text/plain", "text/html")]
    own = [part for part in texts if not part.attached and not part.name]
    if any(part.raw.strip() for part in own):
        return own
    return [part for part in texts if not part.attached and part.raw.strip()] or texts


_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)


def _part_text(part: Part, troubles: Troubles) -> str:
    raw = part.raw
    if len(raw) > 2 * MAX_TEXT:
        raw = raw[: 2 * MAX_TEXT]
        part = Part(part.number, part.media_type, part.charset, part.name, part.attached, part.encoding, raw)
    content = part.content()
    if len(content) > MAX_TEXT or len(raw) == 2 * MAX_TEXT:
        troubles.add("a text part is over 4 MB; only its beginning was read")
        content = content[:MAX_TEXT]
    charset = part.charset
    if charset is None and part.media_type == "text/html":
        found = _META.search(content[:4096])
        charset = found[1].decode("ascii") if found else None
    text, fits = decode_bytes(content, charset)
    if not fits:
        troubles.add("a text part is not in the charset that it names; it was read as well as possible")
    return text
