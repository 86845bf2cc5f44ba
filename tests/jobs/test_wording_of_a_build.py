"""The texts of a build are linted: the shipped words break no rule, the user's own may, and that is said."""

from __future__ import annotations

from a2z_defense.documents.interface import Rendered
from a2z_defense.jobs.build import wording
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
LINE = "Hello,\nthe buyer is a SCAMMER, see www.shop.example for a discount.\n"


def texts(path: str, content: str, sent_in: str) -> dict[str, Rendered]:
    return {path: Rendered(path, content.encode(), None, sent_in)}


def test_a_text_that_may_be_sent_is_held_against_the_rules() -> None:
    found = wording(texts("buyer/message.txt", LINE, "en"), TABLES)
    assert found
    assert all(line.startswith("buyer/message.txt, line 2: ") for line in found)
    assert any("www.shop.example" in line for line in found)


def test_a_text_that_may_not_be_sent_and_other_files_are_left_alone() -> None:
    assert wording(texts("response.txt", LINE, ""), TABLES) == ()
    assert wording(texts("response.txt", "We ask Amazon to deny this claim.\n", "en"), TABLES) == ()
