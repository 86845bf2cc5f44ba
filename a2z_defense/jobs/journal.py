"""`a2z journal`: the rows of a claim, and whether both chains hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.gather import gather
from a2z_defense.store import claims, journal
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.store import open_store


@dataclass(frozen=True)
class JournalRead:
    rows: list[dict[str, Any]]
    problems: list[str]
    lengths: str


def read_journal(environment: Environment, wanted: str = "") -> JournalRead:
    """The journal of one claim, or all of it. The chains are always checked whole."""
    with open_store(environment) as store, store.reading() as connection:
        subjects: frozenset[str] = frozenset()
        claim_id = None
        if wanted:
            claim = claims.resolve(connection, wanted)
            claim_id = claim.claim_id
            lost: list[BlobDamaged] = []
            rests_on = {piece.evidence.id for piece in gather(store, connection, claim, lost=lost).pieces}
            rests_on.update(one.evidence_id for one in lost)
            subjects = frozenset(rests_on.union(claims.entry_ids(connection, claim_id)))
        rows = journal.rows(connection, claim_id, subjects)
        lengths = ", ".join(f"{chain} {journal.head(connection, chain).length}" for chain in journal.Chain)
        return JournalRead(
            rows=[
                {
                    "at": row.at,
                    "clock": row.clock,
                    "chain": row.chain.value,
                    "seq": row.seq,
                    "actor": row.actor,
                    "what": row.what,
                    "claim": row.claim,
                    "subject": row.subject,
                    "digest": row.digest,
                    "hash": row.hash,
                }
                for row in rows
            ],
            problems=[*journal.problems(connection), *journal.strays(connection)],
            lengths=lengths,
        )
