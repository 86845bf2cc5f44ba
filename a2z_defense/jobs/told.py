"""Takes up into the journal what `a2z alert` told: it runs without the store, so the next fetch records it."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

from a2z_defense.alerts.memory import mark_journaled, not_journaled
from a2z_defense.store.store import Store


def journal_alerts(store: Store, connection: Connection) -> int:
    """Add a row for each alert that was told and is not in the journal yet; returns how many.

    The digest names the recipient, the alert and its time. A run that ends between the journal and the mark leaves
    the mark to the next one: the digest is then found in the journal, and nothing is added twice.
    """
    folder = store.environment.home.root
    told = not_journaled(folder)
    added = 0
    for row in told:
        _recipient, claim, kind, _subject, _act_by, band, at = row
        digest = hashlib.sha256("\0".join(row).encode()).hexdigest()
        known = connection.execute(
            text("SELECT 1 FROM journal WHERE chain = 'acts' AND digest = :digest"), {"digest": digest}
        ).first()
        if known is None:
            added += 1
            said = f"alert told: {kind} {band}"
            store.act(connection, said, claim=claim or None, subject=claim, digest=digest, at=at)
    if told:
        mark_journaled(folder, told)
    return added
