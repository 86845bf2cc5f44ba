"""`a2z attach --inbox`: many files at once, each placed by an order id or tracking number in its name or text."""

from __future__ import annotations

from pathlib import Path

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError, UsageError
from a2z_defense.base.media import media_type
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.gather import gather
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


def place(
    environment: Environment, folder: Path, kind: AttachmentKind | None
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Attach what can be placed for certain; list the rest with why. Raises UsageError when `folder` is none."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", expected="a folder of files", remedy="mind the path")
    by_word = _words(environment)
    placed: list[dict[str, str]] = []
    left: list[dict[str, str]] = []
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        found = _claims_of(path, by_word)
        named = kind or _kind(path)
        if len(found) != 1:
            why = "names no order or parcel of a claim" if not found else f"names {len(found)} claims"
            left.append({"file": path.name, "why": why})
        elif named is None:
            left.append(
                {"file": path.name, "why": f"belongs to {next(iter(found))}, but what it shows is unknown: --as"}
            )
        else:
            claim_id, word = next(iter(found.items()))
            try:
                attach(environment, claim_id, path, named)
            except A2zError as error:
                left.append({"file": path.name, "why": error.got})
                continue
            placed.append({"file": path.name, "claim_id": claim_id, "kind": named.value, "by": word})
    return placed, left


def _words(environment: Environment) -> dict[str, str]:
    """Order ids and tracking numbers, each with its claim; what two claims share is left out."""
    found: dict[str, set[str]] = {}
    with open_store(environment) as store, store.reading() as connection:
        for claim in claims.claims(connection):
            case = gather(store, connection, claim).case
            numbers = {package.tracking_number for package in (case.order.packages if case.order else ())}
            for word in {claim.order_id, *numbers}:
                if word:
                    found.setdefault(word, set()).add(claim.claim_id)
    return {word: next(iter(ids)) for word, ids in found.items() if len(ids) == 1}


def _claims_of(path: Path, by_word: dict[str, str]) -> dict[str, str]:
    text = path.name
    body = path.read_bytes()[:SEARCHED_BYTES]
    if media_type(body).startswith(("text/", "message/", "application/json")):
        text += "\n" + body.decode("utf-8", "replace")
    return {claim_id: word for word, claim_id in sorted(by_word.items()) if word in text}


def _kind(path: Path) -> AttachmentKind | None:
    name = path.stem.lower()
    return next((kind for kind, words in _GUESSED.items() if any(word in name for word in words)), None)
