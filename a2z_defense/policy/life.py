"""A claim's life: what was asked, answered, decided, seen and when. The clocks and the status follow from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from a2z_defense.model.assessment import Status
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.entries import Entry, EntryKind, RecordKind
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Counted, DueReading, Funder, MailKind, Outcome, Reason, Trust
from a2z_defense.model.money import Money
from a2z_defense.policy.claim_debits import of_this_claim

_REQUESTS = frozenset({MailKind.ACTION_REQUIRED, MailKind.CLAIM_UNRECOGNISED})
_RANKS = {Trust.AUTHENTICATED: 3, Trust.UNVERIFIED: 2, Trust.ALTERED: 2, Trust.UNAUTHENTICATED: 1, Trust.QUARANTINED: 1}
_MAY_PAY = frozenset({Outcome.GRANTED, Outcome.UNKNOWN})
_SELLERS = frozenset({EvidenceKind.ENTRY, EvidenceKind.FILE})
"""What the seller brings; everything else is fetched, and `Entry.known_until` is the newest of that."""
_GONE = "under-review"
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


@dataclass(frozen=True)
class Life:
    """Everything that bears on status and clocks, each list in order of time."""

    claim_at: dt.datetime | None
    """When the claim was filed, at the latest: its notice's date, or an earlier date that the notice states."""
    claim_exhibit: str | None
    claim_early: dt.datetime | None
    """The same in its earliest reading, for the clocks: a copy that was sent on may quote a date without a zone."""
    received: tuple[Mail, ...]
    requests: tuple[Request, ...]
    happenings: tuple[Happening, ...]
    seen: tuple[Entry, ...]
    """Looks at Seller Central that did not find a request."""
    debits: tuple[tuple[dt.datetime, str], ...] = field(default=())
    """(posted at, evidence) of guarantee-claim debits for this claim."""

    def ends(self, request: Request) -> Happening | None:
        """What closed a request: an answer, a miss or a decision after it; None while it is open."""
        return next((ended for found, ended in self._ended if found is request), None)

    @cached_property
    def _ended(self) -> tuple[tuple[Request, Happening], ...]:
        """Each closed request with what closed it. A decision closes all that was asked before it, but when it tells
        the amount of one, none that claims another amount. An answer closes the earliest notice that waits and its
        reminders, but none that claims something else or came after the answer was built; a miss the earliest alone.
        Nothing says that it was about more, and a clock that runs on is seen, one that stopped is not. A look at Seller
        Central is no ask of its own: it goes with any."""
        ended: list[tuple[Request, Happening]] = []
        waiting = list(self.requests)
        for found in self.happenings:
            if found.record in {RecordKind.APPEALED, RecordKind.MESSAGED}:
                continue
            met = [one for one in waiting if found.may_end(one)]
            if found.record in {RecordKind.RESPONDED, RecordKind.MISSED}:
                first = next((one for one in met if not one.seen), None)
                met = [one for one in met if one is first or found.answers(one, beside=first)]
            elif found.amount is not None and any(one.amount == found.amount for one in met):
                met = [one for one in met if one.amount in (found.amount, None)]
            ended += [(one, found) for one in met]
            waiting = [one for one in waiting if one not in met]
        return tuple(ended)

    def open_requests(self) -> tuple[Request, ...]:
        """Requests that nothing has closed. One known only from the tab ends when a later look finds it gone; a look
        that tells no tab, or another one than Under review, says nothing of it."""
        return tuple(
            found
            for found in self.requests
            if self.ends(found) is None
            and not (found.seen and any(when(e) > found.known_at for e in self.seen if e.tab == _GONE))
        )

    def outcome(self) -> Happening | None:
        """The latest decision, withdrawal, close or appeal's result; a weaker mail does not undo a stronger one."""
        return next(reversed(self.counted()), None)

    def counted(self) -> tuple[Happening, ...]:
        """Every decision, withdrawal, close and appeal's result that is not weaker than a mail before it. What the
        seller recorded always counts, and keeps no later mail from counting."""
        kept: list[Happening] = []
        strongest = 0
        for found in self.happenings:
            if found.outcome is None or found.rank < strongest:
                continue
            kept.append(found)
            strongest = strongest if found.rank == SELLER else found.rank
        return tuple(kept)

    def first(self, record: RecordKind, since: dt.datetime) -> Happening | None:
        """The first happening of that record at or after `since`."""
        return next((found for found in self.happenings if found.record is record and found.at >= since), None)

    def appealable(self) -> tuple[Happening, ...]:
        """The decisions that the seller may have to appeal: the latest outcome when it is a grant, or is not known, and
        those of that sort right before it: a decision that is told again moves no deadline later. A denial or a
        withdrawal that the seller recorded does not silence Amazon's own mail that says the contrary. An appeal's
        result that upheld the decision is one when it states a limit for more."""
        counted = list(self.counted())
        if counted and counted[-1].outcome is Outcome.UPHELD and counted[-1].due:
            return (counted[-1],)
        if counted and counted[-1].rank == SELLER and counted[-1].outcome in {Outcome.DENIED, Outcome.WITHDRAWN}:
            counted = [one for one in counted if one.outcome is Outcome.REVERSED or one.rank != SELLER]
            if counted and counted[-1].outcome is Outcome.UNKNOWN:
                return ()
        found = list(takewhile(lambda one: one.outcome in _MAY_PAY, reversed(counted)))
        return tuple(reversed(found))

    def funder(self, decision: Happening | None = None) -> Funder:
        """Who pays a grant, the latest one if none is given: a debit in Amazon's records shows the seller even when the
        mail is silent, or was not understood."""
        found = decision or self.outcome()
        if found is None or found.outcome not in _MAY_PAY:
            return Funder.UNKNOWN
        return Funder.SELLER if self.debits else found.funded_by

    def status(self) -> Status:
        """Open, answered, decided or closed."""
        if self.open_requests():
            return Status.OPEN
        found = self.outcome()
        if found is not None and found.outcome in {Outcome.WITHDRAWN, Outcome.CLOSED, Outcome.REVERSED}:
            return Status.CLOSED
        if found is not None:
            return Status.DECIDED
        if any(found.record is RecordKind.RESPONDED for found in self.happenings):
            return Status.ANSWERED
        return Status.OPEN


def when(entry: Entry) -> dt.datetime:
    """When the thing that an entry tells happened."""
    return entry.effective_at or entry.at


def life_of(case: Case) -> Life:
    """The life of the case's claim."""
    received = tuple(
        mail for mail in case.notices if mail.read.kind is MailKind.CLAIM_RECEIVED and not _undecided(mail)
    )
    seen = [_by_a_true_clock(entry, case) for entry in case.entries if entry.record is RecordKind.SEEN]
    under_review = tuple(sorted((e for e in seen if not _is_request(e)), key=when))
    known = sorted(told for mail in case.notices if (told := _claimed_at(_best_dated(mail))) is not None)
    early = sorted(told for mail in case.notices if (told := _claimed_at(mail)) is not None)
    requests = [
        _from_copies([mail, *mail.copies]) for mail in case.notices if mail.read.kind in _REQUESTS or _undecided(mail)
    ]
    dated = any(found.start is not None for found in requests)
    requests += [_from_sight(entry, received, under_review) for entry in seen if _is_request(entry)]
    requests += [
        Request(None, entry.at, entry.id, SELLER, due_at=entry.due_at, seen=True)
        for entry in case.entries
        if entry.kind is EntryKind.ADDED and (entry.due_at is not None or not dated)  # the notice knows its own date
    ]
    happenings = [found for mail in case.notices if (found := _decision(mail)) is not None]
    happenings += [
        _recorded(entry, entry.record)
        for entry in case.entries
        if entry.record is not None and entry.record is not RecordKind.SEEN
    ]
    claim_early = early[0][0] if early else None
    debits = of_this_claim(case, MovementKind.CLAIM_DEBIT, claim_early)
    return Life(
        claim_at=known[0][0] if known else None,
        claim_exhibit=known[0][1] if known else None,
        claim_early=claim_early,
        received=received,
        requests=tuple(sorted(requests, key=lambda found: (found.moment, found.exhibit))),
        happenings=tuple(sorted(happenings, key=lambda found: (found.at, found.exhibit))),
        seen=under_review,
        debits=tuple((one.posted_at, one.evidence) for one in debits if one.posted_at),
    )


def _by_a_true_clock(look: Entry, case: Case) -> Entry:
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


def _undecided(mail: Mail) -> bool:
    return mail.read.kind is MailKind.CLAIM_RECEIVED and mail.read.notice is not None and mail.read.notice.undecided


def _is_request(entry: Entry) -> bool:
    return entry.tab == "action-required" or entry.due_at is not None


def _claimed_at(mail: Mail) -> tuple[dt.datetime, str] | None:
    facts = mail.read.notice
    told = facts.claimed_on if facts else None
    decided = mail.read.kind in {MailKind.DECISION, MailKind.APPEAL_RESULT}
    dates = (told,) if decided else (told, mail.read.sent_at)
    first = min((found for found in dates if found is not None), default=None)
    return (first, mail.evidence) if first else None


def _best_dated(mail: Mail) -> Mail:
    """Of a notice's copies the one whose date is known best: Amazon's own, best authenticated, before one that
    somebody sent on, whose quoted date may have no zone and is read early for the clocks."""
    own = [one for one in (mail, *mail.copies) if one.read.sent_at is not None and not one.read.forwarded]
    return min(own, key=lambda one: (-rank_of(one), one.read.sent_at or one.obtained_at, one.evidence), default=mail)


def _from_copies(mails: list[Mail]) -> Request:
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


def _from_sight(entry: Entry, received: tuple[Mail, ...], under_review: tuple[Entry, ...]) -> Request:
    moment = when(entry)
    # The seller's last look counts alone; without one the first received mail, not the latest: no copy of it, and no
    # older mail that turns up, may move a deadline later.
    looks = [when(found) for found in under_review if found.tab == _GONE and when(found) <= moment]
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


def _decision(mail: Mail) -> Happening | None:
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


def _recorded(entry: Entry, record: RecordKind) -> Happening:
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
