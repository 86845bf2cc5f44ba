"""What a seller may hand us as a file: refused with a clear line, or kept whole and shown without harm."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from support.homes import environment
from support.mail_maker import ORDER, SENT

from a2z_defense.base.data import data_folder
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.cli.common import harmless
from a2z_defense.jobs.by_hand import add_claim
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.entries import attach, new_entry
from a2z_defense.jobs.record import record
from a2z_defense.jobs.stated import state_fact
from a2z_defense.model.entries import AttachmentKind, EntryKind, RecordKind

PHOTO = AttachmentKind.DELIVERY_PHOTO


@pytest.fixture
def shop(tmp_path: Path) -> Environment:
    found = environment(tmp_path, now=SENT.replace(hour=12))
    add_claim(found, ORDER, new_entry(EntryKind.ADDED))
    return found


def picture(path: Path, form: str = "JPEG") -> Path:
    Image.new("RGB", (90, 60), (200, 30, 40)).save(path, form)
    return path


def pdf(path: Path, password: str = "") -> Path:
    made = pikepdf.new()
    made.add_blank_page()
    made.save(path, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return path


def refusal(shop: Environment, path: Path, **more: object) -> str:
    with pytest.raises(UsageError) as found:
        attach(shop, ORDER, path, PHOTO, **more)  # type: ignore[arg-type]
    assert found.value.remedy
    assert not [entry for entry in judge(shop, ORDER).gathered.case.entries if entry.kind is EntryKind.ATTACHED]
    return found.value.got


def test_what_is_no_file_is_refused_at_once(shop: Environment, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "nowhere.jpg").symlink_to(tmp_path / "gone")
    assert "no regular file" in refusal(shop, tmp_path / "pipe")
    assert "no regular file" in refusal(shop, tmp_path / "folder")
    assert "no regular file" in refusal(shop, Path("/dev/zero"))
    assert "is empty" in refusal(shop, tmp_path / "empty.jpg")
    assert "cannot be read" in refusal(shop, tmp_path / "nowhere.jpg")


def test_a_pdf_that_nobody_can_open_is_refused(shop: Environment, tmp_path: Path) -> None:
    assert "encrypted" in refusal(shop, pdf(tmp_path / "locked.jpg", password="geheim"))


def test_a_mask_must_hide_something(shop: Environment, tmp_path: Path) -> None:
    photo = picture(tmp_path / "porch.jpg")
    assert "no such part" in refusal(shop, photo, masks=((80, 0, 20, 10),))
    assert "no picture" in refusal(shop, pdf(tmp_path / "pod.pdf"), masks=((0, 0, 5, 5),))
    said = attach(shop, ORDER, photo, PHOTO, masks=((10, 10, 20, 20), (0, 0, 3, 3)))
    (kept,) = [entry for entry in judge(shop, ORDER).gathered.case.entries if entry.kind is EntryKind.ATTACHED]
    assert kept.masks == said.masks == ((10, 10, 20, 20), (0, 0, 3, 3))


def test_a_link_to_a_file_is_that_file(shop: Environment, tmp_path: Path) -> None:
    (tmp_path / "link.jpg").symlink_to(picture(tmp_path / "porch.jpg"))
    said = attach(shop, ORDER, tmp_path / "link.jpg", PHOTO)
    assert judge(shop, ORDER).gathered.body(said.file or "") == (tmp_path / "porch.jpg").read_bytes()


@pytest.mark.parametrize(
    "name",
    ["two\nlines.jpg", "photo\u202egpj.exe", "\x1b[2J\x07.jpg", "x" * 250 + ".jpg", "-rf.jpg", "' OR 1=1 --.jpg"],
)
def test_any_name_is_kept_and_printed_without_harm(name: str, shop: Environment, tmp_path: Path) -> None:
    said = attach(shop, ORDER, picture(tmp_path / name), PHOTO)
    assert said.file_name == name
    assert (tmp_path / name).read_bytes() == judge(shop, ORDER).gathered.body(said.file or "")
    shown = harmless(f"{name} attached")
    assert shown.replace("\n", "").isprintable()
    assert "\u202e" not in shown


def test_a_name_that_is_no_text_is_replaced(shop: Environment, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/foto_caf\xe9.jpg"))
    picture(tmp_path / "a.jpg").rename(path)
    said = attach(shop, ORDER, path, PHOTO)
    assert said.file_name == "foto_caf\ufffd.jpg"


def test_a_type_is_told_by_the_bytes(shop: Environment, tmp_path: Path) -> None:
    body = io.BytesIO()
    Image.new("RGB", (9, 9)).save(body, "PNG")
    (tmp_path / "report.pdf").write_bytes(body.getvalue())
    kinds = {}
    for path in (tmp_path / "report.pdf", pdf(tmp_path / "photo.jpg")):
        said = attach(shop, ORDER, path, PHOTO)
        piece = judge(shop, ORDER).gathered.case.piece(said.file or "")
        assert piece is not None
        kinds[path.name] = piece.media_type
    assert kinds == {"report.pdf": "image/png", "photo.jpg": "application/pdf"}


def test_a_carriers_record_is_of_the_parcel_so_every_claim_of_the_order_rests_on_it(
    shop: Environment, tmp_path: Path
) -> None:
    record(shop, ORDER, RecordKind.CLOSED)
    second = add_claim(shop, ORDER, new_entry(EntryKind.ADDED)).claim_id
    table = data_folder("examples") / "scenarios" / "01-signed-delivery" / "files" / "carrier-brt.json"
    attach(shop, ORDER, table, AttachmentKind.CARRIER)
    attach(shop, ORDER, picture(tmp_path / "photo.jpg"), PHOTO)
    shipments = {claim: judge(shop, claim).gathered.case.shipments for claim in (ORDER, second)}
    assert shipments[ORDER]
    assert shipments[second] == shipments[ORDER]
    files = [entry.file_name for entry in judge(shop, second).gathered.case.entries if entry.file]
    assert files == ["carrier-brt.json"], "a photo may be about one claim alone"
    attach(shop, second, picture(tmp_path / "other.jpg"), PHOTO)
    assert len(judge(shop, ORDER).gathered.case.shipments) == len(shipments[ORDER])


def test_what_has_happened_is_not_stated_of_a_time_to_come(shop: Environment, tmp_path: Path) -> None:
    file = attach(shop, ORDER, picture(tmp_path / "pod.jpg"), PHOTO).file or ""
    soon = (shop.clock.now() + dt.timedelta(days=30)).isoformat()
    with pytest.raises(UsageError) as found:
        state_fact(shop, ORDER, "delivered_at", soon, file)
    assert "in the future" in found.value.got
    assert state_fact(shop, ORDER, "delivery_window_end", soon, file).value == soon
