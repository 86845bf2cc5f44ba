"""Whether a buyer says that it arrived: a question does not, and what stands beside it counts."""

from __future__ import annotations

import pytest

from a2z_defense.policy.phrases import acknowledgement, find
from a2z_defense.policy.place_words import class_of, no_name
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


@pytest.mark.parametrize(
    "text",
    [
        "Has it arrived at your warehouse? I got a refund notice, thanks.",
        "It arrived at your place, right?",
        "Have you seen that it has arrived？",
        "È arrivato il mio reso?",
    ],
)
def test_a_question_acknowledges_nothing(text: str) -> None:
    assert acknowledgement(text, TABLES) is None


def test_a_question_beside_an_acknowledgement_does_not_void_it() -> None:
    found = acknowledgement("It has arrived, thanks! How do I clean the shade?", TABLES)
    assert found is not None
    assert found.sentence == "It has arrived, thanks"


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
