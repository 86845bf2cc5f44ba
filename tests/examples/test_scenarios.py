"""The examples are what they claim: consistent, in shape, by Amazon's models, and made by their generator."""

from __future__ import annotations

import base64
import datetime as dt
import email
import email.charset
import email.policy
import hashlib
import re
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageChops, ImageStat
from support.examples.stories import STORIES, write_all
from support.examples.story import mod10, s10

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.ids import ORDER_ID
from a2z_defense.model.marketplaces import by_country, by_id
from a2z_defense.policy.bands import band_of
from a2z_defense.policy.tables import load_tables
from a2z_defense.sandbox.answers import read_answers
from a2z_defense.sandbox.mails import RECEIVER, _relaxed
from a2z_defense.sandbox.scenarios import Expected, Recorded, Scenario, Statement, load_scenarios

SCENARIOS = load_scenarios()
BY_SLUG = pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.slug for scenario in SCENARIOS])
MAILS = [path for scenario in SCENARIOS for path in sorted(scenario.mail_folder.glob("*.eml"))]
SIGNED = [path for path in MAILS if b"\nDKIM-Signature:" in path.read_bytes()]
BY_MAIL = pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")


def test_nine_scenarios_differ_in_what_decides_and_have_a_marketplace_each() -> None:
    first = SCENARIOS[:9]
    assert len(first) == 9
    assert len({scenario.marketplace for scenario in first}) == 9
    assert len({scenario.decides for scenario in SCENARIOS}) == len(SCENARIOS)
    assert len({scenario.order_id for scenario in SCENARIOS}) == len(SCENARIOS)


def test_only_the_forward_is_not_signed() -> None:
    assert [path.stem for path in MAILS if path not in SIGNED] == ["01-forwarded-notice"]


def test_bands_are_of_every_kind() -> None:
    assert {scenario.expected.band for scenario in SCENARIOS} >= {"overdue", "6h", "24h", "48h", "later"}


@BY_SLUG
def test_a_scenario_agrees_with_itself(scenario: Scenario) -> None:
    marketplace = by_country(scenario.marketplace)
    assert marketplace is not None
    for attached in scenario.attachments:
        assert attached.file.is_file()
    stated_from = {statement.from_file for statement in scenario.statements}
    assert stated_from <= {attached.file for attached in scenario.attachments}
    orders = read_answers([scenario.folder]).orders
    if scenario.expected.decision != "quarantined":
        assert list(orders) == [scenario.order_id]
        order = orders[scenario.order_id]["order"]
        assert by_id(order["salesChannel"]["marketplaceId"]) is marketplace
        address = order["recipient"]["deliveryAddress"]
        assert not (address["name"] + "".join(map(str, address.values()))).isascii()
    expected = scenario.expected
    if expected.act_by is not None and expected.band is not None:
        assert expected.band == band_of(expected.act_by, scenario.now, kind=expected.deadline_kind)


@BY_SLUG
def test_what_is_expected_is_in_the_policy_tables(scenario: Scenario) -> None:
    tables = load_tables()
    expected = scenario.expected
    assert {*expected.blockers, *expected.held} <= {item.id for item in tables.catalogue}
    assert expected.defence is None or expected.defence in {found.id for found in tables.defences}
    assert {statement.fact for statement in scenario.statements} <= {fact.name for fact in tables.facts}


@BY_MAIL
def test_a_mail_has_the_shape_of_amazons(path: Path) -> None:
    raw = path.read_bytes()
    assert b"\r" not in raw
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    scenario = next(one for one in SCENARIOS if one.folder == path.parent.parent)
    assert ORDER_ID.search(raw.decode("utf-8", "replace").replace("=\n", "")) is not None
    assert not mail.defects
    sent = mail["Date"].datetime
    assert sent <= scenario.now
    assert (scenario.now - sent) < dt.timedelta(days=40)
    if scenario.expected.decision == "quarantined" or "forward" in path.stem:
        return
    assert mail.get_content_type() == "multipart/alternative"
    (part,) = mail.iter_parts()
    assert part.get_content_type() == "text/html"
    assert part["Content-Transfer-Encoding"] == "quoted-printable"
    text = part.get_content()
    assert text.count("<table") >= 4
    assert re.search(r"SPC-(EU|US)Amazon-\d+", text)
    assert mail["X-Space-Notification-Type"]
    marketplace = by_country(scenario.marketplace)
    assert marketplace is not None
    assert mail["X-Marketplace-ID"] == marketplace.id
    assert mail["Authentication-Results"].startswith(RECEIVER)
    assert "dmarc=pass" in mail["Authentication-Results"]
    assert mail["Message-ID"].strip("<>").endswith(".amazonses.com")
    if "BBC_MESSAGE" in mail["X-Space-Notification-Type"]:
        assert text.count("<pre") == 1
        assert "[commMgrTok:" in text


@pytest.mark.parametrize("path", SIGNED, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_signed_mail_has_the_right_body_hash(path: Path) -> None:
    """The signature is made up, the body hash is not: a gateway's change must be findable."""
    raw = path.read_bytes()
    found = re.search(rb"\n\tbh=([^;]+);", raw)
    assert found is not None
    body = raw.partition(b"\n\n")[2]
    assert base64.b64decode(found[1]) == hashlib.sha256(_relaxed(body)).digest()


def test_making_the_files_again_gives_the_same(tmp_path: Path) -> None:
    """Pictures are compared by what they show: another Pillow may pack the same pixels otherwise."""
    write_all(tmp_path)
    kept = data_folder("examples")
    rooms = ("scenarios/*/mail", "scenarios/*/spapi", "scenarios/*/files", "account/spapi", "account/*/spapi")
    made = {path.relative_to(tmp_path) for room in rooms for path in tmp_path.glob(f"{room}/*")}
    assert made == {path.relative_to(kept) for room in rooms for path in kept.glob(f"{room}/*")}
    for name in made:
        if name.suffix in (".png", ".jpg"):
            assert _difference(tmp_path / name, kept / name) < 1.0, name
        else:
            assert (tmp_path / name).read_bytes() == (kept / name).read_bytes(), name


def test_a_library_that_changes_the_shared_charsets_changes_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apprise does: `email.charset` is shared by everything in the process."""
    before = STORIES[3]().files
    monkeypatch.setitem(email.charset.CHARSETS, "utf-8", (email.charset.QP, email.charset.QP, "utf-8"))
    assert STORIES[3]().files == before


def _difference(one: Path, other: Path) -> float:
    """The mean difference of the pixels, of 255."""
    with Image.open(one) as first, Image.open(other) as second:
        assert first.size == second.size
        return max(ImageStat.Stat(ImageChops.difference(first.convert("RGB"), second.convert("RGB"))).mean)


def test_a_photo_tells_its_time_and_place() -> None:
    """What must be shown as a fact, and be gone from what the buyer gets."""
    for path in data_folder("examples").rglob("*.jpg"):
        with Image.open(path) as photo:
            exif = photo.getexif()
        assert exif[ExifTags.Base.DateTime].startswith("2026:")
        assert exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"


def test_every_scenario_has_a_story() -> None:
    assert {make().slug for make in STORIES} == {scenario.slug for scenario in SCENARIOS}


def test_the_readme_tells_every_scenario_and_every_key() -> None:
    readme = (data_folder("examples") / "README.md").read_text(encoding="utf-8")
    for scenario in SCENARIOS:
        (row,) = [line for line in readme.splitlines() if line.startswith(f"| `{scenario.slug}` |")]
        assert row.split("|")[2].strip() == scenario.marketplace
        assert row.split("|")[3].strip() == scenario.decides
        assert scenario.expected.decision.replace("_", " ") in row.split("|")[4]
        assert ("draft" in row) == bool(scenario.expected.blockers)
    fields = {*Scenario.model_fields, *Expected.model_fields, *Recorded.model_fields, *Statement.model_fields}
    ours = {"slug", "folder", "mail_folder", "attachments", "statements", "records", "expected", "from_file"}
    for name in (fields - ours) | {"from-file", "as", "note", "taken"}:
        assert f"`{name}`" in readme, name


def test_the_examples_stay_small() -> None:
    assert sum(path.stat().st_size for path in data_folder("examples").rglob("*") if path.is_file()) < 1_500_000


def test_check_digits() -> None:
    # the worked examples of the standards themselves (UPU S10; GS1 General Specifications)
    assert s10("RR", "47312482", "US") == "RR473124829US"
    assert mod10("629104150021") == "6291041500213"


def test_a_scenario_with_an_error_is_named(tmp_path: Path) -> None:
    (tmp_path / "01-bad").mkdir()
    (tmp_path / "01-bad" / "scenario.toml").write_text('title = "no more"\n')
    with pytest.raises(ConfigurationError) as caught:
        load_scenarios(tmp_path)
    assert "01-bad" in caught.value.got
