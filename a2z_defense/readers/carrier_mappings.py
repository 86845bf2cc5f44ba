"""Which program wrote a table, and which of its columns say what: one mapping file per program."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "tables" / "carrier_files"


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

    def fits(self, header: Sequence[str]) -> bool:
        names = {name.lower() for name in header}
        return all(name.lower() in names for name in self.recognise)

    def records(self, row: Mapping[str, str]) -> Iterator[dict[str, str | None]]:
        """The row as scans: one per event column that holds a time, or one without any event."""
        cells = {name.lower(): cell or None for name, cell in row.items()}
        if self.same_names:
            yield cells
            return
        shared = {ours: cells.get(theirs.lower()) for ours, theirs in self.columns.items()}
        told = [
            {**shared, "event": event["event"], "code": event["column"], "time": time}
            for event in self.events
            if (time := cells.get(event["column"].lower()))
        ]
        yield from told or [shared]


def read_mapping(text: str) -> CarrierMapping:
    """A mapping file. Raises ValueError or KeyError for one that is not whole."""
    table: dict[str, Any] = tomllib.loads(text)
    mapping = CarrierMapping(
        title=table["title"],
        recognise=tuple(table["recognise"]),
        columns=dict(table.get("columns", {})),
        events=tuple(dict(event) for event in table.get("events", ())),
        same_names=bool(table.get("same_names", False)),
    )
    if not mapping.recognise or (not mapping.same_names and "tracking_number" not in mapping.columns):
        raise ValueError("a mapping needs columns to recognise the file by, and one for tracking_number")
    return mapping


@cache
def known_mappings() -> tuple[CarrierMapping, ...]:
    """The mappings that ship with a2z, the most particular first."""
    found = [read_mapping(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.toml"))]
    return tuple(sorted(found, key=lambda mapping: -len(mapping.recognise)))


def mapping_for(header: Sequence[str]) -> CarrierMapping | None:
    """The known mapping that fits this header, or None."""
    return next((mapping for mapping in known_mappings() if mapping.fits(header)), None)
