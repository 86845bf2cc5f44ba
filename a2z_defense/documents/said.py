"""What a template may print: our own phrases, and facts that carry their exhibits. Anything else is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError

LANGUAGES = ("en", "it", "de", "fr", "es")
"""Languages with a phrase table; for any other one, English."""


class Phrase(str):
    """Words of ours: headings, labels, units. Says nothing about the case."""

    __slots__ = ()


class Said(str):
    """Words about the case, with the evidence that they rest on."""

    exhibits: tuple[str, ...]
    """Evidence ids, in order of use."""

    def __new__(cls, text: str, exhibits: Iterable[str]) -> Said:
        found = super().__new__(cls, text)
        found.exhibits = tuple(dict.fromkeys(exhibits))
        return found


class RunsRight(Said):
    """A line that runs from right to left as a whole: printed in its own direction."""

    __slots__ = ()


def exhibits_of(*values: object) -> tuple[str, ...]:
    """The exhibits of those values that carry some, each once."""
    return tuple(dict.fromkeys(one for value in values if isinstance(value, Said) for one in value.exhibits))


def joined(separator: str, parts: Iterable[str]) -> Said:
    """Facts in a row, with the exhibits of all."""
    kept = list(parts)
    return Said(separator.join(kept), exhibits_of(*kept))


@lru_cache(maxsize=16)
def _table(folder: Path, language: str) -> dict[str, str]:
    path = folder / "phrases" / f"{language}.toml"
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise ConfigurationError(
            f"the phrase table {path} cannot be read: {why}",
            expected="a TOML file in UTF-8 with a table for each section",
            remedy="mend that line, or eject the templates again",
        ) from None
    return {f"{name}.{key}": text for name, section in sections.items() for key, text in section.items()}


def _line_of(path: Path, key: str) -> int:
    """The line of a phrase in its table; 0 when it is written in a way that is not found."""
    section, _, name = key.partition(".")
    inside = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip().startswith("["):
            inside = line.strip() == f"[{section}]"
        elif inside and line.partition("=")[0].strip() == name:
            return number
    return 0


_ARTICLE = re.compile(r"\b([Dd]e|[Aa]|[Dd]a|[Nn]e|[Ss]u)l (?=\{(\w+)\})|\b([Ii])l (?=\{(\w+)\})")
_VOWEL_DAY = re.compile(r"(8|11) [a-z]{3} ")


def elided(text: str, values: Mapping[str, object]) -> str:
    """Italian before the 8th and the 11th: `dell'8 nov`, `l'11 nov`. Only our own words change."""

    def article(found: re.Match[str]) -> str:
        name = found[2] or found[4]
        if not _VOWEL_DAY.match(str(values.get(name, ""))):
            return found[0]
        if found[3]:
            return "L'" if found[3] == "I" else "l'"
        return f"{found[1]}ll'"

    return _ARTICLE.sub(article, text)


class Phrases:
    """The phrases of one language."""

    def __init__(self, language: str, templates: Path | None = None) -> None:
        self.language = known_language(language)
        self._table = _table(data_folder("templates"), self.language)
        self._own: Path | None = None
        if templates is not None and (templates / "phrases" / f"{self.language}.toml").is_file():
            # What the user's own table lacks comes from ours, as with templates: one ejected long ago has less.
            self._table = self._table | _table(templates, self.language)
            self._own = templates / "phrases" / f"{self.language}.toml"

    def __call__(self, key: str, **values: object) -> Any:
        """The phrase `key`, filled in: a Phrase, or a Said when a value carries exhibits. Of one, `count` being 1, the
        phrase `key` with `_one` behind it, where there is one.

        Values may be phrases, facts and whole numbers; a bare text is a programming error. KeyError: no such phrase.
        ConfigurationError: the user's own table fills it in with a name that it is not given.
        """
        for name, value in values.items():
            if not isinstance(value, Phrase | Said | int):
                raise TypeError(f"{key}: {name} carries no exhibit")
        if values.get("count") == 1 and f"{key}_one" in self._table:
            key += "_one"
        if key not in self._table:
            raise KeyError(f"there is no phrase {key}")
        told = elided(self._table[key], values) if self.language == "it" else self._table[key]
        try:
            text = told.format(**values)
        except (KeyError, IndexError, ValueError, AttributeError) as why:
            if self._own is None:
                raise
            raise ConfigurationError(
                f"the phrase {key} in {self._own}, line {_line_of(self._own, key)}, cannot be filled in: {why}",
                expected=f"only these names in braces: {', '.join(sorted(values)) or 'none'}",
                remedy="mend that line, or take it out: then ours is used",
            ) from None
        exhibits = exhibits_of(*values.values())
        return Said(text, exhibits) if exhibits else Phrase(text)

    @property
    def colon(self) -> str:
        """What stands between a label and its text."""
        return " : " if self.language == "fr" else ": "

    @property
    def semicolon(self) -> str:
        """What stands between two parts of a row."""
        return " ; " if self.language == "fr" else "; "

    def has(self, key: str) -> bool:
        """True when there is such a phrase."""
        return key in self._table


def known_language(language: str | None) -> str:
    """The two-letter language with a phrase table that fits, else `en`."""
    return _short(language) if has_phrases(language) else "en"


def has_phrases(language: str | None) -> bool:
    """True when the documents can be written in `language` (`de`, `de-AT`)."""
    return _short(language) in LANGUAGES


def _short(language: str | None) -> str:
    return (language or "").replace("_", "-").partition("-")[0].lower()
