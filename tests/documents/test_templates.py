"""The user's own templates: what they may print, what they cannot reach, and how a fault is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import cases, papers
from typer.testing import CliRunner

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.cli.main import build_app
from a2z_defense.documents.child import PAINTER, Child, DocumentFailed
from a2z_defense.documents.compose import TemplateFault, compose, css_string, style
from a2z_defense.documents.eject import eject
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.documents.said import Phrase, Phrases, Said


@pytest.fixture(scope="module")
def painter() -> Iterator[Child]:
    with Child(PAINTER) as running:
        yield running


def write(folder: Path, text: str, name: str = "own.html") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_facts_phrases_and_numbers_are_printed_and_escaped(tmp_path: Path) -> None:
    folder = write(tmp_path, "{{ fact }} {{ phrase }} {{ count }}")
    values = {"fact": Said("<script>x</script>", ("ev-1",)), "phrase": Phrase("a & b"), "count": 3}
    assert compose("own.html", values, folder) == "&lt;script&gt;x&lt;/script&gt; a &amp; b 3"


@pytest.mark.parametrize("value", ["a bare text", 1.5, None, True, ["x"]])
def test_a_value_without_an_exhibit_cannot_be_printed(value: object, tmp_path: Path) -> None:
    folder = write(tmp_path, "line one\n\n{{ value }}\n")
    with pytest.raises(TemplateFault, match=r"own\.html, line 3: a value of type"):
        compose("own.html", {"value": value}, folder)


def test_a_fact_that_no_exhibit_tells_cannot_be_printed(tmp_path: Path) -> None:
    folder = write(tmp_path, "<p>\n{{ value }}\n")
    with pytest.raises(TemplateFault, match=r"own\.html, line 2: a fact is printed that no exhibit"):
        compose("own.html", {"value": Said("delivered", ())}, folder)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ fact.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ fact|attr('__class__') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../pyproject.toml' %}",
        "{% set _ = items.append(1) %}",
    ],
)
def test_the_sandbox_holds(attack: str, tmp_path: Path) -> None:
    folder = write(tmp_path, attack)
    with pytest.raises(TemplateFault):
        compose("own.html", {"fact": Said("x", ("ev-1",)), "items": []}, folder)


def test_a_fault_names_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match=r"own\.html, line 2"):
        compose("own.html", {}, write(tmp_path, "<p>\n{% if %}\n"))
    with pytest.raises(TemplateFault, match=r"own\.html, line 2: UndefinedError"):
        compose("own.html", {}, write(tmp_path, "<p>\n{{ nothing.here }}\n", "own.html"))


def test_a_misspelt_value_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match=r"own\.html, line 2: .*subjekt"):
        compose("own.html", {"view": Phrase("x")}, write(tmp_path, "<p>\n{{ view.subjekt }}"))


def test_a_css_string_cannot_be_left(tmp_path: Path) -> None:
    assert css_string('a"} b\\') == '"a\\22 \\7d \\20 b\\5c "'


@pytest.mark.parametrize(
    "reach",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="/etc/passwd">',
        '<img src="a2z:../../../etc/passwd">',
        '<object data="file:///etc/passwd"></object>',
        '<embed src="file:///etc/passwd">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<style>@import url("file:///etc/passwd");</style>',
        '<style>p::before { content: url("file:///etc/passwd") }</style><p>x</p>',
        '<style>@font-face { font-family: x; src: url("file:///etc/passwd") } p { font-family: x }</style><p>x</p>',
        '<base href="file:///etc/"><img src="passwd">',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
    ],
)
def test_the_renderer_opens_nothing_but_its_table(reach: str, painter: Child) -> None:
    head = {"do": "paint", "resources": [], "attachments": [], "when": "2026-03-12T08:00:00+00:00"}
    html = f"<!doctype html><html lang=en><head><title>t</title></head><body>{reach}</body></html>"
    with pytest.raises(DocumentFailed, match="no part of the document"):
        painter.ask("x.pdf", head, [html.encode()])


def test_own_templates_are_used_and_the_rest_is_ours(tmp_path: Path) -> None:
    eject(tmp_path / "own")
    letter = tmp_path / "own" / "letter.html"
    letter.write_text(letter.read_text(encoding="utf-8").replace('t("letter.signed")', 't("letter.to")'))
    for name in ("audit.html", "buyer.html"):
        (tmp_path / "own" / name).unlink()
    case = cases.case()
    with Renderer(templates=tmp_path / "own") as running:
        found = render_documents(
            case,
            papers.assessed(case),
            papers.PRINTED,
            papers.bodies(case),
            draft=False,
            renderer=running,
            language="en",
        )
    words = papers.words_of(found[1].content, tmp_path)
    assert words.count("To: Amazon, A-to-z Guarantee claims") == 2
    assert "For the seller" not in words


def test_eject_copies_all_and_overwrites_nothing(tmp_path: Path) -> None:
    run = CliRunner().invoke(build_app(["templates"]), ["templates", "eject", str(tmp_path / "own"), "--json"])
    assert run.exit_code == 0, run.output
    ours = {
        path.relative_to(data_folder("templates")) for path in data_folder("templates").rglob("*") if path.is_file()
    }
    theirs = {path.relative_to(tmp_path / "own") for path in (tmp_path / "own").rglob("*") if path.is_file()}
    assert ours == theirs
    (tmp_path / "own" / "letter.html").write_text("mine")
    again = CliRunner().invoke(build_app(["templates"]), ["templates", "eject", str(tmp_path / "own")])
    assert again.exit_code != 0
    assert (tmp_path / "own" / "letter.html").read_text() == "mine"


def own_phrases(folder: Path, change: tuple[str, str]) -> Path:
    (folder / "phrases").mkdir()
    ours = (data_folder("templates") / "phrases" / "en.toml").read_text(encoding="utf-8")
    assert change[0] in ours
    (folder / "phrases" / "en.toml").write_text(ours.replace(*change), encoding="utf-8")
    return folder


def test_what_the_users_phrase_table_lacks_comes_from_ours(tmp_path: Path) -> None:
    t = Phrases("en", own_phrases(tmp_path, ('subtitle = "Internal record. Not for the customer."\n', "")))
    assert t("audit.subtitle") == "Internal record. Not for the customer."
    with pytest.raises(KeyError, match=r"there is no phrase audit\.nothing"):
        t("audit.nothing")


def test_a_phrase_with_a_wrong_name_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    folder = own_phrases(tmp_path, ('heading = "Claim {claim}"', 'heading = "Claim {clam}"'))
    lines = (folder / "phrases" / "en.toml").read_text(encoding="utf-8").splitlines()
    line = lines.index('heading = "Claim {clam}"') + 1
    write(folder, '<p>{{ t("audit.heading", claim=t("doc.exhibit")) }}')
    with pytest.raises(ConfigurationError, match=rf"audit\.heading in .*en\.toml, line {line}, .*clam") as told:
        compose("own.html", {"t": Phrases("en", folder)}, folder)
    assert "claim" in str(told.value.expected)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.html", '<p>\n<img src="https://images.example/x.png" alt="x">'),
        ("own.html", "<p>\n<style>p { background: url(file:///etc/passwd) }</style>"),
        ("own.html", '<p>\n<link rel="stylesheet" href="other.css">'),
        ("own.html", "<p>\n<object data='https://images.example/x.pdf'></object>"),
    ],
)
def test_what_is_no_part_of_the_document_is_told_with_file_and_line(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match=r"own\.html, line 2: .* is no part of the document"):
        compose(name, {}, write(tmp_path, text, name))


def test_the_style_sheet_may_not_reach_out_and_a_link_to_click_is_no_fetch(tmp_path: Path) -> None:
    write(tmp_path, "p { color: red }\n@import 'https://images.example/x.css';", "style.css")
    with pytest.raises(TemplateFault, match=r"style\.css, line 2"):
        style(tmp_path)
    folder = write(tmp_path, '<a href="https://seller.example">{{ fact }}</a><a href="#x-A">A</a><img src="a2z:logo">')
    words = """<img src="https://x.example"> src='x' url(x) <link href="y"> <style>@import 'z'</style>"""
    assert "&lt;img" in compose("own.html", {"fact": Said(words, ("ev-1",))}, folder)
