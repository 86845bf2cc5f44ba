"""A version's folder on disk: there whole or not at all, never overwritten."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from a2z_defense.base.atomic import PRIVATE_FILE, private_folder, sync_folder
from a2z_defense.bundle.layout import BUILD_FILE


def is_there(target: Path, manifest: str) -> bool:
    """True when the version lies there as it was built: what cannot be verified is written again."""
    from a2z_defense.bundle.verify import verify

    path = target / BUILD_FILE
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != manifest:
        return False
    return verify(target).ok


class Unfinished:
    """A version that is being written beside its place."""

    def __init__(self, target: Path, temporary: Path) -> None:
        self._target, self._temporary = target, temporary

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the version."""
        with self.open(name) as stream:
            stream.write(content)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file of the version to write into, for what is too large to be held; durable at the end."""
        path = self._temporary / name
        private_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())

    def put_in_place(self) -> None:
        """Rename it to its place: from one moment to the next it is there, whole."""
        for folder in (path for path in self._temporary.iterdir() if path.is_dir()):
            sync_folder(folder)
        sync_folder(self._temporary)
        if self._target.exists():
            _set_aside(self._target)
        self._temporary.rename(self._target)
        sync_folder(self._target.parent)


@contextmanager
def unfinished(target: Path) -> Iterator[Unfinished]:
    """A version to write beside its place; what is not put in place is gone at the end: no half version is visible."""
    private_folder(target.parent)
    _remove_leavings(target.parent)
    temporary = target.parent / f".{target.name}.{secrets.token_hex(6)}.tmp"
    temporary.mkdir(mode=0o700)
    try:
        yield Unfinished(target, temporary)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _set_aside(target: Path) -> None:
    """What lies where this version belongs is not what was built: keep it, under a name that says so."""
    number = 1
    while (aside := target.with_name(f"{target.name}.changed-{number}")).exists():
        number += 1
    target.rename(aside)


def _remove_leavings(folder: Path) -> None:
    """What a run that was killed left behind. The build lock is held, so nobody else is writing here."""
    for leaving in folder.glob(".v*.tmp"):
        shutil.rmtree(leaving, ignore_errors=True)
