"""Queues of invented claims, as rows and as a database that `a2z alert` reads."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from a2z_defense.base.instants import utc_text
from a2z_defense.model.due import COLUMNS, DueNotice, DueRow, DueState
from a2z_defense.model.queue import QuarantineRow, QueueRow, QueueState
from a2z_defense.store.migrate import migrate
from a2z_defense.store.readonly import LAST_FETCH

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


def queue_row(act_in: float | None = 30, number: int = 1, **changes: Any) -> QueueRow:
    """An open claim, seen two days ago, whose answer is due `act_in` hours after NOW."""
    act_by = None if act_in is None else NOW + hours(act_in)
    values: dict[str, Any] = {
        "claim_id": f"402-{number:07d}-7654321",
        "order_id": f"402-{number:07d}-7654321",
        "account": "",
        "marketplace": "IT",
        "marketplace_id": "APJ6JRA9NG5V4",
        "reason": "not_received",
        "reason_source": "stated",
        "amount": "119.00",
        "currency": "EUR",
        "status": "open",
        "decision": "defend",
        "ready": True,
        "blockers": 0,
        "latest_version": None,
        "deadline_kind": "response",
        "deadline_at": act_by,
        "act_by": act_by,
        "rule": "response.unstated",
        "rule_source": "help pages",
        "started_at": NOW - hours(48),
        "started_by": "ev-00000000000000000001",
        "first_seen": NOW - hours(48),
        "unanswered": True,
    }
    return QueueRow(**{**values, **changes})


def due_row(act_in: float | None = 30, number: int = 1, **changes: Any) -> DueRow:
    """The same claim as `alert` reads it."""
    row = queue_row(act_in, number, **changes)
    found = tuple(_clocks(row) if name == "clocks" else _text(getattr(row, name)) for name in COLUMNS)
    return cast(DueRow, found)


def due_state(
    *rows: DueRow,
    quarantine: Sequence[DueNotice] = (),
    last_fetch: dt.datetime | None = NOW - dt.timedelta(minutes=10),
    stale: str | None = None,
) -> DueState:
    """What `alert` reads of a queue that was fetched ten minutes ago."""
    return DueState(list(rows), list(quarantine), last_fetch, stale)


def queue_state(
    *rows: QueueRow,
    quarantine: Sequence[QuarantineRow] = (),
    last_fetch: dt.datetime | None = NOW - dt.timedelta(minutes=10),
    stale: str | None = None,
) -> QueueState:
    """A queue that was fetched ten minutes ago."""
    return QueueState(rows, tuple(quarantine), last_fetch, stale)


def _text(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return utc_text(value)
    return int(value) if isinstance(value, bool) else value


def _clocks(row: QueueRow) -> str:
    return json.dumps([[kind, utc_text(at)] for kind, at in row.clocks])


def write_queue(database: Path, state: QueueState) -> Path:
    """A store's database, at the newest schema, that holds this queue and nothing else."""
    database.parent.mkdir(parents=True, exist_ok=True)
    migrate(database)
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("DELETE FROM queue")
        connection.execute("DELETE FROM quarantine")
        for row in state.rows:
            values = {key: _text(value) for key, value in asdict(row).items()}
            values["clocks"] = _clocks(row)
            values["tags"] = json.dumps(row.tags)
            columns, marks = ", ".join(values), ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO queue ({columns}) VALUES ({marks})", list(values.values()))
        for held in state.quarantine:
            connection.execute(
                "INSERT INTO quarantine (evidence, order_id, why, act_by, released) VALUES (?, ?, ?, ?, ?)",
                [_text(value) for value in asdict(held).values()],
            )
        if state.last_fetch:
            connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (LAST_FETCH, utc_text(state.last_fetch)))
    connection.close()
    return database
