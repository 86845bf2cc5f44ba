"""Sends digests and the dead man's ping. With `sources`, the only part of a2z that touches the network."""

from __future__ import annotations

import logging
import re
import threading
import urllib.error
import urllib.request
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit

from a2z_defense.alerts.digest import Digest

SEND_SECONDS = 30.0
"""The whole time that one recipient gets. Apprise's own limits are 4 s for a connection and 4 s between two bytes, so
a server that answers a byte at a time would keep the run, and its lock, for hours."""
PING_SECONDS = 10.0


class Sent(StrEnum):
    """What became of a digest."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer in time: it may have arrived."""


class Notifier(Protocol):
    """Sends one digest to one recipient."""

    def send(self, url: str, digest: Digest) -> Sent:
        """Never raises for a recipient that is down, and ends within `SEND_SECONDS`."""

    def ping(self, url: str) -> bool:
        """Call the dead man's URL; True when it answered well."""


class AppriseNotifier:
    """Mail, Slack, Teams, Telegram, ntfy, webhooks and many more, through Apprise."""

    def __init__(self, seconds: float = SEND_SECONDS) -> None:
        self.seconds = seconds

    def send(self, url: str, digest: Digest) -> Sent:
        taken = _within(self.seconds, lambda: _send(url, digest))
        return Sent.UNKNOWN if taken is None else Sent.TAKEN if taken else Sent.REFUSED

    def ping(self, url: str) -> bool:
        if urlsplit(url).scheme not in ("http", "https"):
            return False
        return _within(self.seconds, lambda: _ping(url)) is True


def _send(url: str, digest: Digest) -> bool:
    import apprise

    # Its log lines name hosts and addresses; what failed is said by us, by the recipient's number and scheme.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    # In this thread and with no limit of Apprise's own: it would start a pool, which the end of the process waits for.
    target = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False, service_timeout=0))
    if not target.add(url):
        return False
    for service in target:
        _prepare(service, url, digest)
    return bool(
        target.notify(
            title=digest.title,
            body=digest.body,
            body_format=apprise.NotifyFormat.TEXT,
            notify_type=apprise.NotifyType.WARNING,
        )
    )


def _prepare(service: Any, url: str, digest: Digest) -> None:
    """Give the digest's id to services that carry headers, and let a service with a short limit get it in parts.

    A repeat after a crash has the same id: a webhook can drop it by `Idempotency-Key`, a mail filter by
    `X-A2Z-Digest` (Sieve: `duplicate :header`), and mail programs show it in the first one's thread. A `Message-ID` of
    one's own is not possible: Apprise writes a new one into every mail.
    """
    if "overflow=" not in url:
        service.overflow_mode = "split"
    headers = getattr(service, "headers", None)
    if isinstance(headers, dict):
        headers["X-A2Z-Digest"] = digest.id
        if scheme(url).startswith("mailto"):
            headers["References"] = f"<{digest.id}@a2z.invalid>"
        else:
            headers["Idempotency-Key"] = digest.id


def _ping(url: str) -> bool:
    with urllib.request.urlopen(url, timeout=PING_SECONDS) as answer:  # noqa: S310 - the scheme was checked
        return bool(200 <= answer.status < 300)


def _within(seconds: float, work: Any) -> bool | None:
    """What `work` returns; False when it fails in any way, None when it takes longer.

    A plain daemon thread: it cannot be stopped, and ends with the process.
    """
    found: list[bool] = []

    def run() -> None:
        try:
            found.append(work())
        except Exception:  # noqa: BLE001 - a plugin of a service that is down must not silence the other recipients
            found.append(False)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None


def scheme(url: str) -> str:
    """`mailtos`, `slack` ...: all of a notifier's URL that may be shown, for the rest holds passwords."""
    found = re.match(r"([a-z][a-z0-9+]{0,15})://", url, re.IGNORECASE)
    return found[1].lower() if found else "unknown"
