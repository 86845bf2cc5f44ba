"""An unofficial translation stands beside the original, marked, and nothing is ever read from it."""

from __future__ import annotations

from pathlib import Path

from support import cases, papers
from support.cases import ev

from a2z_defense.documents.interface import Printed
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.documents.response import response_lines, response_text
from a2z_defense.model.case import Case
from a2z_defense.policy.assess import assess
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.tables import load_tables

ORIGINAL = "Hej, paketet har kommit fram, tack!"
TRANSLATED = "Hello, the parcel has arrived, thank you!"


def story(*, translated: str | None = TRANSLATED) -> Case:
    entries = [cases.stated("translation", translated, source="ack", by="anna")] if translated else []
    return cases.case(messages=[cases.message(ORIGINAL, name="ack")], entries=entries)


def answer(case: Case) -> list[str]:
    item = papers.item("buyer_acknowledges", exhibit=ev("ack"))
    said = papers.assessed(case, items=(item,))
    return response_text(response_lines(case, said, Printed(), "en"), 5000).splitlines()


def test_the_answer_quotes_the_original_and_marks_the_translation() -> None:
    lines = answer(story())
    quoted = next(n for n, line in enumerate(lines) if ORIGINAL in line)
    assert lines[quoted + 1] == f'Unofficial translation of these words, given by us: "{TRANSLATED}"'
    assert not [line for line in answer(story(translated=None)) if "nofficial" in line]


def test_a_translation_is_no_source_of_facts() -> None:
    tables = load_tables()
    case = cases.case(
        messages=[cases.message("Bonjour.", name="ack")],
        entries=[cases.stated("translation", "The parcel arrived, delivered 119.00 EUR, I was injured.", source="ack")],
    )
    plain = cases.case(messages=[cases.message("Bonjour.", name="ack")])
    assert facts_of(case, tables).found == facts_of(plain, tables).found
    with_it, without = assess(case, tables), assess(plain, tables)
    assert with_it.items == without.items
    assert with_it.alarms == without.alarms == ()


def test_the_record_prints_it_beside_the_message_and_its_exhibit_and_the_buyer_never_gets_it(
    renderer: Renderer, tmp_path: Path
) -> None:
    case = story()
    made = {
        one.path: one.content
        for one in render_documents(
            case, papers.assessed(case), papers.PRINTED, papers.bodies(case), draft=False, renderer=renderer
        )
    }
    words = papers.words_of(made["audit-bundle.pdf"], tmp_path)
    marked = "Unofficial translation, given by the seller (anna, 12 Mar 2026, 11:05 CET). Nothing here rests on it. "
    assert words.count(marked + TRANSLATED) == 2
    assert words.count(f"{ORIGINAL} {marked}") == 2
    assert TRANSLATED not in papers.words_of(made["buyer/evidence.pdf"], tmp_path)
    assert TRANSLATED not in made["buyer/message.txt"].decode()
