"""Every answer of the simulator follows Amazon's models; its table of operations is Amazon's."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import httpx
import jsonschema
import pytest
from support.sandboxes import sign_in
from support.spapi_models import (
    FILES,
    MODELS,
    check_account_health,
    check_answer,
    check_request,
    model,
    needs_models,
)

from a2z_defense.base.data import data_folder
from a2z_defense.sandbox.answers import read_answers
from a2z_defense.sandbox.faults import throttled
from a2z_defense.sandbox.operations import BUSINESS_IDS, OPERATIONS, ORDER_DATA, Operation, Type
from a2z_defense.sandbox.reports import ACCOUNT_HEALTH, RETURNS
from a2z_defense.sandbox.server import Sandbox

pytestmark = needs_models


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([data_folder("examples")], scale=1000) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with sign_in(sandbox) as signed_in:
        yield signed_in


def test_rates_and_paths_are_the_published_ones() -> None:
    published = json.loads((MODELS / "rates.json").read_text())
    by_name = {key.partition(":")[2]: value for key, value in published.items() if key.partition(":")[0] in _versions()}
    for operation in OPERATIONS:
        told = by_name[operation.name]
        assert (operation.method, operation.path) == (told["method"], told["path"])
        assert (operation.rate, operation.burst) == (told["rate_per_second"], told["burst"])


def _versions() -> set[str]:
    return {name for name, _ in FILES.values()}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_parameters_are_those_of_the_model(operation: Operation) -> None:
    verb = model(FILES[operation.name][0])["paths"][operation.path][operation.method.lower()]
    known = {one["name"]: one for one in verb.get("parameters", ()) if one["in"] == "query"}
    assert {parameter.name for parameter in operation.parameters} == set(known)
    for parameter in operation.parameters:
        told = known[parameter.name]
        assert parameter.required == bool(told.get("required"))
        assert (parameter.type is Type.LIST) == (told["type"] == "array")
        assert list(parameter.choices) == told.get("items", {}).get("enum", [])
    body = [one for one in verb.get("parameters", ()) if one["in"] == "body"]
    assert (operation.body is not None) == bool(body)


def test_business_ids_are_those_of_the_model() -> None:
    verb = model("shipping_v2")["paths"]["/shipping/v2/tracking"]["get"]
    header = next(one for one in verb["parameters"] if one["name"] == "x-amzn-shipping-business-id")
    assert list(BUSINESS_IDS) == header["enum"]


def test_every_order_answer_follows_the_model(sandbox: Sandbox, client: httpx.Client) -> None:
    assert len(sandbox.answers.orders) >= 9
    for order_id, whole in sandbox.answers.orders.items():
        for path, operation in (
            (f"/orders/2026-01-01/orders/{order_id}", "getOrder"),
            (f"/orders/2026-01-01/orders/{order_id}?includedData={','.join(ORDER_DATA)}", "getOrder"),
            (f"/finances/v0/orders/{order_id}/financialEvents", "listFinancialEventsByOrderId"),
            (
                f"/messaging/v1/orders/{order_id}?marketplaceIds={whole['order']['salesChannel']['marketplaceId']}",
                "getMessagingActionsForOrder",
            ),
        ):
            answer = client.get(path)
            assert answer.status_code == 200, path
            check_answer(operation, answer.json())


def test_every_other_answer_follows_the_model(sandbox: Sandbox, client: httpx.Client) -> None:
    known = sandbox.answers
    place = "APJ6JRA9NG5V4"
    paths = [(f"/shipping/v2/tracking?trackingId={one}&carrierId=AMZN_IT", "getTracking") for one in known.tracking]
    paths += [(f"/mfn/v0/shipments/{one}", "getShipment") for one in known.shipments]
    paths += [
        (f"/listings/2021-08-01/items/SELLER/{one}?marketplaceIds={place}", "getListingsItem") for one in known.listings
    ]
    paths += [(f"/catalog/2022-04-01/items/{one}?marketplaceIds={place}", "getCatalogItem") for one in known.catalog]
    paths += [
        ("/sellers/v1/marketplaceParticipations", "getMarketplaceParticipations"),
        ("/finances/v0/financialEvents?PostedAfter=2026-10-01T00:00:00Z", "listFinancialEvents"),
    ]
    assert {operation for _, operation in paths} >= {"getTracking", "getMarketplaceParticipations"}
    for path, operation in paths:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        check_answer(operation, answer.json())


def test_the_files_themselves_follow_the_model() -> None:
    """The whole answers too: a call may ask for any part of them."""
    known = read_answers([data_folder("examples")])
    for operation, contents in (
        ("getOrder", known.orders),
        ("getListingsItem", known.listings),
        ("getCatalogItem", known.catalog),
        ("getTracking", known.tracking),
        ("getShipment", known.shipments),
    ):
        for content in contents.values():
            check_answer(operation, content)
    if known.account_health:
        check_account_health(known.account_health)


def test_reports_follow_the_model(sandbox: Sandbox, client: httpx.Client) -> None:
    for kind in (RETURNS, ACCOUNT_HEALTH):
        asked = client.post(
            "/reports/2021-06-30/reports",
            json={
                "reportType": kind,
                "marketplaceIds": ["A1805IZSGTT6HS"],
                "dataStartTime": "2026-10-01T00:00:00Z",
                "dataEndTime": "2026-11-12T00:00:00Z",
            },
        )
        assert asked.status_code == 202
        check_answer("createReport", asked.json())
        report = {"processingStatus": ""}
        states = []
        while report["processingStatus"] != "DONE":
            report = client.get(f"/reports/2021-06-30/reports/{asked.json()['reportId']}").json()
            states.append(report["processingStatus"])
            check_answer("getReport", report)
        assert states == ["IN_QUEUE", "DONE"]
        document = client.get(f"/reports/2021-06-30/documents/{report['reportDocumentId']}").json()
        check_answer("getReportDocument", document)
        assert document["url"].startswith(sandbox.endpoint)
        gzip.decompress(httpx.get(document["url"]).content)


def test_refusals_follow_the_model(client: httpx.Client) -> None:
    order = "/orders/2026-01-01/orders/407-2290145-8863310"
    answers = {
        400: client.get(order, params={"MarketplaceIds": "X"}),
        403: client.get(order, headers={"x-amz-access-token": "gone"}),
        404: client.get("/orders/2026-01-01/orders/000-0000000-0000000"),
        429: httpx.Response(429, content=throttled().body),
    }
    verb = model("orders_2026-01-01")["paths"]["/orders/2026-01-01/orders/{orderId}"]["get"]
    for status, answer in answers.items():
        assert answer.status_code == status
        if status != 429:
            told = {name.lower() for name in verb["responses"][str(status)]["headers"]}
            assert {name for name in answer.headers if name.startswith("x-amzn-")} == told
        schema = {**model("orders_2026-01-01"), "$ref": "#/definitions/ErrorList"}
        jsonschema.Draft4Validator(schema).validate(answer.json())


def test_the_checker_of_requests_finds_what_is_wrong() -> None:
    order = "/orders/2026-01-01/orders/407-2290145-8863310"
    check_request("getOrder", "GET", order, "includedData=BUYER,PACKAGES", ("host",))
    for query in ("includedData=BUYERS", "MarketplaceIds=X", "includedData=BUYER&includedData=TAX"):
        with pytest.raises(Exception, match=r"BUYERS|MarketplaceIds|times"):
            check_request("getOrder", "GET", order, query, ())
