"""From the queue to alerts: every kind, every band, and the exit code that only unanswered deadlines decide."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.queues import NOW, due_row, due_state, hours

from a2z_defense.alerts.evaluate import evaluate, exit_code
from a2z_defense.alerts.kinds import URGENCY, Alert, AlertKind
from a2z_defense.base.errors import ExitCode
from a2z_defense.base.instants import utc_text
from a2z_defense.model.due import DueNotice, DueRow
from a2z_defense.policy.bands import band_of


def alerts(*rows: DueRow, **changes: Any) -> list[Alert]:
    return list(evaluate(due_state(*rows, **changes), NOW))


def only(*rows: DueRow, **changes: Any) -> Alert:
    (found,) = alerts(*rows, **changes)
    return found


@pytest.mark.parametrize(
    ("act_in", "band"),
    [(-1, "overdue"), (0, "overdue"), (0.1, "6h"), (6, "6h"), (6.1, "24h"), (24, "24h"), (25, "48h"), (49, "later")],
)
def test_the_band_of_an_unanswered_request(act_in: float, band: str) -> None:
    found = only(due_row(act_in))
    assert (found.kind, found.band, found.deadline) == (AlertKind.RESPONSE_DUE, band, NOW + hours(act_in))
    assert found.next == "a2z build 402-0000001-7654321"


@pytest.mark.parametrize(
    ("changes", "kind", "command"),
    [
        ({"deadline_kind": "appeal"}, AlertKind.APPEAL_CLOSING, "a2z build 402-0000001-7654321 --appeal"),
        ({"deadline_kind": "check"}, AlertKind.CHECK_SELLER_CENTRAL, "a2z record 402-0000001-7654321 seen"),
        ({"blockers": 2}, AlertKind.RESPONSE_DUE, "a2z check 402-0000001-7654321"),
        ({"built_not_sent": 3}, AlertKind.RESPONSE_DUE, "a2z show 402-0000001-7654321 --answer"),
        (
            {"built_not_sent": 3, "deadline_kind": "appeal"},
            AlertKind.APPEAL_CLOSING,
            "a2z show 402-0000001-7654321 --answer",
        ),
        ({"blockers": 2, "built_not_sent": 3}, AlertKind.BUILT_NOT_SENT, "a2z show 402-0000001-7654321 --answer"),
    ],
)
def test_the_one_command_to_run_next(changes: dict[str, Any], kind: AlertKind, command: str) -> None:
    found = next(alert for alert in alerts(due_row(60, **changes)) if alert.kind is kind)
    assert found.next.startswith(command)


def test_a_check_never_bands_above_due_soon() -> None:
    row = due_row(-200, deadline_kind="check")
    assert only(row).band == "24h"
    assert exit_code(due_state(row), NOW) is ExitCode.DUE_SOON


def test_what_was_built_and_not_recorded_as_sent_is_said_beside_the_deadline() -> None:
    found = alerts(due_row(5, built_not_sent=2))
    assert [(alert.kind, alert.band) for alert in found] == [
        (AlertKind.RESPONSE_DUE, "6h"),
        (AlertKind.BUILT_NOT_SENT, "6h"),
    ]


def test_a_claim_under_review_whose_answer_is_built_asks_to_look_and_to_record() -> None:
    found = alerts(due_row(5, built_not_sent=2, deadline_kind="check"))
    assert [alert.next.split()[3] for alert in found] == ["seen", "--answer"]


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, "a2z build 402-0000001-7654321"),
        ({"deadline_kind": "appeal"}, "a2z build 402-0000001-7654321 --appeal"),
        ({"deadline_kind": "check"}, "a2z record 402-0000001-7654321 seen --tab under-review"),
        ({"built_not_sent": 1}, "a2z show 402-0000001-7654321 --answer"),
    ],
)
def test_the_own_target_leads_where_the_deadline_leads(changes: dict[str, Any], command: str) -> None:
    row = due_row(60, clocks=(("internal_target", NOW + hours(3)),), **changes)
    assert {alert.next for alert in alerts(row) if alert.kind is AlertKind.INTERNAL_TARGET} == {command}


@pytest.mark.parametrize(("act_in", "said"), [(47, True), (49, False)])
def test_missing_evidence_is_said_within_two_days(act_in: float, said: bool) -> None:
    kinds = [alert.kind for alert in alerts(due_row(act_in, blockers=1))]
    assert (AlertKind.EVIDENCE_MISSING in kinds) is said


@pytest.mark.parametrize(("age", "said"), [(23, True), (25, False)])
def test_a_claim_is_new_for_a_day(age: float, said: bool) -> None:
    kinds = [alert.kind for alert in alerts(due_row(60, first_seen=NOW - hours(age)))]
    assert (AlertKind.NEW_CLAIM in kinds) is said


@pytest.mark.parametrize(
    ("clock", "kind"),
    [
        ("message_reply", AlertKind.MESSAGE_UNANSWERED),
        ("requested_evidence", AlertKind.EVIDENCE_REQUESTED),
        ("chargeback", AlertKind.CHARGEBACK_DUE),
        ("internal_target", AlertKind.INTERNAL_TARGET),
        ("appeal_result", AlertKind.APPEAL_RESULT),
    ],
)
def test_other_clocks_alert_and_never_change_the_exit_code(clock: str, kind: AlertKind) -> None:
    row = due_row(None, unanswered=False, status="answered", deadline_kind="none", clocks=((clock, NOW - hours(3)),))
    assert (only(row).kind, only(row).band) == (kind, "overdue")
    assert exit_code(due_state(row), NOW) is ExitCode.OK


EVERY_BAND = [(-3.0, "overdue"), (3.0, "6h"), (20.0, "24h"), (40.0, "48h"), (100.0, "later")]


@pytest.mark.parametrize(("left", "band"), EVERY_BAND)
def test_every_kind_of_a_claim_in_every_band(left: float, band: str) -> None:
    """What a claim can be told of, each in the band of its own moment; a look never above due soon."""
    due = NOW + hours(left)
    clocks = tuple((name, due) for name in ("message_reply", "requested_evidence", "chargeback", "appeal_result"))
    rows = [
        due_row(left, 1, blockers=1, first_seen=NOW, clocks=(*clocks, ("internal_target", due))),
        due_row(left, 2, deadline_kind="appeal", built_not_sent=1),
        due_row(left, 3, deadline_kind="check"),
    ]
    gap = (due - hours(1), due + hours(1)) if left > 1 else None
    held = DueNotice("ev-1", None, utc_text(due))
    found = evaluate(due_state(*rows, quarantine=[held]), NOW, gap=gap)
    kinds = {alert.kind for alert in found}
    ours = set(AlertKind) - {alert.kind for alert in found if alert.claim_id is None and not alert.subject}
    ours -= {AlertKind.SECRET_EXPIRING, AlertKind.NOTHING_FETCHED, AlertKind.QUEUE_STALE, AlertKind.QUEUE_UNREADABLE}
    ours -= {AlertKind.CLOCK_WRONG} | (set() if gap else {AlertKind.BEFORE_NEXT_STAFFED})
    ours -= {AlertKind.EVIDENCE_MISSING} if band == "later" else set()
    assert kinds == ours
    for alert in found:
        look = alert.claim_id is not None and "0000003" in alert.claim_id and URGENCY[band] < URGENCY["24h"]
        assert alert.band == ("24h" if look else band), alert
        assert alert.next.startswith("a2z ")


def test_a_quarantined_notice_alerts_at_its_band_and_never_changes_the_exit_code() -> None:
    held = DueNotice("ev-1", "402-0000009-7654321", utc_text(NOW + hours(2)))
    state = due_state(quarantine=[held])
    (found,) = evaluate(state, NOW)
    assert (found.kind, found.band, found.next) == (AlertKind.QUARANTINED_NOTICE, "6h", "a2z list --quarantine")
    assert exit_code(state, NOW) is ExitCode.OK


def test_a_clock_that_was_set_back_is_said_for_every_time_left_is_wrong() -> None:
    found = only(last_fetch=NOW + hours(365 * 24))
    assert (found.claim_id, found.kind, found.next) == (None, AlertKind.CLOCK_WRONG, "a2z doctor")


@pytest.mark.parametrize("last_fetch", [None, NOW - hours(24.1)], ids=["never", "too long ago"])
def test_nothing_fetched(last_fetch: dt.datetime | None) -> None:
    found = only(last_fetch=last_fetch)
    assert (found.claim_id, found.kind, found.next) == (None, AlertKind.NOTHING_FETCHED, "a2z fetch")


def test_a_queue_of_another_version_is_said_and_its_old_rows_still_alert() -> None:
    found = alerts(due_row(1), stale="another version")
    assert [alert.kind for alert in found] == [AlertKind.RESPONSE_DUE, AlertKind.QUEUE_STALE]


@pytest.mark.parametrize(("age", "band"), [(165, None), (170, "later"), (178, "48h"), (179, "6h"), (181, "overdue")])
def test_a_secret_about_to_expire(age: int, band: str | None) -> None:
    rotated = {"main": NOW.date() - dt.timedelta(days=age)}
    found = evaluate(due_state(), NOW, secrets=rotated)
    assert [(alert.kind, alert.band) for alert in found] == ([(AlertKind.SECRET_EXPIRING, band)] if band else [])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], ExitCode.OK),
        ([due_row(25)], ExitCode.OK),
        ([due_row(24)], ExitCode.DUE_SOON),
        ([due_row(0.5), due_row(100)], ExitCode.DUE_SOON),
        ([due_row(0.5), due_row(0)], ExitCode.OVERDUE),
        ([due_row(-9, unanswered=False, status="answered")], ExitCode.OK),
        ([due_row(-9, deadline_kind="appeal")], ExitCode.OVERDUE),
    ],
)
def test_the_exit_code_is_that_of_the_worst_unanswered_deadline(rows: list[DueRow], code: ExitCode) -> None:
    assert exit_code(due_state(*rows), NOW) is code


def test_due_soon_is_a_setting() -> None:
    assert exit_code(due_state(due_row(30)), NOW, due_soon=hours(36)) is ExitCode.DUE_SOON


@given(st.floats(-100, 100), st.sampled_from(["response", "appeal", "check"]), st.sampled_from([0, 1, 500_000]))
def test_the_band_is_the_policys(act_in: float, kind: str, microsecond: int) -> None:
    act_by = (NOW + hours(act_in)).replace(microsecond=microsecond)
    row = due_row(0, deadline_kind=kind, act_by=act_by)
    assert only(row).band == band_of(act_by, NOW, kind=kind)


@given(st.lists(st.floats(-100, 100), max_size=12))
def test_the_most_urgent_comes_first(act_in: list[float]) -> None:
    found = alerts(*(due_row(hours_left, number) for number, hours_left in enumerate(act_in)))
    order = [(URGENCY[alert.band], alert.deadline) for alert in found]
    assert order == sorted(order)
    assert len(found) == len(act_in)
