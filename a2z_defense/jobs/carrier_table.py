"""`a2z attach --table`: a carrier's or warehouse's exported table, read through a mapping file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.assess import refresh, tables_of
from a2z_defense.model.evidence import EvidenceKind, Observation, as_piece
from a2z_defense.sources.carriers.files import ExportedTable, load_mapping
from a2z_defense.store import claims, evidence
from a2z_defense.store.store import open_store


@dataclass(frozen=True)
class TableRead:
    records: int
    """Shipments in the table."""
    placed: dict[str, int]
    """Claim id to the number of records that its case now rests on."""
    not_placed: int


def read_table(environment: Environment, table: Path, mapping: Path) -> TableRead:
    """Keep the table and a record per shipment; every claim that one belongs to is judged anew.

    Raises UsageError for a file that is not there or has not the mapping's columns, ConfigurationError for the mapping.
    """
    exported = ExportedTable(table, load_mapping(mapping), environment.clock)
    found = [thing for thing in exported.observe() if isinstance(thing, Observation)]
    records = {as_piece(one).evidence.id for one in found if one.kind is EvidenceKind.CARRIER}
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
    return TableRead(len(records), placed, len(records - seen))
