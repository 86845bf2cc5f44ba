"""A home that signs its builds knows its own signatures: another's in their place is found, a missing one is said."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support.certificates import write_pkcs12
from support.mail_maker import ORDER, SENT, notice
from support.signed import sign_folder, signing_home

from a2z_defense.base.environment import Environment
from a2z_defense.bundle.layout import SEAL_FOLDER
from a2z_defense.bundle.report import FindingKind
from a2z_defense.bundle.signing import SIGNATURE, SIGNED_RECORD
from a2z_defense.bundle.verify import SIGNED
from a2z_defense.jobs.build import build_named
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.verify import check

NAMES = (SIGNED_RECORD, SIGNATURE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Environment, Path]:
    """A home that signs, and its one build."""
    root = tmp_path_factory.mktemp("signed")
    found = signing_home(root, write_pkcs12(root / "seller.p12"))
    (root / "notice.eml").write_bytes(bytes(notice("it", "action", sent=SENT)))
    fetch(found, FetchWanted(mail=(str(root / "notice.eml"),), spapi=False))
    return found, Path(build_named(found, ORDER, BuildOptions()).answer.directory)


def test_a_signed_build_is_as_built_here_and_its_signatures_are_in_the_journal(made: tuple[Environment, Path]) -> None:
    found, folder = made
    report = check(found, folder)
    assert report.ok
    assert report.promise.startswith("as built here")
    assert set(NAMES) <= set(report.checked)
    rows = [row for row in read_journal(found, ORDER).rows if row["what"] == "signed v1"]
    assert [row["subject"] for row in rows] == list(NAMES)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs pdfsig")
def test_pdfsig_agrees_about_a_real_record_whose_pages_are_untouched(made: tuple[Environment, Path]) -> None:
    _found, folder = made
    ran = subprocess.run(
        ["pdfsig", "-nocert", str(folder / SIGNED_RECORD)], capture_output=True, text=True, check=False
    )
    assert "Signature is Valid" in ran.stdout
    assert "Total document signed" in ran.stdout
    record = (folder / "audit-bundle.pdf").read_bytes()
    assert (folder / SIGNED_RECORD).read_bytes().startswith(record)


def test_a_signed_record_alone_carries_its_own_proof(made: tuple[Environment, Path], tmp_path: Path) -> None:
    found, folder = made
    lone = Path(shutil.copy(folder / SIGNED_RECORD, tmp_path / "record.pdf"))
    assert check(found, lone).promise.startswith("as built here on ")
    stranger = check(signing_home(tmp_path, tmp_path / "none"), lone)
    assert (stranger.ok, stranger.promise) == (True, SIGNED)
    assert "Common Name: Invented Seller" in stranger.notes[0]
    whole = lone.read_bytes()
    for body in (whole[:-1], whole + b"\n", whole.replace(b"%PDF-1", b"%PDF-2", 1), whole[:2000] + b"x" + whole[2001:]):
        lone.write_bytes(body)
        report = check(found, lone)
        assert {one.kind for one in report.findings} == {FindingKind.BAD_SIGNATURE}
    assert [one.kind for one in check(found, folder / "audit-bundle.pdf").findings] == []
    (tmp_path / "unsigned.pdf").write_bytes((folder / "audit-bundle.pdf").read_bytes() + b"\n")
    assert [one.kind for one in check(found, tmp_path / "unsigned.pdf").findings] == [FindingKind.ALONE]


def test_building_again_signs_nothing_again(made: tuple[Environment, Path]) -> None:
    found, folder = made
    before = (folder / SIGNATURE).read_bytes()
    build_named(found, ORDER, BuildOptions())
    assert (folder / SIGNATURE).read_bytes() == before


def test_another_signature_of_the_very_same_build_is_found(made: tuple[Environment, Path], tmp_path: Path) -> None:
    found, folder = made
    copy = Path(shutil.copytree(folder, tmp_path / "v1"))
    shutil.rmtree(copy / SEAL_FOLDER)
    sign_folder(signing_home(tmp_path, write_pkcs12(tmp_path / "another.p12")), copy)
    report = check(found, copy)
    assert [(one.path, one.kind) for one in report.findings] == [(name, FindingKind.OTHER_BUILD) for name in NAMES]


def test_a_copy_without_its_signature_is_whole_and_that_is_said(made: tuple[Environment, Path], tmp_path: Path) -> None:
    found, folder = made
    copy = Path(shutil.copytree(folder, tmp_path / "v1"))
    shutil.rmtree(copy / SEAL_FOLDER)
    report = check(found, copy)
    assert report.ok
    assert report.notes == ("v1 was signed here, and this copy is without its signature",)
