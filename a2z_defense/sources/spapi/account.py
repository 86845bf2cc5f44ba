"""The reports that serve all claims of an account at once: returns, and account health."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from a2z_defense.base.instants import utc_text
from a2z_defense.model.evidence import EvidenceKind, Observation
from a2z_defense.sources.spapi.answers import Final, parse
from a2z_defense.sources.spapi.calls import Caller, GivenUp, Stopped, failure_words
from a2z_defense.sources.spapi.operations import (
    CREATE_REPORT,
    GET_REPORT,
    GET_REPORT_DOCUMENT,
    HEALTH_REPORT,
    Operation,
)
from a2z_defense.sources.spapi.operations import RETURNS_REPORT as RETURNS_TASK
from a2z_defense.sources.spapi.records import Recorder
from a2z_defense.sources.spapi.reports import (
    ACCOUNT_HEALTH,
    LONGEST_RANGE,
    RETURNS,
    Cancelled,
    ReportDesk,
    ReportWanted,
    asked_end,
    ranges,
)
from a2z_defense.sources.spapi.slices import flat_file
from a2z_defense.sources.spapi.tasks import Found, Fresh, Held, Task, WantedClaim, defect


@dataclass(frozen=True)
class _Group:
    """The claims that one endpoint can tell about."""

    endpoint: str
    marketplaces: tuple[str, ...]
    orders: tuple[str, ...]
    claim: WantedClaim
    """One of them, for the task's name."""


class AccountCalls:
    """Makes the tasks that are about all claims together."""

    def __init__(
        self,
        caller: Caller,
        desk: ReportDesk,
        recorder: Recorder,
        fresh: Fresh,
        held: Held,
        sources: frozenset[str],
        since: dt.datetime | None,
    ) -> None:
        self._caller = caller
        self._desk = desk
        self._recorder = recorder
        self._fresh = fresh
        self._held = held
        self._sources = sources
        self._now = recorder.clock.now()
        # From midnight on, so that the runs of one day ask for the same report.
        self._since = since or dt.datetime.combine(
            (self._now - LONGEST_RANGE).date() + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC
        )

    def tasks(self, wanted: Sequence[WantedClaim]) -> list[Task]:
        """One task per report that is wanted and not fresh."""
        found: list[Task] = []
        for group in self._groups(wanted):
            found += self._returns_task(group)
            found += self._health_task(group)
        return found

    def _groups(self, wanted: Sequence[WantedClaim]) -> list[_Group]:
        access = self._caller.access
        by_endpoint: dict[str, tuple[dict[str, None], dict[str, None], WantedClaim]] = {}
        for claim in wanted:
            endpoint, place = access.endpoint_for(claim.marketplace_id), access.marketplace_for(claim.marketplace_id)
            if endpoint and place:
                places, orders, _ = by_endpoint.setdefault(endpoint, ({}, {}, claim))
                places[place] = orders[claim.order_id] = None
        # Sorted: two runs of the same claims ask for the same report, in whatever order they come.
        return [
            _Group(at, tuple(sorted(places)), tuple(orders), claim)
            for at, (places, orders, claim) in by_endpoint.items()
        ]

    def _returns_task(self, group: _Group) -> list[Task]:
        stale = tuple(
            order_id
            for order_id in group.orders
            if not self._fresh(EvidenceKind.RETURNS, order_id)
            and not self._fresh(EvidenceKind.REFUSAL, f"{order_id}#{CREATE_REPORT.name}")
        )
        if not stale or RETURNS_TASK.source not in self._sources:
            return []
        mine = replace(group, orders=stale)
        return [
            Task(RETURNS_TASK, group.claim, lambda _: self._guarded(RETURNS_TASK, mine, self._returns), shared=True)
        ]

    def _health_task(self, group: _Group) -> list[Task]:
        stale = tuple(place for place in group.marketplaces if not self._fresh(EvidenceKind.ACCOUNT_HEALTH, place))
        if not stale or HEALTH_REPORT.source not in self._sources:
            return []
        mine = replace(group, marketplaces=stale)
        return [
            Task(HEALTH_REPORT, group.claim, lambda _: self._guarded(HEALTH_REPORT, mine, self._health), shared=True)
        ]

    def _guarded(
        self, task: Operation, group: _Group, run: Callable[[_Group], Iterator[Observation]]
    ) -> Iterator[Found]:
        try:
            yield from run(group)
            return
        except Stopped:
            raise
        except (Final, GivenUp) as found:
            why: Exception = found
        except Exception as error:  # noqa: BLE001 - one odd report must not cost the claims their other answers
            why = defect(task, error)
        trouble, cause, remedy = failure_words(why)
        answer = why.answer if isinstance(why, Final) else None
        for order_id in group.orders:
            if answer is not None and answer.status in {400, 403, 404} and task is RETURNS_TASK:
                yield self._recorder.refusal(CREATE_REPORT, f"{order_id}#{CREATE_REPORT.name}", answer)
            yield self._recorder.failure(task.source, order_id, trouble, cause, remedy, needed=False)

    def _returns(self, group: _Group) -> Iterator[Observation]:
        for number, (start, end) in enumerate(ranges(self._since, self._now), 1):
            asked = asked_end(number, end, self._recorder.clock)
            wanted = ReportWanted(RETURNS, group.endpoint, group.marketplaces, start, asked)
            # A run that was cut short may have kept the report without every order's rows.
            whole = self._held(EvidenceKind.WHOLE, whole_subject(self._recorder.account, wanted))
            if whole is None:
                try:
                    whole = returns_report(self._desk, self._recorder, wanted)
                except Cancelled as cancelled:
                    for found in self._no_rows(cancelled, group.orders, start, number):
                        yield _covering(found, start, end)
                    continue
                yield whole
            yield from slice_returns(whole, group.orders, number)

    def _no_rows(
        self, cancelled: Cancelled, orders: Sequence[str], start: dt.datetime, number: int
    ) -> Iterator[Observation]:
        """Amazon's own word that there is nothing to report, for every order. Ids and times of it are volatile."""
        if cancelled.answer is None:
            return
        identity = f"{RETURNS} from {start.date().isoformat()}: CANCELLED".encode()
        for order_id in orders:
            subject = order_id if number == 1 else f"{order_id}#{number}"
            yield self._recorder.observation(
                GET_REPORT, subject, cancelled.answer, kind=EvidenceKind.RETURNS, identity=identity
            )

    def _health(self, group: _Group) -> Iterator[Observation]:
        document = self._desk.fetch(ReportWanted(ACCOUNT_HEALTH, group.endpoint, group.marketplaces))
        told = _marketplaces_told(document.answer.body)
        for place in group.marketplaces:
            if place in told:
                yield self._recorder.observation(
                    GET_REPORT_DOCUMENT, place, document.answer, kind=EvidenceKind.ACCOUNT_HEALTH
                )


def whole_subject(account: str, wanted: ReportWanted) -> str:
    """The subject under which a whole report is kept: whose, where, from which day."""
    places = ",".join(wanted.marketplaces)
    day = wanted.start.date().isoformat() if wanted.start else "any day"
    return f"{wanted.type} of {account} in {places} from {day}"


def returns_report(desk: ReportDesk, recorder: Recorder, wanted: ReportWanted) -> Observation:
    """The whole returns report, for the store alone. Raises Final, GivenUp or Stopped."""
    document = desk.fetch(wanted)
    report = flat_file(document.answer.body, document.charset)
    if report is None:
        raise GivenUp(f"{RETURNS} came without its columns", "run a2z fetch again; report it if it stays")
    span = " to ".join(utc_text(at) if at else "now" for at in (document.start, document.end))
    answer = replace(document.answer, path=f"{document.answer.path}, {span}")
    subject = whole_subject(recorder.account, wanted)
    whole = recorder.observation(GET_REPORT_DOCUMENT, subject, answer, kind=EvidenceKind.WHOLE)
    media = f"text/tab-separated-values; charset={report.charset}"
    return replace(_covering(whole, document.start, document.end), media_type=media)


def _covering(found: Observation, start: dt.datetime | None, end: dt.datetime | None) -> Observation:
    """`found` with the days that it is about: of others it says nothing."""
    days = {"covers_from": start, "covers_to": end}
    return replace(found, provenance=found.provenance.model_copy(update=days))


def slice_returns(whole: Observation, orders: Sequence[str] | None = None, number: int = 1) -> Iterator[Observation]:
    """Each order's own rows: without any, the slice says so. None: the orders that are flagged with a claim."""
    report = flat_file(whole.body, whole.media_type.rpartition("charset=")[2])
    if report is None:
        return
    rule = (
        f"the header and the lines whose Order ID is the order's, of the unpacked {RETURNS} ({whole.provenance.origin})"
    )
    provenance = whole.provenance.model_copy(
        update={"whole_sha256": hashlib.sha256(whole.body).hexdigest(), "slicing": rule}
    )
    for order_id in report.claimed() if orders is None else orders:
        yield replace(
            whole,
            kind=EvidenceKind.RETURNS,
            subject=order_id if number == 1 else f"{order_id}#{number}",
            body=report.rows_of(order_id),
            provenance=provenance,
        )


def _marketplaces_told(body: bytes) -> set[str]:
    """The marketplaces that an account health report speaks of. Raises GivenUp for another document."""
    try:
        metrics = parse(body)["performanceMetrics"]
        return {row["marketplaceId"] for row in metrics}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise GivenUp(
            f"{ACCOUNT_HEALTH} came without its metrics", "run a2z fetch again; report it if it stays"
        ) from None
