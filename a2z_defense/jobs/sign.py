"""Signs a build when `signing.pkcs12` is configured, and keeps the digests of what was signed in the journal."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from sqlalchemy import Connection

from a2z_defense.base.errors import ConfigurationError
from a2z_defense.bundle.check_signature import check_signatures
from a2z_defense.bundle.signing import SIGNATURE, SIGNED_RECORD, Certificate, sign_build
from a2z_defense.store import journal
from a2z_defense.store.keys import from_keyring
from a2z_defense.store.store import Store

PASSPHRASE = "A2Z_SIGNING_PASSPHRASE"  # noqa: S105 - the name of a variable


def sign(store: Store, claim_id: str, version: int, folder: Path) -> list[Path]:
    """Sign the build in `folder` with the configured certificate; nothing when none is configured, or when it holds
    good signatures that were made here.

    Raises ConfigurationError when the certificate cannot be used.
    """
    environment = store.environment
    path = environment.settings.signing.pkcs12
    if path is None:
        return []
    with store.reading() as connection:
        made = signatures_made(connection, claim_id, version)
    findings, good, _notes = check_signatures(folder)
    if len(good) == 2 and not findings and all(digest_of(folder / name) in made for name in good):
        return []
    try:
        pkcs12 = path.expanduser().read_bytes()
    except OSError as why:
        raise ConfigurationError(
            f"signing.pkcs12 {path} cannot be read: {why.strerror}",
            expected="a PKCS#12 file",
            remedy="mend the path, or take the setting out",
        ) from None
    given = environment.variables.get(PASSPHRASE) or from_keyring("signing-passphrase", environment.variables)
    written = sign_build(folder, Certificate(pkcs12, given.encode() if given else None))
    with store.writing() as connection:
        for name in (SIGNED_RECORD, SIGNATURE):
            store.act(connection, _what(version), claim=claim_id, subject=name, digest=digest_of(folder / name))
    return written


def signatures_made(connection: Connection, claim_id: str, version: int) -> frozenset[str]:
    """The digests of every signature of a version that was made here."""
    return journal.digests(connection, claim_id, _what(version))


def signed_at(connection: Connection, sha256: str) -> dt.datetime | None:
    """When the signature with that digest was made here, or None."""
    found = journal.first_at(connection, "signed v", sha256)
    return dt.datetime.fromisoformat(found) if found else None


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _what(version: int) -> str:
    return f"signed v{version}"
