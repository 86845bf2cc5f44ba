"""RawMail -> Observation: one piece of evidence for one message, however often and from wherever it comes.

What makes a mail the same mail: Message-ID, sender, date, subject, Amazon's own headers, what the body's form is, and
the body. What receivers, mail programs and exports add (Received, Delivered-To, Status, X-..., the mbox line, line
ends, quoted `From ` lines) does not count. Content counts, so a forged mail that reuses a Message-ID is another mail;
and a copy that its receiver reports as failed is never taken for one that was not.
"""

from __future__ import annotations

import hashlib
import re

from a2z_defense.model.evidence import EvidenceKind, Observation, Provenance
from a2z_defense.sources.mail.interface import RawMail

MAX_HEADER_BLOCK = 1_000_000
_END = re.compile(rb"\r?\n\r?\n")
_KEPT = re.compile(
    rb"^(message-id|from|date|subject|x-space-notification-type|x-marketplace-id|content-type|content-transfer-encoding)"
    rb"[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)",
    re.IGNORECASE | re.MULTILINE,
)
_TOP_RESULT = re.compile(rb"^authentication-results[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_WHITE = re.compile(rb"\s+")
_QUOTED_FROM = re.compile(rb"^>+From ", re.MULTILINE)


def mail_identity(raw: bytes) -> bytes:
    """What stays the same in every copy of the message."""
    end = _END.search(raw)
    head = raw[: end.start()] if end else raw
    head = head[:MAX_HEADER_BLOCK]
    body = raw[end.end() :] if end else b""
    body = body.replace(b"\r\n", b"\n").rstrip()
    if b">From " in body:
        body = _QUOTED_FROM.sub(b"From ", body)
    kept: dict[bytes, bytes] = {}
    for name, value in _KEPT.findall(head):
        kept.setdefault(name.lower(), _WHITE.sub(b"", value))
    lines = [name + b":" + kept[name] for name in sorted(kept)]
    if not kept:
        lines.append(_WHITE.sub(b"", head))
    if _reported_failed(head):
        lines.append(b"reported:failed")
    lines.append(hashlib.sha256(body).digest())
    return b"\n".join(lines)


def _reported_failed(head: bytes) -> bool:
    top = _TOP_RESULT.search(head)
    if top is None:
        return False
    words = top[1].lower()
    return b"fail" in words and b"=pass" not in words


def observation(mail: RawMail, *, account: str, clock: str | None) -> Observation:
    """The observation that `mail` is. `clock` is `set` when the case clock was set by the user."""
    identity = mail_identity(mail.raw)
    return Observation(
        kind=EvidenceKind.MAIL,
        subject=hashlib.sha256(identity).hexdigest()[:32],
        body=mail.raw,
        media_type="message/rfc822",
        provenance=Provenance(
            source="mail",
            operation=mail.operation,
            origin=mail.origin,
            obtained_at=mail.obtained_at,
            clock=clock,
            account=account,
        ),
        identity=identity,
    )
