"""The public keys of mails' DKIM signatures: asked of the DNS when the user says so, kept as evidence, read from there.

A mail is judged by the keys that are kept, never by the DNS of the day: the same evidence gives the same case.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance
from a2z_defense.sources.mail.dkim_keys import Resolver, dns_text, key_names
from a2z_defense.store import evidence
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.mending import is_whole
from a2z_defense.store.store import Store


def keep_keys(store: Store, raws: Iterable[bytes], resolver: Resolver = dns_text) -> None:
    """Look up and keep the keys of these mails that are not held yet. Nobody who answers is no error."""
    if not store.environment.settings.mail.dkim_lookups:
        return
    names = dict.fromkeys(name for raw in raws for name in key_names(raw))
    with store.reading() as connection:
        wanted = [
            name
            for name in names
            if not evidence.find(store, connection, EvidenceKind.DKIM_KEY, name)
            or not is_whole(store, connection, EvidenceKind.DKIM_KEY, name)
        ]
    found = [_observation(store, name, text) for name in wanted if (text := resolver(name))]
    if found:
        evidence.add(store, found)


def _observation(store: Store, name: str, text: str) -> Observation:
    provenance = Provenance(
        source="dns",
        operation="TXT",
        origin=name,
        obtained_at=store.environment.clock.now(),
        clock=store.clock_mark,
    )
    return Observation(EvidenceKind.DKIM_KEY, name, text.encode(), "text/plain", provenance)


def key_pieces(
    store: Store, connection: Connection, raws: Iterable[bytes], lost: list[BlobDamaged] | None = None
) -> list[Piece]:
    """The kept keys of these mails' signatures; a damaged one is added to `lost`, or raised."""
    names = dict.fromkeys(name for raw in raws for name in key_names(raw))
    found = [piece for name in names for piece in evidence.find(store, connection, EvidenceKind.DKIM_KEY, name)[-1:]]
    return evidence.pieces(store, connection, found, lost)
