"""A refund that Amazon's finance records take back is no refund."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.model.finances import MovementKind
from a2z_defense.readers.finances import read_finances

ORDER = "402-1234567-7654321"
REFUND, REVERSED, REVERSAL = MovementKind.REFUND, MovementKind.REFUND_REVERSED, MovementKind.REFUND_REVERSAL


def page(*told: tuple[str, float]) -> Piece:
    events = [event(day, amount) for day, amount in told]
    body = json.dumps({"payload": {"FinancialEvents": {"RefundEventList": events}}}).encode()
    provenance = Provenance(source="spapi", obtained_at=dt.datetime(2026, 3, 12, tzinfo=dt.UTC))
    return as_piece(Observation(EvidenceKind.FINANCES, f"{ORDER}#1", body, "application/json", provenance))


def event(day: str, amount: float) -> dict[str, Any]:
    charge = {"ChargeType": "Principal", "ChargeAmount": {"CurrencyCode": "GBP", "CurrencyAmount": amount}}
    item = {"OrderItemId": "1", "ItemChargeAdjustmentList": [charge]}
    return {"AmazonOrderId": ORDER, "PostedDate": f"2026-03-{day}T09:00:00Z", "ShipmentItemAdjustmentList": [item]}


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        ([("10", -64.99), ("11", 64.99)], [REVERSED, REVERSAL]),
        ([("10", -64.99), ("11", 64.99), ("12", -64.99)], [REVERSED, REVERSAL, REFUND]),
        ([("10", -20.0), ("10", -64.99), ("11", 64.99)], [REFUND, REVERSED, REVERSAL]),
        ([("10", -64.99)], [REFUND]),
    ],
)
def test_what_was_taken_back_is_no_refund(told: list[tuple[str, float]], kinds: list[MovementKind]) -> None:
    assert [one.kind for one in read_finances([page(*told)], ORDER).movements] == kinds


@pytest.mark.parametrize("told", [[("10", -64.99), ("11", 20.0)], [("11", 64.99), ("12", -64.99)]])
def test_what_was_taken_back_in_part_or_before_leaves_no_sum(told: list[tuple[str, float]]) -> None:
    found = [one for one in read_finances([page(*told)], ORDER).movements if one.kind is REFUND]
    assert [one.amount for one in found] == [None]
