"""Store to case: finds every piece of evidence that a claim rests on, and assembles it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from a2z_defense.jobs.dkim import key_pieces
from a2z_defense.model.case import Case
from a2z_defense.model.circumstances import Circumstances, Failure
from a2z_defense.model.entries import AttachmentKind, EntryKind
from a2z_defense.model.evidence import Evidence, EvidenceKind, Piece
from a2z_defense.model.order import Order
from a2z_defense.readers.assemble import assemble
from a2z_defense.readers.entry import read_entry
from a2z_defense.readers.errors import Unreadable
from a2z_defense.readers.order import read_order
from a2z_defense.store import claims, evidence, index
from a2z_defense.store.claims import Claim
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.store import Store

BY_ORDER = (
    EvidenceKind.ORDER,
    EvidenceKind.FINANCES,
    EvidenceKind.FINANCES_SLICE,
    EvidenceKind.RETURNS,
    EvidenceKind.MESSAGING,
    EvidenceKind.CARRIER,
    EvidenceKind.REFUSAL,
)
"""Kinds whose subject is the order id, or `ORDER-ID#...` for one of several answers about the order."""
OF_NO_CASE = (EntryKind.HELD,)
"""What the seller said of the keeping of a claim: no fact of its case, so that it makes no new version."""
SHIPMENT_ID = "shipment_id"
"""The fact that a seller states when a label was bought through Amazon."""


@dataclass(frozen=True)
class Gathered:
    """A case with what it was made of."""

    circumstances: Circumstances
    pieces: tuple[Piece, ...]
    case: Case

    def body(self, evidence_id: str) -> bytes:
        """The bytes of one of the pieces."""
        return next(piece.body for piece in self.pieces if piece.evidence.id == evidence_id)


def gather(store: Store, connection: Connection, claim: Claim, *, lost: list[BlobDamaged] | None = None) -> Gathered:
    """The case of `claim`, from everything that the store holds about it.

    Raises BlobDamaged when a piece of it cannot be read: nothing may be written of a case with a hole. Who only wants
    what is left gives a list for what is not.
    """
    found = _about_order(store, connection, claim.order_id, lost)
    said = claims.entry_ids(connection, claim.claim_id, without=OF_NO_CASE)
    entries = evidence.pieces(store, connection, evidence.get(store, connection, said).values(), lost)
    entries += _of_siblings(store, connection, claim, lost)
    found += entries
    found += _files(store, connection, entries, lost)
    found += _about_contents(store, connection, found, lost)
    mails = _mails(store, connection, claim.order_id, found, lost)
    found += mails
    found += key_pieces(store, connection, [mail.body for mail in mails], lost)
    pieces = tuple(_in_order_of_last_observation(connection, found))
    around = circumstances(store, connection, claim)
    return Gathered(around, pieces, assemble(around, pieces))


def circumstances(store: Store, connection: Connection, claim: Claim) -> Circumstances:
    """What the case of `claim` is assembled under."""
    siblings = claims.claims(connection, claim.order_id)
    later = [other for other in siblings if other.number == claim.number + 1]
    _, mail_from, mail_to = claims.mailboxes(connection)
    failures = {
        failure.source: Failure(source=failure.source, trouble=failure.trouble, why=failure.why, remedy=failure.remedy)
        for failure in claims.failures(connection, [claim.order_id, ""])
    }
    return Circumstances(
        claim_id=claim.claim_id,
        order_id=claim.order_id,
        number=claim.number,
        opens_at=claim.opened_at if claim.number > 1 else None,
        ends_at=later[0].opened_at if later else None,
        trusted_receivers=store.environment.settings.mail.trusted_receivers,
        failures=tuple(failures[name] for name in sorted(failures)),
        mail_from=mail_from,
        mail_to=mail_to,
    )


_Lost = list[BlobDamaged] | None


def _about_order(store: Store, connection: Connection, order_id: str, lost: _Lost) -> list[Piece]:
    found: list[Evidence] = []
    for kind in BY_ORDER:
        found += evidence.find(store, connection, kind, order_id, prefix=True)
    return evidence.pieces(store, connection, found, lost)


def _of_siblings(store: Store, connection: Connection, claim: Claim, lost: _Lost) -> list[Piece]:
    """Carriers' records that were attached to another claim of the order: they are about its parcels, not the claim."""
    others = [one for one in claims.claims(connection, claim.order_id) if one.claim_id != claim.claim_id]
    kinds = [kind for kind in EntryKind if kind is not EntryKind.ATTACHED]
    ids = [found for other in others for found in claims.entry_ids(connection, other.claim_id, without=kinds)]
    pieces = evidence.pieces(store, connection, evidence.get(store, connection, ids).values(), lost) if ids else []
    return [piece for piece in pieces if read_entry(piece).attachment is AttachmentKind.CARRIER]


def _files(store: Store, connection: Connection, entries: list[Piece], lost: _Lost) -> list[Piece]:
    said = [read_entry(piece) for piece in entries]
    ids = {file for entry in said for file in (entry.file, entry.proof) if file}
    return evidence.pieces(store, connection, evidence.get(store, connection, sorted(ids)).values(), lost)


def _about_contents(store: Store, connection: Connection, found: list[Piece], lost: _Lost) -> list[Piece]:
    """What is kept under a parcel's, a label's or an item's own number."""
    orders = _readable(found)
    said = [read_entry(piece) for piece in found if piece.evidence.kind is EvidenceKind.ENTRY]
    numbers = {package.tracking_number for order in orders for package in order.packages}
    numbers |= {entry.value for entry in said if entry.fact == "tracking_number"}
    items = [item for order in orders for item in order.items]
    wanted = {
        EvidenceKind.TRACKING: numbers,
        EvidenceKind.LISTING: {item.sku for item in items},
        EvidenceKind.CATALOG: {item.asin for item in items},
    }
    places = sorted({order.marketplace_id for order in orders if order.marketplace_id})
    kept: list[Evidence] = []
    for kind, names in wanted.items():
        for name in sorted(name for name in names if name):
            kept += evidence.find_suffix(store, connection, kind, f":{name}")
    for number in sorted(number for number in numbers if number):
        kept += evidence.find(store, connection, EvidenceKind.CARRIER, number)
    for place in places:
        for name in sorted({name for item in items for name in (item.sku, item.asin) if name}):
            kept += evidence.find(store, connection, EvidenceKind.LISTING_IMAGE, f"{place}:{name}", prefix=True)
        kept += evidence.find(store, connection, EvidenceKind.ACCOUNT_HEALTH, place)[-1:]
    for entry in said:
        if entry.fact == SHIPMENT_ID and entry.value:
            kept += evidence.find(store, connection, EvidenceKind.SHIPMENT, entry.value)
    return evidence.pieces(store, connection, kept, lost)


def _readable(pieces: list[Piece]) -> list[Order]:
    orders: list[Order] = []
    for piece in pieces:
        if piece.evidence.kind is EvidenceKind.ORDER:
            try:
                orders.append(read_order(piece))
            except Unreadable:
                continue
    return orders


def _mails(store: Store, connection: Connection, order_id: str, about_order: list[Piece], lost: _Lost) -> list[Piece]:
    """Mails that name the order; then those that name none, by the buyer's alias or as answers in the thread."""
    naming = index.mails_of_order(connection, order_id)
    kept = evidence.pieces(store, connection, evidence.get(store, connection, naming).values(), lost)
    keys = index.alias_keys(connection, naming) | _alias_keys(store, about_order)
    unnamed = index.mails_without_order(connection, keys, naming) if keys or naming else []
    return kept + evidence.pieces(store, connection, evidence.get(store, connection, unnamed).values(), lost)


def _alias_keys(store: Store, about_order: list[Piece]) -> set[str]:
    """Index keys of the relay aliases that the order itself names."""
    emails = [order.buyer_email for order in _readable(about_order)]
    aliases = {
        email.split("@")[0].split("+")[0].lower() for email in emails if email and "@marketplace.amazon." in email
    }
    return {index.alias_key(store, alias) for alias in aliases}


def _in_order_of_last_observation(connection: Connection, pieces: list[Piece]) -> list[Piece]:
    unique = {piece.evidence.id: piece for piece in pieces}
    order = evidence.by_last_observation(connection, unique)
    return [unique[evidence_id] for evidence_id in order]
