"""Names of people: whether two of them may be the same one's."""

from __future__ import annotations

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def same_person(first: str, second: str) -> bool:
    """True when each word of the shorter name stands in the other, one of them whole, the rest at least as initials:
    `ROE`, `J. Roe`, `Jane Roe`. Accents and case tell nothing: carriers drop them."""
    written = (False, True) if set("äöü") & set((first + second).casefold()) else (False,)
    return any(_same(_words(first, e=e), _words(second, e=e)) for e in written)


def _same(first: list[str], second: list[str]) -> bool:
    short, long = sorted((first, second), key=len)
    if short == long:
        return True
    shared = any(len(word) > 1 for word in {*short} & {*long})
    for word in short:
        match = next((other for other in long if _alike(word, other)), None)
        if match is None:
            return False
        long.remove(match)
    return shared


def _words(name: str, *, e: bool) -> list[str]:
    """The words without accents; with `e` an umlaut is written with an e, as carriers' exports do."""
    folded = unicodedata.normalize("NFC", name.casefold()).translate(_UMLAUTS if e else {})
    plain = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", plain)


def _alike(word: str, other: str) -> bool:
    return word == other or (1 in {len(word), len(other)} and word[0] == other[0])
