"""`a2z state`: the seller's reading of an exhibit, always marked as one."""

from __future__ import annotations

import datetime as dt
import shlex

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.assess import tables_of
from a2z_defense.jobs.entries import exhibit_id, new_entry, say
from a2z_defense.model.entries import TRANSLATION, Entry, EntryKind
from a2z_defense.policy.gather.stated import parse_value

LOOKED_UP = ("shipment_id", "amazon_label")
"""Facts that prove nothing by themselves: they tell the next fetch what to ask Amazon about (a Merchant Fulfillment
shipment, the tracking number of a label bought through Amazon)."""
TO_COME = frozenset({"ship_by", "delivery_window_end"})
"""Instants that may lie ahead; every other one tells what has happened."""
_NO_FACTS = (*LOOKED_UP, TRANSLATION)


def after_attaching(environment: Environment, attached: Entry) -> str:
    """The command to run next: the one that states what an attached file shows, when an item wants its kind."""
    return _to_read(environment, attached) or f"a2z check {attached.claim_id}"


def _to_read(environment: Environment, attached: Entry) -> str | None:
    tables = tables_of(environment)
    wanted = next((item.facts[0] for item in tables.catalogue if attached.attachment in item.attachments), None)
    fact = tables.fact(wanted) if wanted else None
    if fact is None:
        return None
    name = attached.file_name or ""
    value = "yes" if fact.kind == "yes_no" else "VALUE"
    told = ["--from", name if name.isprintable() and name else attached.file or ""]
    told += ["--parcel", attached.parcel] if attached.parcel else []
    return shlex.join(["a2z", "state", attached.claim_id, fact.name, value, *told])


def state_fact(
    environment: Environment, wanted: str, fact: str, value: str, exhibit: str, *, parcel: str | None = None
) -> Entry:
    """Keep a reading; `parcel` is the tracking number that it is about, when the order has several.

    Raises UsageError for a fact that no rule knows, a value that is not of its form, or an exhibit that is not there.
    """
    known = {known.name: known for known in tables_of(environment).facts}
    if fact not in known and fact not in _NO_FACTS:
        raise UsageError(
            f"no fact is called {fact!r}",
            expected="one of " + ", ".join(sorted([*known, *_NO_FACTS])),
            remedy="a2z check --explain ITEM says which fact an item needs",
        )
    if not value.strip():
        raise UsageError("the value is empty", expected="what the exhibit shows", remedy="quote it")
    told = parse_value(value, known[fact]) if fact in known else None
    if isinstance(told, dt.datetime) and fact not in TO_COME and told > environment.clock.now():
        raise UsageError(
            f"{fact} is in the future", expected="a time that has passed", remedy="read it again on the exhibit"
        )
    source = exhibit_id(environment, wanted, exhibit)
    entry = new_entry(EntryKind.STATED, fact=fact, value=value.strip(), from_exhibit=source, parcel=parcel)
    return say(environment, wanted, entry)
