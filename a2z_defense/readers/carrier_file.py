"""A carrier's or warehouse's exported record to shipments: a2z's documented CSV and JSON, and known programs' exports.

Every record read here is a third party's: it says what somebody's export says, not what the carrier answered.

The documented CSV has a header and one row per scan; the JSON is `{"schema": "a2z-carrier-file/1", "shipments":
[{"tracking_number", "carrier", "service", "order_id", "promised_at", "status", "events": [...]}]}` with the event
fields of the CSV. Fields: tracking_number (needed), carrier, service, order_id, event, code, time, city, region,
postal_code, country, address, latitude, longitude, leg, signed_by, left_with. `event` is a word of `ScanKind`; without
it `code` is looked up in the carrier's table. `time` is ISO 8601; without a zone it is kept as words and is no instant.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from a2z_defense.model.evidence import Piece
from a2z_defense.model.tracking import Leg, Place, Scan, ScanKind, Shipment
from a2z_defense.readers.carrier_mappings import mapping_for
from a2z_defense.readers.errors import Unreadable
from a2z_defense.readers.fields import as_instant, load, rows
from a2z_defense.readers.scan_tables import carrier_table
from a2z_defense.readers.texts import decoded

SCHEMA = "a2z-carrier-file/1"
_LEGS = {"forward": Leg.FORWARD, "return": Leg.RETURN}
_TURNS = frozenset({ScanKind.RETURNING, ScanKind.REJECTED, ScanKind.UNDELIVERABLE})
_END = "end of the table"
"""A line after the last one: read as one unless a quotation mark is still open, which takes in all that follows."""
_LATEST = dt.datetime.max.replace(tzinfo=dt.UTC)

Record = Mapping[str, str | None]
"""One scan, by the documented field names."""


def read_carrier_file(piece: Piece) -> tuple[Shipment, ...]:
    """The shipments of the file, in order of their tracking numbers. Raises Unreadable for an unknown format."""
    records = list(_json_records(piece) if piece.body.lstrip()[:1] == b"{" else _csv_records(piece))
    if not records:
        raise _unknown(piece, "a file without a single tracking number")
    key = lambda record: record["tracking_number"] or ""  # noqa: E731
    return tuple(_shipment(piece, number, list(same)) for number, same in groupby(sorted(records, key=key), key=key))


def _unknown(piece: Piece, what: str) -> Unreadable:
    return Unreadable(
        f"evidence {piece.evidence.id} is {what}",
        expected="the documented CSV or JSON of docs/carrier-files.md, or a known program's export",
        remedy="rename the columns to the documented ones, or attach it --as carrier and state what it says",
    )


def _json_records(piece: Piece) -> Iterator[Record]:
    found = load(piece)
    if found.get("schema") != SCHEMA:
        raise _unknown(piece, "JSON without the schema of carrier files")
    for shipment in rows(found, "shipments"):
        shared = {key: _word(shipment.get(key)) for key in shipment if key != "events"}
        if _number(shared.get("tracking_number")):
            for event in rows(shipment, "events") or [{}]:
                yield _record(shared | {key: _word(value) for key, value in event.items()})


def _csv_records(piece: Piece) -> Iterator[Record]:
    body = decoded(piece)
    first = re.split(r"[\r\n]", body, maxsplit=1)[0]
    table = csv.reader(io.StringIO(f"{body}\n{_END}", newline=""), delimiter=max("\t;,", key=first.count))
    *lines, end = table
    if end != [_END]:
        raise Unreadable(
            f"evidence {piece.evidence.id} is a table with a quotation mark that is never closed",
            expected="a quotation mark at the end of what one begins",
            remedy="export the table again, or take the mark out",
        )
    header = [word.strip() for word in next(iter(lines), [])]
    mapping = mapping_for(header)
    if mapping is None:
        raise _unknown(piece, "a table whose columns are not known")
    if mapping.refuse:
        raise Unreadable(
            f"evidence {piece.evidence.id} is {mapping.title}",
            expected="a table with a tracking number in every row",
            remedy=mapping.refuse,
        )
    for cells in lines[1:]:
        told = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        for record in mapping.records(told):
            if _number(record.get("tracking_number")):
                yield _record(record)


def _record(found: Mapping[str, str | None]) -> Record:
    return {**found, "tracking_number": _number(found.get("tracking_number"))}


def _number(word: str | None) -> str | None:
    """A tracking number without blanks, and without the sign that spreadsheets put before digits."""
    return re.sub(r"[\s']", "", word) or None if word else None


def _word(value: Any) -> str | None:
    if isinstance(value, bool | dict | list) or value is None:
        return None
    return str(value).strip() or None


def _shipment(piece: Piece, number: str, records: list[Record]) -> Shipment:
    first = records[0]
    carrier = next((found for record in records if (found := record.get("carrier"))), None)
    scans = _legs([scan for record in records if (scan := _scan(piece, number, carrier, record))])
    scans.sort(key=lambda scan: (scan.at is None, scan.at or _LATEST, scan.local_time or ""))
    return Shipment(
        evidence=piece.evidence.id,
        tracking_number=number,
        carrier=carrier,
        service=first.get("service"),
        scans=tuple(scans),
        summary=first.get("status"),
        promised_at=as_instant(first.get("promised_at")),
        third_party=True,
    )


def _legs(scans: list[Scan]) -> list[Scan]:
    """Exports seldom name the leg: it is the forward one only when no word in the record speaks of a return."""
    if any(scan.leg is Leg.RETURN or scan.kind in _TURNS for scan in scans):
        return scans
    return [scan.model_copy(update={"leg": Leg.FORWARD}) if scan.leg is Leg.UNKNOWN else scan for scan in scans]


def _scan(piece: Piece, number: str, carrier: str | None, record: Record) -> Scan | None:
    code, event = record.get("code"), record.get("event")
    if not code and not event:
        return None
    time = record.get("time")
    at = as_instant(time)
    return Scan(
        evidence=piece.evidence.id,
        tracking_number=number,
        leg=_LEGS.get((record.get("leg") or "").lower(), Leg.UNKNOWN),
        kind=_kind(event, code, carrier),
        code=code or event or "",
        at=at,
        local_time=time if at is None else None,
        place=_place(record),
        signed_by=record.get("signed_by"),
        left_with=record.get("left_with"),
    )


def _kind(event: str | None, code: str | None, carrier: str | None) -> ScanKind:
    """The file's own word when it is one of ours; else the carrier's table; else OTHER, which proves nothing."""
    if event:
        try:
            return ScanKind(event.strip().lower().replace(" ", "_"))
        except ValueError:
            code = code or event
    name = re.sub(r"[^a-z0-9]+", "-", (carrier or "").lower()).strip("-")
    return carrier_table(name).kind(code or "") if name else ScanKind.OTHER


def _place(record: Record) -> Place | None:
    place = Place(
        lines=(address,) if (address := record.get("address")) else (),
        city=record.get("city"),
        region=record.get("region"),
        postal_code=record.get("postal_code"),
        country=record.get("country"),
        latitude=_degrees(record.get("latitude"), 90),
        longitude=_degrees(record.get("longitude"), 180),
    )
    return place if place != Place() else None


def _degrees(word: str | None, most: int) -> float | None:
    try:
        found = float(word) if word else None
    except ValueError:
        return None
    return found if found is not None and -most <= found <= most else None
