"""Sends digests and the dead man's ping. With `sources`, the only part of a2z that touches the network."""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from typing import Protocol
from urllib.parse import urlsplit

from a2z_defense.alerts.digest import Digest

PING_SECONDS = 10.0


class Notifier(Protocol):
    """Sends one digest to one recipient."""

    def send(self, url: str, digest: Digest) -> bool:
        """True when the recipient took it. Never raises for a recipient that is down."""

    def ping(self, url: str) -> bool:
        """Call the dead man's URL; True when it answered well."""


class AppriseNotifier:
    """Mail, Slack, Teams, Telegram, ntfy, webhooks and many more, through Apprise."""

    def send(self, url: str, digest: Digest) -> bool:
        import apprise

        # Its log lines name hosts and addresses; what failed is said by us, by the recipient's number and scheme.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        target = apprise.Apprise()
        if not target.add(url):
            return False
        try:
            return bool(
                target.notify(
                    title=digest.title,
                    body=digest.body,
                    body_format=apprise.NotifyFormat.TEXT,
                    notify_type=apprise.NotifyType.WARNING,
                )
            )
        except Exception:  # noqa: BLE001 - a plugin of a service that is down must not silence the other recipients
            return False

    def ping(self, url: str) -> bool:
        if urlsplit(url).scheme not in ("http", "https"):
            return False
        try:
            with urllib.request.urlopen(url, timeout=PING_SECONDS) as answer:  # noqa: S310 - the scheme was checked
                return bool(200 <= answer.status < 300)
        except (OSError, ValueError):
            return False


def scheme(url: str) -> str:
    """`mailtos`, `slack` ...: all of a notifier's URL that may be shown, for the rest holds passwords."""
    return url.split(":", 1)[0][:20] if ":" in url else "unknown"
