"""`a2z purge` and `a2z forget`: remove personal data by class and age, or a whole claim, and leave the digests.

What an open or held claim rests on is never touched. The journal keeps its rows, so it still verifies, and every copy
of a build that the register knows is removed; copies that cannot be reached are listed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection

from a2z_defense.base.config import Retention
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.ack import Hold, hold_of
from a2z_defense.jobs.assess import refresh, tables_of
from a2z_defense.jobs.entries import new_entry, stamped
from a2z_defense.jobs.gather import gather
from a2z_defense.jobs.purge_disk import clean
from a2z_defense.jobs.sent import sent_files
from a2z_defense.model.assessment import DeadlineKind, Status
from a2z_defense.model.entries import EntryKind, RecordKind
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.policy.life import life_of
from a2z_defense.store import claims, index, retention
from a2z_defense.store.claims import Claim
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.location import database_path
from a2z_defense.store.queue import read_queue
from a2z_defense.store.retention import Kept
from a2z_defense.store.store import Store, open_store

EXPORTS = 0
"""The register keeps exports of a claim as its version 0."""
_OVER = (Status.DECIDED, Status.CLOSED)


class DataClass(StrEnum):
    """Classes of data that have a retention time of their own (`[retention]`)."""

    SPAPI_BUYER = "spapi-buyer"
    """Answers of SP-API that name a buyer."""
    MAIL = "mail"
    SHIPMENT = "shipment"
    """Scans and labels; kept for at least 180 days."""
    REST = "rest"


_CLASSES = {
    EvidenceKind.ORDER: DataClass.SPAPI_BUYER,
    EvidenceKind.RETURNS: DataClass.SPAPI_BUYER,
    EvidenceKind.MESSAGING: DataClass.SPAPI_BUYER,
    EvidenceKind.WHOLE: DataClass.SPAPI_BUYER,
    EvidenceKind.MAIL: DataClass.MAIL,
    EvidenceKind.TRACKING: DataClass.SHIPMENT,
    EvidenceKind.SHIPMENT: DataClass.SHIPMENT,
    EvidenceKind.CARRIER: DataClass.SHIPMENT,
}


def class_of(kind: str) -> DataClass:
    """The class of a kind of evidence; what is in no class of its own is the rest."""
    return _CLASSES.get(EvidenceKind(kind), DataClass.REST)


def days_of(settings: Retention, data: DataClass) -> int | None:
    """How many days a class is kept; None: nobody decided, so it is kept."""
    return {
        DataClass.SPAPI_BUYER: settings.spapi_buyer_days,
        DataClass.MAIL: settings.mail_days,
        DataClass.SHIPMENT: settings.shipment_days if settings.decided else None,
        DataClass.REST: settings.rest_days,
    }[data]


@dataclass(frozen=True)
class Gone:
    """One piece that a purge removes."""

    piece: Kept
    data: DataClass
    claims: tuple[str, ...]


@dataclass
class Purge:
    """What a purge would do, or did."""

    applied: bool
    gone: list[Gone] = field(default_factory=list)
    kept_open: tuple[str, ...] = ()
    """Open claims: nothing that they rest on is touched."""
    holds: tuple[Hold, ...] = ()
    """What keeps held claims, whole."""
    dropped: list[str] = field(default_factory=list)
    """Claims of which nothing is left."""
    builds: list[str] = field(default_factory=list)
    """`<claim>/v<N>`"""
    unreachable: list[str] = field(default_factory=list)
    """Copies that the register knows and that could not be removed, with the reason."""

    def counts(self) -> dict[str, int]:
        """Pieces by class."""
        found = {data.value: 0 for data in DataClass}
        for one in self.gone:
            found[one.data.value] += 1
        return found


def purge(environment: Environment, *, classes: Iterable[DataClass] = (), apply: bool = False) -> Purge:
    """Remove what is older than `[retention]` says. Without `apply`, only say what would go."""
    wanted = set(classes) or set(DataClass)
    now = environment.clock.now()
    settings = environment.settings.retention
    with open_store(environment) as store:
        with store.writing() as connection:
            every = claims.claims(connection)
            lost: dict[str, int] = {}
            rests_on = {claim.claim_id: _ids(store, connection, claim, lost) for claim in every}
            holds = tuple(hold for claim in every if (hold := hold_of(store, connection, claim.claim_id)))
            still_open = _open_claims(environment, every)
            kept_claims = {hold.claim_id for hold in holds} | still_open
            safe = set().union(*(rests_on[claim_id] for claim_id in kept_claims))
            found = Purge(apply, kept_open=tuple(sorted(still_open)), holds=holds)
            if hurt := sorted(kept_claims & lost.keys()):
                # What a damaged piece named (a parcel's number, a file) is not known to be theirs: nothing that seems
                # to be nobody's goes.
                of_somebody = set().union(*rests_on.values())
                safe |= {piece.id for piece in retention.kept_pieces(connection)} - of_somebody
                found.unreachable.append(
                    f"what no claim is known to rest on: evidence of {', '.join(hurt)} is damaged, and may name it"
                )
            old: set[str] = set()
            kept = [piece for piece in retention.kept_pieces(connection) if piece.id not in safe]
            for piece in kept:
                data = class_of(piece.kind)
                days = days_of(settings, data)
                if data in wanted and days is not None and now - piece.first_seen > dt.timedelta(days=days):
                    old.add(piece.id)
            # What was sent holds the evidence again: it goes with it, as every other copy of the build does.
            hit = {name for name, ids in rests_on.items() if ids & old}
            owners: dict[str, list[str]] = {}
            for name in sorted(rests_on):
                for piece_id in rests_on[name]:
                    owners.setdefault(piece_id, []).append(name)
            for piece in kept:
                own = owners.get(piece.id, [])
                if piece.id in old or (piece.kind == EvidenceKind.SENT.value and hit.intersection(own)):
                    found.gone.append(Gone(piece, class_of(piece.kind), tuple(own)))
            if apply:
                _remove(store, connection, found, every, rests_on, "retention")
        if apply:
            found.unreachable += clean(store)
    return found


def forget(environment: Environment, wanted: str, *, apply: bool = False, even_open: bool = False) -> Purge:
    """Remove everything of one claim, whatever its age; what another claim rests on too is kept.

    Raises NoSuchClaim; UsageError for a claim that is held, or open without `even_open`, when `apply` is set.
    """
    with open_store(environment) as store:
        with store.writing() as connection:
            claim = claims.resolve(connection, wanted)
            every = claims.claims(connection)
            lost: dict[str, int] = {}
            rests_on = {one.claim_id: _ids(store, connection, one, lost) for one in every}
            held = hold_of(store, connection, claim.claim_id)
            is_open = claim.claim_id in _open_claims(environment, [claim])
            found = Purge(
                apply,
                kept_open=(claim.claim_id,) if is_open else (),
                holds=(held,) if held else (),
            )
            if apply and held:
                raise UsageError(
                    f"{claim.claim_id} is held since {held.at:%Y-%m-%d}",
                    expected="a claim without a hold",
                    remedy=f"a2z hold {claim.claim_id} --release, when the reason is over",
                )
            if apply and is_open and not even_open:
                raise UsageError(
                    f"{claim.claim_id} is open: forgetting it loses its deadline and its evidence",
                    expected="a claim that is over",
                    remedy="let it end, or give --even-open",
                )
            if claim.claim_id in lost:
                found.unreachable.append(
                    f"what only the {lost[claim.claim_id]} damaged piece(s) of {claim.claim_id} could name: a2z purge "
                    "removes it once it is old enough"
                )
            others = set().union(*(ids for name, ids in rests_on.items() if name != claim.claim_id))
            if _opener(connection, claim) & others:
                found.unreachable.append(
                    f"the mails of order {claim.order_id}: its other claims rest on them; {claim.claim_id} stays listed"
                )
            own = rests_on[claim.claim_id] - others
            found.gone = [
                Gone(piece, class_of(piece.kind), (claim.claim_id,))
                for piece in retention.kept_pieces(connection)
                if piece.id in own
            ]
            if apply:
                _remove(store, connection, found, [claim], {claim.claim_id: own}, "forgotten")
        if apply:
            found.unreachable += clean(store)
    return found


def _ids(store: Store, connection: Connection, claim: Claim, lost: dict[str, int]) -> set[str]:
    """Ids of everything that a claim rests on, and of what was sent for it. A claim with damaged pieces is added to
    `lost`, with their number: it may rest on more than can be told."""
    damaged: list[BlobDamaged] = []
    gathered = gather(store, connection, claim, lost=damaged)
    if damaged:
        lost[claim.claim_id] = len(damaged)
    sent = {one.evidence.id for one in sent_files(store, connection, claim.claim_id)}
    own = {piece.evidence.id for piece in gathered.pieces} | {one.evidence_id for one in damaged}
    return own | set(claims.entry_ids(connection, claim.claim_id)) | sent


def _open_claims(environment: Environment, every: Sequence[Claim]) -> set[str]:
    """Claims that are not over; one that the queue does not know counts as open."""
    rows = {row.claim_id: row for row in read_queue(database_path(environment)).rows}
    over = {name for name, row in rows.items() if row.status in _OVER and not row.unanswered}
    return {claim.claim_id for claim in every} - over


def _remove(
    store: Store,
    connection: Connection,
    found: Purge,
    every: Sequence[Claim],
    rests_on: dict[str, set[str]],
    why: str,
) -> None:
    """In the store, in the caller's transaction: forget the pieces, note the builds, end or drop the claims."""
    gone = {one.piece.id for one in found.gone}
    hit = [claim for claim in every if rests_on[claim.claim_id] & gone]
    ended = {claim.claim_id: _ended(store, connection, claim) for claim in hit}
    retention.purge_pieces(store, connection, (one.piece for one in found.gone), why)
    tables = tables_of(store.environment)
    for claim in hit:
        numbers = retention.purge_builds(store, connection, claim.claim_id)
        found.builds += [f"{claim.claim_id}/v{number}" for number in numbers if number != EXPORTS]
        if not retention.remaining(connection, rests_on[claim.claim_id] | _opener(connection, claim)):
            retention.drop_claim(store, connection, claim.claim_id)
            found.dropped.append(claim.claim_id)
            continue
        left = refresh(store, connection, claim, tables).assessment
        if left.status not in _OVER or left.deadline.kind is not DeadlineKind.NONE:
            _end(store, connection, claim, ended[claim.claim_id])
            refresh(store, connection, claim, tables)


def _opener(connection: Connection, claim: Claim) -> set[str]:
    """The mail that opened the claim, and would open it again while it is kept."""
    return {claim.opened_by or ""} & set(index.mails_of_order(connection, claim.order_id))


def _ended(store: Store, connection: Connection, claim: Claim) -> dt.datetime | None:
    """When the claim ended, as far as is known."""
    found = life_of(gather(store, connection, claim, lost=[]).case).outcome()
    return found.at if found else None


def _end(store: Store, connection: Connection, claim: Claim, at: dt.datetime | None) -> None:
    """What ended the claim is gone: its end stays on the record, or it would open again; no earlier moment, or what was
    asked before it would open the next claim."""
    now = store.environment.clock.now()
    entry = new_entry(EntryKind.RECORDED, record=RecordKind.CLOSED, effective_at=min(at or now, now), note="purged")
    claims.add_entry(store, connection, stamped(store, entry, claim.claim_id))
