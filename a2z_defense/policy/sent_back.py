"""What the buyer writes of having sent the goods back, with the tracking number or without; what the seller writes of
having them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from a2z_defense.model.case import Case
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.mail import MailKind
from a2z_defense.policy.parcels import forward_numbers
from a2z_defense.policy.phrases import find, said_done, sentences
from a2z_defense.policy.readings import squeezed
from a2z_defense.policy.tables import Tables

_NUMBER = re.compile(r"\b(?=(?:[A-Za-z-]*\d){8})[A-Za-z0-9][A-Za-z0-9-]{7,}\b")
"""Something like a tracking number: at least eight digits, letters among them or not."""


@dataclass(frozen=True)
class SentBack:
    """A sentence of the buyer that names a return."""

    sentence: str
    exhibit: str
    numbers: tuple[str, ...]
    """What of the message looks like a tracking number and is none under which the order was sent out."""


def sent_back(case: Case, tables: Tables) -> tuple[SentBack, ...]:
    """Every text of the buyer that says that the goods were sent back, in order."""
    ours = {*forward_numbers(case), squeezed(case.order_id)}
    found = []
    for text, exhibit in _buyers_texts(case):
        said = next((one for one in sentences(text) if _says_so(one, tables)), None)
        if said is not None:
            numbers = tuple(dict.fromkeys(one for one in _NUMBER.findall(text) if squeezed(one) not in ours))
            found.append(SentBack(said, exhibit, numbers))
    return tuple(found)


def got_back(case: Case, tables: Tables) -> bool:
    """True when a message of the seller says that something came back."""
    texts = [m.read.message.text for m in case.messages if m.read.kind is MailKind.SELLER_MESSAGE and m.read.message]
    return any(topic == "got_back" for text in texts for topic, _ in said_done(text, tables))


def _says_so(sentence: str, tables: Tables) -> bool:
    hit = find(sentence, "sent_back", tables)
    return hit is not None and find(sentence, "not_sent_back", tables, language=hit.language) is None


def _buyers_texts(case: Case) -> Iterator[tuple[str, str]]:
    for mail in case.notices:
        if mail.read.notice is not None and mail.read.notice.buyer_comment:
            yield mail.read.notice.buyer_comment, mail.evidence
    for entry in case.entries:
        if entry.kind in {EntryKind.SET, EntryKind.ADDED} and entry.buyer_comment:
            yield entry.buyer_comment, entry.id
        elif entry.fact == "buyer_comment" and entry.value:
            yield entry.value, entry.from_exhibit or entry.id
    for mail in case.messages:
        if mail.read.kind is MailKind.BUYER_MESSAGE and mail.read.message is not None:
            yield mail.read.message.text, mail.evidence
