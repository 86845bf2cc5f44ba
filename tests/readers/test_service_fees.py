"""Fees for Customer Service by Amazon, as listFinancialEventsByOrderId lists them among an item's fees."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.readers.finances import read_finances

ORDER = "402-1234567-7654321"


def page(*items: dict[str, Any], order: str = ORDER) -> Piece:
    events = {"ShipmentEventList": [{"AmazonOrderId": order, "ShipmentItemList": list(items)}]}
    body = json.dumps({"payload": {"FinancialEvents": events}}).encode()
    provenance = Provenance(source="spapi", obtained_at=dt.datetime(2026, 3, 12, tzinfo=dt.UTC))
    return as_piece(Observation(EvidenceKind.FINANCES, f"{ORDER}#1", body, "application/json", provenance))


def item(item_id: str, **fees: float) -> dict[str, Any]:
    told = [{"FeeType": name, "FeeAmount": {"CurrencyCode": "EUR", "CurrencyAmount": fees[name]}} for name in fees]
    return {"OrderItemId": item_id, "ItemFeeList": told}


def test_the_fee_is_read_with_its_item_also_when_it_is_nought() -> None:
    one = page(item("1", Commission=-9.0, CSBAFee=-0.3), item("2", CSBAFee=0.0), item("3", Commission=-1.0))
    found = read_finances([one], ORDER).csba_fees
    assert [(fee.item_id, str(fee.amount)) for fee in found] == [("1", "0.30 EUR"), ("2", "0.00 EUR")]
    assert {fee.evidence for fee in found} == {one.evidence.id}


def test_another_orders_fee_is_not_this_ones() -> None:
    assert read_finances([page(item("1", CSBAFee=-0.3), order="402-7654321-1234567")], ORDER).csba_fees == ()
