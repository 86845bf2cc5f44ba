"""What the buyer may not see of a picture is not in the buyer's file: no pixel, no layer, no second copy."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from support import cases, papers

from a2z_defense.documents.files import Maker
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.model.entries import AttachmentKind, Mask

SECRET = (20, 30, 220)
"""The colour of what is to be hidden: nothing else in the picture is blue."""


def porch(width: int, height: int, secret: Mask, form: str = "JPEG", orientation: int = 1) -> bytes:
    """A green picture with a blue rectangle at `secret`, both as seen upright."""
    seen = Image.new("RGB", (width, height), (40, 200, 60))
    left, top, across, down = secret
    seen.paste(SECRET, (left, top, left + across, top + down))
    undone = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = seen.transpose(undone[orientation]) if orientation in undone else seen
    out = io.BytesIO()
    stored.save(out, form, exif=exif.tobytes(), **({"quality": 95} if form in {"JPEG", "WEBP"} else {}))
    return out.getvalue()


def blue(picture: Image.Image) -> int:
    """Pixels in which the secret colour is still to be seen, even faintly."""
    data = picture.convert("RGB").tobytes()
    return sum(b > r + 60 and b > g + 60 for r, g, b in zip(data[::3], data[1::3], data[2::3], strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_masked_pixels_are_gone_whichever_way_the_camera_was_held(form: str, orientation: int, maker: Maker) -> None:
    secret = (30, 50, 120, 40)
    body = porch(600, 440, secret, form, orientation)
    shown = maker.make("x", body, (300, 82))
    upright = Image.open(io.BytesIO(shown.sheets[0].content))
    assert upright.size == (300, 220)
    assert blue(upright) > 500
    assert blue(upright.crop((15, 25, 75, 45))) > 500, "the picture is not upright"
    hidden = maker.make("x", body, (300, 82), [secret])
    picture = Image.open(io.BytesIO(hidden.sheets[0].content))
    assert picture.size == (300, 220)
    assert blue(picture) == 0
    green = picture.convert("RGB").getpixel((250, 180))
    assert isinstance(green, tuple)
    assert green[1] > 150


@pytest.mark.parametrize("mask", [(500, 0, 200, 20), (0, 0, 0, 10), (-1, 0, 10, 10), (0, 430, 10, 20)])
def test_a_mask_that_misses_shows_nothing_at_all(mask: Mask, maker: Maker) -> None:
    found = maker.make("x", porch(600, 440, (30, 50, 120, 40)), masks=[mask])
    assert (found.sheets, found.trouble) == ((), "mask_outside")


def pictures(pdf: bytes) -> list[Image.Image]:
    """Every picture that can be taken out of a PDF, used or not."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        things: Any = opened.objects
        streams = [one for one in things if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
        return [pikepdf.PdfImage(one).as_pil_image().copy() for one in streams]


def test_the_buyers_file_holds_no_masked_pixel_and_the_record_the_whole_picture(
    renderer: Renderer, tmp_path: Path
) -> None:
    secret = (30, 50, 120, 40)
    photo = cases.attached(AttachmentKind.DELIVERY_PHOTO, name="porch.jpg", masks=(secret,))
    twice = cases.attached(AttachmentKind.PRE_SHIP_PHOTO, name="porch.jpg")
    signature = cases.attached(AttachmentKind.SIGNATURE, name="signature.jpg")
    case = cases.case(entries=[photo, twice, signature])
    bodies = papers.bodies(
        case,
        **{"file porch.jpg": porch(600, 440, secret), "file signature.jpg": porch(500, 300, (100, 100, 200, 90))},
    )
    made = {
        one.path: one.content
        for one in render_documents(
            case, papers.assessed(case), papers.PRINTED, bodies, draft=False, renderer=renderer, language="en"
        )
    }
    shown = pictures(made["buyer/evidence.pdf"])
    assert [one.size for one in shown] == [(600, 440)]
    assert [blue(one) for one in shown] == [0]
    assert sum(blue(one) > 500 for one in pictures(made["audit-bundle.pdf"])) == 2
    assert "masks 1 30, 50, 120, 40" in papers.words_of(made["audit-bundle.pdf"], tmp_path)
