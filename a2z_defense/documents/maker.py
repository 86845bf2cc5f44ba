"""The process that opens pictures and PDFs from outside and gives back plain JPEG pages. Started by `child.Child`.

Every picture is decoded, turned upright, bounded and encoded afresh: nothing of its metadata, no later frame, no
hidden data survives. What the camera wrote of time and place is told as a fact, beside the picture.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageFile, ImageOps

from a2z_defense.documents.child import limit_memory, own_streams, serve

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "HEIF", "MPO")
MAX_PIXELS = 120_000_000
"""A picture with more is refused: a 17 kB PNG can claim gigabytes (measured). Phones make up to 200 megapixels, but as
JPEG, which is decoded at a fraction of its size."""
MAX_JPEG_PIXELS = 400_000_000
MAX_PAGES = 120
"""Pages of one file that are shown; further ones are counted and said to be left out."""
_EXIF_TIME, _EXIF_OFFSET, _EXIF_IFD, _GPS_IFD = 0x9003, 0x9011, 0x8769, 0x8825


def picture(head: dict[str, Any], bodies: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """`head`: `pixels` (longest side), `quality` (JPEG). Answers `pages`, `facts`, `damaged`, or `trouble_key`."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(bodies[0]), formats=FORMATS) as source:
            width, height = source.size
            if width * height > (MAX_JPEG_PIXELS if source.format in {"JPEG", "MPO"} else MAX_PIXELS):
                return {"trouble_key": "too_large"}, []
            facts = [["pixels", f"{width} x {height}"], *_camera(source)]
            pages, damaged = _frames(source, int(head["pixels"]), int(head["quality"]))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError):
        return {"trouble_key": "unreadable"}, []
    return {"pages": [[wide, ""] for wide, _ in pages], "facts": facts, "damaged": damaged}, [body for _, body in pages]


def _frames(source: Any, pixels: int, quality: int) -> tuple[list[tuple[bool, bytes]], bool]:
    """The pages of a picture (only a TIFF has several). True: it is cut short, and what could be read is shown."""
    found, damaged = [], False
    count = getattr(source, "n_frames", 1) if source.format == "TIFF" else 1
    for number in range(min(count, MAX_PAGES)):
        source.seek(number)
        source.draft("RGB", (pixels, pixels))
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            source.load()
        except OSError:
            damaged = True
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            source.load()
        found.append(_encoded(source, pixels, quality))
    return found, damaged


def _encoded(source: Any, pixels: int, quality: int) -> tuple[bool, bytes]:
    upright = ImageOps.exif_transpose(source)
    upright.thumbnail((pixels, pixels))
    if "A" in upright.getbands() or "transparency" in upright.info:
        seen = upright.convert("RGBA")
        flat = Image.new("RGB", seen.size, "white")
        flat.paste(seen, mask=seen.getchannel("A"))
    else:
        flat = upright.convert("RGB")
    flat.info.clear()
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=quality, optimize=True)
    return flat.width > flat.height, out.getvalue()


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
    import pypdfium2

    opened: Any = pypdfium2.PdfDocument
    pixels, quality = int(head["pixels"]), int(head["quality"])
    try:
        document = opened(bodies[0])
    except pypdfium2.PdfiumError as why:
        return {"trouble_key": "encrypted" if "password" in str(why).lower() else "unreadable"}, []
    pages, pictures = [], []
    total = len(document)
    for number in range(min(total, MAX_PAGES)):
        page = document[number]
        width, height = page.get_size()
        scale = min(pixels / max(width, height, 1), 150 / 72)
        drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        out = io.BytesIO()
        drawn.save(out, "JPEG", quality=quality, optimize=True)
        pages.append([drawn.width > drawn.height, page.get_textpage().get_text_range()[:2000]])
        pictures.append(out.getvalue())
        page.close()
    facts = [["pages", str(total)]]
    answer = {"pages": pages, "facts": facts, "damaged": _repaired(bodies[0]), "left_out": total - len(pages)}
    return answer, pictures


def _repaired(content: bytes) -> bool:
    """True when a strict reader has to mend the file: content may be lost without a word (measured with pikepdf)."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            opened.check_pdf_syntax()
            return bool(opened.get_warnings())
    except pikepdf.PdfError:
        return True


def main() -> None:
    limit_memory()
    warnings.simplefilter("ignore")
    stdin, stdout = own_streams()
    serve({"picture": picture, "pdf": pdf}, stdin, stdout)


if __name__ == "__main__":
    main()
