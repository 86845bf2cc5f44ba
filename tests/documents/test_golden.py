"""The look of the pages: against stored pictures that a person has looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import golden, papers
from support.stories import full_story

from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.model.assessment import Ask, Decided, ItemState, WayOut

STORED = Path(__file__).resolve().parent / "golden"


@pytest.mark.parametrize("name", ["final-en", "draft-de", "accept-it"])
def test_the_pages_look_as_they_did(name: str, renderer: Renderer, tmp_path: Path) -> None:
    case, said, body_of = full_story()
    kind, _, language = name.partition("-")
    if kind == "draft":
        said = said.model_copy(update={"blockers": ("pre_ship_photo",)})
    if kind == "accept":
        way = WayOut(id="refund", what="Refund in full", money="paid", odr="counts", protection="lost")
        said = said.model_copy(update={"decision": Decided.ACCEPT, "asks": Ask(), "ways_out": (way,)})
    made = render_documents(
        case, said, papers.PRINTED, body_of, draft=kind == "draft", renderer=renderer, language=language
    )
    found = []
    for one in made:
        if one.path.endswith(".pdf"):
            stem = one.path.replace("/", "-").removesuffix(".pdf")
            found += golden.differing(f"{name}-{stem}", one.content, STORED, tmp_path)
    assert found == [], f"look at {tmp_path / 'review.html'}; A2Z_GOLDEN=write stores the pages anew"


def test_a_changed_page_is_seen(renderer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("A2Z_GOLDEN", raising=False)  # the changed page is never stored
    case, said, body_of = full_story()
    other = said.model_copy(update={"items": (*said.items, papers.item("serial_number", ItemState.MISSING))})
    made = render_documents(case, other, papers.PRINTED, body_of, draft=False, renderer=renderer, language="en")
    record = next(one.content for one in made if one.path == "audit-bundle.pdf")
    assert golden.differing("final-en-audit-bundle", record, STORED, tmp_path) != []
    assert (tmp_path / "review.html").exists()
