"""Finds phrases in messages. What is found points a person to it and is no verdict: it is shown with its sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from a2z_defense.policy.tables import Phrases, Tables

# Three 13-dash rules and the like never end a sentence; a line break does, because buyers rarely write full stops.
_SENTENCES = re.compile(r"[.!?;\n。！？]+")
_QUESTIONS = re.compile(r"[^.!?;\n。！？]*[?？]")


@dataclass(frozen=True)
class Hit:
    """A phrase that was found."""

    sentence: str
    """The writer's own words, trimmed."""
    language: str
    """The table's language, not necessarily the writer's."""


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a message, in order, without the empty ones."""
    return tuple(found for part in _SENTENCES.split(text) if (found := " ".join(part.split())))


def find(text: str, topic: str, tables: Tables) -> Hit | None:
    """The first sentence in which a phrase of `topic` stands, in any language of the table."""
    for sentence in sentences(text):
        folded = _folded(sentence)
        for language, phrases in tables.phrases.items():
            pattern = _compiled(phrases, topic)
            if pattern is not None and pattern.search(folded):
                return Hit(sentence, language)
    return None


@dataclass(frozen=True)
class Admission:
    """A sentence of the seller that admits a fault, or promises a refund."""

    sentence: str
    promise: bool
    """It only promises: whether it counts may depend on its condition."""


def admissions(text: str, tables: Tables) -> tuple[Admission, ...]:
    """Every sentence that admits a fault or promises a refund, in order."""
    found = []
    for sentence in sentences(text):
        admits = find(sentence, "admits", tables) is not None
        if admits or find(sentence, "promises", tables) is not None:
            found.append(Admission(sentence, promise=not admits))
    return tuple(found)


def acknowledgement(text: str, tables: Tables) -> Hit | None:
    """The first sentence that says, and does not ask, that the goods arrived. A word that takes it back, or a denial,
    anywhere in the message voids it: what stands beside the sentence is part of what the buyer says."""
    if find(text, "not_received", tables) is not None:
        return None
    whole = _folded(text)
    words = set(re.findall(r"[\w']+", whole))
    for sentence in sentences(_QUESTIONS.sub("", text)):
        folded = _folded(sentence)
        for language, phrases in tables.phrases.items():
            pattern = _compiled(phrases, "acknowledges")
            if pattern is not None and pattern.search(folded) and not _taken_back(whole, words, phrases):
                return Hit(sentence, language)
    return None


def _taken_back(text: str, words: set[str], phrases: Phrases) -> bool:
    """True when a word of the message takes the acknowledgement back; without spaces, when it stands anywhere in it."""
    if phrases.joined:
        return any(word in text for word in phrases.takes_back)
    return not words.isdisjoint(phrases.takes_back)


def _folded(sentence: str) -> str:
    return sentence.casefold().replace("’", "'").replace("`", "'")


@lru_cache(maxsize=256)
def _pattern(expressions: tuple[str, ...], *, joined: bool) -> re.Pattern[str]:
    either = "|".join(f"(?:{found})" for found in expressions)
    return re.compile(either if joined else rf"(?<!\w)(?:{either})(?!\w)")


def _compiled(phrases: Phrases, topic: str) -> re.Pattern[str] | None:
    expressions: tuple[str, ...] = getattr(phrases, topic)
    return _pattern(expressions, joined=phrases.joined) if expressions else None
