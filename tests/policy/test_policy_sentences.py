"""No generated sentence survives the removal of the exhibits that it cites."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from pathlib import Path

import pytest
from support import casefile
from support import cases as c

from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import Sentence, response_lines
from a2z_defense.model.case import Case
from a2z_defense.policy.assess import assess
from a2z_defense.policy.lint import lint
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
FILES = casefile.files()
TOLD_TWICE = {
    "any_reason_disputed",
    "clock_corrected_with_a_longer_limit",
    "clock_corrected_with_a_shorter_limit",
    "clock_second_request",
    "nr_two_of_three_units_claimed_one_lost",
    "nr_two_parcels_one_late",
}
"""Cases with a sentence that a second notice or a second parcel's record tells as well: it may stand on."""


def answer(case: Case) -> tuple[Sentence, ...]:
    return response_lines(case, assess(case, TABLES), Printed(), "en").sentences


def fall_with_their_exhibits(files: Iterable[Path]) -> tuple[int, list[str]]:
    """How many sentences were tried, and those that stood on when all that they cite was taken away."""
    tried, standing = 0, []
    for path in files:
        case = casefile.build(casefile.read(path))
        sentences = answer(case)
        for exhibit in sorted({one for sentence in sentences for one in sentence.exhibits}):
            left = c.without(case, exhibit)
            known = {piece.id for piece in left.evidence}
            for after in answer(left):
                assert set(after.exhibits) <= known, (path.stem, exhibit, after.text)
        for sentence in sentences:
            tried += 1
            left = reduce(c.without, sentence.exhibits, case)
            if any(after.text == sentence.text for after in answer(left)):
                standing.append(f"{path.stem}: {sentence.text}")
    return tried, standing


def test_a_sentence_falls_with_its_exhibits() -> None:
    tried, standing = fall_with_their_exhibits(FILES[1::12])
    assert tried > 80
    assert [line for line in standing if line.split(":")[0] not in TOLD_TWICE] == []


@pytest.mark.slow
def test_every_sentence_of_every_case_falls_with_its_exhibits() -> None:
    tried, standing = fall_with_their_exhibits(FILES)
    assert tried > 1500
    assert {line.split(":")[0] for line in standing} == TOLD_TWICE


@pytest.mark.parametrize("language", ["en", "it", "de", "fr", "es"])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nr_two_parcels_one_lost_protected", ("QX4007002004IT", "Shipping")),
        ("nr_two_parcels_one_returned", ("QX4007002004IT", "ODR")),
        ("any_customer_service_by_amazon", ("Customer Service by Amazon", "SAFE-T")),
    ],
)
def test_what_holds_for_one_parcel_alone_is_asked_for_it_alone(name: str, told: tuple[str, str], language: str) -> None:
    case = casefile.build(casefile.read(next(path for path in FILES if path.stem == name)))
    answer = response_lines(case, assess(case, TABLES), Printed(), language).sentences
    found = [sentence for sentence in answer if all(word in sentence.text for word in told)]
    assert len(found) == 1, [sentence.text for sentence in answer]
    assert lint(found[0].text, audience="amazon", language=language, tables=TABLES) == ()
