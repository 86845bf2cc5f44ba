"""What the sentence builders share: the facts, the phrases of a language, and values that carry their exhibits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from a2z_defense.documents.catalogue import Catalogue
from a2z_defense.documents.facts import Facts, Parcel, Told
from a2z_defense.documents.localise import Localise
from a2z_defense.documents.said import Phrase, Phrases, Said
from a2z_defense.documents.visible import plain
from a2z_defense.model.money import Money
from a2z_defense.model.tracking import Place

_PUNCTUATION = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
        "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-",
        "…": "...", "•": "-", "·": "-", "×": "x", "‹": "'", "›": "'",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ",
    }
)  # fmt: skip
"""The Respond to Amazon box takes plain text; what typographic punctuation becomes there is nowhere published."""
_INSIDE = re.compile(r"(?<=«)\s+|\s+(?=»)")
"""French spaces inside quotation marks: plain ones have none."""


SHOWN_PLACE: dict[str | None, str] = {
    "address": "line.delivered_to_address",
    "house": "line.delivered_to_house",
    None: "line.delivered_to_area",
}
"""How much of the order's address a carrier's record shows (`Facts.at_address`), and the sentence that says so."""

Line = Iterator[Said | None]
"""The sentences of one builder; None: the evidence does not hold it."""

_NAME_LIMIT = 60
"""Characters of a carrier's name in a sentence. The longest in the shipped tables has 30."""


def ascii_punctuation(text: str) -> str:
    """`text` with ASCII punctuation; letters of every language stay."""
    return _INSIDE.sub("", text).translate(_PUNCTUATION)


def shortened(title: str, limit: int) -> str:
    """A title by its first words, and what is left out is seen: no word is cut but one that alone is too long."""
    words = " ".join(title.split())
    if len(words) <= limit:
        return words
    return (words[: limit + 1].rpartition(" ")[0] or words[:limit]).rstrip(" ,;:-/(") + " ..."


class Writer:
    """One case in one language, in one zone."""

    def __init__(self, facts: Facts, language: str, *, zone: str | None = None, templates: Path | None = None) -> None:
        self.facts = facts
        self.t = Phrases(language, templates)
        self.loc = Localise(self.t.language, zone or facts.zone)
        self.until = Localise(self.t.language, zone or facts.zone, limits=True)
        """For the ends of a time: deadlines."""
        self.policy = Catalogue(self.loc, templates)
        """The policy's words in this language."""
        self.policy_limits = Catalogue(self.until, templates)
        """The same, of what it says of deadlines."""
        self.opening = ""
        """The first sentence of the text that is written, once it is: the facts that it tells are not told again."""

    def say(self, text: str, *exhibits: str | None) -> Said | None:
        """Words from outside with their evidence; None when no evidence of this case tells them."""
        known = [one for one in exhibits if one is not None and self.facts.known(one)]
        shown = ascii_punctuation(plain(" ".join(text.split())))
        return Said(shown, known) if known and shown else None

    def quote(self, text: str, *exhibits: str | None) -> Said | None:
        """The same for words between quotation marks: what is quoted in them gets single ones."""
        said = self.say(text, *exhibits)
        return Said(said.replace('"', "'"), said.exhibits) if said else None

    def at(self, instant: dt.datetime | None, *exhibits: str | None) -> Said | None:
        """`9 Nov 2026, 14:32 CET`."""
        return self.say(self.loc.at(instant), *exhibits) if instant else None

    def day(self, instant: dt.datetime | None, *exhibits: str | None) -> Said | None:
        """`9 Nov 2026`."""
        return self.say(self.loc.day(instant), *exhibits) if instant else None

    def money(self, money: Money | None, *exhibits: str | None) -> Said | None:
        """`119.00 EUR`."""
        return self.say(self.loc.money(money), *exhibits) if money else None

    def fill(self, key: str, **values: Said | int | None) -> Said | None:
        """The phrase `key`, or None when one of its values is not known or it would rest on no evidence."""
        if any(value is None for value in values.values()):
            return None
        found = self.t(key, **values)
        if not isinstance(found, Said):
            return None
        doubled = found.endswith("..") and (not found.endswith("...") or found.endswith("...."))
        return Said(found[:-1], found.exhibits) if doubled else found

    def words(self, key: str, **values: str) -> str:
        """A phrase with the policy's own words in it (why, ways out): for banners, never for the answer itself."""
        told = {name: self.policy(" ".join(text.split())) for name, text in values.items()}
        shown = {name: Phrase(ascii_punctuation(plain(text))) for name, text in told.items()}
        return str(self.t(key, **shown))

    @property
    def order(self) -> Said | None:
        """The order id: by the order record, or by the notice."""
        order = self.facts.case.order
        return self.say(self.facts.case.order_id, order.evidence if order else None, self.facts.claim_exhibit)

    @property
    def amount(self) -> Said | None:
        """` (119.00 EUR)`, or nothing but its evidence when the amount is not told."""
        told = self.money(self.facts.assessment.amount, self.facts.assessment.amount_exhibit, self.facts.claim_exhibit)
        return self.fill("fact.amount", money=told) if told else self.no_amount

    @property
    def no_amount(self) -> Said | None:
        """No words, and the evidence of the order."""
        order = self.order
        return Said("", order.exhibits) if order else None

    @property
    def as_of(self) -> Said | None:
        """When the finances last answered; every "none recorded" says so."""
        finances = self.facts.case.finances
        report = self.facts.case.source("finances")
        if finances is None or not finances.evidence:
            return None
        piece = self.facts.case.piece(finances.evidence[-1])
        when = report.at or (piece.provenance.obtained_at if piece else None)
        return self.at(when, *finances.evidence)

    def carrier(self, parcel: Parcel) -> Said | None:
        """The carrier's name, or "the carrier" when none is told or what is told is too long for a name."""
        reading = parcel.carrier
        if reading and len(str(reading.value)) <= _NAME_LIMIT:
            return self.say(str(reading.value), reading.exhibit)
        return self.say(self.t("fact.the_carrier"), *(one.evidence for one in parcel.of.shipments))

    def number(self, parcel: Parcel) -> Said | None:
        """The tracking number."""
        return self.say(parcel.number[0], *parcel.number[1]) if parcel.number else None

    def told(self, moment: Told | None, *more: str) -> Said | None:
        """`9 Nov 2026, 14:32 CET`, of an instant with its exhibit."""
        return self.at(moment[0], moment[1], *more) if moment else None

    def place(self, place: Place, exhibit: str) -> Said | None:
        """`99012 Cittadella`: the postcode and city, never the street."""
        told = " ".join(part for part in (place.postal_code, place.city) if part)
        return self.say(told, exhibit) if told else None

    @property
    def ship_by(self) -> Said | None:
        order = self.facts.case.order
        return self.at(order.ship_by.latest, order.evidence) if order else None

    @property
    def deliver_by(self) -> Said | None:
        order = self.facts.case.order
        return self.at(order.deliver_by.latest, order.evidence) if order else None

    @property
    def claimed(self) -> Said | None:
        return self.told(self.facts.claimed_at)
