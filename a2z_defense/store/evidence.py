"""Evidence in the store: added in batches, found by what it is about, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, bindparam, text

from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import (
    Evidence,
    EvidenceKind,
    LatePiece,
    Observation,
    Piece,
    Provenance,
    as_piece,
)
from a2z_defense.store import journal
from a2z_defense.store.errors import BlobDamaged, OtherKey, Purged, StoreUnusable
from a2z_defense.store.mending import mend, restore_provenance
from a2z_defense.store.provenance import NO_PROVENANCE, opened, provenances, sealed
from a2z_defense.store.store import Store, instant

HELD = 1 << 20
"""Bytes of a piece that is held in memory. A claim can have 40 photos of 10 MB: those are looked at one at a time."""


@dataclass(frozen=True)
class Added:
    """What became of an observation."""

    piece: Piece
    new: bool
    """False: it was known; a sighting was added."""
    purged_at: dt.datetime | None = None
    """It was known and is purged: nothing of it comes back."""


def add(store: Store, observations: Sequence[Observation]) -> list[Added]:
    """Keep a batch of observations in one transaction; blobs are durable before their rows are.

    A repeated observation adds a sighting when its provenance differs from what is kept, not evidence.
    """
    pieces = [as_piece(observation) for observation in observations]
    with store.writing() as connection:
        return add_within(store, connection, pieces, [observation.provenance for observation in observations])


def add_within(
    store: Store, connection: Connection, pieces: Sequence[Piece], provenances: Sequence[Provenance]
) -> list[Added]:
    """`add` inside the caller's transaction."""
    known = _known(connection, [piece.evidence.id for piece in pieces])
    mend(store, connection, pieces)
    fresh = [piece for piece in pieces if piece.evidence.id not in known]
    names: dict[str, str] = {}
    for folder in (store.blobs, store.sent):
        theirs = [piece for piece in fresh if store.bodies(piece.evidence.kind) is folder]
        names |= zip([p.evidence.id for p in theirs], folder.put_all(p.body for p in theirs), strict=True)
    added: list[Added] = []
    for piece, provenance in zip(pieces, provenances, strict=True):
        evidence = piece.evidence
        new, purged_at = evidence.id not in known, None
        if new:
            known.add(evidence.id)
            _insert(store, connection, evidence, names[evidence.id])
        else:
            purged_at = _sight(store, connection, evidence.id, provenance)
        added.append(Added(piece, new, purged_at))
    return added


def _known(connection: Connection, ids: list[str]) -> set[str]:
    query = text("SELECT id FROM evidence WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
    return set(connection.execute(query, {"ids": ids}).scalars())


def _insert(store: Store, connection: Connection, evidence: Evidence, blob: str) -> None:
    at = utc_text(evidence.provenance.obtained_at)
    connection.execute(
        text(
            "INSERT INTO evidence"
            " (id, kind, subject, sha256, size, media_type, blob, provenance, first_seen, last_seen)"
            " VALUES (:id, :kind, :subject, :sha256, :size, :media_type, :blob, :provenance, :at, :at)"
        ),
        {
            "id": evidence.id,
            "kind": evidence.kind.value,
            "subject": evidence.subject,
            "sha256": evidence.sha256,
            "size": evidence.size,
            "media_type": evidence.media_type,
            "blob": blob,
            "provenance": sealed(store, evidence.id, evidence.provenance),
            "at": at,
        },
    )
    journal.append(
        connection,
        journal.Chain.INPUTS,
        at=at,
        clock=evidence.provenance.clock,
        what=evidence.kind.value,
        subject=evidence.id,
        digest=evidence.sha256,
    )


def _sight(store: Store, connection: Connection, evidence_id: str, provenance: Provenance) -> dt.datetime | None:
    """Note that a known piece was seen again; returns when it was purged, if it was."""
    at = utc_text(provenance.obtained_at)
    query = text("SELECT provenance, sha256, purged_at FROM evidence WHERE id = :id")
    row = connection.execute(query, {"id": evidence_id}).one()
    if row.purged_at is not None:
        return instant(row.purged_at)
    connection.execute(
        text("UPDATE evidence SET last_seen = max(last_seen, :at) WHERE id = :id"), {"id": evidence_id, "at": at}
    )
    if opened(store, evidence_id, row.provenance) is None:
        restore_provenance(store, connection, evidence_id, row.sha256, provenance)
        return None
    origins = {(seen.source, seen.operation, seen.origin) for seen in provenances(store, connection, evidence_id)}
    if (provenance.source, provenance.operation, provenance.origin) in origins:
        return None
    connection.execute(
        text("INSERT INTO sighting (evidence, at, provenance) VALUES (:id, :at, :provenance)"),
        {"id": evidence_id, "at": at, "provenance": sealed(store, evidence_id, provenance)},
    )
    journal.append(
        connection,
        journal.Chain.ACTS,
        at=at,
        clock=provenance.clock,
        what="sighting",
        subject=evidence_id,
        digest="",
    )
    return None


_AGAIN = {
    EvidenceKind.MAIL: "run a2z fetch --mail over the mailbox that holds it: the same mail takes its place; else ",
    EvidenceKind.FILE: "attach the very same file again: it takes its place; else ",
    EvidenceKind.SENT: "record it as sent again while the build is as it was: it takes its place; else ",
    EvidenceKind.DKIM_KEY: "run a2z fetch with mail.dkim_lookups on, then a2z reindex: the key comes again; else ",
    EvidenceKind.ENTRY: "what you said cannot come in again: ",
}
"""How the same bytes come in again, by kind."""
_COLUMNS = "id, kind, subject, sha256, size, media_type, blob, provenance, first_seen"


def find(
    store: Store, connection: Connection, kind: EvidenceKind, subject: str, *, prefix: bool = False
) -> list[Evidence]:
    """Evidence about `subject`, oldest first; `prefix` also finds `subject#1`, `subject#2` ..."""
    condition = "(subject = :subject OR subject LIKE :subject || '#%')" if prefix else "subject = :subject"
    query = f"SELECT {_COLUMNS} FROM evidence WHERE kind = :kind AND {condition} ORDER BY seq"  # noqa: S608
    rows = connection.execute(text(query), {"kind": kind.value, "subject": subject})
    return [_evidence(store, row) for row in rows]


def find_suffix(store: Store, connection: Connection, kind: EvidenceKind, suffix: str) -> list[Evidence]:
    """Evidence whose subject ends with `suffix` (`:1Z999...` of `carrier:1Z999...`), oldest first."""
    query = f"SELECT {_COLUMNS} FROM evidence WHERE kind = :kind AND substr(subject, -length(:suffix)) = :suffix ORDER BY seq"  # noqa: S608, E501
    rows = connection.execute(text(query), {"kind": kind.value, "suffix": suffix})
    return [_evidence(store, row) for row in rows]


def get(store: Store, connection: Connection, ids: Iterable[str]) -> dict[str, Evidence]:
    """Evidence by id; unknown ids are left out."""
    query = text(f"SELECT {_COLUMNS} FROM evidence WHERE id IN :ids").bindparams(  # noqa: S608
        bindparam("ids", expanding=True)
    )
    return {row.id: _evidence(store, row) for row in connection.execute(query, {"ids": list(ids)})}


def body(store: Store, connection: Connection, evidence_id: str) -> bytes:
    """The bytes. Raises Purged when only the digest is left, BlobDamaged when they are not what was stored."""
    row = connection.execute(
        text("SELECT kind, sha256, blob, purged_at FROM evidence WHERE id = :id"), {"id": evidence_id}
    ).one_or_none()
    if row is None:
        raise StoreUnusable(
            f"no evidence {evidence_id}", expected="an id that a2z show prints", remedy="a2z show CLAIM"
        )
    if row.blob is None:
        raise Purged(
            f"the evidence {evidence_id} was purged on {row.purged_at}" if row.purged_at else f"{evidence_id} is lost",
            expected="bytes that are still kept",
            remedy="only its digest is left; fetch again if the source still has it",
        )
    try:
        found = store.bodies(EvidenceKind(row.kind)).get(row.blob)
    except OtherKey:
        raise
    except BlobDamaged as why:
        raise _damaged(evidence_id, row.kind, why.got, why.remedy) from None
    if row.blob not in store.blobs.keys.names(row.sha256):
        # A blob's name is made of its bytes' digest, and is authenticated with them: they need not be read again.
        why_not = "its row in the database names the bytes of another piece"
        raise _damaged(evidence_id, row.kind, why_not, "restore the database from your backup")
    return found


def _damaged(evidence_id: str, kind: str, what: str, remedy: str | None) -> BlobDamaged:
    error = BlobDamaged(
        f"the evidence {evidence_id} ({kind}) is damaged: {what}",
        expected="bytes as they were written",
        remedy=f"{_AGAIN.get(EvidenceKind(kind), 'run a2z fetch: the same answer takes its place; else ')}{remedy};"
        f" when it is lost for good, a2z purge --lost {evidence_id}",
    )
    error.evidence_id, error.kind = evidence_id, kind
    return error


def pieces(
    store: Store, connection: Connection, found: Iterable[Evidence], lost: list[BlobDamaged] | None = None
) -> list[Piece]:
    """The evidence with its bytes, of a large one with the means to read them again; purged pieces are left out.

    A damaged piece raises BlobDamaged, unless the caller gives a list: then it is added there, and the caller says it.
    A key that is not here is no damage and always raises.
    """
    kept: list[Piece] = []
    for evidence in found:
        try:
            read = Piece(evidence, body(store, connection, evidence.id))
            if evidence.size > HELD:
                read = LatePiece(evidence, partial(_read_again, store, evidence.id))
            if evidence.provenance.source == NO_PROVENANCE:
                why = "where it came from cannot be read"
                raise _damaged(evidence.id, evidence.kind, why, "restore the database from your backup")
            kept.append(read)
        except Purged:
            continue
        except OtherKey:
            raise
        except BlobDamaged as why:
            if lost is None:
                raise
            lost.append(why)
    return kept


def _read_again(store: Store, evidence_id: str) -> bytes:
    with store.reading() as connection:
        return body(store, connection, evidence_id)


def came_after(connection: Connection, evidence_id: str, others: Sequence[str]) -> bool:
    """True when that piece came in after every one of `others`."""
    query = text(
        "SELECT max(CASE WHEN id = :id THEN seq END) > max(CASE WHEN id <> :id THEN seq END)"
        " FROM evidence WHERE id = :id OR id IN :others"
    ).bindparams(bindparam("others", expanding=True))
    return bool(connection.execute(query, {"id": evidence_id, "others": list(others)}).scalar())


def last_to_come(connection: Connection, ids: Iterable[str]) -> dt.datetime | None:
    """When the last of these pieces was first seen; None for no pieces."""
    query = text("SELECT max(first_seen) FROM evidence WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
    return instant(connection.execute(query, {"ids": list(ids)}).scalar())


def newest(connection: Connection) -> int:
    """The number of the newest piece of evidence; 0 for an empty store."""
    return int(connection.execute(text("SELECT coalesce(max(seq), 0) FROM evidence")).scalar_one())


def newest_fetched(connection: Connection) -> dt.datetime | None:
    """When the newest piece that the seller did not bring was first seen; None when there is none."""
    # As text a moment with a fraction of its second would come before the second itself.
    query = text(
        "SELECT first_seen FROM evidence WHERE kind NOT IN (:entry, :file)"
        " ORDER BY substr(first_seen, 1, 19) DESC, length(first_seen) DESC, first_seen DESC LIMIT 1"
    )
    return instant(
        connection.execute(query, {"entry": EvidenceKind.ENTRY.value, "file": EvidenceKind.FILE.value}).scalar()
    )


def count_newer(connection: Connection, ids: Iterable[str], number: int) -> int:
    """How many of `ids` came after the piece with that number."""
    query = text("SELECT count(*) FROM evidence WHERE seq > :number AND id IN :ids").bindparams(
        bindparam("ids", expanding=True)
    )
    return int(connection.execute(query, {"number": number, "ids": list(ids)}).scalar_one())


def by_last_observation(connection: Connection, ids: Iterable[str]) -> list[str]:
    """The ids, the one that was observed longest ago first."""
    query = text("SELECT id FROM evidence WHERE id IN :ids ORDER BY last_seen, seq").bindparams(
        bindparam("ids", expanding=True)
    )
    return list(connection.execute(query, {"ids": list(ids)}).scalars())


def last_seen(connection: Connection, kind: EvidenceKind, subject: str) -> dt.datetime | None:
    """When an answer of that kind about `subject` was last obtained."""
    found = connection.execute(
        text(
            "SELECT max(last_seen) FROM evidence WHERE kind = :kind"
            " AND (subject = :subject OR subject LIKE :subject || '#%')"
        ),
        {"kind": kind.value, "subject": subject},
    ).scalar()
    return instant(found)


def _evidence(store: Store, row: object) -> Evidence:
    get_ = row._mapping  # type: ignore[attr-defined]  # SQLAlchemy's Row
    kept = get_["provenance"]
    provenance = opened(store, get_["id"], kept) or Provenance(
        source="purged" if kept is None else NO_PROVENANCE,
        obtained_at=dt.datetime.fromisoformat(get_["first_seen"]),
    )
    return Evidence(
        id=get_["id"],
        kind=EvidenceKind(get_["kind"]),
        subject=get_["subject"],
        sha256=get_["sha256"],
        size=get_["size"],
        media_type=get_["media_type"],
        provenance=provenance,
    )
