"""The store, who may read it, and the builds that lie beside it as plain files."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.doctor.checks import Check, State

SHOWN = 10
"""Damaged pieces that are named; the rest is counted."""

if TYPE_CHECKING:
    from a2z_defense.store.keys import KeyRing


def store(environment: Environment) -> Iterator[Check]:
    from a2z_defense.store.blobs import is_under
    from a2z_defense.store.keys import load_keys
    from a2z_defense.store.location import database_path
    from a2z_defense.store.migrate import newest

    home = environment.home.root
    path = database_path(environment)
    if not path.exists():
        yield Check(name="store", state=State.PASS, got=f"no store under {home} yet; the first a2z fetch makes it")
        return
    yield from _permissions(home)
    try:
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as connection:
            schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as why:
        remedy = "restore it from a backup; the copies beside it are from before each migration"
        yield Check(
            name="store", state=State.FAIL, got=f"the database cannot be read ({type(why).__name__})", remedy=remedy
        )
        return
    if schema > newest():
        yield Check(
            name="store",
            state=State.FAIL,
            got=f"the store's schema {schema} is newer than this a2z knows ({newest()})",
            remedy="use the a2z that made it, or a newer one",
        )
    elif sound != "ok":
        yield Check(name="store", state=State.FAIL, got="SQLite finds damage", remedy="restore it from a backup")
    else:
        keys = load_keys(environment, create=False)
        count = sum(1 for found in environment.home.blobs.rglob("*") if found.is_file())
        got = f"schema {schema}, {count} encrypted blob(s), key from {keys.origin}"
        if not is_under(path, keys):
            yield Check(
                name="store",
                state=State.FAIL,
                got=f"the evidence is not under the key of this home, which is from the {keys.origin}",
                remedy="put the key back that it was written with, from your backup",
            )
            return
        yield Check(name="store", state=State.PASS, got=got)
        yield from _journal(path)
        yield from _damage(environment, path, keys)
        yield from _builds(path, environment.home.blobs, keys)


def _journal(database: Path) -> Iterator[Check]:
    """Both chains, row by row."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    from a2z_defense.store.journal import problems, strays

    with create_engine(f"sqlite:///file:{database}?mode=ro&uri=true", poolclass=NullPool).connect() as connection:
        found = [*problems(connection), *strays(connection)]
    if found:
        yield Check(
            name="journal",
            state=State.FAIL,
            got="; ".join(found[:SHOWN]),
            remedy="somebody changed the database: restore it from your backup, and ask who. What is built from now on "
            "names a journal that does not hold",
        )


def _damage(environment: Environment, database: Path, keys: KeyRing) -> Iterator[Check]:
    """Evidence that a disk or a hand has changed: found before it is needed."""
    from a2z_defense.store.damage import damaged_pieces

    bad = damaged_pieces(database, environment.home, keys)
    told = ", ".join(f"{one.id} ({one.kind.value}{f', of {one.about}' if one.about else ''})" for one in bad[:SHOWN])
    more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
    if bad:
        yield Check(
            name="evidence",
            state=State.FAIL,
            got=f"{len(bad)} piece(s) cannot be read: {told}{more}",
            remedy="restore blobs/ and sent/ from your backup; or let the same bytes come in again: a2z fetch over the "
            "mailbox that holds the mail, a2z attach with the very same file; what is lost for good: a2z purge --lost",
        )


def _permissions(home: Path) -> Iterator[Check]:
    for path in (home, home / "key"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Check(
                name="permissions",
                state=State.WARN,
                got=f"{path} can be read by other users of this machine",
                remedy=f"chmod go-rwx {path}",
            )


def _builds(database: Path, blobs: Path, keys: KeyRing) -> Iterator[Check]:
    """Every copy of a build that was written: they are plain files with a buyer's data, unlike the evidence."""
    from a2z_defense.store.blobs import Blobs
    from a2z_defense.store.builds import registered

    copies = registered(database, Blobs(blobs, keys))
    for claim_id, same in groupby(copies, key=lambda copy: copy[0]):
        mine = list(same)
        told = ", ".join(
            f"{f'v{version} in' if version else 'an export,'} {place}{_state_of(place)}" for _, version, place in mine
        )
        bad = any(_state_of(folder) for _, _, folder in mine)
        yield Check(
            name="build",
            state=State.WARN if bad else State.PASS,
            got=f"{claim_id}: {told}",
            remedy="restrict with chmod -R go-rwx; what was moved away is out of the reach of a2z purge"
            if bad
            else None,
        )


def _state_of(copy: Path) -> str:
    """What is to be said of a copy's folder, or of an export's file; blank when it is there and private."""
    if not copy.exists():
        return " (not there any more)"
    found = [copy, *copy.rglob("*")]
    return " (others may read it)" if any(stat.S_IMODE(one.stat().st_mode) & 0o077 for one in found) else ""
