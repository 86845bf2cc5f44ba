"""Return requests and "refund initiated" mails: list items, then one table."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from a2z_defense.model.mail import RefundFacts, ReturnFacts
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.model.money import Money, total
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.amounts import find_amounts, read_amount
from a2z_defense.readers.mail.dates import written_dates
from a2z_defense.readers.mail.labels import labelled, tabled
from a2z_defense.readers.mail.view import View
from a2z_defense.readers.mail.words import flat, shown
from a2z_defense.readers.mail.zones import EARLIEST_ZONE

MAX_TEXT = 4000


def _facts(view: View) -> dict[str, str]:
    rows = view.letter.rows if view.letter else ()
    return labelled(view.text, rows) | tabled(rows)


def _text(value: str | None) -> str | None:
    return shown(" ".join(value.split()))[:MAX_TEXT] if value and value.strip() else None


def _authorised(value: str | None) -> bool | None:
    words = flat(value or "").strip(" .")
    table = tables.load("facts")["authorised"]
    if words in table["no"]:
        return False
    return True if words in table["yes"] else None


def read_return(view: View, marketplace: Marketplace | None) -> ReturnFacts:
    """The facts of a return request."""
    facts = _facts(view)
    zone: dt.tzinfo = ZoneInfo(marketplace.zone) if marketplace else EARLIEST_ZONE
    requested = [written.instant(zone) for written in written_dates(facts.get("requested_on", ""))]
    quantity = facts.get("quantity", "").strip()
    return ReturnFacts(
        requested_on=min(requested, default=None),
        authorised=_authorised(facts.get("authorised")),
        reason=_text(facts.get("reason")),
        comment=_text(facts.get("comment")),
        asin=_text(facts.get("asin")),
        sku=_text(facts.get("sku")),
        quantity=int(quantity) if quantity.isdecimal() and len(quantity) < 6 else None,
        carrier=_text(facts.get("carrier")),
        tracking_number=_text(facts.get("tracking")),
    )


def read_refund(view: View, marketplace: Marketplace | None) -> RefundFacts:
    """The facts of a refund mail. The amount is the subject's, else the table's item and shipping refunds together."""
    facts = _facts(view)
    return RefundFacts(
        amount=_subject_amount(view, marketplace) or _table_amount(facts, marketplace),
        reason=_text(facts.get("reason")),
        sku=_text(facts.get("sku")),
    )


def _subject_amount(view: View, marketplace: Marketplace | None) -> Money | None:
    found = tables.first("subjects", view.flat_subject, means=("refund_issued",))
    if found:
        return read_amount(found[1]["amount"], marketplace)
    amounts = find_amounts(view.flat_subject, marketplace)
    return amounts[0] if len(amounts) == 1 else None


def _table_amount(facts: dict[str, str], marketplace: Marketplace | None) -> Money | None:
    parts = [
        read_amount(flat(facts[name]), marketplace) for name in ("item_refund", "shipping_refund") if facts.get(name)
    ]
    known = [part for part in parts if part is not None]
    return total(known) if known and len(known) == len(parts) else None
