"""What a probe finds, and the helpers that every probe uses.

A probe looks at the facts for one catalogue item and says held, missing, unknown or contradicted, with the exhibits.
Most items need none of their own: `generic` serves any item that is held as soon as a fact or a file is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from a2z_defense.model.assessment import ItemState
from a2z_defense.model.case import SourceState
from a2z_defense.model.entries import Entry
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.readings import Reading
from a2z_defense.policy.tables import ItemDef
from a2z_defense.policy.titles import within


@dataclass(frozen=True)
class Found:
    """The state of one item, why, and the exhibits that show it, best first."""

    state: ItemState
    why: str
    exhibits: tuple[str, ...] = ()


Probe = Callable[[Facts, ItemDef, Parcel | None], Found]
PROBES: dict[str, Probe] = {}
"""Probe by catalogue id; an item without an entry is served by `generic`."""


def probe(*item_ids: str) -> Callable[[Probe], Probe]:
    """Register a probe for these catalogue ids."""

    def register(function: Probe) -> Probe:
        for item_id in item_ids:
            if item_id in PROBES:
                raise ValueError(f"two probes for {item_id}")
            PROBES[item_id] = function
        return function

    return register


def held(why: str, *exhibits: str | None) -> Found:
    return Found(ItemState.HELD, why, unique(exhibits))


def missing(why: str, *exhibits: str | None) -> Found:
    return Found(ItemState.MISSING, why, unique(exhibits))


def unknown(why: str, *exhibits: str | None) -> Found:
    return Found(ItemState.UNKNOWN, why, unique(exhibits))


def contradicted(why: str, *exhibits: str | None) -> Found:
    return Found(ItemState.CONTRADICTED, why, unique(exhibits))


def not_applicable(why: str, *exhibits: str | None) -> Found:
    return Found(ItemState.NOT_APPLICABLE, why, unique(exhibits))


def unique(exhibits: tuple[str | None, ...]) -> tuple[str, ...]:
    """The exhibits without None and without repetition, in order."""
    return tuple(dict.fromkeys(found for found in exhibits if found))


def absent(facts: Facts, item: ItemDef, why: str = "nothing was found") -> Found:
    """Nothing was found: unknown when a source gave no answer, else missing."""
    silent = facts.silent(item.sources)
    if not silent:
        unread = () if item.sources else facts.unread()
        return (
            unknown(f"{why}; an attached file was not read yet: state what it shows", *unread)
            if unread
            else missing(why)
        )
    words = []
    for name in silent:
        report = facts.case.source(name)
        why = f": {report.why}" if report.why else ""
        if report.state is SourceState.NOT_ASKED:
            words.append(f"{name} was not asked{why}")
        else:
            words.append(f"{name} gave no answer ({report.state.value}{why})")
    return unknown("; ".join(words))


def read_by(reading: Reading) -> str:
    """Says who took the reading when it was not an answer of Amazon or a carrier."""
    return " (read by the seller)" if reading.by == "seller" else ""


def generic(facts: Facts, item: ItemDef, parcel: Parcel | None) -> Found:
    """Held as soon as one of the item's facts has a reading that is not a no, or a file of its kind was read."""
    about = parcel if item.per == "parcel" else None
    noes: list[Reading] = []
    for name in item.facts:
        for reading in facts.readings(name, parcel_for(facts, name, about)):
            if reading.value is False:
                noes.append(reading)
                continue
            shown = "" if reading.value is True else f": {reading.words}"
            files = facts.attachments(item.attachments, about)
            return held(
                f"{within(item.title)}{shown}{read_by(reading)}",
                *(entry.file for entry in files if entry.file == reading.exhibit),
                reading.exhibit,
                *(entry.file for entry in files),
            )
    if noes:
        return missing(f"read as no{read_by(noes[0])}", *(reading.exhibit for reading in noes))
    files = facts.attachments(item.attachments, about)
    if files:
        return of_files(facts, files)
    loose = facts.attachments(item.attachments)
    if loose:
        return unknown("a file is attached, but it does not say for which parcel", *(entry.file for entry in loose))
    return absent(facts, item)


def of_files(facts: Facts, files: tuple[Entry, ...]) -> Found:
    """What files of an item's kind show: nothing as long as nobody stated what is to be seen on one of them."""
    read = [entry for entry in files if facts.is_read(entry)]
    if read:
        return held(f"attached as {read[0].attachment} and read by the seller", *(entry.file for entry in read))
    words = f"attached as {files[0].attachment}, but nobody has read it yet: state what it shows"
    return unknown(words, *(entry.file for entry in files))


def parcel_for(facts: Facts, fact: str, parcel: Parcel | None) -> Parcel | None:
    """The parcel to ask `fact` of: None for a fact that is told once for the claim."""
    found = facts.tables.fact(fact)
    per_parcel = found is not None and (found.per_parcel or fact in {"carrier", "tracking_number"})
    return parcel if per_parcel else None
