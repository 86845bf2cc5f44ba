"""`a2z reindex`: everything derived is made again from the evidence; what cannot be read keeps what was said of it."""

from __future__ import annotations

from dataclasses import dataclass

from a2z_defense.base.environment import Environment
from a2z_defense.base.stamp import stamp
from a2z_defense.jobs.assess import tables_of
from a2z_defense.jobs.damage import damage_words
from a2z_defense.jobs.fetch_mail import MailFetched, index_mails, list_quarantine
from a2z_defense.jobs.open_claims import open_claims
from a2z_defense.jobs.unjudged import Unjudged, refresh_each
from a2z_defense.store import claims, index
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.readonly import STAMP
from a2z_defense.store.store import open_store


@dataclass(frozen=True)
class Reindexed:
    claims: int
    damaged: tuple[str, ...]
    """What could not be read, in words; what was said of it before stands."""
    unjudged: tuple[Unjudged, ...] = ()
    """Claims that could not be judged for a fault of our own."""


def reindex(environment: Environment) -> Reindexed:
    """Read every mail again, judge every claim anew."""
    tables = tables_of(environment)
    with open_store(environment) as store:
        mail = MailFetched()
        index_mails(store, mail, again=True)
        with store.writing() as connection:
            open_claims(store, connection)
            held = list_quarantine(store, connection, tables)
            index.drop_strangers(connection)
            unjudged: list[Unjudged] = []
            damaged: dict[str, tuple[BlobDamaged, ...]] = {}
            known = claims.claims(connection)
            for found in refresh_each(store, connection, known, tables):  # one case at a time is held
                if isinstance(found, Unjudged):
                    unjudged.append(found)
                else:
                    damaged[found.claim.claim_id] = found.damaged
            index.note(connection, STAMP, stamp(environment.settings.files.policy))
    words = damage_words(damaged, (*mail.damaged.values(), *held))
    return Reindexed(len(known), tuple(words), tuple(unjudged))
