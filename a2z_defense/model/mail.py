"""What a mail says, as read from its bytes."""

from __future__ import annotations

from enum import StrEnum

from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.model.money import Money


class MailKind(StrEnum):
    """What kind of mail it is."""

    CLAIM_RECEIVED = "claim_received"
    ACTION_REQUIRED = "action_required"
    CLAIM_UNRECOGNISED = "claim_unrecognised"
    """Structure says A-to-z, the wording is in no table: a claim, treated as action required, loudly marked."""
    DECISION = "decision"
    APPEAL_RESULT = "appeal_result"
    BUYER_MESSAGE = "buyer_message"
    SELLER_MESSAGE = "seller_message"
    AMAZON_MESSAGE = "amazon_message"
    """Amazon's staff, relaying for a buyer."""
    RETURN_REQUEST = "return_request"
    REFUND_ISSUED = "refund_issued"
    CANCELLATION_REQUEST = "cancellation_request"
    DELIVERY_FAILURE = "delivery_failure"
    OPT_OUT = "opt_out"
    CHARGEBACK = "chargeback"
    AMAZON_PAY = "amazon_pay"
    SAFE_T = "safe_t"
    OTHER = "other"


NOTICE_KINDS = frozenset(
    {
        MailKind.CLAIM_RECEIVED,
        MailKind.ACTION_REQUIRED,
        MailKind.CLAIM_UNRECOGNISED,
        MailKind.DECISION,
        MailKind.APPEAL_RESULT,
    }
)
DECISION_KINDS = frozenset({MailKind.DECISION, MailKind.APPEAL_RESULT})
MESSAGE_KINDS = frozenset({MailKind.BUYER_MESSAGE, MailKind.SELLER_MESSAGE, MailKind.AMAZON_MESSAGE})


class Trust(StrEnum):
    """What the receivers' authentication says of the mail."""

    AUTHENTICATED = "authenticated"
    """A trusted receiver reports a pass, aligned with Amazon's domain."""
    UNVERIFIED = "unverified"
    """The topmost receiver reports a pass, but no trusted receiver is configured."""
    ALTERED = "altered"
    """A gateway changed the body; aligned headers and a trusted receiver's pass: a claim, marked."""
    UNAUTHENTICATED = "unauthenticated"
    """No authentication header (forwarded, exported): a claim, marked."""
    QUARANTINED = "quarantined"
    """Failed, or dressed as Amazon from elsewhere: no claim until released by hand."""


class Automatic(StrEnum):
    """Whether a machine wrote a message. A machine's answer is no answer of a person."""

    NO = "no"
    """Nothing says so."""
    MAYBE = "maybe"
    """Headers that machines set, and help desks also on people's answers."""
    YES = "yes"
    """Its header or its first words say that it is an automatic reply."""


class StartBasis(StrEnum):
    """Which date starts a notice's clock; the earliest wins."""

    INNER_DATE = "inner_date"
    """The date in the quoted header block, or of the attached original."""
    RECEIVED = "received"
    """The first Received header."""
    DATE = "date"
    """The mail's own Date header."""
    UNKNOWN = "unknown"
    """A forward without an inner date: due now."""


class DueKind(StrEnum):
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    INSTANT = "instant"


class DueReading(Frozen):
    """One reading of a time limit that a notice states. Several readings of one text: the earliest wins."""

    kind: DueKind
    count: int | None = None
    """Hours or calendar days."""
    at: Instant | None = None
    """For an explicit date or instant."""
    from_claim: bool = False
    """It counts from the claim or an earlier mail about it, and this mail does not say when that was."""
    text: str
    """The words of the notice."""
    note: str = ""
    """Why this is one reading of several, when it is."""


class Outcome(StrEnum):
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    REVERSED = "reversed"
    """An appeal that succeeded."""
    UPHELD = "upheld"
    """An appeal that failed."""
    UNKNOWN = "unknown"


class Funder(StrEnum):
    SELLER = "seller"
    AMAZON = "amazon"
    UNKNOWN = "unknown"


class Counted(StrEnum):
    """Whether a claim counts in the Order Defect Rate."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why the buyer claims."""

    NOT_RECEIVED = "not_received"
    NOT_AS_DESCRIBED = "not_as_described"
    REFUND_NOT_ISSUED = "refund_not_issued"
    RETURN_REFUSED = "return_refused"
    EXTRA_CHARGES = "extra_charges"
    UNKNOWN = "unknown"


class Decision(Frozen):
    """What a decision notice says."""

    outcome: Outcome
    funded_by: Funder = Funder.UNKNOWN
    odr: Counted = Counted.UNKNOWN
    stated_reason: str | None = None
    """Amazon's own words."""


class NoticeFacts(Frozen):
    """What a claim notice or decision says."""

    amount: Money | None = None
    reason: Reason | None = None
    """Only when the notice states one."""
    buyer_comment: str | None = None
    due: tuple[DueReading, ...] = ()
    """Limits for the *response*; a "received" mail's "if more is needed" is not one."""
    decision: Decision | None = None
    how: str = ""
    """By what the kind was recognised: header, subject, body, structure."""
    undecided: bool = False
    """Received or action required could not be told apart: treated as action required."""
    carrier: str | None = None
    tracking_number: str | None = None
    claimed_on: Instant | None = None


class MessageFacts(Frozen):
    """A buyer-seller message."""

    text: str
    """The writer's words exactly, footers and signed links gone."""
    quoted: str | None = None
    """The history below, kept apart."""
    anchored: bool = True
    """False: no delimiter matched, the whole text was kept."""
    topic: str | None = None
    """From the subject: "order delivery inquiry"."""


class ReturnFacts(Frozen):
    """A return request mail."""

    requested_on: Instant | None = None
    authorised: bool | None = None
    reason: str | None = None
    comment: str | None = None
    asin: str | None = None
    sku: str | None = None
    quantity: int | None = None
    carrier: str | None = None
    tracking_number: str | None = None


class RefundFacts(Frozen):
    """A "refund initiated" mail."""

    amount: Money | None = None
    reason: str | None = None
    sku: str | None = None


class MailAttachment(Frozen):
    """A part of a mail that is not its text; its bytes are inside the mail's own evidence."""

    name: str
    media_type: str
    """By content, not by name."""
    size: int
    sha256: str
    part: str
    """Where it lies in the MIME tree, like `1.2`."""


class MailRead(Frozen):
    """Everything that one mail says."""

    kind: MailKind
    trust: Trust
    trust_why: str = ""
    order_ids: tuple[str, ...] = ()
    """The order that it is about comes first."""
    alias: str | None = None
    """The buyer's relay alias, lower case, without the `+` part."""
    alias_case: str | None = None
    """The `+` part."""
    message_id: str | None = None
    references: tuple[str, ...] = ()
    """Message-IDs of In-Reply-To and References."""
    content_key: str
    """Digest of sender, date and text, less what forwarding changes: equal for copies of the same message."""
    text_key: str = ""
    """Digest of the text alone: equal for every copy, also for a forward without date.
    `readers.mail.copies.same_message` decides with it."""
    token_key: str = ""
    """Digest of Amazon's own token in the text; empty without one. Two mails with different tokens are two messages."""
    subject: str = ""
    sender: str = ""
    """Address of the writer, the original's for a forward."""
    buyer_name: str | None = None
    """From the subject or the display name of a buyer's message."""
    sent_at: Instant | None = None
    """The start of a notice's clock or the time of a message: the earliest of the candidates."""
    start_basis: StartBasis = StartBasis.UNKNOWN
    forwarded: bool = False
    marketplace_id: str | None = None
    marketplace_basis: str | None = None
    """By what: header, sender's domain, programme text."""
    language: str | None = None
    notice: NoticeFacts | None = None
    message: MessageFacts | None = None
    automatic: Automatic = Automatic.NO
    """Of a message: whether a machine wrote it."""
    automatic_why: str = ""
    """What says so: a header's name, or the first words."""
    return_request: ReturnFacts | None = None
    refund: RefundFacts | None = None
    attachments: tuple[MailAttachment, ...] = ()
    troubles: tuple[str, ...] = ()
    """What could not be read, in words, without personal data."""
