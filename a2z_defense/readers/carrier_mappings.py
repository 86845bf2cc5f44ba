"""The mappings that ship with a2z: one file per program whose exports are known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from a2z_defense.model.carrier_mapping import CarrierMapping, read_mapping

_FOLDER = Path(__file__).parent / "tables" / "carrier_files"


@cache
def known_mappings() -> tuple[CarrierMapping, ...]:
    """The mappings that ship with a2z, the most particular first."""
    found = [read_mapping(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.toml"))]
    return tuple(sorted(found, key=lambda mapping: -len(mapping.recognise)))


def mapping_for(header: Sequence[str]) -> CarrierMapping | None:
    """The known mapping that fits this header, or None."""
    return next((mapping for mapping in known_mappings() if mapping.fits(header)), None)
