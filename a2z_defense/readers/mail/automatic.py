"""Whether a machine wrote a message: by the headers that automatic replies carry, else by how they begin."""

from __future__ import annotations

import re
from functools import cache

from a2z_defense.model.mail import Automatic, MailKind
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.amazon import amazon_domain
from a2z_defense.readers.mail.kinds import Found
from a2z_defense.readers.mail.view import View
from a2z_defense.readers.mail.words import flat

FIRST_WORDS = 400
"""Letters of a text in which an automatic reply says that it is one."""


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row['pattern']})" for row in tables.load("automatic")[name]))


def automatic(view: View, found: Found, text: str) -> tuple[Automatic, str]:
    """Whether a machine wrote the message in `view`, whose own words are `text`, and what says so."""
    by_header = _by_header(view, found)
    if by_header[0] is Automatic.YES:
        return by_header
    # With its prefixes: an answer to an automatic reply begins with "Re:".
    subject = view.original.subject if view.original else view.outer.subject
    head = flat(text[:FIRST_WORDS])
    if any(_words("begin").match(flat(line).lstrip('"*[( ')) for line in (subject, head)) or _words("says").search(
        head
    ):
        return Automatic.YES, "its first words"
    return by_header


def _by_header(view: View, found: Found) -> tuple[Automatic, str]:
    """What the writer's own headers say. Amazon's copies and relays are a machine's mails themselves: of their headers
    only the word that it is a reply counts."""
    if view.letter is None:
        return Automatic.NO, ""
    own = found.kind is MailKind.SELLER_MESSAGE and amazon_domain(view.letter.sender.domain) is None
    for row in tables.load("automatic")["header"]:
        means = Automatic(row["means"])
        value = view.letter.headers.get(row["name"]).lower()
        if value and re.search(row["pattern"], value) and (own or row.get("relayed", False)):
            return means, row["name"]
    return Automatic.NO, ""
