"""Sets that must fit a receiver's limit: pictures go down a ladder of sizes until the file fits, or it fails loudly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from a2z_defense.base.errors import LimitExceeded
from a2z_defense.documents.files import Maker, sniff
from a2z_defense.documents.interface import Rendered
from a2z_defense.documents.views.exhibits import Prepared, Sheet
from a2z_defense.model.entries import Mask

LADDER = ((1600, 82), (1280, 76), (1024, 70), (800, 60), (640, 50))
"""Rungs: longest side in pixels, JPEG quality. The one that was used is printed."""


@dataclass(frozen=True)
class Profile:
    """What a receiver takes."""

    name: str
    max_bytes: int
    max_pages: int
    only_pictures: bool
    """PDFs of the seller stay out: a page of somebody else's document can show other people."""


BUYER = Profile("a Buyer-Seller message", 10_000_000, 40, only_pictures=True)
"""10 MB a message (Seller Central, read 2026-08); decimal megabytes, the smaller. Pages: a judgement."""
APPEAL = Profile("an appeal's upload", 10_000_000, 20, only_pictures=False)
"""Receivers of dispute files publish 4-10 MB a file and 18-20 pages (read 2026-08); Amazon publishes nothing."""


def fitted(
    path: str,
    profile: Profile,
    files: Mapping[str, str],
    body_of: Callable[[str], bytes],
    maker: Maker,
    draw: Callable[[Mapping[str, Prepared], tuple[Sheet, ...], tuple[int, int]], Rendered],
    masks: Mapping[str, tuple[Mask, ...]] | None = None,
) -> Rendered:
    """The PDF that `draw` makes, within the profile. `files`: evidence id -> what a person calls it; `masks`: what of
    them is taken out.

    Raises LimitExceeded, which says what to drop; nothing is ever cut instead.
    """
    largest: list[tuple[int, str]] = []
    for step in LADDER:
        prepared = {
            one: maker.make(one, body, step, (masks or {}).get(one, ()))
            for one, body in ((one, body_of(one)) for one in files)
            if sniff(body) == "picture" or (sniff(body) == "pdf" and not profile.only_pictures)
        }
        sheets = tuple(sheet for one in prepared.values() for sheet in one.sheets)
        sizes = {one: sum(len(sheet.content) for sheet in ready.sheets) for one, ready in prepared.items()}
        largest = sorted(((size, files[one]) for one, size in sizes.items()), reverse=True)
        if len(sheets) >= profile.max_pages:
            raise _too_much(path, profile, f"{len(sheets)} pages of pictures", largest)
        if sum(sizes.values()) < profile.max_bytes:
            made = draw(prepared, sheets, step)
            if len(made.content) < profile.max_bytes and (made.pages or 0) <= profile.max_pages:
                return made
    raise _too_much(path, profile, f"{len(largest)} files", largest)


def _too_much(path: str, profile: Profile, what: str, largest: list[tuple[int, str]]) -> LimitExceeded:
    names = ", ".join(f"{name} ({size // 1000} kB)" for size, name in largest[:3])
    return LimitExceeded(
        f"{path} cannot be made small enough: {what}",
        expected=f"under {profile.max_bytes // 1_000_000} MB and at most {profile.max_pages} pages for {profile.name}",
        remedy=f"attach less; the largest are {names}",
    )
