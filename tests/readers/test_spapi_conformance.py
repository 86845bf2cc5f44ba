"""Readers against answers made from Amazon's own models: no crash, exact money, aware times, unknown words kept."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from support.from_model import Strategy, from_model
from support.spapi_models import FILES, MODELS, model, needs_models

from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.readers.account_health import read_account_health
from a2z_defense.readers.errors import Unreadable
from a2z_defense.readers.fields import as_instant
from a2z_defense.readers.finances import read_finances
from a2z_defense.readers.listing import read_listing
from a2z_defense.readers.messaging import read_messaging
from a2z_defense.readers.order import read_order
from a2z_defense.readers.shipment import read_shipment
from a2z_defense.readers.tracking import read_tracking

AT = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)
ORDER_ID = "402-1234567-7654321"
generated = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def piece(kind: EvidenceKind, subject: str, answer: Any) -> Piece:
    provenance = Provenance(source="spapi", operation="generated", obtained_at=AT)
    return as_piece(Observation(kind, subject, json.dumps(answer).encode(), "application/json", provenance))


READERS: dict[str, tuple[EvidenceKind, str, Callable[[Piece], BaseModel]]] = {
    "getOrder": (EvidenceKind.ORDER, ORDER_ID, read_order),
    "listFinancialEventsByOrderId": (
        EvidenceKind.FINANCES,
        f"{ORDER_ID}#1",
        lambda found: read_finances([found], ORDER_ID),
    ),
    "getTracking": (EvidenceKind.TRACKING, "AMZN_IT:IT0000000001", read_tracking),
    "getShipment": (EvidenceKind.SHIPMENT, "7d1f6a52-0c3e-4b84-9a51-2f0e6d9b7c11", read_shipment),
    "getListingsItem": (EvidenceKind.LISTING, "APJ6JRA9NG5V4:SYN-1", read_listing),
    "getCatalogItem": (EvidenceKind.CATALOG, "APJ6JRA9NG5V4:B000000001", read_listing),
    "getMessagingActionsForOrder": (EvidenceKind.MESSAGING, ORDER_ID, read_messaging),
}
MAIN = {
    "getOrder": ("order",),
    "listFinancialEventsByOrderId": ("payload",),
    "getTracking": ("payload",),
    "getShipment": ("payload",),
    "getListingsItem": ("summaries",),
    "getCatalogItem": ("summaries", "images"),
    "getMessagingActionsForOrder": ("_links",),
}
"""What an answer of each operation must hold to be one; the models leave most of it optional."""


@cache
def answers(operation: str, *, open_words: bool) -> Strategy:
    """Answers of that operation."""
    name, definition = FILES[operation]
    definitions = copy.deepcopy(model(name)["definitions"])
    top = definitions[definition]
    top["properties"].pop("errors", None)
    top["required"] = sorted({*top.get("required", []), *MAIN[operation]})
    return from_model(top, definitions, open_words=open_words)


def instants(value: Any) -> list[dt.datetime]:
    """Every instant in a model."""
    if isinstance(value, dt.datetime):
        return [value]
    if isinstance(value, BaseModel):
        return [at for name in type(value).model_fields for at in instants(getattr(value, name))]
    if isinstance(value, tuple):
        return [at for member in value for at in instants(member)]
    return []


@needs_models
@pytest.mark.parametrize("operation", READERS)
@pytest.mark.parametrize("open_words", [False, True], ids=["model", "newer words"])
def test_an_answer_from_the_model_is_read_or_called_unreadable(operation: str, open_words: bool) -> None:
    kind, subject, read = READERS[operation]

    @generated
    @given(answers(operation, open_words=open_words))
    def check(answer: Any) -> None:
        try:
            found = read(piece(kind, subject, answer))
        except Unreadable:
            return
        assert all(at.tzinfo is not None for at in instants(found))
        assert type(found).model_validate_json(found.model_dump_json()) == found

    check()


@needs_models
@generated
@given(st.data())
def test_an_order_keeps_its_words_and_its_money_exactly(data: st.DataObject) -> None:
    answer = data.draw(answers("getOrder", open_words=True))
    order = answer["order"]
    order.update(orderId=ORDER_ID, createdTime="2026-11-01T10:00:00Z", lastUpdatedTime="2026-11-02T10:00:00Z")
    for number, item in enumerate(order["orderItems"]):
        item.update(orderItemId=str(number), quantityOrdered=abs(item["quantityOrdered"]) % 1000)
        item["product"] = {"price": {"unitPrice": {"amount": "0.10", "currencyCode": "EUR"}}}
    found = read_order(piece(EvidenceKind.ORDER, ORDER_ID, answer))
    assert len(found.items) == len(order["orderItems"])
    assert all(item.unit_price and item.unit_price.amount == Decimal("0.10") for item in found.items)
    told = order.get("fulfillment", {}).get("fulfillmentStatus", "").strip() or None
    assert found.fulfillment_status == told
    assert found.packages_told == ("packages" in order)
    for package, row in zip(found.packages, order.get("packages", []), strict=True):
        assert package.status == (row.get("packageStatus", {}).get("status", "").strip() or None)
        assert package.ship_time == as_instant(row.get("shipTime"))


@needs_models
@generated
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_finance_numbers_stay_exact_decimals(amount: Decimal) -> None:
    charge = '{"ChargeType":"Principal","ChargeAmount":{"CurrencyCode":"EUR","CurrencyAmount":' + str(amount) + "}}"
    items = '"ShipmentItemAdjustmentList":[{"ItemChargeAdjustmentList":[' + charge + "]}]"
    event = '{"AmazonOrderId":"' + ORDER_ID + '",' + items + "}"
    body = '{"payload":{"FinancialEvents":{"RefundEventList":[' + event + "]}}}"
    provenance = Provenance(source="spapi", obtained_at=AT)
    found = as_piece(Observation(EvidenceKind.FINANCES, ORDER_ID, body.encode(), "application/json", provenance))
    (movement,) = read_finances([found], ORDER_ID).movements
    assert movement.amount is not None
    assert movement.amount.amount == abs(amount)


@needs_models
@generated
@given(st.data())
def test_a_scan_keeps_amazons_word_and_a_time_without_zone_is_no_instant(data: st.DataObject) -> None:
    answer = data.draw(answers("getTracking", open_words=True))
    for event in answer["payload"]["eventHistory"]:
        event["eventTime"] = data.draw(st.sampled_from(["2026-11-01T10:00:00", "2026-11-01T10:00:00Z", "soon"]))
    found = read_tracking(piece(EvidenceKind.TRACKING, "AMZN_IT:IT0000000001", answer))
    assert sorted(scan.code for scan in found.scans) == sorted(
        event["eventCode"].strip() for event in answer["payload"]["eventHistory"]
    )
    for scan in found.scans:
        assert (scan.at is None) == (scan.local_time is not None)


@needs_models
@generated
@given(st.data())
def test_account_health_is_read_or_called_unreadable(data: st.DataObject) -> None:
    told = json.loads((MODELS / "account_health_report.json").read_text(encoding="utf-8"))["definitions"]
    rate = data.draw(from_model(told["OrderDefectRate"], told))
    metrics = [{"marketplaceId": "IT", "orderDefectRate": {"mfn": rate}}]
    found = read_account_health(piece(EvidenceKind.ACCOUNT_HEALTH, "IT", {"performanceMetrics": metrics}))
    assert found.claim_count in (rate["claims"]["count"], None)


OUR_WORDS = {"FORWARD", "RETURNS", "amazon", "completeness", "left_with", "JPY", "CSBAFee"}
"""Literals in the readers that are no field names but values."""


def _names(found: Any) -> set[str]:
    if isinstance(found, dict):
        return {*found, *(name for value in found.values() for name in _names(value))}
    return {name for value in found for name in _names(value)} if isinstance(found, list) else set()


@needs_models
@pytest.mark.parametrize(
    ("reader", "operations"),
    [
        ("order", ["getOrder"]),
        ("finances", ["listFinancialEvents"]),
        ("tracking", ["getTracking"]),
        ("shipment", ["getShipment"]),
        ("messaging", ["getMessagingActionsForOrder"]),
    ],
)
def test_every_field_that_a_reader_names_is_in_the_model(reader: str, operations: list[str]) -> None:
    """Field names are the literals that look like the model's own; a misspelt one would read as "not told" for ever."""
    import ast
    import importlib
    import inspect

    source = inspect.getsource(importlib.import_module(f"a2z_defense.readers.{reader}"))
    fields = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
    }
    known: set[str] = set()
    for operation in operations:
        known |= _names(model(FILES[operation][0]))
    assert fields - known - OUR_WORDS == set()
