"""A home of its own for each test: nothing of the machine's user is read or written."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

from a2z_defense.base.clock import SetClock
from a2z_defense.base.config import Settings
from a2z_defense.base.environment import Environment, Home
from a2z_defense.model.evidence import EvidenceKind
from support.clocks import HandClock

NOON = dt.datetime(2026, 11, 12, 12, 0, tzinfo=dt.UTC)


def environment(
    root: Path, *, now: dt.datetime = NOON, settings: Settings | None = None, **variables: str
) -> Environment:
    """An environment under `root` whose case clock stands at `now`."""
    return Environment(
        home=Home(root / "home"),
        settings=settings or Settings(),
        clock=SetClock(now),
        monotonic=HandClock(),
        variables={"A2Z_KEYRING": "off", **variables},
    )


def with_one_claim(root: Path, *, now: dt.datetime, settings: Settings | None = None) -> Environment:
    """A home under `root` into which the Italian notice that asks for an answer was fetched, from `root/notice.eml`."""
    from a2z_defense.jobs.fetch import FetchWanted, fetch
    from support.mail_maker import notice

    found = environment(root, now=now, settings=settings)
    (root / "notice.eml").write_bytes(bytes(notice("it", "action")))
    fetch(found, FetchWanted(mail=(str(root / "notice.eml"),), spapi=False))
    return found


def kept(home: Path, kind: EvidenceKind) -> int:
    """Pieces of that kind in the store under `home`, looked at from outside while a command fills it."""
    try:
        with closing(sqlite3.connect(f"{(home / 'a2z.sqlite3').as_uri()}?mode=ro", uri=True)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM evidence WHERE kind = ?", (kind.value,)).fetchone()
        return int(count)
    except sqlite3.Error:
        return 0
