"""`a2z export`: everything that is kept of one claim, decrypted, as a package that other programs read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection

import a2z_defense
from a2z_defense.base.atomic import whole_file
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.bundle.archive import Digesting
from a2z_defense.bundle.bag import Content, seal_into
from a2z_defense.bundle.layout import EXPORT_FILE, canonical_json, content_of, evidence_entries
from a2z_defense.jobs.gather import gather
from a2z_defense.jobs.purge import EXPORTS
from a2z_defense.jobs.sent import sent_files
from a2z_defense.store import builds, claims, evidence, journal
from a2z_defense.store.claims import Claim
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.store import Store, open_store


@dataclass(frozen=True)
class Exported:
    """One export."""

    claim_id: str
    path: Path
    pieces: int
    damaged: tuple[BlobDamaged, ...] = ()
    """What could not be read, and so is not in it."""


def export(environment: Environment, wanted: str, out: Path) -> Exported:
    """Write the evidence, its provenance, what was sent and the journal of a claim into one ZIP.

    Its path is kept before anything is written, so that a purge reaches the copy, a half one too. What is damaged is
    left out, named in the package and returned. Raises NoSuchClaim, UsageError when the file exists: an export never
    overwrites.
    """
    with open_store(environment) as store:
        with store.writing() as connection:
            claim = claims.resolve(connection, wanted)
            path = (out / f"{claim.claim_id}.zip" if out.is_dir() else out).absolute()
            if path.exists():
                raise UsageError(f"{path} exists", expected="a new file", remedy="give another --out")
            if not path.parent.is_dir():
                raise UsageError(
                    f"{path.parent} is no folder", expected="a folder", remedy="make it, or give another --out"
                )
            builds.keep_path(store, connection, claim.claim_id, EXPORTS, path)
        lost: list[BlobDamaged] = []
        with store.reading() as connection:
            entries = _entries(store, connection, claim, lost)
            damaged = {one.evidence_id: one for one in lost}
            about = {"claim_id": claim.claim_id, "order_id": claim.order_id, **_named(store, connection, damaged)}
        content = [*entries, (EXPORT_FILE, canonical_json(about))]
        info = {"External-Identifier": claim.claim_id, "Bag-Software-Agent": f"a2z {a2z_defense.__version__}"}
        with whole_file(path) as stream:
            digesting = Digesting(stream)
            seal_into(digesting, content, info)
            digest = digesting.sha256.hexdigest()
            with store.writing() as connection:
                store.act(connection, "export", claim=claim.claim_id, subject=claim.claim_id, digest=digest)
    pieces = sum(name.startswith(_COUNTED) for name, _content in entries)
    return Exported(claim.claim_id, path, pieces, tuple(damaged.values()))


_COUNTED = ("evidence/", "sent/")


def _entries(store: Store, connection: Connection, claim: Claim, lost: list[BlobDamaged]) -> list[tuple[str, Content]]:
    """Everything that can be read of the claim, and its journal."""
    pieces = gather(store, connection, claim, lost=lost).pieces
    beside = evidence.get(store, connection, claims.entry_ids(connection, claim.claim_id)).values()
    held = {piece.evidence.id for piece in pieces}
    pieces += tuple(evidence.pieces(store, connection, (one for one in beside if one.id not in held), lost))
    copies = sent_files(store, connection, claim.claim_id)
    names = {one.evidence.id: f"sent/v{one.version}/{one.path}" for one in copies}
    sent = evidence.pieces(store, connection, [one.evidence for one in copies], lost)
    subjects = frozenset(piece.evidence.id for piece in pieces)
    rows = [asdict(row) for row in journal.rows(connection, claim.claim_id, subjects)]
    return [
        *evidence_entries(pieces),
        *((names[piece.evidence.id], content_of(piece)) for piece in sent),
        ("journal.json", canonical_json(rows)),
    ]


def _named(store: Store, connection: Connection, damaged: Mapping[str, BlobDamaged]) -> dict[str, Sequence[object]]:
    """What is damaged, in the package that it is not in."""
    found = evidence.get(store, connection, damaged).values()
    return {"damaged": [{"id": o.id, "kind": o.kind.value, "sha256": o.sha256} for o in found]} if damaged else {}
