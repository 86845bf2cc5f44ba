"""A claim's life: what was asked, answered, decided, seen and when. The clocks and the status follow from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from a2z_defense.model.assessment import Status
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.entries import Entry, EntryKind, RecordKind
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Funder, MailKind, Outcome
from a2z_defense.policy.claim_debits import of_this_claim
from a2z_defense.policy.happenings import (
    SELLER,
    UNDER_REVIEW,
    Happening,
    Request,
    asks,
    by_a_true_clock,
    decision_of,
    is_request,
    is_undecided,
    rank_of,
    recorded,
    request_of,
    request_seen,
    when,
)

_MAY_PAY = frozenset({Outcome.GRANTED, Outcome.UNKNOWN})


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
            and not (found.seen and any(when(e) > found.known_at for e in self.seen if e.tab == UNDER_REVIEW))
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


def life_of(case: Case) -> Life:
    """The life of the case's claim."""
    received = tuple(
        mail for mail in case.notices if mail.read.kind is MailKind.CLAIM_RECEIVED and not is_undecided(mail)
    )
    seen = [by_a_true_clock(entry, case) for entry in case.entries if entry.record is RecordKind.SEEN]
    under_review = tuple(sorted((e for e in seen if not is_request(e)), key=when))
    known = sorted(told for mail in case.notices if (told := _claimed_at(_best_dated(mail))) is not None)
    early = sorted(told for mail in case.notices if (told := _claimed_at(mail)) is not None)
    requests = [request_of([mail, *mail.copies]) for mail in case.notices if asks(mail)]
    dated = any(found.start is not None for found in requests)
    requests += [request_seen(entry, received, under_review) for entry in seen if is_request(entry)]
    requests += [
        Request(None, entry.at, entry.id, SELLER, due_at=entry.due_at, seen=True)
        for entry in case.entries
        if entry.kind is EntryKind.ADDED and (entry.due_at is not None or not dated)  # the notice knows its own date
    ]
    happenings = [found for mail in case.notices if (found := decision_of(mail)) is not None]
    happenings += [
        recorded(entry, entry.record)
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
