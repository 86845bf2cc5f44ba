"""Names of people: whether two of them may be the same one's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from a2z_defense.policy.spelling import spellings

Word = frozenset[str]
"""One word in each of its spellings."""


def same_person(first: str, second: str) -> bool:
    """True when each word of the shorter name stands in the other, one of them whole, the rest at least as initials:
    `ROE`, `J. Roe`, `Jane Roe`. Accents, case and letters that carriers cannot print tell nothing."""
    short, long = sorted((_words(first), _words(second)), key=len)
    if len(short) == len(long) and all(_same(word, other) for word, other in zip(short, long, strict=True)):
        return bool(short)
    shared = any(_same(word, other) and max(map(len, word)) > 1 for word in short for other in long)
    left = [
        word for word in short if not _taken(long, word, _same)
    ]  # whole words first: the order of names tells nothing
    return shared and all(_taken(long, word, _initial) for word in left)


def _taken(words: list[Word], word: Word, alike: Callable[[Word, Word], bool]) -> bool:
    """Takes the first of `words` that is alike; False when there is none."""
    match = next((other for other in words if alike(word, other)), None)
    if match is not None:
        words.remove(match)
    return match is not None


def _words(name: str) -> list[Word]:
    return [spellings(word) for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", name.casefold()))]


def _same(word: Word, other: Word) -> bool:
    return not word.isdisjoint(other)


def _initial(word: Word, other: Word) -> bool:
    """True when one of the two is the other's first letter."""
    return any(1 in {len(one), len(two)} and one[0] == two[0] for one in word for two in other)
