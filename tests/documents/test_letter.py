"""The letter: short references, and a list of exhibits that stays a list."""

from __future__ import annotations

from pathlib import Path

from support import cases, papers, pdfs

from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.documents.said import Phrase
from a2z_defense.documents.views.page import in_runs

ORDER = tuple("ABCDEFGH")


def test_letters_that_follow_each_other_are_one_reference() -> None:
    assert in_runs([Phrase(one) for one in "ABDEFH"], ORDER) == ("A", "B", "D-F", "H")
    assert in_runs([], ORDER) == ()


def test_a_long_conversation_keeps_the_letter_short(renderer: Renderer, tmp_path: Path) -> None:
    messages = [
        cases.message(f"Message {n}", f"03-07 {n // 60:02}:{n % 60:02}", by=("buyer", "seller")[n % 2])
        for n in range(60)
    ]
    case = cases.case(messages=messages)
    made = render_documents(
        case, papers.assessed(case), papers.PRINTED, papers.bodies(case), draft=False, renderer=renderer, language="en"
    )
    letter = next(one for one in made if one.path == "response.pdf")
    assert (letter.pages or 99) <= 2
    words = " ".join(pdfs.pages_text(letter.content, tmp_path))
    assert "We answered each of the customer's 30 messages, the slowest after 1 min." in words
    assert "further exhibits of the package" in words
