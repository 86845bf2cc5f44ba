"""Titles in the middle of a sentence keep their names, and nothing is said twice."""

from __future__ import annotations

import pytest

from a2z_defense.policy.tables import load_tables
from a2z_defense.policy.titles import with_why, within


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Returned to the sender", "returned to the sender"),
        ("Label bought through Amazon", "label bought through Amazon"),
        ("Amazon's return window had closed", "Amazon's return window had closed"),
        ("Buy Shipping Claims Protection", "Buy Shipping Claims Protection"),
        ("A return was offered", "a return was offered"),
    ],
)
def test_only_the_first_letter_becomes_small_and_not_of_a_name(title: str, told: str) -> None:
    assert within(title) == told


def test_no_name_in_the_tables_loses_its_capital() -> None:
    tables = load_tables()
    titles = [item.title for item in tables.catalogue] + [defence.title for defence in tables.defences]
    for title in titles:
        assert all(word in within(title) for word in title.split()[1:])
        assert "amazon" not in within(title)


def test_a_why_that_repeats_its_title_stands_alone() -> None:
    assert with_why("The seller refunded the buyer", "the seller refunded the buyer") == "the seller refunded the buyer"
    assert with_why("Not shipped", "nothing was shipped") == "not shipped: nothing was shipped"
