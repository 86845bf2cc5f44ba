"""`a2z attach --inbox`: many files at once, each placed by an order id or tracking number in its name or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError, UsageError
from a2z_defense.base.media import media_type
from a2z_defense.documents.files import Maker
from a2z_defense.documents.views.exhibits import mail_text
from a2z_defense.jobs.carrier_table import why_unread
from a2z_defense.jobs.entries import MAX_FILE_BYTES, attach
from a2z_defense.jobs.gather import gather
from a2z_defense.jobs.shown import attached
from a2z_defense.jobs.stated import after_attaching
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.store import claims
from a2z_defense.store.store import open_store

SEARCHED_BYTES = 4_000_000
"""How much of a text is searched for ids."""
_GUESSED = {
    AttachmentKind.DELIVERY_PHOTO: ("photo", "foto"),
    AttachmentKind.SIGNATURE: ("signature", "firma"),
    AttachmentKind.POD: ("pod", "proof"),
    AttachmentKind.INVOICE: ("invoice", "fattura", "rechnung"),
    AttachmentKind.LABEL: ("label", "etichetta"),
}


@dataclass(frozen=True)
class Placed:
    """A file that was attached."""

    file: str
    claim_id: str
    kind: str
    by: str
    """The order id or tracking number that places it."""
    warnings: tuple[str, ...]
    """What the documents cannot show of it, or what cannot be read from it."""
    next: str
    """The command to run next."""


@dataclass(frozen=True)
class LeftOver:
    """A file that was not attached."""

    file: str
    why: str


def place(environment: Environment, folder: Path, kind: AttachmentKind | None) -> tuple[list[Placed], list[LeftOver]]:
    """Attach what can be placed for certain; list the rest with why. Raises UsageError when `folder` is none."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", expected="a folder of files", remedy="mind the path")
    by_word = _words(environment)
    placed: list[Placed] = []
    left: list[LeftOver] = []
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    with Maker() as maker:
        texts = {path: _text(path, maker) for path in files}
    for path in files:
        found = _claims_of(f"{path.name}\n{texts[path]}", by_word)
        named = kind or _kind(environment, path)
        if len(found) != 1:
            why = f"names {len(found)} claims: {', '.join(found)}" if found else "names no order or parcel of a claim"
            if len(found) > 1 and named is AttachmentKind.CARRIER:
                why += "; a2z attach --table gives each its own rows"
            left.append(LeftOver(path.name, why))
        elif named is None:
            left.append(LeftOver(path.name, f"belongs to {next(iter(found))}, but what it shows is unknown: --as"))
        else:
            claim_id, word = next(iter(found.items()))
            try:
                said = attach(environment, claim_id, path, named)
            except A2zError as error:
                left.append(LeftOver(path.name, error.got))
                continue
            warnings = attached(environment, named, path.read_bytes())
            step = after_attaching(environment, said)
            placed.append(Placed(path.name, claim_id, named.value, word, warnings, step))
    return placed, left


def _words(environment: Environment) -> dict[str, str]:
    """Order ids and tracking numbers, each with its claim; what two claims share is left out."""
    found: dict[str, set[str]] = {}
    with open_store(environment) as store, store.reading() as connection:
        for claim in claims.claims(connection):
            case = gather(store, connection, claim, lost=[]).case
            numbers = {package.tracking_number for package in (case.order.packages if case.order else ())}
            for word in {claim.order_id, *numbers}:
                if word:
                    found.setdefault(word, set()).add(claim.claim_id)
    return {word: next(iter(ids)) for word, ids in found.items() if len(ids) == 1}


def _text(path: Path, maker: Maker) -> str:
    """What the file says in letters: a text's first part, a mail's words, a PDF's text. A picture says nothing here."""
    if path.stat().st_size > MAX_FILE_BYTES:
        return ""  # attaching it will say that it is too large
    body = path.read_bytes()
    media = media_type(body)
    if media == "application/pdf":
        return maker.words(body)
    if media == "message/rfc822":
        return mail_text(body) or ""
    if media.startswith("text/") or media in {"application/json", "application/octet-stream"}:
        return body[:SEARCHED_BYTES].decode("utf-8", "replace")
    return ""


def _claims_of(text: str, by_word: dict[str, str]) -> dict[str, str]:
    """The claims whose order or parcel is named, each with the word that names it: a whole word, no part of one."""
    return {
        claim_id: word
        for word, claim_id in sorted(by_word.items())
        if re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", text, re.IGNORECASE)
    }


def _kind(environment: Environment, path: Path) -> AttachmentKind | None:
    """What it shows, by the words of its name; a table or JSON that is a carrier's record, by its content."""
    name = path.stem.lower()
    named = next((kind for kind, words in _GUESSED.items() if any(word in name for word in words)), None)
    body = path.read_bytes() if named is None and path.stat().st_size <= MAX_FILE_BYTES else b""
    if media_type(body).startswith(("text/", "application/json")):
        return AttachmentKind.CARRIER if why_unread(environment, body) is None else None
    return named
