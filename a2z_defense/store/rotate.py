"""Everything sealed under an older key is sealed under the one in force."""

from __future__ import annotations

from sqlalchemy import text

from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.store import evidence
from a2z_defense.store.retention import sweep
from a2z_defense.store.store import Store

BATCH = 100


def reseal(store: Store) -> int:
    """Move every blob and every sealed column to the current key; returns the number of blobs moved.

    In batches, each a transaction: a row points to its new blob before the old one is removed.
    """
    moved = 0
    with store.reading() as connection:
        waiting = list(connection.execute(text("SELECT id FROM evidence ORDER BY seq")).scalars())
    for start in range(0, len(waiting), BATCH):
        moved += _evidence(store, waiting[start : start + BATCH])
    _columns(store)
    with store.writing() as connection:
        sweep(store, connection)  # the blobs under the old key: no row names them any more
    return moved


def _evidence(store: Store, ids: list[str]) -> int:
    moved = 0
    with store.writing() as connection:
        for evidence_id in ids:
            row = connection.execute(
                text("SELECT kind, blob, sha256, provenance FROM evidence WHERE id = :id"), {"id": evidence_id}
            ).one()
            aad = f"provenance {evidence_id}"
            sealed = store.blobs.seal(store.blobs.open(row.provenance, aad), aad) if row.provenance else None
            blob = row.blob
            if blob is not None and blob != store.blobs.keys.current.name(row.sha256):
                body = evidence.body(store, connection, evidence_id)  # damage is said with what to do
                blob = store.bodies(EvidenceKind(row.kind)).put_all([body])[0]
                moved += 1
            connection.execute(
                text("UPDATE evidence SET blob = :blob, provenance = :sealed WHERE id = :id"),
                {"id": evidence_id, "blob": blob, "sealed": sealed},
            )
    return moved


def _columns(store: Store) -> None:
    with store.writing() as connection:
        for row in connection.execute(text("SELECT rowid, evidence, provenance FROM sighting")).all():
            aad = f"provenance {row.evidence}"
            connection.execute(
                text("UPDATE sighting SET provenance = :sealed WHERE rowid = :id"),
                {"id": row.rowid, "sealed": store.blobs.seal(store.blobs.open(row.provenance, aad), aad)},
            )
        for row in connection.execute(text("SELECT rowid, claim_id, version, path FROM build_path")).all():
            aad = f"path {row.claim_id} {row.version}"
            connection.execute(
                text("UPDATE build_path SET path = :sealed WHERE rowid = :id"),
                {"id": row.rowid, "sealed": store.blobs.seal(store.blobs.open(row.path, aad), aad)},
            )
        # Mailboxes are named under the old key and cannot be renamed: they are read again from their beginning,
        # which adds nothing.
        connection.execute(text("DELETE FROM mailbox"))
