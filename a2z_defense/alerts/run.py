"""One run: tell every recipient what it is to be told, remember it, and ping the dead man's switch."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from a2z_defense.alerts.digest import Digest, compose, digest_id
from a2z_defense.alerts.kinds import Alert
from a2z_defense.alerts.memory import Memory, identity, open_memory, recipient_id, stand_in_folder
from a2z_defense.alerts.notify import Notifier, Sent, scheme
from a2z_defense.alerts.telling import Now, to_tell
from a2z_defense.base.environment import Home
from a2z_defense.base.locks import Busy, exclusive

_HOLDER = "sending alerts"
_FAILED = {Sent.REFUSED: "did not take the digest", Sent.UNKNOWN: "did not answer in time and may have the digest"}
Recipients = Callable[[Alert], Sequence[str]]
"""Whom an alert goes to: notifier URLs."""


@dataclass(frozen=True)
class Outcome:
    """What became of a run. `failed` holds words without passwords."""

    told: int = 0
    """Digests that were taken."""
    failed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def tell(
    home: Home,
    alerts: Sequence[Alert],
    now: Now,
    notifier: Notifier,
    *,
    recipients: Recipients,
    everybody: Sequence[str],
    zone: str,
    scope: str = "",
    names: Callable[[Sequence[str]], Mapping[str, str]] = lambda _claims: {},
) -> Outcome:
    """Tell `alerts`. One recipient that fails does not stop the others, and is tried again next time.

    `everybody`: each URL that `recipients` can give. `names` is asked only for claims that are about to be told.
    """
    warnings: list[str] = []
    failed: list[str] = []
    told = 0
    with ExitStack() as stack:
        try:
            _lock(stack, home)
        except Busy:
            return Outcome(warnings=("another run of a2z alert is sending: this one only prints",))
        memory = stack.enter_context(open_memory(home.root, scope))
        if not memory.is_lasting:
            warnings.append(f"{home.root} cannot be written: what was told is remembered only until the next restart")
        for number, url in enumerate(dict.fromkeys(everybody), start=1):
            theirs = [alert for alert in alerts if url in recipients(alert)]
            for sent in _tell_one(url, theirs, memory, now, notifier, zone, names):
                if sent is not Sent.TAKEN:
                    failed.append(f"notifier {number} ({scheme(url)}) {_FAILED[sent]}; the next run tries again")
                told += sent is Sent.TAKEN
        with suppress(sqlite3.Error):
            memory.forget_all_but(alerts)
    return Outcome(told, tuple(failed), tuple(warnings))


def _lock(stack: ExitStack, home: Home) -> None:
    """Hold the lock of this home, on a stand-in folder when its disk is full or read-only. Raises Busy."""
    with suppress(OSError):
        stack.enter_context(exclusive(home.locks / "alert.lock", wait_seconds=0, holder=_HOLDER))
        return
    folder = stand_in_folder(home.root)
    if folder is not None:
        with suppress(OSError):
            stack.enter_context(exclusive(folder / "alert.lock", wait_seconds=0, holder=_HOLDER))


def _tell_one(
    url: str,
    theirs: Sequence[Alert],
    memory: Memory,
    now: Now,
    notifier: Notifier,
    zone: str,
    names: Callable[[Sequence[str]], Mapping[str, str]],
) -> list[Sent]:
    """What became of each digest that this recipient was sent; most runs send none, and all but one after a crash.

    What may have arrived is sent again by itself under its first id, so that whoever has it already can drop it, and
    news never hides in a digest that looks like an old one.
    """
    recipient = recipient_id(url)
    news = to_tell(theirs, memory.told(recipient), now)
    digests: list[tuple[str, list[Alert], bool]] = []
    for begun in memory.begun(recipient):
        again = [alert for alert in news if identity(alert) in begun.alerts]
        news = [alert for alert in news if identity(alert) not in begun.alerts]
        if again:
            digests.append((begun.digest, again, True))
        else:  # over since, or told in a more urgent band
            with suppress(sqlite3.Error):
                memory.failed(recipient, begun.digest)
    if news:
        digests.append((digest_id(news, recipient), news, False))
    found = []
    for number, alerts, was_cut in digests:
        called = names(sorted({alert.claim_id for alert in alerts if alert.claim_id}))
        digest = compose(alerts, number, now=now.at, zone=zone, names=called, was_cut=was_cut)
        found.append(_send(url, digest, alerts, recipient, memory, now, notifier))
    return found


def _send(
    url: str, digest: Digest, alerts: Sequence[Alert], recipient: str, memory: Memory, now: Now, notifier: Notifier
) -> Sent:
    # Memory that fails in the middle (a disk that fills up) must not keep anybody from being told.
    with suppress(sqlite3.Error):
        memory.begin(recipient, digest.id, alerts, now.at)
    sent = notifier.send(url, digest)
    with suppress(sqlite3.Error):
        match sent:
            case Sent.TAKEN:
                memory.done(recipient, digest.id, alerts, now.at, staffed=now.calendar.is_staffed(now.at))
            case Sent.REFUSED:
                memory.failed(recipient, digest.id)
            case Sent.UNKNOWN:
                pass  # it stays begun: the next run sends it again and says that it may have arrived
    return sent
