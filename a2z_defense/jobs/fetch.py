"""`a2z fetch`: mail in, claims opened, Amazon asked about each, everything judged anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError, ExitCode
from a2z_defense.base.locks import exclusive
from a2z_defense.base.stamp import stamp
from a2z_defense.jobs.answers import FetchAnswer, FetchedClaim, Requested
from a2z_defense.jobs.assess import mark_fetch, tables_of
from a2z_defense.jobs.damage import damage_words
from a2z_defense.jobs.discover import find_claims, reconcile_counts
from a2z_defense.jobs.fetch_mail import (
    MailFetched,
    fetch_mailbox,
    index_mails,
    index_mended,
    list_quarantine,
    mail_options,
)
from a2z_defense.jobs.fetch_spapi import Asked, SpapiFetched, asked_of, fetch_spapi, refused, unanswered
from a2z_defense.jobs.open_claims import open_claims
from a2z_defense.jobs.told import journal_alerts
from a2z_defense.jobs.unjudged import Unjudged, refresh_each
from a2z_defense.model.assessment import Status
from a2z_defense.model.case import Case
from a2z_defense.policy.tables import Tables
from a2z_defense.sources.spapi.progress import Progress
from a2z_defense.store import claims, evidence, index, journal
from a2z_defense.store.claims import Claim
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.readonly import STAMP
from a2z_defense.store.store import Store, open_store

FETCH_WAIT_SECONDS = 5.0
BATCH_CLAIMS = 25
NO_MAILBOX = (
    "no mailbox was read, and Amazon's claims come by mail: set mail.sources or A2Z_MAIL, or name one with --mail"
)


@dataclass(frozen=True)
class FetchWanted:
    """What was asked for on the command line."""

    claim_ids: tuple[str, ...] = ()
    """Only these; empty: every open claim."""
    mail: tuple[str, ...] = ()
    since: dt.datetime | None = None
    account: str = ""
    spapi: bool = True
    force: bool = False
    images: bool = False
    """Keep the listing's pictures too, though the configuration does not say so."""
    discover: bool = False
    """Look for claims that no mail told of."""


@dataclass(frozen=True)
class Fetched:
    answer: FetchAnswer
    exit_code: ExitCode
    errors: tuple[A2zError, ...] = field(default=())
    defects: tuple[Exception, ...] = ()
    """Our own faults: the claims that could not be judged for them are due now, the others were fetched."""


def fetch(environment: Environment, wanted: FetchWanted, progress: Progress | None = None) -> Fetched:
    """Collect claims and evidence. Idempotent: run twice, nothing new.

    Every step keeps what it got before the next begins; a failure is in the result, not raised. Raises UsageError
    for a path that is not there, NoSuchClaim for a claim that is not held, Busy while another fetch runs.
    """
    with (
        exclusive(environment.home.locks / "fetch.lock", wait_seconds=FETCH_WAIT_SECONDS, holder="fetching"),
        open_store(environment) as store,
    ):
        return _fetch(store, wanted, progress)


def _fetch(store: Store, wanted: FetchWanted, progress: Progress | None) -> Fetched:
    environment = store.environment
    tables = tables_of(environment)
    with store.reading() as connection:
        before = {claim.claim_id for claim in claims.claims(connection)}
        newest = evidence.newest(connection)
        made_by = index.noted(connection, STAMP)
    mail = MailFetched()
    # Other readers than those that made the index: a better parser improves old cases without fetching again.
    index_mails(store, mail, again=made_by not in (None, stamp(environment.settings.files.policy)))
    options = mail_options(environment, since=wanted.since)
    sources = wanted.mail or environment.settings.mail.sources
    if not sources:
        mail.warnings.append(NO_MAILBOX)
    for spec in sources:
        fetch_mailbox(store, spec, options, mail)
    index_mended(store, mail)
    if mail.purged:
        mail.warnings.append(
            f"{len(mail.purged)} mail(s) that were purged, the first on {min(mail.purged.values()):%Y-%m-%d}, are"
            " passed over and open no claim; for one that still waits in Seller Central: a2z claim add ORDER-ID"
        )
    # In the queue before Amazon is asked, the new ones in the transaction that opens them: whatever comes next, the
    # deadlines that the mail told are known.
    with store.writing() as connection:
        opened = open_claims(store, connection)
        judged = {found.claim: found for found in _judge(store, connection, opened, tables)}
        unread = list_quarantine(store, connection, tables)
        chosen = _chosen(connection, wanted)
    judged |= _judge_all(store, [claim for claim in chosen if claim not in judged], tables)
    spapi = SpapiFetched()
    if wanted.spapi:
        if wanted.discover:
            found_ids = find_claims(store, spapi, account=wanted.account, progress=progress)
            with store.reading() as connection:
                found_claims = [claims.resolve(connection, name) for name in found_ids]
            judged |= _judge_all(store, found_claims, tables)
        asked = [found for found in judged.values() if found.asked and (found.is_open or wanted.claim_ids)]
        judged |= _ask(store, asked, wanted, tables, spapi, progress)
    with store.writing() as connection:
        mark_fetch(store, connection, whole=_whole(environment, wanted, sources, mail))
        journal_alerts(store, connection)
        if journal.is_cut(connection):
            mail.warnings.append(journal.CUT)
        counted = reconcile_counts(store, connection) if wanted.discover else []
        looked_at = tuple(
            FetchedClaim(
                claim_id=found.claim.claim_id,
                new=found.claim.claim_id not in before,
                evidence_added=evidence.count_newer(connection, found.evidence, newest),
            )
            for found in judged.values()
        )
    of_claims = {claim.claim_id: found.damaged for claim, found in judged.items()}
    damaged = list(damage_words(of_claims, (*mail.damaged.values(), *unread)))
    unjudged = [found.unjudged for found in judged.values() if found.unjudged]
    answer = FetchAnswer(
        claims=looked_at,
        quarantined=tuple(mail.quarantined),
        unmatched=tuple(mail.unmatched),
        warnings=tuple(
            [found.words for found in unjudged]
            + damaged
            + mail.warnings
            + spapi.warnings
            + counted
            + _doubtful_numbers(looked_at, judged.values())
        ),
        requests=tuple(Requested(operation=name, count=count) for name, count in sorted(spapi.requests.items())),
    )
    code = _exit_code(mail, spapi) or (ExitCode.SOURCE_FAILED if damaged else ExitCode.OK)
    defects = tuple(found.defect for found in unjudged)
    return Fetched(answer, ExitCode.DEFECT if defects else code, tuple(mail.failures), defects)


def _ask(
    store: Store,
    asked: Sequence[_Judged],
    wanted: FetchWanted,
    tables: Tables,
    spapi: SpapiFetched,
    progress: Progress | None,
) -> dict[Claim, _Judged]:
    """Ask Amazon; each claim is judged anew once all about it is there, while the run waits for the others' quota."""
    left: dict[str, list[Claim]] = {}
    for found in asked:
        left.setdefault(found.claim.order_id, []).append(found.claim)
    judged: dict[Claim, _Judged] = {}

    def complete(order_id: str) -> None:
        judged.update(_judge_all(store, left.pop(order_id, []), tables))

    wishes = [found.asked for found in asked if found.asked]
    fetch_spapi(
        store,
        wishes,
        spapi,
        account=wanted.account,
        force=wanted.force,
        images=wanted.images or store.environment.settings.fetch.images,
        progress=progress,
        complete=complete,
    )
    return judged | _judge_all(store, [claim for same in left.values() for claim in same], tables)


def _whole(environment: Environment, wanted: FetchWanted, sources: Sequence[str], mail: MailFetched) -> bool:
    """Whether every configured mailbox, and at least one, was read to its end: only then is no new claim overlooked."""
    configured = set(environment.settings.mail.sources)
    return bool(sources) and configured <= set(sources) and wanted.since is None and not mail.failures


def _chosen(connection: Connection, wanted: FetchWanted) -> list[Claim]:
    if not wanted.claim_ids:
        return claims.claims(connection)
    return [claims.resolve(connection, name) for name in wanted.claim_ids]


@dataclass(frozen=True)
class _Judged:
    """What is left to know of a claim once it is judged; its case is let go."""

    claim: Claim
    is_open: bool = True
    asked: Asked | None = None
    """None: not known what is to be asked."""
    evidence: tuple[str, ...] = ()
    parcels: tuple[tuple[str | None, str], ...] = ()
    """(carrier, number) of the order's packages."""
    damaged: tuple[BlobDamaged, ...] = ()
    """What of its evidence could not be read."""
    unjudged: Unjudged | None = None


def _judge_all(store: Store, wanted: Sequence[Claim], tables: Tables) -> dict[Claim, _Judged]:
    """Judge claims in batches, so that nobody else waits long for the store."""
    judged: dict[Claim, _Judged] = {}
    for start in range(0, len(wanted), BATCH_CLAIMS):
        with store.writing() as connection:
            batch = _judge(store, connection, wanted[start : start + BATCH_CLAIMS], tables)
            judged |= {found.claim: found for found in batch}
    return judged


def _judge(store: Store, connection: Connection, wanted: Sequence[Claim], tables: Tables) -> Iterator[_Judged]:
    """The claims judged; one whose evidence cannot be read too, so that Amazon is asked for it again."""
    for found in refresh_each(store, connection, wanted, tables):
        if isinstance(found, Unjudged):
            yield _Judged(found.claim, unjudged=found)
            continue
        yield _Judged(
            found.claim,
            found.assessment.status is not Status.CLOSED,
            asked_of(found.gathered.case),
            tuple(piece.evidence.id for piece in found.gathered.pieces),
            _parcels(found.gathered.case),
            found.damaged,
        )


def _parcels(case: Case) -> tuple[tuple[str | None, str], ...]:
    packages = case.order.packages if case.order else ()
    return tuple((package.carrier, package.tracking_number) for package in packages if package.tracking_number)


def _doubtful_numbers(looked_at: Sequence[FetchedClaim], judged: Iterable[_Judged]) -> list[str]:
    """Tracking numbers that are not what their carrier's look like, of claims with something new."""
    from a2z_defense.sources.carriers.numbers import check_number

    new = {claim.claim_id for claim in looked_at if claim.evidence_added}
    found = []
    for one in judged:
        for carrier, number in one.parcels if one.claim.claim_id in new else ():
            doubt = check_number(carrier, number).warning
            if doubt:
                found.append(f"{one.claim.claim_id}: tracking number {number}: {doubt}")
    return found


def _exit_code(mail: MailFetched, spapi: SpapiFetched) -> ExitCode:
    """4 when a needed source refused, else 5 when one gave no answer, else 0."""
    codes = {failure.exit_code for failure in mail.failures}
    if refused(spapi) or ExitCode.AUTHORISATION in codes:
        return ExitCode.AUTHORISATION
    return ExitCode.SOURCE_FAILED if unanswered(spapi) or codes else ExitCode.OK
