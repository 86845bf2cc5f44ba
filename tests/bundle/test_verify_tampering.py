"""Every kind of tampering with a build is found, and the file that was touched is named."""

from __future__ import annotations

import io
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.bundles import AT, PIECES, sample_package, sample_piece, write_build

from a2z_defense.bundle.bag import FOLDER, seal
from a2z_defense.bundle.layout import BUILD_FILE, PACKAGE_FILE
from a2z_defense.bundle.report import FindingKind, VerifyReport
from a2z_defense.bundle.verify import ALONE, CONSISTENT, verify


@pytest.fixture
def build(tmp_path: Path) -> Path:
    return write_build(tmp_path)


def kinds(report: VerifyReport) -> dict[str, FindingKind]:
    assert not report.ok
    return {finding.path: finding.kind for finding in report.findings}


def flip(path: Path, position: int) -> None:
    body = bytearray(path.read_bytes())
    body[position] ^= 0x20 if chr(body[position]).isalpha() else 0x01
    path.write_bytes(bytes(body))


def unzip(package: Path, folder: Path) -> Path:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return folder / FOLDER


def test_a_whole_build_is_consistent_and_no_more_is_promised(build: Path) -> None:
    report = verify(build)
    assert (report.ok, report.findings, report.promise) == (True, (), CONSISTENT)
    assert {BUILD_FILE, PACKAGE_FILE, "response.txt", f"{PACKAGE_FILE}/data/build.json"} <= set(report.checked)


def test_a_build_that_the_journal_knows_is_as_built_here(build: Path) -> None:
    report = verify(build, known=lambda sha256: AT)
    assert report.promise.startswith("as built here on 2026-11-20T09:30:00Z")


@pytest.mark.parametrize("shape", ["zip", "unpacked", "unpacked parent"])
def test_a_package_alone_is_checked_in_every_shape(build: Path, tmp_path: Path, shape: str) -> None:
    bag = unzip(build / PACKAGE_FILE, tmp_path / "out")
    path = {"zip": build / PACKAGE_FILE, "unpacked": bag, "unpacked parent": bag.parent}[shape]
    report = verify(path)
    assert (report.ok, report.findings) == (True, ())
    assert len(report.checked) == 18


def test_a_lone_pdf_cannot_be_verified_unless_this_journal_knows_it(build: Path) -> None:
    report = verify(build / "response.pdf")
    assert kinds(report) == {"response.pdf": FindingKind.ALONE}
    assert report.promise == ALONE
    assert verify(build / "response.pdf", known=lambda sha256: AT).ok


def positions(size: int) -> list[int]:
    spread = random.Random(7).sample(range(size), min(size, 40))
    return sorted({0, 1, size // 3, size // 2, size - 2, size - 1, *spread})


def test_one_changed_byte_anywhere_is_found_and_named(build: Path) -> None:
    files = [path for path in build.rglob("*") if path.is_file()]
    assert len(files) == 7
    for path in files:
        whole = path.read_bytes()
        name = path.relative_to(build).as_posix()
        for position in positions(len(whole)):
            flip(path, position)
            found = kinds(verify(build))
            assert any(named.split(".zip/")[0] in (name, name.removesuffix(".zip")) for named in found), (
                name,
                position,
                found,
            )
            assert {named for named in found if not named.startswith(PACKAGE_FILE)} <= {name}, (name, position, found)
            path.write_bytes(whole)
    assert verify(build).ok


def test_every_part_of_the_package_counts(build: Path) -> None:
    package = build / PACKAGE_FILE
    whole = package.read_bytes()
    missed = []
    for position in range(0, len(whole), 23):
        flip(package, position)
        if verify(package).ok:
            missed.append(position)
        package.write_bytes(whole)
    assert missed == []


def test_a_changed_byte_of_an_unpacked_package_names_its_file(build: Path, tmp_path: Path) -> None:
    bag = unzip(build / PACKAGE_FILE, tmp_path / "out")
    for path in [path for path in bag.rglob("*") if path.is_file()]:
        whole = path.read_bytes()
        name = path.relative_to(bag).as_posix()
        for position in positions(len(whole)):
            flip(path, position)
            found = kinds(verify(bag))
            assert name in found, (name, position, found)
            assert set(found) <= {name, "bag-info.txt", "tagmanifest-sha256.txt"}, (name, position, found)
            path.write_bytes(whole)


@pytest.mark.parametrize("name", ["response.txt", "buyer/message.txt", BUILD_FILE, PACKAGE_FILE])
def test_a_removed_file_is_missing(build: Path, name: str) -> None:
    (build / name).unlink()
    assert kinds(verify(build))[name] is FindingKind.MISSING


@pytest.mark.parametrize("name", ["extra.txt", "buyer/more.pdf", ".hidden"])
def test_an_added_file_is_unexpected(build: Path, name: str) -> None:
    (build / name).write_bytes(b"")
    assert kinds(verify(build)) == {name: FindingKind.UNEXPECTED}


def test_a_renamed_file_is_missing_and_unexpected(build: Path) -> None:
    (build / "response.txt").rename(build / "Response.txt")
    assert kinds(verify(build)) == {"response.txt": FindingKind.MISSING, "Response.txt": FindingKind.UNEXPECTED}


def test_two_swapped_files_are_both_named(build: Path) -> None:
    one, two = build / "response.pdf", build / "audit-bundle.pdf"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert set(kinds(verify(build))) == {"response.pdf", "audit-bundle.pdf"}


def test_a_truncated_file_is_changed_and_a_truncated_package_is_truncated(build: Path) -> None:
    (build / "response.txt").write_bytes((build / "response.txt").read_bytes()[:-1])
    assert kinds(verify(build)) == {"response.txt": FindingKind.CHANGED}
    package = build / PACKAGE_FILE
    whole = package.read_bytes()
    for left in (0, 3, 40, len(whole) // 2, len(whole) - 22, len(whole) - 1):
        package.write_bytes(whole[:left])
        assert not verify(package).ok
    package.write_bytes(whole[: len(whole) // 2])
    found = kinds(verify(package))
    assert found[""] is FindingKind.TRUNCATED
    assert FindingKind.MISSING in found.values()


def test_a_link_or_a_pipe_is_no_bundle(build: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(build)
    os.mkfifo(tmp_path / "pipe")
    assert [one.kind for one in verify(tmp_path / "link").findings] == [FindingKind.UNSAFE_PATH]
    assert [one.kind for one in verify(tmp_path / "pipe").findings] == [FindingKind.UNREADABLE]


def test_a_folder_renamed_to_another_version_is_found(build: Path) -> None:
    assert kinds(verify(build.rename(build.parent / "v2"))) == {BUILD_FILE: FindingKind.WRONG_VERSION}


def test_a_link_is_never_followed(build: Path, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere.txt"
    secret.write_bytes((build / "response.txt").read_bytes())
    (build / "response.txt").unlink()
    (build / "response.txt").symlink_to(secret)
    assert kinds(verify(build))["response.txt"] in (FindingKind.UNSAFE_PATH, FindingKind.MISSING)


def test_a_pipe_does_not_hang_the_check(build: Path) -> None:
    os.mkfifo(build / "pipe")
    assert kinds(verify(build)) == {"pipe": FindingKind.UNSAFE_PATH}


def rezip(package: Path, write: Callable[[zipfile.ZipFile, zipfile.ZipInfo, bytes], None]) -> None:
    with zipfile.ZipFile(package) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for info, body in entries:
            write(archive, info, body)
    package.write_bytes(stream.getvalue())


def test_a_package_that_was_zipped_again_is_not_canonical(build: Path) -> None:
    rezip(build / PACKAGE_FILE, lambda archive, info, body: archive.writestr(info.filename, body))
    assert kinds(verify(build / PACKAGE_FILE)) == {"": FindingKind.NOT_CANONICAL}


def test_a_compressed_package_is_not_expanded(build: Path) -> None:
    def bomb(archive: zipfile.ZipFile, info: zipfile.ZipInfo, body: bytes) -> None:
        content = b"\0" * 30_000_000 if info.filename.endswith("response.txt") else body
        archive.writestr(info.filename, content, zipfile.ZIP_DEFLATED)

    rezip(build / PACKAGE_FILE, bomb)
    report = verify(build / PACKAGE_FILE)
    assert kinds(report)["data/documents/response.txt"] is FindingKind.NOT_CANONICAL
    assert report.checked == ()


def test_entries_that_overlap_to_claim_more_than_the_file_are_too_large(build: Path) -> None:
    package = build / PACKAGE_FILE
    with zipfile.ZipFile(package) as archive:
        infos = archive.infolist()
        largest = max(infos, key=lambda info: info.file_size)
        body = archive.read(largest)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(f"{FOLDER}/data/0", body * 50)
        first = archive.infolist()[0]
        for number in range(1, 40):
            again = zipfile.ZipInfo(f"{FOLDER}/data/{number}")
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.file_size = again.compress_size = first.file_size
            archive.filelist.append(again)
    package.write_bytes(stream.getvalue())
    assert FindingKind.TOO_LARGE in kinds(verify(package)).values()


@pytest.mark.parametrize(
    "name", ["../../escaped.txt", "/tmp/escaped.txt", "audit-bundle/../../escaped.txt", "a\\..\\b"]
)
def test_no_path_of_a_package_escapes(build: Path, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(build / PACKAGE_FILE, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    before = sorted(tmp_path.rglob("*"))
    assert FindingKind.UNSAFE_PATH in kinds(verify(build / PACKAGE_FILE)).values()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_found(build: Path) -> None:
    with zipfile.ZipFile(build / PACKAGE_FILE, "a") as archive:
        archive.writestr(f"{FOLDER}/data/build.json", b"{}")
    assert kinds(verify(build / PACKAGE_FILE))["data/build.json"] is FindingKind.DUPLICATE


def test_a_package_of_a_later_format_is_said_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from a2z_defense.bundle import layout

    monkeypatch.setattr(layout, "FORMAT", 2)
    build = write_build(tmp_path)
    for path in (build, build / PACKAGE_FILE):
        kinds = {one.kind for one in verify(path).findings}
        assert kinds == {FindingKind.WRONG_VERSION}
        assert "of format 2, and this a2z knows 1" in verify(path).findings[0].why


def test_an_older_bag_is_a_wrong_version(build: Path, tmp_path: Path) -> None:
    bag = unzip(build / PACKAGE_FILE, tmp_path / "out")
    declaration = bag / "bagit.txt"
    declaration.write_bytes(declaration.read_bytes().replace(b"1.0", b"0.97"))
    assert kinds(verify(bag))["bagit.txt"] is FindingKind.WRONG_VERSION


def test_an_exhibit_swapped_inside_a_package_that_was_sealed_anew_is_found(build: Path) -> None:
    """The forger makes new manifests too; the inputs still name the evidence manifest of the true evidence."""
    other = sample_piece(PIECES[0].body.replace(b"arrivato", b"arrivata"))
    forged = tuple(other if piece is PIECES[0] else piece for piece in PIECES)
    package, _inputs = sample_package(pieces=forged)
    true_inputs = sample_package()[0]
    with zipfile.ZipFile(io.BytesIO(package)) as archive, zipfile.ZipFile(io.BytesIO(true_inputs)) as original:
        prefix = f"{FOLDER}/data/"
        payload = [(n.removeprefix(prefix), archive.read(n)) for n in archive.namelist() if n.startswith(prefix)]
        inputs = original.read(f"{prefix}build.json")
    payload = [(name, inputs if name == "build.json" else body) for name, body in payload]
    (build / PACKAGE_FILE).write_bytes(seal(payload, {"External-Identifier": "forged"}))
    found = kinds(verify(build / PACKAGE_FILE))
    assert FindingKind.DISAGREES in found.values()
    assert any(other.evidence.id in path for path in found)


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), os.urandom(3000), b"\0" * 100])
def test_no_file_whatever_makes_the_check_fail_with_a_traceback(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "audit-bundle.zip"
    path.write_bytes(body)
    assert not verify(path).ok


def test_a_path_that_is_not_there_and_a_folder_that_is_no_bundle(tmp_path: Path) -> None:
    assert kinds(verify(tmp_path / "gone.zip")) == {"gone.zip": FindingKind.MISSING}
    (tmp_path / "empty").mkdir()
    assert kinds(verify(tmp_path / "empty")) == {"empty": FindingKind.UNREADABLE}


def test_a_copied_build_verifies_anywhere(build: Path, tmp_path: Path) -> None:
    assert verify(Path(shutil.copytree(build, tmp_path / "copy of it"))).ok
