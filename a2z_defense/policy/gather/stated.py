"""Readings that the seller took from an exhibit: `a2z state CLAIM FACT VALUE --from EXHIBIT`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from a2z_defense.base.errors import UsageError
from a2z_defense.base.instants import parse_instant
from a2z_defense.model.case import Case
from a2z_defense.model.entries import AttachmentKind, Entry, EntryKind
from a2z_defense.model.mail import MailKind
from a2z_defense.model.money import Money, money_told
from a2z_defense.policy.addresses import read_place
from a2z_defense.policy.parcels import Parcel
from a2z_defense.policy.readings import Reading, Value, squeezed
from a2z_defense.policy.tables import FactDef, Tables

Told = tuple[str, str | None, Reading]


BUYERS_WORD = frozenset({"place_named_by_buyer", "buyer_acknowledged_receipt", "buyer_comment"})
"""Facts that only the buyer's own words or the order can tell: a carrier's record shows none of them."""
_MAY_QUOTE = frozenset({AttachmentKind.SCREENSHOT, AttachmentKind.OTHER})
"""Kinds of attached files that may show a message of the buyer's."""


def cannot_show(case: Case, entry: Entry, tables: Tables) -> str | None:
    """Why the exhibit of a stated fact shows nothing of the kind; None when it may."""
    fact = tables.fact(entry.fact or "")
    if entry.kind is not EntryKind.STATED or entry.from_exhibit is None or fact is None:
        return None
    files = {one.attachment for one in case.entries if one.file == entry.from_exhibit and one.attachment is not None}
    if fact.name in BUYERS_WORD:
        no = entry.from_exhibit in _without_the_buyer(case) or bool(files and _MAY_QUOTE.isdisjoint(files))
        return "which holds no word of the buyer: state it from the buyer's message" if no else None
    if fact.shown_by and (
        entry.from_exhibit in _without_the_carrier(case) or bool(files and files.isdisjoint(fact.shown_by))
    ):
        return f"which is nothing of the carrier's: attach what shows it --as {' or '.join(fact.shown_by[:4])}"
    return None


def _without_the_buyer(case: Case) -> set[str]:
    """Exhibits that hold no word of the buyer: carriers' records, labels, Amazon's finances, messages of our own."""
    return {
        *(one.evidence for one in case.shipments),
        *(one.evidence for one in case.labels),
        *(one.evidence for one in case.listings),
        *(case.finances.evidence if case.finances else ()),
        *(mail.evidence for mail in case.messages if mail.read.kind is MailKind.SELLER_MESSAGE),
    }


def _without_the_carrier(case: Case) -> set[str]:
    """Exhibits that no carrier made: notices and messages, Amazon's order, finances and listings."""
    return {
        *(mail.evidence for mail in (*case.notices, *case.messages)),
        *(one.evidence for one in case.listings),
        *(case.finances.evidence if case.finances else ()),
        *((case.order.evidence,) if case.order else ()),
    }


def parse_value(text: str, fact: FactDef) -> Value:
    """The stated value of `fact`.

    Raises UsageError that says which form is expected; the command line checks an entry with it before it is kept.
    """
    text = text.strip()
    if fact.kind == "instant":
        return parse_instant(text, what=fact.name)
    if fact.kind == "date":
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise _bad(fact, "a date like 2026-11-21") from None
    if fact.kind == "yes_no":
        if text.casefold() in {"yes", "no", "true", "false"}:
            return text.casefold() in {"yes", "true"}
        raise _bad(fact, "yes or no")
    if fact.kind == "choice":
        if text.casefold() not in fact.choices:
            raise _bad(fact, " | ".join(fact.choices))
        return text.casefold()
    if fact.kind == "money":
        return _money(text, fact)
    if fact.kind == "address":
        return read_place(text)
    if not text:
        raise _bad(fact, "some words")
    return text


def stated_readings(case: Case, parcels: Sequence[Parcel], tables: Tables) -> Iterator[Told]:
    """The seller's readings. A later reading of the same exhibit takes the place of an earlier one."""
    latest: dict[tuple[str | None, str | None, str | None], Entry] = {}
    for entry in case.entries:
        if entry.kind is EntryKind.STATED:
            latest[entry.fact, entry.from_exhibit, entry.parcel] = entry
    for entry in latest.values():
        fact = tables.fact(entry.fact or "")
        if fact is None or entry.value is None or cannot_show(case, entry, tables):
            continue
        try:
            reading = Reading(parse_value(entry.value, fact), entry.from_exhibit or entry.id, "seller")
        except UsageError:
            continue  # an entry of an older a2z whose form is not read any more: shown, proves nothing
        if fact.per_parcel or fact.name in {"carrier", "tracking_number"}:
            for parcel in parcels:
                if _about(entry, parcel, alone=len(parcels) == 1):
                    yield fact.name, parcel.key, reading
        else:
            yield fact.name, None, reading


def _about(entry: Entry, parcel: Parcel, *, alone: bool) -> bool:
    return alone if entry.parcel is None else squeezed(entry.parcel) == squeezed(parcel.key)


def _money(text: str, fact: FactDef) -> Money:
    found = money_told(text)
    if found is None:
        raise _bad(fact, "an amount and a currency, like 119.00 EUR")
    return found


def _bad(fact: FactDef, expected: str) -> UsageError:
    return UsageError(f"the value of {fact.name} is not in its form", expected=expected, remedy=f"state {fact.help}")
