"""What leaves the house is searched whole: strings, streams, names, pictures, metadata. No secret is in it anywhere."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image, ImageCms
from support import cases, papers, pdfs

from a2z_defense.documents.interface import Printed
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.model.case import Case
from a2z_defense.model.entries import AttachmentKind

OTHERS = {
    "seller": "Zoltan Geheimhart", "signer": "Qwertz Signatur", "street": "Verborgenweg 77", "phone": "+49 151 0000777",
    "link": "https://evil.example/x", "address": "leak@example.org", "note": "interne Notiz Omega",
    "order": "999-8888888-7777777", "file": "geheimdatei-tango", "camera": "GEHEIMCAM", "artist": "Geheimkuenstler",
    "xmp": "GEHEIMXMP", "comment": "GEHEIMCOMMENT", "policy": "policy-grund-lima", "taken": "2026:03:06 12:21",
}  # fmt: skip
"""Whose words they are: none of them is the buyer's to read."""


def photo(seed: int) -> bytes:
    """A photo that tells everything a camera can tell."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = 6, OTHERS["camera"], OTHERS["artist"]
    exif.get_ifd(0x8769)[0x9003] = "2026:03:06 12:21:00"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (45.0, 27.0, 30.0), "E", (9.0, 10.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (30, 120, seed * 40)).save(
        out, "JPEG", exif=exif.tobytes(), comment=OTHERS["comment"].encode(),
        xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{OTHERS['xmp']}</x:xmpmeta>".encode(),
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    )  # fmt: skip
    return out.getvalue()


def secretive() -> tuple[Case, dict[str, bytes]]:
    kinds = AttachmentKind
    name = OTHERS["file"]
    entries = [
        cases.attached(kinds.DELIVERY_PHOTO, name=f"{name}.jpg", note=OTHERS["note"]),
        cases.attached(kinds.PRE_SHIP_PHOTO, name=f"pre-{name}.jpg", note=OTHERS["phone"]),
        *(cases.attached(kind, name=f"{kind.value}.jpg") for kind in (kinds.SIGNATURE, kinds.POD, kinds.SCREENSHOT)),
        cases.stated("signed_by", OTHERS["signer"], source="file signature.jpg"),
        cases.stated("buyer_comment", f"{OTHERS['link']} {OTHERS['address']}", source="file screenshot.jpg"),
    ]
    said = f"Call {OTHERS['phone']} or see {OTHERS['link']}; my other order is {OTHERS['order']}"
    scans = cases.delivered_scans(signed_by=OTHERS["signer"], left_with="recipient")
    case = cases.case(shipments=(cases.shipment(scans=scans),), messages=[cases.message(said)], entries=entries)
    names = [f"{name}.jpg", f"pre-{name}.jpg", "signature.jpg", "pod.jpg", "screenshot.jpg"]
    return case, {f"file {one}": photo(number) for number, one in enumerate(names, start=1)}


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_secret_is_anywhere_in_what_the_buyer_gets(language: str, renderer: Renderer) -> None:
    case, own = secretive()
    logo = io.BytesIO()
    Image.new("RGB", (50, 50), (255, 0, 255)).save(logo, "PNG")
    printed = Printed(
        seller_name=OTHERS["seller"], seller_address=(OTHERS["street"],), seller_logo=logo.getvalue(), version=1,
        policy_digest="12" * 32, journal_head="ab" * 32, manifest_digest="cd" * 32,
    )  # fmt: skip
    said = papers.assessed(case, decision_why=OTHERS["policy"], warnings=(OTHERS["policy"],))
    bodies = papers.bodies(case, **own)
    made = {
        one.path: one.content
        for one in render_documents(case, said, printed, bodies, draft=False, renderer=renderer, language=language)
    }
    for_buyer = pdfs.everything(made["buyer/evidence.pdf"]) + made["buyer/message.txt"].decode()
    tight = "".join(for_buyer.split()).lower()
    assert [whose for whose, words in OTHERS.items() if "".join(words.split()).lower() in tight] == []
    assert [one for one in ("12" * 32, "ab" * 32, "cd" * 32, "45.4583", "a2z 0.") if one in for_buyer] == []
    with pikepdf.open(io.BytesIO(made["buyer/evidence.pdf"])) as opened:
        assert list(opened.attachments) == []
        assert [name for name in ("/AF", "/AcroForm", "/OpenAction") if name in opened.Root] == []
        assert sum(len(one.obj.get("/Annots", [])) for one in opened.pages) == 0
    shown = pdfs.images(made["buyer/evidence.pdf"])
    assert len(shown) == 2, "the two photos, and no logo, signature, document or screenshot"
    for picture in shown:
        told = Image.open(io.BytesIO(picture))
        assert set(told.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert dict(told.getexif()) == {}
    record = pdfs.everything(made["audit-bundle.pdf"])
    assert OTHERS["note"] in record, "the search would have found it"
    assert "45.45833, 9.16667" in record
