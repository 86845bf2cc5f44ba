"""The tables: validated whole, ids frozen, the page about them up to date."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.assessment import Level
from a2z_defense.policy import tables as module
from a2z_defense.policy.document import document
from a2z_defense.policy.probes.base import PROBES
from a2z_defense.policy.tables import FOLDER, NAMES, load_tables, table_contents

TABLES = load_tables()
HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def test_no_id_was_ever_changed_or_reused() -> None:
    lines = (HERE / "policy_ids.txt").read_text(encoding="utf-8").splitlines()[1:]
    frozen = [tuple(line.split()) for line in lines]
    now = {
        "items": [item.id for item in TABLES.catalogue],
        "facts": [fact.name for fact in TABLES.facts],
        "defences": [defence.id for defence in TABLES.defences],
        "deadlines": [rule.id for rule in TABLES.deadlines],
        "wording": [rule.id for rule in TABLES.wording],
    }
    assert sorted(frozen) == sorted((kind, id_) for kind, ids in now.items() for id_ in ids), (
        "append new ids to the file"
    )


def test_the_page_about_the_policy_is_up_to_date() -> None:
    page = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    assert page == document(TABLES), "run: python -m a2z_defense.policy.document > docs/policy.md"


def test_every_probe_serves_an_item_of_the_catalogue() -> None:
    assert set(PROBES) <= {item.id for item in TABLES.catalogue}


def test_every_item_is_needed_by_something() -> None:
    needed = {id_ for needs in (TABLES.every_claim, *TABLES.defences) for id_, _, _ in needs.entries()}
    assert {item.id for item in TABLES.catalogue} == needed


def test_every_rule_says_where_it_was_read() -> None:
    assert all(rule.source and rule.read for rule in TABLES.deadlines)
    assert all(item.source for item in TABLES.catalogue)


def test_the_digest_is_of_the_content_in_force(tmp_path: Path) -> None:
    assert load_tables().digest == TABLES.digest
    changed = (FOLDER / "places.toml").read_text(encoding="utf-8").replace('"kayak"', "") + "\n# another word\n"
    (tmp_path / "places.toml").write_text(changed, encoding="utf-8")
    other = load_tables(tmp_path)
    assert other.digest != TABLES.digest
    assert other.catalogue == TABLES.catalogue
    contents = table_contents(tmp_path)
    assert set(contents) == {f"{name}.toml" for name in NAMES}
    assert contents["places.toml"] == changed.encode()
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update(name.encode() + b"\0" + hashlib.sha256(contents[f"{name}.toml"]).digest())
    assert other.digest == digest.hexdigest()


def test_a_users_rule_for_a_marketplace_wins_there_alone(tmp_path: Path) -> None:
    rule = """
[[rule]]
id = "response-48h-de"
use = "response_act_by"
marketplace = "DE"
value = 36
unit = "hours"
text = "our own limit for Germany"
source = "our counsel"
read = "2026-11"
"""
    content = (FOLDER / "deadlines.toml").read_text(encoding="utf-8") + rule
    (tmp_path / "deadlines.toml").write_text(content, encoding="utf-8")
    tables = load_tables(tmp_path)
    assert tables.rule("response_act_by", "DE").value == 36
    assert tables.rule("response_act_by", "IT").value == 48
    assert tables.rule("response_act_by").value == 48


BROKEN = [
    ("deadlines", "value = 48", "value = 0", "value and unit are needed"),
    ("deadlines", 'use = "check_again"', 'use = "chekc_again"', "no such use 'chekc_again'"),
    ("deadlines", 'use = "check_again"', 'use = "chekc_again"', "no rule for use 'check_again'"),
    ("deadlines", 'id = "check-24h"', 'id = "check-48h"', "'check-48h' is there twice"),
    ("catalogue", 'facts = ["order_time"]', 'facts = ["order_tmie"]', "no such fact 'order_tmie'"),
    ("catalogue", 'id = "badge"', 'id = "Badge"', "String should match pattern"),
    ("defences", 'needs = ["withdrawal"]', 'needs = ["withdrawl"]', "no such item 'withdrawl'"),
    ("defences", 'core = ["withdrawal"]', 'core = ["badge"]', "core item 'badge' is not needed"),
    ("defences", 'reasons = ["extra_charges"]', 'reasons = ["extra"]', "no such reason 'extra'"),
    ("defences", 'settled = ["duties_paid", "charges_reimbursed"]', "settled = []", "the group 'settled' is empty"),
    ("facts", 'kind = "money"', 'kind = "monney"', "kind"),
    ("wording", '"subscribe"', '"subscribe("', "is no regular expression"),
    ("phrases", '"no delivery"', '"no delivery("', "is no regular expression"),
    ("odr", "[[result]]", "[[result", "odr.toml"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN, ids=lambda value: str(value)[:24])
def test_a_broken_table_is_refused_with_its_line(tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    content = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    assert old in content
    (tmp_path / f"{name}.toml").write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as found:
        load_tables(tmp_path)
    assert message in found.value.got


def test_every_error_is_in_one_report(tmp_path: Path) -> None:
    content = (FOLDER / "catalogue.toml").read_text(encoding="utf-8")
    content = content.replace('["order_time"]', '["nothing_a"]').replace('["ship_by"]', '["nothing_b"]')
    (tmp_path / "catalogue.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as found:
        load_tables(tmp_path)
    assert "nothing_a" in found.value.got
    assert "nothing_b" in found.value.got


def test_lookups_name_what_is_not_there() -> None:
    with pytest.raises(KeyError):
        TABLES.item("no_such_item")
    with pytest.raises(KeyError):
        TABLES.defence("no_such_defence")
    assert TABLES.fact("no_such_fact") is None
    assert TABLES.fact("badge") is not None


def test_a_rule_without_a_number_has_no_span() -> None:
    with pytest.raises(ValueError, match="has no value"):
        _ = TABLES.rule("response_stated").amount


def test_the_tables_ship_inside_the_package() -> None:
    assert Path(module.__file__).parent in FOLDER.parents
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(NAMES)


def test_entries_come_in_the_tables_order_with_their_levels() -> None:
    delivered = TABLES.defence("delivered")
    levels = [level for _, level, _ in delivered.entries()]
    assert levels == sorted(levels, key=list(Level).index)
    groups = {group for _, level, group in delivered.entries() if level is Level.ONE_OR_MORE}
    assert groups == {"place", "proof"}
