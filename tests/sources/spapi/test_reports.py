"""Returns and account health: ordered once, waited for, unpacked, cut; the header's names decide, not positions."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from support.clocks import HandClock

from a2z_defense.base.clock import SetClock, SystemMonotonic
from a2z_defense.base.config import Fetch
from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, Trouble, as_piece, observation_id
from a2z_defense.readers.account_health import read_account_health
from a2z_defense.readers.returns import read_returns
from a2z_defense.sandbox import reports as simulated
from a2z_defense.sandbox.exchange import json_answer
from a2z_defense.sandbox.faults import FaultKind, FaultRule
from a2z_defense.sandbox.synthetic import synthetic_claim
from a2z_defense.sources.spapi.answers import Answer, Final, TryAgain
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.reports import LONGEST_RANGE, asked_end, ranges, unpacked
from a2z_defense.sources.spapi.slices import events, flat_file, page_of

Desk = Any
Start = Callable[..., Desk]
NOW = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)
ONE, TWO = synthetic_claim(0), synthetic_claim(1)


def _row(order_id: str, **more: str) -> dict[str, str]:
    return {
        "Order ID": order_id,
        "Order date": "20-Oct-2026",
        "Return request date": "05-Nov-2026",
        "Return request status": "Approved",
        "Amazon RMA ID": "DInventedRRMA",
        "A-to-Z Claim": "N",
        "ASIN": "B000000000",
        "Merchant SKU": "SYN-000000",
        "Item Name": "Kaffeemühle",
        "Return quantity": "1",
        "Return Reason": "AMZ-PG-BAD-DESC",
        "In policy": "Y",
        "Currency code": "EUR",
        "Refunded Amount": "10.50",
        **more,
    }


def _of(found: list[Observation | SourceFailure], kind: EvidenceKind) -> list[Observation]:
    return [one for one in found if isinstance(one, Observation) and one.kind is kind]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_one_report_serves_all_claims_and_each_keeps_its_own_rows(desk: Start, encoding: str) -> None:
    ours = desk(2, report_encoding=encoding)
    ours.box.answers.returns[:] = [_row(ONE.order_id), _row(TWO.order_id, **{"Item Name": "Théière"})]
    found = ours.collect(ours.wanted(2), sources=["returns"])
    (whole,) = _of(found, EvidenceKind.WHOLE)
    first, second = sorted(_of(found, EvidenceKind.RETURNS), key=lambda one: one.subject)
    assert (first.subject, second.subject) == (ONE.order_id, TWO.order_id)
    assert TWO.order_id.encode() not in first.body
    assert first.provenance.whole_sha256 == hashlib.sha256(whole.body).hexdigest()
    assert "Order ID" in (first.provenance.slicing or "")
    (row,) = read_returns(as_piece(second), TWO.order_id)
    assert row.status == "Approved"
    assert "Théière" in as_piece(second).body.decode(encoding)
    assert (str(row.refunded), row.a_to_z, row.in_policy) == ("10.50 EUR", False, True)
    assert row.requested_at is None
    assert str(row.requested_on) == "2026-11-05"
    assert ours.requests["createReport"] == ours.requests["getReportDocument"] == 1


def test_a_report_in_shift_jis_with_a_header_of_other_spelling_is_read(
    desk: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = desk(1, report_encoding="shift_jis")
    ours.box.answers.returns[:] = [_row(ONE.order_id, **{"Item Name": "湯のみ（ソ能）"})]
    renamed = tuple(column.lower().replace(" ", "-") for column in reversed(simulated.COLUMNS))
    monkeypatch.setattr(simulated, "COLUMNS", renamed)
    monkeypatch.setattr(
        ours.box.answers, "returns", [{k.lower().replace(" ", "-"): v for k, v in _row(ONE.order_id).items()}]
    )
    ours.box.answers.returns[0]["item-name"] = "湯のみ（ソ能）"
    monkeypatch.setattr(simulated.Reports, "_rows", lambda self, _specification: self._answers.returns)
    (mine,) = _of(ours.collect(ours.wanted(1), sources=["returns"]), EvidenceKind.RETURNS)
    assert "湯のみ（ソ能）" in mine.body.decode("shift_jis")
    (row,) = read_returns(as_piece(mine), ONE.order_id)
    assert (row.status, str(row.refunded)) == ("Approved", "10.50 EUR")


def _report_of(ours: Desk, **told: str) -> None:
    """Every report ends as `told`."""
    reports = ours.box._partners[""].reports
    get = reports.get

    def ended(request: Any) -> Any:
        answer = json.loads(get(request).body)
        answer.pop("reportDocumentId", None)
        return json_answer({**answer, **told})

    reports.get = ended


def test_a_report_that_fails_at_amazon_is_ordered_anew_by_the_next_run(desk: Start) -> None:
    ours = desk(1)
    ours.box.answers.returns[:] = [_row(ONE.order_id)]
    _report_of(ours, processingStatus="FATAL", reportDocumentId="amzn1.spdoc.1.4.error")
    (failure,) = ours.collect(ours.wanted(1), sources=["returns"])
    assert (failure.trouble, failure.needed) == (Trouble.NO_ANSWER, False)
    assert "FATAL" in failure.why
    assert ours.requests["getReportDocument"] == 0
    ours.collect(ours.wanted(1), sources=["returns"])
    assert ours.requests["createReport"] == 2


def test_a_report_that_is_done_without_a_document_or_of_an_unknown_state_is_waited_for_and_not_read_as_empty(
    desk: Start,
) -> None:
    for state in ("DONE", "PAUSED_BY_SOMETHING_NEW"):
        ours = desk(1)
        ours.box.answers.returns[:] = [_row(ONE.order_id)]
        _report_of(ours, processingStatus=state)
        (failure,) = ours.collect(ours.wanted(1), sources=["returns"], monotonic=HandClock())
        assert (failure.trouble, failure.needed) == (Trouble.NO_ANSWER, False)


def test_a_report_without_columns_is_no_answer(desk: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = desk(1)
    ours.box.answers.returns[:] = [_row(ONE.order_id)]
    monkeypatch.setattr(simulated.Reports, "_returns", lambda _self, _specification: "")
    (failure,) = ours.collect(ours.wanted(1), sources=["returns"])
    assert failure.trouble is Trouble.NO_ANSWER


def test_until_now_is_left_to_amazons_clock() -> None:
    from a2z_defense.base.clock import SystemClock

    assert asked_end(1, NOW, SystemClock()) is None
    assert asked_end(2, NOW, SystemClock()) == NOW
    assert asked_end(1, NOW, SetClock(NOW)) == NOW


def test_no_row_of_mine_is_an_answer_too(desk: Start) -> None:
    ours = desk(2)
    ours.box.answers.returns[:] = [_row(TWO.order_id)]
    found = _of(ours.collect(ours.wanted(2), sources=["returns"]), EvidenceKind.RETURNS)
    (slice_,) = [one for one in found if one.subject == ONE.order_id]
    assert read_returns(as_piece(slice_), ONE.order_id) == ()
    assert slice_.body.startswith(b"Order ID\t")


def test_nothing_to_report_is_amazons_own_word(desk: Start) -> None:
    ours = desk(1)
    first = ours.collect(ours.wanted(1), sources=["returns"])
    (one,) = _of(first, EvidenceKind.RETURNS)
    assert [found for found in first if isinstance(found, SourceFailure)] == []
    assert (one.subject, one.provenance.operation) == (ONE.order_id, "getReport")
    assert read_returns(as_piece(one), ONE.order_id) == ()
    (again,) = _of(ours.collect(ours.wanted(1), sources=["returns"]), EvidenceKind.RETURNS)
    assert observation_id(again) == observation_id(one)


def test_a_report_that_is_not_ready_is_taken_up_by_the_next_run(desk: Start) -> None:
    ours = desk(1, polls_until_done=8)
    ours.box.answers.returns[:] = [_row(ONE.order_id)]
    impatient = Fetch(claim_budget=dt.timedelta(seconds=20))
    first = ours.collect(ours.wanted(1), sources=["returns"], settings=impatient, monotonic=HandClock())
    (failure,) = [one for one in first if isinstance(one, SourceFailure)]
    assert (failure.source, failure.trouble, failure.needed) == ("returns", Trouble.NO_ANSWER, False)
    assert len(_of(ours.collect(ours.wanted(1), sources=["returns"]), EvidenceKind.RETURNS)) == 1
    assert ours.requests["createReport"] == 1
    ours.collect(ours.wanted(1), sources=["returns"])
    assert ours.requests["createReport"] == 2


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.HALF, FaultKind.EMPTY, FaultKind.UNAVAILABLE_HTML])
def test_a_download_that_is_not_whole_is_tried_again(desk: Start, kind: FaultKind) -> None:
    ours = desk(1, faults=[FaultRule("document", kind, times=1)])
    ours.box.answers.returns[:] = [_row(ONE.order_id)]
    found = ours.collect(ours.wanted(1), sources=["returns"])
    assert len(_of(found, EvidenceKind.RETURNS)) == 1
    assert ours.requests["document"] == 2


def test_a_missing_role_is_kept_and_warns(desk: Start) -> None:
    ours = desk(1, faults=[FaultRule("createReport", FaultKind.FORBIDDEN)])
    found = ours.collect(ours.wanted(1), sources=["returns"])
    (failure,) = [one for one in found if isinstance(one, SourceFailure)]
    assert (failure.trouble, failure.needed) == (Trouble.REFUSED, False)
    assert _of(found, EvidenceKind.REFUSAL)[0].subject == f"{ONE.order_id}#createReport"


def test_account_health_is_one_report_and_an_answer_per_marketplace(desk: Start) -> None:
    ours = desk(2)
    rate = {
        "reportingDateRange": {"reportingDateFrom": "2026-09-01", "reportingDateTo": "2026-10-31"},
        "orderCount": 812,
        "orderWithDefects": {"count": 3, "status": "GOOD"},
        "claims": {"count": 2, "status": "GOOD"},
        "targetValue": 0.01,
    }
    places = [ONE.marketplace.id, TWO.marketplace.id]
    ours.box.answers.account_health = {
        "accountStatuses": [],
        "performanceMetrics": [{"marketplaceId": place, "orderDefectRate": {"mfn": rate}} for place in places],
    }
    found = _of(ours.collect(ours.wanted(2), sources=["account_health"]), EvidenceKind.ACCOUNT_HEALTH)
    assert sorted(one.subject for one in found) == sorted(places)
    health = read_account_health(as_piece(found[0]))
    assert (health.claim_count, health.order_count, health.defect_count, health.target) == (2, 812, 3, "0.01")
    assert ours.requests["createReport"] == 1


def test_ranges_are_at_most_sixty_days_and_leave_nothing_out() -> None:
    found = ranges(NOW - 3 * LONGEST_RANGE, NOW)
    assert [end - start for start, end in found] == [LONGEST_RANGE] * 3
    assert found[0][1] == NOW
    assert found[-1][0] == NOW - 3 * LONGEST_RANGE


def test_an_unknown_packing_is_not_guessed() -> None:
    with pytest.raises(Final):
        unpacked(Answer(200, {}, b"x"), "ZSTD")
    with pytest.raises(TryAgain):
        unpacked(Answer(200, {}, gzip.compress(b"abc")[:-4]), "GZIP")
    assert unpacked(Answer(200, {}, b"abc"), None) == b"abc"


def test_columns_are_found_by_name_in_either_spelling() -> None:
    swapped = flat_file(b"a-to-z-claim\torder-id\nY\t402-1234567-7654321\nN\t402-1234567-7654322\n", None)
    assert swapped is not None
    assert list(swapped.claimed()) == ["402-1234567-7654321"]
    assert swapped.rows_of("402-1234567-7654322").endswith(b"N\t402-1234567-7654322\n")
    assert flat_file(b"<html>", None) is None
    assert flat_file(b"", None) is None


def test_a_slice_of_events_keeps_the_digits_of_the_money() -> None:
    page = (
        b'{"payload":{"FinancialEvents":{"RefundEventList":[{"AmazonOrderId":"A","x":[12.30,-1e3,7]},'
        b'{"AmazonOrderId":"B","x":0.1}]}}}'
    )
    mine = [event for _, event in events([page]) if event["AmazonOrderId"] == "A"]
    kept = page_of({"RefundEventList": mine})
    assert kept == b'{"payload":{"FinancialEvents":{"RefundEventList":[{"AmazonOrderId":"A","x":[12.30,-1e3,7]}]}}}'
    assert page_of({}) == b'{"payload":{"FinancialEvents":{}}}'


@pytest.mark.parametrize("address", ["http://example.org/x", "file:///etc/passwd", "//x", "https://[", ""])
def test_only_an_https_address_is_downloaded(desk: Start, address: str) -> None:
    ours = desk(1)
    areas = Areas(ours.access, SystemMonotonic())
    with pytest.raises((Final, TryAgain, ValueError)):
        areas.download(address)
    areas.close()
