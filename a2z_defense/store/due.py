"""Reads what decides alerts, and nothing else. Stdlib only."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from a2z_defense.model.due import COLUMNS, DueNotice, DueState
from a2z_defense.store.readonly import ACK, freshness, is_absent, reading

_ROWS = (
    f"SELECT {', '.join(COLUMNS)} FROM queue"  # noqa: S608 - the names are ours
    " WHERE (unanswered OR clocks != '[]' OR status NOT IN ('decided', 'closed')) AND (?1 = '' OR account IN ('', ?1))"
    " ORDER BY claim_id"
)


def read_due(database: Path, *, account: str = "", stamp: str | None = None) -> DueState:
    """The claims that are not over. A database that is not there yet is an empty queue.

    `account`: only its claims. Those of no known account, because Amazon has not told the order yet, belong to every
    account: else nobody would hear of them. So do quarantined notices, for nobody vouches for them. `stamp`: the
    digest of the installed readers and policy. Raises ConfigurationError when the file is not a store.
    """
    if is_absent(database):
        return DueState([], [], None, None)
    with reading(database) as connection:
        rows = connection.execute(_ROWS, (account,)).fetchall()
        held = connection.execute(
            "SELECT evidence, order_id, act_by FROM quarantine WHERE NOT released ORDER BY evidence"
        )
        quarantine = list(map(DueNotice._make, held))
        last_fetch, stale = freshness(connection, stamp)
        acks = tuple(_acks(connection))
    return DueState(rows, quarantine, last_fetch, stale, acks)


def _acks(
    connection: sqlite3.Connection,
) -> Iterator[tuple[str, dt.datetime, dt.datetime, frozenset[tuple[str, str, str]]]]:
    # A range, not LIKE: it goes through the primary key.
    for key, value in connection.execute("SELECT key, value FROM note WHERE key >= ? AND key < ?", (ACK, "ack/")):
        at, until, *shown = value.split(" ", 2)
        # Older versions kept no third part: such an acknowledgement is for nothing that is known.
        alerts = frozenset((kind, subject, act_by) for kind, subject, act_by in json.loads(shown[0] if shown else "[]"))
        yield key.removeprefix(ACK), dt.datetime.fromisoformat(at), dt.datetime.fromisoformat(until), alerts
