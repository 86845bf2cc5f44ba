"""What a build is made of: every input with its digest. Their digest names the version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import a2z_defense
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError, UsageError
from a2z_defense.bundle.layout import evidence_manifest
from a2z_defense.documents.interface import Printed
from a2z_defense.documents.said import LANGUAGES, has_phrases
from a2z_defense.jobs.assess import Assessed
from a2z_defense.policy.tables import Tables
from a2z_defense.store import journal

BUILT_BY = ("base", "model", "readers", "policy", "documents", "bundle")
"""Rooms whose source decides the bytes of a build."""


@dataclass(frozen=True)
class BuildOptions:
    out: Path | None = None
    language: str = ""
    appeal: bool = False
    as_is: str | None = None
    """The reason to send what is supported although evidence is missing."""

    def __post_init__(self) -> None:
        if self.language and not has_phrases(self.language):
            raise UsageError(
                f"no documents in the language {self.language!r}",
                expected=f"one of {', '.join(LANGUAGES)}",
                remedy="leave --lang out: the answer is then in the notice's language, else in English",
            )


def build_inputs(
    environment: Environment,
    assessed: Assessed,
    tables: Tables,
    options: BuildOptions,
    head: journal.Head,
    logo: bytes | None,
) -> dict[str, object]:
    """Everything that decides the bytes of a build, each with its digest."""
    pieces = assessed.gathered.pieces
    settings = environment.settings
    return {
        "evidence": [{"id": p.evidence.id, "kind": p.evidence.kind.value, "sha256": p.evidence.sha256} for p in pieces],
        "evidence_manifest": hashlib.sha256(evidence_manifest(pieces)).hexdigest(),
        "circumstances": assessed.gathered.circumstances.model_dump(mode="json"),
        "journal": {"head": head.hash, "length": head.length},
        "policy": tables.digest,
        "renderer": renderer_of(environment),
        "program": program_of(),
        "language": options.language,
        "appeal": options.appeal,
        "as_is": options.as_is,
        "configuration": {
            "seller": settings.seller.model_dump(mode="json", exclude={"logo"}),
            "logo": hashlib.sha256(logo).hexdigest() if logo else None,
            "response": settings.response.model_dump(mode="json"),
            "team": settings.team.model_dump(mode="json"),
            # Without their notifiers: those URLs hold passwords, and a package is handed to others.
            "routes": [route.model_dump(mode="json", exclude={"notify"}) for route in settings.routes],
        },
    }


def renderer_of(environment: Environment) -> dict[str, str]:
    """Templates, fonts and versions that draw the pages."""
    from a2z_defense.documents.digests import input_digests

    files = environment.settings.files
    return input_digests(templates=files.templates, fonts=files.fonts)


def program_of() -> dict[str, str]:
    """This program."""
    return {"name": "a2z", "version": a2z_defense.__version__, "source": source_digest()}


@cache
def source_digest() -> str:
    """Digest of the program's own source, as far as it decides the bytes of a build."""
    root = Path(a2z_defense.__file__).parent
    digest = hashlib.sha256()
    for room in BUILT_BY:
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def own_logo(environment: Environment) -> bytes | None:
    """The seller's logo, or None. Raises ConfigurationError when the configured file cannot be read."""
    path = environment.settings.seller.logo
    if path is None:
        return None
    try:
        return path.expanduser().read_bytes()
    except OSError as why:
        raise ConfigurationError(
            f"seller.logo {path} cannot be read: {why.strerror}",
            expected="a PNG or JPEG file",
            remedy="mend the path, or take the setting out",
        ) from None


def printed_of(
    environment: Environment,
    assessed: Assessed,
    inputs: Mapping[str, object],
    head: journal.Head,
    number: int,
    logo: bytes | None,
) -> Printed:
    """What is printed that is neither evidence nor policy."""
    seller = environment.settings.seller
    return Printed(
        seller_name=seller.name,
        seller_address=seller.address,
        seller_logo=logo,
        seller_zone=seller.zone,
        budget=environment.settings.response.budget,
        response_language=environment.settings.response.language,
        operator_language=seller.language,
        policy_digest=assessed.assessment.policy,
        journal_head=head.hash,
        journal_length=head.length,
        manifest_digest=str(inputs["evidence_manifest"]),
        version=number,
    )
