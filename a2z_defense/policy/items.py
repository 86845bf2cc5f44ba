"""The items of a defence for this case: each catalogue entry looked at, its level and state set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import Item, ItemState, Level
from a2z_defense.model.case import ClaimReason, ReasonSource
from a2z_defense.model.mail import Reason
from a2z_defense.policy.conflict import Conflict
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.happenings import when
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.probes import look
from a2z_defense.policy.probes.base import Found, absent, held
from a2z_defense.policy.tables import ItemDef, Needs

SATISFIED = frozenset({ItemState.HELD, ItemState.NOT_APPLICABLE})


@dataclass(frozen=True)
class Looker:
    """Makes items; holds what every item is weighed against."""

    facts: Facts
    reason: ClaimReason
    conflicts: tuple[Conflict, ...]
    _seen: dict[tuple[str, str | None], Found] = field(default_factory=dict)
    """What the probes found: defences share items, and each is looked at once."""

    def items(self, needs: Needs, parcels: Sequence[Parcel]) -> Iterator[Item]:
        """The items of `needs`, those told per parcel once for each parcel."""
        for item_id, level, group in needs.entries():
            definition = self.facts.tables.item(item_id)
            if definition.per == "claim":
                yield self.item(definition, level, group, None)
            else:
                for parcel in parcels:
                    yield self.item(definition, level, group, parcel)

    def item(self, definition: ItemDef, level: Level, group: str | None, parcel: Parcel | None) -> Item:
        """One item as it stands."""
        found = self._contradicted(definition, level, parcel, self._look(definition, parcel))
        found = self._requested(definition, level, found)
        return Item(
            id=definition.id,
            title=definition.title,
            level=level,
            group=group,
            state=found.state,
            why=found.why,
            exhibit=found.exhibits[0] if found.exhibits else None,
            exhibits=found.exhibits,
            how_to_get=definition.how_to_get,
            supports=definition.supports,
            source=definition.source,
            unit=parcel.key if parcel is not None and parcel.key and len(self.facts.parcels) > 1 else None,
        )

    def found(self, item_id: str, parcel: Parcel | None) -> Found:
        """What the evidence says of an item, before contradictions and requests are weighed."""
        definition = self.facts.tables.item(item_id)
        return self._look(definition, parcel if definition.per == "parcel" else None)

    def _look(self, definition: ItemDef, parcel: Parcel | None) -> Found:
        if definition.id == "claim_reason":
            words = f"{self.reason.key.value.replace('_', ' ')}, {self.reason.source.value}: {self.reason.why}"
            known = self.reason.key is not Reason.UNKNOWN
            return held(words, self.reason.exhibit) if known else absent(self.facts, definition, self.reason.why)
        key = (definition.id, parcel.key if parcel else None)
        if key not in self._seen:
            self._seen[key] = look(self.facts, definition, parcel)
        return self._seen[key]

    def _contradicted(self, definition: ItemDef, level: Level, parcel: Parcel | None, found: Found) -> Found:
        """What is held falls when two pieces of evidence about it disagree; disputed harm is shown as disputed."""
        disputable = {ItemState.HELD, ItemState.MISSING} if level is Level.HARMFUL else {ItemState.HELD}
        by_hand = definition.id == "claim_reason" and self.reason.source is ReasonSource.SET
        if found.state not in disputable or by_hand:
            return found
        for conflict in self.conflicts:
            if conflict.touches(definition.id, parcel):
                between = conflict.contradiction.between
                exhibits = tuple(dict.fromkeys((*between, *found.exhibits)))
                return Found(ItemState.CONTRADICTED, conflict.contradiction.what, exhibits)
        return found

    def _requested(self, definition: ItemDef, level: Level, found: Found) -> Found:
        asked = self.facts.requested(definition.id)
        if level is Level.HARMFUL or asked is None or found.state not in {ItemState.MISSING, ItemState.UNKNOWN}:
            return found
        words = f"asked of {asked.asked_of or 'somebody'} at {utc_text(when(asked))}"
        words += f", reference {asked.reference}" if asked.reference else ""
        words += f", due {utc_text(asked.due_at)}" if asked.due_at else ""
        return Found(ItemState.REQUESTED, f"{words}; until then: {found.why}", (*found.exhibits, asked.id))
