"""A signer whose signature covers every certificate that it hands over, not the signer's own alone.

Imported only where something is signed: pyHanko is an optional dependency.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asn1crypto import tsp, x509  # type: ignore[import-untyped]
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec
from pyhanko.sign.general import SigningError, as_signing_certificate_v2
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from a2z_defense.base.errors import ConfigurationError

KEYS = ("rsa", "ec")
"""Kinds of key whose signatures the readers of PDFs can check (ISO 32000-1, 12.8.3)."""


class _Certificates(CMSAttributeProvider):
    """ESS signing-certificate-v2 (RFC 5035) with the signer's certificate first and then its issuers."""

    attribute_type = "signing_certificate_v2"

    def __init__(self, chain: Iterable[x509.Certificate]) -> None:
        self._chain = tuple(chain)

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:  # noqa: ARG002
        return tsp.SigningCertificateV2(
            {"certs": [as_signing_certificate_v2(certificate)["certs"][0] for certificate in self._chain]}
        )


class _Attributes(SignedAttributeProviderSpec):
    """What is signed beside the digest of the content. PAdES allows no signing time of our own here."""

    def __init__(self, chain: Iterable[x509.Certificate]) -> None:
        self._chain = tuple(chain)

    def signed_attr_providers(
        self,
        data_digest: bytes,  # noqa: ARG002
        digest_algorithm: str,  # noqa: ARG002
    ) -> Iterator[CMSAttributeProvider]:
        yield _Certificates(self._chain)


def open_signer(pkcs12: bytes, passphrase: bytes | None) -> SimpleSigner:
    """The signer of a PKCS#12 file. Raises ConfigurationError when it cannot be opened or has another kind of key."""
    try:
        found = SimpleSigner.load_pkcs12_data(pkcs12, other_certs=[], passphrase=passphrase)
    except (SigningError, ValueError, TypeError, AttributeError):  # the last: a file without a key or a certificate
        raise ConfigurationError(
            "signing.pkcs12 cannot be opened",
            expected="a PKCS#12 file with one certificate and its key, and the right passphrase",
            remedy="mind A2Z_SIGNING_PASSPHRASE; openssl pkcs12 -info -in FILE shows what is in it",
        ) from None
    leaf = found.signing_cert
    if leaf.public_key.algorithm not in KEYS:
        raise ConfigurationError(
            f"signing.pkcs12 holds a key of the kind {leaf.public_key.algorithm}",
            expected=f"a key of the kind {' or '.join(KEYS)}",
            remedy="ask your authority for a certificate with such a key, or take the setting out",
        )
    chain = list(_chain(leaf, list(found.cert_registry)))
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(chain[1:])  # pyHanko puts the signer's own beside them
    signer = SimpleSigner(signing_cert=leaf, signing_key=found.signing_key, cert_registry=store)
    signer.signed_attr_prov_spec = _Attributes(chain)
    return signer


def _chain(leaf: x509.Certificate, others: list[x509.Certificate]) -> Iterator[x509.Certificate]:
    """The certificate and those of its issuers that the file holds; whatever else is in it is left out."""
    found, seen = leaf, {leaf.dump()}
    yield leaf
    while found.issuer != found.subject:
        above = next((one for one in others if one.subject == found.issuer and one.dump() not in seen), None)
        if above is None:
            return
        seen.add(above.dump())
        yield above
        found = above
