"""What decides alerts, as light as it can be: `a2z alert` reads thousands of these in a blink.

Instants stay as the index holds them, ISO 8601 in UTC with `Z`: compared without their `Z` they are in order of time,
and most of them are only printed.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

COLUMNS = (
    *("claim_id", "status", "blockers", "deadline_kind", "act_by", "first_seen", "unanswered"),
    *("built_not_sent", "clocks"),
)
"""The part of a `QueueRow` that decides alerts, in the order of `DueRow`."""
DueRow = tuple[str, str, int, str, str | None, str, int, int | None, str]
"""One claim, as SQLite gives it: making an object of each would cost a tenth of the whole run. `unanswered` is 1 while
a response, appeal or check clock is running; `clocks` is JSON, [[kind, act_by]]."""


class DueNotice(NamedTuple):
    """A quarantined notice that nobody released, with the deadline that it would have."""

    evidence: str
    order_id: str | None
    act_by: str | None


class DueState(NamedTuple):
    """The index as `alert` sees it: the claims that are not over, and those with a clock of another kind."""

    rows: list[DueRow]
    quarantine: list[DueNotice]
    last_fetch: dt.datetime | None
    stale: str | None
    """Words, when the index was made by other readers or policy than the installed ones."""
    acks: tuple[tuple[str, dt.datetime, dt.datetime, frozenset[tuple[str, str, str]]], ...] = ()
    """`a2z ack`: (claim, said at, until, what there was then)."""
