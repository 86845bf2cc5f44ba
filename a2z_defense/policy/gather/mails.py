"""Readings of notices and messages."""

from __future__ import annotations

from collections.abc import Iterator

from a2z_defense.model.case import Case
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.mail import MailKind, NoticeFacts, Outcome, Reason, Trust
from a2z_defense.policy.happenings import Happening
from a2z_defense.policy.life import Life
from a2z_defense.policy.parcels import forward_numbers
from a2z_defense.policy.phrases import find
from a2z_defense.policy.readings import Reading, squeezed
from a2z_defense.policy.receipt import acknowledged, of_this_order
from a2z_defense.policy.tables import Tables

Told = tuple[str, str | None, Reading]
_OF_THE_WAY_OUT = frozenset({Reason.NOT_RECEIVED, Reason.EXTRA_CHARGES})
"""Reasons that have no return: a tracking number in such a notice is the parcel's, or wrong."""
_PROGRAMMES = {MailKind.AMAZON_PAY: "amazon_pay", MailKind.SAFE_T: "safe_t"}


def return_number(facts: NoticeFacts) -> str | None:
    """The tracking number of a notice that may be a return's."""
    return None if facts.reason in _OF_THE_WAY_OUT else facts.tracking_number


def withdrawal_stands(case: Case, life: Life, found: Happening) -> bool:
    """False for a mail that is weaker than a request, and for a forward that nobody authenticated: anybody can write
    one."""
    mail = next((one for one in case.notices if one.evidence == found.exhibit), None)
    loose = mail is not None and mail.read.forwarded and mail.read.trust is not Trust.AUTHENTICATED
    return not loose and all(found.rank >= request.rank for request in life.requests)


def mail_readings(case: Case, life: Life, tables: Tables) -> Iterator[Told]:
    """What notices, messages and other mails say, and what the seller set with `a2z claim set`."""
    for mail in case.notices:
        facts = mail.read.notice
        if facts is None:
            continue
        if facts.amount is not None and facts.decision is None:
            yield "claim_amount", None, Reading(facts.amount, mail.evidence, "mail")
        if facts.reason is not None and facts.reason is not Reason.UNKNOWN:
            yield "claim_reason", None, Reading(facts.reason.value, mail.evidence, "mail")
        number = return_number(facts)
        if number and squeezed(number) not in forward_numbers(case):
            yield "return_tracking_number", None, Reading(number, mail.evidence, "mail")
        if facts.buyer_comment:
            yield "buyer_comment", None, Reading(facts.buyer_comment, mail.evidence, "mail")
    own: dict[str, Reading] = {}  # What is set once more takes the place of what was set before: a slip is put right.
    for entry in case.entries:
        if entry.kind not in {EntryKind.SET, EntryKind.ADDED}:
            continue
        if entry.buyer_comment:
            own["buyer_comment"] = Reading(entry.buyer_comment, entry.id, "seller")
        if entry.amount is not None:
            own["claim_amount"] = Reading(entry.amount, entry.id, "seller")
    yield from ((name, None, reading) for name, reading in own.items())
    for found in life.counted():
        # A mail that is too weak to stop the request's clock is too weak to tell Amazon of a withdrawal.
        if found.outcome is Outcome.WITHDRAWN and withdrawal_stands(case, life, found):
            yield "withdrawn", None, Reading(True, found.exhibit, "mail")
    for mail in case.other_mails:
        if mail.read.kind is MailKind.CHARGEBACK:
            yield "chargeback", None, Reading(True, mail.evidence, "mail")
        elif mail.read.kind is MailKind.CANCELLATION_REQUEST and mail.read.sent_at:
            yield "cancellation_requested_at", None, Reading(mail.read.sent_at, mail.evidence, "mail")
        elif mail.read.kind in _PROGRAMMES:
            yield "programme", None, Reading(_PROGRAMMES[mail.read.kind], mail.evidence, "mail")
    for mail in case.messages:
        text = mail.read.message.text if mail.read.message and of_this_order(case, mail) else ""
        if mail.read.sent_at and find(text, "cancels", tables):
            yield "cancellation_requested_at", None, Reading(mail.read.sent_at, mail.evidence, "mail")
        if acknowledged(case, mail, tables) is not None:
            yield "buyer_acknowledged_receipt", None, Reading(True, mail.evidence, "mail")
