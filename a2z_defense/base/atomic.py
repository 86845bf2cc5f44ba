"""Files that are there whole or not at all: temp file in the same folder, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def private_folder(path: Path) -> Path:
    """Make `path` and its missing parents, readable by this user alone."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return path


def sync_folder(path: Path) -> None:
    """Make a rename in `path` durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomic(path: Path, content: bytes, *, mode: int = PRIVATE_FILE, sync: bool = True) -> None:
    """Write `content` to `path`, whole or not at all. The folder must exist.

    `sync=False` leaves the fsyncs to the caller, who syncs many files and their folder at once.
    """
    with whole_file(path, mode=mode, sync=sync) as stream:
        stream.write(content)


@contextmanager
def whole_file(path: Path, *, mode: int = PRIVATE_FILE, sync: bool = True) -> Iterator[BinaryIO]:
    """A stream into what becomes `path` when the body ends well; else nothing of it is left. As `write_atomic`."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(path.parent)
