"""Which mails of an IMAP folder are new and may be about Amazon, as its server finds them; and whether that can be.

A server whose search is broken answers OK all the same, and a mail that it leaves out would never be asked for again.
So its answers are held against each other: the newest mail of the folder, how many it holds, and the mails that have
Amazon as their sender. Where they disagree every new mail is read. What no such check can see: a search in texts that
leaves out only forwarded mails.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from a2z_defense.sources.mail.imap_client import BoundedClient, Bounds
from a2z_defense.sources.mail.interface import MailOptions

log = logging.getLogger(__name__)

WORD = "amazon"
LISTED_AT_ONCE = 500


@dataclass(frozen=True)
class NewMails:
    """The UIDs to read, in order, and why the server's search is not believed; empty when it is."""

    uids: list[int]
    distrust: str = ""


def find_new(
    client: BoundedClient, bounds: Bounds, options: MailOptions, chosen: Mapping[bytes, Any], last: int
) -> NewMails:
    """The mails after UID `last` of the folder that is selected; `chosen` is what the server said of it then."""
    return _Finder(client, bounds, options, last, int(chosen.get(b"EXISTS", 0))).find()


class _Finder:
    def __init__(self, client: BoundedClient, bounds: Bounds, options: MailOptions, last: int, exists: int) -> None:
        self.client = client
        self.bounds = bounds
        self.options = options
        self.last = last
        self.exists = exists
        # SINCE compares days in the server's zone, which nobody tells.
        self.since = options.since.date() - dt.timedelta(days=1) if options.since is not None else None

    def find(self) -> NewMails:
        every = self._search()
        if every is None or not self._plausible(every):
            return NewMails(sorted(self._listed()), "the server's search does not find the mails that the folder holds")
        if not self.options.narrow or not every:
            return NewMails(sorted(every))
        try:
            narrowed = self._search("TEXT", WORD)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            log.info("the mail server does not search in texts; every new mail is read")
            return NewMails(sorted(every))
        if narrowed is None or not narrowed <= every or not self._sent_by_amazon(every) <= narrowed:
            return NewMails(sorted(every), "the server's search in texts contradicts itself")
        return NewMails(sorted(narrowed))

    def _search(self, *more: str) -> set[int] | None:
        """The UIDs that the server finds; None for an answer that is none."""
        criteria: list[Any] = ["UID", f"{self.last + 1}:*"]
        if self.since is not None:
            criteria += ["SINCE", self.since]
        self.bounds.arm(self.options.budget_seconds)
        try:
            found = self.client.search([*criteria, *more])
        except (ValueError, LookupError):
            return None
        # `n:*` gives the last mail even when its UID is below n.
        return {int(uid) for uid in found if uid > self.last}

    def _plausible(self, found: set[int]) -> bool:
        """Whether the answer to a search for every new mail agrees with the folder's newest mail and its count."""
        if self.last == 0 and self.since is None and len(found) < self.exists:
            return False
        if self.exists == 0:
            return not found
        newest = max(self._told(range(self.exists, self.exists + 1)), default=0)
        return max(found, default=0) == newest

    def _listed(self) -> set[int]:
        """The UIDs of the new mails, told by their places from the end of the folder instead of searched for."""
        found: set[int] = set()
        for end in range(self.exists, 0, -LISTED_AT_ONCE):
            places = range(max(1, end - LISTED_AT_ONCE + 1), end + 1)
            some = self._told(places)
            found |= some
            if len(some) < len(places) and self.since is None:
                # Places are in the order of UIDs: here the new ones begin.
                break
        return found

    def _told(self, places: range) -> set[int]:
        """The UIDs at these places of the folder that are new and young enough."""
        self.bounds.arm(self.options.budget_seconds)
        self.client.use_uid = False
        try:
            answer = self.client.fetch(list(places), ["UID", "INTERNALDATE"])
        finally:
            self.client.use_uid = True
        told = [(int(said[b"UID"]), said.get(b"INTERNALDATE")) for said in answer.values() if b"UID" in said]
        return {uid for uid, received in told if uid > self.last and self._young(received)}

    def _young(self, received: dt.datetime | None) -> bool:
        return self.since is None or received is None or received.date() >= self.since

    def _sent_by_amazon(self, every: set[int]) -> set[int]:
        try:
            return (self._search("FROM", WORD) or set()) & every
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            return set()
