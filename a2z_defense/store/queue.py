"""Reads the queue: what `list` shows. Stdlib only."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from a2z_defense.model.queue import QuarantineRow, QueueRow, QueueState
from a2z_defense.store.readonly import freshness, is_absent, reading


def read_queue(database: Path, *, stamp: str | None = None) -> QueueState:
    """The queue. A database that is not there yet is an empty queue.

    `stamp`: the digest of the installed readers and policy; another one in the database is said in `stale`.
    Raises ConfigurationError when the file is not a store.
    """
    if is_absent(database):
        return QueueState(rows=(), quarantine=(), last_fetch=None, stale=None)
    with reading(database) as connection:
        connection.row_factory = sqlite3.Row
        rows = tuple(queue_row(row) for row in connection.execute("SELECT * FROM queue ORDER BY claim_id"))
        quarantine = tuple(_quarantine(row) for row in connection.execute("SELECT * FROM quarantine ORDER BY evidence"))
        last_fetch, stale = freshness(connection, stamp)
    return QueueState(rows, quarantine, last_fetch, stale)


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def queue_row(row: sqlite3.Row | Mapping[str, Any]) -> QueueRow:
    """A row of the table `queue`, by the names of its columns."""
    instants = ("deadline_at", "act_by", "started_at", "first_seen")
    values: dict[str, Any] = {
        key: _instant(row[key]) if key in instants else row[key]
        for key in row.keys()  # noqa: SIM118 - sqlite3.Row iterates over values
        if key != "assignee"  # older versions kept that name here; `list` takes it from the configuration
    }
    for key in {"ready", "unanswered", "late", "disagree"} & values.keys():
        values[key] = bool(values[key])
    values["clocks"] = _clocks(values["clocks"])
    values["tags"] = tuple(json.loads(values["tags"]))
    return QueueRow(**values)


def _clocks(text: str) -> tuple[tuple[str, dt.datetime], ...]:
    return tuple((kind, dt.datetime.fromisoformat(at)) for kind, at in json.loads(text))


def _quarantine(row: sqlite3.Row) -> QuarantineRow:
    return QuarantineRow(row["evidence"], row["order_id"], row["why"], _instant(row["act_by"]), bool(row["released"]))
