"""Words of buyers and carriers: not received, no good, no signer."""

from __future__ import annotations

import pytest

from a2z_defense.policy.phrases import find
from a2z_defense.policy.place_words import class_of, no_name
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


@pytest.mark.parametrize("text", ["my parcel never turned up", "it didn't show up", "I have not recieved my order"])
def test_not_received_as_people_write_it(text: str) -> None:
    assert find(text, "not_received", TABLES) is not None


@pytest.mark.parametrize(
    "text", ["I have received it in pieces", "it came smashed", "the parcel was empty", "an empty box"]
)
def test_arrived_and_no_good(text: str) -> None:
    assert find(text, "not_as_described", TABLES) is not None


@pytest.mark.parametrize("words", ["OTP verified", "PIN", "Signature not captured"])
def test_a_method_is_no_signer(words: str) -> None:
    assert no_name(words, TABLES) == "nobody"


def test_handed_to_the_recipient_in_person() -> None:
    assert class_of("Empfänger persönlich", TABLES) == "buyer"


def test_a_sharp_s_is_read_in_both_spellings() -> None:
    for text in ("Falsche Größe geliefert.", "Das ist die falsche Grösse."):
        assert find(text, "not_as_described", TABLES) is not None, text
