"""One run: tell every recipient what it is to be told, remember it, and ping the dead man's switch."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from a2z_defense.alerts.digest import compose, digest_id
from a2z_defense.alerts.kinds import Alert
from a2z_defense.alerts.memory import Memory, open_memory, recipient_id, stand_in_folder
from a2z_defense.alerts.notify import Notifier, scheme
from a2z_defense.alerts.telling import Now, to_tell
from a2z_defense.base.environment import Home
from a2z_defense.base.locks import Busy, exclusive

_HOLDER = "sending alerts"
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
            took = _tell_one(url, theirs, memory, now, notifier, zone, names)
            if took is False:
                failed.append(f"notifier {number} ({scheme(url)}) did not take the digest; the next run tries again")
            told += took is True
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
) -> bool | None:
    """True: told; False: the recipient did not take it; None: nothing was to be told."""
    recipient = recipient_id(url)
    news = to_tell(theirs, memory.told(recipient), now)
    if not news:
        return None
    number = digest_id(news, recipient)
    called = names(sorted({alert.claim_id for alert in news if alert.claim_id}))
    digest = compose(news, recipient, zone=zone, names=called, was_cut=memory.was_cut(recipient, number))
    # Memory that fails in the middle (a disk that fills up) must not keep anybody from being told.
    with suppress(sqlite3.Error):
        memory.begin(recipient, number, now.at)
    taken = notifier.send(url, digest)
    with suppress(sqlite3.Error):
        if taken:
            memory.done(recipient, news, now.at, staffed=now.calendar.is_staffed(now.at))
        else:
            memory.failed(recipient)
    return taken
