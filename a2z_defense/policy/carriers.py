"""Names of carriers: whether two of them may be the same one's."""

from __future__ import annotations

import re

_SAYS_NOTHING = frozenset(
    {"courier", "delivered", "delivery", "express", "international", "logistics", "mail", "other", "paket", "pakket"}
    | {"parcel", "parcels", "post", "self", "service", "services", "shipping", "standard"}
)
"""Words that many carriers have in their names, and what stands in the place of a name. A judgement."""


def same_carrier(first: str, second: str) -> bool:
    """True when the two share a word that tells, when one is the other's initials, or when one tells nothing."""
    one, two = _words(first), _words(second)
    telling = set(one) - _SAYS_NOTHING, set(two) - _SAYS_NOTHING
    if not all(telling) or not telling[0].isdisjoint(telling[1]):
        return True
    return "".join(one) == "".join(two) or _initials(one) in two or _initials(two) in one


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


def _initials(words: list[str]) -> str | None:
    return "".join(word[0] for word in words) if len(words) > 1 else None
