"""The main job on the examples: mail in, Amazon's answers in, judged, built, verified, found again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Fetch, Mail, Settings
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ExitCode, UsageError
from a2z_defense.jobs import by_hand, entries
from a2z_defense.jobs.check import check, judge
from a2z_defense.jobs.fetch import Fetched, FetchWanted, fetch
from a2z_defense.jobs.journal import read_journal
from a2z_defense.jobs.listing import listed, quarantined
from a2z_defense.jobs.record import record
from a2z_defense.jobs.reindex import reindex
from a2z_defense.jobs.show import show
from a2z_defense.jobs.stated import state_fact
from a2z_defense.model.entries import RecordKind
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.scenarios import Scenario, load_scenarios
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.store import index
from a2z_defense.store.readonly import STAMP
from a2z_defense.store.store import open_store

SCENARIOS = load_scenarios()
NOW = max(scenario.now for scenario in SCENARIOS)
PATIENT = Settings(mail=Mail(trusted_receivers=("mx.example.net",)))
SETTINGS = PATIENT.model_copy(
    update={"fetch": Fetch(claim_budget=dt.timedelta(seconds=1), source_budget=dt.timedelta(seconds=2))}
)
"""For faults that never end; whoever needs an answer is PATIENT, since a busy machine may take a second for it."""


def world(root: Path, sandbox: Sandbox | None, *, now: dt.datetime = NOW, settings: Settings = SETTINGS) -> Environment:
    made = environment(root, now=now, settings=settings, **(sandbox.credentials if sandbox else {}))
    # The simulator's buckets run on real time, so waiting for them must.
    return replace(made, monotonic=SystemMonotonic())


def gather(found: Environment, scenarios: tuple[Scenario, ...] = SCENARIOS, *, spapi: bool = True) -> Fetched:
    wanted = FetchWanted(mail=tuple(str(scenario.mail_folder) for scenario in scenarios), spapi=spapi)
    return fetch(found, wanted)


def prepare(found: Environment, scenario: Scenario) -> None:
    for file in scenario.attachments:
        entries.attach(found, scenario.order_id, file.file, file.kind, note=file.note, taken_at=file.taken)
    for said in scenario.statements:
        state_fact(found, scenario.order_id, said.fact, said.value, said.from_file.name)
    for done in scenario.records:
        record(found, scenario.order_id, done.kind, at=done.at, tab=done.tab)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """Every scenario fetched and prepared, once for the module; the tests here only read it."""
    with Sandbox([scenario.folder for scenario in SCENARIOS], scale=50, polls_until_done=1) as sandbox:
        found = world(tmp_path_factory.mktemp("played"), sandbox, settings=PATIENT)
        assert gather(found).exit_code is ExitCode.OK
        for scenario in SCENARIOS:
            if scenario.expected.decision != "quarantined":
                prepare(found, scenario)
        yield found


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.slug)
def test_every_scenario_is_judged_as_its_story_says(played: Environment, scenario: Scenario) -> None:
    expected = scenario.expected
    if expected.decision == "quarantined":
        assert scenario.order_id in {row.order_id for row in quarantined(played)}
        assert scenario.order_id not in {claim.order_id for claim in listed(played, everything=True)[0]}
        return
    answer, _code = check(played, scenario.order_id)
    assert answer.decision.value == expected.decision
    assert (answer.defence.id if answer.defence else None) == expected.defence
    assert set(answer.blockers) == set(expected.blockers)
    assert answer.deadline.kind.value == expected.deadline_kind
    assert answer.marketplace == scenario.marketplace
    assert len(answer.contradictions) == expected.contradictions
    if expected.reason:
        assert answer.reason.key is expected.reason
    if expected.act_by:
        assert answer.deadline.act_by == expected.act_by
    if expected.band:
        assert answer.deadline.band.value == expected.band


def test_fetching_twice_adds_nothing(played: Environment) -> None:
    before = read_journal(played)
    again = gather(played)
    assert again.exit_code is ExitCode.OK
    assert all(not claim.new and claim.evidence_added == 0 for claim in again.answer.claims)
    assert again.answer.requests == ()
    after = read_journal(played)
    assert (after.rows, after.problems) == (before.rows, [])


def test_what_is_shown_rests_on_evidence_that_can_be_opened(played: Environment) -> None:
    for scenario in SCENARIOS:
        if scenario.expected.decision == "quarantined":
            continue
        answer = show(played, scenario.order_id)
        known = {piece.exhibit for piece in answer.evidence}
        cited = {event.exhibit for event in answer.timeline} | {message["exhibit"] for message in answer.messages}
        cited |= {item.exhibit for item in answer.items if item.exhibit}
        cited |= {side for found in answer.contradictions for side in found.between}
        assert cited <= known, scenario.slug


def test_the_index_holds_no_personal_data(played: Environment) -> None:
    names: set[str] = set()
    for scenario in SCENARIOS:
        if scenario.expected.decision == "quarantined":
            continue
        order = judge(played, scenario.order_id).gathered.case.order
        if order is not None:
            address = order.address
            names |= {word for word in (order.buyer_name, order.buyer_email, address.name, *address.lines) if word}
    assert len(names) > 20
    content = b"".join(path.read_bytes() for path in played.home.root.glob("a2z.sqlite3*"))
    for name in names:
        assert name.encode() not in content, name
        assert name.split("@")[0].encode() not in content, name


def test_a_reindex_changes_nothing_that_anybody_sees(played: Environment) -> None:
    before = [claim.model_dump() for claim in listed(played, everything=True)[0]]
    chains = read_journal(played).lengths
    assert reindex(played).claims == len(before)
    assert [claim.model_dump() for claim in listed(played, everything=True)[0]] == before
    assert read_journal(played).lengths == chains


ONE = SCENARIOS[:1]
DEADLINE = "kind at act_by local time_left_seconds band rule source started_at started_by"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.SERVER_ERROR, ExitCode.SOURCE_FAILED),
        (FaultKind.UNAVAILABLE_HTML, ExitCode.SOURCE_FAILED),
        (FaultKind.EMPTY, ExitCode.SOURCE_FAILED),
        (FaultKind.CUT, ExitCode.SOURCE_FAILED),
        (FaultKind.NOT_FOUND, ExitCode.SOURCE_FAILED),
        (FaultKind.FORBIDDEN, ExitCode.AUTHORISATION),
    ],
)
def test_an_order_that_is_not_told_is_unknown_and_never_missing(
    tmp_path: Path, kind: FaultKind, code: ExitCode
) -> None:
    with Sandbox([ONE[0].folder], scale=50, faults=Faults([FaultRule("getOrder", kind)])) as sandbox:
        found = world(tmp_path, sandbox)
        done = gather(found, ONE)
    assert done.exit_code is code
    assert any("getOrder" in warning or "order" in warning for warning in done.answer.warnings)
    answer, _ = check(found, ONE[0].order_id)
    states = {item.id: item.state.value for item in answer.items}
    about_order = {name: state for name, state in states.items() if name in ("ship_by", "order_id", "fulfilled_by")}
    assert about_order
    assert set(about_order.values()) == {"unknown"}
    assert answer.deadline.act_by is not None
    assert show(found, ONE[0].order_id).evidence


def test_the_next_run_asks_only_for_what_is_not_held(tmp_path: Path) -> None:
    with Sandbox([ONE[0].folder], scale=50, faults=Faults([FaultRule("getOrder", FaultKind.NOT_FOUND)])) as sandbox:
        gather(world(tmp_path, sandbox, settings=PATIENT), ONE)
    with Sandbox([ONE[0].folder], scale=50) as sandbox:
        again = gather(world(tmp_path, sandbox, settings=PATIENT), ONE)
    asked = {request.operation for request in again.answer.requests}
    assert "getOrder" in asked
    assert "listFinancialEventsByOrderId" not in asked
    assert again.exit_code is ExitCode.OK


def test_without_credentials_the_mail_alone_protects(tmp_path: Path) -> None:
    found = world(tmp_path, None)
    done = gather(found, ONE)
    assert done.exit_code is ExitCode.OK
    assert any("SP-API is not configured" in warning for warning in done.answer.warnings)
    assert [claim.claim_id for claim in listed(found, everything=False)[0]] == [ONE[0].order_id]


def test_a_mail_that_cannot_be_parsed_is_kept_and_the_others_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "broken.eml").write_bytes(b"\xff\xfe\x00 not a mail \x00" * 50)
    for path in ONE[0].mail_folder.glob("*.eml"):
        (folder / path.name).write_bytes(path.read_bytes())
    found = world(tmp_path, None)
    done = fetch(found, FetchWanted(mail=(str(folder),), spapi=False))
    assert [claim.claim_id for claim in done.answer.claims] == [ONE[0].order_id]
    kept = [row for row in read_journal(found).rows if row["what"] == "mail"]
    assert len(kept) == len(list(folder.iterdir()))


def test_a_released_notice_becomes_a_claim_and_is_on_record(tmp_path: Path) -> None:
    forged = next(scenario for scenario in SCENARIOS if scenario.expected.decision == "quarantined")
    found = world(tmp_path, None)
    gather(found, (forged,))
    waiting = quarantined(found)
    assert [row.order_id for row in waiting] == [forged.order_id]
    assert waiting[0].act_by is not None
    assert by_hand.release(found, waiting[0].evidence).order_id == forged.order_id
    claims, _ = listed(found, everything=False)
    assert [claim.order_id for claim in claims] == [forged.order_id]
    assert claims[0].deadline.act_by == waiting[0].act_by
    assert quarantined(found)[0].released
    assert any(row["what"] == "entry" for row in read_journal(found).rows)


def test_an_answer_recorded_stops_the_clock_and_is_late_after_the_deadline(tmp_path: Path) -> None:
    found = world(tmp_path, None)
    gather(found, ONE)
    deadline = judge(found, ONE[0].order_id).assessment.deadline
    assert deadline.at is not None
    later = world(tmp_path, None, now=deadline.at + dt.timedelta(hours=1))
    assert check(later, ONE[0].order_id)[1] is ExitCode.OVERDUE
    done = record(later, ONE[0].order_id, RecordKind.RESPONDED)
    assert done.late
    answer, code = check(later, ONE[0].order_id)
    assert answer.status.value == "answered"
    assert code is not ExitCode.OVERDUE


def test_the_json_of_a_check_has_the_promised_fields(played: Environment) -> None:
    answer, _ = check(played, ONE[0].order_id)
    said = json.loads(answer.model_dump_json())
    promised = (
        "claim_id order_id marketplace marketplace_id reason amount status decision defence passed_over deadline clocks"
        " items blockers gaps contradictions asks"
    )
    assert set(promised.split()) <= set(said)
    assert set(said["reason"]) == {"key", "source"}
    assert said["amount"] == {"amount": "119.00", "currency": "EUR"}
    assert set(said["deadline"]) == set(DEADLINE.split())
    assert {"id", "level", "state", "why", "exhibit", "how_to_get"} <= set(said["items"][0])


def test_a_queue_made_by_other_readers_is_said_and_made_anew_by_the_next_fetch(tmp_path: Path) -> None:
    found = world(tmp_path, None)
    gather(found, ONE)
    before = [claim.model_dump() for claim in listed(found, everything=True)[0]]
    with open_store(found) as store, store.writing() as connection:
        index.note(connection, STAMP, "made by another version")
        index.forget_mails(connection, index.to_index(connection, again=True))
    rows, words = listed(found, everything=True)
    assert [claim.model_dump() for claim in rows] == before
    assert any("another version" in word for word in words)
    assert fetch(found, FetchWanted(spapi=False)).exit_code is ExitCode.OK
    rows, words = listed(found, everything=True)
    assert [claim.model_dump() for claim in rows] == before
    assert words == []
    assert len(judge(found, ONE[0].order_id).gathered.case.notices) == 2


def test_a_claim_that_mail_brings_is_in_the_queue_even_when_another_was_named(tmp_path: Path) -> None:
    found = world(tmp_path, None)
    gather(found, SCENARIOS[:1])
    mail = str(SCENARIOS[1].mail_folder)
    done = fetch(found, FetchWanted(claim_ids=(SCENARIOS[0].order_id,), mail=(mail,), spapi=False))
    assert {claim.claim_id for claim in done.answer.claims} == {scenario.order_id for scenario in SCENARIOS[:2]}
    assert {claim.claim_id for claim in listed(found, everything=False)[0]} == {
        scenario.order_id for scenario in SCENARIOS[:2]
    }


def test_a_stated_shipment_id_makes_the_next_fetch_ask_for_the_label(tmp_path: Path) -> None:
    scenario = next(found for found in SCENARIOS if found.slug.startswith("10-"))
    shipment_id = next(scenario.folder.glob("spapi/getShipment.*.json")).stem.split(".")[1]
    with Sandbox([scenario.folder], scale=50, polls_until_done=1) as sandbox:
        found = world(tmp_path, sandbox, settings=PATIENT)
        gather(found, (scenario,))
        assert judge(found, scenario.order_id).gathered.case.labels == ()
        prepare(found, scenario)
        state_fact(found, scenario.order_id, "shipment_id", shipment_id, scenario.attachments[0].file.name)
        assert fetch(found, FetchWanted()).exit_code is ExitCode.OK
    labels = judge(found, scenario.order_id).gathered.case.labels
    assert [label.shipment_id for label in labels] == [shipment_id]
    with pytest.raises(UsageError, match="no fact is called"):
        state_fact(found, scenario.order_id, "nonsense", "1", scenario.attachments[0].file.name)
    with pytest.raises(UsageError):
        state_fact(found, scenario.order_id, "delivered_at", "yesterday", scenario.attachments[0].file.name)
