"""What was sent: the exact files of a version, kept encrypted and write-once beside the evidence.

A build is a plain file that can be lost or changed; what Amazon was given must stay what it was. The copies lie in
`A2Z_HOME/sent/`, encrypted and read-only. They are evidence of a kind of their own, so that the journal names their
digests, that keys, purges and exports reach them, and that no case rests on them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from a2z_defense.base.environment import Environment
from a2z_defense.base.media import media_type
from a2z_defense.bundle.layout import BUILD_FILE
from a2z_defense.bundle.trees import FolderTree
from a2z_defense.bundle.verify import verify
from a2z_defense.model.evidence import Evidence, EvidenceKind, Observation, Provenance, as_piece
from a2z_defense.store import builds, evidence
from a2z_defense.store.builds import Build
from a2z_defense.store.errors import BlobDamaged, Purged
from a2z_defense.store.store import Store, open_store


@dataclass(frozen=True)
class Sent:
    """One file of a version that was sent."""

    version: int
    path: str
    """In the version's folder."""
    evidence: Evidence


def keep_sent(environment: Environment, build: Build) -> tuple[Sent, ...]:
    """Keep a copy of the files of `build`, and return them; doing it twice adds nothing.

    Nothing when no copy of the version lies anywhere as it was built: then nothing can be kept, and the caller says so.
    """
    with open_store(environment) as store:
        with store.reading() as connection:
            found = as_built(store, connection, build)
        if found is None:
            return ()
        files = found[1]
        observations = [_observation(environment, build, name, body) for name, body in files.items()]
        with store.writing() as connection:
            pieces = [as_piece(one) for one in observations]
            added = evidence.add_within(store, connection, pieces, [one.provenance for one in observations])
            if any(one.new for one in added):
                said = f"sent v{build.version}"
                store.act(connection, said, claim=build.claim_id, subject=build.inputs, digest=build.manifest)
    return tuple(Sent(build.version, name, piece.evidence) for name, piece in zip(files, pieces, strict=True))


def sent_files(store: Store, connection: Connection, claim_id: str) -> list[Sent]:
    """The kept copies of a claim."""
    found = evidence.find(store, connection, EvidenceKind.SENT, claim_id, prefix=True)
    names = [piece.subject.partition("#v")[2].partition("/") for piece in found]
    return [Sent(int(number), path, piece) for (number, _, path), piece in zip(names, found, strict=True)]


def damaged(store: Store, connection: Connection, claim_id: str, version: int) -> list[tuple[str, str]]:
    """Kept copies of a version that are not what was sent: (path, what is wrong). Purged ones are no damage."""
    found = []
    for one in sent_files(store, connection, claim_id):
        if one.version != version:
            continue
        try:
            body = evidence.body(store, connection, one.evidence.id)
        except Purged:
            continue
        except BlobDamaged as why:
            found.append((one.path, why.got))
            continue
        if hashlib.sha256(body).hexdigest() != one.evidence.sha256:
            found.append((one.path, "its digest is not the one that was kept"))
    return found


def as_built(store: Store, connection: Connection, build: Build) -> tuple[Path, Mapping[str, bytes]] | None:
    """A folder that holds the version as it was built, and its files; None when there is none."""
    places = builds.paths(store, connection, build.claim_id, build.version)
    return next(((place, files) for place in places if (files := _as_built(place, build)) is not None), None)


def _as_built(place: Path, build: Build) -> Mapping[str, bytes] | None:
    """The files of a copy of the version, or None when it is not there or not as it was built."""
    manifest = place / BUILD_FILE
    if not manifest.is_file() or hashlib.sha256(manifest.read_bytes()).hexdigest() != build.manifest:
        return None
    if not verify(place).ok:
        return None
    return {name: (place / name).read_bytes() for name in FolderTree(place).names}


def _observation(environment: Environment, build: Build, name: str, body: bytes) -> Observation:
    provenance = Provenance(
        source="seller",
        operation="sent",
        origin=name,
        obtained_at=environment.clock.now(),
        clock="set" if environment.clock.is_set else None,
    )
    subject = f"{build.claim_id}#v{build.version}/{name}"
    return Observation(EvidenceKind.SENT, subject, body, media_type(body), provenance)
