"""The facts of a case: every reading of every fact, gathered once from all the evidence.

Probes ask here, never the case's raw parts, so that a value from an answer of Amazon and a value that the seller read
from a screenshot are weighed alike, and two that disagree are seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from a2z_defense.model.case import Case, SourceState
from a2z_defense.model.entries import TRANSLATION, AttachmentKind, Entry, EntryKind
from a2z_defense.policy.gather import gather
from a2z_defense.policy.happenings import when
from a2z_defense.policy.life import Life, life_of
from a2z_defense.policy.parcels import NOWHERE, Parcel, claimed_units, ordered_units, parcels_of
from a2z_defense.policy.readings import Reading, squeezed
from a2z_defense.policy.tables import Tables

SILENT = frozenset({SourceState.FAILED, SourceState.REFUSED, SourceState.NOT_ASKED})
"""States of a source after which what it alone could tell is unknown."""
_SCANNED = frozenset({"first_scan_at", "delivered_at"})
"""Times that a carrier's own record tells better than any reading of it."""


@dataclass(frozen=True)
class Facts:
    """Case, life, parcels and readings, for the probes."""

    case: Case
    tables: Tables
    life: Life
    parcels: tuple[Parcel, ...]
    found: dict[tuple[str, str | None], tuple[Reading, ...]]

    def readings(self, fact: str, parcel: Parcel | None = None) -> tuple[Reading, ...]:
        """The readings of `fact`, for one parcel when the fact is told per parcel."""
        return self.found.get((fact, parcel.key if parcel else None), ())

    def first(self, fact: str, parcel: Parcel | None = None) -> Reading | None:
        """The strongest reading: Amazon's and the carriers' answers go before the seller's own."""
        return next(iter(self.readings(fact, parcel)), None)

    def instant(self, fact: str, parcel: Parcel | None = None) -> tuple[dt.datetime, str] | None:
        """The earliest reading of an instant, with its exhibit. Of a carrier's scan the record goes before what the
        seller read from a file."""
        known = [r for r in self.readings(fact, parcel) if isinstance(r.value, dt.datetime)]
        strong = [r for r in known if r.by != "seller" or fact not in _SCANNED] or known
        return min(((r.value, r.exhibit) for r in strong if isinstance(r.value, dt.datetime)), default=None)

    def says(self, fact: str, parcel: Parcel | None = None) -> bool | None:
        """A yes or no fact: True when a reading says yes, False when one says no, None when none says anything."""
        answers = [r.value for r in self.readings(fact, parcel) if isinstance(r.value, bool)]
        return any(answers) if answers else None

    def attachments(self, kinds: Iterable[str], parcel: Parcel | None = None) -> tuple[Entry, ...]:
        """Attached files of those kinds that bear on the parcel."""
        wanted = {AttachmentKind(kind) for kind in kinds}
        return tuple(
            entry
            for entry in self.case.entries
            if entry.kind is EntryKind.ATTACHED and entry.attachment in wanted and self.bears_on(entry, parcel)
        )

    def bears_on(self, entry: Entry, parcel: Parcel | None) -> bool:
        """An entry that names no parcel bears on the only one; with several it bears on none."""
        if parcel is None:
            return True
        if entry.parcel is None:
            return len(self.parcels) <= 1
        return squeezed(entry.parcel) == squeezed(parcel.key)

    def unread(self) -> tuple[str, ...]:
        """Files attached without a kind that says what they show, and without a reading: they may hold anything."""
        plain = {AttachmentKind.OTHER, AttachmentKind.SCREENSHOT}
        files = [e for e in self.case.entries if e.kind is EntryKind.ATTACHED and e.attachment in plain]
        return tuple(entry.file for entry in files if entry.file is not None and not self.is_read(entry))

    def is_read(self, attached: Entry) -> bool:
        """True when the seller stated something that the attached file shows; a translation is no reading."""
        return any(
            entry.kind is EntryKind.STATED and entry.from_exhibit == attached.file and entry.fact != TRANSLATION
            for entry in self.case.entries
        )

    def silent(self, sources: Iterable[str]) -> tuple[str, ...]:
        """Those of the sources that gave no answer."""
        return tuple(name for name in sources if self.case.source(name).state in SILENT)

    def requested(self, item_id: str) -> Entry | None:
        """The latest `a2z ask` for that item."""
        asked = [e for e in self.case.entries if e.kind is EntryKind.ASKED and e.item == item_id]
        return max(asked, key=when, default=None)

    @property
    def unpacked(self) -> tuple[tuple[str, int], ...]:
        """Claimed units (order item id, number) that lie in no package; empty when the packages do not tell."""
        order = self.case.order
        if order is None or not order.packages_told or not all(parcel.contents_told for parcel in self.parcels):
            return ()
        left, claimed = ordered_units(self.case), claimed_units(self.case)
        for parcel in self.parcels:
            for item_id, quantity in parcel.contents:
                left[item_id] = left.get(item_id, 0) - quantity
        return tuple((item_id, min(quantity, claimed[item_id])) for item_id, quantity in left.items() if quantity > 0)

    @property
    def claimed_parcels(self) -> tuple[Parcel, ...]:
        """Parcels with claimed units; a nameless stand-in when no parcel is known."""
        return tuple(parcel for parcel in self.parcels if parcel.claimed) or (NOWHERE,)


def facts_of(case: Case, tables: Tables) -> Facts:
    """Gather every fact of the case."""
    parcels, life = parcels_of(case), life_of(case)
    return Facts(
        case=case, tables=tables, life=life, parcels=parcels, found=gather(case, tables, parcels or (NOWHERE,), life)
    )
