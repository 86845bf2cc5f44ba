"""`a2z attach --table`: a carrier's or warehouse's exported table, read through a mapping file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.base.media import media_type
from a2z_defense.jobs.assess import refresh, tables_of
from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.model.tracking import Scan, ScanKind
from a2z_defense.readers.carrier_file import read_carrier_file
from a2z_defense.readers.carrier_mappings import mapping_for
from a2z_defense.readers.errors import Unreadable
from a2z_defense.sources.carriers.files import ExportedTable, header_of, load_mapping
from a2z_defense.store import claims, evidence
from a2z_defense.store.store import open_store

MOST_NAMED = 3
"""So many unknown events are named."""


@dataclass(frozen=True)
class TableRead:
    records: int
    """Shipments in the table."""
    placed: dict[str, int]
    """Claim id to the number of records that its case now rests on."""
    not_placed: int
    doubts: tuple[str, ...] = ()
    """Tracking numbers that are not what their carrier's look like, and what is not understood."""


def read_table(environment: Environment, table: Path, mapping: Path | None = None) -> TableRead:
    """Keep the table and a record per shipment; every claim that one belongs to is judged anew.

    Without a mapping file the table must be a known program's export, or have the documented columns.
    Raises UsageError for a file that is not there or has not the mapping's columns, ConfigurationError for the mapping.
    """
    chosen = load_mapping(mapping) if mapping is not None else mapping_for(header_of(table))
    if chosen is None:
        raise UsageError(
            f"the columns of {table.name} are not known",
            expected="the documented columns, or those of a known program's export",
            remedy="say what they are with --mapping FILE: docs/carrier-files.md shows one",
        )
    exported = ExportedTable(table, chosen, environment.clock)
    found = [thing for thing in exported.observe() if isinstance(thing, Observation)]
    pieces = [as_piece(one) for one in found if one.kind is EvidenceKind.CARRIER]
    records = {piece.evidence.id for piece in pieces}
    placed: dict[str, int] = {}
    seen: set[str] = set()
    with open_store(environment) as store:
        evidence.add(store, found)
        tables = tables_of(environment)
        with store.writing() as connection:
            for claim in claims.claims(connection):
                judged = refresh(store, connection, claim, tables)
                mine = records & {piece.evidence.id for piece in judged.gathered.pieces}
                if mine:
                    placed[claim.claim_id] = len(mine)
                    seen |= mine
    return TableRead(len(records), placed, len(records - seen), tuple(_doubts(pieces)))


def attached_doubts(environment: Environment, body: bytes) -> list[str]:
    """What is to be said of a file attached as a carrier's record: that no scan can be read from it, or that a tracking
    number is not what its carrier's look like. A picture, a PDF or a mail is read by the seller."""
    if not _is_table(body):
        return []
    try:
        return list(_doubts([_piece(environment, body)]))
    except Unreadable as why:
        return [f"kept, but no scan could be read from it. What to do: {why.remedy}"]


def why_unread(environment: Environment, body: bytes) -> Unreadable | None:
    """Why a file attached as a carrier's record tells no scan; None when it does, or is a picture, a PDF or a mail."""
    if not _is_table(body):
        return None
    try:
        read_carrier_file(_piece(environment, body))
    except Unreadable as why:
        return why
    return None


def _is_table(body: bytes) -> bool:
    return media_type(body).startswith(("text/", "application/json", "application/octet-stream"))


def _piece(environment: Environment, body: bytes) -> Piece:
    provenance = Provenance(source="seller", obtained_at=environment.clock.now())
    return as_piece(Observation(EvidenceKind.FILE, "file", body, media_type(body), provenance))


def _doubts(pieces: Iterable[Piece]) -> Iterator[str]:
    """Numbers that look mistyped, and what is not understood and so proves nothing. Raises Unreadable."""
    from a2z_defense.sources.carriers.numbers import check_number

    scans: list[Scan] = []
    for piece in pieces:
        for shipment in read_carrier_file(piece):
            scans += shipment.scans
            doubt = check_number(shipment.carrier, shipment.tracking_number).warning
            if doubt:
                yield f"tracking number {shipment.tracking_number}: {doubt}"
    unknown = [scan.code for scan in scans if scan.kind is ScanKind.OTHER]
    if unknown:
        named = ", ".join(f"“{code}”" for code in list(dict.fromkeys(unknown))[:MOST_NAMED])
        yield (
            f"{len(unknown)} of {len(scans)} event(s) are not known and prove nothing, like {named}: put the words of"
            " docs/carrier-files.md into the column `event`"
        )
    untimed = [scan for scan in scans if scan.at is None]
    if untimed:
        yield (
            f"{len(untimed)} of {len(scans)} time(s) are missing, not ISO 8601 or without a zone, and prove no moment:"
            " write them like 2026-11-12T11:42:00+01:00"
        )
