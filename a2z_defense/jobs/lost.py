"""`a2z purge --lost`: a damaged piece is given up, on the record, so that its claims can be judged and built again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.assess import refresh, tables_of
from a2z_defense.jobs.entries import new_entry, stamped
from a2z_defense.jobs.gather import gather
from a2z_defense.model.entries import EntryKind
from a2z_defense.store import claims, evidence, mending
from a2z_defense.store.claims import Claim
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.store import Store, open_store


@dataclass(frozen=True)
class Lost:
    """A piece that is given up, or would be."""

    applied: bool
    id: str
    kind: str
    claims: tuple[str, ...]
    """Claims that rest on it: each gets an entry that says so, which is an exhibit of what is built from now on."""


def give_up(environment: Environment, wanted: str, *, apply: bool = False) -> Lost:
    """Give up the damaged piece that `wanted` names. Without `apply`, only say what that means.

    Raises UsageError when it names no piece, or one that can be read: what can be read is never given up.
    """
    with open_store(environment) as store, store.writing() as connection:
        found = next(iter(evidence.get(store, connection, [wanted]).values()), None)
        lost: list[BlobDamaged] = []
        if found is None or evidence.pieces(store, connection, [found], lost) or not lost:
            raise UsageError(
                f"{wanted} is no damaged piece of evidence",
                expected="the id of a piece that cannot be read, as a2z doctor and a2z fetch name it",
                remedy="a2z doctor; what can be read goes with a2z purge or a2z forget",
            )
        resting = [claim for claim in claims.claims(connection) if _rests_on(store, connection, claim, found.id)]
        if apply:
            mending.give_up(store, connection, found.id)
            note = f"{found.kind.value}, SHA-256 {found.sha256}: damaged, and no copy of it was left"
            said = new_entry(EntryKind.LOST, value=found.id, note=note)
            for claim in resting:
                claims.add_entry(store, connection, stamped(store, said, claim.claim_id))
                refresh(store, connection, claim, tables_of(environment))
    return Lost(apply, found.id, found.kind.value, tuple(claim.claim_id for claim in resting))


def _rests_on(store: Store, connection: Connection, claim: Claim, evidence_id: str) -> bool:
    lost: list[BlobDamaged] = []
    gather(store, connection, claim, lost=lost)
    own = claims.entry_ids(connection, claim.claim_id)
    return evidence_id in own or any(one.evidence_id == evidence_id for one in lost)
