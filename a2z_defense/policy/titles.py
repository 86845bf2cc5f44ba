"""The titles of items and defences in the middle of a sentence."""

from __future__ import annotations

_NAMES = frozenset({"Amazon", "Buy", "Claims"})
"""First words of titles that are names: "Buy Shipping Claims Protection" keeps its capitals."""


def within(title: str) -> str:
    """A title as it stands after other words: only its first letter becomes small, and not that of a name."""
    first = title.replace("'", " ").partition(" ")[0]
    return title if first in _NAMES or (not first[1:].islower() and first != "A") else title[:1].lower() + title[1:]


def with_why(title: str, why: str) -> str:
    """`title: why`; the why alone when it begins with the title's own words."""
    return why if why.casefold().startswith(title.casefold()) else f"{within(title)}: {why}"
