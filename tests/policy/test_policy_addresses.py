"""Addresses: the same place in other words is the same, and nothing else is."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.order import Address, Completeness
from a2z_defense.model.tracking import Place
from a2z_defense.policy.addresses import (
    Likeness,
    compare_places,
    compare_town,
    compare_with_order,
    plain_postcode,
    plain_words,
    read_place,
)


def place(line: str, postal: str = "10100", city: str = "Città Prova", country: str = "IT") -> Place:
    return Place(lines=tuple(line.split("; ")), postal_code=postal, city=city, country=country)


SAME = [
    (place("Via Prova 12"), place("VIA PROVA, 12")),
    (place("Via Prova 12"), place("V. Prova n. 12")),
    (place("Viale dell’Olmo 3"), place("V.le dell'Olmo 3")),
    (
        place("Piazza Prova 1"),
        place("P.za Prova 1"),
    ),
    (place("Königstraße 5", "10115", "Musterstadt", "DE"), place("KOENIGSTR. 5", "D-10115", "Musterstadt", "DE")),
    (place("Königstraße 5", "10115", "Musterstadt", "DE"), place("Königstr. 5", "10115", "MUSTERSTADT", "DE")),
    (place("12 Elm Street", "AB1 2CD", "Testham", "GB"), place("12 ELM ST", "ab12cd", "TESTHAM", "GB")),
    (place("12 St Elm Road", "AB1 2CD", "Testham", "GB"), place("12 Street Elm Rd", "AB12CD", "Testham", "GB")),
    (place("5 av. des Essais", "75001", "Ville", "FR"), place("5 Avenue des Essais", "F-75001", "Ville", "FR")),
    (place("7 Oak Drive; Apt 4", "12345-6789", "Town", "US"), place("7 Oak Dr", "12345", "Town", "US")),
    (place("Łąkowa 9", "00-950", "Wieś", "PL"), place("LAKOWA 9", "00950", "wies", "PL")),
]
DIFFERENT = [
    (place("Via Prova 12"), place("Via Prova 21")),
    (place("Via Prova 12"), place("Via Prova 12/B")),
    (place("Via Prova 12"), place("Via Prova 1 2")),
    (place("Via Prova 12"), place("Via Prova")),
    (place("Via Prova 12"), place("Via Riprova 12")),
    (place("Via Prova 12"), place("Via Prova 12", postal="10101")),
    (place("Via Prova 12"), place("Via Prova 12", country="CH")),
    (place("Via Prova 12; Scala A"), place("Via Prova 12; Scala B")),
    (place("Piazza Prova 1"), place("Via Prova 1")),
]


@pytest.mark.parametrize("pair", SAME, ids=lambda pair: pair[1].lines[0])
def test_the_same_in_other_words(pair: tuple[Place, Place]) -> None:
    assert compare_places(*pair).likeness is Likeness.SAME
    assert compare_places(pair[1], pair[0]).likeness is Likeness.SAME


@pytest.mark.parametrize("pair", DIFFERENT, ids=lambda pair: f"{pair[1].lines[0]} {pair[1].postal_code}")
def test_a_false_match_is_worse_than_a_look(pair: tuple[Place, Place]) -> None:
    assert compare_places(*pair).likeness is Likeness.DIFFERS
    assert compare_places(pair[1], pair[0]).likeness is Likeness.DIFFERS


def test_another_spelling_of_the_city_is_a_soft_difference() -> None:
    found = compare_town(place("x", city="Città Prova"), place("x", city="Prova"))
    assert (found.likeness, found.hard) == (Likeness.DIFFERS, False)
    other = compare_town(place("x", postal="10100"), place("x", postal="20200"))
    assert (other.likeness, other.hard) == (Likeness.DIFFERS, True)
    nameless = Place(city="Altrove", country="IT")
    assert compare_town(nameless, place("x")).hard


def test_what_is_not_told_is_unknown() -> None:
    assert compare_places(Place(), place("Via Prova 12")).likeness is Likeness.UNKNOWN
    assert compare_town(Place(city="Città Prova"), place("x")).likeness is Likeness.UNKNOWN
    assert compare_places(Place(lines=("Via Prova 12",)), place("Via Prova 12")).likeness is Likeness.UNKNOWN


def test_an_order_without_a_street_matches_nothing() -> None:
    partial = Address(city="Città Prova", postal_code="10100", country="IT", completeness=Completeness.PARTIAL)
    assert compare_with_order(partial, place("Via Prova 12")).likeness is Likeness.UNKNOWN
    assert compare_with_order(partial, place("Via Prova 12"), town_only=True).likeness is Likeness.SAME
    assert compare_with_order(partial, place("Via Prova 12", postal="99999")).likeness is Likeness.DIFFERS
    assert compare_with_order(Address(), place("Via Prova 12"), town_only=True).likeness is Likeness.UNKNOWN
    assert compare_with_order(c.ADDRESS, c.place_of()).likeness is Likeness.SAME


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Via Prova 12, 10100 Città Prova, IT", place("Via Prova 12")),
        ("Via Prova 12\n10100 Città Prova", Place(lines=("Via Prova 12",), postal_code="10100", city="Città Prova")),
        ("10100 Città Prova", Place(postal_code="10100", city="Città Prova")),
        ("12 Elm Street, Testham AB1 2CD, GB", place("12 Elm Street", "AB1 2CD", "Testham", "GB")),
        ("Königstr. 5, D-10115 Musterstadt, DE", place("Königstr. 5", "D-10115", "Musterstadt", "DE")),
        ("at the door", Place(lines=("at the door",))),
    ],
)
def test_a_stated_address_is_taken_apart(text: str, expected: Place) -> None:
    assert read_place(text) == expected


def test_the_parts_in_their_plain_form() -> None:
    assert plain_words("Königstr. 5/B", "DE") == ("konigstrasse", "5", "b")
    assert plain_words("V.le Æø, n° 7", "IT") == ("viale", "aeo", "7")
    assert plain_postcode("d-10115", "DE") == "10115"
    assert plain_postcode("IT-10100", "IT") == "10100"
    assert plain_postcode("SW1A 1AA", "GB") == "SW1A1AA"
    assert plain_postcode("12345-6789", "US") == "12345"
    assert plain_postcode("1234 AB", "NL") == "1234AB"
