"""Evidence that was damaged: the same bytes take its place when they come in again, or it is given up on the record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, text

from a2z_defense.model.evidence import EvidenceKind, Piece, Provenance
from a2z_defense.store.provenance import sealed
from a2z_defense.store.store import Store


def mend(store: Store, connection: Connection, pieces: Sequence[Piece]) -> None:
    """A known piece whose file is gone, set aside because it was damaged, or given up, has its bytes again."""
    query = text("SELECT id, blob FROM evidence WHERE id IN :ids AND purged_at IS NULL").bindparams(
        bindparam("ids", expanding=True)
    )
    kept = {row.id: row.blob for row in connection.execute(query, {"ids": [piece.evidence.id for piece in pieces]})}
    for piece in pieces:
        folder = store.bodies(piece.evidence.kind)
        blob = kept.get(piece.evidence.id, "")
        if blob == "" or (blob and folder.is_there(blob)):
            continue
        connection.execute(
            text("UPDATE evidence SET blob = :blob WHERE id = :id"),
            {"id": piece.evidence.id, "blob": folder.put_all([piece.body])[0]},
        )
        store.act(connection, "restored", subject=piece.evidence.id, digest=piece.evidence.sha256)


def restore_provenance(
    store: Store, connection: Connection, evidence_id: str, sha256: str, provenance: Provenance
) -> None:
    """A piece that does not tell its origin any more has this one."""
    connection.execute(
        text("UPDATE evidence SET provenance = :provenance WHERE id = :id"),
        {"id": evidence_id, "provenance": sealed(store, evidence_id, provenance)},
    )
    store.act(connection, "restored", subject=evidence_id, digest=sha256)


def give_up(store: Store, connection: Connection, evidence_id: str) -> None:
    """Nobody waits any longer for the bytes of a damaged piece; should they come in again, they take their place."""
    row = connection.execute(text("SELECT sha256 FROM evidence WHERE id = :id"), {"id": evidence_id}).one()
    connection.execute(text("UPDATE evidence SET blob = NULL, provenance = NULL WHERE id = :id"), {"id": evidence_id})
    store.act(connection, "lost", subject=evidence_id, digest=row.sha256)


def is_whole(store: Store, connection: Connection, kind: EvidenceKind, subject: str) -> bool:
    """True when no piece of that kind about `subject` has lost its file; a damaged one is set aside once it is read."""
    query = text(
        "SELECT blob FROM evidence WHERE kind = :kind AND blob IS NOT NULL"
        " AND (subject = :subject OR subject LIKE :subject || '#%')"
    )
    blobs = connection.execute(query, {"kind": kind.value, "subject": subject}).scalars()
    return all(store.bodies(kind).is_there(blob) for blob in blobs)
