"""Phrases, dates, money and visible text."""

from __future__ import annotations

import datetime as dt
import re
import string
import tomllib
import unicodedata
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from a2z_defense.base.data import data_folder
from a2z_defense.documents.fontset import _PLAIN, _covered, covers, font_files
from a2z_defense.documents.localise import Localise
from a2z_defense.documents.said import LANGUAGES, Phrase, Phrases, Said, joined, known_language
from a2z_defense.documents.sentences.writer import ascii_punctuation
from a2z_defense.documents.views.flat import Flat
from a2z_defense.documents.visible import direction, kept_in_order, plain, visible
from a2z_defense.model.assessment import ClockKind, Decided, ItemState, Level, Status, Supports
from a2z_defense.model.case import ReasonSource
from a2z_defense.model.entries import AttachmentKind, Entry, EntryKind, RecordKind
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.model.finances import AccountHealth, Finances, Listing, MessagingActions, ReturnRow
from a2z_defense.model.mail import Counted, Funder, MailKind, NoticeFacts, Reason, RefundFacts, ReturnFacts, Trust
from a2z_defense.model.money import Money
from a2z_defense.model.order import Order, Window
from a2z_defense.model.tracking import Label, Leg, ScanKind, Shipment
from a2z_defense.policy.lint import lint
from a2z_defense.policy.tables import load_tables

ROOT = Path(__file__).resolve().parents[2]


def tables() -> dict[str, dict[str, dict[str, str]]]:
    folder = data_folder("templates") / "phrases"
    return {name: tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in LANGUAGES}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_language_says_everything_with_the_same_names(language: str) -> None:
    english, other = tables()["en"], tables()[language]
    assert {s: set(rows) for s, rows in english.items()} == {s: set(rows) for s, rows in other.items()}
    for section, rows in english.items():
        for key, text in rows.items():
            assert names(text) == names(other[section][key]), f"{section}.{key}"


DYNAMIC = frozenset(
    {
        "kind",
        "mail",
        "entry",
        "record",
        "attachment",
        "scan",
        "whom",
        "leg",
        "lane",
        "side",
        "event",
        "decision",
        "clock",
        "state",
    }
    | {
        "level",
        "supports",
        "status",
        "reason",
        "reason_source",
        "asks",
        "count",
        "counted",
        "funder",
        "glossary",
        "exhibit",
        "ask",
        "field",
        "value",
        "test",
        "source",
        "source_state",
    }
)
"""Tables whose keys are the values of an enumeration or are built from one."""


def test_every_phrase_is_there_and_used() -> None:
    known = {f"{section}.{key}" for section, rows in tables()["en"].items() for key in rows}
    sources = [*(ROOT / "a2z_defense" / "documents").rglob("*.py"), *(ROOT / "templates").glob("*.html")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    asked = set(re.findall(r"""(?:\bt|fill|words)\(\s*["']([a-z]+\.[a-z0-9_]+)["']""", text))
    assert asked <= known
    literal = set(re.findall(r"""["']([a-z]+\.[a-z0-9_]+)["']""", text))
    literal |= {f"audit.{key}" for key in re.findall(r"""\("([a-z_]+)", """, text)}
    literal |= {f"doc.title_{kind}" for kind in ("letter", "appeal", "buyer", "audit")}
    literal |= {f"{key}_one" for key in literal}
    assert {key for key in known - literal if key.partition(".")[0] not in DYNAMIC} == set()


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("scan", ScanKind),
        ("leg", Leg),
        ("mail", MailKind),
        ("entry", EntryKind),
        ("record", RecordKind),
        ("decision", Decided),
        ("clock", ClockKind),
        ("state", ItemState),
        ("level", Level),
        ("supports", Supports),
        ("status", Status),
        ("reason", Reason),
        ("reason_source", ReasonSource),
        ("counted", Counted),
        ("funder", Funder),
    ],
)
def test_every_member_of_an_enumeration_has_its_word(section: str, values: type[StrEnum]) -> None:
    assert {member.value for member in values} <= set(tables()["en"][section])


def test_every_kind_of_evidence_and_file_has_its_name() -> None:
    assert {kind.value.replace(".", "_") for kind in EvidenceKind} <= set(tables()["en"]["kind"])
    assert {kind.value.replace("-", "_") for kind in AttachmentKind} <= set(tables()["en"]["attachment"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_keep_the_rules_for_what_the_buyer_reads(language: str) -> None:
    rows = tables()[language]
    ours = [text for key, text in rows["buyer"].items() if not key.startswith(("why_", "not_sendable"))]
    ours += [*rows["line"].values(), *rows["fact"].values(), *rows["ask"].values(), *rows["check"].values()]
    text = "\n".join(re.sub(r"\{\w+\}", "Zefiro", one) for one in ours)
    assert lint(text, audience="amazon", language=language, tables=load_tables()) == ()


PRINTED_MODELS = (
    Order, Shipment, Label, Finances, ReturnRow, Listing, MessagingActions, AccountHealth,
    NoticeFacts, ReturnFacts, RefundFacts, Entry,
)  # fmt: skip
"""The models that the internal record prints whole."""


def _inside(told: Any, names: set[str], kinds: set[type[StrEnum]]) -> None:
    if isinstance(told, type) and issubclass(told, BaseModel) and told is not Money:
        for name, field in told.model_fields.items():
            names.add(name)
            _inside(field.annotation, names, kinds)
    elif isinstance(told, type) and issubclass(told, StrEnum):
        kinds.add(told)
    for part in get_args(told):
        _inside(part, names, kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_and_choice_that_the_record_prints_has_its_word(language: str) -> None:
    names: set[str] = set()
    kinds: set[type[StrEnum]] = {Trust}
    for model in PRINTED_MODELS:
        _inside(model, names, kinds)
    names |= {fact.name for fact in load_tables().facts}
    flat = Flat(Phrases(language), Localise(language, "UTC"))
    assert {f"field.{name}" for name in names - {"evidence"}} <= flat_keys(language)
    for kind in kinds:
        assert [one for one in kind if flat.word(one) == one.value and "_" in one.value] == []


def flat_keys(language: str) -> set[str]:
    return {f"{section}.{key}" for section, rows in tables()[language].items() for key in rows}


def test_phrases_refuse_a_value_without_an_exhibit() -> None:
    t = Phrases("en")
    with pytest.raises(TypeError, match="carries no exhibit"):
        t("line.ordered", at="9 Nov 2026")
    said = t("line.ordered", at=Said("9 Nov 2026", ("ev-1",)))
    assert isinstance(said, Said)
    assert said.exhibits == ("ev-1",)
    assert isinstance(t("doc.page"), Phrase)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_more_is_told_in_the_singular(language: str) -> None:
    t = Phrases(language)
    for key in ("line.unit_more", "letter.more", "audit.more_items", "audit.more_readings", "exhibit.pages_left_out"):
        assert "1" not in t(key, count=1)
        assert "2" in t(key, count=2)
        assert t.has(f"{key}_one")


def test_what_the_seller_answered_with_yes_or_no_is_told_in_the_language_and_other_words_stay() -> None:
    flat = Flat(Phrases("de"), Localise("de", "UTC"))
    assert [flat.word(one, "value") for one in ("yes", "no", "N. N.")] == ["ja", "nein", "N. N."]


def test_rows_are_set_as_the_language_sets_them_and_french_quotation_marks_lose_their_spaces_in_plain_text() -> None:
    window = Window(
        earliest=dt.datetime(2026, 11, 9, 13, tzinfo=dt.UTC), latest=dt.datetime(2026, 11, 10, 13, tzinfo=dt.UTC)
    )
    rows = {
        language: dict(Flat(Phrases(language), Localise(language, "UTC")).rows((window,), "x"))["x 1"]
        for language in ("de", "fr")
    }
    assert rows == {
        "de": "frühestens: 2026-11-09 13:00 UTC; spätestens: 2026-11-10 13:00 UTC",
        "fr": "au plus tôt : 2026-11-09 13:00 UTC ; au plus tard : 2026-11-10 13:00 UTC",
    }
    assert ascii_punctuation("dans «\u00a0Gérer les retours\u00a0» et «ici»") == 'dans "Gérer les retours" et "ici"'


def test_joined_facts_carry_all_exhibits_once() -> None:
    found = joined(", ", [Said("a", ("x", "y")), Said("b", ("y", "z"))])
    assert (str(found), found.exhibits) == ("a, b", ("x", "y", "z"))


def test_dates_and_money_by_locale() -> None:
    instant = dt.datetime(2026, 11, 9, 13, 32, tzinfo=dt.UTC)
    money = Money(amount=Decimal("1249.50"), currency="EUR")
    shown = {
        name: (Localise(name, "Europe/Berlin").at(instant), Localise(name, "UTC").money(money)) for name in LANGUAGES
    }
    assert shown == {
        "en": ("9 Nov 2026, 14:32 CET", "1,249.50 EUR"),
        "it": ("9 nov 2026, 14:32 CET", "1.249,50 EUR"),
        "de": ("9. Nov. 2026, 14:32 CET", "1.249,50 EUR"),
        "fr": ("9 nov. 2026, 14:32 CET", "1 249,50 EUR"),
        "es": ("9 nov 2026, 14:32 CET", "1.249,50 EUR"),
    }


def test_days_of_an_axis_and_spans_by_locale() -> None:
    instant, span = dt.datetime(2026, 11, 1, 13, 32, tzinfo=dt.UTC), dt.timedelta(days=5, hours=10)
    shown = {
        name: (Localise(name, "UTC").short_day(instant), Localise(name, "UTC").lasting(span)) for name in LANGUAGES
    }
    assert shown == {
        "en": ("1 Nov", "5 d 10 h"),
        "it": ("1 nov", "5 g 10 h"),
        "de": ("1. Nov.", "5 Tg. 10 h"),
        "fr": ("1er nov.", "5 j 10 h"),
        "es": ("1 nov", "5 d 10 h"),
    }


def test_a_zone_is_always_named_and_never_ambiguous() -> None:
    summer = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
    assert Localise("en", "Europe/Dublin").clock(summer) == "13:00 UTC+01"
    assert Localise("en", "Asia/Dubai").clock(summer) == "16:00 UTC+04"
    assert Localise("en", "Asia/Kolkata").clock(summer) == "17:30 UTC+05:30"
    assert Localise("en", "America/Noronha").clock(summer) == "10:00 UTC-02"
    assert Localise("en", "Australia/Eucla").clock(summer) == "20:45 UTC+08:45"
    assert Localise("en", "Asia/Tokyo").clock(summer) == "21:00 JST"


def test_amounts_without_cents_stay_so() -> None:
    assert Localise("en", "UTC").money(Money(amount=Decimal(12000), currency="JPY")) == "12,000 JPY"


def test_durations() -> None:
    loc = Localise("en", "UTC")
    assert [loc.lasting(dt.timedelta(minutes=minutes)) for minutes in (5, 125, 3000)] == [
        "5 min",
        "2 h 5 min",
        "2 d 2 h",
    ]


def test_unknown_languages_are_english() -> None:
    assert [known_language(name) for name in ("de_AT", "DE", "sv", None)] == ["de", "de", "en", "en"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Größe Ελλάδα Жук", "Größe Ελλάδα Жук"),
        ("שלום مرحبا", "שלום مرحبا"),
        ("\U0001f600", "[U+1F600 GRINNING FACE]"),
        ("a\u202eb", "a[U+202E RIGHT-TO-LEFT OVERRIDE]b"),
        ("a\x07b", "a[U+0007]b"),
        ("\ue000", "[U+E000]"),
        ("日", "[U+65E5 CJK UNIFIED IDEOGRAPH-65E5]"),
        ("a\u200bb", "a[U+200B ZERO WIDTH SPACE]b"),
        ("soft\u00adhyphen", "soft[U+00AD SOFT HYPHEN]hyphen"),
        ("a\u034fb\u3164", "a[U+034F COMBINING GRAPHEME JOINER]b[U+3164 HANGUL FILLER]"),
        ("one\r\ntwo\tthree", "one\ntwo    three"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_text_file_keeps_letters_of_every_script() -> None:
    assert plain("日本 שלום \U0001f600\u202e") == "日本 שלום [U+1F600 GRINNING FACE][U+202E RIGHT-TO-LEFT OVERRIDE]"


@given(st.text(max_size=60))
def test_visible_text_holds_nothing_hidden(text: str) -> None:
    for char in visible(text):
        assert char == "\n" or (unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs", "Cn"} and covers(char))


def test_the_plain_ranges_are_covered_by_our_fonts() -> None:
    fonts = _covered(None)
    assert len(font_files()) == 11
    missing = [point for low, high in _PLAIN for point in range(low, high + 1) if point not in fonts]
    assert missing == []


def test_directions() -> None:
    assert [direction(text) for text in ("abc", "שלום", "123 مرحبا", "12")] == ["ltr", "rtl", "rtl", "ltr"]


def test_what_runs_right_ends_where_it_ends() -> None:
    mark = "\u200e"
    assert kept_in_order('pot "دلّة", 750 ml') == f'pot "دلّة{mark}", 750 ml'
    assert kept_in_order("1 × סיר נחושת 12") == f"1 × סיר נחושת {mark}12"
    assert kept_in_order("plain, Größe 12") == "plain, Größe 12"
