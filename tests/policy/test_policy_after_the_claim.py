"""What the buyer writes after the claim, or of what was in the parcel: no message is passed over as saying nothing."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def judged(*told: str, stated: str | None = None) -> Assessment:
    """`told`: `03-13 09:00|text`; the claim is of 12 March 07:00. `stated`: the message of which receipt was stated."""
    parts = [one.partition("|") for one in told]
    messages = [c.message(text, when, name=text) for when, _, text in parts]
    entries = [c.stated("buyer_acknowledged_receipt", "yes", source=stated)] if stated else []
    return assess(c.case(messages=messages, entries=entries), TABLES)


@pytest.mark.parametrize(
    "text",
    [
        "My neighbour had the parcel, I have it now. Sorry! I will close the claim.",
        "I found the parcel, sorry for the trouble.",
        "It turned up this morning.",
        "Please ignore my claim.",
        "Hat sich erledigt, ist da.",
        "J'ai retrouvé le colis, désolé.",
        "Lo tenía mi vecino.",
        "Ho trovato il pacco, scusi.",
        "包裹找到了。",
    ],
)
def test_a_message_after_the_claim_is_for_a_person_to_read(text: str) -> None:
    item = judged(f"03-13 09:00|{text}").item("buyer_acknowledges")
    assert item is not None
    assert item.state.value == "unknown"
    assert "no message of the buyer says so" not in item.why
    assert text[:5] in item.why


@pytest.mark.parametrize(
    "told",
    ["03-13 09:00|I have still not received it.", "03-13 09:00|Thank you very much!", "03-07 12:00|Where is it?"],
)
def test_a_denial_a_thank_you_and_what_was_written_before_the_claim_say_nothing_of_it(told: str) -> None:
    item = judged(told).item("buyer_acknowledges")
    assert item is not None
    assert item.state.value == "missing"


@pytest.mark.parametrize(
    "text",
    [
        "You sent me a red lamp instead of brass. I want a refund.",
        "Only one lamp was in the parcel, the second is missing.",
        "The box was empty.",
        "There was a brick in the box.",
        "You sent the wrong size.",
        "It is a fake.",
        "Es war nur eine Lampe im Paket.",
        "In dem Karton lag ein Stein.",
        "Le colis était vide.",
        "La caja estaba vacía.",
        "Il pacco era vuoto.",
    ],
)
def test_who_says_what_was_in_the_parcel_tells_another_story_than_that_nothing_came(text: str) -> None:
    found = judged(f"03-10 09:00|{text}")
    assert any("points to not as described" in words for words in found.warnings)


@pytest.mark.parametrize(
    "text", ["My parcel has not arrived, and your tracking link does not work.", "The carrier left it at a neighbour."]
)
def test_a_denial_beside_a_complaint_is_no_other_story(text: str) -> None:
    assert not any("points to not as described" in words for words in judged(f"03-10 09:00|{text}").warnings)


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("Hello, any news?", True),
        ("Thank you very much!", True),
        ("I have not received it.", True),
        ("My neighbour had the parcel, I have it now.", False),
        ("I received my order, thank you.", False),
    ],
)
def test_a_receipt_stated_from_words_that_do_not_say_it_is_doubted(text: str, doubted: bool) -> None:
    found = judged(f"03-08 09:00|{text}", stated=text)
    assert any("does not say so" in words for words in found.warnings) is doubted
