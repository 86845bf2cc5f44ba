"""What the parts of the collection hand to each other: a claim that is wanted, a task, and what is known already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, Trouble
from a2z_defense.sources.spapi.answers import Final
from a2z_defense.sources.spapi.operations import Operation

Fresh = Callable[[EvidenceKind, str], bool]
"""Is an answer of that kind about that subject held, and young enough?"""
Found = Observation | SourceFailure
Held = Callable[[EvidenceKind, str], Observation | None]
"""The newest answer of that kind and subject with its bytes, when it is held and young enough."""
Submit = Callable[["Task"], None]
Run = Callable[["WantedClaim", str, Submit], Iterator[Found]]
"""The calls of a task about a claim and a subject; what they lead to is submitted."""
OrderKnown = Callable[[str, dt.datetime | None, Submit], Iterator[Found]]


@dataclass(frozen=True)
class WantedClaim:
    """One claim's order, as far as it is known before asking."""

    order_id: str
    marketplace_id: str | None = None
    tracking: tuple[tuple[str, str], ...] = ()
    """(carrier, number) of packages already known; asked when the carrier is Amazon's own."""
    amazon_labels: tuple[tuple[str, str], ...] = ()
    """(carrier, number) that the seller or a label says are Amazon's, whatever the carrier word."""
    shipment_ids: tuple[str, ...] = ()
    """Merchant Fulfillment shipment ids."""
    ordered_at: dt.datetime | None = None
    """When the order was made, when that is known already."""
    items: tuple[tuple[str | None, str | None], ...] = ()
    """(SKU, ASIN) of the ordered items, when they are known already: what a run that was cut short left over."""


@dataclass(frozen=True)
class Task:
    """Work for one operation's workers."""

    operation: Operation
    claim: WantedClaim
    run: Callable[[Submit], Iterator[Found]] = field(compare=False)
    shared: bool = False
    """It is about many claims; `claim` is one of them."""

    @property
    def order_id(self) -> str:
        return self.claim.order_id


def defect(operation: Operation, error: Exception) -> Final:
    """An error of ours as a failure. Its message may quote the answer, so only its kind is told."""
    return Final(
        Trouble.UNREADABLE,
        f"a2z could not deal with what {operation.name} brought ({type(error).__name__})",
        "this is a defect of a2z: report it; the other claims are not touched by it",
    )
