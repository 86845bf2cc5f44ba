"""`a2z ack`, an act that changes no build, and `a2z hold`, which is kept like everything else that the seller says."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import Connection

from a2z_defense.alerts.evaluate import evaluate
from a2z_defense.alerts.telling import shown
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.base.instants import utc_text
from a2z_defense.jobs.entries import entries, new_entry, say
from a2z_defense.model.entries import EntryKind
from a2z_defense.store import claims, index
from a2z_defense.store.due import read_due
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.location import database_path
from a2z_defense.store.readonly import ACK
from a2z_defense.store.store import Store, open_store

ACK_FOR = dt.timedelta(hours=24)
"""How long an acknowledgement without `--until` lasts: one day, then somebody should look again."""
_ON, _OFF = "on", "off"


@dataclass(frozen=True)
class Acked:
    claim_id: str
    until: dt.datetime
    act_by: dt.datetime | None
    """The deadline that it is for; None: the claim had none."""


@dataclass(frozen=True)
class Hold:
    """Why a claim must not be purged."""

    claim_id: str
    at: dt.datetime
    by: str
    reason: str


def acknowledge(environment: Environment, wanted: str, until: dt.datetime | None) -> Acked:
    """Somebody has the claim in hand: no notifications of what there is now until then, but for an escalation into
    the last bands. Another deadline is news.

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
        row = index.row_of(connection, claim.claim_id)
        there = evaluate(read_due(database_path(environment)), now)
        known = json.dumps(sorted(shown(alert for alert in there if alert.claim_id == claim.claim_id)))
        index.note(connection, f"{ACK}{claim.claim_id}", f"{utc_text(now)} {utc_text(end)} {known}")
        said = f"acknowledged until {utc_text(end)}"
        store.act(connection, said, claim=claim.claim_id, subject=claim.claim_id)
    return Acked(claim.claim_id, end, row.act_by if row else None)


def hold(environment: Environment, wanted: str, reason: str) -> Hold:
    """Keep a claim from every purge. Raises NoSuchClaim, UsageError without a reason."""
    if not reason.strip():
        raise UsageError("no reason", expected="--reason TEXT", remedy="say why it must be kept: it is recorded")
    said = say(environment, wanted, new_entry(EntryKind.HELD, note=reason.strip(), value=_ON))
    return Hold(said.claim_id, said.at, said.by, reason.strip())


def release_hold(environment: Environment, wanted: str) -> str:
    """End a hold; returns the claim's id. Raises NoSuchClaim, UsageError when nothing holds it."""
    with open_store(environment) as store, store.reading() as connection:
        claim = claims.resolve(connection, wanted)
        held = hold_of(store, connection, claim.claim_id)
    if held is None:
        raise UsageError(
            f"{claim.claim_id} is not held", expected="a claim that a2z hold was run for", remedy="a2z purge"
        )
    return say(environment, claim.claim_id, new_entry(EntryKind.HELD, value=_OFF)).claim_id


def hold_of(store: Store, connection: Connection, claim_id: str) -> Hold | None:
    """The hold on a claim, or None. What can no longer be read may hold it, so it does."""
    lost: list[BlobDamaged] = []
    said = entries(store, connection, claim_id, only=(EntryKind.HELD,), lost=lost)
    if lost:
        return Hold(claim_id, store.environment.clock.now(), "", "the entry that holds or releases it cannot be read")
    if not said or said[-1].value == _OFF:
        return None
    return Hold(claim_id, said[-1].at, said[-1].by, said[-1].note or "")
