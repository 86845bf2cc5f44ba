"""A language more is table lines alone: no code of ours names one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment, Decided
from a2z_defense.model.case import ReasonSource
from a2z_defense.model.mail import Reason
from a2z_defense.policy import tables as module
from a2z_defense.policy.assess import assess
from a2z_defense.policy.lint import languages, lint
from a2z_defense.policy.tables import FOLDER, Tables, load_tables

PHRASES = r"""
[nl]
acknowledges = ["is (\\w+ )?aangekomen"]
takes_back = ["niet", "nooit"]
not_received = ["(niet|nooit) (\\w+ ){0,3}(aangekomen|ontvangen)"]
not_as_described = ["(kapot|beschadigd)"]
refund_not_issued = ["(teruggestuurd|geretourneerd).*(geld|terugbetaling)"]
return_refused = ["retour (is )?geweigerd"]
extra_charges = ["invoerrechten"]
danger = ["brand"]
admits = ["onze fout"]
promises = ["wij betalen (\\w+ ){0,3}terug"]
conditional = ["als"]
on_loss = ["niet aankomt"]

[ja]
joined = true
acknowledges = ["届きました"]
takes_back = ["ません", "まだ"]
not_received = ["届いていません", "届かない"]
not_as_described = ["壊れて"]
danger = ["火傷"]
"""
WORDING = {
    "promotion": 'patterns.nl = ["aanbieding"]\nalternative.nl = "laat het weg"\npatterns.ja = ["割引"]',
    "accusation": 'patterns.nl = ["oplichter(ij)?"]\npatterns.ja = ["詐欺"]',
}
"""Lines that go under the head of that rule."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder = tmp_path_factory.mktemp("policy")
    phrases = (FOLDER / "phrases.toml").read_text(encoding="utf-8")
    (folder / "phrases.toml").write_text(phrases + PHRASES, encoding="utf-8")
    wording = (FOLDER / "wording.toml").read_text(encoding="utf-8").replace("joined = []", 'joined = ["ja"]')
    for rule, lines in WORDING.items():
        wording = wording.replace(f'id = "{rule}"\n', f'id = "{rule}"\n{lines}\n')
    (folder / "wording.toml").write_text(wording, encoding="utf-8")
    return load_tables(folder)


def told(tables: Tables, text: str, *, by: str = "buyer") -> Assessment:
    """A claim whose notice states no reason, on a delivered parcel, with one message."""
    notices = [c.notice(reason=None)]
    return assess(c.case(notices=notices, messages=[c.message(text, "03-08 12:00", by=by)]), tables)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Het pakket is nooit aangekomen.", Reason.NOT_RECEIVED),
        ("De lamp is kapot.", Reason.NOT_AS_DESCRIBED),
        ("Ik heb hem teruggestuurd en wil mijn geld.", Reason.REFUND_NOT_ISSUED),
        ("De retour is geweigerd.", Reason.RETURN_REFUSED),
        ("Ik moest invoerrechten betalen.", Reason.EXTRA_CHARGES),
        ("商品がまだ届いていませんのでご確認ください。", Reason.NOT_RECEIVED),
        ("ランプが壊れていました。", Reason.NOT_AS_DESCRIBED),
    ],
)
def test_the_reason_is_read_from_a_message_in_a_language_that_was_added(
    tables: Tables, text: str, reason: Reason
) -> None:
    found = told(tables, text).reason
    assert (found.key, found.source) == (reason, ReasonSource.INFERRED)
    assert told(load_tables(), text).reason.key is Reason.UNKNOWN


def test_danger_admissions_and_acknowledgements_are_read_too(tables: Tables) -> None:
    assert told(tables, "De lamp vloog in brand.").alarms
    assert told(tables, "手に火傷をしました。").decision is Decided.NEEDS_HUMAN
    admission = told(tables, "Dat was onze fout.", by="seller")
    assert [found.blocks for found in admission.contradictions] == [True]
    promise = told(tables, "Als het niet aankomt, wij betalen alles terug.", by="seller")
    assert [found.blocks for found in promise.contradictions] == [False]
    yes, no = (
        {item.id: item.exhibit for item in assess(case, tables).items}["buyer_acknowledges"]
        for case in (
            c.case(messages=[c.message("荷物は昨日届きました。", "03-08 12:00")]),
            c.case(messages=[c.message("荷物は届きましたと表示されていますが、まだありません。", "03-08 12:00")]),
        )
    )
    assert (bool(yes), bool(no)) == (True, False)


def test_the_lint_knows_the_language_that_was_added(tables: Tables) -> None:
    assert set(languages(tables)) - set(languages(load_tables())) == {"nl", "ja"}
    for text, language, rule in (
        ("Profiteer van onze aanbieding.", "nl", "promotion"),
        ("Dit is oplichterij.", "nl", "accusation"),
        ("次回は割引いたします。", "ja", "promotion"),
        ("これは詐欺です。", "ja", "accusation"),
    ):
        found = lint(text, audience="buyer", language=language, tables=tables)
        assert [one.rule for one in found] == [rule], text
        assert lint(text, audience="buyer", language=language, tables=load_tables()) == ()
    assert lint("Onze aanbieding.", audience="buyer", language="nl", tables=tables)[0].alternative == "laat het weg"
    assert lint("Een kraanbieding.", audience="buyer", language="nl", tables=tables) == ()  # only at word edges


def test_no_code_of_the_policy_names_a_language() -> None:
    """Only the fallback to English does."""
    for path in Path(module.__file__).parent.rglob("*.py"):
        named = re.findall(r"""["'](en|it|de|fr|es|ja)["']""", path.read_text(encoding="utf-8"))
        assert set(named) <= {"en"}, path.name
