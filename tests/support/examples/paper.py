"""Synthetic proofs: small pictures and one-page PDFs with legible words, made the same way every time."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence

from PIL import ExifTags, Image, ImageDraw, ImageFont

from a2z_defense.base.data import data_folder

INK = (28, 32, 60)
PAPER = (250, 249, 245)
STAMP = "SYNTHETIC EXAMPLE - NO REAL PARCEL, PERSON OR CARRIER DOCUMENT"


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(data_folder("fonts") / "NotoSans-Regular.ttf", size)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(out, "PNG", optimize=True)
    return out.getvalue()


def signature(name: str, caption: Sequence[str], *, seed: int) -> bytes:
    """A scrawl above a line, with the name in print, as a carrier's handheld shows it. PNG."""
    picture = Image.new("RGB", (560, 260), PAPER)
    draw = ImageDraw.Draw(picture)
    dice = random.Random(seed)
    waves = [(dice.uniform(3, 11), dice.uniform(0, 6), dice.uniform(8, 26)) for _ in range(6)]
    points = []
    for step in range(400):
        along = step / 400
        across = sum(high * math.sin(often * 6.28 * along + start) for often, start, high in waves[:3])
        aside = sum(high * math.cos(often * 6.28 * along + start) for often, start, high in waves[3:])
        points.append((70 + 330 * along + aside, 100 + across * (1 - 0.5 * along)))
    draw.line(points, fill=INK, width=3, joint="curve")
    draw.line([(40, 168), (520, 168)], fill=(150, 150, 150), width=1)
    draw.text((44, 174), name, fill=INK, font=_font(18))
    for number, line in enumerate(caption):
        draw.text((44, 198 + 16 * number), line, fill=(90, 90, 90), font=_font(12))
    draw.text((44, 240), STAMP, fill=(170, 60, 60), font=_font(10))
    return _png(picture)


def screenshot(title: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """A page of labels and values, like a screen that was saved. PNG."""
    picture = Image.new("RGB", (760, 110 + 34 * len(rows)), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([(0, 0), (760, 48)], fill=(36, 47, 62))
    draw.text((18, 12), title, fill=(255, 255, 255), font=_font(20))
    for number, (label, value) in enumerate(rows):
        top = 64 + 34 * number
        draw.text((18, top), label, fill=(95, 95, 95), font=_font(15))
        draw.text((270, top), value, fill=(20, 20, 20), font=_font(15))
        draw.line([(18, top + 27), (742, top + 27)], fill=(225, 225, 225), width=1)
    draw.text((18, picture.height - 26), STAMP, fill=(170, 60, 60), font=_font(11))
    return _png(picture)


def doorstep(label: Sequence[str], *, taken: str, latitude: float, longitude: float) -> bytes:
    """A drawn parcel before a door, with the time and place in EXIF, as a driver's telephone writes them. JPEG."""
    picture = Image.new("RGB", (640, 480), (176, 182, 186))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([(0, 330), (640, 480)], fill=(120, 112, 104))
    draw.rectangle([(180, 20), (470, 340)], fill=(74, 96, 84), outline=(40, 52, 46), width=6)
    draw.ellipse([(432, 180), (448, 196)], fill=(196, 168, 90))
    draw.rectangle([(240, 270), (420, 410)], fill=(178, 134, 84), outline=(120, 86, 50), width=4)
    draw.rectangle([(258, 296), (402, 372)], fill=(248, 248, 244))
    for number, line in enumerate(label):
        draw.text((264, 301 + 17 * number), line, fill=INK, font=_font(13))
    draw.text((16, 456), STAMP, fill=(255, 235, 235), font=_font(13))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Synthetic"
    exif[ExifTags.Base.DateTime] = taken
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N" if latitude >= 0 else "S"
    gps[ExifTags.GPS.GPSLatitude] = _degrees(abs(latitude))
    gps[ExifTags.GPS.GPSLongitudeRef] = "E" if longitude >= 0 else "W"
    gps[ExifTags.GPS.GPSLongitude] = _degrees(abs(longitude))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=78, exif=exif)
    return out.getvalue()


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return float(int(value)), float(int(minutes)), round((minutes % 1) * 60, 2)


def document(title: str, rows: Sequence[tuple[str, str]], closing: Sequence[str] = ()) -> bytes:
    """A one-page PDF with real text: a heading, labels and values, closing lines."""
    lines = [f"BT /F2 17 Tf 56 778 Td {_text(title)} Tj ET"]
    top = 738
    for label, value in rows:
        lines.append(f"BT /F1 10 Tf 0.4 g 56 {top} Td {_text(label)} Tj ET")
        lines.append(f"BT /F1 11 Tf 0 g 210 {top} Td {_text(value)} Tj ET")
        lines.append(f"0.85 G 56 {top - 6} m 540 {top - 6} l S")
        top -= 24
    for line in closing:
        top -= 18
        lines.append(f"BT /F1 10 Tf 0.2 g 56 {top} Td {_text(line)} Tj ET")
    lines.append(f"BT /F1 8 Tf 0.7 0.2 0.2 rg 56 40 Td {_text(STAMP)} Tj ET")
    content = "\n".join(lines).encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _text(words: str) -> str:
    return "(" + words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
