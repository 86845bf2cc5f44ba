"""`a2z ack` and `a2z hold`: acts on a claim that are no evidence, so that they change no build."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import Connection

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.base.instants import utc_text
from a2z_defense.store import claims, index, journal
from a2z_defense.store.queue import ACK
from a2z_defense.store.store import Store, open_store

ACK_FOR = dt.timedelta(hours=24)
"""How long an acknowledgement without `--until` lasts: one day, then somebody should look again."""
_HOLD = "hold."


@dataclass(frozen=True)
class Acked:
    claim_id: str
    until: dt.datetime


@dataclass(frozen=True)
class Hold:
    """Why a claim must not be purged."""

    claim_id: str
    at: dt.datetime
    by: str
    reason: str


def acknowledge(environment: Environment, wanted: str, until: dt.datetime | None) -> Acked:
    """Somebody has the claim in hand: no notifications until then, but for an escalation into the last bands.

    Raises NoSuchClaim, UsageError for a time that has passed.
    """
    now = environment.clock.now()
    end = until or now + ACK_FOR
    if end <= now:
        raise UsageError(
            f"--until is {utc_text(end)}", expected="a time to come", remedy="a2z ack CLAIM lasts 24 hours without it"
        )
    with open_store(environment) as store, store.writing() as connection:
        claim = claims.resolve(connection, wanted)
        index.note(connection, f"{ACK}{claim.claim_id}", f"{utc_text(now)} {utc_text(end)}")
        _act(store, connection, claim.claim_id, f"acknowledged until {utc_text(end)}")
    return Acked(claim.claim_id, end)


def hold(environment: Environment, wanted: str, reason: str) -> Hold:
    """Keep a claim from every purge. Raises NoSuchClaim, UsageError without a reason."""
    if not reason.strip():
        raise UsageError("no reason", expected="--reason TEXT", remedy="say why it must be kept: it is recorded")
    with open_store(environment) as store, store.writing() as connection:
        claim = claims.resolve(connection, wanted)
        made = Hold(claim.claim_id, environment.clock.now(), journal.actor(), reason.strip())
        content = json.dumps({"at": utc_text(made.at), "by": made.by, "reason": made.reason}).encode()
        sealed = store.blobs.seal(content, _HOLD + claim.claim_id)
        index.note(connection, _HOLD + claim.claim_id, base64.b64encode(sealed).decode())
        _act(store, connection, claim.claim_id, "hold")
    return made


def release_hold(environment: Environment, wanted: str) -> str:
    """End a hold; returns the claim's id. Raises NoSuchClaim, UsageError when nothing holds it."""
    with open_store(environment) as store, store.writing() as connection:
        claim = claims.resolve(connection, wanted)
        if hold_of(store, connection, claim.claim_id) is None:
            raise UsageError(
                f"{claim.claim_id} is not held", expected="a claim that a2z hold was run for", remedy="a2z purge"
            )
        index.note(connection, _HOLD + claim.claim_id, "")
        _act(store, connection, claim.claim_id, "hold released")
    return claim.claim_id


def hold_of(store: Store, connection: Connection, claim_id: str) -> Hold | None:
    """The hold on a claim, or None."""
    kept = index.noted(connection, _HOLD + claim_id)
    if not kept:
        return None
    found = json.loads(store.blobs.open(base64.b64decode(kept), _HOLD + claim_id))
    return Hold(claim_id, dt.datetime.fromisoformat(found["at"]), found["by"], found["reason"])


def _act(store: Store, connection: Connection, claim_id: str, what: str) -> None:
    journal.append(
        connection,
        journal.Chain.ACTS,
        at=store.now(),
        clock=store.clock_mark,
        what=what,
        claim=claim_id,
        subject=claim_id,
        digest="",
    )
