"""One dated sweep of financial events (listFinancialEvents) in place of a call per order, when that is fewer calls.

The sweep begins 178 days back, or with the oldest order when all dates are known; an order from before the sweep's
beginning is asked for by itself. Events that name no order (SAFE-T reimbursements, adjustments) cannot be given to one,
so a sweep does not show them. Whether a sweep pays is seen while it runs: pages come oldest first, so the part of
the range that they cover says how many there will be. A sweep that does not pay is given up after its first pages.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import EvidenceKind, Observation
from a2z_defense.sources.spapi.answers import Answer
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.calls import Caller, GivenUp, Stopped
from a2z_defense.sources.spapi.operations import FINANCES_SWEEP
from a2z_defense.sources.spapi.records import Recorder, without
from a2z_defense.sources.spapi.slices import events, page_of
from a2z_defense.sources.spapi.tasks import Found, Held, Submit, Task

LONGEST = dt.timedelta(days=178)
"""Amazon answers nothing when the range is longer than 180 days (Finances v0 reference, read 2026-08)."""
WORTH_IT = 4
"""Orders from which on a sweep is tried: below, its first page already costs as much as it could save."""


@dataclass(frozen=True)
class Page:
    """One page of a sweep."""

    observation: Observation
    body: bytes
    covered: float
    """Part of the range up to the page's newest event, 0 to 1; 1 for the last page."""
    last: bool


def sweep_pages(
    caller: Caller, areas: Areas, recorder: Recorder, endpoint: str, after: dt.datetime, now: dt.datetime
) -> Iterator[Page]:
    """The pages of the events posted from `after` on. Raises Final, GivenUp or Stopped."""
    token: str | None = None
    passed: set[str] = set()
    while True:
        answer, found = _page(caller, areas, endpoint, after, token)
        following = found["payload"].get("NextToken")
        if following in passed:
            raise GivenUp(f"the pages of {FINANCES_SWEEP.name} do not end", "run a2z fetch again")
        observation = recorder.observation(
            FINANCES_SWEEP,
            f"{_subject(caller.access.account, endpoint, after)}#{len(passed) + 1}",
            answer,
            identity=without(answer.body, "payload", "NextToken"),
        )
        covered = 1.0 if not following else _covered(answer.body, after, now)
        yield Page(observation, answer.body, covered, not following)
        if not following:
            return
        passed.add(following)
        token = following


def _subject(account: str, endpoint: str, after: dt.datetime) -> str:
    return f"{FINANCES_SWEEP.name} of {account} at {urlsplit(endpoint).netloc} from {utc_text(after)}"


def held_pages(held: Held, account: str, endpoint: str, after: dt.datetime) -> list[Page]:
    """The pages of that sweep that an earlier run kept and that are young enough; none unless all of them are."""
    pages: list[Page] = []
    while page := held(EvidenceKind.WHOLE, f"{_subject(account, endpoint, after)}#{len(pages) + 1}"):
        pages.append(Page(page, page.body, 1.0, b'"NextToken"' not in page.body))
        if pages[-1].last:
            return pages
    return []


def _page(
    caller: Caller, areas: Areas, endpoint: str, after: dt.datetime, token: str | None
) -> tuple[Answer, dict[str, Any]]:
    return caller.call(FINANCES_SWEEP, "", lambda: areas.sweep(endpoint, after, None, token))


def _covered(body: bytes, after: dt.datetime, now: dt.datetime) -> float:
    posted = [at for _, event in events([body]) if (at := posted_at(event)) is not None]
    return (max(posted) - after) / (now - after) if posted and now > after else 0.0


def posted_at(event: dict[str, Any]) -> dt.datetime | None:
    """When the event was posted; None when it does not say so with a zone."""
    try:
        found = dt.datetime.fromisoformat(event.get("PostedDate", ""))
        return found.astimezone(dt.UTC) if found.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


class Sweep:
    """Replaces the finances tasks of many orders. Its slices wait for the orders' own dates."""

    def __init__(self, caller: Caller, areas: Areas, recorder: Recorder, held: Held) -> None:
        self._caller = caller
        self._areas = areas
        self._recorder = recorder
        self._held = held
        self._now = recorder.clock.now()
        self._lock = threading.Lock()
        self._dates: dict[str, dt.datetime | None] = {}
        self._ready: dict[str, Callable[[dt.datetime | None, Submit], Iterator[Found]]] = {}

    def plan(self, tasks: Sequence[Task], asked: Sequence[str]) -> list[Task]:
        """`tasks`, with those for one order's finances replaced where a sweep may be cheaper.

        `asked`: the orders whose date this run will learn.
        """
        finances = [task for task in tasks if task.operation.name == "listFinancialEventsByOrderId"]
        found = [task for task in tasks if task not in finances]
        by_endpoint: dict[str | None, list[Task]] = {}
        for task in finances:
            by_endpoint.setdefault(self._caller.access.endpoint_for(task.claim.marketplace_id), []).append(task)
        for endpoint, mine in by_endpoint.items():
            if endpoint is None or len(mine) < WORTH_IT:
                found += mine
            else:
                found.append(self._task(endpoint, mine, frozenset(asked)))
        return found

    def order_known(self, order_id: str, created: dt.datetime | None, submit: Submit) -> Iterator[Found]:
        """An order's date was learned (None: it will not be)."""
        with self._lock:
            self._dates[order_id] = created
            ready = self._ready.pop(order_id, None)
        if ready:
            yield from ready(created, submit)

    def _task(self, endpoint: str, tasks: list[Task], asked: frozenset[str]) -> Task:
        dates = [task.claim.ordered_at for task in tasks]
        known = [date for date in dates if date is not None]
        # From midnight on, so that the runs of one day ask the same and keep the same.
        whole = dt.datetime.combine((self._now - LONGEST).date() + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)
        short = max(whole, min(known) - dt.timedelta(days=1)) if len(known) == len(dates) else whole
        # A run that was cut short may have known less, and swept the whole range.
        held = {start: held_pages(self._held, self._caller.access.account, endpoint, start) for start in (whole, short)}
        after = whole if held[whole] else short

        def pages() -> Iterable[Page]:
            return held[after] or sweep_pages(self._caller, self._areas, self._recorder, endpoint, after, self._now)

        def run(submit: Submit) -> Iterator[Found]:
            kept: dict[str, dict[str, list[Any]]] = {task.order_id: {} for task in tasks}
            digests: list[str] = []
            template: Observation | None = None
            try:
                for number, page in enumerate(pages(), 1):
                    if not held[after]:
                        yield page.observation
                    if not page.last and _too_dear(number, page.covered, len(tasks)):
                        yield from self._one_by_one(tasks, submit)
                        return
                    template = page.observation
                    digests.append(self._recorder.digest(page.body))
                    for name, event in events([page.body]):
                        order_id = event.get("AmazonOrderId")
                        lists = kept.get(order_id) if isinstance(order_id, str) else None
                        if lists is not None:
                            lists.setdefault(name, []).append(event)
            except Stopped:
                raise
            except Exception:  # noqa: BLE001 - whatever is wrong with the sweep, each order can be asked for by itself
                yield from self._one_by_one(tasks, submit)
                return
            if template is None:
                return
            for task in tasks:
                yield from self._settle(task, template, page_of(kept.pop(task.order_id)), digests, after, asked, submit)

        return Task(FINANCES_SWEEP, tasks[0].claim, run, shared=True)

    @staticmethod
    def _one_by_one(tasks: Sequence[Task], submit: Submit) -> Iterator[Found]:
        for task in tasks:
            submit(task)
        yield from ()

    def _settle(
        self,
        task: Task,
        template: Observation,
        body: bytes,
        digests: list[str],
        after: dt.datetime,
        asked: frozenset[str],
        submit: Submit,
    ) -> Iterator[Found]:
        """The order's slice, once its date says that the sweep reaches far enough back."""

        def decide(created: dt.datetime | None, submit: Submit) -> Iterator[Found]:
            if created is None or created < after:
                submit(task)
                return
            # The same kind and subject as a call for this order alone: of the two the newer counts.
            yield slice_of(template, f"{task.order_id}#1", body, digests, after, self._recorder)

        date = task.claim.ordered_at
        if date is None and task.order_id in asked:
            with self._lock:
                if task.order_id not in self._dates:
                    self._ready[task.order_id] = decide
                    return
                date = self._dates[task.order_id]
        yield from decide(date, submit)


def slice_of(
    template: Observation, subject: str, body: bytes, digests: Sequence[str], after: dt.datetime, recorder: Recorder
) -> Observation:
    """One order's own events, cut out of a sweep; without events it says that none were posted."""
    whole = digests[0] if len(digests) == 1 else recorder.digest("\n".join(digests).encode())
    of = "the page" if len(digests) == 1 else f"the {len(digests)} pages (digest of their digests, one a line)"
    rule = (
        f"the events whose AmazonOrderId is the order's, of {of} of listFinancialEvents from {utc_text(after)};"
        " events that name no order (SAFE-T reimbursements, adjustments) are nobody's"
    )
    provenance = template.provenance.model_copy(update={"whole_sha256": whole, "slicing": rule})
    return replace(
        template,
        kind=EvidenceKind.FINANCES,
        subject=subject,
        body=body,
        # The same events are the same evidence, whether they came alone or in a sweep.
        identity=without(body, "payload", "NextToken"),
        provenance=provenance,
    )


def _too_dear(pages: int, covered: float, orders: int) -> bool:
    """Would the rest of the sweep cost more calls than asking for each order?"""
    expected = pages / covered if covered > 0 else float("inf")
    return expected - pages >= orders or pages >= max(3, orders // 2)
