"""The wording lint: what the buyer or Amazon reads, line by line, against the rules of `wording.toml`.

Words in “quotation marks” are evidence (a carrier's capitals, a buyer's own words): the tone rules leave them alone,
the rules about links, addresses and emoji do not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import lru_cache

from a2z_defense.model.frozen import Frozen
from a2z_defense.model.marketplaces import MARKETPLACES
from a2z_defense.policy.tables import Tables, WordingRule


class Audience(StrEnum):
    """Who reads the text. Whatever Amazon gets, the buyer may read as well."""

    BUYER = "buyer"
    AMAZON = "amazon"


class Finding(Frozen):
    """One place that breaks a rule."""

    line: int
    """From 1."""
    rule: str
    why: str
    found: str
    alternative: str


_QUOTED = re.compile("“[^”]*”|«[^»]*»|„[^“]*“")
_ENDINGS = (
    "com|net|org|it|de|fr|es|nl|be|at|ch|pt|pl|se|ie|eu|info|biz|shop|store|online|site|co\\.uk|io|me|app|link|ly"
)
_LINK = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"”]+|(?<![@\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{_ENDINGS})(?:/\S*)?(?![\w-])",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff\u200d\ufe0f]|[:;]-?[)(DP](?!\\w)")
_CAPITALS = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?:['’-][^\W\d_]+)*(?![\w-])")
_LETTERS = 4
"""A lone word in capitals is emphasis from this length on; two in a row are from any length."""


def lint(text: str, *, audience: Audience | str, language: str, tables: Tables) -> tuple[Finding, ...]:
    """Every place in `text` that breaks a rule, by line and place. `language` is two letters; a language without
    phrases of its own is still checked by the rules that hold in every language (`languages` lists those with)."""
    reader, spoken = Audience(audience), language.casefold()[:2]
    acronyms, edges = frozenset(tables.acronyms), spoken not in tables.joined
    found: list[tuple[int, int, Finding]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = _QUOTED.sub(lambda quote: " " * len(quote[0]), line)
        for rule in tables.wording:
            if reader.value not in rule.audience:
                continue
            for place, words in _places(rule, line if rule.quoted else plain, spoken, acronyms, edges=edges):
                alternative = rule.alternative.get(spoken) or rule.alternative.get("en", "")
                what = Finding(line=number, rule=rule.id, why=rule.why, found=words, alternative=alternative)
                found.append((number, place, what))
    return tuple(finding for _, _, finding in sorted(found, key=lambda key: (key[0], key[1], key[2].rule)))


def languages(tables: Tables) -> tuple[str, ...]:
    """The languages that the rules have phrases for."""
    return tuple(sorted({key for rule in tables.wording for key in rule.patterns if key != "any"}))


def unsupported(text: str, supported: Collection[str]) -> tuple[Finding, ...]:
    """What `text` says beyond the sentences that rest on an exhibit, line by line: those may stand in any order, one or
    several on a line."""
    known = sorted((_plain(sentence) for sentence in supported if sentence.strip()), key=len, reverse=True)
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        left = _plain(line)
        for sentence in known:
            left = left.replace(sentence, " ")
        left = " ".join(left.split())
        if any(letter.isalnum() for letter in left):
            why = "no exhibit of the claim supports it"
            alternative = "leave it out, or attach or state what shows it: then a2z writes it"
            found.append(Finding(line=number, rule="no_exhibit", why=why, found=left, alternative=alternative))
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _places(
    rule: WordingRule, line: str, language: str, acronyms: frozenset[str], *, edges: bool
) -> Iterator[tuple[int, str]]:
    if rule.check == "link":
        yield from ((m.start(), m[0]) for m in _LINK.finditer(line) if not _is_amazon(m[0]))
    elif rule.check == "emoji":
        yield from ((m.start(), m[0]) for m in _EMOJI.finditer(line))
    elif rule.check == "capitals":
        yield from _shouts(line, acronyms)
    folded = _folded(line)
    for key, at_edges in (("any", False), (language, edges)):
        if rule.patterns.get(key):
            found = _compiled(rule.patterns[key], edges=at_edges).finditer(folded)
            yield from ((m.start(), line[m.start() : m.end()]) for m in found)


def _folded(line: str) -> str:
    """Lower case letter by letter, so that places stay where they are: some letters grow when they are folded."""
    lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in line)
    return lower.replace("’", "'")


def _is_amazon(link: str) -> bool:
    """By the host's exact ending: amazon.it.example is not Amazon."""
    host = re.sub(r"^https?://", "", link.casefold()).split("/")[0].split("?")[0].split(":")[0].rstrip(".,;)")
    return any(host == found.domain or host.endswith(f".{found.domain}") for found in MARKETPLACES)


def _shouts(line: str, acronyms: frozenset[str]) -> Iterator[tuple[int, str]]:
    run: list[re.Match[str]] = []
    for word in [*_CAPITALS.finditer(line), None]:
        loud = word is not None and word[0].isupper() and word[0] not in acronyms
        if loud and word is not None and (not run or line[run[-1].end() : word.start()].isspace()):
            run.append(word)
            continue
        if run and (len(run) > 1 or len(run[0][0]) >= _LETTERS):
            yield run[0].start(), line[run[0].start() : run[-1].end()]
        run = [word] if loud and word is not None else []


@lru_cache(maxsize=256)
def _compiled(expressions: tuple[str, ...], *, edges: bool) -> re.Pattern[str]:
    either = "|".join(f"(?:{found})" for found in expressions)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if edges else either)
