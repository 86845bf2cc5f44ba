"""The wording lint, rule by rule, and what it must leave alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from a2z_defense.cli.main import build_app
from a2z_defense.model.marketplaces import MARKETPLACES
from a2z_defense.policy.lint import languages, lint, unsupported
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def rules(text: str, language: str = "en", audience: str = "buyer") -> set[str]:
    return {found.rule for found in lint(text, audience=audience, language=language, tables=TABLES)}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Check out our store for new products.", "promotion"),
        ("Use the coupon for your order.", "incentive"),
        ("We will offer you 10 EUR in exchange for it.", "incentive"),
        ("We would be glad about a review.", "review"),
        ("Please withdraw your claim.", "pressure"),
        ("If you do not answer we take legal action.", "pressure"),
        ("The parcel was probably delivered.", "guess"),
        ("I think it arrived.", "guess"),
        ("This is a scam.", "accusation"),
        ("The customer claims this again.", "accusation"),
        ("A typical case.", "accusation"),
        ("You are not entitled to a refund.", "legal_rights"),
        ("You have no right of withdrawal.", "legal_rights"),
        ("Hey, the parcel is there.", "informal"),
        ("Write to help@example.com.", "contact"),
        ("Call us at 02 1234 5678.", "contact"),
        ("Our number is +39 02 1234567.", "contact"),
        ("See https://tracking.example.com/QX4007.", "link"),
        ("See www.carrier.example/track or carrier-example.it for it.", "link"),
        ("https://amazon.it.example.com/orders", "link"),
        ("The parcel was NOT lost.", None),
        ("The parcel was DELIVERED.", "capitals"),
        ("It IS NOT true.", "capitals"),
        ("It was delivered \N{GRINNING FACE}", "emoji"),
        ("It was delivered :)", "emoji"),
        ("It was delivered!!", "emphasis"),
        ("See Exhibit C.", "internal_note"),
        ("TODO: add the date", "internal_note"),
        ("Dear [name], it was delivered.", "internal_note"),
    ],
)
def test_english(text: str, rule: str | None) -> None:
    assert rules(text) == ({rule} if rule else set()) or rule in rules(text)
    if rule is None:
        assert rules(text) == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Visiti il nostro negozio.", "promotion"),
        ("Le offriamo uno sconto.", "incentive"),
        ("La preghiamo di lasciare una recensione.", "review"),
        ("La preghiamo di ritirare il reclamo.", "pressure"),
        ("Il pacco è probabilmente arrivato.", "guess"),
        ("Il cliente mente.", "accusation"),
        ("È una truffa.", "accusation"),
        ("Non ha diritto al rimborso.", "legal_rights"),
        ("Ciao, il tuo pacco è arrivato.", "informal"),
        ("Chiamateci al 02 1234 5678.", "contact"),
        ("Si veda l'Allegato B.", "internal_note"),
    ],
)
def test_italian(text: str, rule: str) -> None:
    assert rule in rules(text, "it")
    assert rules(text, "it", "amazon") >= {rule}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Order 402-1234567-7654321 was delivered on 6 March 2026 at 12:20 (UTC+1), signed by “MARIA NERI”.", "en"),
        ("Carrier: Corriere Zefiro, tracking number QX4007001007IT, order 402-1234567-7654321.", "en"),
        ("The buyer wrote on 7 March: “I THINK this is a SCAM!!”", "en"),
        ("Amazon can see the message of 8 March in Manage Orders, https://sellercentral.amazon.it/orders-v3.", "en"),
        ("A refund of 119.00 EUR was issued on 10 March 2026, identifier RF-INVENTED-1.", "en"),
        ("Il pacco è stato consegnato il 6 marzo 2026 e firmato da “MARIA NERI”, tracciamento QX4007001007IT.", "it"),
        ("Il rimborso di 119,00 EUR è stato emesso il 10 marzo 2026.", "it"),
        ("ASIN B0INVENT01, VAT included, 12:20 UTC.", "en"),
    ],
)
def test_plain_facts_are_left_alone(text: str, language: str) -> None:
    assert rules(text, language) == set()


def test_a_finding_names_line_words_and_alternative() -> None:
    found = lint("Good day.\nMaybe it arrived.", audience="buyer", language="en", tables=TABLES)
    assert [(one.line, one.rule, one.found) for one in found] == [(2, "guess", "Maybe")]
    assert found[0].alternative
    assert lint("Forse.", audience="buyer", language="it", tables=TABLES)[0].alternative != found[0].alternative


def test_evidence_in_quotation_marks_is_checked_for_links_alone() -> None:
    assert rules("The buyer wrote: “see www.example.com, SCAM”") == {"link"}


def test_a_language_without_phrases_is_checked_by_the_common_rules() -> None:
    assert languages(TABLES) == ("en", "it")
    assert rules("Schreiben Sie an a@example.com. Vermutlich da.", "de") == {"contact"}


def test_letters_that_grow_when_folded_do_not_shift_what_is_found() -> None:
    found = lint("Straße İstanbul: maybe.", audience="buyer", language="en", tables=TABLES)
    assert [one.found for one in found] == ["maybe"]


def test_what_goes_beyond_the_supported_sentences_is_found() -> None:
    known = ["It was delivered on 6 Mar 2026.", "It was delivered.", "The carrier is Corriere Zefiro."]
    text = (
        "It was delivered on 6 Mar 2026. The carrier is  Corriere Zefiro.\n"
        "\n"
        "It was delivered. The buyer signed.\n"
        "- The carrier is Corriere Zefiro.\n"
    )
    found = unsupported(text, known)
    assert [(one.line, one.rule, one.found) for one in found] == [(3, "no_exhibit", "The buyer signed.")]
    assert unsupported("", known) == unsupported("...", []) == ()


def test_the_command_reports_file_line_rule_and_exits_10(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A2Z_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("A2Z_CONFIG", str(tmp_path / "none.toml"))
    text = tmp_path / "answer.txt"
    text.write_text("Delivered.\nMaybe.\n", encoding="utf-8")
    app = build_app(["lint"])
    done = CliRunner().invoke(app, ["lint", str(text)])
    assert done.exit_code == 10
    assert f"{text}:2: guess" in done.stdout
    text.write_text("Delivered on 6 March.\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["lint", str(text)]).exit_code == 0


def test_no_zone_of_a_marketplace_is_read_as_shouting() -> None:
    names = {
        dt.datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).tzname()
        for found in MARKETPLACES
        for zone in (found.zone, found.shown_zone)
        for month in (1, 7)
    }
    letters = sorted(name for name in names if name and name.isalpha())
    assert {"AEDT", "CEST", "JST"} <= set(letters)
    for name in letters:
        assert rules(f"Delivered on 6 March 2026 at 11:20 {name} GPS.") == set(), name
