"""What an alert is. Stdlib only: `a2z alert` runs every few minutes and must start fast."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple


class AlertKind(StrEnum):
    """What an alert is about. Scripts rely on these words."""

    RESPONSE_DUE = "response_due"
    APPEAL_CLOSING = "appeal_closing"
    APPEAL_RESULT = "appeal_result"
    """An appeal was sent, and Amazon's answer to it should be there."""
    CHECK_SELLER_CENTRAL = "check_seller_central"
    """A claim that is under review was not looked at in Seller Central for a day."""
    QUARANTINED_NOTICE = "quarantined_notice"
    MESSAGE_UNANSWERED = "message_unanswered"
    NEW_CLAIM = "new_claim"
    BUILT_NOT_SENT = "built_not_sent"
    EVIDENCE_MISSING = "evidence_missing"
    EVIDENCE_REQUESTED = "evidence_requested"
    """Somebody was asked for evidence, and it is due."""
    BEFORE_NEXT_STAFFED = "before_next_staffed"
    """Due when nobody is there, said on the last staffed day before."""
    CHARGEBACK_DUE = "chargeback_due"
    INTERNAL_TARGET = "internal_target"
    SECRET_EXPIRING = "secret_expiring"  # noqa: S105 - the name of an alert
    NOTHING_FETCHED = "nothing_fetched"
    QUEUE_STALE = "queue_stale"
    """The queue was made by other readers or another policy than the installed ones."""
    QUEUE_UNREADABLE = "queue_unreadable"
    """Nobody watches any deadline: the database is gone or damaged. Only told; `alert` itself ends with 3."""
    CLOCK_WRONG = "clock_wrong"
    """The last fetch lies in the future: this machine's clock was set back, and every deadline looks far."""


class Alert(NamedTuple):
    """One thing to look at, and the one command to run next. JSON: every field but `subject`."""

    claim_id: str | None
    kind: AlertKind
    band: str
    """A `model.assessment.Band`."""
    act_by: str | None
    """ISO 8601 in UTC with `Z`; most alerts are only printed."""
    next: str
    subject: str = ""
    """What else tells two alerts of one kind and claim apart: an evidence id, an account."""

    @property
    def deadline(self) -> dt.datetime | None:
        """`act_by` as an instant."""
        return dt.datetime.fromisoformat(self.act_by) if self.act_by else None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same alert in the next run, in whatever band."""
        return self.claim_id or "", self.kind.value, self.subject


URGENCY = {band: number for number, band in enumerate(("overdue", "6h", "24h", "48h", "later", "none"))}
"""Band to its rank; 0 is the most urgent."""
