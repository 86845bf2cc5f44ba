"""`a2z export`: everything that is kept of one claim, decrypted, as a package that other programs read."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path

import a2z_defense
from a2z_defense.base.atomic import write_atomic
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.bundle.bag import seal
from a2z_defense.bundle.layout import EXPORT_FILE, canonical_json, evidence_entries
from a2z_defense.jobs.gather import gather
from a2z_defense.jobs.purge import EXPORTS
from a2z_defense.jobs.sent import sent_files
from a2z_defense.model.evidence import Piece
from a2z_defense.store import builds, claims, evidence, journal, retention
from a2z_defense.store.store import open_store


def export(environment: Environment, wanted: str, out: Path) -> tuple[str, Path, int]:
    """Write the evidence, its provenance, what was sent and the journal of a claim into one ZIP.

    Returns the claim's id, the path and the number of pieces. The path is kept, so that a purge reaches the copy.
    Raises NoSuchClaim, UsageError when the file exists: an export never overwrites.
    """
    with open_store(environment) as store, store.writing() as connection:
        claim = claims.resolve(connection, wanted)
        path = (out / f"{claim.claim_id}.zip" if out.is_dir() else out).absolute()
        if path.exists():
            raise UsageError(f"{path} exists", expected="a new file", remedy="give another --out")
        if not path.parent.is_dir():
            raise UsageError(
                f"{path.parent} is no folder", expected="a folder", remedy="make it, or give another --out"
            )
        pieces = gather(store, connection, claim).pieces
        beside = evidence.get(store, connection, claims.entry_ids(connection, claim.claim_id)).values()
        held = {piece.evidence.id for piece in pieces}
        pieces += tuple(evidence.pieces(store, connection, (one for one in beside if one.id not in held)))
        sent = [
            (f"sent/v{one.version}/{one.path}", Piece(one.evidence, evidence.body(store, connection, one.evidence.id)))
            for one in sent_files(store, connection, claim.claim_id)
            if retention.remaining(connection, [one.evidence.id])
        ]
        subjects = frozenset(piece.evidence.id for piece in pieces)
        rows = [asdict(row) for row in journal.rows(connection, claim.claim_id, subjects)]
        content = seal(
            [
                *evidence_entries(pieces),
                *((name, piece.body) for name, piece in sent),
                ("journal.json", canonical_json(rows)),
                (EXPORT_FILE, canonical_json({"claim_id": claim.claim_id, "order_id": claim.order_id})),
            ],
            {"External-Identifier": claim.claim_id, "Bag-Software-Agent": f"a2z {a2z_defense.__version__}"},
        )
        builds.keep_path(store, connection, claim.claim_id, EXPORTS, path)
        digest = hashlib.sha256(content).hexdigest()
        store.act(connection, "export", claim=claim.claim_id, subject=claim.claim_id, digest=digest)
    # After the transaction: a path that is registered and not there is harmless, a copy that nobody knows is not.
    write_atomic(path, content)
    return claim.claim_id, path, len(pieces) + len(sent)
