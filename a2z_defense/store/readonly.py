"""Reads the database through stdlib sqlite3, read-only, also on a disk that is read-only itself. Stdlib only."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from a2z_defense.base.errors import ConfigurationError

STAMP = "derived.stamp"
"""Note under which the digest of readers and policy is kept."""
LAST_FETCH = "fetch.last"
ACK = "ack."
"""Before a claim id: the note that `a2z ack` leaves, "<said at> <until> <JSON of what there was>"."""
STALE = "the queue was made by another version of a2z: run a2z fetch or a2z reindex"


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose every failure is said as ConfigurationError."""
    try:
        connection = _open(database)
    except sqlite3.Error as why:
        raise _unusable(database, why) from None
    try:
        yield connection
    except (sqlite3.Error, ValueError, TypeError, IndexError) as why:
        raise _unusable(database, why) from None
    finally:
        connection.close()


def is_absent(database: Path) -> bool:
    """True for a home that has no store yet. Raises ConfigurationError when there was one: an empty queue would be
    a lie, and silence."""
    if database.exists():
        return False
    if database.parent.exists() and not database.parent.is_dir():
        raise _unusable(database, NotADirectoryError("A2Z_HOME names a file, not a folder"))
    blobs = database.with_name("blobs")
    if blobs.is_dir() and next(blobs.iterdir(), None) is not None:
        raise _unusable(database, FileNotFoundError("the file is gone, and the evidence beside it is not"))
    return True


def freshness(connection: sqlite3.Connection, stamp: str | None) -> tuple[dt.datetime | None, str | None]:
    """The last fetch, and the words when another version than `stamp` made the queue."""
    found = connection.execute("SELECT key, value FROM note WHERE key IN (?, ?)", (STAMP, LAST_FETCH))
    notes = {row[0]: row[1] for row in found}
    made_by, fetched = notes.get(STAMP), notes.get(LAST_FETCH)
    stale = STALE if stamp is not None and made_by is not None and made_by != stamp else None
    return dt.datetime.fromisoformat(fetched) if fetched else None, stale


def _open(database: Path) -> sqlite3.Connection:
    connection = _connect(database, "mode=ro")
    try:
        connection.execute("SELECT 1 FROM note LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        # WAL wants a shared-memory file beside the database; a read-only disk has no room for one.
        connection.close()
        return _open_on_read_only_disk(database)
    return connection


def _open_on_read_only_disk(database: Path) -> sqlite3.Connection:
    """Nobody writes there, so the file can be read as it is, unless a crash left changes in the log beside it:
    then a copy of both is read, for `immutable` would pass over the newest deadlines."""
    import shutil
    import tempfile

    log = database.with_name(f"{database.name}-wal")
    if not log.exists() or log.stat().st_size == 0:
        return _connect(database, "mode=ro&immutable=1")
    with tempfile.TemporaryDirectory(prefix="a2z-") as folder:
        for file in (database, log):
            shutil.copy(file, folder)
        copy = sqlite3.connect(Path(folder) / database.name)
        memory = sqlite3.connect(":memory:")
        copy.backup(memory)
        copy.close()
    return memory


def _connect(database: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?{options}", uri=True, timeout=5)


def _unusable(database: Path, why: Exception) -> ConfigurationError:
    return ConfigurationError(
        f"the queue in {database} cannot be read: {why}",
        expected="a store of this version of a2z",
        remedy="run a2z doctor; look at your claims in Seller Central until it works",
    )
