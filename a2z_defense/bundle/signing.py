"""The optional signature of a build, with the seller's own certificate: a PAdES signature in a copy of the record, and
a detached CMS signature of build.json, which names every other file.

Both lie in `v<N>/seal/`: a signature holds random numbers, so it is no part of what is reproducible. pyHanko is an
optional dependency (`pip install 'a2z-defense[signing]'`).
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.atomic import private_folder, write_atomic
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.bundle.layout import BUILD_FILE, SEAL_FOLDER

RECORD = "audit-bundle.pdf"
SIGNED_RECORD = f"{SEAL_FOLDER}/audit-bundle.signed.pdf"
SIGNATURE = f"{SEAL_FOLDER}/build.json.p7s"
FIELD = "SellerSignature"


@dataclass(frozen=True)
class Certificate:
    """A PKCS#12 file and its passphrase."""

    pkcs12: bytes
    passphrase: bytes | None


def sign_build(folder: Path, certificate: Certificate) -> list[Path]:
    """Sign the build in `folder`; returns the files written. What is signed already is signed anew.

    Raises ConfigurationError when pyHanko is missing or the certificate cannot be used.
    """
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        from a2z_defense.bundle.signer import open_signer
    except ImportError:
        raise ConfigurationError(
            "signing.pkcs12 is set, but pyHanko is not installed",
            expected="the optional part for signatures",
            remedy="pip install 'a2z-defense[signing]', or take signing.pkcs12 out",
        ) from None
    signer = open_signer(certificate.pkcs12, certificate.passphrase)
    # The copy is signed invisibly: a visible stamp would break PDF/A.
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    writer = IncrementalPdfFileWriter(io.BytesIO((folder / RECORD).read_bytes()))
    signed = signers.sign_pdf(writer, metadata, signer=signer)
    detached = asyncio.run(
        signer.async_sign_general_data((folder / BUILD_FILE).read_bytes(), digest_algorithm="sha256", detached=True)
    )
    private_folder(folder / SEAL_FOLDER)
    write_atomic(folder / SIGNED_RECORD, signed.getvalue())
    write_atomic(folder / SIGNATURE, detached.dump())
    return [folder / SIGNED_RECORD, folder / SIGNATURE]
