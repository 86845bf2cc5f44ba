"""The phrase tables: what is data about senders, header types and languages lies in `tables/*.toml`.

Every row carries the words of an example; the tests run each example, so a row that matches nothing cannot stay.
Patterns are regular expressions over flat text (lower case, straight quotes, single spaces), with `{order}`,
`{amount}`, `{n}` and `{date}` standing for an order id, an amount, a count and a date.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from a2z_defense.model.marketplaces import MARKETPLACES
from a2z_defense.readers.mail.needles import holds_one, needles

_FOLDER = Path(__file__).with_name("tables")

ORDER = r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])"
_CODES = "|".join(sorted({found.currency.lower() for found in MARKETPLACES}))
_CURRENCY = rf"(?:(?:us|ca|c|mx|a|au|s|sg|r|usd|cad|mxn|cdn)?\$|[€£¥₹₺]|{_CODES}|zł|円|kr|tl|rs|dhs?|sr|r)"
_NUMBER = r"(?:\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,2})?|\d[\d.,]{0,18}\d|\d)(?!\d|-\d)"
AMOUNT = rf"(?:(?<![^\W\d_]){_CURRENCY}\.? ?{_NUMBER}|{_NUMBER} ?{_CURRENCY}(?![^\W\d_]))"
COUNT = r"(?:\d{1,4}|[^\W\d_]{2,18}(?:-[^\W\d_]{2,12}){0,2})"
# "twenty-four (24)" and "24 (twenty-four)" are one count.
_COUNTED = rf"(?:[^\W\d_]{{2,18}}(?:[- ][^\W\d_]{{2,12}})? ?\()?(?P<n>{COUNT})\)?(?: ?\([^()]{{1,24}}\))?"
# A time of the day in a limit, with what the languages put around it: "18:00", "le 18", "18 Uhr", "godz. 18", "6 pm".
TIME_WORDS = "at|by|um|ore|le|las|la|às|as|à|a|alle|om|kl|klockan|godz|godziny|o|saat|الساعة|午前|午後"
TIME = (
    rf"(?:(?:{TIME_WORDS})\.? ?){{0,3}}\d{{1,2}}(?:[:.h時]\d{{2}})?"
    r" ?(?:uhr|h|hs|heures?|horas?|uur|u|時|[ap]\.?m\.?(?!\w))?(?![\d/]|\.\d)(?: \(?[a-z]{2,4}\)?(?!\w))?"
)
_PLACEHOLDERS = {
    "{time}": f"(?:{TIME})",
    "{order}": f"(?P<order>{ORDER})",
    "{amount}": f"(?P<amount>{AMOUNT})",
    "{n}": _COUNTED,
    "{date}": r"(?P<date>[^!?;]{4,60})",
}


_NOTHING = dict.fromkeys(_PLACEHOLDERS, ".")
"""In place of what stands for orders, amounts, counts and dates: no word that a match must hold is in these."""


def fill_in(pattern: str, values: Mapping[str, str] = _PLACEHOLDERS) -> str:
    """A table's pattern with its placeholders filled in."""
    for name, value in values.items():
        pattern = pattern.replace(name, value)
    return pattern


@dataclass(frozen=True)
class Row:
    """One line of a phrase table."""

    table: str
    means: str
    language: str
    where: str
    """`subject`, `body` or empty for either."""
    source: str
    """The regular expression, its placeholders filled in."""
    example: str
    needles: tuple[str, ...] = ()
    """Words of which one is in every match."""
    denies: bool = False
    """It says "not ...": read before the others, and its words are taken out."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first tried: most of a table's rows are of languages that this mail is not in."""
        return re.compile(self.source)

    def possible(self, text: str) -> bool:
        """False when the pattern surely is not in the flat `text`."""
        return not self.needles or holds_one(self.needles, text)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match in the flat `text`. A plain loop: this runs a thousand times a notice."""
        if not self.needles:
            return self.pattern.search(text)
        for word in self.needles:
            if word in text:
                return self.pattern.search(text)
        return None


@cache
def load(name: str) -> dict[str, Any]:
    """The table file `name`, read once."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The phrase rows of the table file `name`, in order."""
    return tuple(
        Row(
            table=name,
            means=line["means"],
            language=line["language"],
            where=line.get("where", ""),
            source=fill_in(line["pattern"]),
            example=line["example"],
            needles=needles(fill_in(line["pattern"], _NOTHING)),
            denies=line.get("not", False),
        )
        for line in load(name)["row"]
    )


@cache
def rows_for(name: str, *, where: str = "", means: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """The rows of `name` that may stand in `where` and mean one of `means` (empty: any)."""
    return tuple(
        row
        for row in rows(name)
        if (not where or not row.where or row.where == where) and (not means or row.means in means)
    )


@lru_cache(maxsize=16)
def possible(name: str, text: str, *, where: str = "", means: tuple[str, ...] = ()) -> list[Row]:
    """The rows of `name` that may be somewhere in the flat `text`; not to be changed. The text of one mail is asked for
    several times."""
    found: list[Row] = []
    for row in rows_for(name, where=where, means=means):
        if not row.needles:
            found.append(row)
            continue
        for word in row.needles:
            if word in text:
                found.append(row)
                break
    return found


def first(name: str, text: str, *, where: str = "", means: tuple[str, ...] = ()) -> tuple[Row, re.Match[str]] | None:
    """The first row of `name` whose pattern is found in the flat `text`, with the match."""
    for row in rows_for(name, where=where, means=means):
        found = row.search(text)
        if found:
            return row, found
    return None
