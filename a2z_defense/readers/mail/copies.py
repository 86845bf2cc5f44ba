"""Copies of one message: exported twice, fetched from two mailboxes, or forwarded by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from a2z_defense.model.mail import MailRead
from a2z_defense.readers.mail.view import View

_TOKEN = re.compile(r"commmgrtok:\s*([\w.+/=-]{6,100})|\bspc-[a-z]{2}amazon-(\d{4,30})")
_WORD = re.compile(r"\w+")
CLOSE = dt.timedelta(hours=36)
"""How far apart the readings of one quoted date without zone can lie (UTC-12 to UTC+14), and then transport."""
SENT_TOGETHER = dt.timedelta(hours=1)
"""How far apart a sender's copies of one notice to several addresses leave, each with a Message-ID of its own.
Judgement: they leave in one go."""


def keys(view: View, sent_at: dt.datetime | None) -> tuple[str, str, str]:
    """(content key, text key, token key).

    The text key is of the words alone: equal for every copy, and also for two messages of the same words. The content
    key is of what forwarding keeps: Amazon's token of the message and the words when there is a token; else sender,
    minute and words. The token key is of the token alone, empty without one.
    """
    text = view.folded
    token = None
    if "commmgrtok:" in text or "amazon-" in text:
        token = _TOKEN.search(text)
        text = _TOKEN.sub(" ", text)
    # Only the words: what survives quoting, wrapping and re-encoding.
    words = " ".join(_WORD.findall(text))
    token_key = _digest("token", token[1] or token[2]) if token else ""
    return _content_key(view, words, token, sent_at), _digest("text", words), token_key


def _content_key(view: View, words: str, token: re.Match[str] | None, sent_at: dt.datetime | None) -> str:
    if token:
        return _digest("token", token[1] or token[2], words)
    minute = sent_at.replace(second=0, microsecond=0).isoformat() if sent_at else ""
    return _digest("sent", view.sender.address, minute, words)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def same_message(one: MailRead, other: MailRead) -> bool:
    """True when the two mails are copies of one message: equal words, and dates that one message can have.

    Amazon asks twice in the same words, and nobody has said that its token is another each time: what its dates tell
    apart is two requests, each with its own clock.
    """
    if one.token_key and other.token_key and one.token_key != other.token_key:
        return False
    forwarded = one.forwarded or other.forwarded
    if one.content_key != other.content_key and not (forwarded and one.text_key and one.text_key == other.text_key):
        return False
    if one.sent_at is None or other.sent_at is None or (one.message_id and one.message_id == other.message_id):
        return True
    return abs(one.sent_at - other.sent_at) <= (CLOSE if forwarded else SENT_TOGETHER)
