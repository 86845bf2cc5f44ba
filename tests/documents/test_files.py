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
from a2z_defense.documents.sizes import BUYER, LADDER, Drawing, Profile, fitted
from a2z_defense.documents.views.exhibits import Sheet
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
    assert maker.make("x", whole).trouble is None
    found = maker.make("x", whole.replace(b"startxref\n", b"startxref\n9"))
    assert (found.trouble, len(found.sheets)) == ("damaged", 2)
    assert maker.make("x", whole[: whole.rindex(b"startxref") - 60]).trouble == "unreadable"


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


def drawn(size: int) -> Callable[[Drawing], Rendered]:
    return lambda _: Rendered("x.pdf", b"0" * size, 1)


def test_the_first_rung_that_fits_is_taken(maker: Maker) -> None:
    files = {"ev-1": "big.jpg"}
    body = papers.photo(1700, 1300)
    tried: list[tuple[int, int]] = []

    def draw(of: Drawing) -> Rendered:
        tried.append(of.step)
        assert max(opened(of.sheets[0]).size) <= of.step[0]
        return Rendered("x.pdf", b"0" * (BUYER.max_bytes if len(tried) < 3 else 10), 1)

    found = fitted("x.pdf", BUYER, files, lambda _: body, maker, draw)
    assert len(found.content) == 10
    assert tuple(tried) == LADDER[:3]


def test_what_cannot_fit_fails_loudly_and_says_what_to_drop(maker: Maker) -> None:
    files = {"ev-1": "small.jpg", "ev-2": "large.jpg"}
    bodies = {"ev-1": papers.photo(200, 100), "ev-2": papers.photo(900, 900)}
    with pytest.raises(LimitExceeded) as found:
        fitted("x.pdf", BUYER, files, bodies.__getitem__, maker, drawn(BUYER.max_bytes))
    assert found.value.exit_code == 8
    assert "large.jpg" in (found.value.remedy or "").split("are ")[1].split(",")[0]


def test_too_many_pages_fail_too(maker: Maker) -> None:
    narrow = Profile("a test", 10_000_000, 3, only_pictures=False)
    with pytest.raises(LimitExceeded, match="more than 3 pages: 5 pictures of 1 files"):
        fitted("x.pdf", narrow, {"ev-1": "long.pdf"}, lambda _: pdf_of(5), maker, drawn(1))


def test_pdfs_stay_out_of_the_buyers_set(maker: Maker) -> None:
    seen: list[Drawing] = []

    def draw(of: Drawing) -> Rendered:
        seen.append(of)
        return Rendered("x.pdf", b"", 1)

    bodies = {"ev-1": pdf_of(1), "ev-2": papers.photo(), "ev-3": papers.photo()[:40]}
    names = {"ev-1": "a.pdf", "ev-2": "b.jpg", "ev-3": "c.jpg"}
    found = fitted("x.pdf", BUYER, names, bodies.__getitem__, maker, draw)
    assert [sheet.resource for sheet in seen[0].sheets] == ["ev-2-1"]
    assert found.notes == (
        "a.pdf is not in x.pdf: it is no picture; the internal record has it",
        "c.jpg is not in x.pdf: it cannot be shown (unreadable)",
    )


@pytest.mark.parametrize(("count", "grids"), [(1, [1]), (3, [1]), (4, [4]), (12, [4]), (13, [6]), (18, [6])])
def test_many_pictures_stand_in_a_grid(count: int, grids: list[int], maker: Maker) -> None:
    tried: list[int] = []

    def draw(of: Drawing) -> Rendered:
        tried.append(of.grid)
        return Rendered("x.pdf", b"", -(-count // of.grid))

    files = {f"ev-{number}": f"{number}.jpg" for number in range(count)}
    body = papers.photo(80, 60)
    assert (fitted("x.pdf", BUYER, files, lambda _: body, maker, draw).pages or 0) <= 3
    assert tried == grids


def test_pictures_that_no_grid_can_hold_are_named_and_none_is_left_out(maker: Maker) -> None:
    files = {f"ev-{number}": f"photo{number}.jpg" for number in range(19)}
    body = papers.photo(80, 60)
    with pytest.raises(LimitExceeded) as found:
        fitted("x.pdf", BUYER, files, lambda _: body, maker, drawn(1))
    assert found.value.exit_code == 8
    assert "19 pictures of 19 files" in found.value.got
    assert all(name in (found.value.remedy or "") for name in files.values())
    with pytest.raises(LimitExceeded, match="more than 3 pages"):
        fitted("x.pdf", BUYER, files, lambda _: b"", maker, lambda _: Rendered("x.pdf", b"", 4))


def saved(picture: Image.Image, form: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def colour(sheet: Sheet, spot: tuple[int, int]) -> tuple[int, int, int]:
    found = opened(sheet).convert("RGB").getpixel(spot)
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def test_sixteen_bits_of_grey_stay_grey(maker: Maker) -> None:
    body = saved(Image.new("I;16", (60, 40), 32768), "PNG")
    assert all(abs(one - 128) < 4 for one in colour(maker.make("x", body).sheets[0], (30, 20)))


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0, 3e6])
def test_grey_in_floating_numbers_stays_grey(white: float, maker: Maker) -> None:
    picture = Image.new("F", (60, 40), white / 2)
    picture.paste(white, (0, 0, 10, 40))
    found = maker.make("x", saved(picture, "TIFF"))
    assert all(abs(one - 128) < 6 for one in colour(found.sheets[0], (40, 20)))
    assert min(colour(found.sheets[0], (4, 20))) > 245


def test_a_print_shops_colours_become_a_screens(maker: Maker) -> None:
    body = saved(Image.new("CMYK", (60, 40), (255, 0, 255, 0)), "JPEG", quality=95)
    red, green, blue = colour(maker.make("x", body).sheets[0], (30, 20))
    assert green > 200
    assert max(red, blue) < 60


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_every_kind_of_png_is_shown(mode: str, maker: Maker) -> None:
    body = saved(Image.open(io.BytesIO(papers.photo(80, 60))).convert(mode), "PNG")
    found = maker.make("x", body)
    assert (found.trouble, opened(found.sheets[0]).size) == (None, (80, 60))


def test_a_broken_exif_block_hides_no_picture(maker: Maker) -> None:
    body = papers.photo(200, 100, exif=papers.camera_exif(1))
    at = body.index(b"Exif\0\0") + 14
    for broken in (body[:at] + b"\xff" * 30 + body[at + 30 :], body[:at] + b"\0" * 4 + body[at + 4 :]):
        found = maker.make("x", broken)
        assert [opened(sheet).size for sheet in found.sheets] in ([(200, 100)], [(100, 200)])


def test_a_pdf_that_calls_itself_a_photo_is_taken_for_what_it_is(maker: Maker) -> None:
    found = maker.make("holiday.jpg", pdf_of(2))
    assert dict(found.facts) == {"pages": "2"}
    assert len(found.sheets) == 2


@pytest.mark.parametrize(
    "size", [(14_400, 14_400), (1, 1_000_000), (900_000, 1), (1, 1), (2_000_000_000, 2_000_000_000)]
)
def test_pages_of_any_size_are_bounded(size: tuple[int, int], maker: Maker) -> None:
    made = pikepdf.new()
    made.add_blank_page(page_size=(100, 100))
    made.pages[0].obj.MediaBox = pikepdf.Array([0, 0, *size])
    out = io.BytesIO()
    made.save(out)
    found = maker.make("x", out.getvalue(), (1600, 80))
    assert [max(opened(sheet).size) <= 1755 for sheet in found.sheets] == [True]


def test_of_a_thousand_pages_what_is_left_out_is_said(maker: Maker) -> None:
    made = pikepdf.new()
    for _ in range(1000):
        made.add_blank_page(page_size=(100, 140))
    out = io.BytesIO()
    made.save(out)
    found = maker.make("x", out.getvalue())
    assert (len(found.sheets), found.pages_left_out) == (120, 880)
    assert dict(found.facts) == {"pages": "1000"}


def test_one_broken_page_loses_only_itself_and_is_told(maker: Maker) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(3))) as made:
        made.Root.Pages.Kids[1] = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Catalog))
        out = io.BytesIO()
        made.save(out)
    found = maker.make("x", out.getvalue())
    assert found.trouble == "damaged"
    assert {"Invented page 1", "Invented page 3"} <= {sheet.text.strip() for sheet in found.sheets}


def test_actions_and_files_inside_a_pdf_do_not_come_in(maker: Maker) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(1, script=True))) as made:
        made.attachments["trap.exe"] = b"MZ trap"
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("/bin/sh"))
        made.pages[0].obj.AA = pikepdf.Dictionary(O=launch)
        out = io.BytesIO()
        made.save(out)
    found = maker.make("x", out.getvalue())
    (sheet,) = found.sheets
    assert sheet.content.startswith(b"\xff\xd8\xff")
    assert b"trap" not in sheet.content


def test_a_file_that_takes_for_ever_is_given_up_and_the_next_one_is_made() -> None:
    with Maker() as slow:
        slow._child._time_limit = 0.01
        assert slow.make("x", pdf_of(60)).trouble == "unreadable"
        slow._child._time_limit = 60
        assert slow.make("x", papers.photo(80, 60)).trouble is None
