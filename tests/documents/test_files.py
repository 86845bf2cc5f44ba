"""Files from outside: every format, upright, bounded, stripped; what is broken, hidden or a trap is told."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image
from support import cases, papers
from support.cases import ev

from a2z_defense.base.errors import LimitExceeded
from a2z_defense.documents.files import Maker, prepare, sniff
from a2z_defense.documents.interface import Rendered
from a2z_defense.documents.sizes import BUYER, LADDER, Profile, fitted
from a2z_defense.documents.views.exhibits import Prepared, Sheet
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.mail import MailAttachment


def opened(sheet: Sheet) -> Image.Image:
    return Image.open(io.BytesIO(sheet.content))


def heif(content: bytes) -> bytes:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    out = io.BytesIO()
    Image.open(io.BytesIO(content)).save(out, "HEIF")
    return out.getvalue()


def tiff_pages(count: int) -> bytes:
    pages = [Image.open(io.BytesIO(papers.photo(seed=seed))).convert("RGB") for seed in range(1, count + 1)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def pdf_of(pages: int, *, password: str = "", script: bool = False) -> bytes:
    """An ordinary PDF with a line of text on each page."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number in range(1, pages + 1):
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[-1]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = made.make_stream(f"BT /F1 24 Tf 72 700 Td (Invented page {number}) Tj ET".encode())
    if script:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        made.Root.OpenAction = made.make_indirect(action)
    out = io.BytesIO()
    made.save(out, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_every_format_becomes_a_bounded_jpeg(form: str, maker: Maker) -> None:
    found = maker.make("x", papers.photo(2400, 1200, form=form), (1600, 80))
    assert found.trouble is None
    picture = opened(found.sheets[0])
    assert (picture.format, picture.size) == ("JPEG", (1600, 800))
    assert ("pixels", "2400 x 1200") in found.facts


def test_heic_from_a_phone(maker: Maker) -> None:
    found = maker.make("x", heif(papers.photo(800, 600)))
    assert opened(found.sheets[0]).size == (800, 600)


def test_every_page_of_a_tiff(maker: Maker) -> None:
    found = maker.make("x", tiff_pages(3))
    assert [sheet.resource for sheet in found.sheets] == ["x-1", "x-2", "x-3"]
    assert len({sheet.content for sheet in found.sheets}) == 3


def test_pictures_are_turned_upright_and_their_time_and_place_are_told_and_removed(maker: Maker) -> None:
    found = maker.make("x", papers.photo(640, 400, exif=papers.camera_exif(6)))
    picture = opened(found.sheets[0])
    assert picture.size == (400, 640)
    corner = picture.convert("RGB").getpixel((390, 10))
    assert isinstance(corner, tuple)
    assert corner[0] > 200
    assert corner[1] < 60
    assert dict(found.facts) == {
        "pixels": "640 x 400",
        "camera time": "2026:03:06 12:21:00 (no time zone told)",
        "camera place": "45.45833, -9.16667",
    }
    assert not picture.getexif()
    assert b"Exif" not in found.sheets[0].content
    assert b"2026:03:06" not in found.sheets[0].content


def test_transparency_becomes_white(maker: Maker) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(out, "PNG")
    corner = opened(maker.make("x", out.getvalue()).sheets[0]).getpixel((5, 5))
    assert corner == (255, 255, 255)


def test_a_truncated_picture_is_shown_and_said_to_be_damaged(maker: Maker) -> None:
    found = maker.make("x", papers.photo(1200, 900)[:9000])
    assert found.trouble == "damaged"
    assert len(found.sheets) == 1


def test_a_picture_that_claims_gigabytes_is_refused(maker: Maker) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")
    assert maker.make("x", bomb).trouble == "too_large"


@pytest.mark.parametrize("cut", [3, 40])
def test_a_picture_that_is_none_is_said_to_be_unreadable(cut: int, maker: Maker) -> None:
    assert maker.make("x", papers.photo()[:cut] + b"\0" * 30).trouble == "unreadable"


def test_pdf_pages_come_in_as_pictures_with_their_words(maker: Maker) -> None:
    found = maker.make("x", pdf_of(3, script=True))
    assert found.trouble is None
    assert [sheet.text.strip() for sheet in found.sheets] == [f"Invented page {number}" for number in (1, 2, 3)]
    assert {opened(sheet).size for sheet in found.sheets} == {(1240, 1754)}


def test_an_encrypted_pdf_is_refused_with_a_clear_line(maker: Maker) -> None:
    assert maker.make("x", pdf_of(1, password="geheim")).trouble == "encrypted"


def test_a_damaged_pdf_is_said_to_be_damaged(maker: Maker) -> None:
    whole = pdf_of(2)
    found = maker.make("x", whole[: whole.rindex(b"startxref") - 60])
    assert found.trouble in {"damaged", "unreadable"}


def test_a_long_pdf_says_how_many_pages_are_left_out(maker: Maker) -> None:
    from a2z_defense.documents.maker import MAX_PAGES

    found = maker.make("x", pdf_of(MAX_PAGES + 2), (200, 40))
    assert len(found.sheets) == MAX_PAGES
    assert found.pages_left_out == 2


def test_texts_and_mails_are_read_as_text(maker: Maker) -> None:
    assert maker.make("x", "Schöne Grüße".encode()).text == "Schöne Grüße"
    assert "An invented notice" in (maker.make("x", papers.mail_bytes()).text or "")
    assert maker.make("x", b"PK\x03\x04\0\0").trouble == "not_shown"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (papers.photo(), "picture"),
        (papers.photo(form="PNG"), "picture"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"junk before\n%PDF-1.4", "pdf"),
        (b"From: a@b\nSubject: x\n\nhello", "mail"),
        (b"Just a note", "text"),
        (b"\x00\x01", "other"),
        (b"\xff\xfe\xfa", "other"),
        (b"", "text"),
    ],
)
def test_files_are_what_their_bytes_say(content: bytes, kind: str) -> None:
    assert sniff(content) == kind


def test_pictures_inside_mails_are_shown_with_the_mail(maker: Maker) -> None:
    import email.message

    raw = email.message.EmailMessage()
    raw["From"], raw["Subject"] = "a@example.com", "invented"
    raw.set_content("see the picture")
    raw.add_attachment(papers.photo(), maintype="application", subtype="octet-stream", filename="x.bin")
    part = MailAttachment(name="x.bin", media_type="image/jpeg", size=1, sha256="0" * 64, part="2")
    message = cases.message("see the picture", name="with picture", attachments=(part,))
    case = cases.case(messages=[message])
    found = prepare(case, papers.bodies(case, **{"with picture": raw.as_bytes()}), maker)
    assert [sheet.resource for sheet in found[ev("with picture")].sheets] == [f"{ev('with picture')}-1-1"]


def drawn(size: Callable[[tuple[int, int]], int]) -> Callable[[object, tuple[Sheet, ...], tuple[int, int]], Rendered]:
    return lambda _prepared, _sheets, step: Rendered("x.pdf", b"0" * size(step), 1)


def test_the_first_rung_that_fits_is_taken(maker: Maker) -> None:
    files = {"ev-1": "big.jpg"}
    body = papers.photo(1700, 1300)
    tried: list[tuple[int, int]] = []

    def draw(_: object, sheets: tuple[Sheet, ...], step: tuple[int, int]) -> Rendered:
        tried.append(step)
        assert max(opened(sheets[0]).size) <= step[0]
        return Rendered("x.pdf", b"0" * (BUYER.max_bytes if len(tried) < 3 else 10), 1)

    found = fitted("x.pdf", BUYER, files, lambda _: body, maker, draw)
    assert len(found.content) == 10
    assert tuple(tried) == LADDER[:3]


def test_what_cannot_fit_fails_loudly_and_says_what_to_drop(maker: Maker) -> None:
    files = {"ev-1": "small.jpg", "ev-2": "large.jpg"}
    bodies = {"ev-1": papers.photo(200, 100), "ev-2": papers.photo(900, 900)}
    with pytest.raises(LimitExceeded) as found:
        fitted("x.pdf", BUYER, files, bodies.__getitem__, maker, drawn(lambda _: BUYER.max_bytes))
    assert found.value.exit_code == 8
    assert "large.jpg" in (found.value.remedy or "").split("are ")[1].split(",")[0]


def test_too_many_pages_fail_too(maker: Maker) -> None:
    narrow = Profile("a test", 10_000_000, 3, only_pictures=False)
    with pytest.raises(LimitExceeded, match="pages of pictures"):
        fitted("x.pdf", narrow, {"ev-1": "long.pdf"}, lambda _: pdf_of(5), maker, drawn(lambda _: 1))


def test_pdfs_stay_out_of_the_buyers_set(maker: Maker) -> None:
    seen: list[dict[str, Prepared]] = []

    def draw(prepared: dict[str, Prepared], _: object, __: object) -> Rendered:
        seen.append(prepared)
        return Rendered("x.pdf", b"", 1)

    fitted("x.pdf", BUYER, {"ev-1": "a.pdf", "ev-2": "b.jpg"}, {"ev-1": pdf_of(1), "ev-2": papers.photo()}.__getitem__,
           maker, draw)  # type: ignore[arg-type]  # fmt: skip
    assert list(seen[0]) == ["ev-2"]
    assert AttachmentKind.POD.value == "pod"
