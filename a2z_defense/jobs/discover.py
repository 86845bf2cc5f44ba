"""`a2z fetch --discover`: claims that no mail told of, and Amazon's count against ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Connection

from a2z_defense.jobs.assess import tables_of
from a2z_defense.jobs.entries import new_entry, stamped
from a2z_defense.jobs.fetch_spapi import SpapiFetched, accesses, keep
from a2z_defense.jobs.gather import gather
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.evidence import Observation, SourceFailure
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.outcome import HeldClaim, reconcile, result_of
from a2z_defense.sources.spapi.access import Access
from a2z_defense.sources.spapi.discover import Discovered, FoundBy, FoundClaim, discover
from a2z_defense.sources.spapi.progress import Progress
from a2z_defense.store import claims
from a2z_defense.store.store import Store

WINDOW = dt.timedelta(days=60)
"""The days that Amazon's Order Defect Rate covers, and one returns report."""
WORDS = {
    FoundBy.RETURNS: "found in Amazon's returns report, which flags an A-to-z claim on this order",
    FoundBy.FINANCES: "found in Amazon's finances, which show a guarantee-claim event on this order",
}


def find_claims(
    store: Store, result: SpapiFetched, *, account: str = "", progress: Progress | None = None
) -> list[str]:
    """Open a claim for every order that Amazon shows one on and that has none here; returns their claim ids."""
    environment = store.environment
    opened: list[str] = []
    for access in accesses(environment, account, result.warnings):
        found = discover(
            access,
            since=environment.clock.now() - WINDOW,
            clock=environment.clock,
            monotonic=environment.monotonic,
            settings=environment.settings.fetch,
            lock_folder=environment.home.locks,
            progress=progress,
            clock_mark=store.clock_mark,
            requests=result.requests,
        )
        claimed: list[FoundClaim] = []
        keep(store, _answers(found, claimed), result)
        for claim in claimed:
            opened += _open(store, claim, access)
    return opened


def _answers(found: Iterator[Discovered], claimed: list[FoundClaim]) -> Iterator[list[Observation | SourceFailure]]:
    """What is to be kept; the claims go to `claimed`, after the evidence that shows them."""
    for thing in found:
        if isinstance(thing, FoundClaim):
            claimed.append(thing)
        else:
            yield [thing]


def _open(store: Store, found: FoundClaim, access: Access) -> list[str]:
    with store.writing() as connection:
        if claims.claims(connection, found.order_id):
            return []
        claim = claims.open_claim(store, connection, found.order_id, opened_by=found.evidence, opened_at=found.at)
        entry = new_entry(
            EntryKind.ADDED,
            note=WORDS[found.by],
            marketplace_id=found.marketplace_id,
            account=access.account,
            from_exhibit=found.evidence,
        )
        claims.add_entry(store, connection, stamped(store, entry, claim.claim_id))
        return [claim.claim_id]


def reconcile_counts(store: Store, connection: Connection) -> list[str]:
    """Amazon's count of claims in its window against ours, one line per marketplace where they cannot agree."""
    tables = tables_of(store.environment)
    cases = [gather(store, connection, claim).case for claim in claims.claims(connection)]
    told = {}
    for case in cases:
        health = case.account_health
        if health is not None and health.marketplace_id and health.claim_count is not None:
            told[health.marketplace_id] = health
    held = [
        HeldClaim(
            case.marketplace_id,
            case.order.created_at.date() if case.order else None,
            result_of(facts_of(case, tables)).odr,
        )
        for case in cases
    ]
    found = {place: reconcile(health, held) for place, health in sorted(told.items())}
    return [f"{place}: {one.words}" for place, one in found.items() if one is not None and not one.agrees]
