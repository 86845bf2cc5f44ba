"""Opens the store: one SQLite database in WAL mode, one folder of blobs, one writer at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from a2z_defense.base.atomic import private_folder
from a2z_defense.base.environment import Environment
from a2z_defense.base.instants import utc_text
from a2z_defense.base.locks import exclusive
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.store import journal
from a2z_defense.store.blobs import Blobs, is_under
from a2z_defense.store.errors import OtherKey, StoreUnusable
from a2z_defense.store.keys import KeyRing, load_keys
from a2z_defense.store.location import database_path
from a2z_defense.store.migrate import migrate

BUSY_MILLISECONDS = 30_000
WRITER_WAIT_SECONDS = 60.0


class Store:
    """An open store. Use `open_store`; write inside `writing()`, read inside `reading()`."""

    def __init__(self, environment: Environment, engine: Engine, keys: KeyRing) -> None:
        self.environment = environment
        self.engine = engine
        self.blobs = Blobs(environment.home.blobs, keys)
        self.sent = Blobs(environment.home.sent, keys, sealed=True)

    def bodies(self, kind: EvidenceKind) -> Blobs:
        """Where the bytes of that kind of evidence lie: what was sent has a folder of its own, written once."""
        return self.sent if kind is EvidenceKind.SENT else self.blobs

    def key(self, text: str) -> str:
        """A keyed digest of `text`: an index key that tells nothing to somebody without the store's key."""
        return self.blobs.keys.current.name(text)

    def now(self) -> str:
        return utc_text(self.environment.clock.now())

    @property
    def clock_mark(self) -> str | None:
        return "set" if self.environment.clock.is_set else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store."""
        with _said(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction of the one writer: all of the body's changes are kept, or none."""
        lock = self.environment.home.locks / "store.lock"
        with (
            exclusive(lock, wait_seconds=WRITER_WAIT_SECONDS, holder="writing to the store"),
            _said(),
            self.engine.connect().execution_options(a2z_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def act(
        self,
        connection: Connection,
        what: str,
        *,
        subject: str,
        digest: str = "",
        claim: str | None = None,
        at: str | None = None,
    ) -> None:
        """Add what was done, now or `at`, to the journal's chain of acts, inside the caller's transaction."""
        journal.append(
            connection,
            journal.Chain.ACTS,
            at=at or self.now(),
            clock=self.clock_mark,
            what=what,
            subject=subject,
            digest=digest,
            claim=claim,
        )

    def close(self) -> None:
        self.engine.dispose()


_HELP = {
    "": (
        "a disk with room that may be written",
        "make room or mend the disk, then run the command again: nothing is half done",
    ),
    "locked": (
        "no other program that holds the database",
        "close what has it open (a browser of databases, a backup), then run the command again: nothing is half done",
    ),
    "damaged": (
        "a database that is whole",
        "run a2z doctor; restore the file from your backup. Your builds and the evidence are files of their own",
    ),
}
"""What was expected and what to do, by what is wrong with the database."""


def _sort(why: DatabaseError) -> str:
    said = str(why.orig)
    return "locked" if "locked" in said else "damaged" if "malformed" in said or "not a database" in said else ""


@contextmanager
def _said() -> Iterator[None]:
    """A disk that is full, read-only or failing is said as that, not as a defect of ours."""
    try:
        yield
    except DatabaseError as why:
        # Its own class is damage to the file; others beside OperationalError would be a defect of ours.
        if not isinstance(why, OperationalError) and type(why) is not DatabaseError:
            raise
        expected, remedy = _HELP.get(_sort(why), _HELP[""])
        raise StoreUnusable(
            f"the store cannot be read or written: {why.orig}", expected=expected, remedy=remedy
        ) from None


@contextmanager
def open_store(environment: Environment) -> Iterator[Store]:
    """The store of this home, made and migrated when necessary.

    Raises ConfigurationError for a missing key, a newer schema, a database that is gone while its evidence is there,
    or one that is not SQLite.
    """
    path = database_path(environment)
    private_folder(path.parent)
    private_folder(environment.home.blobs)
    private_folder(environment.home.sent)
    lock = environment.home.locks / "store.lock"
    with exclusive(lock, wait_seconds=WRITER_WAIT_SECONDS, holder="writing to the store"):
        kept = any(environment.home.blobs.iterdir())
        if not path.exists() or not path.stat().st_size:
            if kept:
                raise StoreUnusable(
                    f"the database {path} is gone or empty, and the evidence beside it is not",
                    expected="the database that knows what each piece of evidence is",
                    remedy="restore it from your backup; with none, move A2Z_HOME aside and fetch again: "
                    "entries, the journal and what was sent are lost, mails and Amazon's answers come in again",
                )
            path.touch(mode=0o600)
        migrate(path)
        keys = load_keys(environment, create=not kept)
        if not is_under(path, keys):
            # Before anything is written: what came in now would lie under another key than the rest.
            raise OtherKey(
                f"the evidence is not under the key of this home, which is from the {keys.origin}",
                expected="the key that it was written with",
                remedy="put that key back, from your backup: without it nobody can read the evidence",
            )
    store = Store(environment, _engine(path), keys)
    try:
        yield store
    finally:
        store.close()


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below starts transactions, not the driver
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("a2z_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def instant(text: str | None) -> dt.datetime | None:
    """An instant as the database keeps it."""
    return dt.datetime.fromisoformat(text) if text else None
