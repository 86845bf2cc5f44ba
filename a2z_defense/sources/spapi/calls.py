"""One call, to its end: quota, tries, back-off, budgets. Tenacity decides when to try again, the bucket when to go."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from a2z_defense.base.clock import Monotonic
from a2z_defense.base.config import Fetch
from a2z_defense.model.evidence import Trouble
from a2z_defense.sources.spapi.access import Access
from a2z_defense.sources.spapi.answers import Answer, Final, TryAgain, judge
from a2z_defense.sources.spapi.bucket import Bucket, wait
from a2z_defense.sources.spapi.operations import Operation
from a2z_defense.sources.spapi.progress import Progress, Silent

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
"""Seconds of back-off, doubled from the first to the longest, each with full jitter. Judgement."""


class Stopped(Exception):
    """The run was ended from outside; nothing is to be reported."""


class GivenUp(Exception):
    """No answer within the budget; the next run continues here."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy


@dataclass
class Outage:
    """How long one operation has given nothing but faults, over all claims."""

    since: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, now: float) -> None:
        with self.lock:
            self.since = now if self.since is None else self.since

    def good(self) -> None:
        with self.lock:
            self.since = None

    def lasts(self, now: float) -> float:
        with self.lock:
            return 0.0 if self.since is None else now - self.since


class Caller:
    """Makes calls for one account. Used by many threads at once."""

    def __init__(
        self,
        access: Access,
        settings: Fetch,
        clock: Monotonic,
        lock_folder: Path,
        *,
        progress: Progress | None = None,
        requests: Counter[str] | None = None,
    ) -> None:
        self.access = access
        self.clock = clock
        self.progress = progress or Silent()
        self._settings = settings
        self._folder = lock_folder
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}
        self._outages: dict[str, Outage] = {}
        self._requests = requests if requests is not None else Counter()
        self._random = random.Random()  # noqa: S311 - jitter, no secret

    @property
    def report_budget(self) -> float:
        """Seconds that one run waits for a report to be ready; the next run takes it up."""
        return self._settings.claim_budget.total_seconds()

    def stop(self) -> None:
        """End the run: every wait returns at once, no call is begun."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def call(
        self,
        operation: Operation,
        asked: str,
        send: Callable[[], Answer],
        *,
        check: Callable[[Answer], Any] | None = None,
        paced: bool = True,
    ) -> tuple[Answer, Any]:
        """A good answer of `operation` about `asked`, and what is in it.

        `check` replaces the usual judgement (status, JSON, shape); it raises TryAgain or Final. `paced=False` is for
        requests that no SP-API quota covers. Raises Final, GivenUp or Stopped.
        """
        bucket = self._bucket(operation)
        outage = self._outages.setdefault(operation.name, Outage())
        budget = self._settings.claim_budget.total_seconds()
        down = self._settings.source_budget.total_seconds()
        first_sent: list[float] = []

        def once() -> tuple[Answer, Any]:
            if outage.lasts(self.clock.monotonic()) >= down:
                raise GivenUp(
                    f"{operation.name} has given no answer for {down:.0f} s", "run a2z fetch again later: it continues"
                )
            if paced:
                self._pace(operation, bucket, budget)
            if self.stopped:
                raise Stopped
            first_sent.append(self.clock.monotonic())
            with self._lock:
                self._requests[operation.name] += 1
            answer = send()
            if answer.rate is not None and paced:
                bucket.follow(answer.rate)
            return answer, (check(answer) if check else judge(operation, answer, asked))

        def pause(state: RetryCallState) -> float:
            fault = state.outcome.exception() if state.outcome else None
            doubled = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (state.attempt_number - 1))
            jitter = self._random.uniform(0, doubled)
            if isinstance(fault, TryAgain) and fault.throttled:
                # Amazon counts, not we: the bucket is told, and everyone who shares it waits.
                return bucket.throttled(fault.retry_after) + min(jitter, FIRST_PAUSE)
            outage.fault(self.clock.monotonic())
            asked_for = fault.retry_after if isinstance(fault, TryAgain) and fault.retry_after else 0.0
            return max(jitter, asked_for)

        def over(state: RetryCallState) -> bool:
            spent = self.clock.monotonic() - first_sent[0]
            return self.stopped or spent + state.upcoming_sleep > budget

        def sleep(seconds: float) -> None:
            self.progress.waiting(operation.name, seconds)
            wait(seconds, self.clock, lambda: self.stopped)

        try:
            found = Retrying(retry=retry_if_exception_type(TryAgain), wait=pause, stop=over, sleep=sleep, reraise=True)(
                once
            )
        except TryAgain as fault:
            if self.stopped:
                raise Stopped from None
            wait_asked = fault.retry_after or 0.0
            went_on = f"went on so for {budget:.0f} s"
            raise GivenUp(
                f"{operation.name} {fault} and "
                + (f"asks to wait {wait_asked:.0f} s" if wait_asked > budget else went_on),
                "run a2z fetch again later: it continues where this run ended",
            ) from None
        except Final:
            outage.good()
            raise
        outage.good()
        return found

    def _pace(self, operation: Operation, bucket: Bucket, most: float) -> None:
        """Wait for a place in the quota. Raises GivenUp when there is none within `most` seconds."""
        seconds = bucket.reserve(most)
        if seconds > most:
            raise GivenUp(
                f"the quota of {operation.name} has no place for another {seconds:.0f} s",
                "run a2z fetch again after that: it continues",
            )
        while seconds > 0 and not self.stopped:
            if seconds > 1:
                self.progress.waiting(operation.name, seconds)
            wait(seconds, self.clock, lambda: self.stopped)
            seconds = min(most, bucket.blocked_for())

    def _bucket(self, operation: Operation) -> Bucket:
        with self._lock:
            if operation.name not in self._buckets:
                self._buckets[operation.name] = Bucket(
                    self._folder, self._quota_key(), operation.name, operation.rate, operation.burst, self.clock
                )
            return self._buckets[operation.name]

    def _quota_key(self) -> str:
        """Amazon counts per application and selling partner; a simulator has a quota of its own."""
        return f"{self.access.account}|{self.access.client_id}|{self.access.endpoint or ''}"


def failure_words(why: Exception) -> tuple[Trouble, str, str]:
    """Trouble, cause and remedy of what `Caller.call` raised."""
    if isinstance(why, Final):
        return why.trouble, why.why, why.remedy
    if isinstance(why, GivenUp):
        return Trouble.NO_ANSWER, why.why, why.remedy
    raise TypeError(f"not a failure of a call: {type(why).__name__}")
