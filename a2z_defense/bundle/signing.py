"""The optional signature of a build, with the seller's own certificate: a PAdES signature in a copy of the record, and
a detached CMS signature of build.json, which names every other file.

Both lie in `v<N>/seal/`: a signature holds the time and random numbers, so it is no part of what is reproducible.
pyHanko is an optional dependency (`pip install 'a2z-defense[signing]'`).
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a2z_defense.base.atomic import private_folder, write_atomic
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.bundle.layout import BUILD_FILE, SEAL_FOLDER
from a2z_defense.bundle.report import Finding, FindingKind

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

    Raises ConfigurationError when pyHanko is missing or the certificate cannot be opened.
    """
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers
    except ImportError:
        raise ConfigurationError(
            "signing.pkcs12 is set, but pyHanko is not installed",
            expected="the optional part for signatures",
            remedy="pip install 'a2z-defense[signing]', or take signing.pkcs12 out",
        ) from None
    signer = _signer(signers, certificate)
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


def _signer(signers: Any, certificate: Certificate) -> Any:
    from pyhanko.sign.general import SigningError

    try:
        found = signers.SimpleSigner.load_pkcs12_data(
            certificate.pkcs12, other_certs=[], passphrase=certificate.passphrase
        )
    except (SigningError, ValueError, TypeError):
        found = None
    if found is None:
        raise ConfigurationError(
            "signing.pkcs12 cannot be opened",
            expected="a PKCS#12 file with one certificate and its key, and the right passphrase",
            remedy="mind A2Z_SIGNING_PASSPHRASE; openssl pkcs12 -info -in FILE shows what is in it",
        )
    return found


def check_signatures(folder: Path) -> tuple[list[Finding], list[str], list[str]]:
    """What is wrong with the signatures of a build, which files hold good ones, and what to say of them.

    A good signature shows who signed these very bytes; whether to trust that certificate is the reader's to decide.
    """
    seal = folder / SEAL_FOLDER
    if not seal.is_dir():
        return [], [], []
    known = {SIGNED_RECORD, SIGNATURE}
    findings = [
        Finding(path=name, kind=FindingKind.UNEXPECTED, why="no signature that a2z makes")
        for name in sorted(path.relative_to(folder).as_posix() for path in seal.rglob("*") if not path.is_dir())
        if name not in known
    ]
    try:
        import pyhanko  # noqa: F401 - asked for before the files are opened
    except ImportError:
        return findings, [], ["there are signatures, but pyHanko is not installed: they were not checked"]
    good: list[str] = []
    notes: list[str] = []
    for name, check in ((SIGNED_RECORD, _check_record), (SIGNATURE, _check_detached)):
        if (folder / name).is_file() and not (folder / name).is_symlink():
            wrong, signer = check(folder)
            findings.extend(Finding(path=name, kind=FindingKind.BAD_SIGNATURE, why=why) for why in wrong)
            if not wrong:
                good.append(name)
                notes.append(f"{name}: signed by {signer}; whether to trust that certificate is yours to decide")
    return findings, good, notes


def _context() -> Any:
    from pyhanko_certvalidator import ValidationContext

    # It warns of every certificate that it does not know, which here is every one.
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # Nothing is fetched and nobody is trusted: what is judged is the bytes, not the person.
    return ValidationContext(trust_roots=[], allow_fetching=False)


def _check_record(folder: Path) -> tuple[list[str], str]:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    content = (folder / SIGNED_RECORD).read_bytes()
    try:
        found = PdfFileReader(io.BytesIO(content)).embedded_signatures
        if len(found) != 1:
            return [f"it holds {len(found)} signatures, not one"], ""
        status = validate_pdf_signature(found[0], signer_validation_context=_context())
        wrong = [*_faults(status.intact, status.valid), *_uncovered(found[0].signed_data)]
        wrong += _padding(content, found[0])
    except Exception as why:  # noqa: BLE001 - a damaged PDF fails in any part of the library; it is a bad signature
        return [f"it cannot be read as a signed PDF: {type(why).__name__}"], ""
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        wrong.append("it does not cover the entire file: something was added after it was signed")
    record = folder / RECORD
    if record.is_file() and not content.startswith(record.read_bytes()):
        wrong.append(f"what was signed is not {RECORD}")
    return wrong, _name(status)


def _check_detached(folder: Path) -> tuple[list[str], str]:
    from asn1crypto import cms  # type: ignore[import-untyped]
    from pyhanko.sign.validation import async_validate_detached_cms

    try:
        found = cms.ContentInfo.load((folder / SIGNATURE).read_bytes(), strict=True)
        status = asyncio.run(
            async_validate_detached_cms(
                (folder / BUILD_FILE).read_bytes(), found["content"], signer_validation_context=_context()
            )
        )
        wrong = [*_faults(status.intact, status.valid), *_uncovered(found["content"])]
    except Exception as why:  # noqa: BLE001 - damaged DER fails in any part of the library; it is a bad signature
        return [f"it cannot be read as a signature: {type(why).__name__}"], ""
    return wrong, _name(status)


def _padding(content: bytes, signature: Any) -> Iterator[str]:
    """The room for the signature, which the signature cannot cover: it holds the signature and zeros, nothing else."""
    from asn1crypto import cms

    _start, before, after, _length = (int(number) for number in signature.sig_object["/ByteRange"])
    room = content[before:after]
    der = cms.ContentInfo.load(signature.pkcs7_content).dump()
    held = bytes.fromhex(room[1:-1].decode("ascii"))
    clean = room in (b"<%s>" % held.hex().encode(), b"<%s>" % held.hex().upper().encode())
    if not clean or held[: len(der)] != der or any(held[len(der) :]):
        yield "the room around the signature holds something else"


def _uncovered(signed_data: Any) -> list[str]:
    """What is wrong with the parts that a signature does not cover: the frame around it and the certificates with it.

    A certificate whose issuer is inside too must have been signed by that issuer.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    signers = signed_data["signer_infos"]
    algorithms = [one.native for one in signed_data["digest_algorithms"]]
    if (
        len(signers) != 1
        or algorithms != [signers[0]["digest_algorithm"].native]
        or signed_data["version"].native != "v1"
        or signed_data["encap_content_info"]["content_type"].native != "data"
    ):
        return ["the frame around it was changed"]
    try:
        found = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed_data["certificates"]]
        if any(one.chosen["signature_value"].contents[0] for one in signed_data["certificates"]):
            return ["a certificate inside was changed"]  # a signature is whole bytes: no bit of its last one is unused
        names = {certificate.subject for certificate in found}
        for certificate in found:
            issuers = [other for other in found if other.subject == certificate.issuer]
            for issuer in issuers:
                certificate.verify_directly_issued_by(issuer)
            if not issuers and len(names) > 1 and certificate.issuer not in names:
                return ["a certificate inside has no issuer beside it, although others are there"]
    except (ValueError, TypeError, InvalidSignature):
        return ["a certificate inside was changed"]
    return []


def _faults(intact: bool, valid: bool) -> Iterator[str]:
    if not intact:
        yield "what was signed was changed"
    elif not valid:
        yield "the signature is not that of its certificate"


def _name(status: Any) -> str:
    return str(status.signing_cert.subject.human_friendly)
