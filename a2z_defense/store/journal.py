"""The journal: two append-only hash chains, of what came in (inputs) and of what was done (acts).

Rows hold ids and digests only. A row's hash covers its content and the hash before it, so that a row that is changed,
taken out or put in is found, and a cut end is found by the head that the index and every bundle keep.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, text

GENESIS = "0" * 64


class Chain(StrEnum):
    INPUTS = "inputs"
    ACTS = "acts"


@dataclass(frozen=True)
class Row:
    chain: Chain
    seq: int
    at: str
    clock: str | None
    actor: str
    what: str
    claim: str | None
    subject: str
    digest: str
    hash: str


@dataclass(frozen=True)
class Head:
    """The end of a chain: its length and the hash of its last row."""

    length: int
    hash: str


def actor() -> str:
    """Who is at work on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def row_hash(before: str, row: Row) -> str:
    """SHA-256 over the hash before and the row's content in canonical JSON."""
    content = [row.chain, row.seq, row.at, row.clock, row.actor, row.what, row.claim, row.subject, row.digest]
    return hashlib.sha256(before.encode() + json.dumps(content, ensure_ascii=True).encode()).hexdigest()


def head(connection: Connection, chain: Chain) -> Head:
    """The end of `chain`."""
    found = connection.execute(
        text("SELECT seq, hash FROM journal WHERE chain = :chain ORDER BY seq DESC LIMIT 1"), {"chain": chain.value}
    ).first()
    return Head(found.seq, found.hash) if found else Head(0, GENESIS)


def _kept_head(connection: Connection, chain: Chain) -> Head:
    """The head kept beside the journal."""
    query = text("SELECT value FROM note WHERE key = :key")
    length, _, hashed = (connection.execute(query, {"key": f"journal.{chain.value}"}).scalar() or "").partition(" ")
    return Head(int(length), hashed) if length.isdecimal() else Head(0, GENESIS)


def head_of_inputs(connection: Connection, evidence_ids: list[str]) -> Head:
    """The input chain up to the last of these pieces of evidence: later input of other claims does not move it."""
    query = text(
        "SELECT seq, hash FROM journal WHERE chain = 'inputs' AND subject IN :ids ORDER BY seq DESC LIMIT 1"
    ).bindparams(bindparam("ids", expanding=True))
    found = connection.execute(query, {"ids": evidence_ids}).first()
    return Head(found.seq, found.hash) if found else Head(0, GENESIS)


def append(
    connection: Connection,
    chain: Chain,
    *,
    at: str,
    clock: str | None,
    what: str,
    subject: str,
    digest: str,
    claim: str | None = None,
) -> Head:
    """Add a row inside the caller's transaction; the head kept beside it moves with it.

    It goes on from the kept head, not from the last row: what was cut off stays missing, or else the next row would
    close the gap.
    """
    kept = _kept_head(connection, chain)
    last = head(connection, chain)
    before = kept if kept.length >= last.length else last
    row = Row(chain, before.length + 1, at, clock, actor(), what, claim, subject, digest, "")
    hashed = row_hash(before.hash, row)
    connection.execute(
        text(
            "INSERT INTO journal (chain, seq, at, clock, actor, what, claim, subject, digest, hash)"
            " VALUES (:chain, :seq, :at, :clock, :actor, :what, :claim, :subject, :digest, :hash)"
        ),
        {**row.__dict__, "chain": chain.value, "hash": hashed},
    )
    connection.execute(
        text("INSERT INTO note (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value"),
        {"key": f"journal.{chain.value}", "value": f"{row.seq} {hashed}"},
    )
    return Head(row.seq, hashed)


def rows(connection: Connection, claim: str | None = None, subjects: frozenset[str] = frozenset()) -> list[Row]:
    """Every row, or those of one claim and of the evidence that it rests on, in order of time."""
    found = connection.execute(text("SELECT * FROM journal ORDER BY at, chain, seq"))
    every = [
        Row(Chain(r.chain), r.seq, r.at, r.clock, r.actor, r.what, r.claim, r.subject, r.digest, r.hash) for r in found
    ]
    if claim is None:
        return every
    return [row for row in every if row.claim == claim or (row.claim is None and row.subject in subjects)]


def hash_at(connection: Connection, chain: Chain, length: int) -> str | None:
    """The hash of the row that ends the first `length` rows of a chain; None when there are not so many."""
    if length == 0:
        return GENESIS
    query = text("SELECT hash FROM journal WHERE chain = :chain AND seq = :seq")
    return connection.execute(query, {"chain": chain.value, "seq": length}).scalar()


def digests(connection: Connection, claim: str, what: str) -> frozenset[str]:
    """The digests of a claim's rows that say `what`."""
    query = text("SELECT digest FROM journal WHERE claim = :claim AND what = :what")
    return frozenset(connection.execute(query, {"claim": claim, "what": what}).scalars())


def first_at(connection: Connection, what: str, digest: str) -> str | None:
    """When an act that begins with `what` was first done to the thing with that digest."""
    query = text(
        "SELECT at FROM journal WHERE chain = 'acts' AND digest = :digest AND substr(what, 1, length(:what)) = :what"
        " ORDER BY seq LIMIT 1"
    )
    return connection.execute(query, {"what": what, "digest": digest}).scalar()


CUT = "rows of the journal are missing: a2z journal says which, and a2z verify fails until they are back"
_STRAYS = (
    (
        "inputs: row {} tells of {}, of which the store knows nothing, or another digest",
        "SELECT j.seq, j.subject FROM journal j LEFT JOIN evidence e ON e.id = j.subject AND e.sha256 = j.digest"
        " WHERE j.chain = 'inputs' AND e.id IS NULL ORDER BY j.seq",
    ),
    (
        "inputs: no row tells of {}, which the store holds",
        "SELECT id FROM evidence WHERE id NOT IN (SELECT subject FROM journal WHERE chain = 'inputs') ORDER BY seq",
    ),
    (
        "inputs: the entry {} belongs to no claim",
        "SELECT id FROM evidence WHERE kind = 'entry' AND blob IS NOT NULL AND id NOT IN (SELECT id FROM entry)"
        " ORDER BY seq",
    ),
    (
        "acts: the claim {} was opened and never forgotten, and the store knows nothing of it",
        "SELECT DISTINCT claim FROM journal j WHERE chain = 'acts' AND what = 'claim opened'"
        " AND claim NOT IN (SELECT claim_id FROM claim) AND NOT EXISTS (SELECT 1 FROM journal f WHERE f.chain = 'acts'"
        " AND f.what = 'claim forgotten' AND f.claim = j.claim AND f.seq > j.seq) ORDER BY claim",
    ),
    (
        "acts: no row tells of the build {}/v{} as the register has it",
        "SELECT claim_id, version FROM build b WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.chain = 'acts'"
        " AND j.claim = b.claim_id AND j.digest = b.manifest AND j.subject = b.inputs"
        " AND j.what IN ('build v' || b.version, 'build v' || b.version || ' draft')) ORDER BY claim_id, version",
    ),
)
"""What the tables hold against what the chains tell: words, and the query of what does not agree."""


def strays(connection: Connection) -> list[str]:
    """What was taken out of the tables, or put in, past the journal; empty when both agree."""
    return [words.format(*row) for words, query in _STRAYS for row in connection.execute(text(query))]


def is_cut(connection: Connection) -> bool:
    """Whether rows are missing, at a glance: `problems` reads every row and says which."""
    counts = dict.fromkeys(Chain, 0) | {
        Chain(row.chain): row.count
        for row in connection.execute(text("SELECT chain, count(*) AS count FROM journal GROUP BY chain"))
    }
    return any(
        head(connection, chain) != _kept_head(connection, chain) or head(connection, chain).length != count
        for chain, count in counts.items()
    )


def problems(connection: Connection) -> list[str]:
    """What is wrong with the chains, in words; empty when they hold."""
    found: list[str] = []
    for chain in Chain:
        before, length = GENESIS, 0
        for r in connection.execute(
            text("SELECT * FROM journal WHERE chain = :chain ORDER BY seq"), {"chain": chain.value}
        ):
            row = Row(chain, r.seq, r.at, r.clock, r.actor, r.what, r.claim, r.subject, r.digest, r.hash)
            length += 1
            if row.seq != length:
                gone = f"row {length} is" if row.seq == length + 1 else f"rows {length} to {row.seq - 1} are"
                found.append(f"{chain}: {gone} missing")
                length = row.seq
            if row_hash(before, row) != row.hash:
                found.append(f"{chain}: row {row.seq} was changed, or a row before it")
            before = row.hash
        if _kept_head(connection, chain) != Head(length, before):
            found.append(f"{chain}: the end was cut: the head kept beside the journal is another")
    return found
