"""Sets that must fit a receiver's limits: more pictures a page, then smaller ones, until all fits; else it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from a2z_defense.base.errors import LimitExceeded
from a2z_defense.documents.files import Maker, sniff
from a2z_defense.documents.interface import Rendered
from a2z_defense.documents.views.exhibits import Prepared, Sheet
from a2z_defense.model.entries import Mask

LADDER = ((1600, 82), (1280, 76), (1024, 70), (800, 60), (640, 50))
"""Rungs: longest side in pixels, JPEG quality. The one that was used is printed."""
Step = tuple[int, int]


@dataclass(frozen=True)
class Profile:
    """What a receiver takes."""

    name: str
    max_bytes: int
    max_pages: int
    only_pictures: bool
    """PDFs of the seller stay out: a page of somebody else's document can show other people."""
    grids: tuple[int, ...] = (1,)
    """Pictures on a full page, to be tried in this order; the style sheet knows them."""


BUYER = Profile("a Buyer-Seller message", 10_000_000, 3, only_pictures=True, grids=(1, 4, 6))
"""10 MB a message (Seller Central, read 2026-08); decimal megabytes, the smaller. Three pages: a buyer reads no more.
Six pictures of 80 mm on a page can still be looked at, and enlarged on a screen."""
APPEAL = Profile("an appeal's upload", 10_000_000, 20, only_pictures=False)
"""Receivers of dispute files publish 4-10 MB a file and 18-20 pages (read 2026-08); Amazon publishes nothing."""


@dataclass(frozen=True)
class Drawing:
    """What is to be drawn."""

    prepared: Mapping[str, Prepared]
    step: Step
    grid: int

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return tuple(sheet for one in self.prepared.values() for sheet in one.sheets)


def fitted(
    path: str,
    profile: Profile,
    files: Mapping[str, str],
    body_of: Callable[[str], bytes],
    maker: Maker,
    draw: Callable[[Drawing], Rendered],
    masks: Mapping[str, tuple[Mask, ...]] | None = None,
) -> Rendered:
    """The PDF that `draw` makes, within the profile. `files`: evidence id -> what a person calls it; `masks`: what of
    them is taken out. What stays out, and why, is told in its notes.

    Raises LimitExceeded, which says what to drop; nothing is ever cut instead.
    """
    prepared: dict[str, Prepared] = {}
    for step in LADDER:
        prepared = {
            one: maker.make(one, body, step, (masks or {}).get(one, ()))
            for one, body in ((one, body_of(one)) for one in files)
            if sniff(body) == "picture" or (sniff(body) == "pdf" and not profile.only_pictures)
        }
        drawing = Drawing(prepared, step, profile.grids[0])
        if len(drawing.sheets) > profile.max_pages * profile.grids[-1]:
            raise _too_many(path, profile, files, prepared)
        if sum(len(sheet.content) for sheet in drawing.sheets) >= profile.max_bytes:
            continue
        made = _on_few_pages(profile, drawing, draw)
        if made is None:
            raise _too_many(path, profile, files, prepared)
        if len(made.content) < profile.max_bytes:
            return replace(made, notes=tuple(_left_out(path, profile, files, prepared)))
    raise _too_large(path, profile, files, prepared)


def _on_few_pages(profile: Profile, drawing: Drawing, draw: Callable[[Drawing], Rendered]) -> Rendered | None:
    """With as many pictures a page as it takes; None when even the narrowest grid has too many pages."""
    for grid in profile.grids:
        if len(drawing.sheets) <= grid * profile.max_pages:
            made = draw(replace(drawing, grid=grid))
            if (made.pages or 0) <= profile.max_pages:
                return made
    return None


def _left_out(path: str, profile: Profile, files: Mapping[str, str], prepared: Mapping[str, Prepared]) -> list[str]:
    """Files that are not in the set, or not whole."""
    found = []
    for one, name in files.items():
        ready = prepared.get(one)
        if ready is None:
            kind = "is no picture" if profile.only_pictures else "is neither a picture nor a PDF"
            found.append(f"{name} is not in {path}: it {kind}; the internal record has it")
        elif ready.trouble and not ready.sheets:
            found.append(f"{name} is not in {path}: it cannot be shown ({ready.trouble.replace('_', ' ')})")
        elif ready.trouble or ready.pages_left_out:
            found.append(f"{name} is not whole in {path}: it is {ready.trouble or 'longer than what is shown'}")
    return found


def _largest(files: Mapping[str, str], prepared: Mapping[str, Prepared]) -> list[tuple[int, int, str]]:
    """(bytes, pages, name) of each file, the largest first."""
    return sorted(
        (
            (sum(len(sheet.content) for sheet in ready.sheets), len(ready.sheets), files[one])
            for one, ready in prepared.items()
        ),
        reverse=True,
    )


_TAKE_OUT = "take some out: a2z attach CLAIM FILE --as other keeps a file for the internal record alone"


def _too_large(
    path: str, profile: Profile, files: Mapping[str, str], prepared: Mapping[str, Prepared]
) -> LimitExceeded:
    largest = _largest(files, prepared)
    names = ", ".join(f"{name} ({size // 1000} kB)" for size, _, name in largest[:3])
    return LimitExceeded(
        f"{path} cannot be made small enough: {len(largest)} files",
        expected=f"under {profile.max_bytes // 1_000_000} MB for {profile.name}, at {LADDER[-1][0]} pixels or more",
        remedy=f"{_TAKE_OUT}; the largest are {names}",
    )


def _too_many(path: str, profile: Profile, files: Mapping[str, str], prepared: Mapping[str, Prepared]) -> LimitExceeded:
    longest = sorted(_largest(files, prepared), key=lambda one: (-one[1], -one[0]))
    total = sum(pages for _, pages, _ in longest)
    many = [f"{name} ({pages} picture{'s' if pages > 1 else ''})" for _, pages, name in longest if pages]
    return LimitExceeded(
        f"{path} would have more than {profile.max_pages} pages: {total} pictures of {len(many)} files",
        expected=f"at most {profile.max_pages} pages for {profile.name}, {profile.grids[-1]} pictures on a full one",
        remedy=f"{_TAKE_OUT}: {', '.join(many[:20])}{' ...' if len(many) > 20 else ''}",
    )
