"""An IMAP mailbox: read-only, incremental by UID, resumed after a cut. Nothing is marked as read, moved or deleted."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from a2z_defense.base.errors import SourceError
from a2z_defense.sources.mail.files import too_large
from a2z_defense.sources.mail.imap_address import ImapAddress
from a2z_defense.sources.mail.imap_client import BoundedClient, Bounds, Oversize
from a2z_defense.sources.mail.imap_login import for_now, log_in, shut
from a2z_defense.sources.mail.imap_search import find_new
from a2z_defense.sources.mail.interface import MailOptions, MailTrouble, RawMail

log = logging.getLogger(__name__)

SIZES_AT_ONCE = 500
"""UIDs whose sizes are asked in one command: a command line stays under 8 kB, the least that servers must take."""
BYTES_AT_ONCE = 8_000_000
"""Bytes of mails that are asked in one command: they are held in memory together."""
HEAD = 1_000_000
"""Bytes that are kept of a mail over the limit."""
ATTEMPTS = 6
"""Connections that may break in a row without one new mail: with the waits between them half a minute, in which a
server that is too busy to log anybody in comes round."""
_BROKEN = (OSError, EOFError, IMAPClientError, Oversize, ValueError, LookupError)
"""What a server that breaks off, refuses a command or answers nonsense comes out as: the last two are of the library's
parser of answers."""


class _Refetch(Exception):
    """The connection was given up on purpose; the folder is gone on with on a new one."""


@dataclass
class ImapMailbox:
    """Folders of an IMAP account. The cursor holds UIDVALIDITY and the last UID of each folder."""

    address: ImapAddress
    options: MailOptions
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    _client: BoundedClient | None = field(default=None, repr=False)
    _bounds: Bounds = field(init=False, repr=False)
    _singly: set[str] = field(default_factory=set)
    """Folders whose server sent more than it said: asked mail by mail."""

    def __post_init__(self) -> None:
        self._bounds = Bounds(self.options.monotonic, self.options.max_message_bytes + 1)

    @property
    def name(self) -> str:
        return self.address.name

    @property
    def cursor(self) -> str | None:
        return json.dumps(self._seen, sort_keys=True) if self._seen else None

    def fetch(self, cursor: str | None) -> Iterator[RawMail | MailTrouble]:
        """The new mails of every folder. Raises AuthorisationError, and SourceError when the server gives no answer."""
        self._seen = _read_cursor(cursor)
        try:
            for folder in self.address.folders:
                yield from self._persistent(folder)
        finally:
            self._leave()

    def _persistent(self, folder: str) -> Iterator[RawMail | MailTrouble]:
        """The folder, over as many connections as it takes."""
        clock = self.options.monotonic
        failures = 0
        last_progress = clock.monotonic()
        while True:
            before = self._seen.get(folder)
            try:
                yield from self._folder(folder)
                return
            except _Refetch:
                self._drop()
                continue
            except _BROKEN as why:
                self._drop()
                if self._seen.get(folder) != before:
                    failures, last_progress = 0, clock.monotonic()
                failures += 1
                if failures >= ATTEMPTS or clock.monotonic() - last_progress > self.options.budget_seconds:
                    raise SourceError(
                        f"{self.address.host} gave no answer to the end: {_words(why)}",
                        expected="the mails of the folder",
                        remedy="run a2z fetch again: it goes on after the last mail that was read",
                    ) from None
                log.info("the mail server broke off (%s); connecting again", type(why).__name__)
                clock.sleep(min(0.5 * 2**failures, 10.0))

    def _folder(self, folder: str) -> Iterator[RawMail | MailTrouble]:
        client = self._connected()
        chosen = self._select(client, folder)
        validity = int(chosen.get(b"UIDVALIDITY", 0))
        known, last = self._seen.get(folder, (validity, 0))
        if known != validity:
            log.warning("the mail server has renumbered the folder %s; it is read whole again, nothing is lost", folder)
            last = 0
        upcoming = int(chosen.get(b"UIDNEXT", 0))
        if upcoming and upcoming <= last + 1:
            return
        found_new = find_new(client, self._bounds, self.options, chosen, last)
        if found_new.distrust:
            yield MailTrouble(folder, f"{found_new.distrust}; every new mail of the folder was read")
        uids = found_new.uids
        for start in range(0, len(uids), SIZES_AT_ONCE):
            some = uids[start : start + SIZES_AT_ONCE]
            for group in self._groups(folder, some, self._sizes(client, some)):
                for uid, found in self._mails(client, folder, group):
                    yield found
                    self._seen[folder] = (validity, uid)
        self._seen[folder] = (validity, max(last, upcoming - 1, *uids[-1:]))

    def _select(self, client: BoundedClient, folder: str) -> dict[bytes, Any]:
        self._bounds.arm(self.options.step_seconds)
        try:
            chosen: dict[bytes, Any] = client.select_folder(folder, readonly=True)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as why:
            if for_now(why):
                raise
            raise SourceError(
                f"{self.address.host} does not open the folder {folder!r}",
                expected="a folder of that account",
                remedy="check its name as the server spells it (INBOX, INBOX/Claims, [Gmail]/All Mail)",
            ) from None
        return chosen

    def _sizes(self, client: BoundedClient, uids: list[int]) -> dict[int, int]:
        self._bounds.arm(self.options.budget_seconds)
        answer = client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(answer[uid].get(b"RFC822.SIZE", 0)) for uid in uids if uid in answer}

    def _groups(self, folder: str, uids: list[int], sizes: dict[int, int]) -> Iterator[list[tuple[int, int]]]:
        """(UID, size) in groups that are asked together; a large mail alone."""
        group: list[tuple[int, int]] = []
        held = 0
        for uid in uids:
            size = sizes.get(uid, 0)
            if group and (held + size > BYTES_AT_ONCE or folder in self._singly):
                yield group
                group, held = [], 0
            group.append((uid, size))
            held += size
        if group:
            yield group

    def _mails(
        self, client: BoundedClient, folder: str, group: list[tuple[int, int]]
    ) -> Iterator[tuple[int, RawMail | MailTrouble]]:
        options = self.options
        uid, size = group[0]
        if size > options.max_message_bytes:
            yield uid, self._head(client, folder, uid, size)
            return
        self._bounds.arm(options.budget_seconds)
        try:
            answer = client.fetch([uid for uid, _ in group], ["BODY.PEEK[]"])
        except Oversize:
            if len(group) > 1:
                self._singly.add(folder)
            else:
                yield uid, too_large(f"{folder}/{uid}", options.max_message_bytes + 1, options)
            raise _Refetch from None
        for uid, _ in group:
            origin = f"{folder}/{uid}"
            raw = answer.get(uid, {}).get(b"BODY[]")
            if not raw:
                yield (
                    uid,
                    MailTrouble(origin, "the server listed the mail and did not give it; it may have been deleted"),
                )
            else:
                yield uid, RawMail(raw, "imap", origin, options.now())

    def _head(self, client: BoundedClient, folder: str, uid: int, size: int) -> RawMail | MailTrouble:
        """The beginning of a mail that is said to be over the limit; the whole of it when that was not so."""
        self._bounds.arm(self.options.budget_seconds)
        wanted = min(HEAD, self.options.max_message_bytes)
        answer = client.fetch([uid], [f"BODY.PEEK[]<0.{wanted}>"])
        raw = answer.get(uid, {}).get(b"BODY[]<0>") or b""
        origin = f"{folder}/{uid}"
        if raw and len(raw) < wanted:
            return RawMail(raw, "imap", origin, self.options.now())
        return MailTrouble(origin, too_large(origin, size, self.options).why, raw or None)

    def _connected(self) -> BoundedClient:
        if self._client is None:
            self._client = log_in(self.address, self.options, self._bounds)
        return self._client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            shut(client)

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            self._bounds.arm(5)
            try:
                client.logout()
            except _BROKEN:
                log.debug("the mail server did not say goodbye")


def _words(why: BaseException) -> str:
    """What broke, without anything that the server sent."""
    if isinstance(why, TimeoutError):
        return "it took too long"
    if isinstance(why, OSError) and why.strerror:
        return why.strerror
    return type(why).__name__


def _read_cursor(cursor: str | None) -> dict[str, tuple[int, int]]:
    try:
        kept = json.loads(cursor or "{}")
        return {str(folder): (int(validity), int(uid)) for folder, (validity, uid) in kept.items()}
    except (ValueError, TypeError, AttributeError):
        log.warning("the mailbox's cursor cannot be read; it is read whole again, nothing is lost")
        return {}
