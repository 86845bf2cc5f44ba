"""The queue's row: what `list` and `alert` need, without personal data. Stdlib only, so that `alert` starts fast."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

DAMAGED = "evidence damaged"
"""The tag of a claim that could not be judged whole, because a piece of its evidence cannot be read."""


@dataclass(frozen=True)
class QueueRow:
    """One claim in the index. Instants are aware UTC; enums are their JSON values."""

    claim_id: str
    order_id: str
    account: str
    marketplace: str | None
    marketplace_id: str | None
    reason: str
    reason_source: str
    amount: str | None
    """Decimal as text."""
    currency: str | None
    status: str
    decision: str
    ready: bool
    """No blockers."""
    blockers: int
    latest_version: int | None
    deadline_kind: str
    deadline_at: dt.datetime | None
    act_by: dt.datetime | None
    rule: str | None
    rule_source: str | None
    started_at: dt.datetime | None
    started_by: str | None
    first_seen: dt.datetime
    """When a2z first saw the claim."""
    unanswered: bool
    """A response, appeal or check clock is still running: its band decides alert's exit code."""
    built_not_sent: int | None = None
    """The latest final version that was built and not recorded as sent."""
    clocks: tuple[tuple[str, dt.datetime], ...] = ()
    """Further clocks (kind, act_by): message_reply, requested_evidence, chargeback ..."""
    tags: tuple[str, ...] = ()
    outcome: str | None = None
    """The latest result: granted, denied, withdrawn, closed, reversed, upheld, unknown; None: none is known."""
    funded_by: str | None = None
    """Who pays: seller, amazon; None: not known."""
    odr: str | None = None
    """Does it count in the Order Defect Rate: yes, no; None: not known."""
    late: bool = False
    """The answer was recorded for a moment after its deadline."""
    disagree: bool = False
    """What the seller recorded and what Amazon's mails say are not the same."""


@dataclass(frozen=True)
class QuarantineRow:
    """A quarantined notice: the deadline that it would have."""

    evidence: str
    order_id: str | None
    why: str
    act_by: dt.datetime | None
    released: bool = False


@dataclass(frozen=True)
class QueueState:
    """The whole index as `alert` and `list` see it."""

    rows: tuple[QueueRow, ...]
    quarantine: tuple[QuarantineRow, ...]
    last_fetch: dt.datetime | None
    stale: str | None
    """Words, when the index was made by other readers or policy than the installed ones."""
