"""DKIM with real signatures of a throw-away key: what verifies authenticates, what was changed does not."""

from __future__ import annotations

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from support.mail_maker import PASS, Made, notice, plain_mail

from a2z_defense.model.mail import MailKind, Trust
from a2z_defense.readers.mail.read import read_mail
from a2z_defense.sources.mail.dkim_keys import key_names, look_up

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
NAME = "key1._domainkey.amazon.it"
KEYS = {NAME: f"v=DKIM1; k=rsa; p={PUBLIC}"}


def signed(made: Made, domain: str = "amazon.it", **options: object) -> bytes:
    raw = bytes(made)
    headers = [b"from", b"to", b"subject", b"date", b"message-id"]
    found = dkim.sign(raw, b"key1", domain.encode(), PEM, include_headers=headers, **options)
    return bytes(found) + raw


def trust(raw: bytes, keys: dict[str, str] = KEYS, trusted: tuple[str, ...] = ()) -> Trust:
    return read_mail(raw, trusted_receivers=trusted, dkim_keys=keys).trust


GOOD = signed(notice("it", "action"))


def test_a_signature_that_verifies_authenticates_without_any_receiver() -> None:
    found = read_mail(GOOD, dkim_keys=KEYS)
    assert (found.kind, found.trust) == (MailKind.ACTION_REQUIRED, Trust.AUTHENTICATED)
    assert "amazon.it" in found.trust_why


def test_line_ends_of_an_export_do_not_break_it() -> None:
    assert trust(GOOD.replace(b"\r\n", b"\n")) is Trust.AUTHENTICATED


def test_without_keys_nothing_is_verified() -> None:
    assert trust(GOOD, {}) is Trust.UNAUTHENTICATED


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.replace(b"3 giorni", b"9 giorni"),
        GOOD.replace(b"Message-ID: <0102", b"Message-ID: <0103"),
        signed(notice("it", "action"), domain="evil.example"),
        signed(notice("it", "action"), length=True) + b"\r\nadded words",
        bytes(notice("it", "action")),
        b"DKIM-Signature: v=1; d=amazon.it; s=key1; b=; bh=\r\n" + bytes(notice("it", "action")),
        b"DKIM-Signature: " + b"=;" * 500 + b" d=amazon.it; s=key1\r\n" + bytes(notice("it", "action")),
    ],
)
def test_what_was_changed_or_signed_by_another_does_not_authenticate(raw: bytes) -> None:
    keys = {**KEYS, "key1._domainkey.evil.example": KEYS[NAME]}
    assert trust(raw, keys) is Trust.UNAUTHENTICATED


@pytest.mark.parametrize(
    "record", ["", "v=DKIM1; k=rsa; p=", "v=DKIM1; k=rsa; p=AAAA", "nonsense", "v=DKIM1; k=rsa; p=!!!!"]
)
def test_a_broken_key_proves_nothing(record: str) -> None:
    assert trust(GOOD, {NAME: record}) is Trust.UNAUTHENTICATED


def test_a_second_subject_on_a_signed_mail_is_a_forgery() -> None:
    forged = b"Subject: Action required: Claim received on order 111-1111111-1111111\r\n" + GOOD
    assert trust(forged) is Trust.QUARANTINED
    reported = f"Authentication-Results: {PASS.format(tld='it')}\r\n".encode() + forged
    assert trust(reported, {}, ("mx.shop.example",)) is Trust.QUARANTINED
    assert trust(forged, {}) is Trust.UNAUTHENTICATED


def test_an_attached_original_whose_signature_verifies_is_amazons() -> None:
    def forward(raw: bytes) -> bytes:
        return bytes(plain_mail("see", "lia@shop.example", "x", attachments=(("a.eml", "message/rfc822", raw),)))

    found = read_mail(forward(GOOD), dkim_keys=KEYS)
    assert (found.kind, found.trust, found.forwarded) == (MailKind.ACTION_REQUIRED, Trust.AUTHENTICATED, True)
    assert trust(forward(GOOD.replace(b"3 giorni", b"9 giorni"))) is Trust.UNAUTHENTICATED


def test_only_amazons_keys_are_asked_for() -> None:
    asked: list[str] = []

    def resolver(name: str) -> str | None:
        asked.append(name)
        return KEYS.get(name)

    raw = signed(notice("it", "action"), domain="evil.example") + b""
    both = raw.split(b"\r\nFrom:", 1)[0] + b"\r\n" + GOOD
    assert look_up(both, resolver) == KEYS
    assert asked == [NAME]
    assert key_names(b"rubbish") == []
    assert look_up(GOOD, lambda name: None) == {}
