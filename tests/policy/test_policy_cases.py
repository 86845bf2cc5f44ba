"""The table-driven cases: each file of tests/cases is a few facts in and the decision out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support import casefile

from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import Assessment, ItemState, Level, Result
from a2z_defense.model.case import Case
from a2z_defense.policy.assess import assess
from a2z_defense.policy.conflicts import conflicts_of
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.items import Looker
from a2z_defense.policy.reason import reason_of
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
FILES = casefile.files()
STATES = {ItemState.HELD, ItemState.MISSING, ItemState.UNKNOWN, ItemState.CONTRADICTED}


@cache
def told(path: Path) -> tuple[dict[str, Any], Case, Assessment]:
    table = casefile.read(path)
    case = casefile.build(table)
    return table, case, assess(case, TABLES)


def item_states(case: Case, found: Assessment, item_id: str) -> set[str]:
    """The states of a catalogue item, one for each claimed parcel, whatever defence was chosen."""
    told = {item.state.value for item in found.items if item.id == item_id}
    if told:
        return told
    facts = facts_of(case, TABLES)
    looker = Looker(facts, reason_of(facts), conflicts_of(facts))
    definition = TABLES.item(item_id)
    harmful = {key for defence in TABLES.defences for key in defence.harmful}
    level = Level.HARMFUL if item_id in harmful else Level.REQUIRED
    parcels = facts.claimed_parcels if definition.per == "parcel" else (None,)
    return {looker.item(definition, level, None, parcel).state.value for parcel in parcels}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    table, case, found = told(path)
    expected = table["expect"]
    assert set(expected) <= set(CHECKS), set(expected) - set(CHECKS)
    assert "decision" in expected
    for key, value in expected.items():
        if key == "items":
            states = {item_id: item_states(case, found, item_id) for item_id in value}
            assert states == {
                item_id: {state} if isinstance(state, str) else set(state) for item_id, state in value.items()
            }
        else:
            assert CHECKS[key](found) == value, key


def _deadline(found: Assessment) -> str:
    act_by = found.deadline.act_by
    return (
        f"{found.deadline.kind.value} {utc_text(act_by)} {found.deadline.rule}" if act_by else found.deadline.kind.value
    )


def _result(found: Result) -> str:
    return f"refunded {found.refunded.value}, paid by {found.funded_by.value}, counts {found.odr.value}"


_WARNED = ("Customer Service by Amazon",)
"""Words by which a case file may name a warning."""
CHECKS: dict[str, Any] = {
    "decision": lambda found: found.decision.value,
    "defence": lambda found: found.defence.id if found.defence else "none",
    "status": lambda found: found.status.value,
    "reason": lambda found: f"{found.reason.key.value} {found.reason.source.value}",
    "deadline": _deadline,
    "blockers": lambda found: list(found.blockers),
    "ready": lambda found: not found.blockers,
    "first_gap": lambda found: found.gaps[0] if found.gaps else "none",
    "contradictions": lambda found: sorted({x.id.rsplit("-", 1)[0] for x in found.contradictions}),
    "asks": lambda found: f"{found.asks.funding or 'nothing'} {found.asks.odr or 'nothing'}",
    "units": lambda found: [
        f"{u.tracking_number or 'no parcel'} x{u.quantity} {'yes' if u.defended else 'no'}" for u in found.units
    ],
    "others": lambda found: [
        f"{u.tracking_number} {u.other.id} {u.asks.funding or 'nothing'} {u.asks.odr or 'nothing'}"
        for u in found.units
        if u.other
    ],
    "ways_out": lambda found: [way.id for way in found.ways_out],
    "protection": lambda found: [test.result for test in found.protection],
    "warned": lambda found: [words for words in _WARNED if any(words in told for told in found.warnings)],
    "alarms": lambda found: len(found.alarms),
    "clocks": lambda found: [f"{clock.kind.value} {utc_text(clock.act_by)}" for clock in found.clocks],
    "result": lambda found: _result(found.result),
    "neighbours": lambda found: [other.id for other in found.neighbours],
    "odr": lambda found: (
        f"{found.odr.not_counted} {found.odr.counted} {'over' if found.odr.over else 'under'}" if found.odr else "none"
    ),
    "passed_over": lambda found: {p.id: True for p in found.passed_over},
    "items": None,
}


def test_there_are_enough_cases_and_each_says_what_it_is_about() -> None:
    assert len(FILES) >= 120
    titles = [casefile.read(path)["title"] for path in FILES]
    assert len(set(titles)) == len(titles)


def test_every_catalogue_item_is_seen_held_missing_unknown_and_contradicted() -> None:
    seen: dict[str, set[str]] = {item.id: set() for item in TABLES.catalogue}
    for path in FILES:
        for item_id, state in casefile.read(path)["expect"].get("items", {}).items():
            seen[item_id] |= {state} if isinstance(state, str) else set(state)
    wanted = {state.value for state in STATES}
    assert {item_id: sorted(wanted - states) for item_id, states in seen.items() if wanted - states} == {}


def test_every_defence_is_chosen_in_some_case() -> None:
    chosen = {found.defence.id for _, _, found in map(told, FILES) if found.defence}
    assert {defence.id for defence in TABLES.defences if not defence.note} - chosen == set()


def test_every_exhibit_that_is_named_is_a_piece_of_the_case() -> None:
    for path in FILES:
        _, case, found = told(path)
        known = {piece.id for piece in case.evidence}
        named = {exhibit for item in found.items for exhibit in item.exhibits}
        named |= {exhibit for contradiction in found.contradictions for exhibit in contradiction.between}
        named |= {unit.exhibit for unit in found.units if unit.exhibit}
        assert named <= known, (path.stem, named - known)


def test_what_is_held_has_an_exhibit() -> None:
    """Only an empty thread, or no return in a report, can be held without one: the source's report stands for it."""
    silent = {"message_thread", "no_return_tracking", "return_not_delivered"}
    for path in FILES:
        _, _, found = told(path)
        for item in found.items:
            if item.state in {ItemState.HELD, ItemState.CONTRADICTED} and item.id not in silent:
                assert item.exhibit, (path.stem, item.id)
