"""Forwards: the original inside a mail that a person sent on, by an attached mail or by its quoted header block."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cache

from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.amazon import Address, amazon_domain, looks_like_amazon, read_address
from a2z_defense.readers.mail.dates import Written, header_date, header_zone, written_dates
from a2z_defense.readers.mail.letter import Letter, read_letter
from a2z_defense.readers.mail.mime import Part, Troubles
from a2z_defense.readers.mail.words import fold
from a2z_defense.readers.mail.zones import EARLIEST_ZONE

MAX_ATTACHED_DEPTH = 3
"""Forwards of forwards that are opened."""
MAX_BLOCKS = 50
MAX_LINES = 5_000
"""Lines that are searched for quoted header blocks."""


@dataclass(frozen=True)
class Original:
    """What a forward holds of the mail that was sent on."""

    sender: Address
    subject: str
    text: str
    hard: bool
    written: tuple[Written, ...]
    """Readings of the date in its header block; empty for none."""
    sent_at: dt.datetime | None
    """The attached original's own earliest date."""
    letter: Letter | None
    """The attached original itself."""
    language: str | None
    to: str = ""
    raw: bytes = field(default=b"", repr=False)
    """The attached original's bytes."""
    quoted: int = 0
    """How many mails of Amazon's the forward quotes, one below the other."""

    @property
    def dated(self) -> bool:
        """It tells when the original was sent."""
        return bool(self.written) or self.sent_at is not None


@dataclass(frozen=True)
class Subject:
    """A subject without what mail programs put before it."""

    text: str
    forwarded: bool
    answered: bool


@cache
def _before() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    table = tables.load("forwards")

    def words(name: str) -> re.Pattern[str]:
        return re.compile(
            rf"\s*(?:{'|'.join(re.escape(word) for word in table[name])})(?:\[\d+\]|\(\d+\))?\s*[:：]\s*", re.I
        )

    return words("prefixes"), words("replies"), re.compile(rf"\s*(?:{'|'.join(table['tags'])})\s*", re.I)


def read_subject(subject: str) -> Subject:
    """`subject` without forward and reply prefixes and gateway tags."""
    forward, reply, tag = _before()
    text, forwarded, answered = subject, False, False
    for _ in range(12):
        if found := forward.match(text):
            forwarded = True
        elif found := reply.match(text):
            answered = True
        elif not (found := tag.match(text)):
            break
        text = text[found.end() :]
    return Subject(text.strip(), forwarded, answered)


@cache
def _labels() -> dict[str, list[tuple[str, str]]]:
    """Label -> (field, language) readings."""
    found: dict[str, list[tuple[str, str]]] = {}
    for language, fields in tables.load("forwards")["labels"].items():
        for name, labels in fields.items():
            for label in labels:
                found.setdefault(label, []).append((name, language))
    return found


_LINE = re.compile(r"[>\s*|]*(?P<label>[^\W\d_][^:：\n]{0,24}?)[\s*]*[:：]\*?\s*(?P<value>.*)")


@dataclass(frozen=True)
class Block:
    """A quoted header block: its fields, and the lines that it spans."""

    fields: dict[str, str]
    language: str
    start: int
    end: int


def find_blocks(lines: list[str]) -> list[Block]:
    """The quoted header blocks in `lines`, from the top. A block has a sender and a date or a subject."""
    found: list[Block] = []
    lines = lines[:MAX_LINES]
    index = 0
    while index < len(lines) and len(found) < MAX_BLOCKS:
        block = _block_at(lines, index)
        if block is None:
            index += 1
        else:
            found.append(block)
            index = block.end
    return found


def _label(line: str) -> tuple[list[tuple[str, str]], str] | None:
    if ":" not in line and "：" not in line:
        return None
    found = _LINE.match(line[:2000])
    if found is None:
        return None
    readings = _labels().get(fold(found["label"]).strip(" *"))
    return (readings, found["value"].strip(" *")) if readings else None


def _block_at(lines: list[str], start: int) -> Block | None:
    first = _label(lines[start])
    if first is None:
        return None
    fields: dict[str, str] = {}
    languages: dict[str, int] = {}
    last_name = ""
    end = start
    gap = 0
    for index in range(start, min(len(lines), start + 14)):
        line = lines[index]
        found = _label(line)
        if found is None:
            bare = line.strip("> \t*|")
            if not bare:
                gap += 1
                if gap > 1 or ("from" in fields and "subject" in fields):
                    break
            elif last_name and not gap and (_wrapped(line) or len(lines[index - 1]) >= _WRAP):
                fields[last_name] = f"{fields[last_name]} {bare}".strip()
                end = index + 1
            else:
                break
            continue
        gap = 0
        readings, value = found
        name = next((name for name, _ in readings if name not in fields), None)
        if name is None:
            if all(reading == "other" for reading, _ in readings):
                continue
            break
        fields[name] = value
        last_name = name
        for _, language in readings:
            languages[language] = languages.get(language, 0) + 1
        end = index + 1
    if "from" not in fields or not ("sent" in fields or "subject" in fields):
        return None
    language = max(languages, key=lambda name: languages[name])
    return Block(fields, language, start, end)


_WRAP = 60
"""Characters of a line from which the next may be its continuation: programs wrap quoted text at 65 to 78."""


def _wrapped(line: str) -> bool:
    """True for a line that starts with white space after its quote marks: the rest of a folded header."""
    return re.match(r"(?:>+ ?)*[ \t]+\S", line) is not None


def find_original(letter: Letter, depth: int = 0, nth: int = 0) -> Original | None:
    """The mail that `letter` forwards: an attached one first, else the first quoted block of an Amazon sender (or the
    `nth` after it), else the last block. None when there is nothing that looks like an original."""
    attached = _attached(letter, depth)
    if attached is not None:
        return attached
    lines = letter.text.split("\n")
    blocks = find_blocks(lines)
    if not blocks and letter.hard and letter.plain:
        lines = letter.plain.split("\n")
        blocks = find_blocks(lines)
    if not blocks:
        return None
    amazons = [i for i, block in enumerate(blocks) if from_amazon(block.fields["from"])]
    index = amazons[nth] if nth < len(amazons) else len(blocks) - 1
    block = blocks[index]
    stop = blocks[index + 1].start if index + 1 < len(blocks) else len(lines)
    text = "\n".join(_unquoted(line) for line in lines[block.end : stop])
    return Original(
        sender=read_address(block.fields["from"]),
        subject=block.fields.get("subject", ""),
        text=text,
        hard=letter.hard,
        written=written_dates(block.fields.get("sent", "")),
        sent_at=None,
        letter=None,
        language=block.language,
        to=block.fields.get("to", ""),
        quoted=len(amazons),
    )


def from_amazon(value: str) -> bool:
    """True when a quoted sender is Amazon's address, or without an address reads as Amazon."""
    found = read_address(value)
    return amazon_domain(found.domain) is not None or (not found.address and looks_like_amazon(value))


def _unquoted(line: str) -> str:
    return re.sub(r"^(?:\s*>)+ ?", "", line)


def _attached(letter: Letter, depth: int) -> Original | None:
    for part in letter.mails[:5]:
        raw = part.content()
        inner = read_letter(raw, letter.troubles)
        if not inner.headers.raw("from"):
            continue
        if amazon_domain(inner.sender.domain) is None and depth < MAX_ATTACHED_DEPTH:
            deeper = find_original(inner, depth + 1)
            if deeper is not None and amazon_domain(deeper.sender.domain) is not None:
                return deeper
        return Original(
            sender=inner.sender,
            subject=inner.subject,
            text=inner.text,
            hard=inner.hard,
            written=(),
            sent_at=own_date(inner)[0],
            letter=inner,
            language=None,
            to=inner.headers.get("to"),
            raw=raw,
        )
    return None


def amazon_originals(letter: Letter) -> list[Part]:
    """The attached mails that Amazon sent, or that forward such a one."""
    found = []
    for part in letter.mails:
        inner = read_letter(part.content(), Troubles())
        deeper = find_original(inner, 1) if amazon_domain(inner.sender.domain) is None else None
        if amazon_domain((deeper or inner).sender.domain) is not None:
            found.append(part)
    return found


def own_date(letter: Letter) -> tuple[dt.datetime | None, bool]:
    """The earliest of the first `Received` and `Date` of a mail, and whether it was `Received`."""
    date = header_date(letter.headers.get("date"))
    hops = letter.headers.all("received")
    received = header_date(hops[-1].rpartition(";")[2].strip()) if hops else None
    if received is not None and (date is None or received < date):
        return received, True
    return date, False


def inner_instant(
    original: Original, outer: Letter, marketplace_zone: dt.tzinfo | None
) -> tuple[dt.datetime | None, str]:
    """The earliest instant that the original's date can mean, and words about how it was read when that is not certain.

    A quoted block names no zone: it is the zone of the person who forwarded, which the outer `Date` tells when it is
    not UTC. The marketplace's zone is the other candidate. Without it, or when they would make the original younger
    than its forward, the date is read where it comes first on Earth.
    """
    if original.sent_at is not None:
        return original.sent_at, ""
    if not original.written:
        return None, ""
    own = header_zone(outer.headers.get("date"))
    zones = [zone for zone in (own, marketplace_zone) if zone is not None] if own is not None else [EARLIEST_ZONE]
    readings = sorted({written.instant(zone) for written in original.written for zone in zones})
    forwarded_at = own_date(outer)[0]
    if forwarded_at is not None and readings[0] > forwarded_at:
        # An original is older than its forward: the zones that were thought of are not the one that was meant.
        readings = sorted({written.instant(EARLIEST_ZONE) for written in original.written})
        own = None
    if len(readings) == 1 and (original.written[0].zone is not None or own is not None):
        return readings[0], ""
    how = "the quoted date has no zone" if original.written[0].zone is None else "the quoted date has several readings"
    return readings[0], f"{how}; its earliest reading is used"
