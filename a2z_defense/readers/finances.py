"""Financial events of one order (Finances v0): all pages of listFinancialEventsByOrderId, or its rows of a sweep.

Amazon tells amounts from the seller's side: what the buyer paid is positive, what went back to the buyer negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from a2z_defense.model.evidence import EvidenceKind, Piece
from a2z_defense.model.finances import Finances, Movement, MovementKind, ServiceFee
from a2z_defense.model.money import Money, total
from a2z_defense.readers.fields import child, instant, load, money, rows, text, unreadable
from a2z_defense.readers.reversals import netted

_LISTS = {
    "ShipmentEventList": MovementKind.CHARGE,
    "RefundEventList": MovementKind.REFUND,
    "GuaranteeClaimEventList": MovementKind.CLAIM_DEBIT,
    "ChargebackEventList": MovementKind.CHARGEBACK,
}
_CSBA = "CSBAFee"
"""The type of the fee for Customer Service by Amazon, from the fee types in Amazon's Finances documentation, read
2026-11. No other field of the SP-API answers that we read, and no known mail, names the programme."""
_WITHOUT_CENTS = frozenset({"JPY"})
"""Of the currencies of Amazon's marketplaces, those that ISO 4217 gives no minor unit."""
_ITEM_LISTS = ("ShipmentItemList", "ShipmentItemAdjustmentList")
_ITEM_CHARGES = ("ItemChargeList", "ItemChargeAdjustmentList")
_ORDER_CHARGES = ("OrderChargeList", "OrderChargeAdjustmentList")
_PROMOTIONS = ("PromotionList", "PromotionAdjustmentList")


def read_finances(pieces: Sequence[Piece], order_id: str) -> Finances:
    """The order's movements from all pages, in order of time. Raises Unreadable for a page without events."""
    movements: list[Movement] = []
    fees: list[ServiceFee] = []
    complete = bool(pieces)
    for piece in pieces:
        payload = child(load(piece), "payload")
        if not isinstance(child(payload, "FinancialEvents"), dict):
            raise unreadable(piece, "an answer without FinancialEvents")
        movements += _movements(piece, payload["FinancialEvents"], order_id)
        fees += _csba_fees(piece, payload["FinancialEvents"], order_id)
        complete = text(payload, "NextToken") is None or piece.evidence.kind is EvidenceKind.FINANCES_SLICE
    return Finances(
        evidence=tuple(piece.evidence.id for piece in pieces),
        order_id=order_id,
        movements=netted(sorted(movements, key=lambda found: (found.posted_at is None, found.posted_at or 0))),
        complete=complete,
        csba_fees=tuple(fees),
    )


def _csba_fees(piece: Piece, events: dict[str, Any], order_id: str) -> Iterator[ServiceFee]:
    """The fees for Customer Service by Amazon on what was shipped."""
    for event in rows(events, "ShipmentEventList"):
        if text(event, "AmazonOrderId") not in (None, order_id):
            continue
        for item in rows(event, "ShipmentItemList"):
            for fee in rows(item, "ItemFeeList"):
                amount = _positive(_money(fee, "FeeAmount")) if text(fee, "FeeType") == _CSBA else None
                if amount is not None:
                    yield ServiceFee(evidence=piece.evidence.id, amount=amount, item_id=text(item, "OrderItemId"))


def _movements(piece: Piece, events: dict[str, Any], order_id: str) -> Iterator[Movement]:
    for name, kind in _LISTS.items():
        for event in rows(events, name):
            if text(event, "AmazonOrderId") in (None, order_id):
                yield _order_movement(piece, event, kind)
    for event in rows(events, "SAFETReimbursementEventList"):
        yield Movement(
            evidence=piece.evidence.id,
            kind=MovementKind.SAFE_T,
            posted_at=instant(event, "PostedDate"),
            amount=_positive(_money(event, "ReimbursedAmount")),
            reference=text(event, "SAFETClaimId"),
        )
    for event in rows(events, "AdjustmentEventList"):
        yield Movement(
            evidence=piece.evidence.id,
            kind=MovementKind.OTHER,
            posted_at=instant(event, "PostedDate"),
            amount=_positive(_money(event, "AdjustmentAmount")),
        )


def _order_movement(piece: Piece, event: dict[str, Any], kind: MovementKind) -> Movement:
    items = [item for name in _ITEM_LISTS for item in rows(event, name)]
    amount = total(list(_buyers_side(event, items)))
    return Movement(
        evidence=piece.evidence.id,
        kind=_direction(kind, amount),
        posted_at=instant(event, "PostedDate"),
        amount=_positive(amount),
        item_ids=tuple(dict.fromkeys(found for item in items if (found := text(item, "OrderItemId")))),
        reference=next((found for item in items if (found := text(item, "OrderAdjustmentItemId"))), None),
    )


def _direction(kind: MovementKind, amount: Money | None) -> MovementKind:
    """The list says what it is about, the sign which way the money went. Money the other way is another movement."""
    if amount is None:
        return MovementKind.OTHER if kind is MovementKind.CLAIM_DEBIT else kind
    if kind is MovementKind.CLAIM_DEBIT:
        if not amount.amount:
            return MovementKind.OTHER
        return MovementKind.CLAIM_DEBIT if amount.amount < 0 else MovementKind.CLAIM_CREDIT
    expected = 1 if kind is MovementKind.CHARGE else -1
    if kind is MovementKind.REFUND and amount.amount > 0:
        return MovementKind.REFUND_REVERSAL
    return kind if amount.amount * expected > 0 else MovementKind.OTHER


def _buyers_side(event: dict[str, Any], items: Iterable[dict[str, Any]]) -> Iterator[Money]:
    """Charges and promotions of the event and its items; fees and withheld taxes never reach the buyer."""
    for name in _ORDER_CHARGES:
        yield from _amounts(event, name, "ChargeAmount")
    for item in items:
        for name in _ITEM_CHARGES:
            yield from _amounts(item, name, "ChargeAmount")
        for name in _PROMOTIONS:
            yield from _amounts(item, name, "PromotionAmount")


def _amounts(found: dict[str, Any], name: str, key: str) -> Iterator[Money]:
    for component in rows(found, name):
        amount = _money(component, key)
        if amount is not None:
            yield amount


def _money(found: object, key: str) -> Money | None:
    """Finances tells money as JSON numbers, which drop the closing noughts: 12.5 is told for 12.50. The value stays."""
    told = money(found, key, amount="CurrencyAmount", currency="CurrencyCode")
    if told is None or told.currency in _WITHOUT_CENTS or told.amount != round(told.amount, 2):
        return told
    return Money(amount=told.amount.quantize(Decimal("0.01")), currency=told.currency)


def _positive(amount: Money | None) -> Money | None:
    if amount is None:
        return None
    return Money(amount=abs(amount.amount) + Decimal(0), currency=amount.currency)
