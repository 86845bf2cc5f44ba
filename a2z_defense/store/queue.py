"""Reads the queue through stdlib sqlite3, read-only: what `alert` and `list` need, also on a read-only disk."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.queue import DueRow, DueState, QuarantineRow, QueueRow, QueueState

STAMP = "derived.stamp"
"""Note under which the digest of readers and policy is kept."""
LAST_FETCH = "fetch.last"
ACK = "ack."
"""Before a claim id: the note that `a2z ack` leaves, "<said at> <until>"."""
STALE = "the queue was made by another version of a2z: run a2z fetch or a2z reindex"


def read_queue(database: Path, *, stamp: str | None = None) -> QueueState:
    """The queue. A database that is not there yet is an empty queue.

    `stamp`: the digest of the installed readers and policy; another one in the database is said in `stale`.
    Raises ConfigurationError when the file is not a store.
    """
    if not database.exists():
        return QueueState(rows=(), quarantine=(), last_fetch=None, stale=None)
    with _reading(database) as connection:
        connection.row_factory = sqlite3.Row
        rows = tuple(_row(row) for row in connection.execute("SELECT * FROM queue ORDER BY claim_id"))
        quarantine, last_fetch, stale = _beside(connection, stamp)
    return QueueState(rows, quarantine, last_fetch, stale)


def read_due(database: Path, *, account: str = "", stamp: str | None = None) -> DueState:
    """As `read_queue`, with only what decides alerts: ten thousand claims in a tenth of its time.

    `account`: only its claims; quarantined notices belong to every account, for nobody vouches for them.
    """
    if not database.exists():
        return DueState(rows=(), quarantine=(), last_fetch=None, stale=None)
    instant = dt.datetime.fromisoformat
    with _reading(database) as connection:
        found = connection.execute(
            "SELECT claim_id, status, blockers, deadline_kind, act_by, first_seen, unanswered, built_not_sent, clocks"
            " FROM queue WHERE (unanswered OR clocks != '[]' OR status NOT IN ('decided', 'closed'))"
            " AND (? = '' OR account = ?)",
            (account, account),
        ).fetchall()
        rows = tuple(
            DueRow(
                claim_id,
                status,
                blockers,
                kind,
                instant(act_by) if act_by else None,
                instant(first_seen),
                unanswered == 1,
                built_not_sent,
                () if clocks == "[]" else _clocks(clocks),
            )
            for claim_id, status, blockers, kind, act_by, first_seen, unanswered, built_not_sent, clocks in found
        )
        connection.row_factory = sqlite3.Row
        quarantine, last_fetch, stale = _beside(connection, stamp)
        acks = tuple(_acks(connection))
    return DueState(rows, quarantine, last_fetch, stale, acks)


def _acks(connection: sqlite3.Connection) -> Iterator[tuple[str, dt.datetime, dt.datetime]]:
    # A range, not LIKE: it goes through the primary key.
    for key, value in connection.execute("SELECT key, value FROM note WHERE key >= ? AND key < ?", (ACK, "ack/")):
        at, _, until = value.partition(" ")
        yield key.removeprefix(ACK), dt.datetime.fromisoformat(at), dt.datetime.fromisoformat(until)


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
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


def _beside(
    connection: sqlite3.Connection, stamp: str | None
) -> tuple[tuple[QuarantineRow, ...], dt.datetime | None, str | None]:
    """Quarantined notices, the last fetch, and the words when another version made the queue."""
    quarantine = tuple(_quarantine(row) for row in connection.execute("SELECT * FROM quarantine ORDER BY evidence"))
    notes = {row[0]: row[1] for row in connection.execute("SELECT key, value FROM note")}
    made_by = notes.get(STAMP)
    stale = STALE if stamp is not None and made_by is not None and made_by != stamp else None
    return quarantine, _instant(notes.get(LAST_FETCH)), stale


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


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _row(row: sqlite3.Row) -> QueueRow:
    instants = ("deadline_at", "act_by", "started_at", "first_seen")
    values: dict[str, Any] = {
        key: _instant(row[key]) if key in instants else row[key]
        for key in row.keys()  # noqa: SIM118 - sqlite3.Row iterates over values
    }
    values["ready"] = bool(values["ready"])
    values["unanswered"] = bool(values["unanswered"])
    values["clocks"] = _clocks(values["clocks"])
    values["tags"] = tuple(json.loads(values["tags"]))
    return QueueRow(**values)


def _clocks(text: str) -> tuple[tuple[str, dt.datetime], ...]:
    return tuple((kind, dt.datetime.fromisoformat(at)) for kind, at in json.loads(text))


def _quarantine(row: sqlite3.Row) -> QuarantineRow:
    return QuarantineRow(row["evidence"], row["order_id"], row["why"], _instant(row["act_by"]), bool(row["released"]))
