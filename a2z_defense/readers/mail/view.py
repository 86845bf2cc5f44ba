"""The mail that is judged: the mail itself, or the original that it forwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.amazon import (
    Address,
    amazon_domain,
    is_relay,
    looks_like_amazon,
    read_address,
    read_addresses,
    writes,
)
from a2z_defense.readers.mail.forwards import Original, amazon_originals, find_original, read_subject
from a2z_defense.readers.mail.letter import Letter
from a2z_defense.readers.mail.limits import unconditional
from a2z_defense.readers.mail.mime import Part
from a2z_defense.readers.mail.words import flat, fold, sentences

TYPE_HEADER = "x-space-notification-type"
MARKETPLACE_HEADER = "x-marketplace-id"
MAX_MATCHED = 200_000
"""Letters of a text that phrases are looked for in. The longest claim notice that was seen has under 5,000."""
MAX_SENTENCES = 1_000


@dataclass
class View:
    """What kind, facts and order are read from."""

    outer: Letter
    """The mail as it arrived."""
    letter: Letter | None
    """The mail whose headers, parts and rows are the judged mail's own; None for a quoted original."""
    original: Original | None
    forwarded: bool
    answered: bool
    sender: Address
    to: str
    subject: str
    text: str
    hard: bool
    rewritten: bool
    """A mailing list put its own address where Amazon's was; the rest is as Amazon sent it."""
    dressed: str
    """Why the outer mail is dressed as Amazon's without being Amazon's; empty when it is not."""

    @cached_property
    def flat_subject(self) -> str:
        return flat(self.subject)

    @cached_property
    def folded(self) -> str:
        """The text for matching, its line ends kept. Of a very long text only the beginning: notices are short."""
        return fold(self.text[:MAX_MATCHED])[:MAX_MATCHED]

    @cached_property
    def flat_text(self) -> str:
        return " ".join(self.folded.split())

    @cached_property
    def sentences(self) -> list[str]:
        return sentences(self.folded, hard=self.hard)[:MAX_SENTENCES]

    @cached_property
    def said(self) -> list[str]:
        """The sentences that speak of what is, not of what may come."""
        return unconditional(self.sentences, self.flat_text)

    @cached_property
    def type(self) -> str:
        """X-Space-Notification-Type, or empty."""
        return self.letter.headers.get(TYPE_HEADER).upper() if self.letter else ""

    @cached_property
    def writes(self) -> str | None:
        """What the sender writes; for a look-alike, what it pretends to write."""
        found = writes(self.sender.address)
        if found is None and self.dressed:
            return str(tables.load("senders")["local_parts"].get(self.sender.local, "other"))
        return found

    @cached_property
    def to_relay(self) -> bool:
        return any(is_relay(found.domain) for found in read_addresses(self.to))


def look(outer: Letter, nth: int = 0) -> View:
    """The view of a mail: seen through forward prefixes, banners and quoted or attached originals; of several quoted
    mails of Amazon's the `nth`."""
    subject = read_subject(outer.subject)
    to = ", ".join(outer.headers.get(name) for name in ("to", "cc") if outer.headers.raw(name))
    own = View(
        outer=outer,
        letter=outer,
        original=None,
        forwarded=False,
        answered=subject.answered,
        sender=outer.sender,
        to=to,
        subject=subject.text,
        text=outer.text,
        hard=outer.hard,
        rewritten=False,
        dressed="",
    )
    if amazon_domain(outer.sender.domain) is not None or own.to_relay or outer.media_type == "multipart/report":
        return own
    listed = _rewritten_by_list(outer)
    if listed is not None:
        own.sender = listed
        own.forwarded = own.rewritten = True
        return own
    original = find_original(outer, nth=nth)
    forged = ""
    if original is not None and amazon_domain(original.sender.domain) is None and not _shows_amazon(original):
        if looks_like_amazon(original.sender.domain):
            forged = "the sender of the mail that it forwards looks like Amazon's and is not"
        original = None
    if original is None and not subject.forwarded:
        own.dressed = dressed_as_amazon(outer) or forged
        return own
    own.forwarded = True
    if outer.headers.raw(TYPE_HEADER):
        # Forwarding by hand drops Amazon's headers: here somebody put them on.
        own.dressed = f"it carries Amazon's {TYPE_HEADER} header and is not from Amazon"
    own.dressed = own.dressed or forged
    if original is None:
        return own
    inner_subject = read_subject(original.subject)
    own.original = original
    own.letter = original.letter
    own.sender = original.sender
    own.to = original.to
    own.subject = inner_subject.text or subject.text
    own.text = original.text
    own.hard = original.hard
    own.answered = False
    return own


def sent_on_together(outer: Letter) -> list[Part]:
    """The attached mails of Amazon's that a person sent on in one mail, when there are several mails attached: "forward
    as attachment" of a selection. Empty for every other mail."""
    if len(outer.mails) < 2 or amazon_domain(outer.sender.domain) is not None or outer.media_type == "multipart/report":
        return []
    return amazon_originals(outer)


def _rewritten_by_list(outer: Letter) -> Address | None:
    """Amazon's address, when a mailing list says that it replaced it (lists must, for senders with a strict DMARC)."""
    if not outer.headers.raw("list-id"):
        return None
    for name in ("x-original-from", "x-original-sender", "reply-to"):
        found = read_address(outer.headers.get(name))
        if amazon_domain(found.domain) is not None:
            return found
    return None


def _shows_amazon(original: Original) -> bool:
    """A quoted sender without an address (a mail program kept only the name) that reads as Amazon's."""
    if original.sender.address:
        return False
    shown = original.sender.display
    return looks_like_amazon(shown) or tables.first("programmes", flat(shown)) is not None


def dressed_as_amazon(letter: Letter) -> str:
    """Why a mail from another domain pretends to be Amazon's, in words; empty when it does not."""
    if letter.headers.raw(TYPE_HEADER):
        return f"it carries Amazon's {TYPE_HEADER} header and is not from Amazon"
    if looks_like_amazon(letter.sender.domain):
        return "the sender's domain looks like Amazon's and is not"
    if looks_like_amazon(letter.sender.display):
        return "the sender's name says Amazon and its domain is not Amazon's"
    if tables.first("programmes", flat(letter.sender.display)) is not None:
        return "the sender's name is that of the A-to-z programme and its domain is not Amazon's"
    return ""
