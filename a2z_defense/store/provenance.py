"""Where evidence came from, as the store keeps it: encrypted, for names of files and folders may name people."""

from __future__ import annotations

from sqlalchemy import Connection, text

from a2z_defense.model.evidence import Provenance
from a2z_defense.store.errors import BlobDamaged, OtherKey
from a2z_defense.store.store import Store

NO_PROVENANCE = "damaged"
"""Stands for the source of a piece that does not tell it any more; `evidence.pieces` never gives it out."""


def opened(store: Store, evidence_id: str, sealed: bytes | None) -> Provenance | None:
    """A sealed provenance; None when it is damaged, or gone with its piece."""
    if sealed is None:
        return None
    try:
        return Provenance.model_validate_json(store.blobs.open(sealed, f"provenance {evidence_id}"))
    except OtherKey:
        raise
    except BlobDamaged:
        return None


def sealed(store: Store, evidence_id: str, provenance: Provenance) -> bytes:
    """A provenance as `opened` reads it."""
    return store.blobs.seal(provenance.model_dump_json().encode(), f"provenance {evidence_id}")


def provenances(store: Store, connection: Connection, evidence_id: str) -> list[Provenance]:
    """Every origin of a piece of evidence that can still be read, the first one first."""
    found = connection.execute(
        text("SELECT provenance FROM evidence WHERE id = :id AND provenance IS NOT NULL"), {"id": evidence_id}
    ).scalars()
    seen = connection.execute(
        text("SELECT provenance FROM sighting WHERE evidence = :id ORDER BY at, rowid"), {"id": evidence_id}
    ).scalars()
    read = (opened(store, evidence_id, one) for one in [*found, *seen])
    return [provenance for provenance in read if provenance is not None]
