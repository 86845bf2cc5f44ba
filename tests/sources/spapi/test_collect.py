"""Collecting against the simulator: every fault, what is tried again, what is final, what is never guessed."""

from __future__ import annotations

import copy
import datetime as dt
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.clocks import HandClock

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.base.config import Fetch
from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, Trouble, observation_id
from a2z_defense.sandbox.exchange import json_answer, refusal
from a2z_defense.sandbox.faults import FaultKind, FaultRule
from a2z_defense.sandbox.synthetic import synthetic_claim
from a2z_defense.sources.spapi import collect as collecting
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.tasks import WantedClaim

Desk = Any
Start = Callable[..., Desk]
PASSING = [
    FaultKind.THROTTLED,
    FaultKind.SERVER_ERROR,
    FaultKind.SERVER_MESSAGE,
    FaultKind.BAD_GATEWAY_EMPTY,
    FaultKind.UNAVAILABLE_HTML,
    FaultKind.EMPTY,
    FaultKind.HALF,
    FaultKind.CUT,
]


ONE_WORKER = Fetch(workers=1, claim_budget=dt.timedelta(seconds=400), source_budget=dt.timedelta(seconds=800))
SAID = {
    FaultKind.UNAUTHORISED: ("access token was not accepted", "SP_API_REFRESH_TOKEN"),
    FaultKind.FORBIDDEN: ("access denied", "the role is called"),
    FaultKind.NOT_FOUND: ("no such record in this account and region", "an order of another account"),
    FaultKind.BAD_REQUEST: ("did not accept the request", "request id"),
}


def _of(found: list[Observation | SourceFailure], kind: EvidenceKind) -> list[Observation]:
    return [one for one in found if isinstance(one, Observation) and one.kind is kind]


def _failures(found: list[Observation | SourceFailure]) -> list[SourceFailure]:
    return [one for one in found if isinstance(one, SourceFailure)]


def test_a_claim_brings_order_finances_and_the_scans_of_amazons_own_parcel(desk: Start) -> None:
    ours = desk()
    claim = synthetic_claim(0)
    assert claim.amazon_label
    found = ours.collect(ours.wanted(1))
    assert _failures(found) == []
    (order,) = _of(found, EvidenceKind.ORDER)
    assert order.subject == claim.order_id
    assert order.provenance.operation == "getOrder"
    assert order.provenance.status == 200
    assert order.provenance.clock == "set"
    assert order.provenance.account == "default"
    assert order.provenance.request_id in {seen.request_id for seen in ours.box.requests}
    (page,) = _of(found, EvidenceKind.FINANCES)
    assert page.subject == f"{claim.order_id}#1"
    (scans,) = _of(found, EvidenceKind.TRACKING)
    assert scans.subject == f"AMZN_IT:{claim.tracking_number}"
    assert ours.requests == {"token": 1, "getOrder": 1, "listFinancialEventsByOrderId": 1, "getTracking": 1}


def test_another_carriers_parcel_is_not_asked_of_amazon(desk: Start) -> None:
    ours = desk()
    claim = synthetic_claim(1)
    assert not claim.amazon_label
    found = ours.collect([WantedClaim(claim.order_id, claim.marketplace.id)])
    assert _of(found, EvidenceKind.TRACKING) == []
    assert ours.requests["getTracking"] == 0


@pytest.mark.parametrize("kind", PASSING)
def test_a_passing_fault_changes_nothing(desk: Start, kind: FaultKind) -> None:
    calm = desk().collect(desk().wanted(2))
    rules = [FaultRule(name, kind, times=2) for name in ("getOrder", "listFinancialEventsByOrderId", "token")]
    stormy = desk(faults=rules)
    found = stormy.collect(stormy.wanted(2))
    assert _failures(found) == []
    expected = {observation_id(one) for one in calm if isinstance(one, Observation)}
    assert {observation_id(one) for one in found if isinstance(one, Observation)} == expected
    assert stormy.box.count("getOrder") == 4


@pytest.mark.parametrize("kind", PASSING)
def test_a_fault_to_the_end_is_no_answer_and_never_an_empty_order(desk: Start, kind: FaultKind) -> None:
    ours = desk(faults=kind.value)
    found = ours.collect(ours.wanted(1), monotonic=HandClock())
    assert _of(found, EvidenceKind.ORDER) == []
    (failure,) = _failures(found)
    assert (failure.source, failure.trouble, failure.needed) == ("order", Trouble.NO_ANSWER, True)
    assert failure.subject == synthetic_claim(0).order_id
    assert "again" in failure.remedy
    assert len(_of(found, EvidenceKind.FINANCES)) == 1


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        (FaultKind.UNAUTHORISED, Trouble.REFUSED),
        (FaultKind.FORBIDDEN, Trouble.REFUSED),
        (FaultKind.NOT_FOUND, Trouble.NO_RECORD),
        (FaultKind.BAD_REQUEST, Trouble.NO_ANSWER),
    ],
)
def test_a_refusal_of_a_needed_source_is_final_with_its_cause_and_remedy(
    desk: Start, kind: FaultKind, trouble: Trouble
) -> None:
    ours = desk(faults=kind.value)
    found = ours.collect(ours.wanted(1))
    (failure,) = _failures(found)
    assert (failure.trouble, failure.needed) == (trouble, True)
    assert ours.box.count("getOrder") == 1
    cause, remedy = SAID[kind]
    assert f"getOrder answered {kind.value}" in failure.why
    assert cause in failure.why
    assert remedy in failure.remedy


def test_a_refusal_of_an_optional_source_is_kept_and_only_warns(desk: Start) -> None:
    ours = desk(faults=[FaultRule("getTracking", FaultKind.FORBIDDEN)])
    found = ours.collect(ours.wanted(1))
    (failure,) = _failures(found)
    assert (failure.source, failure.trouble, failure.needed) == ("tracking", Trouble.REFUSED, False)
    (refusal,) = _of(found, EvidenceKind.REFUSAL)
    assert refusal.subject.startswith(f"{synthetic_claim(0).order_id}#getTracking")
    assert refusal.provenance.status == 403
    assert b"Access to requested resource is denied" in refusal.body


def test_an_answer_about_another_order_is_no_answer(desk: Start) -> None:
    ours = desk()
    mine, other = synthetic_claim(0).order_id, synthetic_claim(1).order_id
    ours.box.answers.orders[mine] = copy.deepcopy(ours.box.answers.orders[other])
    found = ours.collect(ours.wanted(1), monotonic=HandClock())
    assert _of(found, EvidenceKind.ORDER) == []
    assert [failure.source for failure in _failures(found)] == ["order"]


def test_a_refused_token_is_said_once_and_nothing_is_asked(desk: Start) -> None:
    ours = desk(faults=[FaultRule("token", FaultKind.UNAUTHORISED)])
    found = ours.collect(ours.wanted(2))
    token, *rest = _failures(found)
    assert (token.source, token.trouble, token.needed) == ("token", Trouble.REFUSED, True)
    assert {(failure.source, failure.trouble) for failure in rest} == {
        ("order", Trouble.REFUSED),
        ("finances", Trouble.REFUSED),
    }
    assert ours.box.count() == ours.box.count("token") == 1


def test_a_wrong_secret_says_that_secrets_expire(desk: Start) -> None:
    ours = desk()
    object.__setattr__(ours.access, "client_secret", "amzn1.oa2-cs.v1.rotated")
    (token, *_) = _failures(ours.collect(ours.wanted(1)))
    assert "180 days" in token.remedy
    assert "LWA_CLIENT_SECRET" in token.remedy


def test_login_being_down_is_no_refusal(desk: Start) -> None:
    ours = desk(faults=[FaultRule("token", FaultKind.UNAVAILABLE_HTML)])
    (token, *_) = _failures(ours.collect(ours.wanted(1), monotonic=HandClock()))
    assert token.trouble is Trouble.NO_ANSWER


def _many_events(ours: Desk, order_id: str, count: int) -> None:
    events = ours.box.answers.finances[order_id]["payload"]["FinancialEvents"]
    (one,) = events["ShipmentEventList"]
    events["ShipmentEventList"] = [copy.deepcopy(one) for _ in range(count)]


def test_all_pages_are_fetched_and_the_first_comes_last(desk: Start) -> None:
    ours = desk()
    order_id = synthetic_claim(1).order_id
    _many_events(ours, order_id, 250)
    found = ours.collect([WantedClaim(order_id, synthetic_claim(1).marketplace.id)], sources=["finances"])
    assert _failures(found) == []
    pages = _of(found, EvidenceKind.FINANCES)
    assert [page.subject for page in pages] == [f"{order_id}#3", f"{order_id}#2", f"{order_id}#1"]
    assert all("NextToken=..." in page.provenance.origin for page in pages[:2])


@pytest.mark.parametrize("tokens", [["A"], ["A", "B"]], ids=["the same token", "two in turn"])
@pytest.mark.parametrize("source", ["order by order", "sweep"])
def test_pages_that_go_round_for_ever_are_given_up(desk: Start, tokens: list[str], source: str) -> None:
    count = 1 if source == "order by order" else 6
    ours = desk(count)
    turn = {"listFinancialEventsByOrderId": 0, "listFinancialEvents": 0}
    partner = ours.box._partners[""]
    true_answer = partner.answer

    def endless(operation: Any, request: Any, base_url: str) -> Any:
        query = {name: value for name, value in request.query.items() if name != "NextToken"}
        answer = true_answer(operation, replace(request, query=query), base_url)
        if operation.name not in turn:
            return answer
        page = json.loads(answer.body)
        page["payload"]["NextToken"] = tokens[turn[operation.name] % len(tokens)]
        turn[operation.name] += 1
        return json_answer(page)

    partner.answer = endless
    found = ours.collect(ours.wanted(count), sources=["order", "finances"])
    assert {failure.trouble for failure in _failures(found)} == {Trouble.NO_ANSWER}
    assert len(_failures(found)) == count
    assert ours.requests["listFinancialEventsByOrderId"] <= count * (len(tokens) + 1)
    assert ours.requests["listFinancialEvents"] <= len(tokens) + 1


def test_pages_are_the_same_evidence_when_only_their_token_differs(desk: Start) -> None:
    ours = desk()
    order_id = synthetic_claim(1).order_id
    _many_events(ours, order_id, 150)
    wanted = [WantedClaim(order_id, synthetic_claim(1).marketplace.id)]
    first, second = (ours.collect(wanted, sources=["finances"]) for _ in range(2))
    assert [observation_id(one) for one in _of(first, EvidenceKind.FINANCES)] == [
        observation_id(one) for one in _of(second, EvidenceKind.FINANCES)
    ]


def test_what_is_fresh_is_not_asked_again(desk: Start) -> None:
    ours = desk()
    held = {(one.kind, one.subject) for one in ours.collect(ours.wanted(3)) if isinstance(one, Observation)}
    ours.box.forget_requests()
    assert ours.collect(ours.wanted(3), fresh=lambda kind, subject: (kind, subject) in held) == []
    assert ours.box.count() == 0


def test_what_a_run_left_over_is_asked_by_the_next_though_the_order_is_fresh(desk: Start) -> None:
    ours = desk()
    claim = synthetic_claim(0)
    wanted = WantedClaim(
        claim.order_id,
        claim.marketplace.id,
        tracking=(("Amazon Shipping", claim.tracking_number),),
        items=((claim.thing.sku, claim.thing.asin),),
    )
    fresh = {EvidenceKind.ORDER, EvidenceKind.FINANCES}
    ours.collect([wanted], fresh=lambda kind, _: kind in fresh, sources=["order", "finances", "tracking", "listing"])
    assert ours.requests == {"token": 1, "getTracking": 1, "getCatalogItem": 1}


def test_the_same_parcel_is_asked_once_though_it_is_known_twice(desk: Start) -> None:
    ours = desk()
    claim = synthetic_claim(0)
    wanted = WantedClaim(claim.order_id, claim.marketplace.id, tracking=(("Amazon Shipping", claim.tracking_number),))
    ours.collect([wanted, wanted])
    assert ours.requests["getTracking"] == 1
    assert ours.requests["getOrder"] == 1


def test_a_token_that_amazon_calls_expired_is_renewed_and_the_call_repeated(
    desk: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "_BACKLOG", 4)  # so that most orders are still to be asked for
    ours = desk(40)
    stream = ours.stream(ours.wanted(40), sources=["order"], settings=ONE_WORKER)
    first = next(stream)
    # The machine slept: by Amazon's clock the token is over, by ours it is not.
    ours.box.tokens._given = {token: (account, 0.0) for token, (account, _) in ours.box.tokens._given.items()}
    found = [one for batch in (first, *stream) for one in batch]
    assert _failures(found) == []
    assert len(_of(found, EvidenceKind.ORDER)) == 40
    assert ours.box.count("token") == 2
    assert 403 in {seen.status for seen in ours.box.requests}


def test_an_authorisation_that_is_withdrawn_in_the_middle_says_so(desk: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "_BACKLOG", 4)
    ours = desk(40)
    stream = ours.stream(ours.wanted(40), sources=["order"], settings=ONE_WORKER)
    first = next(stream)
    ours.box.tokens.revoke("")
    found = [one for batch in (first, *stream) for one in batch]
    assert len(_of(found, EvidenceKind.ORDER)) == 40 - len(_failures(found)) < 40
    for failure in _failures(found):
        assert failure.trouble is Trouble.REFUSED
        assert "authorise the application again" in failure.remedy


def test_a_new_token_that_is_called_invalid_is_a_refusal(desk: Start) -> None:
    ours = desk(1)
    ours.box.tokens.account = lambda _request: refusal(
        403, "Unauthorized", "Access to requested resource is denied.", "The access token you provided is malformed."
    )
    (failure,) = _failures(ours.collect(ours.wanted(1), sources=["order"]))
    assert failure.trouble is Trouble.REFUSED
    assert ours.box.count("getOrder") == 1


def test_an_unknown_region_is_not_guessed(desk: Start) -> None:
    ours = desk()
    object.__setattr__(ours.access, "endpoint", None)
    found = ours.collect([WantedClaim("402-1234567-7654321", None)])
    assert {failure.trouble for failure in _failures(found)} == {Trouble.NOT_CONFIGURED}
    assert len(found) == 2


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("a2z-")}


@pytest.mark.parametrize("slow", [False, True], ids=["waiting for quota", "waiting for an answer"])
def test_closing_the_iterator_ends_the_run_and_begins_no_call(
    desk: Start, monkeypatch: pytest.MonkeyPatch, slow: bool
) -> None:
    others = _threads()
    closed: list[int] = []
    close = Areas.close

    def counted(areas: Areas) -> None:
        closed.append(1)
        close(areas)

    monkeypatch.setattr(Areas, "close", counted)
    rules = [FaultRule("getOrder", FaultKind.SLOW, delay=0.4)] if slow else []
    ours = desk(40, scale=1.0, faults=rules)
    stream = ours.stream(ours.wanted(40), sources=["order"], settings=Fetch(), monotonic=SystemMonotonic())
    found = 0
    while found < 5:
        found += len(next(stream))
    mine = _threads() - others
    assert mine
    begun = ours.requests["getOrder"]
    stream.close()
    for thread in mine:
        thread.join(timeout=60)  # against a test that hangs; nothing is measured by it
    assert not any(thread.is_alive() for thread in mine)
    # each worker may have been past its last look at the sign to stop
    assert ours.requests["getOrder"] <= begun + Fetch().workers < 40
    assert closed == [1]


def test_a_wait_that_is_longer_than_a_run_may_take_is_not_waited_and_is_said(desk: Start) -> None:
    ours = desk(1, faults=[FaultRule("getOrder", FaultKind.THROTTLED, retry_after=3600)])
    (failure,) = _failures(ours.collect(ours.wanted(1), sources=["order"], monotonic=HandClock()))
    assert "asks to wait 3600 s" in failure.why
    assert ours.box.count("getOrder") == 1
    # what shares the quota does not even ask
    (failure,) = _failures(ours.collect(ours.wanted(1), sources=["order"], monotonic=HandClock()))
    assert "has no place for another" in failure.why
    assert ours.box.count("getOrder") == 1


def test_a_source_that_is_down_is_given_up_for_all_claims(desk: Start) -> None:
    ours = desk(12, faults="503-html")
    # The longest pause is 15 s: each claim spends five seconds at least, and a worker's third finds the source down.
    impatient = Fetch(claim_budget=dt.timedelta(seconds=20), source_budget=dt.timedelta(seconds=10))
    found = ours.collect(ours.wanted(12), sources=["order"], settings=impatient, monotonic=HandClock())
    whys = [failure.why for failure in _failures(found)]
    assert len(whys) == 12
    assert any("has given no answer for" in why for why in whys)


ODD: list[dict[str, Any]] = [
    {"packages": "none"},
    {"packages": [None, 7, {"carrier": 5, "trackingNumber": ["x"]}]},
    {"packages": [{"carrier": "Amazon Shipping", "trackingNumber": {"a": 1}}]},
    {"salesChannel": "Amazon.it"},
    {"salesChannel": {"marketplaceId": ["APJ6JRA9NG5V4"]}},
    {"orderItems": [{"product": "y"}, {"product": {"sellerSku": 5, "asin": []}}]},
    {"createdTime": 20261112},
    {"createdTime": "2026-11-12"},
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_answers_are_kept_and_lead_nowhere(desk: Start, odd: dict[str, Any]) -> None:
    ours = desk(5)
    order_id = synthetic_claim(0).order_id
    ours.box.answers.orders[order_id]["order"].update(odd)
    found = ours.collect(ours.wanted(5), sources=["order", "finances", "tracking", "listing", "messaging"])
    assert order_id in {one.subject for one in _of(found, EvidenceKind.ORDER)}
    assert {f"{claim.order_id}#1" for claim in map(synthetic_claim, range(5))} == {
        one.subject for one in _of(found, EvidenceKind.FINANCES)
    }
    assert not [failure for failure in _failures(found) if failure.trouble is Trouble.UNREADABLE]


def test_an_error_of_ours_costs_one_answer_and_not_the_run(desk: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from a2z_defense.sources.spapi import followups

    ours = desk(3)
    first = synthetic_claim(0).order_id

    def broken(order: dict[str, Any], place: str | None) -> list[Any]:
        if order["order"]["orderId"] == first:
            raise KeyError("Zoë Àlvares")
        return []

    monkeypatch.setattr(followups, "parcels", broken)
    found = ours.collect(ours.wanted(3), sources=["order", "finances"])
    (failure,) = _failures(found)
    assert (failure.subject, failure.trouble) == (first, Trouble.UNREADABLE)
    assert "KeyError" in failure.why
    assert "Zoë" not in failure.why
    assert len(_of(found, EvidenceKind.ORDER)) == 3
    assert len(_of(found, EvidenceKind.FINANCES)) == 3


def test_no_failure_speaks_of_a_person(desk: Start) -> None:
    ours = desk(faults="403")
    for failure in _failures(ours.collect(ours.wanted(3))):
        assert "Àlvares" not in failure.why + failure.remedy


def test_an_order_is_complete_once_all_about_it_was_handed_over(desk: Start) -> None:
    ours = desk(12)
    ours.box.answers.returns[:] = ours.box.answers.returns[:1]
    wanted = ours.wanted(12)
    given: list[Observation | SourceFailure] = []
    complete: dict[str, int] = {}
    batches = ours.stream(
        wanted,
        sources=["order", "finances", "tracking", "returns"],
        complete=lambda order_id: complete.update({order_id: len(given)}),
    )
    for batch in batches:
        given += batch
    assert set(complete) == {claim.order_id for claim in wanted}
    numbers = {claim.tracking_number: claim.order_id for claim in map(synthetic_claim, range(12))}
    for place, one in enumerate(given):
        if isinstance(one, Observation) and one.kind is not EvidenceKind.WHOLE:
            order_id = numbers.get(one.subject.rpartition(":")[2]) or one.subject.partition("#")[0]
            assert place < complete[order_id]


def test_an_order_that_shares_a_listing_is_not_called_complete_before_it(desk: Start) -> None:
    ours = desk(2)
    first, second = map(synthetic_claim, range(2))
    for order in ours.box.answers.orders.values():
        order["order"]["orderItems"][0]["product"]["asin"] = "B0SAME0001"
        order["order"]["salesChannel"]["marketplaceId"] = first.marketplace.id
    complete: list[str] = []
    found = ours.collect(ours.wanted(2), sources=["order", "listing"], complete=complete.append)
    assert ours.requests["getCatalogItem"] == 1
    assert len(complete) == 1
    assert {first.order_id, second.order_id} == {one.subject for one in _of(found, EvidenceKind.ORDER)}


def test_whole_reports_and_sweeps_of_a_run_that_was_cut_short_are_used_again(desk: Start) -> None:
    ours = desk(6)
    found = ours.collect(ours.wanted(6), sources=["order", "finances", "returns"])
    wholes = {one.subject: one for one in _of(found, EvidenceKind.WHOLE)}
    assert len(wholes) == 2
    before = dict(ours.requests)
    # The slices were lost: now the orders' dates are known, the sweep of the first run still serves.
    known = [
        WantedClaim(claim.order_id, claim.marketplace.id, ordered_at=claim.ordered_at)
        for claim in map(synthetic_claim, range(6))
    ]
    again = ours.collect(known, sources=["finances", "returns"], held=lambda _kind, subject: wholes.get(subject))
    assert ours.requests["listFinancialEvents"] == before["listFinancialEvents"]
    assert ours.requests["createReport"] == before["createReport"]
    for kind in (EvidenceKind.FINANCES, EvidenceKind.RETURNS):
        assert {observation_id(one) for one in _of(again, kind)} == {observation_id(one) for one in _of(found, kind)}
    assert _of(again, EvidenceKind.WHOLE) == []
