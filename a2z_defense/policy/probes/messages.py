"""Items about the buyer-seller messages: reply times, acknowledgements, admissions."""

from __future__ import annotations

import datetime as dt

from a2z_defense.model.case import Mail
from a2z_defense.model.entries import RecordKind
from a2z_defense.model.mail import Automatic, MailKind
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.happenings import when
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.phrases import admissions, find, first_words
from a2z_defense.policy.probes.base import Found, absent, held, missing, not_applicable, probe, read_by, unknown
from a2z_defense.policy.reached import is_automatic, not_delivered
from a2z_defense.policy.receipt import about, acknowledged, harmless, may_acknowledge, not_received, of_this_order
from a2z_defense.policy.tables import ItemDef


def replies(facts: Facts) -> list[tuple[Mail, dt.datetime | None, str | None]]:
    """Each dated buyer message with the time and exhibit of the first answer after it, or None. What a machine wrote
    or what may not have been delivered is no answer."""
    failed = not_delivered(facts.case)
    answers = [
        (m.read.sent_at, m.evidence)
        for m in facts.case.messages
        if m.read.kind is MailKind.SELLER_MESSAGE and m.evidence not in failed and not is_automatic(m)
    ]
    answers += [(when(e), e.id) for e in facts.case.entries if e.record is RecordKind.MESSAGED]
    dated = sorted((at, exhibit) for at, exhibit in answers if at is not None)
    found = []
    for mail in facts.case.messages:
        asked = mail.read.sent_at
        if mail.read.kind is MailKind.BUYER_MESSAGE and asked is not None:
            at, exhibit = next(((at, exhibit) for at, exhibit in dated if at >= asked), (None, None))
            found.append((mail, at, exhibit))
    return found


def _doubtful(facts: Facts, start: dt.datetime, end: dt.datetime) -> str | None:
    """Evidence of a message of the seller between the two instants that may be a person's answer and may not."""
    for mail in facts.case.messages:
        at = mail.read.sent_at
        ours = mail.read.kind is MailKind.SELLER_MESSAGE and mail.read.automatic is not Automatic.YES
        if ours and at is not None and start <= at <= end:
            return mail.evidence
    return None


@probe("messages_in_48h")
def messages_in_48h(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    stated = facts.says("messages_answered_in_48h")
    if stated is not None:
        reading = facts.readings("messages_answered_in_48h")[0]
        words = f"buyer messages were {'' if stated else 'not '}answered within 48 hours{read_by(reading)}"
        return (held if stated else missing)(words, reading.exhibit)
    pairs = replies(facts)
    if not pairs:
        silent = facts.silent(item.sources)
        return absent(facts, item) if silent else not_applicable("no message of the buyer was found")
    rule = facts.tables.rule("message_may_file")
    span = dt.timedelta(hours=rule.amount)
    for mail, at, exhibit in pairs:
        asked = mail.read.sent_at
        if at is not None and asked is not None and at - asked > span:
            doubtful = _doubtful(facts, asked, asked + span)
            if doubtful is not None:
                words = "whether the answer of that time was a person's and arrived is not known"
                return unknown(f"{words}; the next one came after more than {rule.amount} hours", doubtful, exhibit)
            return missing(f"an answer came after more than {rule.amount} hours", mail.evidence, exhibit)
    unanswered = [mail for mail, at, _ in pairs if at is None]
    if unanswered:
        asked = unanswered[0].read.sent_at
        doubtful = _doubtful(facts, asked, asked + dt.timedelta(days=365)) if asked is not None else None
        if doubtful is not None:
            words = "whether the answer to a message of the buyer was a person's and arrived is not known"
            return unknown(words, unanswered[0].evidence, doubtful)
        return unknown("no answer to a message of the buyer is in the mail that was read", unanswered[0].evidence)
    return held(
        f"messages of the buyer: {len(pairs)}, each answered within {rule.amount} hours", *(e for _, _, e in pairs)
    )


@probe("buyer_acknowledges")
def buyer_acknowledges(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    """Held by what the seller read, or by a message that is understood whole and that no later one may change."""
    told = facts.readings("buyer_acknowledged_receipt")
    for reading in (one for one in told if one.value is True and one.by == "seller"):
        return held(f"the buyer writes that it arrived{read_by(reading)}", reading.exhibit)
    mails = [m for m in facts.case.messages if of_this_order(facts.case, m) and m.read.message is not None]
    read = {r.exhibit for r in told if r.by == "seller"}
    by_mail = {reading.exhibit for reading in told if reading.value is True}
    for mail in (one for one in mails if one.evidence in by_mail - read):
        hit = acknowledged(facts.case, mail, facts.tables)
        words = f"the buyer writes that it arrived: “{hit.sentence}”" if hit else "the buyer writes that it arrived"
        later = next((one for one in mails if _may_change(facts, one, mail) and one.evidence not in read), None)
        if later is None:
            return held(words, mail.evidence)
        return unknown(
            f"{words}; the buyer wrote again, read {later.evidence} {_SAY_SO}", mail.evidence, later.evidence
        )
    for mail in (one for one in mails if one.evidence not in read):
        may = may_acknowledge(mail.read.message.text, facts.tables) if mail.read.message else None
        if may is not None:
            return unknown(f"a message of the buyer may say so: “{may.sentence}”; read it {_SAY_SO}", mail.evidence)
    after = next((one for one in reversed(mails) if one.evidence not in read and _after_the_claim(facts, one)), None)
    if after is not None and after.read.message is not None:
        words = f"the buyer wrote after the claim: “{first_words(after.read.message.text)}”"
        return unknown(f"{words}; read it {_SAY_SO}", after.evidence)
    return absent(facts, item, "no message of the buyer says so")


def _after_the_claim(facts: Facts, mail: Mail) -> bool:
    """True for a message after the claim that is no denial and not understood whole: it may be that it turned up."""
    sent, claimed = mail.read.sent_at, facts.life.claim_at
    if sent is None or claimed is None or sent < claimed or mail.read.message is None:
        return False
    denied = not_received(mail.read.message.text, facts.tables) is not None
    return not denied and not harmless(mail.read.message.text, facts.tables, about(facts.case, mail))


_SAY_SO = "and state buyer_acknowledged_receipt (yes or no) from it"


def _may_change(facts: Facts, other: Mail, first: Mail) -> bool:
    """True for a later message of the buyer that is not understood whole. A plain denial is a contradiction."""
    sent, said = other.read.sent_at, first.read.sent_at
    words = other.read.message
    if other is first or words is None or (sent is not None and said is not None and sent < said):
        return False
    denied = find(words.text, "not_received", facts.tables) is not None
    return not denied and not harmless(words.text, facts.tables, about(facts.case, other))


@probe("fault_admitted")
def fault_admitted(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    stated = facts.says("fault_admitted")
    if stated is not None:
        reading = facts.readings("fault_admitted")[0]
        words = f"a message of the seller {'admits a fault or promises a refund' if stated else 'admits nothing'}"
        return (held if stated else missing)(f"{words}{read_by(reading)}", reading.exhibit)
    for mail in facts.case.messages:
        if mail.read.kind is MailKind.SELLER_MESSAGE and mail.read.message:
            found = admissions(mail.read.message.text, facts.tables)
            if found:
                return held(f"the seller wrote: “{found[0].sentence}”", mail.evidence)
    return absent(facts, item, "no message of the seller says so")


@probe("messages_asking_return")
def messages_asking_return(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    stated = facts.first("asked_for_return")
    if stated is not None:
        return (held if stated.value else missing)(
            f"the exhibit {'asks' if stated.value else 'does not ask'} for the return", stated.exhibit
        )
    for mail in facts.case.messages:
        if mail.read.kind is MailKind.SELLER_MESSAGE and mail.read.message:
            hit = find(mail.read.message.text, "asks_return", facts.tables)
            if hit:
                return held(f"the seller wrote: “{hit.sentence}”", mail.evidence)
    return absent(facts, item, "no message of the seller asks for it")
