"""Files as sellers have them: texts of other systems, saved mails, filled forms, films of pictures, turned phones."""

from __future__ import annotations

import email.message
import io

import pikepdf
import pytest
from PIL import Image
from support import papers

from a2z_defense.documents.files import Maker, text_of
from a2z_defense.documents.views.exhibits import Sheet

UNDONE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip
"""How a picture lies in a file that a camera wrote with that orientation."""


def opened(sheet: Sheet) -> Image.Image:
    return Image.open(io.BytesIO(sheet.content)).convert("RGB")


def saved(picture: Image.Image, form: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def marked() -> Image.Image:
    """A wide picture with a red corner above on the left and a blue one below on the right."""
    seen = Image.new("RGB", (600, 400), (240, 240, 240))
    seen.paste((220, 0, 0), (0, 0, 150, 100))
    seen.paste((0, 0, 220), (540, 340, 600, 400))
    return seen


def is_upright(picture: Image.Image) -> bool:
    (red, _, _), (_, _, blue) = (picture.getpixel(spot) for spot in ((20, 20), (590, 390)))  # type: ignore[misc]
    return picture.size == (600, 400) and red > 180 and blue > 180


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_a_phones_picture_stands_upright(form: str, orientation: int, maker: Maker) -> None:
    """Its rotation is written into the container's own boxes, and into EXIF besides."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = orientation
    seen = marked()
    stored = seen.transpose(UNDONE[orientation]) if orientation in UNDONE else seen
    found = maker.make("x", saved(stored, form, exif=exif.tobytes(), quality=90))
    assert is_upright(opened(found.sheets[0]))


@pytest.mark.parametrize("told_by", ["box and exif", "box"])
@pytest.mark.parametrize(("box", "orientation"), [(b"irot", 6), (b"imir", 2)])
def test_a_turn_is_done_once_whoever_tells_of_it(told_by: str, box: bytes, orientation: int, maker: Maker) -> None:
    """iPhones write it into boxes of the container and repeat it in EXIF: who obeys both turns the picture twice.
    (ISO/IEC 23008-12: where both are, the boxes hold.)"""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = orientation
    body = saved(marked().transpose(UNDONE[orientation]), "HEIF", exif=exif.tobytes(), quality=90)
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00"
    assert box in body
    assert entry + bytes([orientation]) in body
    if told_by == "box":
        body = body.replace(entry + bytes([orientation]), entry + b"\x01")
    assert is_upright(opened(maker.make("x", body).sheets[0]))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Zugestellt: Straße 5".encode("utf-16"), "Zugestellt: Straße 5"),
        ("Доставлено".encode("utf-8-sig"), "Доставлено"),
        (b"\xfe\xff" + "Straße".encode("utf-16-be"), "Straße"),
        ("Zugestellt an Müller, 12,00 €\n".encode("cp1252"), "Zugestellt an Müller, 12,00 €\n"),
        (b"\xff\xfe\xfa", None),
        (b"abc\0def", None),
        (bytes(range(128, 256)), None),
        (b"plain text \x81 not in any code page", None),
        (b"bell\x07 \xe9", None),
    ],
)
def test_texts_of_other_systems_are_read(content: bytes, text: str | None, maker: Maker) -> None:
    assert text_of(content) == text
    found = maker.make("x", content)
    assert (found.text, found.trouble) == ((text, None) if text is not None else (None, "not_shown"))


def mail_with(*parts: tuple[bytes, str, str]) -> email.message.EmailMessage:
    made = email.message.EmailMessage()
    made["From"], made["To"] = "Corriere <pod@corriere.example>", "shop@example.net"
    made["Subject"], made["Date"] = "Proof of delivery", "Wed, 04 Nov 2026 10:15:00 +0100"
    made.set_content("Delivered, see the picture.")
    for content, kind, name in parts:
        maintype, _, subtype = kind.partition("/")
        made.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return made


def test_a_saved_mail_tells_who_wrote_it_and_shows_what_is_in_it(maker: Maker) -> None:
    photo = papers.photo()
    inner = mail_with((papers.photo(seed=2), "image/jpeg", "inner.jpg"))
    outer = mail_with((photo, "image/jpeg", "porch.jpg"), (b"PK\3\4\0\0", "application/zip", "more.zip"))
    outer.add_attachment(inner)
    found = maker.make("ev", outer.as_bytes())
    assert found.trouble is None
    assert (found.text or "").strip() == "Delivered, see the picture."
    told = [fact for fact in found.facts if fact[0] != "pixels"]
    assert told[:4] == [
        ("from", "Corriere <pod@corriere.example>"),
        ("to", "shop@example.net"),
        ("date", "Wed, 04 Nov 2026 10:15:00 +0100"),
        ("subject", "Proof of delivery"),
    ]
    assert {("attached_file", "porch.jpg"), ("attached_file", "more.zip")} <= set(told)
    assert [sheet.resource for sheet in found.sheets] == ["ev-1-1", "ev-3-1"]


def test_a_mail_without_an_end_of_nesting_keeps_its_words(maker: Maker) -> None:
    head = b"From: a@example.com\nTo: b@example.com\nContent-Type: text/html; charset=utf-8\n\n"
    deep = b"<p>before</p>" + b"<div>" * 50_000 + b"deep words" + b"</div>" * 50_000 + b"<p>after</p>"
    assert (maker.make("x", head + deep).text or "").split() == ["before", "deep", "words", "after"]


def test_a_mail_that_says_nothing_is_said_to_say_nothing(maker: Maker) -> None:
    assert maker.make("x", b"From: a@example.com\nTo: b@example.com\nSubject: x\n\n").trouble == "unreadable"


@pytest.mark.parametrize(("form", "count"), [("WEBP", 3), ("PNG", 3), ("TIFF", 3)])
def test_of_a_film_of_pictures_what_is_not_shown_is_counted(form: str, count: int, maker: Maker) -> None:
    frames = [Image.new("RGB", (60, 40), (number * 90, 200, 20)) for number in range(count)]
    found = maker.make("x", saved(frames[0], form, save_all=True, append_images=frames[1:]))
    assert len(found.sheets) + found.pages_left_out == count
    assert len(found.sheets) == (count if form == "TIFF" else 1)


def test_of_a_long_scan_what_is_not_shown_is_counted(maker: Maker) -> None:
    pages = [Image.new("L", (6, 8), number) for number in range(125)]
    found = maker.make("x", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert (len(found.sheets), found.pages_left_out) == (120, 5)


def form_pdf(value: str) -> bytes:
    """A page with one text field, filled in, without an appearance of its own."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(400, 200))
    helvetica = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    field = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("name"),
            V=pikepdf.String(value),
            DA=pikepdf.String("/Helv 24 Tf 0 g"),
            Rect=pikepdf.Array([40, 80, 360, 120]),
            F=4,
        )
    )
    made.pages[0].obj.Annots = pikepdf.Array([field])
    made.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array([field]), NeedAppearances=True, DA=pikepdf.String("/Helv 24 Tf 0 g"),
        DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=made.make_indirect(helvetica))),
    )  # fmt: skip
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_what_was_filled_into_a_form_is_seen(maker: Maker) -> None:
    def ink(value: str) -> int:
        data = opened(maker.make("x", form_pdf(value)).sheets[0]).convert("L").tobytes()
        return sum(shade < 100 for shade in data)

    assert ink("RECEIVED BY N ROSSI") > ink("") + 500


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (papers.photo(), None),
        (papers.photo(1200, 900)[:9000], "damaged"),
        (papers.photo()[:40], "unreadable"),
        (b"%PDF-1.7\n", "unreadable"),
        (form_pdf("x"), None),
        (form_pdf("x").replace(b"startxref\n", b"startxref\n9"), "damaged"),
        (b"PK\x03\x04", "not_shown"),
        (b"a note", None),
    ],
)
def test_a_look_says_what_making_it_ready_would_say(content: bytes, trouble: str | None, maker: Maker) -> None:
    assert maker.look(content).trouble == trouble
    assert maker.make("x", content).trouble == trouble


def test_a_file_is_judged_alone_whatever_came_before_it(maker: Maker) -> None:
    """The libraries keep what the last file told them: a cut one before makes a cut one look whole."""
    whole = Image.effect_noise((200, 150), 80).convert("RGB")
    png, jpeg = saved(whole, "PNG"), saved(whole, "JPEG")
    out, empty = io.BytesIO(), io.BytesIO()
    made = pikepdf.new()
    made.save(empty)
    made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(user="geheim", owner="geheim"))
    for _ in range(2):
        assert maker.make("x", jpeg[: len(jpeg) // 2]).trouble == "damaged"
        assert maker.make("x", png[: len(png) // 2]).trouble == "damaged"
        assert maker.make("x", out.getvalue()).trouble == "encrypted"
        assert maker.make("x", empty.getvalue()).trouble == "unreadable"
    assert maker.make("x", png).trouble is None
