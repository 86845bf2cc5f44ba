"""The public keys of a mail's DKIM signatures, from the DNS. Off unless the user says so (`mail.dkim_lookups`).

A key is given to the reader beside the mail, which stays pure: the same mail and the same keys read the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Resolver = Callable[[str], str | None]
"""DNS name -> its TXT record, or None when there is none or nobody answers."""

MAX_NAMES = 5
SECONDS = 5.0
_SIGNATURE = re.compile(rb"^dkim-signature[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_TAG = re.compile(rb"(?:^|;)\s*([ds])\s*=\s*([A-Za-z0-9._-]{1,200})\s*(?=;|$)")
_END = re.compile(rb"\r?\n\r?\n")


def key_names(raw: bytes) -> list[str]:
    """The DNS names of the keys that the mail's signatures of Amazon's domains were made with."""
    end = _END.search(raw[:1_000_000])
    names: list[str] = []
    for value in _SIGNATURE.findall(raw[: end.start()] if end else raw[:1_000_000])[:MAX_NAMES]:
        tags = {name: found.decode("ascii").lower() for name, found in _TAG.findall(re.sub(rb"\s+", b" ", value))}
        domain, selector = tags.get(b"d"), tags.get(b"s")
        # Only Amazon's: a mail must not make us ask the DNS for names of its sender's choice.
        if domain and selector and re.fullmatch(r"(?:[a-z0-9-]+\.)*amazon\.(?:[a-z]{2,3}|com?\.[a-z]{2})", domain):
            names.append(f"{selector}._domainkey.{domain}")
    return list(dict.fromkeys(names))


def look_up(raw: bytes, resolver: Resolver | None = None) -> dict[str, str]:
    """The keys of `raw`'s signatures: DNS name -> TXT record. Empty when nobody answers."""
    ask = resolver or dns_text
    found = {name: ask(name) for name in key_names(raw)}
    return {name: text for name, text in found.items() if text}


def dns_text(name: str) -> str | None:
    """The TXT record of `name` in the DNS, its pieces joined; None when there is none within a few seconds."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except dns.exception.DNSException:
        return None
    return next((b"".join(record.strings).decode("ascii", "replace") for record in answer), None)
