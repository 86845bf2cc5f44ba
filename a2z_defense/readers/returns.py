"""The returns report (GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE) to one order's return requests.

Columns are found by their names, in both spellings that Amazon uses ("Order ID", "order-id"), never by position.
Days come without a zone and stay days.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterator

from a2z_defense.model.evidence import Piece
from a2z_defense.model.finances import ReturnRow
from a2z_defense.model.money import Money
from a2z_defense.readers.fields import as_instant, decimal, load, text, unreadable
from a2z_defense.readers.texts import decoded

_MONTHS = {
    word: number
    for number, word in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_FLAGS = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}


def read_returns(piece: Piece, order_id: str) -> tuple[ReturnRow, ...]:
    """The order's rows, in the report's order; none when Amazon cancelled the report because it had nothing to tell.

    Raises Unreadable when there is no header with an order id column.
    """
    if piece.evidence.media_type == "application/json" and text(load(piece), "processingStatus") == "CANCELLED":
        return ()
    return tuple(_row(piece, cell) for cell in return_cells(piece) if cell("order id") == order_id)


def return_cells(piece: Piece) -> Iterator[Callable[[str], str | None]]:
    """Each row as a function from a column's name to its cell; None for an absent column or an empty cell."""
    lines = csv.reader(re.split(r"\r\n|\n|\r", decoded(piece)), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = [_name(word) for word in next(lines, [])]
    if "order id" not in header:
        raise unreadable(piece, "a file without a column called Order ID")
    for cells in lines:
        told = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        if any(told.values()):
            yield lambda name, told=told: told.get(name) or None  # type: ignore[misc]


def _name(word: str) -> str:
    return re.sub(r"[\s_-]+", " ", word).strip().lower()


def _row(piece: Piece, cell: Callable[[str], str | None]) -> ReturnRow:
    requested, delivered = cell("return request date"), cell("return delivery date")
    quantity = cell("return quantity")
    return ReturnRow(
        evidence=piece.evidence.id,
        order_id=cell("order id") or "",
        requested_at=as_instant(requested),
        requested_on=_day(requested),
        status=cell("return request status"),
        reason=cell("return reason"),
        item_id=cell("order item id"),
        asin=cell("asin"),
        sku=cell("merchant sku"),
        quantity=int(quantity) if quantity and re.fullmatch(r"\d{1,6}", quantity) else None,
        a_to_z=_flag(cell("a to z claim")),
        rma=cell("amazon rma id") or cell("merchant rma id"),
        label_type=cell("label type"),
        label_paid_by=cell("label to be paid by"),
        carrier=cell("return carrier"),
        tracking_number=cell("tracking id"),
        resolution=cell("resolution"),
        refunded=_refunded(cell),
        in_policy=_flag(cell("in policy")),
        delivered_at=as_instant(delivered),
        delivered_on=_day(delivered),
    )


def _refunded(cell: Callable[[str], str | None]) -> Money | None:
    """A refund in the row's currency; a blank cell is not told, and neither is an amount without a currency."""
    amount, currency = decimal(cell("refunded amount")), cell("currency code")
    if amount is None or currency is None or not re.fullmatch(r"[A-Z]{3}", currency):
        return None
    return Money(amount=amount, currency=currency)


def _flag(word: str | None) -> bool | None:
    return _FLAGS.get(word.lower()) if word else None


def _day(word: str | None) -> dt.date | None:
    """`14-Jul-2025` or `2025-07-14`. The machine's locale has no part in it."""
    if not word:
        return None
    try:
        if found := re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})", word):
            return dt.date(int(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1]))
        return dt.date.fromisoformat(word) if re.fullmatch(r"\d{4}-\d\d-\d\d", word) else None
    except ValueError:
        return None
