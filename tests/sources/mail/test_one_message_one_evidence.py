"""The same message is one piece of evidence, however it was exported; a forged reuse of its Message-ID is another."""

from __future__ import annotations

import datetime as dt

import pytest
from support.mail_maker import FAIL, PASS, SENT, Made, notice

from a2z_defense.model.evidence import EvidenceKind, observation_id
from a2z_defense.sources.mail.interface import RawMail
from a2z_defense.sources.mail.observe import observation


def evidence_id(raw: bytes) -> str:
    return observation_id(observation(RawMail(raw, "eml", "a.eml", SENT), account="", clock=None))


ORIGINAL = bytes(notice("it", "action"))
HERE = evidence_id(ORIGINAL)


@pytest.mark.parametrize(
    "copy",
    [
        ORIGINAL.replace(b"\r\n", b"\n"),
        ORIGINAL + b"\r\n\r\n",
        b"Status: RO\r\nX-UID: 7\r\n" + ORIGINAL,
        b"Received: from a by b; Fri, 14 Aug 2026 07:31:00 +0000\r\nDelivered-To: other@shop.example\r\n" + ORIGINAL,
        b"Authentication-Results: mx; dkim=pass header.d=amazon.it\r\n" + ORIGINAL,
        ORIGINAL.replace(b"To: claims@shop.example", b"To: second@shop.example"),
        ORIGINAL.replace(b"Message-ID:", b"Message-Id:"),
        ORIGINAL.replace(b"Subject: =?utf-8?q?", b"Subject:\r\n =?utf-8?q?"),
    ],
)
def test_a_copy_is_the_same_evidence(copy: bytes) -> None:
    assert evidence_id(copy) == HERE


def changed(**changes: object) -> bytes:
    made: Made = notice("it", "action")
    for name, value in changes.items():
        setattr(made, name, value)
    return bytes(made)


@pytest.mark.parametrize(
    "other",
    [
        ORIGINAL.replace(b"3 giorni", b"9 giorni"),
        changed(subject="Richiesta di rimborso ricevuta per l’ordine 402-1234567-7654321"),
        changed(sent=SENT + dt.timedelta(days=1)),
        changed(sender="Amazon <atoz-guarantee-no-reply@amazon.de>"),
        changed(type="A_Z_CLAIM_RESPONDENT_CLOSE"),
        changed(message_id="<other@amazonses.com>"),
        changed(authentication=(FAIL.format(tld="it"),)),
    ],
)
def test_other_content_is_other_evidence(other: bytes) -> None:
    assert evidence_id(other) != HERE


def test_a_quoted_from_line_does_not_make_another_mail() -> None:
    plain = changed(html=None, plain="Hello\nFrom here\n")
    assert evidence_id(plain) == evidence_id(plain.replace(b"\nFrom here", b"\n>From here"))


def test_a_mail_without_headers_is_known_by_its_bytes() -> None:
    assert evidence_id(b"rubbish") != evidence_id(b"other rubbish")
    assert evidence_id(b"") == evidence_id(b"")


def test_the_observation_says_where_the_mail_comes_from_and_holds_it_whole() -> None:
    found = observation(RawMail(ORIGINAL, "mbox", "a.mbox@0", SENT), account="main", clock="set")
    assert (found.kind, found.media_type, found.body) == (EvidenceKind.MAIL, "message/rfc822", ORIGINAL)
    assert (found.provenance.source, found.provenance.operation, found.provenance.origin) == (
        "mail",
        "mbox",
        "a.mbox@0",
    )
    assert (found.provenance.account, found.provenance.clock) == ("main", "set")
    assert "atoz" not in found.subject
    passed = changed(authentication=(PASS.format(tld="it"),))
    assert evidence_id(passed) == HERE
