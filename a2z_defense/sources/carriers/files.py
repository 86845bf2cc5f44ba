"""An exported table and a mapping file to carrier records: any ERP's or warehouse's CSV, in the documented form.

The file stays in the store as it came. Each shipment's rows become a record of their own in the documented JSON, with
the digest of the file and the mapping that read it: a third party's record, received on the day it was read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.clock import CaseClock
from a2z_defense.base.errors import ConfigurationError, UsageError
from a2z_defense.model.carrier_mapping import FIELDS, CarrierMapping, read_mapping
from a2z_defense.model.evidence import EvidenceKind, Observation, Provenance, SourceFailure
from a2z_defense.model.ids import ORDER_ID

SCHEMA = "a2z-carrier-file/1"
_OF_SHIPMENT = ("carrier", "service", "order_id", "status", "promised_at")


def load_mapping(path: Path) -> CarrierMapping:
    """The seller's own mapping file. Raises ConfigurationError that says what is wrong with it."""
    try:
        return read_mapping(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as why:
        raise ConfigurationError(
            f"the mapping file {path.name} cannot be used: {why}",
            expected="the form that docs/carrier-files.md shows",
            remedy="mend that line",
        ) from None


def header_of(path: Path) -> list[str]:
    """The column names of an exported table; none for a file without any. Raises UsageError."""
    return _rows(_bytes(path))[0]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as why:
        raise UsageError(
            f"{path} cannot be read: {why.strerror or type(why).__name__}", remedy="check the path"
        ) from None


def _rows(body: bytes) -> tuple[list[str], Iterator[list[str]]]:
    """Header and rows of a table separated by commas, semicolons or tabs."""
    text = _text(body)
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max("\t;,", key=first.count))
    return [word.strip() for word in next(table, [])], table


@dataclass(frozen=True)
class ExportedTable:
    """A CSV or TSV file, read through a mapping."""

    path: Path
    mapping: CarrierMapping
    clock: CaseClock

    @property
    def name(self) -> str:
        return self.path.name

    def observe(self) -> Iterator[Observation | SourceFailure]:
        """The file, then a record per tracking number in order of appearance, its subject the order or the number.

        Raises UsageError for a file that is not there or whose columns are not the mapping's.
        """
        body = _bytes(self.path)
        records = self._records(body)
        whole = Provenance(
            source="carrier",
            operation=self.mapping.title,
            origin=self.path.name,
            obtained_at=self.clock.now(),
            clock="set" if self.clock.is_set else None,
        )
        yield Observation(EvidenceKind.WHOLE, f"carrier file {self.path.name}", body, "text/csv", whole)
        slicing = f"the rows of this tracking number, through the mapping {self.mapping.title!r}"
        part = whole.model_copy(update={"whole_sha256": hashlib.sha256(body).hexdigest(), "slicing": slicing})
        for number, rows in records.items():
            yield Observation(
                EvidenceKind.CARRIER, _subject(number, rows), _record(number, rows), "application/json", part
            )

    def _records(self, body: bytes) -> dict[str, list[dict[str, str | None]]]:
        header, table = _rows(body)
        if self.mapping.refuse:
            raise UsageError(
                f"{self.path.name} is {self.mapping.title}",
                expected="a table with a tracking number in every row",
                remedy=self.mapping.refuse,
            )
        if not self.mapping.fits(header):
            raise UsageError(
                f"{self.path.name} has not the columns of the mapping {self.mapping.title!r}",
                expected="a header with " + ", ".join(self.mapping.recognise),
                remedy="choose the mapping for this export, or write one",
            )
        found: dict[str, list[dict[str, str | None]]] = {}
        for cells in table:
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            for record in self.mapping.records(row):
                number = re.sub(r"[\s']", "", record.get("tracking_number") or "")
                if number:
                    found.setdefault(number, []).append(record)
        return found


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _subject(number: str, rows: list[dict[str, str | None]]) -> str:
    """`ORDER-ID#number` when the rows name one Amazon order, so that its case finds the record; else the number."""
    orders = {row["order_id"] for row in rows if row.get("order_id") and ORDER_ID.fullmatch(row["order_id"] or "")}
    return f"{orders.pop()}#{number}" if len(orders) == 1 else number


def _record(number: str, rows: list[dict[str, str | None]]) -> bytes:
    """The documented JSON of one shipment; the same rows always give the same bytes."""
    shared = {name: next((row[name] for row in rows if row.get(name)), None) for name in _OF_SHIPMENT}
    scans = [{name: row[name] for name in FIELDS if name not in _OF_SHIPMENT and row.get(name)} for row in rows]
    for scan in scans:
        scan.pop("tracking_number", None)
    shipment = {
        "tracking_number": number,
        **{name: value for name, value in shared.items() if value},
        "events": [scan for scan in scans if scan],
    }
    return json.dumps({"schema": SCHEMA, "shipments": [shipment]}, ensure_ascii=False, indent=1).encode()
