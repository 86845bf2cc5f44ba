"""One word written in several ways: with accents and without, with letters that carriers' exports cannot print."""

from __future__ import annotations

import unicodedata

# Letters that NFKD does not take apart, as they are written without them.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'", "`": "'"}
)
_WITH_E = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
"""How German, Danish, Norwegian and Swedish are written without their letters."""


def folded(text: str, *, e: bool = False) -> str:
    """`text` in small letters without accents. With `e`, umlauts and the like are written out: `Größel` is `groessel`,
    else `grossel`."""
    known = unicodedata.normalize("NFC", text.casefold())
    known = unicodedata.normalize("NFKD", known.translate(_WITH_E if e else {}).translate(_LETTERS))
    return "".join(letter for letter in known if not unicodedata.combining(letter))


def spellings(word: str) -> frozenset[str]:
    """Every form of one word that carriers write: two words are the same when they share one."""
    return frozenset({folded(word), folded(word, e=True)})
