"""`a2z attach --inbox`: a file goes to the one claim that its name or text names; every other is listed with why."""

from __future__ import annotations

import io
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image
from support.homes import environment

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Account, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inbox import place
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, synthetic_claim, write_mbox

ONE, TWO = synthetic_claim(0), synthetic_claim(1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Two claims with their orders, fetched once; the tests here only add files."""
    root = tmp_path_factory.mktemp("shop")
    write_mbox(root / "mails.mbox", 2)
    settings = Settings(accounts={"main": Account(region="eu")})
    with Sandbox.synthetic(2, scale=100) as box:
        found = environment(root, now=NOW, settings=settings, **box.credentials)
        found = Environment(found.home, settings, found.clock, SystemMonotonic(), found.variables)
        fetch(found, FetchWanted(mail=(str(root / "mails.mbox"),)))
    return found


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(out, "JPEG")
    return out.getvalue()


def pdf(words: str) -> bytes:
    """A PDF of one page with `words` in letters."""
    stream = f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return folder


def test_name_text_pdf_mail_and_table_place_a_file(shop: Environment, tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["Subject"] = "Proof"
    letter["From"] = "depot@carrier.example"
    letter["To"] = "claims@store.example"
    letter.set_content(f"Parcel {TWO.tracking_number} was handed over. Grüße", cte="base64")
    folder = put(
        tmp_path,
        {
            f"delivery photo {ONE.order_id}.jpg": jpeg(),
            f"signature_{TWO.tracking_number.lower()}.jpg": jpeg() + b"\n",
            "pod-scan.pdf": pdf(f"Proof of delivery for {ONE.order_id}"),
            "pod letter.eml": bytes(letter),
            "export.csv": f"tracking_number,event\n{TWO.tracking_number},collected\n".encode(),
        },
    )
    placed, left = place(shop, folder, None)
    assert left == []
    assert {(one.file, one.claim_id, one.kind) for one in placed} == {
        (f"delivery photo {ONE.order_id}.jpg", ONE.order_id, "delivery-photo"),
        (f"signature_{TWO.tracking_number.lower()}.jpg", TWO.order_id, "signature"),
        ("pod-scan.pdf", ONE.order_id, "pod"),
        ("pod letter.eml", TWO.order_id, "pod"),
        ("export.csv", TWO.order_id, "carrier"),
    }
    (record,) = [one for one in judge(shop, TWO.order_id).gathered.case.shipments if one.third_party]
    assert record.tracking_number == TWO.tracking_number


def test_what_was_placed_is_told_with_what_it_lacks_and_what_to_do_next(shop: Environment, tmp_path: Path) -> None:
    table = f"tracking_number,event\n{ONE.tracking_number},wandered\n".encode()
    folder = put(tmp_path, {f"signature {ONE.order_id}.jpg": jpeg() + b"9", "wandered.csv": table})
    by_file = {one.file: one for one in place(shop, folder, None)[0]}
    signature, record = by_file[f"signature {ONE.order_id}.jpg"], by_file["wandered.csv"]
    assert signature.warnings == ()
    assert signature.next.startswith(f"a2z state {ONE.order_id} signed_by VALUE --from 'signature")
    assert any("are not known and prove nothing, like “wandered”" in words for words in record.warnings)
    assert record.next == f"a2z check {ONE.order_id}"


def test_what_is_not_certain_is_listed_with_why(shop: Environment, tmp_path: Path) -> None:
    both = f"tracking_number,event\n{ONE.tracking_number},label\n{TWO.tracking_number},label\n"
    folder = put(
        tmp_path,
        {
            "photo.jpg": jpeg() + b"0",
            f"{ONE.order_id}.jpg": jpeg() + b"1",
            f"photo 9{ONE.order_id}.jpg": jpeg() + b"2",
            f"photo {ONE.tracking_number}7.jpg": jpeg() + b"3",
            "both.csv": both.encode(),
            "pod.pdf": b"%PDF-1.7 broken",
            "empty photo.jpg": b"",
        },
    )
    placed, left = place(shop, folder, None)
    assert placed == []
    why = {one.file: one.why for one in left}
    assert set(why) == {path.name for path in folder.iterdir()}
    assert "what it shows is unknown" in why[f"{ONE.order_id}.jpg"]
    assert "names 2 claims" in why["both.csv"]
    assert "--table" in why["both.csv"]
    # an id that is part of a longer one is no id
    for name in ("photo.jpg", f"photo 9{ONE.order_id}.jpg", f"photo {ONE.tracking_number}7.jpg", "pod.pdf"):
        assert "names no order or parcel" in why[name]


def test_the_kind_may_be_said_for_all(shop: Environment, tmp_path: Path) -> None:
    placed, left = place(shop, put(tmp_path, {f"{ONE.order_id}.jpg": jpeg() + b"4"}), AttachmentKind.SCREENSHOT)
    assert left == []
    assert [one.kind for one in placed] == ["screenshot"]


def test_a_file_is_no_folder(shop: Environment, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        place(shop, put(tmp_path, {"x": b"x"}) / "x", None)
