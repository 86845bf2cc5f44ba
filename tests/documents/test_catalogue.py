"""The policy's words in five languages: every sentence of its tables, nearly every one of its code, no quoted word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from support import casefile

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.documents.catalogue import Catalogue, catalogue_path
from a2z_defense.documents.localise import Localise
from a2z_defense.documents.said import LANGUAGES
from a2z_defense.model.assessment import Assessment
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [language for language in LANGUAGES if language != "en"]
FINDERS = frozenset({"held", "missing", "unknown", "contradicted", "not_applicable", "absent"})
"""Functions of the policy's probes whose words are printed."""
READERS = frozenset({"add", "Word"})
"""Calls of the reader of mails whose words are printed."""
SAID = frozenset({"words", "what", "why"})
"""Names that the policy's code gives to words that are printed."""


def catalogue(language: str) -> Catalogue:
    return Catalogue(Localise(language, "Europe/Berlin"))


def held(language: str) -> dict[str, str]:
    path = catalogue_path(language)
    assert path is not None
    with path.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, abort_invalid=True) if one.id}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_holds_the_same_sentences_with_the_same_names(language: str) -> None:
    told = held(language)
    assert set(told) == set(held("it"))
    for english, other in told.items():
        assert other
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", other)), english


def _same_sentence(english: str) -> str:
    return re.sub(r"\{\w+\}", "{}", english).casefold()


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_told_twice_and_none_is_marked_as_doubtful(language: str) -> None:
    """Two entries that differ in the names of their values only: one of them is never used, and they drift apart."""
    path = catalogue_path(language)
    assert path is not None
    with path.open("rb") as file:
        read = read_po(file, abort_invalid=True)
    told = [str(one.id) for one in read if one.id]
    assert (
        sorted({one for one in told if [_same_sentence(other) for other in told].count(_same_sentence(one)) > 1}) == []
    )
    assert [one.id for one in read if one.id and one.fuzzy] == []
    assert not read.obsolete


MIXED = {
    "de": r"\b(Käufer|Anschrift|Einspruch|Retourenbericht|Mail)\b",
    "es": r"\b(comprador|prueba de entrega|decláralo)\b",
    "fr": r"\b(acheteur|appel|mail|lisez|indiquez)\b(?! FILE)",
    "it": r"\b(acquirente|pacco|tracciamento|legga)\b",
}
"""Second words for what the catalogue and Amazon's own pages of that language name otherwise; and a second register."""


@pytest.mark.parametrize("language", OTHERS)
def test_one_thing_has_one_name(language: str) -> None:
    told = held(language)
    found = {
        english: other
        for english, other in told.items()
        if re.search(MIXED[language], other.replace("E-Mail", "").replace("e-mail", ""))
    }
    assert found == {}
    assert [other for other in told.values() if "’" in other] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_tables_is_translated(language: str) -> None:
    tables = load_tables()
    texts = [text for item in tables.catalogue for text in (item.title, item.how_to_get)]
    texts += [defence.title for defence in tables.defences] + [rule.text for rule in tables.deadlines]
    texts += [*(item.source for item in tables.catalogue), *(rule.source for rule in tables.deadlines)]
    texts += [text for way in tables.odr.way_out for text in (way.what, way.money, way.odr, way.protection)]
    assert [text for text in texts if not catalogue(language).knows(text)] == []


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
    return None


def sentences_of_the_code() -> set[str]:
    """What the policy's probes and conflicts say, with an X for each value."""
    found: set[str | None] = set()
    for path in (ROOT / "a2z_defense" / "policy").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FINDERS:
                found |= {_text(one) for one in node.args}
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found |= {_text(node.value)} if node.targets[0].id in SAID else set()
    return {text for text in found if text and re.search(r"[a-z]{3,} [a-z]", text)}


def test_nearly_every_sentence_of_the_code_is_translated() -> None:
    """A new sentence is printed in English until it is translated; it may not become a habit."""
    said = sentences_of_the_code()
    assert len(said) > 120
    known = catalogue("de").knows

    def is_told(text: str) -> bool:
        """As it stands, with nothing for its value, with a word for it, or by its parts."""
        ways = (text, text.removesuffix("X"), text.replace("X", ""), text.replace("X", "delivered", 1))
        parts = [part for part in text.split("; ") if part != "X"]
        return any(map(known, ways)) or (parts != [text] and all(map(known, parts)))

    lacking = sorted(text for text in said if not is_told(text))
    assert len(lacking) <= len(said) * 0.06, lacking


def sentences_of_the_reader() -> set[str]:
    """What the reader of mails says of a mail's authenticity and of what it could not read, with an X for a value."""
    found: set[str | None] = set()
    for path in (ROOT / "a2z_defense" / "readers" / "mail").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Return) and ast.unparse(node).startswith("return (Trust."):
                found |= {_text(one) for one in getattr(node.value, "elts", ())}
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in READERS:
                found |= {_text(one) for one in node.args}
    told = {re.sub(r"(?<=\w)X$", "", text) for text in found if text and re.search(r"[a-z]{3,} [a-z]", text)}
    return {re.sub("^X(?=[,;])", "X reports a pass for X", text) for text in told}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_reader_of_mails_is_translated(language: str) -> None:
    """They stand in the record beside the mail that they are about."""
    said = sentences_of_the_reader()
    assert len(said) > 30
    assert sorted(text for text in said if not catalogue(language).knows(text)) == []


def told_by(found: Assessment) -> Iterator[str]:
    """Everything that an assessment says in words and that the record prints."""
    for item in found.items:
        yield from (item.title, item.why, item.how_to_get, item.source)
    yield from (found.decision_why, *found.warnings, *found.alarms)
    yield from (*(one.why for one in found.passed_over), *(one.why for one in found.units))
    yield from (one.what for one in found.contradictions)
    for test in found.protection:
        yield from (test.test, test.why, test.action or "")
    for clock in found.clocks:
        yield from (clock.rule_text, clock.source, *clock.readings)
    yield from (found.deadline.rule_text or "", found.deadline.source or "", *found.deadline.readings)


def test_no_sentence_of_an_assessment_stays_english() -> None:
    """What the code says is found by running it: over a part of the case files, names and numbers apart."""
    tables, said = load_tables(), catalogue("de")
    texts = {
        text for path in casefile.files()[::5] for text in told_by(assess(casefile.build(casefile.read(path)), tables))
    }
    assert len(texts) > 200
    lacking = {part for text in texts for part, told in said.parts(text) if told is None}
    assert [part for part in sorted(lacking) if re.search(r"\b[a-z]{2,} [a-z]{2,}\b", part)] == []


def test_what_is_quoted_stays_and_what_is_around_it_is_told_by_the_locale() -> None:
    text = "not received, inferred: from the buyer's message: “nothing was found; 2026-11-04T09:12:00Z 12.00 EUR”"
    assert catalogue("de")(text) == (
        "nicht erhalten, abgeleitet: aus der Nachricht des Kunden: „nothing was found; 2026-11-04T09:12:00Z 12.00 EUR“"
    )
    assert catalogue("en")("refunded 1234.50 EUR, claimed at 2026-11-04T09:12:00Z") == (
        "refunded 1,234.50 EUR, claimed at 4 Nov 2026, 10:12 CET"
    )
    assert catalogue("en")("at 23:00 UTC, 48 ODR") == "at 23:00 UTC, 48 ODR"


def test_a_compound_is_told_by_its_longest_known_parts_and_the_unknown_stays_english() -> None:
    text = "tracking was not asked; something new; no refund is recorded; Amazon may show one up to 48 hours late"
    assert catalogue("it")(text) == (
        "tracciabilità: nessuna richiesta; something new; nessun rimborso risulta; "
        "Amazon può mostrarlo con un ritardo fino a 48 ore"
    )
    assert catalogue("it")("the carrier's return scan: missing (the order holds no package)") == (
        "la scansione di rientro del corriere: mancante (l'ordine non contiene colli)"
    )
    assert not catalogue("it").knows(text)


MAY_SAY_SO = (
    "a message of the buyer may say so: “it came; {at} 12.00 EUR”; "
    "read it and state buyer_acknowledged_receipt (yes or no) from it"
)


@pytest.mark.parametrize(
    ("language", "quoted"),
    [("de", "„{}“"), ("es", "«{}»"), ("fr", "«\u00a0{}\u00a0»"), ("it", "«{}»")],
)
def test_a_quotation_keeps_its_words_in_the_marks_of_the_language_and_what_follows_it_is_told(
    language: str, quoted: str
) -> None:
    text = MAY_SAY_SO.format(at="2026-11-04T09:12:00Z")
    assert catalogue(language).knows(text)
    told = catalogue(language)(text)
    assert quoted.format("it came; 2026-11-04T09:12:00Z 12.00 EUR") in told
    assert "read it" not in told


def test_a_title_in_the_middle_of_a_sentence_is_small_but_no_german_noun() -> None:
    text = "the return was authorised; return label; a chargeback on the same order"
    assert catalogue("de")(text).startswith("die Rücksendung wurde genehmigt; ")
    assert catalogue("de")("refunds and concessions so far").startswith("Bisherige")
    assert catalogue("de")("signature of the recipient: N. N.") == "Unterschrift des Empfängers: N. N."


def test_an_italian_article_before_the_eighth_and_the_eleventh_is_cut() -> None:
    text = "delivered 2026-11-08T09:12:00Z, before the claim of 2026-11-11T09:14:00Z"
    assert catalogue("it")(text) == "consegnato l'8 nov 2026, 10:12 CET, prima del reclamo dell'11 nov 2026, 10:14 CET"


def test_the_users_own_catalogue_goes_first_and_a_broken_one_is_named(tmp_path: Path) -> None:
    own = tmp_path / "catalogues"
    own.mkdir()
    shipped = (data_folder("templates") / "catalogues" / "it.po").read_text(encoding="utf-8")
    (own / "it.po").write_text(shipped.replace("non è stato trovato nulla", "niente"), encoding="utf-8")
    assert Catalogue(Localise("it", "UTC"), tmp_path)("nothing was found") == "niente"
    (own / "fr.po").write_bytes(b'msgid "a\nmsgstr \xff')
    with pytest.raises(ConfigurationError, match=r"fr\.po"):
        Catalogue(Localise("fr", "UTC"), tmp_path)("nothing was found")


@pytest.mark.parametrize("language", OTHERS)
def test_the_rules_by_which_reports_are_cut_are_translated(language: str) -> None:
    head = "the events whose AmazonOrderId is the order's, of"
    tail = "of listFinancialEvents from 2026-05-19T00:00:00Z; events that name no order (SAFE-T reimbursements,"
    rules = [
        f"{head} the page {tail} adjustments) are nobody's",
        f"{head} the 3 pages (digest of their digests, one a line) {tail} adjustments) are nobody's",
        "the header and the lines whose Order ID is the order's, of the unpacked GET_IT (report 12, document a.1.2,"
        " 2026-09-14T00:00:00Z to 2026-11-12T09:00:00Z)",
    ]
    assert [rule for rule in rules if not catalogue(language).knows(rule)] == []
