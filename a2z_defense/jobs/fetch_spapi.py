"""Amazon's answers into the store, each kept the moment it arrives."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.jobs.gather import SHIPMENT_ID
from a2z_defense.model.case import Case
from a2z_defense.model.evidence import EvidenceKind, Observation, SourceFailure, Trouble, as_piece
from a2z_defense.sources.spapi.access import Access, account_names, load_access
from a2z_defense.sources.spapi.collect import EVERY_SOURCE, IMAGES, collect
from a2z_defense.sources.spapi.progress import Progress
from a2z_defense.sources.spapi.reports import LONGEST_RANGE
from a2z_defense.sources.spapi.tasks import WantedClaim
from a2z_defense.store import claims, evidence
from a2z_defense.store.mending import is_whole
from a2z_defense.store.store import Store

SOURCES = {
    EvidenceKind.ORDER: "order",
    EvidenceKind.FINANCES: "finances",
    EvidenceKind.TRACKING: "tracking",
    EvidenceKind.SHIPMENT: "shipment",
    EvidenceKind.LISTING: "listing",
    EvidenceKind.CATALOG: "listing",
    EvidenceKind.LISTING_IMAGE: "images",
    EvidenceKind.MESSAGING: "messaging",
    EvidenceKind.RETURNS: "returns",
    EvidenceKind.ACCOUNT_HEALTH: "account_health",
}
"""Whose failure is over when an answer of that kind arrives."""
RETURNS_MATTER = dt.timedelta(days=180)
"""How far back returns are looked for: three reports. A claim may come 90 days after the end of the delivery window
(buyer help 201889410), and the order lies before that."""
NOT_CONFIGURED = (
    "SP-API is not configured: order, tracking and refunds stay unknown."
    " Set SP_API_REFRESH_TOKEN, LWA_APP_ID and LWA_CLIENT_SECRET, or say --no-spapi"
)


@dataclass(frozen=True)
class Asked:
    """One claim to ask Amazon about; no more of its case than that, so that memory does not grow with the claims."""

    wanted: WantedClaim
    account: str
    """The account that the seller named; empty: the marketplace decides."""


@dataclass
class SpapiFetched:
    """What came of asking Amazon."""

    requests: Counter[str] = field(default_factory=Counter)
    failures: list[SourceFailure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def fetch_spapi(
    store: Store,
    asked: Sequence[Asked],
    result: SpapiFetched,
    *,
    account: str = "",
    force: bool = False,
    images: bool = False,
    progress: Progress | None = None,
    complete: Callable[[str], None] = lambda _order_id: None,
) -> None:
    """Ask Amazon about each claim, through the account that its marketplace belongs to.

    A fault in one account does not stop the others: it is in `result`. `complete(order_id)` is called as soon as all
    about an order is kept, while the run waits for the quota of the others; not for every order (see `collect`).
    """
    found = list(accesses(store.environment, account, result.warnings))
    mine = [(access, [one.wanted for one in asked if _is_of(one, access)]) for access in found]
    last = {wanted.order_id: access.account for access, wishes in mine for wanted in wishes}
    for access, wishes in mine:
        ending = partial(_complete, last, access.account, complete)
        _collect(store, wishes, access, result, ending, force=force, images=images, progress=progress)
    result.warnings += failure_words(result.failures)
    if asked and not found:
        result.warnings.append(NOT_CONFIGURED)


def _complete(last: Mapping[str, str], account: str, complete: Callable[[str], None], order_id: str) -> None:
    """A claim that names no marketplace is asked in several accounts: it is complete after the last of them."""
    if last.get(order_id) == account:
        complete(order_id)


def accesses(environment: Environment, account: str, warnings: list[str]) -> Iterator[Access]:
    """The accounts that may be asked; one whose configuration is not complete is said, and the others go on.

    Raises ConfigurationError when it is the only one, or the one that was named.
    """
    names = (account,) if account else account_names(environment)
    for name in names:
        try:
            access = load_access(environment, name)
        except ConfigurationError:
            if len(names) == 1:
                raise
            warnings.append(f"account {name}: its configuration is not complete (a2z doctor says what is missing)")
            continue
        if access is not None:
            yield access


def _is_of(asked: Asked, access: Access) -> bool:
    """The seller's word decides; else the marketplace; a claim that names none is asked everywhere."""
    if asked.account:
        return asked.account == access.account
    place = asked.wanted.marketplace_id
    return not access.marketplaces or place is None or place in access.marketplaces


def asked_of(case: Case) -> Asked:
    """What to ask about a case."""
    said = [entry.account for entry in case.entries if entry.account]
    return Asked(_wanted(case), said[-1] if said else "")


def _wanted(case: Case) -> WantedClaim:
    said = [entry for entry in case.entries if entry.fact and entry.value]
    carrier = next((entry.value for entry in reversed(said) if entry.fact == "carrier"), None)
    return WantedClaim(
        order_id=case.order_id,
        marketplace_id=case.marketplace_id,
        tracking=tuple(
            (package.carrier, package.tracking_number)
            for package in (case.order.packages if case.order else ())
            if package.carrier and package.tracking_number
        ),
        amazon_labels=tuple((carrier or "", entry.value or "") for entry in said if entry.fact == "amazon_label"),
        shipment_ids=tuple(entry.value or "" for entry in said if entry.fact == SHIPMENT_ID),
        ordered_at=case.order.created_at if case.order else None,
        items=tuple((item.sku, item.asin) for item in (case.order.items if case.order else ())),
    )


def _collect(
    store: Store,
    wanted: Sequence[WantedClaim],
    access: Access,
    result: SpapiFetched,
    complete: Callable[[str], None],
    *,
    force: bool,
    images: bool,
    progress: Progress | None,
) -> None:
    environment = store.environment
    before = len(result.failures)

    def ended(order_id: str) -> None:
        _end_failures(store, [order_id], result.failures[before:])
        complete(order_id)

    def fresh(kind: EvidenceKind, subject: str) -> bool:
        if force:
            return False
        with store.reading() as connection:
            seen = evidence.last_seen(connection, kind, subject)
            failed = claims.failures_of(connection, SOURCES.get(kind, ""))
            whole = is_whole(store, connection, kind, subject)
        young = environment.settings.fetch.max_age
        now = environment.clock.now()
        if kind is EvidenceKind.ACCOUNT_HEALTH and any(_is_word(one) and abs(now - one.at) < young for one in failed):
            # Amazon cancels a report of nothing. It is asked for per marketplace and told per claim: any claim's
            # word will do, and asking again within the age would only cost the quota.
            return True
        if seen is None or not whole or any(failure.subject == subject.split("#")[0] for failure in failed):
            return False
        return abs(now - seen) < young

    found = collect(
        wanted,
        access,
        clock=environment.clock,
        monotonic=environment.monotonic,
        settings=environment.settings.fetch,
        lock_folder=environment.home.locks,
        fresh=fresh,
        progress=progress,
        clock_mark=store.clock_mark,
        requests=result.requests,
        returns_since=_returns_since(wanted, environment.clock.now()),
        held=lambda kind, subject: None if force else _held(store, kind, subject),
        sources=EVERY_SOURCE | IMAGES if images else EVERY_SOURCE,
        complete=ended,
    )
    keep(store, found, result)
    _end_failures(store, [claim.order_id for claim in wanted], result.failures[before:])


def _returns_since(wanted: Sequence[WantedClaim], now: dt.datetime) -> dt.datetime | None:
    """The midnight before the oldest order, when one report does not reach back to it; None: one report will do.

    Orders whose date is not known yet wait for the next run.
    """
    oldest = min((claim.ordered_at for claim in wanted if claim.ordered_at is not None), default=now)
    if now - oldest < LONGEST_RANGE - dt.timedelta(days=1):
        return None
    return dt.datetime.combine(max(oldest, now - RETURNS_MATTER).date(), dt.time(), tzinfo=dt.UTC)


def _held(store: Store, kind: EvidenceKind, subject: str) -> Observation | None:
    """The newest answer of that kind and subject, when it is young enough to be used again."""
    with store.reading() as connection:
        found = {one.id: one for one in evidence.find(store, connection, kind, subject)}
        seen = evidence.last_seen(connection, kind, subject)
        if seen is None or abs(store.environment.clock.now() - seen) >= store.environment.settings.fetch.max_age:
            return None
        newest = evidence.by_last_observation(connection, found)[-1:]
        pieces = evidence.pieces(store, connection, [found[evidence_id] for evidence_id in newest], lost=[])
    for piece in pieces:
        provenance = piece.evidence.provenance.model_copy(update={"obtained_at": seen})
        return Observation(kind, subject, piece.body, piece.evidence.media_type, provenance)
    return None


def _end_failures(store: Store, order_ids: Sequence[str], failed: Sequence[SourceFailure]) -> None:
    """What failed in an earlier run and not in this one is over; "Amazon has nothing" stays until it is not."""
    again = {(failure.source, failure.subject) for failure in failed}
    with store.writing() as connection:
        for failure in claims.failures(connection, order_ids):
            kept = failure.source == "account_health" and _is_word(failure)
            if (failure.source, failure.subject) not in again and not kept:
                claims.clear_failure(connection, failure.source, failure.subject)


def failure_words(failures: Sequence[SourceFailure]) -> list[str]:
    """One line per source and cause, however many claims it concerns."""
    subjects: dict[tuple[str, str, str], list[str]] = {}
    for failure in failures:
        subjects.setdefault((failure.source, failure.why, failure.remedy), []).append(failure.subject)
    return [
        f"{source} ({_some(about)}): {why}. What to do: {remedy}" for (source, why, remedy), about in subjects.items()
    ]


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def _is_word(failure: SourceFailure) -> bool:
    """A failure that is an answer: the source said that it has nothing."""
    return failure.trouble is Trouble.NO_RECORD


def keep(store: Store, found: Iterable[Sequence[Observation | SourceFailure]], result: SpapiFetched) -> None:
    """Keep the answers, and the failures, the moment they are there: each batch in one transaction."""
    for batch in found:
        answers = [thing for thing in batch if isinstance(thing, Observation)]
        with store.writing() as connection:
            evidence.add_within(
                store, connection, [as_piece(one) for one in answers], [one.provenance for one in answers]
            )
            for thing in batch:
                if isinstance(thing, SourceFailure):
                    result.failures.append(thing)
                    claims.keep_failure(connection, thing)
                elif thing.kind in SOURCES:
                    claims.clear_failure(connection, SOURCES[thing.kind], thing.subject.split("#")[0])


def refused(result: SpapiFetched) -> bool:
    """A needed source, or the token, refused us."""
    return any(failure.needed and failure.trouble is Trouble.REFUSED for failure in result.failures)


def unanswered(result: SpapiFetched) -> bool:
    """A needed source gave no answer, or has no such record."""
    silent = (Trouble.NO_ANSWER, Trouble.NO_RECORD, Trouble.UNREADABLE)
    return any(failure.needed and failure.trouble in silent for failure in result.failures)
