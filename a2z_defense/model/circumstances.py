"""What a case is assembled under, besides its evidence. Kept in every bundle, so that the case can be built again."""

from __future__ import annotations

from a2z_defense.model.evidence import Trouble
from a2z_defense.model.frozen import Frozen, Instant


class Failure(Frozen):
    """A source that gave no answer. Without a time: trying again in vain is no new input."""

    source: str
    trouble: Trouble
    why: str
    remedy: str


class Circumstances(Frozen):
    claim_id: str
    order_id: str
    number: int
    opens_at: Instant | None = None
    """Notices before this belong to the order's earlier claim; None for the first."""
    ends_at: Instant | None = None
    """Notices from this on belong to the order's next claim."""
    trusted_receivers: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    mail_from: Instant | None = None
    """The oldest mail that any mailbox showed; None: no mailbox was read."""
    mail_to: Instant | None = None
