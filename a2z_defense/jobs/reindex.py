"""`a2z reindex`: everything derived is thrown away and made again from the evidence."""

from __future__ import annotations

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.assess import reindex as judge_all
from a2z_defense.jobs.assess import tables_of
from a2z_defense.jobs.fetch_mail import MailFetched, index_waiting, list_quarantine
from a2z_defense.jobs.open_claims import open_claims
from a2z_defense.store import index
from a2z_defense.store.store import open_store


def reindex(environment: Environment) -> int:
    """Read every mail again, judge every claim anew; returns the number of claims."""
    tables = tables_of(environment)
    with open_store(environment) as store:
        with store.writing() as connection:
            index.clear_mail(connection)
        index_waiting(store, MailFetched())
        with store.writing() as connection:
            open_claims(store, connection)
            index.clear_queue(connection)
            list_quarantine(store, connection, tables)
            return judge_all(store, connection, tables)
