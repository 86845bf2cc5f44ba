"""Evidence in the store: added in batches, found by what it is about, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import Evidence, EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.store import journal
from a2z_defense.store.errors import BlobDamaged, OtherKey, Purged, StoreUnusable
from a2z_defense.store.store import Store, instant


@dataclass(frozen=True)
class Added:
    """What became of an observation."""

    piece: Piece
    new: bool
    """False: it was known; a sighting was added."""


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
    _mend(store, connection, pieces)
    fresh = [piece for piece in pieces if piece.evidence.id not in known]
    names: dict[str, str] = {}
    for folder in (store.blobs, store.sent):
        theirs = [piece for piece in fresh if store.bodies(piece.evidence.kind) is folder]
        names |= zip([p.evidence.id for p in theirs], folder.put_all(p.body for p in theirs), strict=True)
    added: list[Added] = []
    for piece, provenance in zip(pieces, provenances, strict=True):
        evidence = piece.evidence
        new = evidence.id not in known
        if new:
            known.add(evidence.id)
            _insert(store, connection, evidence, names[evidence.id])
        else:
            _sight(store, connection, evidence.id, provenance)
        added.append(Added(piece, new))
    return added


def _mend(store: Store, connection: Connection, pieces: Sequence[Piece]) -> None:
    """A known piece whose file is gone, or was set aside because it was damaged, has its bytes again."""
    query = text("SELECT id, blob FROM evidence WHERE id IN :ids AND blob IS NOT NULL").bindparams(
        bindparam("ids", expanding=True)
    )
    kept = {row.id: row.blob for row in connection.execute(query, {"ids": [piece.evidence.id for piece in pieces]})}
    for piece in pieces:
        folder = store.bodies(piece.evidence.kind)
        blob = kept.get(piece.evidence.id)
        if blob is None or folder.is_there(blob):
            continue
        connection.execute(
            text("UPDATE evidence SET blob = :blob WHERE id = :id"),
            {"id": piece.evidence.id, "blob": folder.put_all([piece.body])[0]},
        )
        journal.append(
            connection,
            journal.Chain.ACTS,
            at=store.now(),
            clock=store.clock_mark,
            what="restored",
            subject=piece.evidence.id,
            digest=piece.evidence.sha256,
        )


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
            "provenance": _sealed(store, evidence.id, evidence.provenance),
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


def _sight(store: Store, connection: Connection, evidence_id: str, provenance: Provenance) -> None:
    at = utc_text(provenance.obtained_at)
    purged = text("SELECT 1 FROM evidence WHERE id = :id AND purged_at IS NOT NULL")
    if connection.execute(purged, {"id": evidence_id}).first() is not None:
        return  # seen again after it was purged: nothing of it comes back
    connection.execute(
        text("UPDATE evidence SET last_seen = max(last_seen, :at) WHERE id = :id"), {"id": evidence_id, "at": at}
    )
    origins = {(seen.source, seen.operation, seen.origin) for seen in provenances(store, connection, evidence_id)}
    if (provenance.source, provenance.operation, provenance.origin) in origins:
        return
    connection.execute(
        text("INSERT INTO sighting (evidence, at, provenance) VALUES (:id, :at, :provenance)"),
        {"id": evidence_id, "at": at, "provenance": _sealed(store, evidence_id, provenance)},
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


def _sealed(store: Store, evidence_id: str, provenance: Provenance) -> bytes:
    return store.blobs.seal(provenance.model_dump_json().encode(), f"provenance {evidence_id}")


def provenances(store: Store, connection: Connection, evidence_id: str) -> list[Provenance]:
    """Every origin of a piece of evidence, the first one first."""
    found = connection.execute(
        text("SELECT provenance FROM evidence WHERE id = :id AND provenance IS NOT NULL"), {"id": evidence_id}
    ).scalars()
    seen = connection.execute(
        text("SELECT provenance FROM sighting WHERE evidence = :id ORDER BY at, rowid"), {"id": evidence_id}
    ).scalars()
    return [
        Provenance.model_validate_json(store.blobs.open(sealed, f"provenance {evidence_id}"))
        for sealed in [*found, *seen]
    ]


_AGAIN = {
    EvidenceKind.MAIL: "run a2z fetch --mail over the mailbox that holds it: the same mail takes its place",
    EvidenceKind.FILE: "attach the very same file again: it takes its place",
    EvidenceKind.SENT: "record it as sent again while the build is as it was: it takes its place",
    EvidenceKind.ENTRY: "what you said cannot come in again",
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
        text("SELECT kind, blob, purged_at FROM evidence WHERE id = :id"), {"id": evidence_id}
    ).one_or_none()
    if row is None:
        raise StoreUnusable(
            f"no evidence {evidence_id}", expected="an id that a2z show prints", remedy="a2z show CLAIM"
        )
    if row.blob is None:
        raise Purged(
            f"the evidence {evidence_id} was purged on {row.purged_at}",
            expected="bytes that are still kept",
            remedy="only its digest is left; fetch again if the source still has it",
        )
    try:
        return store.bodies(EvidenceKind(row.kind)).get(row.blob)
    except OtherKey:
        raise
    except BlobDamaged as why:
        raise BlobDamaged(
            f"the evidence {evidence_id} ({row.kind}) is damaged: {why.got}",
            expected=why.expected,
            remedy=f"{_AGAIN.get(row.kind, 'run a2z fetch: the same answer takes its place')}; else {why.remedy}",
        ) from None


def pieces(store: Store, connection: Connection, found: Iterable[Evidence]) -> list[Piece]:
    """The evidence with its bytes; purged pieces are left out."""
    kept: list[Piece] = []
    for evidence in found:
        try:
            kept.append(Piece(evidence, body(store, connection, evidence.id)))
        except Purged:
            continue
    return kept


def newest(connection: Connection) -> int:
    """The number of the newest piece of evidence; 0 for an empty store."""
    return int(connection.execute(text("SELECT coalesce(max(seq), 0) FROM evidence")).scalar_one())


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
    sealed = get_["provenance"]
    if sealed is None:
        provenance = Provenance(source="purged", obtained_at=dt.datetime.fromisoformat(get_["first_seen"]))
    else:
        provenance = Provenance.model_validate_json(store.blobs.open(sealed, f"provenance {get_['id']}"))
    return Evidence(
        id=get_["id"],
        kind=EvidenceKind(get_["kind"]),
        subject=get_["subject"],
        sha256=get_["sha256"],
        size=get_["size"],
        media_type=get_["media_type"],
        provenance=provenance,
    )
