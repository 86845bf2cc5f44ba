"""Contradictions: two pieces of evidence that disagree. Both are named; what they touch cannot be held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from a2z_defense.policy.clashes import RULES
from a2z_defense.policy.conflict import Conflict, conflict
from a2z_defense.policy.debit_clashes import DEBIT_RULES
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.outcome_clashes import answers_and_mails, records_and_mails, records_and_requests
from a2z_defense.policy.parcel_clashes import PARCEL_RULES
from a2z_defense.policy.readings import Reading, agree, squeezed

OUTCOMES = (records_and_mails, answers_and_mails, records_and_requests)
_TERMINAL = frozenset({"delivered", "returned", "refused", "lost", "damaged"})
_BACK = frozenset({"returned", "refused"})


def conflicts_of(facts: Facts) -> tuple[Conflict, ...]:
    """Every contradiction of the case, in a stable order."""
    rules = (*RULES, *DEBIT_RULES, *PARCEL_RULES, *OUTCOMES)
    every = (*_readings(facts), *(c for rule in rules for c in rule(facts)))
    found = {(c.contradiction.id, c.parcel): c for c in every}
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or "")))


def _readings(facts: Facts) -> Iterator[Conflict]:
    """Two readings of one fact that do not agree."""
    for (name, parcel), readings in facts.found.items():
        fact = facts.tables.fact(name)
        if fact is None or len(readings) < 2 or name in _MANY:
            continue
        if name in {"serial_number", "returned_serial_number"} and _several_units(facts):
            continue
        touched = frozenset(item.id for item in facts.tables.catalogue if name in item.facts)
        for first, second in _pairs(readings):
            if name == "tracking_status" and not _status_clash(first, second):
                continue
            if name == "carrier" and first.by == second.by == "api":
                continue  # a rule of its own names it
            if name == "tracking_number" and _handed_on(facts, first, second):
                what = f"the order names {first.words}, the seller {second.words} for the same parcel"
                yield conflict("handed_on", first.exhibit, second.exhibit, what, parcel=parcel)
                continue
            if not agree(first.value, second.value, fact) or _crosses(facts, name, first, second):
                what = f"{name.replace('_', ' ')}: {first.words} against {second.words}"
                yield conflict(name, first.exhibit, second.exhibit, what, items=touched, parcel=parcel)


def _handed_on(facts: Facts, first: Reading, second: Reading) -> bool:
    """True when the seller states a second number of which a carrier's record is held: carriers hand parcels on."""
    numbers = {squeezed(shipment.tracking_number) for shipment in facts.case.shipments}
    other = squeezed(second.words)
    return first.by == "api" and second.by == "seller" and other != squeezed(first.words) and other in numbers


_MANY = frozenset({"refund_id", "refunded_at", "return_requested_at", "replacement_order"})
"""Facts of which an order may have several at once."""


def _several_units(facts: Facts) -> bool:
    return facts.case.order is not None and sum(item.quantity for item in facts.case.order.items) > 1


def _crosses(facts: Facts, name: str, first: Reading, second: Reading) -> bool:
    """True when a limit lies between two readings: no tolerance makes a late time punctual."""
    limits = [reading.value for reading in facts.readings("ship_by")] if name == "first_scan_at" else []
    limits += [facts.life.claim_at] if name == "delivered_at" and facts.life.claim_at else []
    if not isinstance(first.value, dt.datetime) or not isinstance(second.value, dt.datetime):
        return False
    early, late = sorted((first.value, second.value))
    return any(isinstance(limit, dt.datetime) and early <= limit < late for limit in limits)


def _pairs(readings: tuple[Reading, ...]) -> Iterator[tuple[Reading, Reading]]:
    """The first reading against each other one that has another exhibit, or that a person read from an exhibit which a
    program reads as something else."""
    for other in readings[1:]:
        if other.exhibit != readings[0].exhibit or other.by != readings[0].by:
            yield readings[0], other


def _status_clash(first: Reading, second: Reading) -> bool:
    """A later stage does not contradict an earlier one; two different ends do."""
    states = {str(first.value), str(second.value)}
    return len(states) == 2 and states <= _TERMINAL and states != _BACK
