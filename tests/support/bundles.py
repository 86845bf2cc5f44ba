"""A small build folder of invented evidence, written the way that a build writes it."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from a2z_defense.bundle.bag import seal
from a2z_defense.bundle.layout import (
    BUILD_FILE,
    PACKAGE_FILE,
    BuiltFile,
    build_json,
    evidence_manifest,
    package_entries,
    package_info,
)
from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece

CLAIM = "402-1234567-7654321"
AT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def sample_piece(
    body: bytes, kind: EvidenceKind = EvidenceKind.MAIL, media_type: str = "message/rfc822", subject: str = CLAIM
) -> Piece:
    """A piece of evidence with that body."""
    provenance = Provenance(source="mail", operation="eml", origin="notice.eml", obtained_at=AT)
    return as_piece(Observation(kind, subject, body, media_type, provenance))


PIECES = (
    sample_piece("From: Amazon\r\nSubject: reclamo di Zoë\r\n\r\nè arrivato\r\n".encode()),
    sample_piece(b'{"orderId": "402-1234567-7654321"}', EvidenceKind.ORDER, "application/json"),
    sample_piece(b"\xff\xd8\xff\xe0 a picture \x00\x01", EvidenceKind.FILE, "image/jpeg", "file"),
)
DOCUMENTS = {
    "response.txt": b"The parcel was delivered on 14 November.\n",
    "response.pdf": b"%PDF-1.7 letter",
    "assessment.json": b'{\n  "decision": "defend"\n}\n',
    "audit-bundle.pdf": b"%PDF-1.7 record",
    "buyer/message.txt": "Gentile Zoë\n".encode(),
}


def built_files(files: dict[str, bytes]) -> list[BuiltFile]:
    """The rows of build.json for these files."""
    return [
        BuiltFile(
            path=name,
            sha256=hashlib.sha256(content).hexdigest(),
            bytes=len(content),
            pages=3 if name.endswith(".pdf") else None,
        )
        for name, content in files.items()
    ]


def sample_package(
    version: int = 1, pieces: tuple[Piece, ...] = PIECES, documents: dict[str, bytes] | None = None
) -> tuple[bytes, dict[str, object]]:
    """The package and the inputs of a sample build."""
    inputs: dict[str, object] = {
        "evidence": [{"id": piece.evidence.id, "sha256": piece.evidence.sha256} for piece in pieces],
        "evidence_manifest": hashlib.sha256(evidence_manifest(pieces)).hexdigest(),
        "language": "it",
    }
    held = DOCUMENTS if documents is None else documents
    entries = package_entries(
        claim_id=CLAIM,
        version=version,
        inputs=inputs,
        pieces=pieces,
        documents=held,
        files=built_files(held),
        policy={"deadlines.toml": b"[response]\nhours = 72\n"},
    )
    return seal(entries, package_info(claim_id=CLAIM, version=version, program="a2z 0.1.0")), inputs


def write_build(folder: Path, version: int = 1) -> Path:
    """A whole build folder `v<N>` under `folder`."""
    package, inputs = sample_package(version)
    target = folder / f"v{version}"
    files = {**DOCUMENTS, PACKAGE_FILE: package}
    for name, content in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    (target / BUILD_FILE).write_bytes(build_json(CLAIM, version, inputs, built_files(files)))
    return target
