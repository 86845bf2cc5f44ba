"""Are the signatures of a build good, and is every byte of their files one that they cover or that can only be so?

A CMS signature covers the content and its signed attributes, not the frame around them: versions, the names of
algorithms, the signer's number, the certificates that come along. So the frame is made anew from what is covered, and
must be the very bytes that are there. The certificates are named by their digests in the signed attributes.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from a2z_defense.bundle.layout import BUILD_FILE, SEAL_FOLDER
from a2z_defense.bundle.report import Finding, FindingKind
from a2z_defense.bundle.signing import FIELD, RECORD, SIGNATURE, SIGNED_RECORD

_MECHANISMS = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}
_FRAME = "the frame around the signature was changed"


def check_signatures(folder: Path) -> tuple[list[Finding], list[str], list[str]]:
    """What is wrong with the signatures of a build, which files hold good ones, and what to say of them.

    A good signature shows who signed these very bytes; whether to trust that certificate is the reader's to decide.
    """
    seal = folder / SEAL_FOLDER
    if not seal.is_dir():
        return [], [], []
    there = sorted(path.relative_to(folder).as_posix() for path in seal.rglob("*") if not path.is_dir())
    findings = [
        Finding(path=name, kind=FindingKind.UNEXPECTED, why="no signature that a2z makes")
        for name in there
        if name not in CHECKS
    ]
    if len(absent := CHECKS.keys() - set(there)) == 1:
        why = "a2z signs both the record and build.json"
        findings.append(Finding(path=absent.pop(), kind=FindingKind.MISSING, why=why))
    try:
        import pyhanko  # noqa: F401 - asked for before the files are opened
    except ImportError:
        return findings, [], ["there are signatures, but pyHanko is not installed: they were not checked"]
    good: list[str] = []
    notes: list[str] = []
    for name, check in CHECKS.items():
        if (folder / name).is_file() and not (folder / name).is_symlink():
            wrong, signer = check(folder)
            findings.extend(Finding(path=name, kind=FindingKind.BAD_SIGNATURE, why=why) for why in wrong)
            if not wrong:
                good.append(name)
                notes.append(signed_by(name, signer))
    return findings, good, notes


def signed_by(name: str, signer: str) -> str:
    """What is to be said of a good signature."""
    return f"{name}: signed by {signer}; whether to trust that certificate is yours to decide"


def _context() -> Any:
    from pyhanko_certvalidator import ValidationContext

    # It warns of every certificate that it does not know, which here is every one.
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # Nothing is fetched and nobody is trusted: what is judged is the bytes, not the person.
    return ValidationContext(trust_roots=[], allow_fetching=False)


def check_record(folder: Path) -> tuple[list[str], str]:
    """What is wrong with the signed copy of the record, and who signed it."""
    content = (folder / SIGNED_RECORD).read_bytes()
    wrong, signer = check_pdf(content)
    record = folder / RECORD
    if not wrong and record.is_file() and not content.startswith(record.read_bytes()):
        wrong.append(f"what was signed is not {RECORD}")
    return wrong, signer


def is_signed_here(content: bytes) -> bool:
    """Whether a PDF says that a2z signed it: it holds a field of the name that a2z gives."""
    return b"/ByteRange" in content and FIELD.encode() in content


def check_pdf(content: bytes) -> tuple[list[str], str]:
    """What is wrong with the signature in a PDF, and who signed it."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        found = PdfFileReader(io.BytesIO(content)).embedded_signatures
        if len(found) != 1:
            return [f"it holds {len(found)} signatures, not one"], ""
        status = validate_pdf_signature(found[0], signer_validation_context=_context())
        wrong = [*_faults(status), *_room(content, found[0])]
    except Exception as why:  # noqa: BLE001 - a damaged PDF fails in any part of the library; it is a bad signature
        return [f"it cannot be read as a signed PDF: {type(why).__name__}"], ""
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        wrong.append("it does not cover the entire file: something was added after it was signed")
    return wrong, _name(status)


def check_detached(folder: Path) -> tuple[list[str], str]:
    """What is wrong with the signature of build.json, and who signed it."""
    from asn1crypto import cms  # type: ignore[import-untyped]
    from pyhanko.sign.validation import async_validate_detached_cms

    content = (folder / SIGNATURE).read_bytes()
    try:
        found = cms.ContentInfo.load(content, strict=True)["content"]
        status = asyncio.run(
            async_validate_detached_cms((folder / BUILD_FILE).read_bytes(), found, signer_validation_context=_context())
        )
        wrong = [*_faults(status), *([] if _framed(found) == content else [_FRAME])]
    except Exception as why:  # noqa: BLE001 - damaged DER fails in any part of the library; it is a bad signature
        return [f"it cannot be read as a signature: {type(why).__name__}"], ""
    return wrong, _name(status)


CHECKS = {SIGNED_RECORD: check_record, SIGNATURE: check_detached}
"""Each file of the seal folder, and its own check."""


def _room(content: bytes, signature: Any) -> Iterator[str]:
    """The room for the signature, which the signature cannot cover: it holds the signature and zeros, nothing else."""
    _start, before, after, _length = (int(number) for number in signature.sig_object["/ByteRange"])
    room = content[before:after]
    held = _framed(signature.signed_data).ljust((len(room) - 2) // 2, b"\0").hex().encode()
    if room not in (b"<%s>" % held, b"<%s>" % held.upper()):
        yield _FRAME


def _framed(signed_data: Any) -> bytes:
    """The one frame that a2z writes around these signed attributes, this signature and the certificates that the
    attributes name; nothing when those are not the ones inside."""
    from asn1crypto import cms, parser, x509

    info = signed_data["signer_infos"][0]
    # Only the header is made anew: its contents are what the signature covers.
    attributes = cms.CMSAttributes.load(parser.emit(0, 1, 17, info["signed_attrs"].contents))
    inside = {hashlib.sha256(one.chosen.dump()).digest(): one.chosen.dump() for one in signed_data["certificates"]}
    named = [one["cert_hash"].native for one in _certificates(attributes)]
    if inside.keys() != set(named):
        return b""
    signer = x509.Certificate.load(inside[named[0]])
    digest = {"algorithm": "sha256"}
    return bytes(
        cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": {
                    "version": "v1",
                    "digest_algorithms": [digest],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": [
                        cms.CertificateChoices(name="certificate", value=x509.Certificate.load(certificate))
                        for certificate in inside.values()
                    ],
                    "signer_infos": [
                        {
                            "version": "v1",
                            "sid": cms.SignerIdentifier(
                                {
                                    "issuer_and_serial_number": {
                                        "issuer": signer.issuer,
                                        "serial_number": signer.serial_number,
                                    }
                                }
                            ),
                            "digest_algorithm": digest,
                            "signed_attrs": attributes,
                            "signature_algorithm": {"algorithm": _MECHANISMS[signer.public_key.algorithm]},
                            "signature": info["signature"].native,
                        }
                    ],
                },
            }
        ).dump()
    )


def _certificates(attributes: Any) -> Any:
    """The certificates that the signed attributes name, the signer's first (RFC 5035)."""
    (found,) = [one["values"] for one in attributes if one["type"].native == "signing_certificate_v2"]
    return found[0]["certs"]


def _faults(status: Any) -> Iterator[str]:
    if not status.intact:
        yield "what was signed was changed"
    elif not status.valid:
        yield "the signature is not that of its certificate"


def _name(status: Any) -> str:
    return str(status.signing_cert.subject.human_friendly)
