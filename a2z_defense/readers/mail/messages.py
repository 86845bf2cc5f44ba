"""Buyer-seller messages: the writer's own words, apart from Amazon's frame and from the history quoted below."""

from __future__ import annotations

import re
from functools import cache

from a2z_defense.model.mail import MailKind, MessageFacts
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.amazon import alias_of
from a2z_defense.readers.mail.forwards import find_blocks
from a2z_defense.readers.mail.kinds import Found
from a2z_defense.readers.mail.mime import Troubles
from a2z_defense.readers.mail.needles import holds_one, needles
from a2z_defense.readers.mail.view import View
from a2z_defense.readers.mail.words import flat, flat_with_places, shown

_DASHED = re.compile(r"[>\s]*-{6,}\s*(?P<words>[^-\n]{3,60}?)\s*-{6,}\s*")
_QUOTE = re.compile(r"\s*>")
_SHORT = 60
"""Letters of a line that could be a delimiter without dashes."""


@cache
def _words_of(name: str) -> tuple[str, ...]:
    """Words of which one is in every line that a pattern of `name` matches; empty when some pattern has none."""
    found = [needles(line) for line in tables.load("messages")[name]]
    return tuple({word for words in found for word in words}) if all(found) else ()


def _in_none(name: str, lines: list[str]) -> bool:
    """True when no pattern of `name` can match any of `lines`: a look at the words instead of at every line."""
    words = _words_of(name)
    return bool(words) and not holds_one(words, flat("\n".join(lines)))


@cache
def _any_of(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in tables.load("messages")[name]))


def read_message(view: View, found: Found, troubles: Troubles) -> MessageFacts:
    """The message in `view`. When no anchor is found, the whole text is kept and `anchored` is False."""
    framed = found.kind is not MailKind.SELLER_MESSAGE or found.how in ("header", "subject")
    text, anchored = _anchored(view) if framed else (view.text, True)
    if not anchored:
        troubles.add("no delimiter of the message was found; the whole text was kept")
    lines = text.split("\n")
    if not anchored or not framed:
        lines = _without_footer(lines)
    new, quoted = _split_history(lines)
    topic = _in_subject(view, "topic")
    return MessageFacts(
        text=shown(_trim(new)),
        quoted=shown(_trim(quoted)) or None,
        anchored=anchored,
        topic=flat(topic) if topic else None,
    )


def buyer_name(view: View, found: Found) -> str | None:
    """The buyer's name: of the subject, else what a relay address shows."""
    if found.kind not in (MailKind.BUYER_MESSAGE, MailKind.AMAZON_MESSAGE):
        return None
    name = _in_subject(view, "name")
    if not name and alias_of(view.sender.address):
        display = view.sender.display.strip("\"' ")
        frame = _any_of("names").search(display.lower())
        name = display[: frame.start()] + display[frame.end() :] if frame else display
    return shown(name)[:120] if name and "@" not in name else None


def _in_subject(view: View, name: str) -> str | None:
    """A named part of the subject of a message, as it is written there."""
    words, places = flat_with_places(view.subject)
    row = tables.first("subjects", words, means=("buyer_message", "seller_message"))
    if row is None or name not in row[1].re.groupindex or not row[1][name]:
        return None
    start, end = row[1].span(name)
    return view.subject[places[start] : places[end - 1] + 1]


def _anchored(view: View) -> tuple[str, bool]:
    """The words between Amazon's delimiters, and whether any were found."""
    letter = view.letter or view.outer
    if len(letter.pres) == 1 and letter.pres[0].strip():
        return letter.pres[0], True
    between = _between(view.text.split("\n"))
    if between is None and letter.plain and letter.plain != view.text:
        between = _between(letter.plain.split("\n"))
    return (view.text, False) if between is None else (between, True)


def _between(lines: list[str]) -> str | None:
    table = tables.load("messages")
    start: int | None = None
    for index, line in enumerate(lines):
        dashed = _DASHED.fullmatch(line[:200]) if "-----" in line else None
        words = flat(dashed["words"]) if dashed else ""
        if start is None:
            if words in table["begin"] or (not dashed and len(line) < _SHORT and flat(line) in table["plain_begin"]):
                start = index + 1
        elif words in table["end"] or (not dashed and len(line) < _SHORT and flat(line) in table["plain_end"]):
            return "\n".join(lines[start:index])
    return None


def _without_footer(lines: list[str]) -> list[str]:
    found: list[str] = []
    if _in_none("cut", lines) and _in_none("drop", lines):
        return lines
    for line in lines:
        words = flat(line[:2000])
        if _any_of("cut").search(words):
            break
        if not (words and _any_of("drop").search(words)):
            found.append(line)
    return found


def _split_history(lines: list[str]) -> tuple[list[str], list[str]]:
    """The new words, and the history that the mail program quoted."""
    blocks = find_blocks(lines)
    cut = blocks[0].start if blocks else len(lines)
    quotes = _closing_quotes(lines)
    if _in_none("quoted", lines):
        cut = min(cut, quotes)
        return lines[:cut], lines[cut:]
    for index, line in enumerate(lines[:cut]):
        words = flat(line[:500]).lstrip("> ")
        two = f"{words} {flat(lines[index + 1][:500])}" if index + 1 < len(lines) else words
        if words and (_any_of("quoted").search(words) or (len(words) > 40 and _any_of("quoted").search(two))):
            cut = index
            break
        if index >= quotes:
            cut = index
            break
    return lines[:cut], lines[cut:]


def _closing_quotes(lines: list[str]) -> int:
    """Where the quoted lines begin that end the text: nothing but quotes and blank lines follows."""
    start = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if _QUOTE.match(lines[index]):
            start = index
        elif lines[index].strip():
            break
    return start


def _trim(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").strip()
