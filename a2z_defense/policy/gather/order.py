"""Readings of the order."""

from __future__ import annotations

from collections.abc import Iterator

from a2z_defense.model.case import Case
from a2z_defense.policy.readings import Reading, Value

Told = tuple[str, str | None, Reading]
_FULFILLERS = {"MERCHANT": "seller", "AMAZON": "amazon"}


def order_readings(case: Case) -> Iterator[Told]:
    """What getOrder says of the whole order; of a parcel see `parcel`."""
    order = case.order
    if order is None:
        return

    def told(fact: str, value: Value | None) -> Iterator[Told]:
        if value is not None:
            yield fact, None, Reading(value, order.evidence)

    yield from told("order_time", order.created_at)
    yield from told("ship_by", order.ship_by.latest)
    yield from told("delivery_window_end", order.deliver_by.latest)
    if order.fulfilled_by in _FULFILLERS:
        prime = "PRIME" in order.programs and order.fulfilled_by == "MERCHANT"
        yield from told("fulfilled_by", "seller_fulfilled_prime" if prime else _FULFILLERS[order.fulfilled_by])
    for item in order.items:
        for serial in item.serial_numbers:
            yield from told("serial_number", serial)
    for other, association in order.associated_orders:
        if "REPLACEMENT" in association.upper():
            yield from told("replacement_order", other)
