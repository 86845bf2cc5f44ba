"""Pages as pictures, compared with stored ones. `A2Z_GOLDEN=write` stores them anew, after a person has looked."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

DPI = 45
"""Small files; a moved line or a lost box still shows."""
TOLERANCE = 1.5
"""Mean difference of grey per page, of 255: another build of poppler smooths edges differently, a changed word is more
in its own place. `WORST` is for that place."""
WORST = 18.0
"""Mean difference of the worst tile of a page."""
TILE = 24
"""Pixels."""


def pages(pdf: bytes, folder: Path) -> list[Image.Image]:
    """The pages of a PDF in grey, drawn by poppler."""
    path = folder / "drawn.pdf"
    path.write_bytes(pdf)
    for old in folder.glob("drawn-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-png", str(path), str(folder / "drawn")], check=True)
    return [Image.open(io.BytesIO(one.read_bytes())).convert("L") for one in sorted(folder.glob("drawn-*.png"))]


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Mean difference of the whole, and of the worst tile."""
    if one.size != other.size:
        return 255.0, 255.0
    apart = ImageChops.difference(one, other)
    worst = 0.0
    for left in range(0, apart.width, TILE):
        for top in range(0, apart.height, TILE):
            box = (left, top, min(left + TILE, apart.width), min(top + TILE, apart.height))
            worst = max(worst, ImageStat.Stat(apart.crop(box)).mean[0])
    return ImageStat.Stat(apart).mean[0], worst


def differing(name: str, pdf: bytes, stored: Path, review: Path) -> list[str]:
    """The pages of `pdf` that differ from the stored ones, in words; a page to review them lies in `review`."""
    drawn = pages(pdf, review)
    known = sorted(stored.glob(f"{name}-*.png"))
    if os.environ.get("A2Z_GOLDEN") == "write":
        stored.mkdir(parents=True, exist_ok=True)
        for old in known:
            old.unlink()
        for number, picture in enumerate(drawn, start=1):
            picture.quantize(16).save(stored / f"{name}-{number:02}.png", optimize=True)
        return []
    found = [] if len(known) == len(drawn) else [f"{name}: {len(drawn)} pages, {len(known)} are stored"]
    rows = []
    for number, (path, picture) in enumerate(zip(known, drawn, strict=False), start=1):
        before = Image.open(path).convert("L")
        mean, worst = difference(before, picture)
        if mean > TOLERANCE or worst > WORST:
            found.append(f"{name} page {number}: differs by {mean:.2f}, in its worst place by {worst:.1f}")
            rows.append(_row(review, f"{name}-{number}", before, picture))
    for number in range(len(known) + 1, len(drawn) + 1):
        rows.append(_row(review, f"{name}-{number}", Image.new("L", (1, 1), 255), drawn[number - 1]))
    if rows:
        review_page = review / "review.html"
        before_it = review_page.read_text(encoding="utf-8") if review_page.exists() else _HEAD
        review_page.write_text(before_it + "".join(rows), encoding="utf-8")
    return found


_HEAD = "<!doctype html><meta charset=utf-8><title>Pages that differ</title><p>Stored, now, and what differs."


def _row(review: Path, name: str, before: Image.Image, now: Image.Image) -> str:
    """A page as it was, as it is, and the difference of the two, side by side."""
    before.save(review / f"{name}-before.png")
    now.save(review / f"{name}-now.png")
    apart = ImageChops.difference(before.resize(now.size) if before.size != now.size else before, now)
    ImageChops.invert(apart).save(review / f"{name}-apart.png")
    shown = " ".join(f"<img src={name}-{what}.png>" for what in ("before", "now", "apart"))
    return f"<h2>{name}</h2>{shown}"
