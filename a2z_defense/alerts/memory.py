"""What was told to whom, so that nobody hears the same thing twice. Stdlib only; a disk that cannot be written only
costs this memory, never an alert.

Kept in a database of its own: the store has one writer, and an alert must not wait for a fetch. A recipient is kept as
a digest of its URL, for the URL holds a password.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.alerts.kinds import Alert
from a2z_defense.base.atomic import private_folder
from a2z_defense.base.instants import utc_text

FILE = "alerts.sqlite3"
UNREADABLE = "unreadable queue"
"""The scope of what is told while the queue cannot be read; no account has such a name."""
_OVER = "over: "
"""Before the instant of telling: the scope of what is over and not in the journal yet."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS told (
    scope TEXT, recipient TEXT, claim TEXT, kind TEXT, subject TEXT, act_by TEXT, band TEXT,
    at TEXT NOT NULL, staffed INTEGER NOT NULL, journaled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (scope, recipient, claim, kind, subject, act_by, band)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS begun (
    scope TEXT, recipient TEXT, digest TEXT, alerts TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (scope, recipient, digest)
) WITHOUT ROWID;
DROP TABLE IF EXISTS sending;
"""


@dataclass(frozen=True)
class Told:
    """One alert that one recipient was told."""

    key: tuple[str, str, str]
    """As `Alert.key`."""
    act_by: str
    band: str
    at: dt.datetime
    staffed: bool
    """It went out in staffed time."""


@dataclass(frozen=True)
class Begun:
    """A digest that was being sent when its run ended, or that a recipient neither took nor refused in time."""

    digest: str
    alerts: frozenset[tuple[str, ...]]
    """As `identity`."""


def identity(alert: Alert) -> tuple[str, ...]:
    """What makes it the same alert in the same band."""
    return (*alert.key, act_by_text(alert), alert.band)


def recipient_id(url: str) -> str:
    """A digest of a notifier's URL."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


class Memory:
    """The open memory. `is_lasting` is False when it lives only for this run."""

    def __init__(self, connection: sqlite3.Connection, scope: str, *, is_lasting: bool) -> None:
        self._connection = connection
        self._scope = scope
        self.is_lasting = is_lasting

    def told(self, recipient: str) -> list[Told]:
        """Everything that this recipient was told and that was not over since, by runs over any part of the queue:
        a claim of no known account is in each of them."""
        rows = self._connection.execute(
            "SELECT claim, kind, subject, act_by, band, at, staffed FROM told WHERE recipient = ? AND scope NOT GLOB ?",
            (recipient, f"{_OVER}*"),
        )
        return [
            Told((claim, kind, subject), act_by, band, dt.datetime.fromisoformat(at), staffed == 1)
            for claim, kind, subject, act_by, band, at, staffed in rows
        ]

    def begun(self, recipient: str) -> list[Begun]:
        """The digests that may have arrived, the oldest first."""
        rows = self._connection.execute(
            "SELECT digest, alerts FROM begun WHERE scope = ? AND recipient = ? ORDER BY at, digest",
            (self._scope, recipient),
        )
        return [Begun(digest, frozenset(tuple(alert) for alert in json.loads(alerts))) for digest, alerts in rows]

    def begin(self, recipient: str, digest: str, alerts: Iterable[Alert], now: dt.datetime) -> None:
        """Note, durably, that this digest is about to go out."""
        row = (self._scope, recipient, digest, json.dumps([identity(alert) for alert in alerts]), utc_text(now))
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO begun VALUES (?, ?, ?, ?, ?)", row)

    def done(self, recipient: str, digest: str, alerts: Iterable[Alert], now: dt.datetime, *, staffed: bool) -> None:
        """Note that it went out."""
        with self._connection:
            self._end(recipient, digest)
            self._connection.executemany(
                "INSERT OR REPLACE INTO told (scope, recipient, claim, kind, subject, act_by, band, at, staffed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(self._scope, recipient, *identity(alert), utc_text(now), int(staffed)) for alert in alerts],
            )

    def failed(self, recipient: str, digest: str) -> None:
        """Note that it did not go out: the next run tries again."""
        with self._connection:
            self._end(recipient, digest)

    def _end(self, recipient: str, digest: str) -> None:
        row = (self._scope, recipient, digest)
        self._connection.execute("DELETE FROM begun WHERE scope = ? AND recipient = ? AND digest = ?", row)

    def forget_all_but(self, alerts: Iterable[Alert]) -> None:
        """Drop what is over, so that it is told again when it comes back."""
        current = {identity(alert)[:-1] for alert in alerts}
        rows = self._connection.execute(
            "SELECT DISTINCT scope, claim, kind, subject, act_by FROM told WHERE scope IN (?, ?)",
            # The queue can be read: if it ever cannot again, that is news.
            (self._scope, UNREADABLE),
        ).fetchall()
        over = [row for row in rows if row[0] != self._scope or row[1:] not in current]
        where = "WHERE scope = ? AND claim = ? AND kind = ? AND subject = ? AND act_by = ?"
        with self._connection:
            # What the journal has not taken up yet waits for it, under a scope that no run looks at.
            waits = f"UPDATE told SET scope = '{_OVER}' || at {where} AND NOT journaled"  # noqa: S608 - the words are ours
            self._connection.executemany(waits, over)
            self._connection.executemany(f"DELETE FROM told {where}", over)  # noqa: S608


def not_journaled(folder: Path) -> list[tuple[str, ...]]:
    """What was told and is not in the journal yet: (recipient, claim, kind, subject, act_by, band, at) as text.

    `alert` itself must not wait for the store's writer, so the next command that writes takes this up.
    """
    path = folder / FILE
    if not path.exists():
        return []
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=10)) as connection:
        return connection.execute(
            "SELECT recipient, claim, kind, subject, act_by, band, at FROM told WHERE NOT journaled ORDER BY at, claim"
        ).fetchall()
    return []


def mark_journaled(folder: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """These rows of `not_journaled` are in the journal now."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(folder / FILE, timeout=10)) as connection, connection:
        connection.executemany(
            "UPDATE told SET journaled = 1 WHERE recipient = ? AND claim = ? AND kind = ? AND subject = ?"
            " AND act_by = ? AND band = ? AND at = ?",
            rows,
        )
        connection.execute("DELETE FROM told WHERE journaled AND scope GLOB ?", (f"{_OVER}*",))


def act_by_text(alert: Alert) -> str:
    """The deadline that was told: another one makes it another alert."""
    return alert.act_by or ""


@contextmanager
def open_memory(folder: Path, scope: str) -> Iterator[Memory]:
    """The memory under `folder`; where that disk is full or read-only, one in the machine's temporary folder that
    starts with what can still be read; where that fails too, one for this run alone.

    `scope` keeps runs over different parts of the queue (`--account`) from clearing each other's memory.
    """
    connection = _open(folder / FILE)
    lasting = connection is not None
    if connection is None:
        connection = _stand_in(folder)
    else:
        _take_back(connection, folder)
    try:
        yield Memory(connection, scope, is_lasting=lasting)
    finally:
        connection.close()


def stand_in_folder(folder: Path, *, make: bool = True) -> Path | None:
    """A folder of this user alone that stands in for one that cannot be written; None when that cannot be had."""
    name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
    found = Path(tempfile.gettempdir()) / f"a2z-{os.getuid()}-{name}"
    try:
        if make:
            found.mkdir(mode=0o700, exist_ok=True)
        kept = found.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(kept.st_mode) and kept.st_uid == os.getuid() and not kept.st_mode & 0o077
    return found if ours else None


def _open(path: Path) -> sqlite3.Connection | None:
    try:
        private_folder(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=10)
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
        with connection:  # written and taken back, because a full disk lets a database be opened
            connection.execute("INSERT OR REPLACE INTO begun VALUES ('', '', '', '[]', '')")
        with connection:
            connection.execute("DELETE FROM begun WHERE recipient = ''")
    except (OSError, sqlite3.Error):
        return None
    return connection


def _take_back(connection: sqlite3.Connection, folder: Path) -> None:
    """The disk can be written again: what was told meanwhile was told all the same."""
    place = stand_in_folder(folder, make=False)
    if place is None or not (place / FILE).exists():
        return
    with suppress(sqlite3.Error, OSError):
        connection.execute("ATTACH ? AS meanwhile", (str(place / FILE),))
        with connection:
            connection.execute("INSERT OR REPLACE INTO told SELECT * FROM meanwhile.told")
        with connection:
            connection.execute("INSERT OR REPLACE INTO begun SELECT * FROM meanwhile.begun")
        connection.execute("DETACH meanwhile")
        (place / FILE).unlink()


def _stand_in(folder: Path) -> sqlite3.Connection:
    place = stand_in_folder(folder)
    fresh = place is not None and not (place / FILE).exists()
    connection = _open(place / FILE) if place is not None else None
    if connection is not None and not fresh:
        return connection
    found = connection or sqlite3.connect(":memory:")
    try:
        kept = sqlite3.connect(f"{(folder / FILE).absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        kept.backup(found)
        kept.close()
    except sqlite3.Error:
        found.rollback()
    found.executescript(_SCHEMA)
    return found
