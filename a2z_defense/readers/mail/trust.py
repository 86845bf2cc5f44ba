"""How far a mail is trusted: authenticated, unverified, altered, unauthenticated, or quarantined as a forgery."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from a2z_defense.model.mail import Trust
from a2z_defense.readers.mail.amazon import amazon_domain
from a2z_defense.readers.mail.authentication import Verdict, Word, reports, weigh
from a2z_defense.readers.mail.mime import Headers
from a2z_defense.readers.mail.signatures import read_signatures, verified
from a2z_defense.readers.mail.view import View
from a2z_defense.readers.mail.words import decode_base64


def judge(view: View, raw: bytes, trusted: tuple[str, ...], keys: Mapping[str, str]) -> tuple[Trust, str]:
    """The trust in the mail, and why in words. A forgery needs positive evidence: a failure and no aligned pass, or a
    mail that is dressed as Amazon's. A person's forward is nobody's forgery, and nobody's proof either, unless the
    original is attached and its own signature verifies with one of `keys`."""
    domain = view.outer.sender.domain
    word = weigh(reports(view.outer.headers), domain, trusted)
    if view.dressed:
        return Trust.QUARANTINED, view.dressed
    if word.verdict is Verdict.FAILED:
        return Trust.QUARANTINED, word.why
    if view.rewritten:
        return Trust.UNAUTHENTICATED, "a mailing list put its own sender in place of Amazon's"
    if view.forwarded:
        return _of_forward(view, keys)
    if amazon_domain(domain) is None:
        return Trust.UNAUTHENTICATED, "not sent by Amazon"
    return _of_amazon(view, raw, word, keys)


def _of_forward(view: View, keys: Mapping[str, str]) -> tuple[Trust, str]:
    original = view.original
    if original is not None and original.letter is not None and not doubled(original.letter.headers):
        signature = verified(original.raw, original.letter.headers, original.sender.domain, keys) if keys else None
        if signature is not None:
            return Trust.AUTHENTICATED, f"the attached original's signature by {signature.domain} verifies"
    return Trust.UNAUTHENTICATED, "forwarded by hand: Amazon's own headers are gone"


def doubled(headers: Headers) -> str:
    """A header that must be there once and is there twice. A signature covers the lower one while readers show the
    upper one, so that a signed mail can be given another subject."""
    return next((name for name in ("from", "subject", "date") if len(headers.all(name)) > 1), "")


def _of_amazon(view: View, raw: bytes, word: Word, keys: Mapping[str, str]) -> tuple[Trust, str]:
    twice = doubled(view.outer.headers)
    vouched = word.verdict in (Verdict.PASSED, Verdict.UNVERIFIED)
    if twice and (vouched or keys):
        return Trust.QUARANTINED, f"the mail has two {twice} headers, and a signature covers only one"
    signature = verified(raw, view.outer.headers, view.outer.sender.domain, keys) if keys else None
    if signature is not None:
        return Trust.AUTHENTICATED, f"its signature by {signature.domain} verifies"
    changed = vouched and body_hash_holds(view, raw) is False
    if word.verdict is Verdict.PASSED:
        if changed:
            return Trust.ALTERED, f"{word.why}; the body was changed after it was signed, as gateways do"
        return Trust.AUTHENTICATED, word.why
    if word.verdict is Verdict.UNVERIFIED:
        how = "; the body was changed after it was signed" if changed else ""
        return Trust.UNVERIFIED, f"{word.why}, and no trusted receiver is set{how}"
    if word.verdict is Verdict.ALTERED:
        return Trust.ALTERED, word.why
    return Trust.UNAUTHENTICATED, word.why


_WHITE = re.compile(rb"[ \t]+")
_LINES = re.compile(rb"\r\n|\r|\n")
MAX_HASHED = 5_000_000
"""Bytes of a body that are hashed: a notice is under 200 kB, and a larger mail is judged by its headers alone."""


def body_hash_holds(view: View, raw: bytes) -> bool | None:
    """Whether the body is the one that the sender's aligned DKIM signature was made over (RFC 6376, 3.7); None when no
    signature says. The signature itself is not checked here: that takes a key from the DNS."""
    for signature in read_signatures(view.outer.headers, view.outer.sender.domain):
        if signature.algorithm not in ("sha256", "sha1") or not signature.whole_body or len(raw) > MAX_HASHED:
            continue
        body = canonical_body(raw, relaxed=signature.relaxed_body)
        digest = hashlib.new(signature.algorithm, body, usedforsecurity=False).digest()
        return decode_base64(signature.body_hash.encode("ascii", "ignore")) == digest
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
