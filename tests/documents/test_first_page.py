"""The record's first page answers everything and is one page, whatever the claim holds; what is left out is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support import cases, papers, pdfs

from a2z_defense.documents.facts import Facts
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.documents.views.first_page import FirstPage, first_page
from a2z_defense.documents.views.page import Show
from a2z_defense.model.assessment import Assessment, Decided, ItemState, Level, UnitVerdict, WayOut
from a2z_defense.model.case import Case
from a2z_defense.model.entries import Entry, EntryKind
from a2z_defense.model.finances import MovementKind


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


def test_an_entry_as_long_as_a_message_is_cut_where_it_is_seen_and_stands_behind_in_full() -> None:
    found = page_of(*crowded(4, words="word " * 4000))
    assert [one.endswith(" ...") for one in found.warnings.shown] == [True] * len(found.warnings.shown) != []
    assert found.warnings.cut
    assert found.warnings.more == 4 - len(found.warnings.shown)


LONG = "and some more words so that a line is long enough to be broken into two of them"
SOLID = "Ungeteiltesprengwortohneende" * 4


def extreme(words: str) -> tuple[Case, Assessment]:
    """Everything at once that the first page may be asked to hold, and each of it long."""
    titles = [cases.item(f"item-{n}", title=f"{n} {words}", quantity=2) for n in range(40)]
    notice = cases.notice()
    case = cases.case(
        order=cases.order(items=tuple(titles)),
        notices=[notice],
        finances=cases.finances(
            *(cases.movement(MovementKind.REFUND, when=f"03-{day:02} 09:00") for day in range(1, 13))
        ),
        entries=[as_is(words)],
    )
    items = tuple(papers.item(f"item_{n}", ItemState.MISSING, title=f"{n} {words}", why="-") for n in range(40))
    harm = tuple(
        papers.item(f"harm_{n}", ItemState.HELD, level=Level.HARMFUL, title=words, why=words, exhibit=notice.evidence)
        for n in range(9)
    )
    ids = tuple(one.id for one in items)
    units = tuple(
        UnitVerdict(item_id=one.id, title=one.title, quantity=2, defended=n > 20, why=words, exhibit=notice.evidence)
        for n, one in enumerate(titles)
    )
    plain = papers.assessed(case)
    said = papers.assessed(
        case,
        claim_id=f"{case.order_id}.2",
        items=(*items, *harm),
        blockers=ids[:30],
        gaps=ids,
        warnings=tuple(f"caution {n} {words}" for n in range(20)),
        alarms=tuple(f"alarm {n} {words}" for n in range(9)),
        units=units,
        decision=Decided.NEEDS_HUMAN,
        decision_why=f"{words} " * 9,
        ways_out=(WayOut(id="w", what=words, money=words, odr=words, protection=words),) * 5,
        assignee=f"somebody {words}",
        deadline=plain.deadline.model_copy(
            update={"rule_text": f"{words} " * 9, "readings": tuple(f"reading {n}: {words}" for n in range(9))}
        ),
    )
    return case, said


def as_is(words: str) -> Entry:
    return cases.was_set().model_copy(update={"kind": EntryKind.AS_IS, "note": f"{words} " * 9})


slow = pytest.mark.slow


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", LONG),
        ("fr", "WEGEN MWW " * 9),
        pytest.param("de", LONG, marks=slow),
        pytest.param("en", SOLID, marks=slow),
        pytest.param("en", "梱包材" * 30, marks=slow, id="in parts"),
    ],
)
def test_the_first_page_is_one_page_whatever_comes(
    language: str, words: str, renderer: Renderer, tmp_path: Path
) -> None:
    case, said = extreme(words)
    printed = replace(papers.PRINTED, operator_language=language)
    made = render_documents(case, said, printed, papers.bodies(case), draft=True, renderer=renderer)
    pages = pdfs.pages_text(next(one.content for one in made if one.path == "audit-bundle.pdf"), tmp_path)
    heading = HEADINGS[language]
    assert heading not in pages[0]
    assert heading in pages[1][:200]
    for named in (case.order_id, "119.00", "2026"):
        assert named in pages[0] or named.replace(".", ",") in pages[0]
    told = [int(found) for found in re.findall(BEHIND[language], " ".join(pages[0].split()))]
    judged = next(n for n, page in enumerate(pages, start=1) if JUDGED[language] in page)
    assert set(told) == {2, judged}


JUDGED = {"en": "How it was judged", "de": "Wie geurteilt wurde", "fr": "Comment cela a été jugé"}
BEHIND = {"en": r"more, page (\d+)", "de": r"und noch \d+, Seite (\d+)", "fr": r"et encore \d+, page (\d+)"}
HEADINGS = {
    "en": "Required, held, missing",
    "de": "Erforderlich, vorhanden, fehlend",
    "fr": "Requis, détenu, manquant",
}


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_crowded_first_page_is_one_page_and_says_where_the_rest_stands(
    language: str, renderer: Renderer, tmp_path: Path
) -> None:
    case, said = crowded(40, words=LONG)
    printed = replace(papers.PRINTED, operator_language=language)
    made = render_documents(case, said, printed, papers.bodies(case), draft=True, renderer=renderer)
    pages = pdfs.pages_text(next(one.content for one in made if one.path == "audit-bundle.pdf"), tmp_path)
    assert HEADINGS[language] not in pages[0]
    assert HEADINGS[language] in pages[1][:200]
    behind = [int(found) for found in re.findall(BEHIND[language], " ".join(pages[0].split()))]
    judged = next(n for n, page in enumerate(pages, start=1) if JUDGED[language] in page)
    assert behind == [2, judged, 2]


def test_units_that_stay_open_stand_beside_the_decision() -> None:
    case = cases.case()
    both = [
        UnitVerdict(item_id=name, title=name, quantity=1, defended=name == "kettle", why="w")
        for name in ("kettle", "mugs")
    ]
    assert page_of(case, papers.assessed(case, units=tuple(both))).undefended == "Not defended: 1 × mugs"
    assert page_of(case, papers.assessed(case, units=tuple(both[:1]))).undefended is None
    assert page_of(case, papers.assessed(case, units=tuple(both[1:]))).undefended is None


def test_money_that_went_back_and_the_ways_out_stand_on_the_first_page() -> None:
    case = cases.case(finances=cases.finances(cases.movement(MovementKind.REFUND, "20.00 EUR", when="03-05 09:00")))
    way = WayOut(id="refund", what="refund the buyer in full now", money="m", odr="o", protection="p")
    said = papers.assessed(case, decision=Decided.ACCEPT, ways_out=(way,))
    values = {str(row.label): str(row.value) for row in page_of(case, said).facts}
    assert values["Refunded by the seller"] == "20.00 EUR 5 Mar 2026"
    assert values["Ways to end it"] == "refund the buyer in full now"
    plain = {str(row.label) for row in page_of(cases.case(), papers.assessed(cases.case())).facts}
    assert not plain & {"Refunded by the seller", "Ways to end it"}
