"""A record of more than 150 pages: from parts, valid, numbered and linked throughout, and it says what it is."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from PIL import Image
from support import cases, papers, pdfs

from a2z_defense.documents.interface import Rendered
from a2z_defense.documents.parts import PAGE_LIMIT, cut, weight
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.model.entries import AttachmentKind


def scans(pages: int, seed: int) -> bytes:
    """A scanned document: a TIFF of small pages, no two alike."""
    drawn = [Image.new("RGB", (60, 84), (seed, page * 2 % 256, 255 - page)) for page in range(pages)]
    out = io.BytesIO()
    drawn[0].save(out, "TIFF", save_all=True, append_images=drawn[1:])
    return out.getvalue()


def record(renderer: Renderer, *lengths: int) -> Rendered:
    """The record of a case with scanned documents of so many pages."""
    messages = [cases.message(f"Message {n}", f"03-{n + 3:02} 10:00") for n in range(6)]
    names = [f"scan{at}.tif" for at in range(len(lengths))]
    case = cases.case(messages=messages, entries=[cases.attached(AttachmentKind.OTHER, name=name) for name in names])
    own = {f"file {name}": scans(length, 10 + at) for at, (name, length) in enumerate(zip(names, lengths, strict=True))}
    made = render_documents(
        case, papers.assessed(case), papers.PRINTED, papers.bodies(case, **own), draft=True, renderer=renderer,
        language="en",
    )  # fmt: skip
    return next(one for one in made if one.path == "audit-bundle.pdf")


@pytest.fixture(scope="module")
def long(renderer: Renderer) -> Rendered:
    return record(renderer, 110, 60)


@pytest.fixture(scope="module")
def words(long: Rendered, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return pdfs.pages_text(long.content, tmp_path_factory.mktemp("text"))


def test_it_is_archival_and_sound_and_says_what_it_is(long: Rendered, words: list[str], tmp_path: Path) -> None:
    assert long.pages is not None
    assert long.pages > PAGE_LIMIT
    assert pdfs.not_valid_in_parts(long.content) == []
    qpdf, info = pdfs.syntax(long.content, tmp_path)
    assert "No syntax or stream encoding errors" in qpdf
    assert f"Pages:           {long.pages}" in info
    assert "Tagged:          no" in info
    assert "put together from parts, as PDF/A-3b" in words[0]
    told = pdfs.metadata(long.content)
    assert "put together from parts, as PDF/A-3b" in told
    assert "<pdfaid:conformance>B" in told.replace('pdfaid:conformance="B"', "<pdfaid:conformance>B")
    assert "pdfuaid" not in told


def test_pages_are_numbered_stamped_and_marked_throughout(long: Rendered, words: list[str]) -> None:
    total = long.pages
    numbers = [re.search(r"page (\d+) of (\d+)$", one) for one in words]
    assert [found and found.groups() for found in numbers] == [(str(at), str(total)) for at in range(1, len(words) + 1)]
    assert all("DRAFT - NOT TO BE SENT" in one for one in words)
    stamps = re.findall(r"Exhibit ([A-Z]+), page (\d+) of 110\b", " ".join(words))
    assert [int(number) for _, number in stamps] == list(range(1, 111))


def test_labels_bookmarks_and_references_lead_to_their_exhibit(long: Rendered, words: list[str]) -> None:
    with pikepdf.open(io.BytesIO(long.content)) as opened:
        pages: Any = opened.pages
        where = {page.obj.objgen: at for at, page in enumerate(pages)}
        labels = [str(page.label) for page in pages]
        marks: dict[str, int] = {}
        for item in opened.open_outline().root:
            destination: Any = item.destination
            marks[item.title] = where[destination[0].objgen]
        targets: dict[str, set[int]] = {}
        for page in pages:
            for note in page.obj.get("/Annots", []):
                targets.setdefault(str(note.Contents), set()).add(where[note.Dest[0].objgen])
        assert sorted(opened.attachments)[-1] == "assessment.json"
    assert labels[0] == "1"
    assert len(set(labels)) == len(labels)
    scanned = next(at for title, at in marks.items() if "scan0.tif" in title and "attached" not in title)
    letter = words[scanned].split("scan0.tif")[0].split()[-2]
    assert labels[scanned : scanned + 110] == [f"Exhibit {letter}-{number}" for number in range(1, 111)]
    assert len(targets) >= 10
    for target, found in targets.items():
        (at,) = found
        assert re.search(rf"\b{target.removeprefix('x-')} ", words[at]), target
    assert marks["Manifest"] > scanned + 110


@pytest.mark.slow
def test_the_same_evidence_gives_the_same_bytes(long: Rendered) -> None:
    with Renderer() as another:
        again = record(another, 110, 60)
    assert hashlib.sha256(again.content).hexdigest() == hashlib.sha256(long.content).hexdigest()


@pytest.mark.slow
def test_a_shorter_one_stays_whole_and_tagged(renderer: Renderer) -> None:
    short = record(renderer, 100)
    assert short.pages is not None
    assert 100 < short.pages <= PAGE_LIMIT
    assert pdfs.not_valid(short.content) == []
    assert pdfs.loose_content(short.content) == []


def body(*sections: str) -> ET.Element:
    return ET.fromstring(f"<body>{''.join(sections)}</body>")


PARAGRAPH = f"<p>{'word ' * 100}</p>"


def said(element: ET.Element) -> str:
    return "".join(element.itertext())


def test_a_long_section_is_cut_between_its_paragraphs_and_nothing_is_lost() -> None:
    whole = body(
        "<h1>Title</h1>", f"<section id='talk' class='flow'><h2>Talk</h2>{PARAGRAPH * 40}</section>", PARAGRAPH
    )
    pieces = cut(whole, 2)
    assert len(pieces) > 3
    assert "".join(map(said, pieces)) == said(whole)
    assert all(weight(piece) <= 2.5 for piece in pieces)
    sections = [section for piece in pieces for section in piece.iter("section")]
    assert [one.get("id") for one in sections] == ["talk", *[None] * (len(sections) - 1)]
    assert {one.get("class") for one in sections} == {"flow"}


def test_a_long_table_repeats_its_head() -> None:
    rows = f"<tr><td>{'word ' * 100}</td></tr>" * 40
    pieces = cut(
        body(f"<section><table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table></section>"), 2
    )
    assert len(pieces) > 3
    assert all(said(piece).startswith("Head") for piece in pieces)
    assert sum(len(list(piece.iter("td"))) for piece in pieces) == 40


def test_an_exhibit_that_counts_its_own_pages_stays_whole() -> None:
    exhibit = f"<section id='x-C'>{PARAGRAPH * 40}<div id='x-C-end'></div></section>"
    pieces = cut(body(PARAGRAPH, exhibit, PARAGRAPH), 2)
    assert [len(piece.findall("section/p")) for piece in pieces if piece.find("section") is not None] == [40]


@pytest.mark.parametrize(
    ("content", "pages", "tagged"),
    [("<img>" * 200, 1, True), ("<div style='break-after: page'>x</div>" * 200, 200, False)],
    ids=["fewer pages than estimated", "more pages than estimated"],
)
def test_the_real_pages_decide_and_not_the_estimate(
    content: str, pages: int, tagged: bool, renderer: Renderer, tmp_path: Path
) -> None:
    head = {
        "do": "paint", "resources": [], "labels": {}, "when": "2026-03-12T08:00:00Z", "in_parts": "It is in parts.",
        "attachments": [{"name": "a.json", "description": "a", "relationship": "Data"}],
    }  # fmt: skip
    html = f"<!doctype html><html lang='en'><head><title>x</title></head><body>{content}</body></html>"
    answer, (pdf,) = renderer._child.ask("x", head, [html.encode(), b"{}"])
    assert answer["pages"] == pages
    assert pdfs.attached_names(pdf) == ["a.json"]
    _, info = pdfs.syntax(pdf, tmp_path)
    assert ("Tagged:          yes" in info) is tagged
    assert ("It is in parts." in pdfs.metadata(pdf)) is not tagged
