"""Finds phrases in messages. What is found points a person to it and is no verdict: it is shown with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from a2z_defense.policy.phrase_tables import Phrases
from a2z_defense.policy.tables import Tables

# Three 13-dash rules and the like never end a sentence; a line break does, because buyers rarely write full stops.
_SENTENCES = re.compile(r"[.!?;\n。！？]+")

_LONGEST = 400
"""Characters of a sentence, a judgement: nobody writes a longer one, but for machines and mischief."""


@dataclass(frozen=True)
class Hit:
    """A phrase that was found."""

    sentence: str
    """The writer's own words, trimmed."""
    language: str
    """The table's language, not necessarily the writer's."""


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a message, in order, without the empty ones; one without an end is taken in pieces."""
    return tuple(piece for part in _SENTENCES.split(text) for piece in in_pieces(part))


def in_pieces(sentence: str) -> Iterator[str]:
    """The sentence on one line, at `_LONGEST` characters or so in several: expressions take more than linear time."""
    words, length = [], 0
    for word in sentence.split():
        words.append(word[:_LONGEST])
        length += len(words[-1]) + 1
        if length > _LONGEST:
            yield " ".join(words)
            words, length = [], 0
    if words:
        yield " ".join(words)


def first_words(text: str) -> str:
    """The first sentence of a message that is more than a greeting, for a person to recognise it by."""
    told = sentences(text)
    return next((one for one in told if len(one.split()) > 2), told[0] if told else "")


def only_asks(text: str) -> bool:
    """True when every sentence of more than a word is a question."""
    told = re.findall(r"([^.!?;\n。！？]++)([.!?;\n。！？]*)", text)
    weighty = [end for words, end in told if len(words.split()) > 1]
    return bool(weighty) and all(re.search("[?？]", end) for end in weighty)


def find(text: str, topic: str, tables: Tables, *, language: str | None = None) -> Hit | None:
    """The first sentence in which a phrase of `topic` stands, in any language of the table or in the given one: what
    only qualifies a sentence is read in its own language, for short words mean other things in others."""
    for sentence in sentences(text):
        plain = folded(sentence)
        for language_, phrases in tables.phrases.items():
            if language not in {None, language_}:
                continue
            pattern = _compiled(phrases, topic)
            if pattern is not None and pattern.search(plain):
                return Hit(sentence, language_)
    return None


@dataclass(frozen=True)
class Admission:
    """A sentence of the seller that admits a fault, or promises a refund."""

    sentence: str
    promise: bool
    """It only promises: whether it counts may depend on its condition."""


def admissions(text: str, tables: Tables) -> tuple[Admission, ...]:
    """Every sentence that admits a fault or promises a refund, in order; one that denies it is none."""
    found = []
    for sentence in sentences(text):
        admits = find(sentence, "admits", tables)
        hit = admits or find(sentence, "promises", tables)
        if hit is not None and find(sentence, "denies", tables, language=hit.language) is None:
            found.append(Admission(sentence, promise=admits is None))
    return tuple(found)


def against_delivery(text: str, tables: Tables) -> Iterator[tuple[str, bool]]:
    """Every sentence of the seller that speaks against a delivery to the buyer, and whether it says that it went
    elsewhere; one that only supposes says nothing."""
    for sentence in sentences(text):
        elsewhere = find(sentence, "misdirected", tables)
        hit = elsewhere or find(sentence, "undelivered", tables)
        if hit and not _unsure(hit, tables):
            yield sentence, elsewhere is not None


DONE = ("refunded", "replaced", "got_back")
"""What a seller may write to have done, by topic."""


def said_done(text: str, tables: Tables) -> Iterator[tuple[str, str]]:
    """(topic, sentence) of what the seller writes to have done: refunded, sent anew, got back."""
    for sentence in sentences(text):
        for topic in DONE:
            hit = find(sentence, topic, tables)
            if hit and not _unsure(hit, tables):
                yield topic, sentence


def speaks_against(text: str, tables: Tables) -> bool:
    """True when a message of the seller says anything that may stand against an answer which points at it."""
    return bool(admissions(text, tables)) or any(against_delivery(text, tables)) or any(said_done(text, tables))


def _unsure(hit: Hit, tables: Tables) -> bool:
    """True when the sentence only supposes, or puts a condition."""
    unsure = ("conditional", "supposes")
    return any(find(hit.sentence, topic, tables, language=hit.language) for topic in unsure)


def taken_back(text: str, phrases: Phrases) -> bool:
    """True when a word of the message takes back what a sentence says; without spaces, when it stands anywhere."""
    whole = folded(text)
    if phrases.joined:
        return any(word in whole for word in phrases.takes_back)
    return not set(re.findall(r"[\w']+", whole)).isdisjoint(phrases.takes_back)


def folded(sentence: str) -> str:
    """In lower case, with one kind of apostrophe."""
    return sentence.casefold().replace("’", "'").replace("`", "'")


@lru_cache(maxsize=256)
def _pattern(expressions: tuple[str, ...], *, joined: bool) -> re.Pattern[str]:
    either = "|".join(f"(?:{found})" for found in expressions)
    return re.compile(either if joined else rf"(?<!\w)(?:{either})(?!\w)")


def _compiled(phrases: Phrases, topic: str) -> re.Pattern[str] | None:
    expressions: tuple[str, ...] = getattr(phrases, topic)
    return _pattern(expressions, joined=phrases.joined) if expressions else None
