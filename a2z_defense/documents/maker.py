"""The process that opens pictures and PDFs from outside and gives back plain JPEG pages. Started by `child.Child`.

Every picture is decoded, turned upright, bounded and encoded afresh: nothing of its metadata, no later frame, no
hidden data survives. What the camera wrote of time and place is told as a fact, beside the picture.
"""

from __future__ import annotations

import io
import math
import warnings
from typing import Any

import pypdfium2
from PIL import Image, ImageFile, ImageOps
from pillow_heif import register_heif_opener

from a2z_defense.documents.child import limit_memory, own_streams, serve

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF", "MPO")
MAX_PIXELS = 120_000_000
"""A picture with more is refused: a 17 kB PNG can claim gigabytes (measured). Phones make up to 200 megapixels, but as
JPEG, which is decoded at a fraction of its size."""
MAX_JPEG_PIXELS = 400_000_000
MAX_PAGES = 120
"""Pages of one file that are shown; further ones are counted and said to be left out."""
WORD_PAGES = 20
"""Pages whose text is read to see what a file is about."""
_EXIF_ORIENTATION = 0x0112
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})
"""Orientations in which width and height change places."""
_EXIF_TIME, _EXIF_OFFSET, _EXIF_IFD, _GPS_IFD = 0x9003, 0x9011, 0x8769, 0x8825


def picture(head: dict[str, Any], bodies: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """`head`: `pixels` (longest side), `quality` (JPEG), `masks` ([left, top, width, height] of the upright picture).

    Answers `pages`, `facts`, `damaged`, or `trouble_key`.
    """
    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # a cut picture before this one has set it
    try:
        with Image.open(io.BytesIO(bodies[0]), formats=FORMATS) as source:
            width, height = source.size
            if width * height > (MAX_JPEG_PIXELS if source.format in {"JPEG", "MPO"} else MAX_PIXELS):
                return {"trouble_key": "too_large"}, []
            facts = [["pixels", f"{width} x {height}"], *_camera(source)]
            count = 1 if source.format == "MPO" else getattr(source, "n_frames", 1)  # MPO: a photo and its previews
            shown = min(count, MAX_PAGES) if source.format == "TIFF" else 1
            pages, damaged = _frames(source, shown, int(head["pixels"]), int(head["quality"]), head.get("masks") or [])
    except _MaskOutside:
        return {"trouble_key": "mask_outside"}, []
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError):
        return {"trouble_key": "unreadable"}, []
    told = {"pages": [[wide, ""] for wide, _ in pages], "facts": facts, "damaged": damaged, "left_out": count - shown}
    return told, [body for _, body in pages]


class _MaskOutside(Exception):
    """A mask lies outside its picture: what it was to hide is elsewhere, so that nothing may be shown."""


def _frames(
    source: Any, count: int, pixels: int, quality: int, masks: list[list[int]]
) -> tuple[list[tuple[bool, bytes]], bool]:
    """The first `count` pages of a picture. True: it is cut short, and what could be read is shown."""
    found, damaged = [], False
    for number in range(count):
        source.seek(number)
        whole = source.size
        source.draft("RGB", (pixels, pixels))
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            source.load()
        except OSError:
            damaged = True
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            source.load()
        found.append(_encoded(source, pixels, quality, masks, whole))
    return found, damaged


def _encoded(
    source: Any, pixels: int, quality: int, masks: list[list[int]], whole: tuple[int, int]
) -> tuple[bool, bytes]:
    """The upright, bounded picture. `whole`: its size in the file; a JPEG may have been read at a fraction of it."""
    turned = source.getexif().get(_EXIF_ORIENTATION, 1) in _ON_ITS_SIDE
    upright = ImageOps.exif_transpose(source)
    if masks:
        upright = _masked(_flat(upright), masks, whole[::-1] if turned else whole)
    upright.thumbnail((pixels, pixels))
    flat = _flat(upright)
    flat.info.clear()
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=quality, optimize=True)
    return flat.width > flat.height, out.getvalue()


def _flat(picture: Any) -> Any:
    """In RGB: what is transparent becomes white; sixteen bits of grey, or floating ones, become eight."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        flat = Image.new("RGB", seen.size, "white")
        flat.paste(seen, mask=seen.getchannel("A"))
        return flat
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I")
    if picture.mode == "I":
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "F":
        # A file does not tell what its white is: 1 by the common custom, else the range of 8 or 16 bits that holds it.
        brightest = picture.getextrema()[1]
        white = next((top for top in (1.0, 255.0, 65535.0) if brightest <= top), brightest)
        picture = picture.point(lambda value: value * (255 / white)).convert("L")
    return picture.convert("RGB")


def _masked(picture: Any, masks: list[list[int]], whole: tuple[int, int]) -> Any:
    """The picture with those rectangles black, before it is made smaller or encoded: their pixels are gone.

    Raises _MaskOutside unless each lies inside `whole`, the upright picture at its full size.
    """
    across, down = picture.width / whole[0], picture.height / whole[1]
    for left, top, width, height in masks:
        if min(left, top) < 0 or min(width, height) < 1 or left + width > whole[0] or top + height > whole[1]:
            raise _MaskOutside
        # Outwards to whole pixels, and one more: a pixel of a reduced picture is mixed from those around it.
        box = (
            max(0, math.floor(left * across) - 1),
            max(0, math.floor(top * down) - 1),
            min(picture.width, math.ceil((left + width) * across) + 1),
            min(picture.height, math.ceil((top + height) * down) + 1),
        )
        picture.paste((0, 0, 0), box)
    return picture


def _camera(source: Any) -> list[list[str]]:
    """The time and place that the camera wrote; they are claims of the file, not more."""
    try:
        exif = source.getexif()
        inner, place = exif.get_ifd(_EXIF_IFD), exif.get_ifd(_GPS_IFD)
    except Exception:  # noqa: BLE001 (broken EXIF raises nearly anything; it is then no fact)
        return []
    found = []
    if inner.get(_EXIF_TIME):
        offset = inner.get(_EXIF_OFFSET) or "no time zone told"
        found.append(["camera time", f"{inner[_EXIF_TIME]} ({offset})"])
    try:
        if 2 in place and 4 in place:
            latitude, longitude = (
                sum(float(part) / 60**power for power, part in enumerate(place[key])) for key in (2, 4)
            )
            north, east = (-1 if place.get(1) == "S" else 1), (-1 if place.get(3) == "W" else 1)
            found.append(["camera place", f"{north * latitude:.5f}, {east * longitude:.5f}"])
    except (TypeError, ValueError, ZeroDivisionError):
        pass
    return found


def pdf(head: dict[str, Any], bodies: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The pages of a PDF as pictures, with their text. `head` as for a picture."""
    document, trouble = _opened(bodies[0])
    if trouble:
        return {"trouble_key": trouble}, []
    document.init_forms()  # what was filled in is part of the page; this build of pdfium runs no scripts
    pixels, quality = int(head["pixels"]), int(head["quality"])
    pages, pictures = [], []
    total, lost = len(document), 0
    for number in range(min(total, MAX_PAGES)):
        try:
            page = document[number]
            width, height = page.get_size()
            scale = min(pixels / max(width, height, 1), 150 / 72)
            drawn = page.render(scale=scale).to_pil().convert("RGB")
            words = page.get_textpage().get_text_range()[:2000]
            page.close()
        except pypdfium2.PdfiumError:
            lost += 1
            continue
        out = io.BytesIO()
        drawn.save(out, "JPEG", quality=quality, optimize=True)
        pages.append([drawn.width > drawn.height, words])
        pictures.append(out.getvalue())
    if not pages:
        return {"trouble_key": "unreadable"}, []
    damaged = bool(lost) or _repaired(bodies[0])
    facts = [["pages", str(total)]]
    return {"pages": pages, "facts": facts, "damaged": damaged, "left_out": total - lost - len(pages)}, pictures


def look(head: dict[str, Any], bodies: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:  # noqa: ARG001
    """Whether a PDF can be opened, and whole: `trouble_key`, or `damaged` and `left_out`."""
    document, trouble = _opened(bodies[0])
    if trouble:
        return {"trouble_key": trouble}, []
    return {"damaged": _repaired(bodies[0]), "left_out": max(0, len(document) - MAX_PAGES)}, []


def words(head: dict[str, Any], bodies: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:  # noqa: ARG001
    """The text of a PDF's first pages: `words`, or `trouble_key`."""
    document, trouble = _opened(bodies[0])
    if trouble:
        return {"trouble_key": trouble}, []
    found = []
    for number in range(min(len(document), WORD_PAGES)):
        try:
            found.append(document[number].get_textpage().get_text_range())
        except pypdfium2.PdfiumError:
            continue
    return {"words": "\n".join(found)}, []


def _opened(content: bytes) -> tuple[Any, str]:
    """The PDF, or why not: `encrypted`, `unreadable`."""
    opened: Any = pypdfium2.PdfDocument
    try:
        return opened(content), ""
    except pypdfium2.PdfiumError as why:
        # pdfium repeats its last error when it has none for this file: an encrypted one says so in its trailer.
        locked = "password" in str(why).lower() and b"/Encrypt" in content
        return None, "encrypted" if locked else "unreadable"


def _repaired(content: bytes) -> bool:
    """True when a strict reader has to mend the file: content may be lost without a word (measured with pikepdf)."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            return bool(opened.check_pdf_syntax())  # with the warnings of opening; it takes them off get_warnings()
    except pikepdf.PdfError:
        return True


def main() -> None:
    limit_memory()
    warnings.simplefilter("ignore")
    stdin, stdout = own_streams()
    serve({"picture": picture, "pdf": pdf, "look": look, "words": words}, stdin, stdout)


if __name__ == "__main__":
    main()
