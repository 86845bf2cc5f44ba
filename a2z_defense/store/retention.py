"""What a purge removes and what it leaves: digests, so that the journal still verifies, and the day of the purge.

A piece of evidence is purged in the store first (its blob and provenance are forgotten in one transaction, with a row
in the journal), then on the disk. A purge that is interrupted between the two is finished by the next one.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, bindparam, text

from a2z_defense.base.locks import exclusive
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.store import builds, index
from a2z_defense.store.blobs import DAMAGED
from a2z_defense.store.location import database_path
from a2z_defense.store.store import Store

SCRUB_WAIT_SECONDS = 30.0
"""How long a purge waits for readers of the database; a2z's own are done in a moment."""
_PURGED_BUILD = "purged.build."


@dataclass(frozen=True)
class Kept:
    """One piece of evidence that still has its bytes."""

    id: str
    kind: str
    sha256: str
    size: int
    first_seen: dt.datetime
    """Its age counts from here: a mailbox that is read whole at every fetch would keep its mails young for ever."""


def kept_pieces(connection: Connection) -> list[Kept]:
    """Every piece that still has its bytes, oldest first."""
    rows = connection.execute(
        text("SELECT id, kind, sha256, size, first_seen FROM evidence WHERE blob IS NOT NULL ORDER BY seq")
    )
    return [Kept(r.id, r.kind, r.sha256, r.size, dt.datetime.fromisoformat(r.first_seen)) for r in rows]


def purge_pieces(store: Store, connection: Connection, pieces: Iterable[Kept], why: str) -> None:
    """Forget the bytes and the provenance of these pieces. The files go with `sweep`, after the transaction."""
    for piece in pieces:
        connection.execute(
            text("UPDATE evidence SET blob = NULL, provenance = NULL, purged_at = :at WHERE id = :id"),
            {"id": piece.id, "at": store.now()},
        )
        for table in ("sighting", "quarantine"):
            connection.execute(text(f"DELETE FROM {table} WHERE evidence = :id"), {"id": piece.id})  # noqa: S608
        store.act(connection, f"purge: {why}", subject=piece.id, digest=piece.sha256)


def scrub(store: Store) -> None:
    """Write the database's file anew without the pages of deleted rows, empty its log, and remove the copies that
    were made before migrations. Raises sqlite3.Error when somebody reads for too long, or the disk is full."""
    path = database_path(store.environment)
    with exclusive(store.environment.home.locks / "store.lock", wait_seconds=60, holder="writing to the store"):
        with closing(sqlite3.connect(path, timeout=SCRUB_WAIT_SECONDS, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if is_busy:
                raise sqlite3.OperationalError("another program reads it")
        for copy in path.parent.glob(f"{path.name}.before-*"):
            copy.unlink()


def sweep(store: Store, connection: Connection) -> int:
    """Remove every blob that no evidence names, and what a killed run left half written; returns how many blobs. The
    writer's lock must be held: a fetch writes its blobs before their rows, under the same lock."""
    rows = connection.execute(text("SELECT kind, blob FROM evidence WHERE blob IS NOT NULL")).all()
    removed = 0
    for folder in (store.blobs, store.sent):
        named = {row.blob for row in rows if store.bodies(EvidenceKind(row.kind)) is folder}
        for leaving in folder.root.glob("*/.*.tmp"):
            leaving.unlink(missing_ok=True)
        # One that was set aside because it is damaged stays as long as its row: a part of it may still be of use.
        for name in [name for name in folder.names() if name.removesuffix(DAMAGED) not in named]:
            folder.remove(name)
            removed += 1
    return removed


def purge_builds(store: Store, connection: Connection, claim_id: str) -> list[int]:
    """Note that every version of a claim is purged; returns their numbers. Their files go after the transaction.

    Exports of the claim, which the register keeps as its version 0, go with them.
    """
    versions = list(
        connection.execute(
            text(
                "SELECT version FROM build WHERE claim_id = :claim_id"
                " UNION SELECT version FROM build_path WHERE claim_id = :claim_id ORDER BY version"
            ),
            {"claim_id": claim_id},
        ).scalars()
    )
    fresh = [number for number in versions if build_purged_at(connection, claim_id, number) is None]
    for number in fresh:
        build = builds.version(connection, claim_id, number)
        index.note(connection, f"{_PURGED_BUILD}{claim_id}/v{number}", store.now())
        store.act(
            connection,
            f"purge build v{number}" if number else "purge exports",
            claim=claim_id,
            subject=build.inputs if build else "",
            digest=build.manifest if build else "",
        )
    return fresh


def build_purged_at(connection: Connection, claim_id: str, number: int) -> str | None:
    """The instant at which a version was purged, or None."""
    return index.noted(connection, f"{_PURGED_BUILD}{claim_id}/v{number}")


def purged_builds(connection: Connection) -> list[tuple[str, int]]:
    """Versions that are purged and may still lie somewhere: (claim, number)."""
    rows = connection.execute(text("SELECT DISTINCT claim_id, version FROM build_path ORDER BY claim_id, version"))
    return [(r.claim_id, r.version) for r in rows if build_purged_at(connection, r.claim_id, r.version) is not None]


def forget_path(store: Store, connection: Connection, claim_id: str, number: int, path: Path) -> None:
    """A copy of a version is gone: its path is no longer kept."""
    rows = connection.execute(
        text("SELECT rowid, path FROM build_path WHERE claim_id = :claim_id AND version = :number"),
        {"claim_id": claim_id, "number": number},
    ).all()
    for rowid, sealed in rows:
        if Path(store.blobs.open(sealed, f"path {claim_id} {number}").decode()) == path:
            connection.execute(text("DELETE FROM build_path WHERE rowid = :rowid"), {"rowid": rowid})


def remaining(connection: Connection, ids: Iterable[str]) -> int:
    """How many of these pieces still have their bytes."""
    query = text("SELECT count(*) FROM evidence WHERE blob IS NOT NULL AND id IN :ids").bindparams(
        bindparam("ids", expanding=True)
    )
    return int(connection.execute(query, {"ids": list(ids)}).scalar_one())


def drop_claim(store: Store, connection: Connection, claim_id: str) -> None:
    """A claim of which nothing is kept leaves the queue and the list of claims; its journal rows stay."""
    for table in ("queue", "claim", "entry"):
        connection.execute(text(f"DELETE FROM {table} WHERE claim_id = :claim_id"), {"claim_id": claim_id})  # noqa: S608
    connection.execute(text("DELETE FROM note WHERE key = :key"), {"key": f"ack.{claim_id}"})
    store.act(connection, "claim forgotten", claim=claim_id, subject=claim_id)
