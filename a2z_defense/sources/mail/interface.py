"""What a mailbox gives, whatever it is: raw mails one by one, and a cursor to go on from."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from a2z_defense.base.clock import Monotonic, SystemMonotonic


@dataclass(frozen=True)
class RawMail:
    """One mail as it came."""

    raw: bytes = field(repr=False)
    operation: str
    """How it was read: `eml`, `mbox`, `maildir`, `zip`, `imap`."""
    origin: str
    """File name, mbox position, or IMAP folder and UID. Never a password."""
    obtained_at: dt.datetime


@dataclass(frozen=True)
class MailTrouble:
    """A mail that could not be taken, or part of a source that could not be read. The others are read all the same."""

    origin: str
    why: str
    """What was got and what was expected; no personal data."""
    raw: bytes | None = field(repr=False, default=None)
    """What there is of it, when there are bytes: kept as evidence."""


def _nobody(_user: str, _host: str) -> str | None:
    return None


@dataclass(frozen=True)
class MailOptions:
    """What a mailbox needs from outside."""

    now: Callable[[], dt.datetime]
    """The case clock."""
    since: dt.datetime | None = None
    """Leave out mails that are surely older."""
    max_message_bytes: int = 200_000_000
    password: Callable[[str, str], str | None] = _nobody
    """The password of (user, host), from the environment or the keyring; None when there is none."""
    token_command: str = ""
    """A command that prints an OAuth2 access token: XOAUTH2 is used instead of a password."""
    monotonic: Monotonic = field(default_factory=SystemMonotonic)
    """For waiting; never the case clock."""
    budget_seconds: float = 120.0
    """Longest wait for a server that is down or stalls."""
    step_seconds: float = 30.0
    """Longest wait for one answer of a server."""
    tls: ssl.SSLContext | None = None
    """Certificates to trust; None: the system's."""
    narrow: bool = True
    """Let an IMAP server pick the mails that name Amazon, so that private mail never leaves it."""


class Mailbox(Protocol):
    """A place where mails are. Reading changes nothing there."""

    @property
    def name(self) -> str:
        """For people and for the cursor's key; no password in it."""

    @property
    def cursor(self) -> str | None:
        """What to keep for the next `fetch`: it covers every mail that the caller asked beyond. None: this kind of
        mailbox is read whole every time."""

    def fetch(self, cursor: str | None) -> Iterator[RawMail | MailTrouble]:
        """The mails after `cursor`, oldest first where the source has an order.

        Raises AuthorisationError when a login is refused, SourceError when a server gives no answer to the end.
        """
