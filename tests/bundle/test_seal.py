"""The package is a BagIt 1.0 bag that other people's tools accept, and the same entries give the same bytes."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bundles import PIECES, sample_package

from a2z_defense.bundle.archive import NotCanonical, read_content, read_members, write_archive
from a2z_defense.bundle.bag import FOLDER, Late, seal, told
from a2z_defense.bundle.names import is_safe, manifest, parse_manifest


def unpacked(folder: Path) -> Path:
    package, _inputs = sample_package()
    (folder / "audit-bundle.zip").write_bytes(package)
    subprocess.run(["unzip", "-q", "audit-bundle.zip"], cwd=folder, check=True)
    return folder / FOLDER


@pytest.mark.skipif(shutil.which("unzip") is None, reason="needs unzip")
def test_bagit_validates_the_unpacked_package(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", unpacked(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0
    assert "is valid" in ran.stderr


@pytest.mark.skipif(shutil.which("unzip") is None, reason="needs unzip")
@pytest.mark.parametrize("listing", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_agrees(tmp_path: Path, listing: str) -> None:
    subprocess.run(["sha256sum", "--strict", "-c", listing], cwd=unpacked(tmp_path), check=True, capture_output=True)


def test_another_zip_reader_sees_the_raw_evidence_untouched() -> None:
    package, _inputs = sample_package()
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        bodies = {archive.read(name) for name in archive.namelist()}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100600}
    assert {piece.body for piece in PIECES} <= bodies


def test_the_order_of_the_entries_does_not_matter() -> None:
    entries = [("b.txt", b"2"), ("a.txt", b"1"), ("è/ñ.txt", b"3")]
    assert seal(entries, {"External-Identifier": "x"}) == seal(entries[::-1], {"External-Identifier": "x"})


def test_what_is_read_late_is_read_once_in_its_turn_and_gives_the_same_package() -> None:
    contents = {"b": b"2" * 70, "a": b"1" * 50, "c": b"3"}
    read: list[str] = []

    def late(name: str) -> Late:
        def body() -> bytes:
            read.append(name)
            return contents[name]

        return Late(*told(contents[name]), body)

    whole = seal(list(contents.items()), {"External-Identifier": "x"})
    assert seal([(name, late(name)) for name in contents], {"External-Identifier": "x"}) == whole
    assert read == ["a", "b", "c"]


def test_what_is_not_what_its_digest_says_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="not what its digest says"):
        seal([("a", Late(*told(b"good"), lambda: b"evil"))], {})


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../up", "a/../b", "a//b", "a/", "./a", "a\\b", "c:x", "a\nb", "a%0Ab", "a\0b", "x" * 241],
)
def test_unsafe_names_are_refused(name: str) -> None:
    assert not is_safe(name)
    with pytest.raises(ValueError, match="unsafe"):
        seal([(name, b"")], {})


def test_a_name_used_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        seal([("a", b"1"), ("a", b"2")], {})


@pytest.mark.parametrize("info", [{"Bad Label": "x"}, {"Label": "two\nlines"}, {"Label": " padded"}])
def test_info_that_would_forge_a_line_is_refused(info: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="bag-info"):
        seal([], info)


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(is_safe)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(names, st.binary(max_size=60), max_size=6))
def test_what_is_written_is_read_back(entries: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    write_archive(stream, entries.items())
    size = len(stream.getvalue())
    found = read_members(stream, size)
    assert {member.name: b"".join(read_content(stream, member)) for member in found} == entries
    for padded in (stream.getvalue() + b"\0", b"\0" + stream.getvalue(), stream.getvalue()[:-1]):
        with pytest.raises(NotCanonical):
            read_members(io.BytesIO(padded), len(padded))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(names, st.integers(0, 2**256 - 1).map(lambda n: f"{n:064x}"), max_size=5))
def test_a_manifest_is_read_only_as_it_is_written(digests: dict[str, str]) -> None:
    written = manifest(digests.items())
    assert parse_manifest(written) == digests
    assert parse_manifest(written + b"\n") is None
    if digests:
        assert parse_manifest(written.replace(b"\n", b"\r\n")) is None
