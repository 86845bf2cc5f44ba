"""Numbered, forward-only migrations; a copy of the database is made first, a newer schema is never touched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from a2z_defense.store.errors import StoreUnusable

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def scripts() -> list[tuple[int, Path]]:
    """The migrations, in order of their numbers."""
    return sorted((int(path.name.split("_")[0]), path) for path in MIGRATIONS.glob("[0-9]*.sql"))


def newest() -> int:
    return scripts()[-1][0]


def migrate(database: Path) -> list[int]:
    """Bring the schema up to date; returns the numbers that were applied.

    Each migration is one transaction. Raises StoreUnusable for a schema newer than ours, before anything is written.
    """
    connection = sqlite3.connect(database, timeout=30, isolation_level=None)
    try:
        return _migrate(connection, database)
    except sqlite3.DatabaseError as why:
        raise StoreUnusable(
            f"the store {database} cannot be opened: {why}",
            expected="a database of a2z on a disk with room",
            remedy="run a2z doctor; restore the file from your backup if it is damaged",
        ) from None
    finally:
        connection.close()


def _migrate(connection: sqlite3.Connection, database: Path) -> list[int]:
    at: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if at > newest():
        raise StoreUnusable(
            f"the store {database} has schema {at}",
            expected=f"schema {newest()} or older",
            remedy="install the newer a2z that wrote it; nothing was changed",
        )
    applied: list[int] = []
    for number, script in scripts():
        if number <= at:
            continue
        if at and not applied:
            _copy(connection, database.with_name(f"{database.name}.before-{number}"))
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script.read_text(encoding='utf-8')}\nPRAGMA user_version = {number};\nCOMMIT;"
        )
        applied.append(number)
    return applied


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    target.touch(mode=0o600)
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
    finally:
        copy.close()
