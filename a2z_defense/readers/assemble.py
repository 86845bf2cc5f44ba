"""Evidence in, case out. Pure: the same pieces and circumstances give the same case, here or from a bundle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from a2z_defense.model.case import Case, Mail
from a2z_defense.model.circumstances import Circumstances
from a2z_defense.model.entries import AttachmentKind, Entry, EntryKind
from a2z_defense.model.evidence import EvidenceKind, Piece
from a2z_defense.model.finances import Finances, ReturnRow
from a2z_defense.model.mail import MESSAGE_KINDS, NOTICE_KINDS, MailRead, Trust
from a2z_defense.model.order import Order
from a2z_defense.model.tracking import Shipment
from a2z_defense.readers.account_health import read_account_health
from a2z_defense.readers.carrier_file import read_carrier_file
from a2z_defense.readers.copies import merge_copies
from a2z_defense.readers.dkim_key import read_dkim_keys
from a2z_defense.readers.entry import read_entry
from a2z_defense.readers.errors import Unreadable
from a2z_defense.readers.finances import read_finances
from a2z_defense.readers.listing import read_listing
from a2z_defense.readers.mail.read import read_mails
from a2z_defense.readers.messaging import read_messaging
from a2z_defense.readers.order import read_order
from a2z_defense.readers.reports import source_reports
from a2z_defense.readers.returns import read_returns
from a2z_defense.readers.shipment import read_shipment
from a2z_defense.readers.tracking import read_tracking

T = TypeVar("T")

_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)

EXHIBIT_ORDER = (
    EvidenceKind.MAIL,
    EvidenceKind.ORDER,
    EvidenceKind.TRACKING,
    EvidenceKind.SHIPMENT,
    EvidenceKind.CARRIER,
    EvidenceKind.FILE,
    EvidenceKind.FINANCES,
    EvidenceKind.FINANCES_SLICE,
    EvidenceKind.RETURNS,
    EvidenceKind.LISTING,
    EvidenceKind.CATALOG,
    EvidenceKind.LISTING_IMAGE,
    EvidenceKind.MESSAGING,
    EvidenceKind.ACCOUNT_HEALTH,
    EvidenceKind.REFUSAL,
    EvidenceKind.ENTRY,
)
"""Exhibits are lettered in this order of kinds, then by the time that they were obtained; what was obtained at once, by
the time that the mail was sent or the order in which things were said; then by id."""


def assemble(circumstances: Circumstances, pieces: Sequence[Piece]) -> Case:
    """The case that `pieces` make.

    `pieces` come in order of their last observation: of two answers to the same question the later one counts.
    """
    order_id = circumstances.order_id
    by_kind: dict[EvidenceKind, list[Piece]] = {}
    for piece in pieces:
        by_kind.setdefault(piece.evidence.kind, []).append(piece)

    def of(*kinds: EvidenceKind) -> list[Piece]:
        return [piece for kind in kinds for piece in by_kind.get(kind, [])]

    entries = _entries(of(EvidenceKind.ENTRY))
    orders = _orders(of(EvidenceKind.ORDER))
    keys = read_dkim_keys(of(EvidenceKind.DKIM_KEY))
    mails = _mails(of(EvidenceKind.MAIL), circumstances, entries, keys)
    about_claims = [mail for mail in mails if mail.read.kind in NOTICE_KINDS]
    notices = [mail for mail in about_claims if _of_this_claim(mail, circumstances)]
    earlier = [mail for mail in about_claims if _before_this_claim(mail, circumstances)]
    accepted = merge_copies(mail for mail in notices if _accepted(mail))
    order = orders[-1] if orders else None
    finances = _finances(of(EvidenceKind.FINANCES, EvidenceKind.FINANCES_SLICE), order_id)
    sent = sorted(mails, key=lambda mail: mail.read.sent_at or _LAST)
    told = {id_: at for at, id_ in enumerate([*(mail.evidence for mail in sent), *(entry.id for entry in entries)])}
    case = Case(
        claim_id=circumstances.claim_id,
        order_id=order_id,
        number=circumstances.number,
        opens_at=circumstances.opens_at,
        ends_at=circumstances.ends_at,
        marketplace_id=_marketplace(entries, accepted, order),
        account=_account(entries, of(EvidenceKind.ORDER)),
        notices=accepted,
        earlier_notices=merge_copies(mail for mail in earlier if _accepted(mail)),
        quarantined=tuple(mail for mail in notices if not _accepted(mail)),
        messages=merge_copies(mail for mail in mails if mail.read.kind in MESSAGE_KINDS and _accepted(mail)),
        other_mails=merge_copies(
            mail for mail in mails if mail.read.kind not in MESSAGE_KINDS | NOTICE_KINDS and _accepted(mail)
        ),
        order=order,
        earlier_orders=tuple(orders[:-1]),
        shipments=_shipments(of(EvidenceKind.TRACKING), pieces, entries),
        labels=tuple(_each(of(EvidenceKind.SHIPMENT), read_shipment)),
        finances=finances,
        returns=_returns(of(EvidenceKind.RETURNS), order_id),
        listings=tuple(_each(of(EvidenceKind.LISTING, EvidenceKind.CATALOG), read_listing)),
        messaging=_last(_each(of(EvidenceKind.MESSAGING), read_messaging)),
        account_health=_last(_each(of(EvidenceKind.ACCOUNT_HEALTH), read_account_health)),
        entries=tuple(entries),
        evidence=tuple(
            sorted(
                (piece.evidence for piece in pieces if piece.evidence.kind in EXHIBIT_ORDER),
                key=lambda e: (EXHIBIT_ORDER.index(e.kind), e.provenance.obtained_at, told.get(e.id, 0), e.id),
            )
        ),
    )
    return case.model_copy(update={"sources": source_reports(case, circumstances)})


def _each(pieces: Iterable[Piece], read: Callable[[Piece], T]) -> list[T]:
    """What can be read of the pieces; one that cannot stays evidence, and `source_reports` says so."""
    found: list[T] = []
    for piece in pieces:
        try:
            found.append(read(piece))
        except Unreadable:
            continue
    return found


def _last(found: list[T]) -> T | None:
    return found[-1] if found else None


def _entries(pieces: Sequence[Piece]) -> list[Entry]:
    """What the seller said, in the order of saying; of one moment, as under a set clock, in the order of keeping."""
    return sorted(map(read_entry, pieces), key=lambda entry: entry.at)


def _orders(pieces: Sequence[Piece]) -> list[Order]:
    """Answers of getOrder, the one in force last: by Amazon's own time of update, then by last observation."""
    return sorted(_each(pieces, read_order), key=lambda order: order.updated_at)


def _mails(
    pieces: Sequence[Piece], circumstances: Circumstances, entries: Sequence[Entry], keys: Mapping[str, str]
) -> list[Mail]:
    released = {entry.released for entry in entries if entry.kind is EntryKind.RELEASED}
    trusted = circumstances.trusted_receivers
    order_id = circumstances.order_id
    reads = [
        (piece, read)
        for piece in pieces
        for read in _about(order_id, read_mails(piece.body, trusted_receivers=trusted, dkim_keys=keys))
    ]
    naming = [read for _, read in reads if order_id in read.order_ids]
    return [
        Mail(
            evidence=piece.evidence.id,
            read=read,
            obtained_at=piece.evidence.provenance.obtained_at,
            threaded_by="order_id" if order_id in read.order_ids else _threaded_by(read, naming),
            released=piece.evidence.id in released,
        )
        for piece, read in reads
    ]


def _about(order_id: str, reads: Sequence[MailRead]) -> Sequence[MailRead]:
    """Of several originals in one mail those about the order."""
    return [read for read in reads if order_id in read.order_ids] or reads[:1]


def _threaded_by(read: MailRead, naming: Sequence[MailRead]) -> str:
    """Why a mail that does not name the order belongs to it: the buyer's alias, with its case when that is one of a
    mail that names it; else the mail that it answers."""
    case = (read.alias, read.alias_case)
    if all(case) and any((other.alias, other.alias_case) == case for other in naming):
        return "case"
    if read.alias and any(other.alias == read.alias for other in naming):
        return "alias"
    if any(other.message_id in read.references for other in naming):
        return "references"
    return "alias" if read.alias else "references"


def _accepted(mail: Mail) -> bool:
    return mail.read.trust is not Trust.QUARANTINED or mail.released


def _of_this_claim(mail: Mail, circumstances: Circumstances) -> bool:
    at = mail.read.sent_at or mail.obtained_at
    ended = circumstances.ends_at is not None and at >= circumstances.ends_at
    return not ended and not _before_this_claim(mail, circumstances)


def _before_this_claim(mail: Mail, circumstances: Circumstances) -> bool:
    at = mail.read.sent_at or mail.obtained_at
    return circumstances.opens_at is not None and at < circumstances.opens_at


def _finances(pieces: Sequence[Piece], order_id: str) -> Finances | None:
    """The newest answer's pages: page n + 1 belongs to it only when page n names one."""
    newest = {piece.evidence.subject: piece for piece in pieces}
    pages: list[Piece] = []
    subject, number = f"{order_id}#1", 1
    if subject not in newest:
        # Found by a search for claims: the claim's own events, until the order's are asked for.
        subject = f"{order_id}#claim"
    while subject in newest:
        pages.append(newest[subject])
        if b'"NextToken"' not in newest[subject].body:
            break
        number += 1
        subject = f"{order_id}#{number}"
    if not pages:
        return None
    try:
        return read_finances(pages, order_id)
    except Unreadable:
        return None


def _shipments(tracking: Sequence[Piece], pieces: Sequence[Piece], entries: Sequence[Entry]) -> tuple[Shipment, ...]:
    """Carriers' answers, then the exported records that the seller attached. The newest answer for each subject."""
    newest = {piece.evidence.subject: piece for piece in tracking}
    found = _each(newest.values(), read_tracking)
    attached = {e.file for e in entries if e.attachment is AttachmentKind.CARRIER}
    files = [p for p in pieces if p.evidence.id in attached or p.evidence.kind is EvidenceKind.CARRIER]
    for records in _each(files, read_carrier_file):
        found.extend(records)
    return tuple(found)


def _returns(pieces: Sequence[Piece], order_id: str) -> tuple[ReturnRow, ...]:
    """The rows of the newest report for each span of days."""
    newest = {piece.evidence.subject: piece for piece in pieces}
    return tuple(row for rows in _each(newest.values(), lambda piece: read_returns(piece, order_id)) for row in rows)


def _marketplace(entries: Sequence[Entry], notices: Sequence[Mail], order: Order | None) -> str | None:
    """Set by the seller, else the order's own, else the notice's header or sender."""
    chosen = [entry.marketplace_id for entry in entries if entry.marketplace_id]
    if chosen:
        return chosen[-1]
    if order is not None and order.marketplace_id:
        return order.marketplace_id
    return next((mail.read.marketplace_id for mail in notices if mail.read.marketplace_id), None)


def _account(entries: Sequence[Entry], orders: Sequence[Piece]) -> str:
    """The selling account: as the seller says, else the one under which Amazon told the order."""
    said = [entry.account for entry in entries if entry.account]
    told = [piece.evidence.provenance.account for piece in orders if piece.evidence.provenance.account]
    return (said or told or [""])[-1]
