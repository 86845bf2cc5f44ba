"""Which messages of the seller a sentence may rest on: those that reached the buyer and that a person wrote."""

from __future__ import annotations

import datetime as dt

from a2z_defense.model.case import Case, Mail
from a2z_defense.model.mail import Automatic, MailKind

RETRIES = dt.timedelta(days=5)
"""How long a server tries before it gives up (RFC 5321, 4.5.4.1: "at least 4-5 days"): a failure that names no message
is about one of the messages of that time."""


def is_automatic(mail: Mail) -> bool:
    """True when a machine answered, or may have: it is no answer of the seller."""
    return mail.read.automatic is not Automatic.NO


def not_delivered(case: Case) -> frozenset[str]:
    """Evidence of the seller's messages that failed, or may have: a failure that names none is about the latest."""
    ours = [mail for mail in case.messages if mail.read.kind is MailKind.SELLER_MESSAGE]
    found: set[str] = set()
    for failure in (mail for mail in case.other_mails if mail.read.kind is MailKind.DELIVERY_FAILURE):
        named = {m.evidence for m in ours if m.read.message_id and m.read.message_id in failure.read.references}
        found |= named or {mail.evidence for mail in ours if _may_be_about(failure, mail)}
    return frozenset(found)


def _may_be_about(failure: Mail, mail: Mail) -> bool:
    sent = mail.read.sent_at
    return sent is None or _in_its_time(failure, sent)


def _in_its_time(failure: Mail, sent: dt.datetime) -> bool:
    failed = failure.read.sent_at
    return failed is None or dt.timedelta(0) <= failed - sent <= RETRIES


def failed_since(case: Case, sent: dt.datetime) -> bool:
    """True when a delivery failed that may be about a message sent at `sent`."""
    failures = (mail for mail in case.other_mails if mail.read.kind is MailKind.DELIVERY_FAILURE)
    return any(_in_its_time(failure, sent) for failure in failures)
