"""The deadline as it is shown: where the case clock meets it. The same object in every answer, never null."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from a2z_defense.model.assessment import Band, Deadline, DeadlineKind
from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.policy.bands import band_of


class DeadlineView(Frozen):
    """The `deadline` object of `check`, `list` and `show`."""

    kind: DeadlineKind
    at: Instant | None
    """The last moment by the rule."""
    act_by: Instant | None
    """The moment to act by; bands and exit codes follow it."""
    local: str | None
    """`act_by` in the seller's zone, ISO 8601 with its offset."""
    time_left_seconds: int | None
    """To `act_by`, rounded down; negative when it has passed."""
    band: Band
    rule: str | None
    source: str | None
    started_at: Instant | None
    started_by: str | None
    """Evidence id."""


def deadline_view(deadline: Deadline, now: dt.datetime, zone: str) -> DeadlineView:
    """`deadline` as seen at `now`, local times in `zone` (IANA name)."""
    act_by = deadline.act_by
    return DeadlineView(
        kind=deadline.kind,
        at=deadline.at,
        act_by=act_by,
        local=act_by.astimezone(ZoneInfo(zone)).isoformat() if act_by else None,
        time_left_seconds=(act_by - now) // dt.timedelta(seconds=1) if act_by else None,
        band=Band(band_of(act_by, now, kind=deadline.kind.value)),
        rule=deadline.rule,
        source=deadline.source,
        started_at=deadline.started_at,
        started_by=deadline.started_by,
    )
