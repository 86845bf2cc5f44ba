"""The register of builds: which inputs are which version, and every path where a copy was written."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from a2z_defense.base.instants import utc_text
from a2z_defense.store.blobs import Blobs
from a2z_defense.store.store import Store

ANSWER_TEXT = "response.txt"
"""The file of a version that is pasted as the answer."""
APPEAL_TEXT = "appeal/response.txt"
"""The file of a version that is pasted into an appeal."""


@dataclass(frozen=True)
class Build:
    claim_id: str
    version: int
    inputs: str
    """Digest of all inputs."""
    draft: bool
    manifest: str
    """SHA-256 of build.json."""
    result: str
    """JSON as `a2z build --json` first printed it, less the directory."""
    built_at: dt.datetime

    @property
    def is_appeal(self) -> bool:
        """It holds an appeal beside the answer."""
        return any(file["path"] == APPEAL_TEXT for file in json.loads(self.result).get("files", ()))

    @property
    def sendable(self) -> bool:
        """Its text does not say that it is not to be sent."""
        return bool(json.loads(self.result).get("sendable", True))


def find(connection: Connection, claim_id: str, inputs: str) -> Build | None:
    """The version that these inputs already are, or None."""
    row = connection.execute(
        text("SELECT * FROM build WHERE claim_id = :claim_id AND inputs = :inputs"),
        {"claim_id": claim_id, "inputs": inputs},
    ).one_or_none()
    return None if row is None else _build(row)


def latest(connection: Connection, claim_id: str) -> Build | None:
    """The newest version of a claim, or None."""
    row = connection.execute(
        text("SELECT * FROM build WHERE claim_id = :claim_id ORDER BY version DESC LIMIT 1"), {"claim_id": claim_id}
    ).one_or_none()
    return None if row is None else _build(row)


def version(connection: Connection, claim_id: str, number: int) -> Build | None:
    """One version of a claim, or None."""
    row = connection.execute(
        text("SELECT * FROM build WHERE claim_id = :claim_id AND version = :number"),
        {"claim_id": claim_id, "number": number},
    ).one_or_none()
    return None if row is None else _build(row)


def keep(store: Store, connection: Connection, build: Build) -> None:
    """Register a version; it is never overwritten."""
    connection.execute(
        text(
            "INSERT INTO build (claim_id, version, inputs, draft, manifest, result, built_at)"
            " VALUES (:claim_id, :version, :inputs, :draft, :manifest, :result, :built_at)"
        ),
        {**build.__dict__, "draft": int(build.draft), "built_at": utc_text(build.built_at)},
    )
    store.act(
        connection,
        f"build v{build.version}{' draft' if build.draft else ''}",
        claim=build.claim_id,
        subject=build.inputs,
        digest=build.manifest,
        at=utc_text(build.built_at),
    )


def keep_path(store: Store, connection: Connection, claim_id: str, number: int, path: Path) -> None:
    """Register a copy of a version, so that a purge can reach it."""
    if path in paths(store, connection, claim_id, number):
        return
    connection.execute(
        text("INSERT INTO build_path (claim_id, version, path, written) VALUES (:claim_id, :number, :path, :at)"),
        {
            "claim_id": claim_id,
            "number": number,
            "path": store.blobs.seal(str(path).encode(), f"path {claim_id} {number}"),
            "at": store.now(),
        },
    )


def paths(store: Store, connection: Connection, claim_id: str, number: int) -> list[Path]:
    """Where copies of a version were written."""
    return [
        Path(store.blobs.open(sealed, f"path {claim_id} {number}").decode())
        for sealed in connection.execute(
            text("SELECT path FROM build_path WHERE claim_id = :claim_id AND version = :number ORDER BY rowid"),
            {"claim_id": claim_id, "number": number},
        ).scalars()
    ]


def registered(database: Path, blobs: Blobs) -> list[tuple[str, int, Path]]:
    """(claim id, version, folder) of every copy that was written. Opens the database read-only and migrates nothing."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT claim_id, version, path FROM build_path ORDER BY claim_id, version, rowid")
        return [
            (claim_id, number, Path(blobs.open(sealed, f"path {claim_id} {number}").decode()))
            for claim_id, number, sealed in rows
        ]


def known_manifest(connection: Connection, sha256: str) -> Build | None:
    """The build whose build.json has that digest, or None: "as built here on ..."."""
    row = connection.execute(text("SELECT * FROM build WHERE manifest = :sha"), {"sha": sha256}).first()
    return None if row is None else _build(row)


def _build(row: object) -> Build:
    kept = row._mapping  # type: ignore[attr-defined]  # SQLAlchemy's Row
    return Build(
        claim_id=kept["claim_id"],
        version=kept["version"],
        inputs=kept["inputs"],
        draft=bool(kept["draft"]),
        manifest=kept["manifest"],
        result=kept["result"],
        built_at=dt.datetime.fromisoformat(kept["built_at"]),
    )
