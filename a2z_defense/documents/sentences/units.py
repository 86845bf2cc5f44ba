"""Which units a parcel covers, and which are not shown as delivered: one full sentence each."""

from __future__ import annotations

from collections.abc import Iterable

from a2z_defense.documents.said import Said, exhibits_of, joined
from a2z_defense.documents.sentences.openings import delivered_at, protected, way_back
from a2z_defense.documents.sentences.writer import Line, Writer, shortened
from a2z_defense.model.order import OrderItem

_TITLE_LIMIT, _UNITS = 60, 6
"""Characters of an item's title, and items of one line: a reviewer reads what is claimed, not a catalogue."""


def units(w: Writer) -> Line:
    """Which units each tracking number covers, and which are not shown as delivered."""
    yield from covered(w)
    titles = _titles(w)
    yield w.fill("line.units_open", units=_row(w, [_unit(w, n, titles[item]) for item, n in _open_units(w).items()]))


def covered(w: Writer) -> Line:
    """Which units each tracking number covers, when there is more than one parcel, or one does not hold all."""
    titles = _titles(w)
    if len(w.facts.parcels) < 2 and not _open_units(w):
        return
    for parcel in w.facts.defended:
        named = [_unit(w, count, titles[item]) for item, count in parcel.of.contents if item in titles]
        yield w.fill("line.units", number=w.number(parcel), units=_row(w, named))


def _titles(w: Writer) -> dict[str, OrderItem]:
    order = w.facts.case.order
    return {item.id: item for item in order.items} if order else {}


def alone(w: Writer) -> Line:
    """What holds for a parcel that the defence leaves out, and what is asked for it alone."""
    facts = {
        "claims_protection": ("line.alone_protected", protected),
        "returned_to_sender": ("line.alone_returned", way_back),
    }
    others = {one.tracking_number or one.package: one.other.id for one in w.facts.undefended if one.other}
    for key, defence in others.items():
        parcel = w.facts.parcel(key)
        if parcel is not None and defence in facts:
            name, fact = facts[defence]
            yield w.fill(name, number=w.number(parcel), fact=fact(w, (parcel,)))


def _open_units(w: Writer) -> dict[str, int]:
    """Units in no package, or in one of several that is not shown as delivered, by order item: never more than were
    ordered (a parcel sent anew is one)."""
    titles, found = _titles(w), dict[str, int]()
    for one in w.facts.undefended:
        parcel = w.facts.parcel(one.tracking_number or one.package)
        unshown = parcel is None or (len(w.facts.parcels) > 1 and delivered_at(w, parcel) is None)
        if one.item_id in titles and unshown:
            found[one.item_id] = found.get(one.item_id, 0) + one.quantity
    covered: dict[str, int] = {}
    for verdict in w.facts.assessment.units:
        if verdict.defended and verdict.item_id:
            covered[verdict.item_id] = covered.get(verdict.item_id, 0) + verdict.quantity
    rest = {item: min(count, titles[item].quantity - covered.get(item, 0)) for item, count in found.items()}
    return {item: count for item, count in rest.items() if count > 0}


def _unit(w: Writer, count: int, item: OrderItem) -> Said | None:
    order = w.facts.case.order
    title = shortened(item.title or item.sku or item.id, _TITLE_LIMIT)
    return w.fill("line.unit", count=count, title=w.say(title, order.evidence if order else None))


def _row(w: Writer, parts: Iterable[Said | None]) -> Said | None:
    known = [part for part in parts if part]
    more = w.t("line.unit_more", count=len(known) - _UNITS) if len(known) > _UNITS else None
    row = joined(", ", known[:_UNITS])
    return Said(f"{row}, {more}" if more else row, exhibits_of(*known)) if known else None
