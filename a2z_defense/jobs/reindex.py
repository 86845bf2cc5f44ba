"""`a2z reindex`: everything derived is made again from the evidence; what cannot be read keeps what was said of it."""

from __future__ import annotations

from dataclasses import dataclass

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.assess import reindex as judge_all
from a2z_defense.jobs.assess import tables_of
from a2z_defense.jobs.damage import damage_words
from a2z_defense.jobs.fetch_mail import MailFetched, index_mails, list_quarantine
from a2z_defense.jobs.open_claims import open_claims
from a2z_defense.store.store import open_store


@dataclass(frozen=True)
class Reindexed:
    claims: int
    damaged: tuple[str, ...]
    """What could not be read, in words; what was said of it before stands."""


def reindex(environment: Environment) -> Reindexed:
    """Read every mail again, judge every claim anew."""
    tables = tables_of(environment)
    with open_store(environment) as store:
        mail = MailFetched()
        index_mails(store, mail, again=True)
        with store.writing() as connection:
            open_claims(store, connection)
            held = list_quarantine(store, connection, tables)
            judged = judge_all(store, connection, tables)
    return Reindexed(len(judged), tuple(damage_words(judged, (*mail.damaged.values(), *held))))
