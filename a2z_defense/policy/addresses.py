"""Are two addresses the same? Normalised word by word; a false match is worse than "differs, look".

No geocoder and no fuzzy distance: words must be equal after case, accents, punctuation, known abbreviations and the
country's postcode form are out of the way. A house number is a word like any other: 12 is not 12B.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from a2z_defense.model.order import Address, Completeness
from a2z_defense.model.tracking import Place
from a2z_defense.policy.spelling import folded

# Abbreviation -> word, per country; "" is every country. Only forms that cannot mean something else in a street line.
_ABBREVIATIONS: dict[str, dict[str, str]] = {
    "": {"n": "", "no": "", "nr": "", "num": ""},
    "IT": {"v": "via", "vle": "viale", "pza": "piazza", "pzza": "piazza", "cso": "corso", "lgo": "largo", "s": "san"},
    "DE": {"str": "strasse", "pl": "platz", "wg": "weg"},
    "AT": {"str": "strasse", "pl": "platz"},
    "FR": {"av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "pl": "place", "r": "rue"},
    "ES": {"c": "calle", "avda": "avenida", "av": "avenida", "pza": "plaza", "ctra": "carretera"},
    "PT": {"r": "rua", "av": "avenida"},
    "BR": {"r": "rua", "av": "avenida"},
    "GB": {"rd": "road", "ave": "avenue", "ln": "lane", "dr": "drive", "ct": "court", "cl": "close"},
    "US": {
        "rd": "road",
        "ave": "avenue",
        "ln": "lane",
        "dr": "drive",
        "ct": "court",
        "blvd": "boulevard",
        "apt": "apartment",
    },
    "CA": {"rd": "road", "ave": "avenue", "dr": "drive", "blvd": "boulevard", "apt": "apartment"},
    "AU": {"rd": "road", "ave": "avenue", "dr": "drive", "ct": "court"},
    "IE": {"rd": "road", "ave": "avenue"},
    "NL": {"str": "straat"},
    "BE": {"av": "avenue", "str": "straat"},
    "PL": {"ul": "ulica", "al": "aleja", "pl": "plac"},
    "SE": {"g": "gatan"},
}
_ENGLISH_STREET = frozenset({"GB", "US", "CA", "AU", "IE", "IN", "SG", "ZA"})


class Likeness(StrEnum):
    SAME = "same"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """One side says too little to compare."""


@dataclass(frozen=True)
class Comparison:
    likeness: Likeness
    why: str
    """In words, without the addresses themselves."""
    hard: bool = True
    """For DIFFERS: false when it may be a mere spelling, like a city in another language."""
    whole: bool = True
    """For SAME: false when one side has a line more, a flat or a company: the house is one, the address may not be."""


def same_words(first: str, second: str, country: str | None = None) -> bool:
    """True when two lines are the same in their plain form, each word in one of its spellings."""
    forms = [[plain_words(text, country, e=e) for e in (False, True)] for text in (first, second)]
    ours, others = (list(zip(*both, strict=False)) if len({*map(len, both)}) == 1 else [] for both in forms)
    if not ours or len(ours) != len(others):
        return forms[0] == forms[1]
    return all(not {*word}.isdisjoint(other) for word, other in zip(ours, others, strict=True))


def plain_words(text: str, country: str | None = None, *, e: bool = False) -> tuple[str, ...]:
    """The words of an address line in their plain form: `Königstr. 5/B` is `konigstrasse`, `5`, `b`.

    With `e` an umlaut is written as in `Koenigstr.`
    """
    plain = folded(re.sub(r"\b([^\W\d_])\.(?=[^\W\d_])", r"\1", text), e=e)  # V.le and P.za are one word
    plain = re.sub(r"(?<=\w)str\.(?=\s|$|\d)", "strasse ", plain) if country in {"DE", "AT"} else plain
    words = re.findall(r"\d+|[^\W\d_]+", plain)
    known = _ABBREVIATIONS[""] | _ABBREVIATIONS.get(country or "", {})
    found = [known.get(word, word) for word in words]
    if country in _ENGLISH_STREET and len(found) > 1:
        found = [found[0], *("street" if word == "st" else word for word in found[1:])]
    return tuple(word for word in found if word)


def plain_postcode(text: str, country: str | None = None) -> str:
    """A postcode without spaces, dashes and a country prefix; the first five digits of a US ZIP+4."""
    found = re.sub(r"[^0-9A-Z]", "", text.upper())
    if country and len(country) == 2 and found.startswith(country) and found[2:].isdigit():
        found = found[2:]
    elif country in {"DE", "IT", "FR", "ES"} and re.fullmatch(r"[DIFE]\d{5}", found):
        found = found[1:]
    return found[:5] if country == "US" and re.fullmatch(r"\d{9}", found) else found


def compare_town(first: Place, second: Place) -> Comparison:
    """Postcode and city of two places."""
    country = _country(first) or _country(second)
    if _country(first) and _country(second) and _country(first) != _country(second):
        return Comparison(Likeness.DIFFERS, "the countries differ")
    codes = [plain_postcode(found.postal_code, country) for found in (first, second) if found.postal_code]
    towns = [found.city for found in (first, second) if found.city]
    near = len(towns) == 2 and same_town(towns[0], towns[1], country)
    part = len(codes) == 2 and _part_of(codes[0], codes[1], country)
    if len(codes) == 2 and codes[0] != codes[1] and not part:
        return Comparison(Likeness.DIFFERS, "the postcodes differ")
    if len(towns) == 2 and not (near if len(codes) == 2 else same_words(towns[0], towns[1], country)):
        words = "the cities differ, look: it may be another spelling or a part of the town"
        return Comparison(Likeness.DIFFERS, words, hard=len(codes) < 2)
    if part:
        return Comparison(Likeness.UNKNOWN, PART_OF_CODE)
    if len(codes) < 2 or len(towns) < 2:
        return Comparison(Likeness.UNKNOWN, "postcode or city is not told on one side")
    return Comparison(Likeness.SAME, "postcode and city are the same")


PART_OF_CODE = "one side tells only the first part of the postcode"


def _country(place: Place) -> str:
    """The country's code as ISO writes it, or nothing."""
    told = (place.country or "").upper()
    return {"UK": "GB", "EL": "GR"}.get(told, told)


_AREA = {"GB": 3, "CA": 3, "NL": 2, "PT": 3, "IE": 4}
"""Characters at the end of a full postcode that carriers leave out: the rest names an area. By country."""


def _part_of(first: str, second: str, country: str | None) -> bool:
    """True when the shorter code is the longer one's area."""
    short, long = sorted((first, second), key=len)
    left = _AREA.get(country or "")
    return left is not None and len(long) > left and short == long[:-left]


_JOINING = frozenset({"a", "am", "an", "auf", "bei", "d", "der", "den", "dem", "i", "im", "in", "ob", "v", "vor"})
"""Words between a town of a German-speaking country and what tells it from others of its name."""


_TAIL = {"IT": r"(.+?)\s+([a-z]{2})", "FR": r"(.+?)\s+((?:cedex|\d).*)"}
"""What stands behind a town's name without any sign between, by country: `ROMA RM`, `Paris 11e`, `Lyon Cedex 3`."""


def same_town(first: str, second: str, country: str | None) -> bool:
    """True when two names are one town's, of which one may say more: `Mühlhausen/Thür.`, `Muehlhausen`. Only under one
    postcode: Frankfurt is on the Main and on the Oder."""
    first, second = (_ARTICLE.get(country or "", _NEVER).sub("", town.strip()) or town for town in (first, second))
    if same_words(first, second, country):
        return True
    (name, more), (other, also) = _parted(first, country), _parted(second, country)
    if not more or not also:
        long = more or also
        whole = second if more else first
        return same_words(name, other, country) or bool(long and same_words(long, whole, country))
    return same_words(name, other, country) and _shortened(more, also)


_NEVER = re.compile(r"(?!)")
_ARTICLE = {
    "ES": re.compile(r"^(?:(?:a|as|o|os|la|las|el|los)\s+|l['’]\s?)", re.IGNORECASE),
    "FR": re.compile(r"^(?:(?:le|la|les)[\s-]+|l['’]\s?)", re.IGNORECASE),
    "IT": re.compile(r"^(?:la\s+|l['’]\s?)", re.IGNORECASE),
}
"""An article that begins a town's name, which each language and many a carrier writes in its own way, or leaves out."""


def _parted(town: str, country: str | None) -> tuple[str, str]:
    """A town's name, and what stands behind it: after a slash, a bracket or a comma, or after `am`, `an der`."""
    name, *rest = re.split(r"[/(,;]", town, maxsplit=1)
    more = "".join(rest)
    tail = re.fullmatch(_TAIL.get(country or "", r"(?!)"), town.strip(), re.IGNORECASE)
    if tail:
        return tail[1], tail[2]
    words = re.findall(r"[^\s.]+\.?", name)
    found = next((n for n, word in enumerate(words[1:], 1) if word.casefold().rstrip(".") in _JOINING), None)
    if more or found is None or country not in {"DE", "AT", "CH"}:
        return name, more.rstrip(") ")
    return " ".join(words[:found]), " ".join(words[found:])


def _shortened(first: str, second: str) -> bool:
    """True when two additions are one, which one side may abbreviate: `Thür.` and `Thüringen`, `M.` and `Main`."""
    ours, others = ([w for w in plain_words(text) if w not in _JOINING] for text in (first, second))
    pairs = zip(ours, others, strict=False)
    return len(ours) == len(others) and all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def compare_places(first: Place, second: Place) -> Comparison:
    """Street, number, postcode and city of two places, as far as both tell them. SAME needs a street on both sides."""
    town = compare_town(first, second)
    if town.likeness is Likeness.DIFFERS:
        return town
    if not first.lines or not second.lines:
        return Comparison(Likeness.UNKNOWN, "no street on one side")
    country = _country(first) or _country(second)
    numbered = any(letter.isdigit() for letter in first.lines[0])
    if same_words(" ".join(first.lines), " ".join(second.lines), country):
        same_street = "street and number are the same"
    elif len(first.lines) != len(second.lines) and numbered and same_words(first.lines[0], second.lines[0], country):
        same_street = "street and number are the same; one side adds a line"
    else:
        return Comparison(Likeness.DIFFERS, "the street lines differ, look")
    if town.likeness is Likeness.UNKNOWN and (
        town.why == PART_OF_CODE or not (first.postal_code and second.postal_code)
    ):
        return Comparison(Likeness.UNKNOWN, f"{same_street}, but {town.why}")
    whole = len(first.lines) == len(second.lines) or same_words(" ".join(first.lines), " ".join(second.lines), country)
    return Comparison(Likeness.SAME, f"{same_street}, and so is the postcode", whole=whole)


def place_of(address: Address) -> Place:
    """The order's address as a place."""
    return Place(
        lines=address.lines,
        city=address.city,
        region=address.region,
        postal_code=address.postal_code,
        country=address.country,
    )


def compare_with_order(address: Address, place: Place, *, town_only: bool = False) -> Comparison:
    """A carrier's place against the order's address; an address without a street supports no match of addresses."""
    if town_only:
        if not address.postal_code or not address.city:
            return Comparison(
                Likeness.UNKNOWN, "the order's answer holds no postcode and city (role or age of the order)"
            )
        return compare_town(place_of(address), place)
    if address.completeness is not Completeness.FULL:
        differs = compare_town(place_of(address), place)
        if differs.likeness is Likeness.DIFFERS:
            return differs
        return Comparison(Likeness.UNKNOWN, "the order's answer holds no full address (role or age of the order)")
    return compare_places(place_of(address), place)


def read_place(text: str) -> Place:
    """A stated address: lines apart by commas or newlines, the last one with a postcode holds postcode and city,
    a last part of two letters is the country. What cannot be told apart stays in the lines."""
    parts = [part.strip() for part in re.split(r"[,\n]", text) if part.strip()]
    country = parts.pop().upper() if parts and re.fullmatch(r"[A-Za-z]{2}", parts[-1]) else None
    postal = city = None
    if parts:
        found = re.fullmatch(
            r"((?:[A-Z]{1,2}-)?\d[\dA-Z \-]{2,8}?|[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2})\s+([^\d].*)", parts[-1]
        )
        behind = re.fullmatch(r"([^\d].*?)\s+(\d{4,6}|[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2})", parts[-1])
        if found:
            postal, city = found[1], found[2]
        elif behind and len(parts) > 1:
            city, postal = behind[1], behind[2]
        if postal:
            parts.pop()
    return Place(lines=tuple(parts), city=city, postal_code=postal, country=country)
