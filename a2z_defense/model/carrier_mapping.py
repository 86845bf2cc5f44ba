"""Which columns of an exported table say what: the mapping from a program's words to the documented fields."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FIELDS = (
    "tracking_number",
    "carrier",
    "service",
    "order_id",
    "status",
    "promised_at",
    "event",
    "code",
    "time",
    "address",
    "city",
    "region",
    "postal_code",
    "country",
    "latitude",
    "longitude",
    "leg",
    "signed_by",
    "left_with",
)
"""The fields of a carrier file, as docs/carrier-files.md explains them."""


@dataclass(frozen=True)
class CarrierMapping:
    """Columns of one export to the documented fields."""

    title: str
    recognise: tuple[str, ...]
    """Columns that only this export has together, compared without case."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Documented field to column."""
    events: tuple[Mapping[str, str], ...] = ()
    """Columns that hold a time, each with the event that it is the time of."""
    same_names: bool = False
    """The columns already have the documented names."""
    refuse: str = ""
    """Why a table with these columns is no carrier's record, and what to do instead."""

    def fits(self, header: Sequence[str]) -> bool:
        names = {name.lower() for name in header}
        return all(name.lower() in names for name in self.recognise)

    def records(self, row: Mapping[str, str]) -> Iterator[dict[str, str | None]]:
        """The row as scans: one per event column that holds a time, or one without any event."""
        cells = {name.lower(): cell or None for name, cell in row.items()}
        if self.same_names:
            yield {name: cells.get(name) for name in FIELDS}
            return
        shared = {ours: cells.get(theirs.lower()) for ours, theirs in self.columns.items()}
        told = [
            {**shared, "event": event["event"], "code": event["column"], "time": time}
            for event in self.events
            if (time := cells.get(event["column"].lower()))
        ]
        yield from told or [shared]


def read_mapping(text: str) -> CarrierMapping:
    """A mapping file. Raises ValueError that says what is wrong with it."""
    try:
        table: dict[str, Any] = tomllib.loads(text)
        mapping = CarrierMapping(
            title=str(table["title"]),
            recognise=tuple(map(str, table["recognise"])),
            columns={str(ours): str(theirs) for ours, theirs in table.get("columns", {}).items()},
            events=tuple({"column": str(e["column"]), "event": str(e["event"])} for e in table.get("events", ())),
            same_names=table.get("same_names") is True,
            refuse=str(table.get("refuse", "")),
        )
    except (KeyError, TypeError, AttributeError) as why:
        raise ValueError(f"a mapping file needs title, recognise and columns: {why}") from None
    unknown = sorted(set(mapping.columns) - set(FIELDS))
    if unknown:
        raise ValueError(f"no field of a carrier file is called {', '.join(unknown)}")
    told = mapping.same_names or mapping.refuse or "tracking_number" in mapping.columns
    if not mapping.recognise or not told:
        raise ValueError("a mapping needs columns to recognise the file by, and one for tracking_number")
    return mapping
