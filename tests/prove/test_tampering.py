"""Tampering with a build, exhaustively: every byte of every file, and every file removed, renamed, swapped, truncated.

Each time it must be found, and the file that was touched must be among those that are named.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import pytest
from support.bundles import write_build
from support.kills import HEADER, Tally

from a2z_defense.bundle.layout import PACKAGE_FILE
from a2z_defense.bundle.verify import verify


def files_of(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def named(root: Path) -> set[str]:
    return {finding.path.split(".zip/")[0] for finding in verify(root).findings}


def judge(tally: Tally, root: Path, touched: set[str], what: str) -> None:
    tally.runs += 1
    found = named(root)
    tally.hits += bool(found)
    reachable = {name.removesuffix(".zip") for name in touched} | touched
    tally.expect(bool(found & reachable), f"{what}: {sorted(found) or 'nothing'} was named")


def every_byte(root: Path) -> Tally:
    tally = Tally(f"a changed byte ({root.name})")
    for path in files_of(root):
        whole = path.read_bytes()
        for position in range(len(whole)):
            content = bytearray(whole)
            content[position] ^= 0x01 if position % 2 else 0x80
            path.write_bytes(bytes(content))
            judge(tally, root, {path.relative_to(root).as_posix()}, f"{path.name} at {position}")
        path.write_bytes(whole)
    return tally


def each_file(root: Path, what: str, touch: Callable[[Path], set[Path]]) -> Tally:
    """`touch` changes one file and says which paths it touched."""
    tally = Tally(f"{what} ({root.name})")
    kept = root.with_name("kept aside")
    shutil.copytree(root, kept)
    for path in files_of(root):
        touched = touch(path)
        judge(tally, root, {one.relative_to(root).as_posix() for one in touched}, f"{what} {path.name}")
        shutil.rmtree(root)
        shutil.copytree(kept, root)
    shutil.rmtree(kept)
    return tally


def removed(path: Path) -> set[Path]:
    path.unlink()
    return {path}


def renamed(path: Path) -> set[Path]:
    return {path, path.rename(path.with_name(f"x{path.name}"))}


def added(path: Path) -> set[Path]:
    return {Path(shutil.copy(path, path.with_name(f"copy of {path.name}")))}


def cut(path: Path) -> set[Path]:
    path.write_bytes(path.read_bytes()[:-1])
    return {path}


def longer(path: Path) -> set[Path]:
    path.write_bytes(path.read_bytes() + b"\n")
    return {path}


def emptied(path: Path) -> set[Path]:
    path.write_bytes(b"")
    return {path}


def swaps(root: Path) -> Tally:
    tally = Tally(f"two swapped files ({root.name})")
    for one, two in permutations(files_of(root), 2):
        first, second = one.read_bytes(), two.read_bytes()
        if first == second:
            continue
        one.write_bytes(second)
        two.write_bytes(first)
        judge(tally, root, {path.relative_to(root).as_posix() for path in (one, two)}, f"{one.name} and {two.name}")
        one.write_bytes(first)
        two.write_bytes(second)
    return tally


def all_of(root: Path) -> Iterator[Tally]:
    yield every_byte(root)
    touches = {"removed": removed, "renamed": renamed, "added": added, "cut": cut, "longer": longer, "emptied": emptied}
    for what, touch in touches.items():
        yield each_file(root, what, touch)
    yield swaps(root)


@pytest.mark.slow
def test_all_tampering_is_found_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build = write_build(tmp_path)
    with zipfile.ZipFile(build / PACKAGE_FILE) as archive:
        archive.extractall(tmp_path)
    tallies = [*all_of(build), *all_of(tmp_path / "audit-bundle")]
    with capsys.disabled():
        lines = ["", HEADER.replace("struck", " found"), *(tally.line() for tally in tallies), ""]
        sys.stdout.write("\n".join(lines))
    assert [loss for tally in tallies for loss in tally.losses] == []
    assert all(tally.hits == tally.runs for tally in tallies)
