"""Mail into the store: read in batches, kept before it is understood, then indexed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError
from a2z_defense.jobs.answers import Told
from a2z_defense.jobs.dkim import keep_keys, key_pieces
from a2z_defense.jobs.entries import entries
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.evidence import EvidenceKind, Observation, Piece
from a2z_defense.model.mail import MESSAGE_KINDS, NOTICE_KINDS, MailKind, MailRead, Trust
from a2z_defense.model.queue import QuarantineRow
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import Tables
from a2z_defense.readers.dkim_key import read_dkim_keys
from a2z_defense.readers.mail.read import read_mails
from a2z_defense.sources.mail.interface import MailOptions, MailTrouble, RawMail
from a2z_defense.sources.mail.observe import observation
from a2z_defense.sources.mail.open import open_mailbox
from a2z_defense.store import claims, evidence, index
from a2z_defense.store.claims import MailboxState
from a2z_defense.store.errors import BlobDamaged
from a2z_defense.store.keys import from_keyring
from a2z_defense.store.store import Store

OTHER_PROGRAMMES = {
    MailKind.SAFE_T: "SAFE-T",
    MailKind.CHARGEBACK: "chargebacks",
    MailKind.AMAZON_PAY: "Amazon Pay",
}
BATCH_MAILS = 200
BATCH_BYTES = 32_000_000
"""A batch is one transaction and one sync of the disk; larger ones hold more mail in memory for little gain."""


@dataclass
class MailFetched:
    """What came of reading the mailboxes."""

    looked_at: int = 0
    new: int = 0
    quarantined: list[Told] = field(default_factory=list)
    unmatched: list[Told] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[A2zError] = field(default_factory=list)
    purged: dict[str, dt.datetime] = field(default_factory=dict)
    """Mails that the mailbox still holds and a purge removed, with its time: by evidence id."""
    damaged: dict[str, BlobDamaged] = field(default_factory=dict)
    """Kept mails, and keys of their signatures, that cannot be read any more: by evidence id."""


def mail_options(environment: Environment, *, since: dt.datetime | None) -> MailOptions:
    """What the mail sources need of the environment."""
    settings = environment.settings.mail

    def password(user: str, host: str) -> str | None:
        return environment.variables.get("A2Z_IMAP_PASSWORD") or from_keyring(
            f"imap {user}@{host}", environment.variables
        )

    return MailOptions(
        now=environment.clock.now,
        monotonic=environment.monotonic,
        since=since,
        max_message_bytes=settings.max_message_bytes,
        token_command=settings.token_command,
        password=password,
    )


def fetch_mailbox(store: Store, spec: str, options: MailOptions, result: MailFetched) -> None:
    """Read one mailbox to its end; what was read before a failure is kept, and the next run goes on there.

    A run that was told to leave older mail out does not move the cursor: the next whole run reads what it passed over.
    """
    mailbox = open_mailbox(spec, options)
    with store.reading() as connection:
        before = claims.mailbox(store, connection, mailbox.name)
    try:
        for batch in _batches(store, mailbox.fetch(before.cursor if before else None), result):
            observations = [_observation(store, mail) for mail in batch]
            result.looked_at += len(batch)
            kept = evidence.add(store, observations)
            result.new += sum(one.new for one in kept)
            result.purged |= {one.piece.evidence.id: one.purged_at for one in kept if one.purged_at}
            keep_keys(store, (mail.raw for mail in batch))
            index_mails(store, result)
            if options.since is None:
                _keep_cursor(store, mailbox.name, mailbox.cursor)
    except A2zError as failure:
        result.failures.append(failure)
        return
    if options.since is None:
        _keep_cursor(store, mailbox.name, mailbox.cursor)


def _observation(store: Store, mail: RawMail) -> Observation:
    return observation(mail, account="", clock=store.clock_mark)


def _batches(store: Store, mails: Iterator[RawMail | MailTrouble], result: MailFetched) -> Iterator[list[RawMail]]:
    """Mails in batches; what could not be read is said, and kept when there are bytes."""
    batch: list[RawMail] = []
    size = 0
    for mail in mails:
        if isinstance(mail, MailTrouble):
            # Once it is kept it has an id; before that its name is all that finds it, though it may name somebody.
            result.warnings.append(f"{'a mail, which is kept' if mail.raw else mail.origin}: {mail.why}")
            if not mail.raw:
                continue
            mail = RawMail(mail.raw, "unreadable", mail.origin, store.environment.clock.now())
        batch.append(mail)
        size += len(mail.raw)
        if len(batch) >= BATCH_MAILS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _keep_cursor(store: Store, name: str, cursor: str | None) -> None:
    with store.writing() as connection:
        first, last = index.mail_span(connection)
        state = MailboxState(cursor, store.environment.clock.now(), first, last)
        claims.keep_mailbox(store, connection, name, state)


def index_mails(store: Store, result: MailFetched, *, again: bool = False) -> None:
    """Index mails that no reader has looked at: new ones, and those that a crash left behind; with `again`, every mail.

    What cannot be read is added to `result.damaged`; what was said of it before stands, so that its claim knows it.
    """
    with store.reading() as connection:
        waiting = index.to_index(connection, again=again)
    _index(store, waiting, result, again=again)


def index_mended(store: Store, result: MailFetched) -> None:
    """Read once more what could not be read at first: the same mail may have come in again since."""
    mails = [one for one, why in result.damaged.items() if why.kind == EvidenceKind.MAIL.value]
    result.damaged = {one: why for one, why in result.damaged.items() if one not in mails}
    _index(store, mails, result, again=True)


def _index(store: Store, waiting: Sequence[str], result: MailFetched, *, again: bool) -> None:
    for start in range(0, len(waiting), BATCH_MAILS):
        lost: list[BlobDamaged] = []
        with store.writing() as connection:
            found = evidence.get(store, connection, waiting[start : start + BATCH_MAILS])
            pieces = evidence.pieces(store, connection, found.values(), lost)
            if again:
                index.forget_mails(connection, [piece.evidence.id for piece in pieces])
            for piece in pieces:
                reads = _read(store, connection, piece, lost)
                index.put_mail(store, connection, piece.evidence.id, _about_all(reads))
                for read in reads:
                    _tell(piece.evidence.provenance.origin, piece.evidence.id, read, result)
        result.damaged |= {one.evidence_id: one for one in lost}


def _read(store: Store, connection: Connection, piece: Piece, lost: list[BlobDamaged]) -> tuple[MailRead, ...]:
    """What the piece says: of several originals in one mail each."""
    receivers = store.environment.settings.mail.trusted_receivers
    keys = read_dkim_keys(key_pieces(store, connection, [piece.body], lost))
    return read_mails(piece.body, trusted_receivers=receivers, dkim_keys=keys)


def _about_all(reads: Sequence[MailRead]) -> MailRead:
    """The first reading, with the orders of all that are of its sort: a claim opens for each order of a notice."""
    notices = [read for read in reads if read.kind in NOTICE_KINDS] or reads
    orders = dict.fromkeys(order for read in notices for order in read.order_ids)
    return reads[0].model_copy(update={"order_ids": tuple(orders)})


def _tell(origin: str, evidence_id: str, read: MailRead, result: MailFetched) -> None:
    where = f"{origin or 'mail'} ({evidence_id})"
    result.warnings += [f"{evidence_id}: {trouble}" for trouble in read.troubles]
    if read.kind in OTHER_PROGRAMMES and read.order_ids:
        what = f"a mail of another programme ({OTHER_PROGRAMMES[read.kind]}) names the order {read.order_ids[0]}"
        result.warnings.append(f"{evidence_id}: {what}: no A-to-z claim, and no time limit in it is watched")
    if read.trust is Trust.QUARANTINED and read.kind in NOTICE_KINDS:
        result.quarantined.append(Told(source=where, why=read.trust_why, evidence=evidence_id))
    elif read.kind in NOTICE_KINDS and not read.order_ids:
        result.unmatched.append(
            Told(
                source=where,
                why="a claim notice without an order id: look in Seller Central, then a2z claim add",
                evidence=evidence_id,
            )
        )
    elif read.kind in MESSAGE_KINDS and not read.order_ids and read.alias is None:
        why = "a message without an order id and without a relay alias"
        result.unmatched.append(Told(source=where, why=why, evidence=evidence_id))


def list_quarantine(store: Store, connection: Connection, tables: Tables) -> list[BlobDamaged]:
    """Put every quarantined notice in the queue's quarantine, with the deadline that it would have; returns what
    cannot be read. A notice among that stays listed as it was."""
    lost: list[BlobDamaged] = []
    said = entries(store, connection, only=(EntryKind.RELEASED,), lost=lost)
    accepted = {entry.released for entry in said}
    for mail, order_id in index.mails_in_quarantine(connection, [kind.value for kind in NOTICE_KINDS]):
        pieces = evidence.pieces(store, connection, evidence.get(store, connection, [mail]).values(), lost)
        for piece in pieces:
            reads = [read for read in _read(store, connection, piece, lost) if read.kind in NOTICE_KINDS]
            obtained_at = piece.evidence.provenance.obtained_at
            due = [_would_be_due(piece.evidence.id, obtained_at, read, tables) for read in reads]
            index.put_quarantine(
                connection,
                QuarantineRow(
                    evidence=mail,
                    order_id=order_id,
                    why=next((read.trust_why for read in reads), ""),
                    act_by=min((at for at in due if at is not None), default=None),
                    released=mail in accepted,
                ),
            )
    return lost


def _would_be_due(evidence_id: str, obtained_at: dt.datetime, read: MailRead, tables: Tables) -> dt.datetime | None:
    """The deadline of a case with this notice alone."""
    mail = Mail(evidence=evidence_id, read=read, obtained_at=obtained_at, released=True)
    order_id = next(iter(read.order_ids), "000-0000000-0000000")
    alone = Case(claim_id=order_id, order_id=order_id, number=1, marketplace_id=read.marketplace_id, notices=(mail,))
    return assess(alone, tables).deadline.act_by


def known_mailboxes(environment: Environment, given: Sequence[str]) -> tuple[str, ...]:
    """The mailboxes of the command line, else of the environment and the configuration."""
    return tuple(given) or environment.settings.mail.sources
