"""The full set: valid, traceable, marked, the same bytes everywhere."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pydyf
import pytest
from support import cases, papers, pdfs
from support.stories import full_story

from a2z_defense.documents import finish
from a2z_defense.documents.digests import input_digests, subset_library
from a2z_defense.documents.interface import Rendered
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.model.assessment import (
    Ask,
    Deadline,
    DeadlineKind,
    Decided,
    ItemState,
    Level,
    WayOut,
)
from a2z_defense.model.mail import MailKind

FULL_SET = ["response.txt", "response.pdf", "buyer/message.txt", "buyer/evidence.pdf", "audit-bundle.pdf"]
PUBLIC = ("response.pdf", "buyer/evidence.pdf")


@pytest.fixture(scope="module")
def made(renderer: Renderer) -> dict[str, Rendered]:
    case, said, body_of = full_story()
    found = render_documents(case, said, papers.PRINTED, body_of, draft=False, renderer=renderer, language="en")
    assert [one.path for one in found] == FULL_SET
    return {one.path: one for one in found}


@pytest.mark.parametrize("path", [*PUBLIC, "audit-bundle.pdf"])
def test_archival_accessible_and_sound(made: dict[str, Rendered], path: str, tmp_path: Path) -> None:
    content = made[path].content
    assert pdfs.not_valid(content) == []
    assert pdfs.loose_content(content) == []
    qpdf, info = pdfs.syntax(content, tmp_path)
    assert "No syntax or stream encoding errors" in qpdf
    assert f"Pages:           {made[path].pages}" in info
    assert "Tagged:          yes" in info


def test_the_pages_are_dated_by_the_case_and_not_by_the_clock(made: dict[str, Rendered]) -> None:
    for path in (*PUBLIC, "audit-bundle.pdf"):
        told = pdfs.metadata(made[path].content)
        assert "D:20260312" in told
        with pikepdf.open(io.BytesIO(made[path].content)) as opened:
            dates = {str(value)[:10] for key, value in opened.docinfo.items() if "Date" in key}
        assert dates == {"D:20260312"}


def test_only_the_internal_record_carries_files_and_internal_words(made: dict[str, Rendered], tmp_path: Path) -> None:
    assert pdfs.attached_names(made["audit-bundle.pdf"].content) == sorted(
        ["assessment.json", "B-order.json", "C-tracking.json", "D-finances.json"]
    )
    internal = (
        papers.PRINTED.journal_head,
        papers.PRINTED.manifest_digest,
        "v3",
        "policy",
        "loses protection",
        "a2z 0.",
    )
    record = " ".join(pdfs.pages_text(made["audit-bundle.pdf"].content, tmp_path)).replace(" ", "")
    assert papers.PRINTED.manifest_digest in record
    for path in PUBLIC:
        assert pdfs.attached_names(made[path].content) == []
        words = " ".join(pdfs.pages_text(made[path].content, tmp_path)) + pdfs.metadata(made[path].content)
        assert not [one for one in internal if one in words]


def test_the_assessment_inside_is_the_assessment(made: dict[str, Rendered]) -> None:
    _, said, _ = full_story()
    with pikepdf.open(io.BytesIO(made["audit-bundle.pdf"].content)) as opened:
        inside = opened.attachments["assessment.json"].get_file().read_bytes()
        assert json.loads(inside) == said.model_dump(mode="json")
        assert len(opened.Root.AF) == len({one.objgen for one in opened.Root.AF}) == 4


def test_the_record_holds_every_fact_of_the_assessment(made: dict[str, Rendered], tmp_path: Path) -> None:
    case, said, _ = full_story()
    words = " ".join(pdfs.pages_text(made["audit-bundle.pdf"].content, tmp_path))
    tight = words.replace(" ", "")
    smalls = tight.casefold()
    for item in said.items:
        assert item.title.replace(" ", "") in tight
        assert item.why.replace(" ", "") in tight
    for text in (said.decision_why, said.contradictions[0].what, said.warnings[0], "2026-03-14 07:00 UTC"):
        assert text.replace(" ", "").casefold() in smalls
    for piece in case.evidence:
        assert piece.sha256 in tight
        assert piece.id in tight
    assert "[U+1F600GRINNINGFACE]" in tight
    assert "The claim came, by Amazon's notice, 5 d 19 h after the recorded delivery." in words
    assert "answered after" in words
    assert "no answer held" in words
    assert "read by anna from this exhibit" in words


def test_the_first_page_answers_everything(made: dict[str, Rendered], tmp_path: Path) -> None:
    first = pdfs.pages_text(made["audit-bundle.pdf"].content, tmp_path)[0]
    for text in (
        "Defend", "Act by 14 Mar 2026, 08:00 CET", "2026-03-14 07:00 UTC", "response-48h", "119.00 EUR", "not received",
        "deny the claim", "exclude it from the ODR", "Nothing blocks it.", "1 held · 1 missing · 1 unknown",
    ):  # fmt: skip
        assert text in first


def test_exhibits_are_lettered_bookmarked_labelled_and_linked(made: dict[str, Rendered], tmp_path: Path) -> None:
    content = made["audit-bundle.pdf"].content
    pages = pdfs.pages_text(content, tmp_path)
    stamped = [one for one in pages if re.search(r"Exhibit [A-Z]+, page \d+ of \d+", one)]
    assert any("Exhibit C, page 1 of 1" in one for one in stamped)
    said = [one for one in pages if "What was read from it" in one]
    shared = [(letter, one) for one in said for letter in re.findall(r"\b([A-Z]) Message of the", one)]
    assert shared
    assert all(f"Exhibit {letter}, page 1 of 1" in one for letter, one in shared)
    with pikepdf.open(io.BytesIO(content)) as opened:
        pages_: Any = opened.pages
        labels = [str(one.label) for one in pages_]
        assert labels[0] == "1"
        for at, (label, one) in enumerate(zip(labels, pages, strict=True), start=1):
            stamps = list(dict.fromkeys(re.findall(r"Exhibit ([A-Z]+), page (\d+) of \d+", one)))
            assert label == ("Exhibit {}-{}".format(*stamps[0]) if stamps else str(at))
            assert len(stamps) < 2 or {page for _, page in stamps} == {"1"}
        alone = [one for one in pages if re.search(r"Sheet \d+ of \d+ of the file", one)]
        assert alone
        assert all(len(set(re.findall(r"Exhibit ([A-Z]+), page", one))) == 1 for one in alone)
        titles = [item.title for item in opened.open_outline().root]
        assert any(title.startswith("C Tracking record") for title in titles)
        links = [one for page_ in pages_ for one in page_.get("/Annots", [])]
        assert len(links) > 20
        assert all("/A" not in one or one.A.S != "/URI" for one in links)


def test_a_draft_says_so_on_every_page_and_in_the_metadata(renderer: Renderer, tmp_path: Path) -> None:
    case, said, body_of = full_story()
    blocked = said.model_copy(update={"blockers": ("pre_ship_photo",)})
    found = render_documents(case, blocked, papers.PRINTED, body_of, draft=True, renderer=renderer, language="en")
    for one in found:
        if one.path.endswith(".txt"):
            assert one.content.startswith((b"DRAFT", b"NOT TO BE SENT"))
        else:
            assert all("DRAFT - NOT TO BE SENT" in page_ for page_ in pdfs.pages_text(one.content, tmp_path))
            assert "DRAFT" in pdfs.metadata(one.content)


@pytest.mark.parametrize("decision", list(Decided))
def test_every_decision_gets_the_full_set(decision: Decided, renderer: Renderer, tmp_path: Path) -> None:
    case = cases.case()
    way = WayOut(id="refund", what="Refund", money="paid", odr="counts", protection="lost")
    said = papers.assessed(
        case,
        decision=decision,
        asks=Ask(funding="deny", odr="exclude") if decision is Decided.DEFEND else Ask(),
        ways_out=() if decision is Decided.DEFEND else (way,),
        deadline=Deadline(kind=DeadlineKind.NONE),
    )
    found = {
        one.path: one.content
        for one in render_documents(case, said, papers.PRINTED, papers.bodies(case), draft=False, renderer=renderer)
    }
    assert list(found) == FULL_SET
    sendable = decision is Decided.DEFEND
    for path in ("response.txt", "buyer/message.txt"):
        assert (b"NOT TO BE SENT" in found[path] or b"NOTHING TO SEND" in found[path]) is not sendable
    for path in PUBLIC:
        words = " ".join(pdfs.pages_text(found[path], tmp_path))
        assert ("NOT TO BE SENT" in words or "may not be sent" in words) is not sendable


def test_a_bare_case_still_gets_its_documents(renderer: Renderer) -> None:
    case = cases.case(order=None, shipments=(), finances=None)
    said = papers.assessed(case, decision=Decided.NEEDS_HUMAN, defence=None, asks=Ask(), amount=None)
    found = render_documents(case, said, papers.PRINTED, papers.bodies(case), draft=False, renderer=renderer)
    assert [one.path for one in found] == FULL_SET
    assert pdfs.not_valid(found[-1].content) == []


def test_a_buyer_who_opted_out_gets_nothing(renderer: Renderer) -> None:
    case = cases.case(other_mails=[cases.mail(MailKind.OPT_OUT, "03-11 09:00")])
    said = papers.assessed(case)
    found = render_documents(case, said, papers.PRINTED, papers.bodies(case), draft=False, renderer=renderer)
    message = next(one for one in found if one.path == "buyer/message.txt").content.decode()
    assert message.startswith("NOT TO BE SENT. The buyer has opted out of messages (mail of 11 Mar 2026).")


_AGAIN = """
import hashlib, sys
sys.path[:0] = [{root!r}, {tests!r}, {own!r}]
from support.stories import full_story
from support import papers
from a2z_defense.documents.render import render_documents
case, said, body_of = full_story()
for one in render_documents(case, said, papers.PRINTED, body_of, draft=False, language="en"):
    print(one.path, hashlib.sha256(one.content).hexdigest())
"""


def test_the_same_bytes_in_another_process_zone_folder_and_hash_seed(made: dict[str, Rendered], tmp_path: Path) -> None:
    if subset_library() is None:
        pytest.skip("libharfbuzz-subset is not installed: PDFs differ from run to run")
    own = Path(__file__).resolve().parent
    code = _AGAIN.format(root=str(own.parents[1]), tests=str(own.parent), own=str(own))
    for seed, zone, locale in (("1", "Pacific/Auckland", "tr_TR.UTF-8"),):
        world = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LANG": locale, "LC_ALL": locale}
        world |= {"HOME": str(tmp_path), "FONTCONFIG_PATH": "/etc/fonts", "SOURCE_DATE_EPOCH": "1"}
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=world,
            umask=0o077,
            capture_output=True,
            text=True,
            check=True,
        )
        there = dict(line.split() for line in run.stdout.splitlines())
        assert there == {path: hashlib.sha256(one.content).hexdigest() for path, one in made.items()}


@pytest.mark.parametrize("path", [*PUBLIC, "audit-bundle.pdf"])
def test_only_our_fonts_are_seen(made: dict[str, Rendered], path: str) -> None:
    with pikepdf.open(io.BytesIO(made[path].content)) as opened:
        things: Any = opened.objects
        used = {
            str(one.FontName).partition("+")[2].replace("-", "")
            for one in things
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        }
    assert used
    assert {name for name in used if not name.startswith("Noto")} == set()


def test_the_inputs_name_templates_fonts_and_versions() -> None:
    found = input_digests()
    assert {"template:audit.html", "template:phrases/it.toml", "font:NotoSans-Regular.ttf"} <= set(found)
    assert found["version:weasyprint"].startswith("70.")
    assert found["version:harfbuzz-subset"] != "none"


@pytest.mark.parametrize("last", [b"\r", b"\n", b"x"])
def test_a_stream_that_ends_in_a_line_end_keeps_its_length(last: bytes) -> None:
    make: Any = pydyf.Stream
    made = make([b"data" + last])
    assert finish.stream_data(made) == b"<</Length 5>>\nstream\ndata" + last + b"\r\nendstream"


def test_what_could_speak_against_it_stands_beside_the_decision(renderer: Renderer, tmp_path: Path) -> None:
    case, said, body_of = full_story()
    doubt = papers.item("another_address", ItemState.UNKNOWN, level=Level.HARMFUL, why="the place is in no list")
    fine = papers.item("opt_out", ItemState.MISSING, level=Level.HARMFUL, why="no mail says so")
    more = said.model_copy(update={"items": (*said.items, doubt, fine)})
    made = render_documents(case, more, papers.PRINTED, body_of, draft=False, renderer=renderer, language="en")
    pages = pdfs.pages_text(next(one.content for one in made if one.path == "audit-bundle.pdf"), tmp_path)
    decision, _, rest = pages[0].partition("Act by")
    assert "Unknown: Title of another_address: the place is in no list" in decision
    assert "opt_out" not in pages[0]
    assert "Nothing blocks it." in rest
    table = " ".join(pages[1:])
    assert "None found" in table
