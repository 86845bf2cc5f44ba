"""Certificates of an invented authority, and signers' PKCS#12 files made with them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PASSPHRASE = "invented passphrase"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def new_key(kind: str = "p256") -> Key:
    """A fresh private key: p256, p384, rsa or ed25519."""
    match kind:
        case "p256":
            return ec.generate_private_key(ec.SECP256R1())
        case "p384":
            return ec.generate_private_key(ec.SECP384R1())
        case "rsa":
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def issue(subject: str, key: Key, issuer: str, by: Key, *, authority: bool) -> x509.Certificate:
    """A certificate for `subject`, signed by `by`."""
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = x509.CertificateBuilder(_name(issuer), _name(subject), key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + dt.timedelta(days=20_000))
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    digest = None if isinstance(by, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.add_extension(usage, critical=True).sign(by, digest)


def write_pkcs12(path: Path, *, kind: str = "p256", chain: int = 1, root: bool = True) -> Path:
    """A seller's PKCS#12 file at `path`: its certificate under `chain` authorities, the last with or without."""
    keys = [new_key(kind) for _ in range(chain + 1)]
    names = ["Invented Seller", *(f"Invented Authority {number}" for number in range(1, chain + 1))]
    made = [
        issue(
            names[number],
            keys[number],
            names[min(number + 1, chain)],
            keys[min(number + 1, chain)],
            authority=number > 0,
        )
        for number in range(chain + 1)
    ]
    others = made[1:] if root else made[1:-1]
    sealed = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seller", keys[0], made[0], others, sealed))
    return path


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
