"""`a2z ask`: a short request for a missing item. Order id and tracking number only, nothing of the buyer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.entries import new_entry, say
from a2z_defense.model.assessment import ItemState, Level
from a2z_defense.model.entries import EntryKind

OPEN = (ItemState.MISSING, ItemState.UNKNOWN, ItemState.REQUESTED)
"""States in which an item can be asked for."""


@dataclass(frozen=True)
class Request:
    claim_id: str
    text: str


def ask(
    environment: Environment, wanted: str, item_id: str, of: str, reference: str | None, due_at: dt.datetime | None
) -> Request:
    """The request's text; the item is `requested` from now on. Raises UsageError for an item that is not open."""
    judged = judge(environment, wanted)
    can_be_asked = [one for one in judged.assessment.items if one.state in OPEN and one.level is not Level.HARMFUL]
    item = next((one for one in can_be_asked if one.id == item_id), None)
    if item is None:
        # Else it would be remembered and never reminded of: only what is missing has a clock.
        known = any(one.id == item_id for one in judged.assessment.items)
        raise UsageError(
            f"{item_id!r} is {'not missing' if known else 'no item of this claim'}",
            expected="one of "
            + (", ".join(dict.fromkeys(one.id for one in can_be_asked)) or "none: nothing is missing"),
            remedy=f"a2z check {judged.claim.claim_id}",
        )
    entry = new_entry(EntryKind.ASKED, item=item_id, asked_of=of, reference=reference, due_at=due_at)
    said = say(environment, wanted, entry)
    order = judged.gathered.case.order
    numbers = [p.tracking_number for p in (order.packages if order else ()) if p.tracking_number]
    lines = [f"Order {judged.claim.order_id}"]
    if numbers:
        lines.append(f"Tracking number {', '.join(numbers)}")
    lines.append(f"Please send us: {item.title}.")
    if due_at:
        lines.append(f"We need it by {due_at:%Y-%m-%d %H:%M} UTC.")
    if reference:
        lines.append(f"Your reference: {reference}")
    return Request(said.claim_id, "\n".join(lines))
