"""The written-down names of months and weekdays are those that Babel knows."""

from __future__ import annotations

import re

from babel.dates import get_day_names, get_month_names

from a2z_defense.readers.mail.names_of_days import MONTHS, WEEKDAYS, numbered
from a2z_defense.readers.mail.words import fold

LOCALES = ("en", "it", "es", "de", "fr", "pt", "ja", "nl", "pl", "sv", "tr", "ar", "da", "nb", "fi", "cs", "zh")


def test_the_months_are_babels_and_two_short_forms_of_september() -> None:
    theirs: dict[str, int] = {}
    for locale in LOCALES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in get_month_names(width, context=context, locale=locale).items():
                    word = fold(name).strip(".")
                    if re.search(r"[^\W\d]", word):
                        theirs.setdefault(word, number)
    assert numbered(MONTHS, 1) == theirs | {"sept": 9, "set": 9}


def test_the_weekdays_are_babels() -> None:
    theirs: dict[str, int] = {}
    for locale in LOCALES:
        for context in ("format", "stand-alone"):
            for number, name in get_day_names("wide", context=context, locale=locale).items():
                theirs.setdefault(fold(name), number)
    assert numbered(WEEKDAYS, 0) == theirs
