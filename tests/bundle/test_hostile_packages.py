"""Packages that somebody made to do harm when they are checked or unpacked: each is refused, and nothing expands.

The measure of "nothing expands" is this process: its memory while it checks, and the bytes that it reads.
"""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from support.bundles import write_build

from a2z_defense.bundle.archive import COUNT_LIMIT, SIZE_LIMIT, write_archive
from a2z_defense.bundle.bag import FOLDER, tag_files
from a2z_defense.bundle.layout import PACKAGE_FILE
from a2z_defense.bundle.names import DEPTH_LIMIT
from a2z_defense.bundle.report import FindingKind, VerifyReport
from a2z_defense.bundle.verify import verify

GIGABYTE = 1 << 30
MEMORY = 64 << 20
"""Bytes that a check of a hostile package may hold; the packages here expand to a hundred times that."""


def checked(path: Path) -> VerifyReport:
    """The report of `path`, made within bounds of memory."""
    tracemalloc.start()
    try:
        report = verify(path)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert not report.ok
    return report


def kinds(report: VerifyReport) -> set[FindingKind]:
    return {one.kind for one in report.findings}


def canonical(names: list[str]) -> bytes:
    """A package that is a2z's one serialisation in everything but the choice of its names, manifests included."""
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    tags = tag_files([(name, digest, 0) for name in names], {"External-Identifier": "x"})
    stream = io.BytesIO()
    payload = [(f"{FOLDER}/data/{name}", b"") for name in sorted(names)]
    write_archive(stream, [*((f"{FOLDER}/{name}", body) for name, body in tags), *payload])
    return stream.getvalue()


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Response.txt", "response.txt"),
        ("documents/Fußnote.txt", "documents/FUSSNOTE.txt"),
        (unicodedata.normalize("NFC", "caffè.txt"), unicodedata.normalize("NFD", "caffè.txt")),
        ("a/B/c.txt", "a/b/c.txt"),
        ("evidence", "evidence/x.eml"),
    ],
    ids=["case", "sharp s", "forms of Unicode", "a folder's case", "a file and its folder"],
)
def test_two_names_that_are_one_elsewhere_are_found(tmp_path: Path, one: str, two: str) -> None:
    path = tmp_path / "audit-bundle.zip"
    path.write_bytes(canonical([one, two]))
    report = verify(path)
    assert ("data/" + max(one, two), FindingKind.DUPLICATE) in {(found.path, found.kind) for found in report.findings}


def test_two_names_that_are_one_elsewhere_are_found_in_a_folder(tmp_path: Path) -> None:
    build = write_build(tmp_path)
    (build / "Response.txt").write_bytes(b"")
    assert FindingKind.DUPLICATE in kinds(verify(build))


def test_folders_without_end_are_refused(tmp_path: Path) -> None:
    build = write_build(tmp_path)
    (build / "/".join("d" * (DEPTH_LIMIT + 1))).mkdir(parents=True)
    report = checked(build)
    assert [(one.path.count("/"), one.kind) for one in report.findings] == [(DEPTH_LIMIT, FindingKind.UNSAFE_PATH)]


def deflated(size: int) -> bytes:
    """`size` zero bytes, deflated without being held."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def put(path: Path, name: str, body: bytes, *, size: int, method: int, extra: bytes = b"") -> None:
    """A ZIP of one entry that claims `size` bytes."""
    short = min(size, 0xFFFF_FFFF)
    raw = name.encode()
    fields = (20, 0x800, method, 0, 33, 0, len(body) if method else short, short, len(raw), len(extra))
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", *fields) + raw + extra
    row = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 788, *fields, 0, 0, 0, 0, 0) + raw + extra
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(row), len(local) + len(body), 0)
    path.write_bytes(local + body + row + end)


@pytest.mark.slow
def test_ten_gigabytes_of_zeros_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "audit-bundle.zip"
    extra = struct.pack("<2H2Q", 1, 16, 10 * GIGABYTE, 10 * GIGABYTE)
    put(path, f"{FOLDER}/data/x", deflated(10 * GIGABYTE), size=10 * GIGABYTE, method=8, extra=extra)
    assert path.stat().st_size < 12 << 20
    started = time.process_time()
    assert FindingKind.NOT_CANONICAL in kinds(checked(path))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("size", [1000, 3 * GIGABYTE, 10 * GIGABYTE])
def test_a_stored_entry_that_claims_more_than_the_file_has_is_not_believed(tmp_path: Path, size: int) -> None:
    path = tmp_path / "audit-bundle.zip"
    extra = struct.pack("<2H2Q", 1, 16, size, size) if size > SIZE_LIMIT else b""
    put(path, f"{FOLDER}/data/x", b"x", size=size, method=0, extra=extra)
    assert kinds(checked(path)) & {FindingKind.TRUNCATED, FindingKind.TOO_LARGE, FindingKind.NOT_CANONICAL}


def test_a_file_of_ten_gigabytes_is_not_read(tmp_path: Path) -> None:
    """Sparse: it takes no room, and reading it would take minutes."""
    build = write_build(tmp_path)
    started = time.process_time()
    for path in (
        tmp_path / "audit-bundle.zip",
        tmp_path / "audit-bundle.pdf",
        build / "more.bin",
        build / PACKAGE_FILE,
    ):
        with path.open("r+b" if path.exists() else "wb") as stream:
            stream.truncate(10 * GIGABYTE)
    assert kinds(checked(tmp_path / "audit-bundle.zip")) & {FindingKind.TOO_LARGE}
    assert kinds(checked(tmp_path / "audit-bundle.pdf")) == {FindingKind.ALONE}
    assert FindingKind.TOO_LARGE in kinds(checked(build))
    assert time.process_time() - started < 5


def many(count: int, end: Callable[[int, int], bytes]) -> bytes:
    """A directory of so many empty entries, and its end record."""
    row = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 788, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    return row * count + end(count, len(row) * count)


def plain_end(count: int, length: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), length, 0, 0)


def zip64_end(count: int, length: int) -> bytes:
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, length, 1)
    return record + locator + plain_end(1, length)


@pytest.mark.parametrize("end", [plain_end, zip64_end])
def test_a_directory_of_a_million_entries_is_not_read(tmp_path: Path, end: Callable[[int, int], bytes]) -> None:
    path = tmp_path / "audit-bundle.zip"
    path.write_bytes(many(1_000_000, end))
    assert FindingKind.TOO_LARGE in kinds(checked(path))


def test_more_entries_than_a2z_writes_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "audit-bundle.zip"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0x800, 0, 0, 33, 0, 0, 0, 1, 0) + b"x"
    path.write_bytes(local * (4 * COUNT_LIMIT))
    assert FindingKind.NOT_CANONICAL in kinds(checked(path))


@pytest.mark.parametrize("mode", [0o120777, 0o020666], ids=["a link", "a device"])
def test_an_entry_that_is_no_file_is_not_canonical(tmp_path: Path, mode: int) -> None:
    build = write_build(tmp_path)
    stream = io.BytesIO()
    with zipfile.ZipFile(build / PACKAGE_FILE) as archive, zipfile.ZipFile(stream, "w") as other:
        for info in archive.infolist():
            other.writestr(info, archive.read(info))
        link = zipfile.ZipInfo(f"{FOLDER}/data/link")
        link.external_attr = mode << 16
        other.writestr(link, "/etc/passwd")
    path = tmp_path / "audit-bundle.zip"
    path.write_bytes(stream.getvalue())
    report = checked(path)
    assert {FindingKind.NOT_CANONICAL, FindingKind.UNEXPECTED} <= kinds(report)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["audit-bundle.zip", build.name]
