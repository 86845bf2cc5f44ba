"""The buyer's own words in the answer: that it arrived, or what the complaint is; quoted, never told."""

from __future__ import annotations

import re

from a2z_defense.documents.said import Said
from a2z_defense.documents.sentences.checks import pointed_at
from a2z_defense.documents.sentences.lines import replies
from a2z_defense.documents.sentences.writer import Line, Writer
from a2z_defense.model.case import Mail
from a2z_defense.model.mail import MailKind
from a2z_defense.policy.phrases import find
from a2z_defense.policy.receipt import acknowledgement
from a2z_defense.policy.tables import Tables

_QUOTE_LIMIT = 160
"""Characters of a buyer's words that a line of the answer quotes; of a longer message, the sentence that says it."""

_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+")
"""A line break or a semicolon ends no sentence here: a quote must be whole."""


def acknowledged(w: Writer) -> Line:
    """The buyer's own words that it arrived, when the policy holds that they say so."""
    exhibit = w.facts.item_exhibit("buyer_acknowledges")
    mail = next((one for one in w.facts.case.messages if one.evidence == exhibit), None)
    if mail is None or mail.read.message is None or mail.read.kind is not MailKind.BUYER_MESSAGE:
        return
    words = _quotable(mail.read.message.text, w.facts.told.tables)
    if words:
        when, quote = w.at(mail.read.sent_at, mail.evidence), w.quote(words, mail.evidence)
        yield w.fill("line.acknowledged", at=when, quote=quote)
        yield _translated(w, mail)


def _quotable(text: str, tables: Tables) -> str | None:
    """The message whole when it is short, else the whole sentence that says it; nothing of one that also denies.

    Of a longer message a sentence stands alone only when no word anywhere in it takes an acknowledgement back: what is
    left out must not be able to turn its meaning.
    """
    if find(text, "not_received", tables):
        return None
    words = _short(text)
    if words:
        return words
    back = {word for phrases in tables.phrases.values() for word in phrases.takes_back}
    if back.intersection(re.findall(r"[\w']+", text.casefold().replace("’", "'"))):
        return None
    for sentence in _SENTENCE_END.split(" ".join(text.split())):
        if len(sentence) <= _QUOTE_LIMIT and acknowledgement(sentence, tables):
            return f"... {sentence} ..."
    return None


def _translated(w: Writer, mail: Mail) -> Said | None:
    """The seller's translation of a message that is quoted whole, when it is as short."""
    given = w.facts.translation_of(mail.evidence)
    whole = mail.read.message and _short(mail.read.message.text)
    words = _short(given.value or "") if given and whole else None
    return w.fill("line.translated", quote=w.quote(words, mail.evidence, given.id)) if given and words else None


def _short(text: str) -> str | None:
    """A message's words on one line, when they are few enough to quote whole."""
    words = " ".join(text.split())
    return words if 0 < len(words) <= _QUOTE_LIMIT else None


def buyer_words(w: Writer) -> Line:
    """The buyer's last words before the claim, and our reply where its time is not told as one of all replies."""
    for spoken in w.facts.buyer_wrote[-1:]:
        read = spoken.mail.read
        words = _short(read.message.text) if read.message else None
        if words:
            quote = w.quote(words, spoken.mail.evidence)
            yield w.fill("line.buyer_words", at=w.at(read.sent_at, spoken.mail.evidence), quote=quote)
            yield _translated(w, spoken.mail)
        if spoken.answered_after is not None and read.sent_at and not any(replies(w)):
            after = [one for one in pointed_at(w) if one.mail.read.sent_at]
            ours = next((one for one in after if (one.mail.read.sent_at or read.sent_at) > read.sent_at), None)
            if ours:
                yield w.fill("line.our_reply", at=w.at(ours.mail.read.sent_at, ours.mail.evidence))
