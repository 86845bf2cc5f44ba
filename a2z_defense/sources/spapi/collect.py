"""Collects what SP-API can tell about each claim, every answer handed over the moment it is there.

Each operation has its own quota, so each has its own few workers, side by side. What an answer leads to (parcels to
track, listings to keep) is queued as soon as it is read. A run that ends early has handed over all that it got.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import queue
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.clock import CaseClock, Monotonic
from a2z_defense.base.config import Fetch
from a2z_defense.model.evidence import Observation, SourceFailure
from a2z_defense.sources.spapi.access import Access
from a2z_defense.sources.spapi.account import AccountCalls
from a2z_defense.sources.spapi.answers import Final
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.calls import Caller, GivenUp, Stopped, failure_words
from a2z_defense.sources.spapi.claims import ClaimCalls
from a2z_defense.sources.spapi.operations import GET_ORDER, TOKEN
from a2z_defense.sources.spapi.progress import Progress
from a2z_defense.sources.spapi.records import Recorder
from a2z_defense.sources.spapi.reports import ReportDesk
from a2z_defense.sources.spapi.sweep import Sweep
from a2z_defense.sources.spapi.tasks import Fresh, Held, Task, WantedClaim

EVERY_SOURCE = frozenset(
    {"order", "finances", "tracking", "shipment", "returns", "listing", "messaging", "account_health"}
)
IMAGES = frozenset({"images"})
"""The listing's pictures: only when asked for."""
_BACKLOG = 32
"""Answers that may wait to be stored; beyond it the workers pause: little is lost by a crash, and memory stays flat.
What waits is handed over together, because storing costs by the transaction more than by the answer."""
Batch = list[Observation | SourceFailure]


def collect(
    wanted: Sequence[WantedClaim],
    access: Access,
    *,
    clock: CaseClock,
    monotonic: Monotonic,
    settings: Fetch,
    lock_folder: Path,
    fresh: Fresh,
    progress: Progress | None = None,
    clock_mark: str | None = None,
    sources: Collection[str] = EVERY_SOURCE,
    requests: Counter[str] | None = None,
    returns_since: dt.datetime | None = None,
    sweep: bool = True,
    held: Held = lambda _kind, _subject: None,
    complete: Callable[[str], None] | None = None,
) -> Iterator[Batch]:
    """Observations and failures of one account in order of arrival, all that wait at a time.

    `fresh(kind, subject)` says that an answer is held that is young enough. It must say no for a source whose last
    answer was a failure. `requests` is filled with the calls made per operation. `returns_since` is the earliest day
    of return requests that matters (None: 60 days ago, what one report covers). `sweep` allows one dated sweep of
    financial events in place of a call per order, when that is cheaper. `held(kind, subject)` is an answer of an
    earlier run that is young enough to be used again. `complete(order_id)` is called, by whoever takes the results,
    once everything about that order was handed over; for an order that shares an answer with another it may never be
    called. Closing the iterator ends the run.
    Never raises for what Amazon answers.
    """
    caller = Caller(access, settings, monotonic, lock_folder, progress=progress, requests=requests)
    areas = Areas(access, monotonic)
    recorder = Recorder(access.account, clock, clock_mark or ("set" if clock.is_set else None))
    calls = ClaimCalls(caller, areas, recorder, fresh, held, frozenset(sources))
    run = _Run(caller, settings.workers, areas.close, calls.leaning)
    try:
        tasks = [task for claim in wanted for task in calls.first(claim)]
        desk = ReportDesk(caller, areas, clock.now(), lock_folder)
        tasks += AccountCalls(caller, desk, recorder, fresh, held, frozenset(sources), returns_since).tasks(wanted)
        if not tasks:
            return
        if sweep:
            sweeping = Sweep(caller, areas, recorder, held)
            calls.order_known = sweeping.order_known
            tasks = sweeping.plan(tasks, [task.order_id for task in tasks if task.operation is GET_ORDER])
        try:
            caller.call(TOKEN, access.account, areas.token, check=lambda _: None, paced=False)
        except (Final, GivenUp) as why:
            yield list(_without_token(why, access, tasks, recorder))
            return
        yield from run.results_of(tasks, complete or (lambda _order_id: None))
    finally:
        caller.stop()
        run.end()


def _without_token(
    why: Exception, access: Access, tasks: Sequence[Task], recorder: Recorder
) -> Iterator[SourceFailure]:
    """No call can be made: the token's failure, and that of every source that would have been asked."""
    trouble, cause, remedy = failure_words(why)
    yield recorder.failure("token", access.account, trouble, cause, remedy, needed=True)
    for task in tasks:
        yield recorder.failure(
            task.operation.source, task.order_id, trouble, f"not asked: {cause}", remedy, needed=task.operation.needed
        )


@dataclass(frozen=True)
class _Complete:
    """Everything about that order was handed over."""

    order_id: str


ABOUT_MANY = ""


def _key(task: Task) -> str:
    return ABOUT_MANY if task.shared else task.order_id


@dataclass
class _Pool:
    """Workers of one operation."""

    tasks: queue.SimpleQueue[Task | None]
    workers: int = 0


class _Run:
    """Tasks spread over per-operation workers; results through one bounded queue."""

    def __init__(self, caller: Caller, workers: int, close: Callable[[], None], leaning: Set[str]) -> None:
        self._results: queue.Queue[Observation | SourceFailure | _Complete | BaseException | None] = queue.Queue(
            _BACKLOG
        )
        self._caller = caller
        self._workers = max(1, workers)
        self._close = close
        self._pools: dict[str, _Pool] = {}
        self._leaning = leaning
        self._open: Counter[str] = Counter()
        """Tasks that are not done, by order; those about many orders under `ABOUT_MANY`."""
        self._through: set[str] = set()
        """Orders without a task of their own that is not done, while one about many is."""
        self._at_work = 1
        """The workers, and whoever takes the results."""
        self._lock = threading.Lock()

    def results_of(self, tasks: Sequence[Task], complete: Callable[[str], None]) -> Iterator[Batch]:
        """What `tasks` and those that they lead to bring."""
        self._submit(*tasks)
        on = True
        while on:
            waiting = self._waiting()
            on = None not in waiting
            if batch := [found for found in waiting if isinstance(found, Observation | SourceFailure)]:
                yield batch
            for found in waiting:
                if isinstance(found, BaseException):
                    raise found
                if isinstance(found, _Complete):
                    complete(found.order_id)

    def _waiting(self) -> list[Observation | SourceFailure | _Complete | BaseException | None]:
        """All that waits; when nothing does, the next that comes."""
        found = [self._results.get()]
        with contextlib.suppress(queue.Empty):
            while len(found) < _BACKLOG:
                found.append(self._results.get_nowait())
        return found

    def end(self) -> None:
        """Let the workers go. No call is begun after it; an answer that is on its way is not waited for."""
        with self._lock:
            for pool in self._pools.values():
                for _ in range(pool.workers):
                    pool.tasks.put(None)
        self._leave()

    def _leave(self) -> None:
        """The last one out closes the connections: another thread may still be reading from one."""
        with self._lock:
            self._at_work -= 1
            last = self._at_work == 0
        if last:
            self._close()

    def _submit(self, *tasks: Task) -> None:
        """Queue `tasks`. All are counted before the first begins: a quick one must not seem to be the last."""
        with self._lock:
            self._open.update(map(_key, tasks))
        for task in tasks:
            with self._lock:
                pool = self._pools.setdefault(task.operation.name, _Pool(queue.SimpleQueue()))
                pool.tasks.put(task)
                start = pool.workers < self._workers
                pool.workers += start
                self._at_work += start
            self._caller.progress.planned(task.operation.name, 1)
            if start:
                # Daemons: Ctrl-C must not wait for an answer that is on its way.
                name = f"a2z-{task.operation.name}"
                threading.Thread(target=self._work, args=(pool,), name=name, daemon=True).start()

    def _work(self, pool: _Pool) -> None:
        try:
            while (task := pool.tasks.get()) is not None and not self._caller.stopped:
                for found in task.run(self._submit):
                    self._put(found)
                self._caller.progress.done(task.operation.name)
                done, last = self._closed(task)
                for order_id in done:
                    self._put(_Complete(order_id))
                if last:
                    self._put(None)
        except Stopped:
            return
        except BaseException as why:  # noqa: BLE001 - carried to the caller's thread and raised there
            with contextlib.suppress(Stopped):
                self._put(why)
        finally:
            self._leave()

    def _closed(self, task: Task) -> tuple[list[str], bool]:
        """The orders about which nothing more will come, now that `task` is done; and whether it was the last task."""
        key = _key(task)
        with self._lock:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]
                self._through.add(key)
            if ABOUT_MANY in self._open:
                return [], False
            done = sorted(self._through - self._open.keys() - self._leaning - {ABOUT_MANY})
            self._through.clear()
            return done, not self._open

    def _put(self, found: Observation | SourceFailure | _Complete | BaseException | None) -> None:
        while not self._caller.stopped:
            try:
                self._results.put(found, timeout=0.25)
                return
            except queue.Full:
                continue
        raise Stopped
