"""The claim's reason: set by the seller, stated by a notice, or inferred and marked with what it comes from."""

from __future__ import annotations

import datetime as dt

from a2z_defense.base.instants import utc_text
from a2z_defense.model.case import ClaimReason, Mail, ReasonSource
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.mail import MailKind, Reason
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.phrases import find
from a2z_defense.policy.probes.parcel import UNDER_WAY, statuses, unshipped
from a2z_defense.policy.receipt import not_received

REASONS = tuple(reason for reason in Reason if reason is not Reason.UNKNOWN)


def reason_of(facts: Facts) -> ClaimReason:
    """The reason to defend against. What the seller set wins, then the latest notice that states one."""
    for entry in reversed(facts.case.entries):
        if entry.kind in {EntryKind.SET, EntryKind.ADDED} and entry.reason is not None:
            return ClaimReason(key=entry.reason, source=ReasonSource.SET, exhibit=entry.id, why="set by the seller")
    for reading in reversed(facts.readings("claim_reason")):
        source = ReasonSource.STATED if reading.by == "mail" else ReasonSource.SET
        why = "stated by the notice" if reading.by == "mail" else "read by the seller in Seller Central"
        return ClaimReason(key=Reason(reading.words), source=source, exhibit=reading.exhibit, why=why)
    earlier = _earlier(facts)
    return (
        _from_comment(facts)
        or _from_messages(facts, since=earlier[1].read.sent_at if earlier else None)
        or _from_returns(facts)
        or _from_scans(facts)
        or _unknown(earlier)
    )


def _inferred(key: Reason, exhibit: str, why: str) -> ClaimReason:
    return ClaimReason(key=key, source=ReasonSource.INFERRED, exhibit=exhibit, why=why)


def topics(text: str, facts: Facts) -> dict[Reason, str]:
    """The reasons that a text points to, each with the sentence that does."""
    found = {reason: find(text, reason.value, facts.tables) for reason in REASONS}
    found[Reason.NOT_RECEIVED] = not_received(text, facts.tables)
    return {reason: hit.sentence for reason, hit in found.items() if hit is not None}


def _from_comment(facts: Facts) -> ClaimReason | None:
    for reading in reversed(facts.readings("buyer_comment")):
        found = topics(reading.words, facts)
        if len(found) == 1:
            key, sentence = next(iter(found.items()))
            return _inferred(key, reading.exhibit, f"from the buyer's comment: “{sentence}”")
    return None


def _earlier(facts: Facts) -> tuple[Reason, Mail] | None:
    """The reason that the latest notice of the order's earlier claims states."""
    for mail in reversed(facts.case.earlier_notices):
        stated = mail.read.notice.reason if mail.read.notice else None
        if stated is not None and stated is not Reason.UNKNOWN:
            return stated, mail
    return None


def _unknown(earlier: tuple[Reason, Mail] | None) -> ClaimReason:
    """Who claims again after a decision may claim another thing: the earlier claim's reason is told, never taken."""
    why = "no notice states it and nothing points to one"
    if earlier:
        key, mail = earlier
        sent = f" of {utc_text(mail.read.sent_at)}" if mail.read.sent_at else ""
        why += f"; the notice{sent} of an earlier claim on this order stated {key.value.replace('_', ' ')}"
    return ClaimReason(key=Reason.UNKNOWN, source=ReasonSource.INFERRED, why=why)


def _from_messages(facts: Facts, since: dt.datetime | None) -> ClaimReason | None:
    """The latest message of the buyer that points to exactly one reason. One older than the notice of an earlier claim
    was about that claim."""
    for mail in reversed(facts.case.messages):
        if since is not None and (mail.read.sent_at is None or mail.read.sent_at < since):
            continue
        if mail.read.kind in {MailKind.BUYER_MESSAGE, MailKind.AMAZON_MESSAGE} and mail.read.message:
            found = topics(mail.read.message.text, facts)
            if len(found) == 1:
                key, sentence = next(iter(found.items()))
                return _inferred(key, mail.evidence, f"from the buyer's message: “{sentence}”")
    return None


def _from_returns(facts: Facts) -> ClaimReason | None:
    told = [(mail.read.return_request.reason, mail.evidence) for mail in _requests(facts) if mail.read.return_request]
    told += [(row.reason, row.evidence) for row in facts.case.returns]
    found = {key: (words, exhibit) for words, exhibit in told if words and (key := _mapped(words, facts)) is not None}
    if len(found) != 1:
        return None
    key, (words, exhibit) = next(iter(found.items()))
    return _inferred(key, exhibit, f"from the return request's reason: “{words}”")


def _requests(facts: Facts) -> list[Mail]:
    return [mail for mail in facts.case.other_mails if mail.read.kind is MailKind.RETURN_REQUEST]


def _mapped(words: str, facts: Facts) -> Reason | None:
    plain = " ".join(words.casefold().replace("’", "'").split())
    return next((found.reason for found in facts.tables.return_reasons if plain in found.words), None)


def _from_scans(facts: Facts) -> ClaimReason | None:
    """Nothing was delivered: only "not received" can be meant, as long as no return was asked for."""
    if facts.readings("return_requested_at"):
        return None
    nothing = unshipped(facts)
    if nothing:
        return _inferred(Reason.NOT_RECEIVED, nothing[1], f"{nothing[0]}, so nothing can have been received")
    states = [statuses(facts, parcel) for parcel in facts.claimed_parcels]
    if facts.parcels and all(
        found and not set(found) - UNDER_WAY - {"lost", "returned", "refused"} for found in states
    ):
        status, exhibit = next(iter(states[0].items()))
        return _inferred(
            Reason.NOT_RECEIVED, exhibit, f"the parcel's status is {status.replace('_', ' ')}, not delivered"
        )
    return None
