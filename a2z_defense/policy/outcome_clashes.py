"""What the seller recorded of an answer or a decision against what Amazon's mails say of it: both are shown.

A record and a mail speak of the same decision when no appeal lies between them. A record that one mail bears out is not
in doubt because of a later mail: Amazon may have decided anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from a2z_defense.base.instants import utc_text, whole_seconds
from a2z_defense.model.entries import RecordKind
from a2z_defense.model.mail import Counted, Funder, Outcome
from a2z_defense.policy.conflict import Conflict, conflict
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.happenings import Happening
from a2z_defense.policy.phrases import find

_DECISIONS = frozenset({Outcome.GRANTED, Outcome.DENIED, Outcome.WITHDRAWN})
_APPEALS = frozenset({Outcome.REVERSED, Outcome.UPHELD})
DISAGREE = ("outcome-", "funding-", "odr-", "response-", "clock-")
"""How the ids begin of what is found here."""
_COUNTS = {Counted.YES: "counts in the ODR", Counted.NO: "does not count in the ODR"}


def records_and_mails(facts: Facts) -> Iterator[Conflict]:
    """A recorded outcome, its payer or its effect on the ODR, against the mails about the same decision."""
    every = facts.life.happenings
    for said in (one for one in every if one.record is not None):
        mails = [one for one in every if one.record is None and _same_decision(said, one, every)]
        alike = [one for one in mails if one.outcome is said.outcome]
        if mails and not alike:
            nearest = min(mails, key=lambda one: (abs(one.at - said.at), one.exhibit))
            yield _differ("outcome", said, nearest, said.outcome or "", nearest.outcome or "")
        for mail in alike:
            if Funder.UNKNOWN not in (said.funded_by, mail.funded_by) and said.funded_by is not mail.funded_by:
                yield _differ("funding", said, mail, f"paid by {said.funded_by}", f"paid by {mail.funded_by}")
            if Counted.UNKNOWN not in (said.odr, mail.odr) and said.odr is not mail.odr:
                yield _differ("odr", said, mail, _COUNTS[said.odr], _COUNTS[mail.odr])


def answers_and_mails(facts: Facts) -> Iterator[Conflict]:
    """An answer that was recorded, against a decision that says there was none."""
    answers = [one for one in facts.life.happenings if one.record is RecordKind.RESPONDED]
    for mail in facts.case.notices:
        decision, at = (mail.read.notice.decision if mail.read.notice else None), mail.read.sent_at
        hit = find(decision.stated_reason, "no_response", facts.tables) if decision and decision.stated_reason else None
        before = [one for one in answers if at is not None and one.at < at]
        if hit and at and before:
            yield _told("response", before[-1], "answered", at, mail.evidence, f"“{hit.sentence}”")


def records_and_requests(facts: Facts) -> Iterator[Conflict]:
    """A record whose clock was ahead, against each request that came in between."""
    for said in facts.life.happenings:
        for request in facts.life.requests:
            if said.at >= request.moment and not said.knew_of(request):
                what = (
                    f"recorded for {utc_text(whole_seconds(said.at))}: {said.record}; Amazon's request of"
                    f" {utc_text(request.moment)} came in after that was recorded, so the clock was ahead"
                )
                yield conflict("clock", said.exhibit, request.exhibit, what)


def _same_decision(said: Happening, mail: Happening, every: tuple[Happening, ...]) -> bool:
    first, last = sorted((said.at, mail.at))
    for ours, others in ((_DECISIONS, _APPEALS), (_APPEALS, _DECISIONS)):
        if said.outcome in ours and mail.outcome in ours:
            return not any(
                one.outcome in others or (one.record is RecordKind.APPEALED and ours is _DECISIONS)
                for one in every
                if first < one.at < last
            )
    return False


def _differ(kind: str, said: Happening, mail: Happening, ours: str, theirs: str) -> Conflict:
    return _told(kind, said, ours, mail.at, mail.exhibit, theirs)


def _told(kind: str, said: Happening, ours: str, at: dt.datetime, exhibit: str, theirs: str) -> Conflict:
    what = f"recorded for {utc_text(whole_seconds(said.at))}: {ours}; Amazon's mail of {utc_text(at)}: {theirs}"
    return conflict(kind, said.exhibit, exhibit, what)
