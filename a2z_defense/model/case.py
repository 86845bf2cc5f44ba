"""The case: everything that the evidence says about one claim. Assembled by `readers.assemble`, judged by `policy`."""

from __future__ import annotations

from enum import StrEnum

from a2z_defense.model.entries import Entry
from a2z_defense.model.evidence import Evidence
from a2z_defense.model.finances import AccountHealth, Finances, Listing, MessagingActions, ReturnRow
from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.model.mail import MailRead, Reason
from a2z_defense.model.order import Order
from a2z_defense.model.tracking import Label, Shipment


class Mail(Frozen):
    """A mail of this case: what it says, and the evidence that it is."""

    evidence: str
    read: MailRead
    obtained_at: Instant
    copies: tuple[Mail, ...] = ()
    """Further copies of the same message; this one, whose start is known best, speaks for all."""
    threaded_by: str = "order_id"
    """order_id, alias, case, references: why it belongs to this case."""
    released: bool = False
    """A quarantined notice that the seller released by hand."""

    @property
    def also(self) -> tuple[str, ...]:
        """Evidence ids of the copies."""
        return tuple(mail.evidence for mail in self.copies)


class SourceState(StrEnum):
    """How one source of evidence stands for this case. Decides unknown against missing."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    """Answered, but without the personal data (roles, age)."""
    NO_RECORD = "no_record"
    """Answered: knows no such thing."""
    REFUSED = "refused"
    FAILED = "failed"
    """Gave no answer: everything that it alone could tell is unknown."""
    NOT_ASKED = "not_asked"


class SourceReport(Frozen):
    """The last word of one source."""

    source: str
    """`mail`, `order`, `finances`, `tracking`, `shipment`, `returns`, `listing`, `messaging`, `account_health`."""
    state: SourceState
    why: str = ""
    at: Instant | None = None
    evidence: tuple[str, ...] = ()
    covers_from: Instant | None = None
    """For the mailbox: the oldest mail looked at."""
    covers_to: Instant | None = None


class ReasonSource(StrEnum):
    STATED = "stated"
    INFERRED = "inferred"
    SET = "set"


class Case(Frozen):
    """One claim and all that is known of it. Every list is in order of time, ties by evidence id."""

    claim_id: str
    order_id: str
    number: int
    """1 for the order's first claim."""
    opens_at: Instant | None = None
    """From when on a notice is of this claim; None for the first."""
    ends_at: Instant | None = None
    """From when on it is of the order's next claim."""
    marketplace_id: str | None = None
    account: str = ""
    notices: tuple[Mail, ...] = ()
    """Claim notices and decisions, quarantined ones excluded unless released."""
    earlier_notices: tuple[Mail, ...] = ()
    """Notices and decisions of the order's earlier claims: what this claim's own do not tell may stand there."""
    quarantined: tuple[Mail, ...] = ()
    messages: tuple[Mail, ...] = ()
    other_mails: tuple[Mail, ...] = ()
    """Return requests, refunds, cancellations, delivery failures, opt-outs, chargebacks."""
    order: Order | None = None
    earlier_orders: tuple[Order, ...] = ()
    """Older answers of getOrder, oldest first."""
    shipments: tuple[Shipment, ...] = ()
    labels: tuple[Label, ...] = ()
    finances: Finances | None = None
    returns: tuple[ReturnRow, ...] = ()
    listings: tuple[Listing, ...] = ()
    messaging: MessagingActions | None = None
    account_health: AccountHealth | None = None
    entries: tuple[Entry, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    """Every piece that this case rests on, in exhibit order."""

    def source(self, name: str) -> SourceReport:
        """The report of the source `name`; one that was never asked says so."""
        for report in self.sources:
            if report.source == name:
                return report
        return SourceReport(source=name, state=SourceState.NOT_ASKED)

    def piece(self, evidence_id: str) -> Evidence | None:
        """The evidence with that id, or None when this case does not rest on it."""
        return next((piece for piece in self.evidence if piece.id == evidence_id), None)


class ClaimReason(Frozen):
    """The claim's reason and where it comes from. JSON: `reason {key, source}`."""

    key: Reason
    source: ReasonSource
    exhibit: str | None = None
    why: str = ""
    """For an inferred one: what it was inferred from."""


def exhibit_letter(index: int) -> str:
    """The letter of the exhibit at `index` (0 is A): A, B ... Z, AA, AB ..."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
