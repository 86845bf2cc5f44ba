"""The policy's words in the reader's language: Babel catalogues of its English sentences, `{name}` for what varies.

The policy judges in English and knows no language. What it says is looked up here when it is printed: whole, then by
its parts between semicolons, the longest first. What no catalogue holds stays English; quoted words are never touched.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.documents.localise import Localise
from a2z_defense.documents.said import elided
from a2z_defense.model.money import Money

_FREE = frozenset({"why", "quote", "data"})
"""Names of values that may hold semicolons; of the others a semicolon ends the sentence."""
_SAME = frozenset({"quote", "name", "number"})
"""Names of values that are printed as they are: words of people, names, codes."""
_NAME = re.compile(r"\{(\w+)\}")
_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b(?!T)")
_AMOUNT = re.compile(r"(?<![\w.:,])(\d+(?:\.\d+)?) (?!ODR|UTC|GMT)([A-Z]{3})\b")
_QUOTED = re.compile(r"(“[^”]*”)")
_WORDS = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")
"""Words one after the other: prose, not a number, a name, an instant or an amount."""
_PROPER = frozenset({"Amazon", "Buy", "Claims", "Seller", "Late", "Prime", "SAFE"})
_GERMAN_SMALL = re.compile(
    "An|Außerhalb|Bei|Bereits|Das|Der|Die|Eine?|Erst|Ersetzt|Es|Keine|Lange|Nichts?|Noch|Nur|Über|Verzollt|Vom|Vor|Warum"
    "|Wer|Wie|Zugestellt|Zurück"
)
"""First words of the German titles that are no nouns, and so are small in the middle of a sentence."""
_MARKS = {"de": "„{}“", "es": "«{}»", "fr": "«\u00a0{}\u00a0»", "it": "«{}»"}
"""Quotation marks of a language around what the policy quotes in “English ones”; the words inside stay as they are."""


@dataclass(frozen=True)
class _Sentence:
    """One sentence of the policy with places for what varies."""

    match: Callable[[str], re.Match[str] | None]
    told: str


@dataclass(frozen=True)
class _Table:
    fixed: Mapping[str, str]
    """English, in lower case -> the translation."""
    varying: tuple[_Sentence, ...]
    """The one with the most fixed letters first."""


def _pattern(english: str) -> str:
    parts, seen = [], set[str]()
    for n, part in enumerate(_NAME.split(english)):
        if n % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P={part})")
        else:
            seen.add(part)
            parts.append(f"(?P<{part}>{'.+?' if part in _FREE else '[^;]+?'})")
    return "".join(parts)


@lru_cache(maxsize=8)
def _table(path: Path) -> _Table:
    from babel.messages.pofile import PoFileError, read_po

    try:
        with path.open("rb") as file:
            held = [(str(one.id), str(one.string)) for one in read_po(file, abort_invalid=True) if one.id]
    except (OSError, UnicodeDecodeError, PoFileError, ValueError) as why:
        raise ConfigurationError(
            f"the catalogue {path} cannot be read: {why}",
            expected="a PO file in UTF-8",
            remedy="mend that line, or eject the templates again",
        ) from None
    held = [(english, told) for english, told in held if told]
    varying = sorted((one for one in held if "{" in one[0]), key=lambda one: -len(_NAME.sub("", one[0])))
    return _Table(
        {english.casefold(): told for english, told in held if "{" not in english},
        tuple(_Sentence(re.compile(_pattern(one), re.IGNORECASE | re.DOTALL).fullmatch, told) for one, told in varying),
    )


def catalogue_path(language: str, templates: Path | None = None) -> Path | None:
    """The catalogue of a language, the user's own first; None for English, in which the policy speaks."""
    if language == "en":
        return None
    own = templates / "catalogues" / f"{language}.po" if templates else None
    return own if own and own.is_file() else data_folder("templates") / "catalogues" / f"{language}.po"


class Catalogue:
    """The policy's words in one language, its instants and amounts by one locale and zone."""

    def __init__(self, loc: Localise, templates: Path | None = None) -> None:
        self._loc = loc
        self._path = catalogue_path(loc.language, templates)

    @cached_property
    def _held(self) -> _Table | None:
        """Read at the first sentence: an answer that may be sent has none of the policy's words."""
        return _table(self._path) if self._path else None

    def __call__(self, text: str) -> str:
        """`text` as it is printed. Raises ConfigurationError when a catalogue cannot be read."""
        return self._said(text) if self._held and text.strip() else self._localised(text)

    def knows(self, text: str) -> bool:
        """True when every part of `text` is translated."""
        return self._held is None or all(found is not None for _, found in self.parts(text))

    def _said(self, text: str) -> str:
        between = " ; " if self._loc.language == "fr" else "; "
        return between.join(self._localised(part) if found is None else found for part, found in self.parts(text))

    def parts(self, text: str) -> Iterator[tuple[str, str | None]]:
        """The longest runs of parts that are translated, with their translation, and what is between them with None."""
        parts, start = _split(text), 0
        while start < len(parts):
            runs = ((end, "; ".join(parts[start:end])) for end in range(len(parts), start, -1))
            end, found = next(((end, told) for end, run in runs if (told := self._whole(run)) is not None), (0, None))
            if found is None:
                yield parts[start], None
                start += 1
            else:
                yield "; ".join(parts[start:end]), found
                start = end

    def _whole(self, text: str) -> str | None:
        if self._held is None:
            return None
        fixed = self._held.fixed.get(text.casefold())
        if fixed is not None:
            return fixed if text[:1].isupper() else self._small(fixed)
        for one in self._held.varying:
            found = one.match(text)
            if found and all(self._fits(name, value) for name, value in found.groupdict().items()):
                values = {name: self._value(name, value) for name, value in found.groupdict().items()}
                told = elided(one.told, values) if self._loc.language == "it" else one.told
                return told.format(**values)
        return self._headed(text)

    def _value(self, name: str, value: str) -> str:
        if name not in _SAME:
            return self._said(value)
        return _QUOTED.sub(lambda quoted: self._marked(quoted[0]), value)

    def _marked(self, quoted: str) -> str:
        return _MARKS.get(self._loc.language, "“{}”").format(quoted[1:-1])

    def _fits(self, name: str, value: str) -> bool:
        """False for words of the policy's that are not translated: a sentence is never half in another language."""
        if not _balanced(value) or (name == "quote" and value[:1] == "“" and "; " in _QUOTED.sub("", value)):
            return False  # what stands behind a quotation is the policy's, and a sentence of its own
        return name in _SAME | _FREE or not _WORDS.search(_QUOTED.sub("", value)) or self.knows(value)

    def _headed(self, text: str) -> str | None:
        """`head: what it is`, when the head is known or an instant; and `what it is (where it was read)`."""
        head, colon, rest = text.partition(": ")
        if colon and "“" not in head and _balanced(head):
            told = self._localised(head) if _INSTANT.fullmatch(head) else self._whole(head)
            between = " : " if self._loc.language == "fr" else ": "
            return None if told is None else f"{told}{between}{self._said(rest)}"
        head, opened, rest = text.partition(" (")
        told = self._whole(head) if opened and rest.endswith(")") and "“" not in head else None
        return None if told is None else f"{told} ({self._said(rest[:-1])})"

    def _small(self, text: str) -> str:
        """The first letter small, as in the middle of a sentence; not of a name, nor of a German noun."""
        word = text.partition(" ")[0]
        noun = self._loc.language == "de" and not _GERMAN_SMALL.fullmatch(word)
        if noun or word in _PROPER or not word[1:].islower():
            return text
        return text[:1].lower() + text[1:]

    def _localised(self, text: str) -> str:
        """Instants, days and amounts by the locale; what is quoted stays."""
        return "".join(
            self._marked(part)
            if n % 2
            else _AMOUNT.sub(self._amount, _DAY.sub(self._day, _INSTANT.sub(self._instant, part)))
            for n, part in enumerate(_QUOTED.split(text))
        )

    def _instant(self, found: re.Match[str]) -> str:
        return self._loc.at(dt.datetime.fromisoformat(found[0]))

    def _day(self, found: re.Match[str]) -> str:
        try:
            return self._loc.date(dt.date(*(int(part) for part in found.groups())))
        except ValueError:
            return found[0]

    def _amount(self, found: re.Match[str]) -> str:
        return self._loc.money(Money.model_validate({"amount": found[1], "currency": found[2]}))


def _split(text: str) -> list[str]:
    """The parts between semicolons that are in no quotation and no brackets."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, char in enumerate(text):
        if char in "“”":
            quoted = char == "“"
        elif not quoted and char in "()":
            depth += 1 if char == "(" else -1
        elif char == ";" and not quoted and depth <= 0 and text[at + 1 : at + 2] == " ":
            parts.append(text[start:at])
            start = at + 2
    return [*parts, text[start:]]


def _balanced(text: str) -> bool:
    depth = 0
    for char in _QUOTED.sub("", text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0
