"""Which claimed units the chosen defence covers, parcel by parcel, and what holds for those that it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from a2z_defense.model.assessment import Ask, Decided, DefenceRef, UnitVerdict
from a2z_defense.policy.defences import Standing, Verdict, Weighed
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel, claimed_units
from a2z_defense.policy.titles import within


def unit_verdicts(facts: Facts, chosen: Verdict | None, why: str, judged: Sequence[Verdict]) -> Iterator[UnitVerdict]:
    """Which claimed units the defence covers, parcel by parcel, and which lie in no parcel. A parcel that it leaves out
    may have a defence of its own."""
    order = facts.case.order
    titles = {item.id: item.title for item in order.items} if order else {}
    units = claimed_units(facts.case)
    parts = {part.parcel.key: part for part in chosen.parts if part.parcel} if chosen else {}
    for parcel in facts.claimed_parcels:
        part = parts.get(parcel.key) or (chosen.parts[0] if chosen and not chosen.by_parcel else None)
        defended = part is not None and part.standing is Standing.HOLDS
        words = why if part is None else within(part.defence.title) if defended else part.why_not
        other = _other(judged, parcel) if chosen and not defended else None
        words += f"; for this parcel alone: {within(other.defence.title)}" if other else ""
        told: list[tuple[str | None, int]] = [
            (item_id, quantity) for item_id, quantity in parcel.contents if units.get(item_id)
        ]
        for item_id, quantity in told or ([(None, 0)] if parcel.key else []):
            yield UnitVerdict(
                item_id=item_id,
                title=titles.get(item_id or ""),
                quantity=quantity,
                package=parcel.package.reference if parcel.package else None,
                tracking_number=parcel.tracking_number,
                defended=defended,
                why=words,
                exhibit=next((i.exhibit for i in ((other or part).items if part else ()) if i.exhibit), None),
                other=DefenceRef(id=other.defence.id, title=other.defence.title) if other else None,
                asks=Ask(funding=other.defence.funding, odr=other.defence.odr) if other else Ask(),
            )
    whole = chosen.parts[0] if chosen and not chosen.by_parcel and chosen.parts[0].standing is Standing.HOLDS else None
    for unpacked, quantity in facts.unpacked:
        yield UnitVerdict(
            item_id=unpacked,
            title=titles.get(unpacked),
            quantity=quantity,
            defended=whole is not None,
            why=within(whole.defence.title) if whole else "these units are in no package of the order",
            exhibit=order.evidence if order else None,
        )


def _other(judged: Sequence[Verdict], parcel: Parcel) -> Weighed | None:
    """The defence that holds for this one parcel; of several the first by rank."""
    found = [
        part
        for verdict in judged
        if verdict.by_parcel and not verdict.defence.note and verdict.defence.decision is Decided.DEFEND
        for part in verdict.parts
        if part.parcel is not None and part.parcel.key == parcel.key and part.standing is Standing.HOLDS
    ]
    return min(found, key=lambda part: part.defence.rank, default=None)
