"""Answers made from Amazon's own models, through the whole collection: nothing breaks, money keeps its digits."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.from_model import Strategy, from_model
from support.spapi_models import FILES, MODELS, check_request, model

from a2z_defense.sandbox.synthetic import synthetic_claim
from a2z_defense.sources.spapi import followups, operations, pictures
from a2z_defense.sources.spapi.answers import Answer, TryAgain, judge
from a2z_defense.sources.spapi.discover import participating
from a2z_defense.sources.spapi.slices import events, page_of
from a2z_defense.sources.spapi.sweep import posted_at

Desk = Any
if not MODELS.is_dir():
    # The cases are made from the models when the file is read: a mark would come too late.
    pytest.skip("Amazon's models are not beside the checkout", allow_module_level=True)
generated = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
ORDER_ID = "402-1234567-7654321"
BY_NAME = {operation.name: operation for operation in operations.OPERATIONS}


@cache
def answers(name: str) -> Strategy:
    """Answers of that operation, closed lists of words open."""
    file, definition = FILES[name]
    definitions = copy.deepcopy(model(file)["definitions"])
    top = definitions[definition]
    top["properties"].pop("errors", None)
    top["required"] = sorted(top["properties"])
    return from_model(top, definitions, open_words=True)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_answer_of_every_operation_is_good_or_tried_again_and_leads_on(name: str) -> None:
    good: list[Any] = []

    @generated
    @given(answers(name))
    def check(content: Any) -> None:
        if name == "getOrder":
            content["order"]["orderId"] = ORDER_ID
        try:
            found = judge(BY_NAME[name], Answer(200, {}, json.dumps(content).encode()), ORDER_ID)
        except TryAgain:
            return
        good.append(found)
        follow(name, found)

    check()
    assert good


def follow(name: str, found: Any) -> None:
    """What the collection looks at in a good answer."""
    match name:
        case "getOrder":
            for carrier, number in followups.packages(found):
                followups.nameless(carrier, number, followups.marketplace_of(found))
            followups.parcels(found, None)
            assert all(item.sku or item.asin for item in followups.items(found))
            at = followups.created_at(found)
            assert at is None or at.tzinfo is not None
        case "getListingsItem" | "getCatalogItem":
            links = pictures.picture_links(found, "APJ6JRA9NG5V4")
            assert all(isinstance(pictures.is_amazons(link, "https://x.example"), bool) for link in links.values())
        case "getMarketplaceParticipations":
            assert all(isinstance(place, str) for place in participating(found["payload"]))


@generated
@given(answers("listFinancialEvents"), st.sampled_from([ORDER_ID, "", "x"]))
def test_a_slice_of_a_sweep_holds_the_orders_events_with_every_digit(content: Any, order_id: str) -> None:
    lists = content.get("payload", {}).get("FinancialEvents")
    if not isinstance(lists, dict):
        return
    for members in lists.values():
        for event in members if isinstance(members, list) else []:
            if isinstance(event, dict) and "AmazonOrderId" in event:
                event["AmazonOrderId"] = order_id
    body = json.dumps(content).encode()
    mine: dict[str, list[Any]] = {}
    for name, event in events([body]):
        at = posted_at(event)
        assert at is None or at.tzinfo is not None
        if event.get("AmazonOrderId") == order_id:
            mine.setdefault(name, []).append(event)

    def digits(text: bytes) -> Any:
        return json.loads(text, parse_float=lambda word: ("#", word), parse_int=lambda word: ("#", word))

    whole = digits(body)["payload"]["FinancialEvents"]
    kept = {
        name: [one for one in members if isinstance(one, dict) and one.get("AmazonOrderId") == order_id]
        for name, members in whole.items()
        if isinstance(members, list)
    }
    cut = digits(page_of(mine))["payload"]["FinancialEvents"]
    assert cut == {name: members for name, members in kept.items() if members}


def test_the_body_of_every_createreport_follows_the_model(desk: Callable[..., Desk]) -> None:
    ours = desk(2)
    partner = ours.box._partners[""]
    true_answer = partner.answer
    sent: list[Any] = []

    def noted(operation: Any, request: Any, base_url: str) -> Any:
        if operation.name == "createReport":
            sent.append(json.loads(request.body))
        return true_answer(operation, request, base_url)

    partner.answer = noted
    ours.collect(ours.wanted(2), sources=["returns", "account_health"])
    assert {one["reportType"] for one in sent} == {
        "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
        "GET_V2_SELLER_PERFORMANCE_REPORT",
    }
    schema = {**model("reports_2021-06-30"), "$ref": "#/definitions/CreateReportSpecification"}
    for body in sent:
        jsonschema.Draft4Validator(schema).validate(body)
        assert set(body["marketplaceIds"]) == {synthetic_claim(number).marketplace.id for number in range(2)}


def test_every_request_of_a_discovery_follows_the_model(desk: Callable[..., Desk], discovering: Any) -> None:
    ours = desk(6)
    discovering(ours, synthetic_claim(0).ordered_at)
    seen = [one for one in ours.box.requests if one.operation not in ("token", "document")]
    assert {one.operation for one in seen} >= {"getMarketplaceParticipations", "createReport", "listFinancialEvents"}
    for one in seen:
        check_request(one.operation, one.method, one.path, one.query, one.headers)
