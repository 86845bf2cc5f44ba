"""Signs a build when `signing.pkcs12` is configured."""

from __future__ import annotations

from pathlib import Path

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.bundle.signing import Certificate, check_signatures, sign_build
from a2z_defense.store.keys import from_keyring

PASSPHRASE = "A2Z_SIGNING_PASSPHRASE"  # noqa: S105 - the name of a variable


def sign(environment: Environment, folder: Path) -> list[Path]:
    """Sign the build in `folder` with the configured certificate; nothing when none is configured or it is signed.

    Raises ConfigurationError when the certificate cannot be used.
    """
    path = environment.settings.signing.pkcs12
    if path is None:
        return []
    findings, good, _notes = check_signatures(folder)
    if len(good) == 2 and not findings:
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
    return sign_build(folder, Certificate(pkcs12, given.encode() if given else None))
