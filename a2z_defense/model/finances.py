"""Money that moved, as Amazon's Finances API or a mail tells it. Amounts are positive; the kind says the direction."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.model.money import Money


class MovementKind(StrEnum):
    CHARGE = "charge"
    """The buyer paid (shipment event)."""
    REFUND = "refund"
    """The seller refunded the buyer."""
    REFUND_REVERSED = "refund_reversed"
    """A refund that was taken back whole: the buyer has nothing of it."""
    REFUND_REVERSAL = "refund_reversal"
    """What was taken back of a refund."""
    CLAIM_DEBIT = "claim_debit"
    """A-to-z guarantee claim event against the seller."""
    CLAIM_CREDIT = "claim_credit"
    """A guarantee claim event in the seller's favour (reversal, or Amazon paid)."""
    CHARGEBACK = "chargeback"
    SAFE_T = "safe_t"
    OTHER = "other"


class Movement(Frozen):
    evidence: str
    kind: MovementKind
    posted_at: Instant | None
    amount: Money | None
    """What reached or left the buyer's side: item, shipping, tax charges; fees excluded. None: several currencies."""
    item_ids: tuple[str, ...] = ()
    reference: str | None = None
    """An identifier a reviewer can look up, when the event has one."""


class ServiceFee(Frozen):
    """A fee that Amazon lists for one item of the order, charged or not."""

    evidence: str
    amount: Money
    """Never negative; 0 is listed too."""
    item_id: str | None = None


class Finances(Frozen):
    """All pages of one order's financial events. Amazon may show an event up to 48 hours late."""

    evidence: tuple[str, ...]
    order_id: str
    movements: tuple[Movement, ...] = ()
    complete: bool = True
    """False: a further page was not fetched."""
    csba_fees: tuple[ServiceFee, ...] = ()
    """Fees of the type `CSBAFee`: the item was sold under Customer Service by Amazon."""


class ReturnRow(Frozen):
    """One row of the returns report."""

    evidence: str
    order_id: str
    requested_at: Instant | None = None
    requested_on: dt.date | None = None
    """The report tells days without a zone; a day is not an instant."""
    status: str | None = None
    authorised_at: Instant | None = None
    reason: str | None = None
    item_id: str | None = None
    asin: str | None = None
    sku: str | None = None
    quantity: int | None = None
    a_to_z: bool | None = None
    """The report's A-to-z flag; None: the column is not there."""
    rma: str | None = None
    label_type: str | None = None
    label_paid_by: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    resolution: str | None = None
    refunded: Money | None = None
    in_policy: bool | None = None
    delivered_at: Instant | None = None
    delivered_on: dt.date | None = None


class AccountHealth(Frozen):
    """The counts of the seller performance report."""

    evidence: str
    marketplace_id: str | None = None
    order_count: int | None = None
    defect_count: int | None = None
    claim_count: int | None = None
    target: str | None = None
    """A decimal as text, like 0.01."""
    date_from: str | None = None
    date_to: str | None = None


class Listing(Frozen):
    """The listing as captured."""

    evidence: str
    asin: str | None = None
    sku: str | None = None
    title: str | None = None
    description: str | None = None
    bullets: tuple[str, ...] = ()
    image_urls: tuple[str, ...] = ()
    captured_at: Instant
    updated_at: Instant | None = None


class MessagingActions(Frozen):
    """Which messages Amazon allows now (it cannot read any)."""

    evidence: str
    actions: tuple[str, ...] = ()
