"""DKIM keys: asked of the DNS only when the user says so, once, kept as evidence, read from there ever after."""

from __future__ import annotations

import base64
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from support.homes import environment
from support.mail_maker import ORDER, SENT, notice

from a2z_defense.base.config import Mail, Settings
from a2z_defense.jobs import dkim as keeping
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.model.mail import Trust

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
)


@pytest.mark.parametrize(("lookups", "trust", "asked"), [(True, Trust.AUTHENTICATED, 1), (False, None, 0)])
def test_a_key_is_asked_for_once_and_the_mail_judged_by_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lookups: bool, trust: Trust | None, asked: int
) -> None:
    raw = bytes(notice("it", "action"))
    head = dkim.sign(raw, b"key1", b"amazon.it", PEM, include_headers=[b"from", b"to", b"subject", b"date"])
    (tmp_path / "notice.eml").write_bytes(bytes(head) + raw)
    names: list[str] = []

    def answer(name: str) -> str:
        names.append(name)
        return f"v=DKIM1; k=rsa; p={PUBLIC.decode()}"

    monkeypatch.setattr(keeping.keep_keys, "__defaults__", (answer,))
    settings = Settings(mail=Mail(dkim_lookups=lookups))
    found = environment(tmp_path, now=SENT.replace(hour=12), settings=settings)
    for _ in range(2):
        fetch(found, FetchWanted(mail=(str(tmp_path / "notice.eml"),), spapi=False))
    assert names == ["key1._domainkey.amazon.it"] * asked
    gathered = judge(found, ORDER).gathered
    kinds = [piece.evidence.kind for piece in gathered.pieces]
    assert kinds.count(EvidenceKind.DKIM_KEY) == asked
    said = gathered.case.notices[0].read.trust
    assert said is trust if trust else said is not Trust.AUTHENTICATED
