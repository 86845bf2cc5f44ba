"""How far a mail is trusted: authenticated, unverified, altered, unauthenticated, or quarantined as a forgery."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from a2z_defense.model.mail import Trust
from a2z_defense.readers.mail.amazon import amazon_domain
from a2z_defense.readers.mail.authentication import Word, aligned, reports, weigh
from a2z_defense.readers.mail.view import View
from a2z_defense.readers.mail.words import decode_base64


def judge(view: View, raw: bytes, trusted: tuple[str, ...]) -> tuple[Trust, str]:
    """The trust in the mail, and why in words. A forgery needs positive evidence: a failure and no aligned pass, or a
    mail that is dressed as Amazon's. A person's forward is nobody's forgery, and nobody's proof either."""
    domain = view.outer.sender.domain
    word = weigh(reports(view.outer.headers), domain, trusted)
    if view.dressed:
        return Trust.QUARANTINED, view.dressed
    if word.failed:
        return Trust.QUARANTINED, word.why
    if view.rewritten:
        return Trust.UNAUTHENTICATED, "a mailing list put its own sender in place of Amazon's"
    if view.forwarded:
        return Trust.UNAUTHENTICATED, "forwarded by hand: Amazon's own headers are gone"
    if amazon_domain(domain) is None:
        return Trust.UNAUTHENTICATED, "not sent by Amazon"
    return _of_amazon(view, raw, word)


def _of_amazon(view: View, raw: bytes, word: Word) -> tuple[Trust, str]:
    if word.altered:
        return Trust.ALTERED, word.why
    broken = (word.passed or word.passed_untrusted) and body_hash_holds(view, raw) is False
    if word.passed and broken:
        return Trust.ALTERED, f"{word.why}; the body was changed after it was signed, as gateways do"
    if word.passed:
        return Trust.AUTHENTICATED, word.why
    if word.passed_untrusted:
        changed = "; the body was changed after it was signed" if broken else ""
        return Trust.UNVERIFIED, f"{word.why}, and no trusted receiver is set{changed}"
    return Trust.UNAUTHENTICATED, word.why


_TAGS = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)")
_WHITE = re.compile(rb"[ \t]+")
_LINES = re.compile(rb"\r\n|\r|\n")
MAX_HASHED = 5_000_000
"""Bytes of a body that are hashed: a notice is under 200 kB, and a larger mail is judged by its headers alone."""


def body_hash_holds(view: View, raw: bytes) -> bool | None:
    """Whether the body is the one that the sender's aligned DKIM signature was made over (RFC 6376, 3.7); None when no
    signature says. The signature itself is not checked here: that takes a key from the DNS."""
    domain = view.outer.sender.domain
    for value in view.outer.headers.all("dkim-signature")[:5]:
        tags = dict(_TAGS.findall(re.sub(r"\s+", " ", value)))
        if not aligned(tags.get("d", "").strip().lower(), domain) or "bh" not in tags or "l" in tags:
            continue
        algorithm = tags.get("a", "rsa-sha256").strip().rpartition("-")[2]
        if algorithm not in ("sha256", "sha1") or len(raw) > MAX_HASHED:
            continue
        relaxed = tags.get("c", "simple/simple").strip().partition("/")[2] == "relaxed"
        body = canonical_body(raw, relaxed=relaxed)
        digest = (
            hashlib.sha256(body).digest()
            if algorithm == "sha256"
            else hashlib.sha1(body, usedforsecurity=False).digest()
        )
        try:
            said = base64.b64decode(tags["bh"].replace(" ", ""), validate=True)
        except (binascii.Error, ValueError):
            said = decode_base64(tags["bh"].encode("ascii", "ignore"))
        return said == digest
    return None


def canonical_body(raw: bytes, *, relaxed: bool) -> bytes:
    """The body of `raw` in DKIM's canonical form, whatever line ends it was kept with."""
    found = re.search(rb"\r?\n\r?\n", raw)
    lines = _LINES.split(raw[found.end() :]) if found else []
    if relaxed:
        lines = [_WHITE.sub(b" ", line).rstrip(b" \t") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return b"" if relaxed else b"\r\n"
    return b"\r\n".join(lines) + b"\r\n"
