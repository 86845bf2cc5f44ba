"""One writer at a time, across processes of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from a2z_defense.base.atomic import private_folder
from a2z_defense.base.errors import SourceError


class Busy(SourceError):
    """Another a2z process holds the lock."""


@contextmanager
def exclusive(path: Path, *, wait_seconds: float, holder: str) -> Iterator[None]:
    """Hold the lock file `path` for the body.

    Raises Busy when it is still held after `wait_seconds` (0: at once). Locks use real time, never the case clock.
    """
    from filelock import FileLock, Timeout

    private_folder(path.parent)
    lock = FileLock(path, timeout=wait_seconds, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(
            f"another a2z process is {holder}",
            expected=f"the lock {path.name} to be free within {wait_seconds:g} s",
            remedy="wait for it to end, then run the command again",
        ) from None
    try:
        yield
    finally:
        lock.release()
