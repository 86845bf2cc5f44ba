"""Which messages of the seller a sentence may rest on: those that reached the buyer and that a person wrote."""

from __future__ import annotations

import datetime as dt
import re

from a2z_defense.model.case import Case, Mail
from a2z_defense.model.mail import MailKind

RETRIES = dt.timedelta(days=5)
"""How long a server tries before it gives up (RFC 5321, 4.5.4.1: "at least 4-5 days"): a failure that names no message
is about one of the messages of that time."""
_AUTOMATIC = re.compile(
    r"^\W*(auto(matic)?[ -]?(reply|response)|out of (the )?office|i am (currently )?out of (the )?office"
    r"|risposta automatica|fuori (sede|ufficio)|automatische antwort|abwesenheits\w*|r[ée]ponse automatique"
    r"|absence du bureau|respuesta autom[áa]tica|fuera de la oficina"
    r"|this is an? automat\w+|questo è un messaggio automatico|dies ist eine automatische"
    r"|ceci est (un message|une réponse) automatique|este es un mensaje automático)",
    re.IGNORECASE,
)
"""How the common mail programs begin an automatic reply, subject or text, in our five languages."""


def is_automatic(mail: Mail) -> bool:
    """True when a machine answered: it is no answer of the seller."""
    text = mail.read.message.text if mail.read.message else ""
    return any(_AUTOMATIC.search(words) for words in (mail.read.subject, text))


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
