"""Weighs each defence on the evidence and chooses the best-supported one. A defence holds per claimed unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from a2z_defense.model.assessment import Item, ItemState, Level
from a2z_defense.model.mail import Reason
from a2z_defense.policy.items import SATISFIED, Looker
from a2z_defense.policy.parcels import Parcel, ordered_units
from a2z_defense.policy.tables import Defence, Effect, Tables
from a2z_defense.policy.titles import with_why, within

EFFECTS: tuple[Effect, ...] = ("accept", "needs_human", "out", "warn")
"""What harmful evidence does, the weightiest first."""


class Standing(IntEnum):
    """How a defence stands, best first."""

    HOLDS = 0
    """Everything required is held and nothing harmful is."""
    OPEN = 1
    """Begun: some of its core is there, something required is not."""
    UNKNOWN = 2
    """Not begun, and a source that could tell gave no answer."""
    UNSUPPORTED = 3
    """Not begun, and nothing speaks for it."""
    REFUTED = 4
    """Harmful evidence defeats it."""
    OUT = 5
    """It does not apply."""


@dataclass(frozen=True)
class Weighed:
    """One defence for one parcel, or for the whole claim."""

    defence: Defence
    standing: Standing
    items: tuple[Item, ...]
    blockers: tuple[str, ...]
    harm: tuple[tuple[Item, Effect], ...]
    parcel: Parcel | None = None

    @property
    def why_not(self) -> str:
        """Why it was not chosen, in words."""
        if self.harm and self.standing in {Standing.REFUTED, Standing.OUT}:
            return "; ".join(with_why(item.title, item.why) for item, _ in self.harm)
        lacking = [item for item in self.items if item.id in self.blockers]
        if self.standing is Standing.HOLDS and self.defence.note:
            return "it is said beside the answer: it has a clock and an answer of its own"
        if self.standing is Standing.HOLDS:
            return "it holds as well; a stronger one was chosen"
        core = [item for item in self.items if item.id in self.defence.core] or lacking
        return "; ".join(
            dict.fromkeys(
                f"{within(item.title)}: {item.state.value} ({item.why})"
                for item in (core if self.standing >= Standing.UNKNOWN else lacking)[:3]
            )
        )


@dataclass(frozen=True)
class Verdict:
    """One defence over all claimed parcels."""

    defence: Defence
    standing: Standing
    parts: tuple[Weighed, ...]
    """One per claimed parcel; a single one for a defence that no parcel bears on."""
    by_parcel: bool = False
    covers: bool = True
    """The parcels that it can carry hold every claimed unit: one that was lost and sent anew leaves none out."""

    @property
    def live(self) -> tuple[Weighed, ...]:
        """The parts that the defence can still carry: what is defeated for one parcel blocks no other."""
        if self.standing >= Standing.REFUTED:
            return self.parts
        return tuple(part for part in self.parts if part.standing < Standing.REFUTED)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item once, in the table's order."""
        return tuple(dict.fromkeys(item for part in self.parts for item in part.items))

    @property
    def blockers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found for part in self.live for found in part.blockers))

    @property
    def lacking(self) -> int:
        """How many requirements are not met; a group is one."""
        found = {
            (part.parcel.key if part.parcel else "", item.group or item.id)
            for part in self.live
            for item in part.items
            if item.id in part.blockers
        }
        return len(found)

    @property
    def split(self) -> bool:
        """True when it carries some claimed units and not others."""
        return not self.covers and self.standing < Standing.REFUTED

    @property
    def half_shown(self) -> bool:
        """True when it holds for some parcels, and for another one something that it needs is not held."""
        standings = {part.standing for part in self.live}
        return Standing.HOLDS in standings and len(standings) > 1

    @property
    def effect(self) -> Effect | None:
        """What the harmful evidence in its parts does: what can be accepted outweighs what a person would look at."""
        found = {effect for part in self.parts for _, effect in part.harm}
        return next((effect for effect in EFFECTS if effect in found), None)

    @property
    def why_not(self) -> str:
        """Why it was not chosen: the part that decides; a parcel for which it holds is named."""
        why = max(self.parts, key=lambda part: part.standing).why_not or "nothing speaks for it"
        alone = [part.parcel.key for part in self.parts if part.parcel and part.standing is Standing.HOLDS]
        return f"holds for {', '.join(alone)} alone; {why}" if alone and len(alone) < len(self.parts) else why


def blocking(items: Sequence[Item]) -> tuple[str, ...]:
    """Ids of required items that are not held, and of groups of which no member is."""
    found = [item.id for item in items if item.level is Level.REQUIRED and item.state not in SATISFIED]
    groups: dict[str, list[Item]] = {}
    for item in items:
        if item.level is Level.ONE_OR_MORE:
            groups.setdefault(item.group or "", []).append(item)
    for members in groups.values():
        if not any(item.state is ItemState.HELD for item in members):
            found += [item.id for item in members]
    return tuple(dict.fromkeys(found))


def weigh(looker: Looker, defence: Defence, parcel: Parcel) -> Weighed:
    """One defence for one parcel."""
    items = tuple(looker.items(defence, [parcel]))
    harm = tuple(_harm(looker, defence, items, parcel))
    blockers = tuple(dict.fromkeys((*blocking(items), *_open_harm(defence, items))))
    return Weighed(defence, _standing(defence, items, blockers, harm), items, blockers, harm, parcel)


def _harm(looker: Looker, defence: Defence, items: Sequence[Item], parcel: Parcel) -> Iterator[tuple[Item, Effect]]:
    """Harmful items that are held, with what they do. Disputed harm is for a person when the look at it found it."""
    for item in items:
        if item.level is not Level.HARMFUL:
            continue
        effect = defence.harmful[item.id]
        if item.state is ItemState.HELD:
            yield item, effect
        elif item.state is ItemState.CONTRADICTED and looker.found(item.id, parcel).state is ItemState.HELD:
            yield item, "needs_human" if effect == "accept" else effect


def _open_harm(defence: Defence, items: Sequence[Item]) -> Iterator[str]:
    """Harm that something points to and nobody has settled: until a person has looked, the defence is not ready."""
    for item in items:
        pointed_to = item.level is Level.HARMFUL and item.state is ItemState.UNKNOWN and item.exhibits
        if pointed_to and defence.harmful[item.id] in {"accept", "needs_human"}:
            yield item.id


def _standing(
    defence: Defence, items: Sequence[Item], blockers: Sequence[str], harm: Sequence[tuple[Item, Effect]]
) -> Standing:
    effects = {effect for _, effect in harm}
    if "out" in effects:
        return Standing.OUT
    if effects & {"accept", "needs_human"}:
        return Standing.REFUTED
    if not blockers:
        return Standing.HOLDS
    core = [item for item in items if item.id in defence.core and item.level is not Level.HARMFUL]
    begun = {ItemState.HELD, ItemState.REQUESTED, ItemState.CONTRADICTED}
    if any(item.state in begun or (item.state is ItemState.UNKNOWN and item.exhibits) for item in core):
        return Standing.OPEN
    return Standing.UNKNOWN if any(item.state is ItemState.UNKNOWN for item in core) else Standing.UNSUPPORTED


def judge(looker: Looker, defence: Defence) -> Verdict:
    """One defence over every claimed parcel."""
    tables = looker.facts.tables
    by_parcel = any(tables.item(item_id).per == "parcel" for item_id, _, _ in defence.entries())
    parcels = looker.facts.claimed_parcels if by_parcel else looker.facts.claimed_parcels[:1]
    parts = tuple(weigh(looker, defence, parcel) for parcel in parcels)
    return Verdict(defence, _overall(parts), parts, by_parcel, covers=not by_parcel or _covers(looker, parts))


def _covers(looker: Looker, parts: Sequence[Weighed]) -> bool:
    """True when the parts that are not defeated hold every unit that may be claimed."""
    live = [part.parcel for part in parts if part.parcel and part.standing < Standing.REFUTED]
    if len(live) == len(parts):
        return not looker.facts.unpacked
    left = ordered_units(looker.facts.case)
    for parcel in live:
        for item_id, quantity in parcel.contents if parcel.contents_told else ():
            left[item_id] = left.get(item_id, 0) - quantity
    return bool(left) and all(quantity <= 0 for quantity in left.values())


def _overall(parts: Sequence[Weighed]) -> Standing:
    """Defeated parcels do not drag down one that stands; an unfinished one does."""
    live = [part.standing for part in parts if part.standing < Standing.REFUTED]
    if not live:
        return min(part.standing for part in parts)
    if len(live) < len(parts) and min(live) >= Standing.UNKNOWN:
        return Standing.REFUTED
    if max(live) >= Standing.UNKNOWN and min(live) <= Standing.OPEN:
        return Standing.OPEN
    return max(live)


def verdicts(looker: Looker, reason: Reason, tables: Tables, *, every: bool = True) -> tuple[Verdict, ...]:
    """Every defence that may answer `reason`, the best first; with `every` false only those made for that reason."""
    wanted = [
        defence
        for defence in tables.defences
        if defence.answers(reason)
        and (every or "*" not in defence.reasons)
        and (looker.facts.case.number > 1 or not defence.later_claims)
    ]
    found = [judge(looker, defence) for defence in wanted]
    return tuple(sorted(found, key=_order))


def _order(verdict: Verdict) -> tuple[int, int, int, str]:
    return verdict.standing, verdict.lacking, verdict.defence.rank, verdict.defence.id
