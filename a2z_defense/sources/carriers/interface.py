"""The seam for what carriers and warehouses know: one source, many shipments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from a2z_defense.model.evidence import Observation, SourceFailure


class CarrierSource(Protocol):
    """A place that tells of shipments. Reading changes nothing there."""

    @property
    def name(self) -> str:
        """For people; no password in it."""

    def observe(self) -> Iterator[Observation | SourceFailure]:
        """First the whole as it came, for the store alone; then each shipment's own part, by its tracking number."""
