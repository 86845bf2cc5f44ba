"""One writer at a time, across processes of this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from a2z_defense.base.atomic import private_folder
from a2z_defense.base.errors import SourceError

TOLD_AFTER_SECONDS = 3.0
"""After so long a person begins to wonder; another run that merely writes is done by then."""
_LOG = logging.getLogger(__name__)


class Busy(SourceError):
    """Another a2z process holds the lock."""


@contextmanager
def exclusive(path: Path, *, wait_seconds: float, holder: str) -> Iterator[None]:
    """Hold the lock file `path` for the body.

    Raises Busy when it is still held after `wait_seconds` (0: at once); who waits for long is told why. Locks use real
    time, never the case clock.
    """
    from filelock import FileLock, Timeout

    private_folder(path.parent)
    lock = FileLock(path, timeout=wait_seconds, mode=0o600)
    try:
        try:
            lock.acquire(timeout=min(wait_seconds, TOLD_AFTER_SECONDS))
        except Timeout:
            if wait_seconds <= TOLD_AFTER_SECONDS:
                raise
            _LOG.warning("waiting up to %g s: another a2z process is %s", wait_seconds, holder)
            lock.acquire(timeout=wait_seconds - TOLD_AFTER_SECONDS)
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
