"""`Label: value` lines of notices and return mails, with labels from the table `facts.toml`."""

from __future__ import annotations

import re
from itertools import pairwise

from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.words import flat

_LABELLED = re.compile(r"[\s\-–*•·|]*(?P<label>[^\W\d_][^:：\n]{1,50}?)\s*[:：]\s*(?P<value>.*)")
_HEADING = re.compile(r"[^:：\n]{3,50}\?")
MAX_LINES = 3000


def labelled(text: str, rows: tuple[tuple[str, ...], ...] = ()) -> dict[str, str]:
    """Fact -> value, the first of each, from the lines of `text` and from two-cell `rows`. Values are as written."""
    known = tables.load("facts")["labels"]
    found: dict[str, str] = {}

    def put(label: str, value: str) -> None:
        name = known.get(flat(label).strip(" :*-"))
        if name and value.strip():
            found.setdefault(name, " ".join(value.split()))

    lines = text.split("\n")[:MAX_LINES]
    for index, line in enumerate(lines):
        match = _LABELLED.match(line[:2000])
        if match:
            value = match["value"].strip()
            put(match["label"], value or next((after for after in lines[index + 1 : index + 3] if after.strip()), ""))
        elif _HEADING.fullmatch(line.strip()):
            put(line.strip(), next((after for after in lines[index + 1 : index + 4] if after.strip()), ""))
    for row in rows[:500]:
        if len(row) == 2:
            put(row[0], row[1])
    return found


def tabled(rows: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    """Fact -> value from a table whose first row holds the labels and whose second holds the values."""
    known = tables.load("facts")["labels"]
    for above, below in pairwise(rows):
        names = [known.get(flat(cell).strip(" :*")) for cell in above]
        if len(above) == len(below) and sum(name is not None for name in names) >= 2:
            return {name: value for name, value in reversed(list(zip(names, below, strict=True))) if name and value}
    return {}
