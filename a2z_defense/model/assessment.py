"""What the policy says of a case. Clock-free: `policy.bands` adds how long is left."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from a2z_defense.model.case import ClaimReason
from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.model.mail import Counted, Funder, Outcome
from a2z_defense.model.money import Money


class DeadlineKind(StrEnum):
    RESPONSE = "response"
    APPEAL = "appeal"
    CHECK = "check"
    NONE = "none"


class ClockKind(StrEnum):
    """Clocks that are listed; only the first three can be *the* deadline."""

    RESPONSE = "response"
    APPEAL = "appeal"
    CHECK = "check"
    MESSAGE_REPLY = "message_reply"
    INTERNAL_TARGET = "internal_target"
    LAST_STAFFED = "last_staffed"
    CHARGEBACK = "chargeback"
    REQUESTED_EVIDENCE = "requested_evidence"
    APPEAL_RESULT = "appeal_result"
    """Amazon has not answered an appeal yet."""
    OTHER = "other"


class Clock(Frozen):
    """One clock of a claim."""

    kind: ClockKind
    at: Instant
    """The last moment by the rule."""
    act_by: Instant
    """The moment to act by: the earliest reading. Bands and exit codes follow it."""
    rule: str
    """Id of the rule in the policy table."""
    rule_text: str
    """The rule in a sentence."""
    source: str
    """Where the rule was read, and when."""
    started_at: Instant | None = None
    """None: unknown; due now."""
    started_by: str | None = None
    """Evidence id of what started it."""
    readings: tuple[str, ...] = ()
    """The other readings of an ambiguous limit, in words."""


class Deadline(Frozen):
    """*The* deadline: the earliest of response, appeal and check."""

    kind: DeadlineKind
    at: Instant | None = None
    act_by: Instant | None = None
    rule: str | None = None
    rule_text: str | None = None
    source: str | None = None
    started_at: Instant | None = None
    started_by: str | None = None
    readings: tuple[str, ...] = ()


class Level(StrEnum):
    REQUIRED = "required"
    ONE_OR_MORE = "one_or_more"
    EXPECTED = "expected"
    OPTIONAL = "optional"
    HARMFUL = "harmful"


class ItemState(StrEnum):
    HELD = "held"
    MISSING = "missing"
    REQUESTED = "requested"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    CONTRADICTED = "contradicted"


class Supports(StrEnum):
    FUNDING = "funding"
    ODR = "odr"
    BOTH = "both"


class Item(Frozen):
    """One entry of the evidence catalogue, for this case."""

    id: str
    """Catalogue id; append-only."""
    title: str
    level: Level
    group: str | None = None
    """For one_or_more: the group; it blocks when every member is missing or unknown."""
    state: ItemState
    why: str
    """What was found, or why it is not there."""
    exhibit: str | None = None
    """Evidence id of the best proof."""
    exhibits: tuple[str, ...] = ()
    how_to_get: str
    supports: Supports = Supports.BOTH
    source: str = "judgement"
    unit: str | None = None
    """The package or item it is about, when a claim spans several."""


class Decided(StrEnum):
    """What to do about the claim."""

    DEFEND = "defend"
    ACCEPT = "accept"
    NOT_ACTIONABLE = "not_actionable"
    NEEDS_HUMAN = "needs_human"


class DefenceRef(Frozen):
    id: str
    title: str


class PassedOver(Frozen):
    id: str
    why: str


class Contradiction(Frozen):
    """Two pieces of evidence that disagree. JSON: `{between [exhibit, exhibit], what}`."""

    id: str
    between: tuple[str, str]
    """Evidence ids."""
    what: str
    blocks: bool = False
    """It defeats a sentence that the response would need."""


class Ask(Frozen):
    """What to ask Amazon for. Null: do not ask. Funding and ODR are separate results."""

    funding: str | None = None
    """`deny`, `amazon_funds`, `limit` ..."""
    odr: str | None = None
    """`exclude` or None."""


class UnitVerdict(Frozen):
    """The defence of one package's claimed units."""

    item_id: str | None = None
    title: str | None = None
    quantity: int
    package: str | None = None
    tracking_number: str | None = None
    defended: bool
    """By the chosen defence."""
    why: str
    exhibit: str | None = None
    other: DefenceRef | None = None
    """For units that the chosen defence leaves out: another one that holds for their parcel."""
    asks: Ask = Ask()
    """What that other defence lets ask for them."""


class WayOut(Frozen):
    """One way to end a claim that is not defended, with its effects. a2z chooses none."""

    id: str
    what: str
    money: str
    odr: str
    protection: str


class Protection(Frozen):
    """One of the three tests of Buy Shipping Claims Protection."""

    test: str
    result: str
    """`pass`, `fail`, `unknown`."""
    why: str
    action: str | None = None
    exhibit: str | None = None


class MessageRisk(Frozen):
    """A message that the seller wrote on this order and that breaks a rule; for the seller alone."""

    exhibit: str
    rule: str
    found: str
    why: str


class OdrProjection(Frozen):
    """The Order Defect Rate with this claim counted and not counted, from Amazon's own counts."""

    orders: int
    defects: int
    """Amazon's count; whether it already holds this claim is not told."""
    not_counted: str
    """Defects / orders, a decimal as text."""
    counted: str
    """(Defects + 1) / orders."""
    target: str
    """The rate to stay under."""
    over: bool
    """True when the rate with this claim counted is not under the target."""
    exhibit: str


class Result(Frozen):
    """The claim's three separate results, as far as known."""

    refunded: Counted = Counted.UNKNOWN
    funded_by: Funder = Funder.UNKNOWN
    odr: Counted = Counted.UNKNOWN
    outcome: Outcome | None = None
    exhibit: str | None = None


class Status(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    DECIDED = "decided"
    CLOSED = "closed"


class Assessment(Frozen):
    """Everything that follows from a case and the policy tables."""

    claim_id: str
    order_id: str
    marketplace: str | None
    """Two letters."""
    marketplace_id: str | None
    reason: ClaimReason
    amount: Money | None
    amount_exhibit: str | None = None
    status: Status
    deadline: Deadline
    clocks: tuple[Clock, ...] = ()
    decision: Decided
    decision_why: str = ""
    defence: DefenceRef | None = None
    passed_over: tuple[PassedOver, ...] = ()
    items: tuple[Item, ...] = ()
    blockers: tuple[str, ...] = ()
    """Item ids, or ids of blocking contradictions."""
    gaps: tuple[str, ...] = ()
    """Item ids, most useful first."""
    contradictions: tuple[Contradiction, ...] = ()
    asks: Ask = Ask()
    units: tuple[UnitVerdict, ...] = ()
    ways_out: tuple[WayOut, ...] = ()
    protection: tuple[Protection, ...] = ()
    result: Result = Result()
    warnings: tuple[str, ...] = ()
    """Said to the seller: refund now loses protection, personal data partial, seller not configured."""
    alarms: tuple[str, ...] = ()
    """Words of injury or fire and the like: a person must look, nothing is drafted."""
    neighbours: tuple[DefenceRef, ...] = ()
    """Defences of a neighbouring reason that hold as well: buyers change their story on appeal."""
    risks: tuple[MessageRisk, ...] = ()
    """Past messages of the seller that break a rule; for the internal record alone."""
    odr: OdrProjection | None = None
    assignee: str | None = None
    tags: tuple[str, ...] = ()
    policy: str = Field(default="", description="Digest of the policy tables that judged.")

    def item(self, item_id: str) -> Item | None:
        """The item with that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)


class Band(StrEnum):
    OVERDUE = "overdue"
    H6 = "6h"
    H24 = "24h"
    H48 = "48h"
    LATER = "later"
    NONE = "none"
