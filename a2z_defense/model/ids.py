"""Order ids and claim ids. A claim id is the order id, with `.2`, `.3` ... for later claims on the same order."""

from __future__ import annotations

import re

ORDER_ID = re.compile(r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])")
_CLAIM_ID = re.compile(r"(\d{3}-\d{7}-\d{7})(?:\.([1-9]\d*))?")


def claim_id(order_id: str, number: int) -> str:
    """The id of the order's `number`-th claim (1 is the first)."""
    return order_id if number == 1 else f"{order_id}.{number}"


def split_claim_id(text: str) -> tuple[str, int]:
    """Order id and number. Raises ValueError for anything else."""
    found = _CLAIM_ID.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a claim id like 402-1234567-7654321")
    return found[1], int(found[2] or 1)


def order_ids(text: str) -> tuple[str, ...]:
    """The different order ids in `text`, in order of appearance."""
    return tuple(dict.fromkeys(ORDER_ID.findall(text)))
