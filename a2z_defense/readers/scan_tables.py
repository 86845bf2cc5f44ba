"""One table per carrier: which of its codes is a first scan, which is a delivery, where it was left."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from a2z_defense.model.tracking import ScanKind

_FOLDER = Path(__file__).parent / "tables" / "carriers"


@dataclass(frozen=True)
class CarrierTable:
    """The meaning of one carrier's codes."""

    scans: Mapping[str, ScanKind]
    left_with: Mapping[str, str]

    def kind(self, code: str) -> ScanKind:
        """What `code` means; OTHER for one that the table does not know."""
        return self.scans.get(code, ScanKind.OTHER)


@cache
def carrier_table(carrier: str) -> CarrierTable:
    """The table called `carrier`; an empty one when there is none: every code is then OTHER."""
    path = _FOLDER / f"{carrier}.toml"
    if not path.is_file():
        return CarrierTable({}, {})
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return CarrierTable(
        {code: ScanKind(kind) for code, kind in table["scans"].items()}, dict(table.get("left_with", {}))
    )
