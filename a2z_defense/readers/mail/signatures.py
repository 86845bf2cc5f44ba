"""DKIM signatures (RFC 6376), verified by dkimpy with keys that are given: nothing is looked up here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from a2z_defense.readers.mail.authentication import aligned
from a2z_defense.readers.mail.mime import Headers

MAX_SIGNATURES = 5
MAX_SIGNED = 25_000_000
"""Bytes of a mail whose signature is verified: Amazon's own limit for mail is 10 MB."""
_TAGS = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)")
_NAME = re.compile(r"[a-z0-9._-]{1,200}")


@dataclass(frozen=True)
class Signature:
    """What a DKIM-Signature header says of itself."""

    index: int
    """Its place among the mail's signatures, from the top."""
    domain: str
    selector: str
    body_hash: str
    algorithm: str
    relaxed_body: bool
    whole_body: bool
    """False: it covers only the beginning of the body, so that anybody may add to it."""

    @property
    def key_name(self) -> str:
        """The DNS name that its key is published under, without the last dot."""
        return f"{self.selector}._domainkey.{self.domain}"


def read_signatures(headers: Headers, sender_domain: str) -> list[Signature]:
    """The mail's signatures that are aligned with the sender's domain."""
    found: list[Signature] = []
    for index, value in enumerate(headers.all("dkim-signature")[:MAX_SIGNATURES]):
        tags = dict(_TAGS.findall(re.sub(r"\s+", " ", value[:8192])))
        domain, selector = (tags.get(name, "").strip().lower() for name in "ds")
        if not (_NAME.fullmatch(domain) and _NAME.fullmatch(selector) and aligned(domain, sender_domain)):
            continue
        found.append(
            Signature(
                index=index,
                domain=domain,
                selector=selector,
                body_hash=tags.get("bh", "").replace(" ", ""),
                algorithm=tags.get("a", "rsa-sha256").strip().rpartition("-")[2],
                relaxed_body=tags.get("c", "simple/simple").strip().partition("/")[2] == "relaxed",
                whole_body="l" not in tags,
            )
        )
    return found


def verified(raw: bytes, headers: Headers, sender_domain: str, keys: Mapping[str, str]) -> Signature | None:
    """The first aligned signature over the whole body that verifies with one of `keys` (DNS name -> TXT record)."""
    candidates = [
        found for found in read_signatures(headers, sender_domain) if found.key_name in keys and found.whole_body
    ]
    if not candidates or len(raw) > MAX_SIGNED:
        return None
    import dkim

    def record(name: bytes, timeout: int = 0) -> bytes | None:  # noqa: ARG001
        text = keys.get(name.decode("ascii", "replace").rstrip(".").lower())
        return text.encode("ascii", "replace") if text is not None else None

    message = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    for found in candidates:
        try:
            if dkim.DKIM(message).verify(found.index, dnsfunc=record):
                return found
        except (dkim.DKIMException, ValueError, LookupError, TypeError, ArithmeticError):
            # A signature that cannot be read proves nothing, whatever is wrong with it.
            continue
    return None
