"""What Amazon asked and what happened, each as one mail or one entry of the seller's tells it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from a2z_defense.model.case import Case, Mail
from a2z_defense.model.entries import Entry, RecordKind
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.model.mail import Counted, DueReading, Funder, MailKind, Outcome, Reason, Trust
from a2z_defense.model.money import Money

_REQUESTS = frozenset({MailKind.ACTION_REQUIRED, MailKind.CLAIM_UNRECOGNISED})
_RANKS = {Trust.AUTHENTICATED: 3, Trust.UNVERIFIED: 2, Trust.ALTERED: 2, Trust.UNAUTHENTICATED: 1, Trust.QUARANTINED: 1}
_SELLERS = frozenset({EvidenceKind.ENTRY, EvidenceKind.FILE})
"""What the seller brings; everything else is fetched, and `Entry.known_until` is the newest of that."""
UNDER_REVIEW = "under-review"
"""The tab that shows a claim about which Amazon asks nothing."""
SELLER = 4
"""What the seller recorded outranks every mail."""
AHEAD = dt.timedelta(hours=1)
"""By how much a clock is ahead when what came in later tells an earlier time: less is a fetch that was running. A
judgement."""
_OUTCOMES = {
    RecordKind.GRANTED: Outcome.GRANTED,
    RecordKind.DENIED: Outcome.DENIED,
    RecordKind.WITHDRAWN: Outcome.WITHDRAWN,
    RecordKind.CLOSED: Outcome.CLOSED,
    RecordKind.REVERSED: Outcome.REVERSED,
    RecordKind.UPHELD: Outcome.UPHELD,
}


@dataclass(frozen=True)
class Request:
    """Amazon wants the seller's side, as far as a mail or the seller's own look at Seller Central says."""

    start: dt.datetime | None
    """None: not known."""
    known_at: dt.datetime
    """When we learned of it: the latest moment it can have started."""
    exhibit: str
    rank: int
    """How well the mail is authenticated: a weaker mail never moves a stronger one's deadline later."""
    due: tuple[DueReading, ...] = ()
    due_at: dt.datetime | None = None
    """The due time that the seller saw in Seller Central."""
    seen: bool = False
    """Known from the tab, not from a mail."""
    not_before: dt.datetime | None = None
    """For a seen one: the last moment at which it was not there."""
    forwarded: bool = False
    about: tuple[Money | Reason | str | None, ...] = ()
    """What the notice says of the claim: amount, reason, tracking number; None: not told."""
    words: frozenset[str] = frozenset()
    """Digests of what the notice and its copies say."""

    @property
    def moment(self) -> dt.datetime:
        """The start, or the moment that stands for it."""
        return self.start or self.known_at

    @property
    def amount(self) -> Money | Reason | str | None:
        """The amount that the notice claims."""
        return self.about[0] if self.about else None

    def is_apart(self, other: Request) -> bool:
        """True when both notices tell what is claimed, and tell it differently: no reminder of one another."""
        return any(one != its for one, its in zip(self.about, other.about, strict=False) if one and its)


@dataclass(frozen=True)
class Happening:
    """Something that ends or changes a clock."""

    at: dt.datetime
    exhibit: str
    rank: int
    outcome: Outcome | None = None
    """None: an answer, a missed request or an appeal."""
    record: RecordKind | None = None
    funded_by: Funder = Funder.UNKNOWN
    odr: Counted = Counted.UNKNOWN
    start_known: bool = True
    due: tuple[DueReading, ...] = ()
    """The limits for an appeal that a decision states."""
    amount: Money | None = None
    """That a mail's decision tells."""
    built_at: dt.datetime | None = None
    """When the version of an answer was built."""
    unknown: tuple[dt.datetime, dt.datetime] | None = None
    """Of a record: what came in between these two was not known when it was said, whatever its clock told."""

    def knew_of(self, request: Request) -> bool:
        """False when the request came in after this was said, under a clock that was ahead."""
        return request.seen or self.unknown is None or not self.unknown[0] < request.known_at < self.unknown[1] - AHEAD

    def may_end(self, request: Request) -> bool:
        """True when it comes after that request and is no weaker."""
        return request.moment <= self.at and request.rank <= self.rank and self.knew_of(request)

    def answers(self, request: Request, *, beside: Request | None) -> bool:
        """True for an answer to `beside` that answers this one too, as far as is known, as its reminder or the look
        that found it; for a miss, when a look found no later limit."""
        if request.seen:
            return self.record is RecordKind.RESPONDED or request.due_at is None or request.due_at <= self.at
        in_time = self.built_at is None or request.moment <= self.built_at
        apart = beside is not None and request.is_apart(beside)
        return self.record is RecordKind.RESPONDED and in_time and not apart


def when(entry: Entry) -> dt.datetime:
    """When the thing that an entry tells happened."""
    return entry.effective_at or entry.at


def by_a_true_clock(look: Entry, case: Case) -> Entry:
    """The look, at the last moment that is sure when it was said under a clock that was ahead: evidence was fetched
    after it and tells an earlier time. What the seller brought since the last fetch says nothing of the clock."""
    known = look.known_until
    later = (one.provenance.obtained_at for one in case.evidence if one.kind not in _SELLERS)
    ahead = known and any(known < at < look.at - AHEAD for at in later)
    return look.model_copy(update={"at": known, "effective_at": None}) if ahead else look


def rank_of(mail: Mail) -> int:
    """How well a mail is authenticated, 3 best; 0 for what somebody forwarded by hand: it can be written by anybody, so
    it opens and asks, and ends nothing that came from Amazon itself."""
    if mail.read.forwarded and mail.read.trust is Trust.UNAUTHENTICATED:
        return 0
    return rank_of_trust(mail.read.trust)


def rank_of_trust(trust: Trust) -> int:
    """The rank of a mail of that trust."""
    return _RANKS[trust]


def asks(mail: Mail) -> bool:
    """True for a notice by which Amazon wants the seller's side, or that cannot be told from one."""
    return mail.read.kind in _REQUESTS or is_undecided(mail)


def is_undecided(mail: Mail) -> bool:
    """True for a notice of a claim of which it cannot be told whether it asks."""
    return mail.read.kind is MailKind.CLAIM_RECEIVED and mail.read.notice is not None and mail.read.notice.undecided


def is_request(entry: Entry) -> bool:
    """True for a look at Seller Central that found a request."""
    return entry.tab == "action-required" or entry.due_at is not None


def request_of(mails: list[Mail]) -> Request:
    """The request of one notice: of its copies the earliest start, the best authentication and every limit."""
    dated = [mail for mail in mails if mail.read.sent_at is not None]
    first = min(dated or mails, key=lambda mail: (mail.read.sent_at or mail.obtained_at, mail.evidence))
    due = [limit for mail in mails if mail.read.notice for limit in mail.read.notice.due]
    return Request(
        start=first.read.sent_at,
        known_at=min(mail.obtained_at for mail in mails),
        exhibit=first.evidence,
        rank=max(rank_of(mail) for mail in mails),
        due=tuple(dict.fromkeys(due)),
        forwarded=all(mail.read.forwarded for mail in mails),
        words=frozenset(mail.read.text_key or mail.read.content_key for mail in mails),
        about=tuple(next(filter(None, told), None) for told in zip(*map(_claimed, mails), strict=True)),
    )


def _claimed(mail: Mail) -> tuple[Money | Reason | str | None, ...]:
    told = mail.read.notice
    if told is None:
        return None, None, None
    return told.amount, None if told.reason is Reason.UNKNOWN else told.reason, told.tracking_number


def request_seen(entry: Entry, received: tuple[Mail, ...], under_review: tuple[Entry, ...]) -> Request:
    """The request that a look at Seller Central found."""
    moment = when(entry)
    # The seller's last look counts alone; without one the first received mail, not the latest: no copy of it, and no
    # older mail that turns up, may move a deadline later.
    looks = [when(found) for found in under_review if found.tab == UNDER_REVIEW and when(found) <= moment]
    mails = [mail.read.sent_at for mail in received if mail.read.sent_at and mail.read.sent_at <= moment]
    return Request(
        start=moment,
        known_at=moment,
        exhibit=entry.id,
        rank=SELLER,
        due_at=entry.due_at,
        seen=True,
        not_before=max(looks, default=None) or min(mails, default=None),
    )


def decision_of(mail: Mail) -> Happening | None:
    """What a mail decides, also one that was not understood; None for a mail that decides nothing."""
    if mail.read.kind not in {MailKind.DECISION, MailKind.APPEAL_RESULT}:
        return None
    decision = mail.read.notice.decision if mail.read.notice else None
    return Happening(
        at=mail.read.sent_at or mail.obtained_at,
        exhibit=mail.evidence,
        rank=rank_of(mail),
        outcome=decision.outcome if decision else Outcome.UNKNOWN,
        funded_by=decision.funded_by if decision else Funder.UNKNOWN,
        odr=decision.odr if decision else Counted.UNKNOWN,
        start_known=mail.read.sent_at is not None,
        due=mail.read.notice.due if mail.read.notice else (),
        amount=mail.read.notice.amount if mail.read.notice else None,
    )


def recorded(entry: Entry, record: RecordKind) -> Happening:
    """What the seller recorded."""
    return Happening(
        at=when(entry),
        exhibit=entry.id,
        rank=SELLER,
        outcome=_OUTCOMES.get(record),
        record=record,
        funded_by=entry.funded_by or Funder.UNKNOWN,
        odr=entry.odr or Counted.UNKNOWN,
        built_at=entry.built_at,
        unknown=(entry.known_until, entry.at) if entry.known_until else None,
    )
