"""What a carrier's word for a place or a receiver means, by `places.toml`."""

from __future__ import annotations

import re

from a2z_defense.policy.tables import Tables

WORST_FIRST = ("elsewhere", None, "collect", "buyer")
"""Of several places the one that proves least decides. None: a word that no table knows."""


_LETTERS = 2
"""Fewer are no name: carriers print `X`, `-` or a code where nobody signed."""
_INITIALED = re.compile(r"(?:[^\W\d_]\.? ?){1,2} ?[^\W\d_]{2,}|[^\W\d_]{2,} [^\W\d_]\.?")
"""An initial and one word: a surname may be a place's word ("A. Vicini")."""


def class_of(words: str, tables: Tables) -> str | None:
    """The class of the place that a carrier names; None for a word that no table knows."""
    found = {_one(part, tables, whole=False) for part in words.split(",")}
    return next((known for known in WORST_FIRST if known in found), None)


def no_name(words: str, tables: Tables) -> str | None:
    """The class of what stands beside a signature and is no name: a place, or a word that nobody signed. None: a name.

    The buyer's own words ("resident") are a signer. What holds a place's word is the place, but for an initial and a
    surname; what holds a digit is a code or a flat.
    """
    found = [_one(part, tables, whole=True) for part in re.split(r"[/,;()|+:]|\s-\s", words)]
    known = next((known for known in found if known in {"elsewhere", "collect", "nobody"}), None)
    if known is not None or "buyer" in found:
        return known
    place = class_of(words, tables)
    if place in {"elsewhere", "collect"} and not _INITIALED.fullmatch(words.strip()):
        return place
    letters = sum(char.isalpha() for char in words)
    return "nobody" if letters < _LETTERS or any(char.isdigit() for char in words) else None


def _one(words: str, tables: Tables, *, whole: bool) -> str | None:
    """A place that proves little is known by its word wherever it stands ("Neighbour (No. 14)"); the buyer by the whole
    words alone."""
    plain = _plain(words)
    for place in tables.places:
        for word in map(_plain, place.words):
            inside = not whole and place.class_ in {"elsewhere", "collect"} and f" {word} " in f" {plain} "
            if plain == word or inside:
                return place.class_
    return None


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", words.casefold()).split())
