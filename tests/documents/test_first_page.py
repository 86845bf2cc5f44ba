"""The record's first page answers everything and is one page, whatever the claim holds; what is left out is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import cases, papers, pdfs

from a2z_defense.documents.facts import Facts
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.documents.views.first_page import FirstPage, first_page
from a2z_defense.documents.views.page import Show
from a2z_defense.model.assessment import Assessment, ItemState
from a2z_defense.model.case import Case


def crowded(count: int, *, words: str = "") -> tuple[Case, Assessment]:
    """Many blockers, gaps and cautions."""
    items = tuple(papers.item(f"item_{n}", ItemState.MISSING, why=f"nothing was found {words}") for n in range(count))
    ids = tuple(one.id for one in items)
    case = cases.case()
    half = count // 2
    said = papers.assessed(
        case, items=items, blockers=ids[:half], gaps=ids, warnings=tuple(f"caution {n} {words}" for n in range(count))
    )
    return case, said


def page_of(case: Case, said: Assessment, language: str = "en") -> FirstPage:
    facts = Facts(case, said)
    return first_page(Show(facts, language, papers.PRINTED, zone="Europe/Rome", templates=None))


def test_what_does_not_fit_is_counted() -> None:
    found = page_of(*crowded(60))
    for listed, total in ((found.blockers, 30), (found.warnings, 60), (found.gaps, 30)):
        assert listed.shown
        assert listed.more == total - len(listed.shown) > 0
    few = page_of(*crowded(4))
    assert (few.blockers.more, few.warnings.more, few.gaps.more) == (0, 0, 0)


def test_an_entry_as_long_as_a_message_stands_behind_and_is_counted() -> None:
    found = page_of(*crowded(4, words="word " * 4000))
    assert found.warnings.shown == ()
    assert found.warnings.more == 4
    assert not found.overflows


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_crowded_first_page_is_one_page(language: str, renderer: Renderer, tmp_path: Path) -> None:
    case, said = crowded(40, words="and some more words so that a line is long enough to be broken into two of them")
    printed = papers.PRINTED.__class__(**{**papers.PRINTED.__dict__, "operator_language": language})
    made = render_documents(case, said, printed, papers.bodies(case), draft=True, renderer=renderer)
    pages = pdfs.pages_text(next(one.content for one in made if one.path == "audit-bundle.pdf"), tmp_path)
    heading = {"en": "Required, held, missing", "de": "Erforderlich, vorhanden, fehlend"}[language]
    assert heading not in pages[0]
    assert heading in pages[1][:200]
