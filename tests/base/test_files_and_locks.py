from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from a2z_defense.base import locks
from a2z_defense.base.atomic import private_folder, write_atomic
from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.base.locks import Busy, exclusive


def test_a_file_is_whole_private_and_leaves_nothing_beside(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    write_atomic(folder / "x", b"one")
    write_atomic(folder / "x", b"two")
    assert (folder / "x").read_bytes() == b"two"
    assert stat.S_IMODE((folder / "x").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["x"]


def test_a_write_that_fails_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomic(tmp_path / "x", b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("a2z_defense.base.atomic.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_the_lock_is_held_by_one(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "x.lock"
    with (
        exclusive(path, wait_seconds=0, holder="fetching"),
        pytest.raises(Busy, match="fetching"),
        exclusive(path, wait_seconds=0, holder="fetching"),
    ):
        pytest.fail("two held it")
    with exclusive(path, wait_seconds=0, holder="fetching"):
        pass


def test_shipped_folders_are_found_and_others_are_said_to_be_missing() -> None:
    assert (data_folder("examples") / "scenarios").is_dir()
    with pytest.raises(ConfigurationError, match="nowhere"):
        data_folder("nowhere")


def test_who_waits_for_long_is_told_for_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(locks, "TOLD_AFTER_SECONDS", 0.05)
    monkeypatch.setattr(logging.getLogger("a2z_defense"), "propagate", True)
    path = tmp_path / "one.lock"
    with (
        exclusive(path, wait_seconds=0, holder="building"),
        pytest.raises(Busy, match="building"),
        exclusive(path, wait_seconds=0.2, holder="building"),
    ):
        pass
    assert "waiting up to 0.2 s: another a2z process is building" in caplog.text
