"""What lies where in a build folder and in its package, and the canonical JSON of build.json.

A build folder `v<N>/` holds the documents, build.json and audit-bundle.zip. build.json lists every other file. The
package holds, under data/:

    build.json                      as beside the package, less the package's own row
    evidence/<id>.<ext>             raw evidence, byte for byte
    provenance/<id>.json            what it is, where, when and by which call it was obtained
    evidence-manifest-sha256.txt    the two folders above; its digest is printed in the PDF
    documents/<path>                a copy of each document beside the package
    policy/<name>                   the policy tables in force
    configuration/logo              the seller's logo, when one is printed
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from a2z_defense.bundle.bag import Content, Late, told
from a2z_defense.bundle.names import manifest
from a2z_defense.model.evidence import LatePiece, Piece
from a2z_defense.model.frozen import Frozen

FORMAT = 1
"""Of a build and its package. A later one may hold what this a2z does not know; then it says so."""
BUILD_FILE = "build.json"
PACKAGE_FILE = "audit-bundle.zip"
SEAL_FOLDER = "seal"
"""Signatures: they are not reproducible, so build.json does not list them."""
EXPORT_FILE = "claim.json"
"""In place of build.json, in what `a2z export` writes: evidence without a build."""
EVIDENCE = "evidence/"
PROVENANCE = "provenance/"
EVIDENCE_MANIFEST = "evidence-manifest-sha256.txt"
DOCUMENTS = "documents/"
POLICY = "policy/"
LOGO = "configuration/logo"
# A table of our own: the machine's mime.types would give the same evidence another name elsewhere.
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "application/json": ".json",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "text/html": ".html",
    "image/heic": ".heic",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/tiff": ".tiff",
    "video/mp4": ".mp4",
}


class BuiltFile(Frozen):
    """One file of a build, as build.json lists it."""

    path: str
    sha256: str
    bytes: int
    pages: int | None = None


class BuildFile(Frozen):
    """build.json, as far as it can be checked without knowing what the inputs mean."""

    format: int
    claim_id: str
    version: int
    inputs: dict[str, Any]
    files: tuple[BuiltFile, ...]


def canonical_json(value: object) -> bytes:
    """The one way in which a2z writes this value: sorted keys, two spaces, UTF-8, a newline at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()


def build_json(claim_id: str, version: int, inputs: Mapping[str, object], files: Sequence[BuiltFile]) -> bytes:
    """build.json of a version; `files` is every file of the folder but build.json itself and the signatures."""
    rows = [file.model_dump(mode="json") for file in sorted(files, key=lambda file: file.path)]
    named = {"format": FORMAT, "claim_id": claim_id, "version": version}
    return canonical_json({**named, "inputs": inputs, "files": rows})


def evidence_entries(pieces: Sequence[Piece]) -> list[tuple[str, Content]]:
    """Raw evidence and its provenance, as entries of the package, without the manifest."""
    found: list[tuple[str, Content]] = []
    for piece in pieces:
        evidence = piece.evidence
        found.append((f"{EVIDENCE}{evidence.id}{_extension(evidence.media_type)}", content_of(piece)))
        found.append((f"{PROVENANCE}{evidence.id}.json", canonical_json(evidence.model_dump(mode="json"))))
    return found


def content_of(piece: Piece) -> Content:
    """Its bytes; those of a large one are read when they are written."""
    if not isinstance(piece, LatePiece):
        return piece.body
    return Late(piece.evidence.sha256, piece.evidence.size, partial(_body, piece))


def _body(piece: Piece) -> bytes:
    return piece.body


def evidence_manifest(pieces: Sequence[Piece]) -> bytes:
    """The manifest of raw evidence and provenance. The PDF prints its SHA-256, so it never covers the PDF itself."""
    return manifest((name, told(content)[0]) for name, content in evidence_entries(pieces))


def package_entries(
    *,
    claim_id: str,
    version: int,
    inputs: Mapping[str, object],
    pieces: Sequence[Piece],
    documents: Mapping[str, bytes],
    files: Sequence[BuiltFile],
    policy: Mapping[str, bytes],
    logo: bytes | None = None,
) -> list[tuple[str, Content]]:
    """Everything that `bag.seal` is to seal for one version.

    `documents` holds each file of the build folder but build.json and the package, by the name that it has there, and
    `files` their rows. `inputs` must have `evidence` (rows with id and sha256) and `evidence_manifest` (a SHA-256), so
    that a swapped exhibit is found.
    """
    return [
        (BUILD_FILE, build_json(claim_id, version, inputs, files)),
        *evidence_entries(pieces),
        (EVIDENCE_MANIFEST, evidence_manifest(pieces)),
        *((DOCUMENTS + name, content) for name, content in documents.items()),
        *((POLICY + name, content) for name, content in policy.items()),
        *([(LOGO, logo)] if logo else []),
    ]


def package_info(*, claim_id: str, version: int, program: str) -> dict[str, str]:
    """bag-info.txt of a package; `program` is a2z's name and version."""
    return {
        "External-Identifier": f"{claim_id}/v{version}",
        "External-Description": "Evidence of an A-to-z Guarantee claim and what was built from it",
        "Bag-Software-Agent": program,
    }


def _extension(media_type: str) -> str:
    return _EXTENSIONS.get(media_type.partition(";")[0].strip().lower(), ".bin")
