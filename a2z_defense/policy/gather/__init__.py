"""Readings out of the evidence, one file per kind of source. Amazon's and the carriers' answers come first."""

from __future__ import annotations

from collections.abc import Sequence

from a2z_defense.model.case import Case
from a2z_defense.policy.gather.mails import mail_readings
from a2z_defense.policy.gather.money import money_readings
from a2z_defense.policy.gather.order import order_readings
from a2z_defense.policy.gather.parcel import parcel_readings
from a2z_defense.policy.gather.returns import return_readings
from a2z_defense.policy.gather.stated import stated_readings
from a2z_defense.policy.life import Life
from a2z_defense.policy.names import same_person
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.place_words import no_name
from a2z_defense.policy.readings import Reading
from a2z_defense.policy.tables import Tables

Key = tuple[str, str | None]


def gather(case: Case, tables: Tables, parcels: Sequence[Parcel], life: Life) -> dict[Key, tuple[Reading, ...]]:
    """Every reading by (fact, parcel key or None), strongest first. The same reading twice is kept once."""
    found: dict[Key, dict[Reading, None]] = {}
    order = case.order
    names = [name for name in (order.address.name, order.buyer_name) if name] if order else []
    for fact, parcel, reading in (
        *order_readings(case),
        *(told for about in parcels for told in parcel_readings(case, about)),
        *money_readings(case, tables),
        *return_readings(case, tables),
        *mail_readings(case, life, tables),
        *stated_readings(case, parcels, tables),
    ):
        ours = fact == "signed_by" and any(same_person(reading.words, name) for name in names)
        if fact == "signed_by" and not ours and (place := no_name(reading.words, tables)) is not None:
            if place == "nobody":
                continue
            fact = "delivery_place"  # a carrier that prints "FRONT DOOR" for a signature tells where it was left
        found.setdefault((fact, parcel), {})[reading] = None
    return {key: tuple(readings) for key, readings in found.items()}
