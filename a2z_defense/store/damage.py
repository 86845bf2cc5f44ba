"""Which pieces of evidence can no longer be read: every blob is opened once. For `a2z doctor`; it migrates nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.environment import Home
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.store.blobs import Blobs
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.keys import KeyRing

_ROWS = """
SELECT id, kind, subject, sha256, provenance, blob,
  (SELECT group_concat(order_id, ', ') FROM mail_order WHERE evidence = evidence.id),
  (SELECT claim_id FROM entry WHERE entry.id = evidence.id)
FROM evidence WHERE blob IS NOT NULL ORDER BY seq
"""
_BY_ORDER = frozenset({EvidenceKind.ORDER, EvidenceKind.FINANCES, EvidenceKind.RETURNS, EvidenceKind.SENT})


@dataclass(frozen=True)
class Damaged:
    """A piece whose bytes are gone, cut, changed, or under a key that is not here."""

    id: str
    kind: EvidenceKind
    about: str
    """Order or claim ids; blank when only the claims themselves could tell."""


def damaged_pieces(database: Path, home: Home, keys: KeyRing) -> list[Damaged]:
    """Every piece of evidence that cannot be read, oldest first."""
    blobs, sent = Blobs(home.blobs, keys), Blobs(home.sent, keys, sealed=True)
    found = []
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        for evidence_id, name, subject, sha256, provenance, blob, orders, claim_id in connection.execute(_ROWS):
            kind = EvidenceKind(name)
            try:
                (sent if kind is EvidenceKind.SENT else blobs).get(blob)
                blobs.open(provenance, f"provenance {evidence_id}")
                is_bad = blob not in keys.names(sha256)
            except BlobDamaged:
                is_bad = True
            if is_bad:
                own = str(subject).partition("#")[0] if kind in _BY_ORDER else ""
                found.append(Damaged(evidence_id, kind, claim_id or orders or own))
    return found
