"""`a2z show`: facts, timeline, messages, packages and evidence of one claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.answers import (
    EvidenceAnswer,
    FirstHour,
    PackageAnswer,
    SentFile,
    ShowAnswer,
    TimelineEvent,
    check_answer,
)
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.sent import sent_files
from a2z_defense.model.case import Case, exhibit_letter
from a2z_defense.model.entries import EntryKind, RecordKind
from a2z_defense.model.evidence import EvidenceKind
from a2z_defense.model.mail import MailKind
from a2z_defense.policy.reached import is_automatic, not_delivered
from a2z_defense.policy.view import deadline_view
from a2z_defense.store.provenance import provenances
from a2z_defense.store.store import open_store

TITLES = {
    EvidenceKind.MAIL: "mail",
    EvidenceKind.ORDER: "order, from Amazon's Orders API",
    EvidenceKind.FINANCES: "financial events, from Amazon's Finances API",
    EvidenceKind.FINANCES_SLICE: "financial events, cut from a sweep",
    EvidenceKind.RETURNS: "rows of Amazon's returns report",
    EvidenceKind.TRACKING: "tracking, from Amazon's Shipping API",
    EvidenceKind.SHIPMENT: "label, from Amazon's Merchant Fulfillment API",
    EvidenceKind.LISTING: "listing as captured",
    EvidenceKind.CATALOG: "catalogue page as captured",
    EvidenceKind.LISTING_IMAGE: "picture of the listing as captured",
    EvidenceKind.MESSAGING: "messages that Amazon allows now",
    EvidenceKind.ACCOUNT_HEALTH: "account health counts",
    EvidenceKind.REFUSAL: "a source's refusal",
    EvidenceKind.CARRIER: "carrier's record",
    EvidenceKind.FILE: "attached file",
    EvidenceKind.ENTRY: "said by the seller",
    EvidenceKind.DKIM_KEY: "public key of mail signatures, from the DNS",
    EvidenceKind.WHOLE: "report or sweep, whole",
}


def show(environment: Environment, wanted: str) -> ShowAnswer:
    """Everything that is known of the claim. Raises NoSuchClaim, UsageError."""
    judged = judge(environment, wanted)
    case = judged.gathered.case
    origins = _origins(environment, case)
    view = deadline_view(judged.assessment.deadline, environment.clock.now(), environment.settings.seller.zone)
    return ShowAnswer(
        **check_answer(judged.assessment, view, judged.built_not_sent).model_dump(),
        timeline=tuple(sorted(timeline(case), key=lambda event: (event.at, event.what))),
        messages=tuple(
            {
                "at": mail.read.sent_at,
                "from": _writer(mail.read.kind),
                "text": mail.read.message.text if mail.read.message else "",
                "exhibit": mail.evidence,
            }
            for mail in case.messages
        ),
        packages=tuple(
            PackageAnswer(
                reference=package.reference,
                carrier=package.carrier,
                tracking_number=package.tracking_number,
                status=package.detailed_status or package.status,
                ship_time=package.ship_time,
                exhibit=case.order.evidence,
            )
            for package in (case.order.packages if case.order else ())
            if case.order
        ),
        evidence=tuple(
            EvidenceAnswer(
                exhibit=piece.id,
                letter=exhibit_letter(number),
                kind=piece.kind.value,
                title=_title(case, piece.id, piece.kind),
                sha256=piece.sha256,
                bytes=piece.size,
                source=piece.provenance.source,
                operation=piece.provenance.operation,
                obtained_at=piece.provenance.obtained_at,
                origins=origins[piece.id],
            )
            for number, piece in enumerate(case.evidence)
        ),
        first_hour=first_hour(case),
        sent=_sent(environment, judged.claim.claim_id),
    )


def _sent(environment: Environment, claim_id: str) -> tuple[SentFile, ...]:
    with open_store(environment) as store, store.reading() as connection:
        kept = sent_files(store, connection, claim_id)
    return tuple(
        SentFile(
            version=one.version,
            path=one.path,
            sha256=one.evidence.sha256,
            bytes=one.evidence.size,
            kept_at=one.evidence.provenance.obtained_at,
            exhibit=one.evidence.id,
        )
        for one in kept
    )


def _origins(environment: Environment, case: Case) -> dict[str, tuple[str, ...]]:
    with open_store(environment) as store, store.reading() as connection:
        return {
            piece.id: tuple(
                dict.fromkeys(seen.origin for seen in provenances(store, connection, piece.id) if seen.origin)
            )
            for piece in case.evidence
        }


def _writer(kind: MailKind) -> str:
    match kind:
        case MailKind.BUYER_MESSAGE:
            return "buyer"
        case MailKind.SELLER_MESSAGE:
            return "seller"
        case MailKind.AMAZON_MESSAGE:
            return "amazon"
        case _:
            return "unknown"


def _title(case: Case, evidence_id: str, kind: EvidenceKind) -> str:
    for mail in (*case.notices, *case.quarantined, *case.messages, *case.other_mails):
        if evidence_id in (mail.evidence, *mail.also):
            return mail.read.kind.value.replace("_", " ") + (
                " mail" if evidence_id == mail.evidence else " mail, a copy"
            )
    for entry in case.entries:
        if entry.file == evidence_id and entry.attachment:
            return f"{entry.attachment.value}: {entry.file_name or 'attached file'}"
        if entry.proof == evidence_id:
            return f"proof: {entry.file_name or 'attached file'}"
        if entry.id == evidence_id:
            return f"{entry.kind.value} by the seller"
    return TITLES[kind]


def timeline(case: Case) -> Iterator[TimelineEvent]:
    """What happened when, each with the evidence that says so. What has no time is not on it."""
    if case.order:
        yield _event(case.order.created_at, "order placed", case.order.evidence)
        for instant, what in (
            (case.order.ship_by.latest, "ship-by"),
            (case.order.deliver_by.earliest, "delivery window opens"),
            (case.order.deliver_by.latest, "delivery window ends"),
        ):
            if instant:
                yield _event(instant, what, case.order.evidence)
        for package in case.order.packages:
            if package.ship_time:
                yield _event(package.ship_time, f"shipment confirmed, {package.tracking_number}", case.order.evidence)
    for shipment in case.shipments:
        for scan in shipment.scans:
            if scan.at:
                leg = "" if scan.leg.value == "forward" else f" ({scan.leg.value} leg)"
                yield _event(scan.at, f"carrier: {scan.code}{leg}, {scan.tracking_number}", scan.evidence)
    for mail in (*case.notices, *case.messages, *case.other_mails):
        if mail.read.sent_at:
            yield _event(mail.read.sent_at, mail.read.kind.value.replace("_", " "), mail.evidence)
    for movement in case.finances.movements if case.finances else ():
        if movement.posted_at:
            amount = f" {movement.amount}" if movement.amount else ""
            yield _event(movement.posted_at, f"{movement.kind.value.replace('_', ' ')}{amount}", movement.evidence)
    for entry in case.entries:
        if entry.kind is EntryKind.RECORDED and entry.record:
            of = f", v{entry.version}" if entry.version else ""
            late = ", after the deadline" if entry.late else ""
            yield _event(entry.effective_at or entry.at, f"recorded: {entry.record.value}{of}{late}", entry.id)


def _event(at: dt.datetime, what: str, exhibit: str | None) -> TimelineEvent:
    return TimelineEvent(at=at, what=what, exhibit=exhibit)


def first_hour(case: Case) -> tuple[FirstHour, ...]:
    """What to do in the first hour, with what is known to be done."""
    said = {entry.record for entry in case.entries if entry.record}
    asked = any(entry.kind is EntryKind.ASKED for entry in case.entries)
    buyer = [m.read.sent_at for m in case.messages if m.read.kind is MailKind.BUYER_MESSAGE and m.read.sent_at]
    idle = not_delivered(case)
    seller = [
        m.read.sent_at
        for m in case.messages
        if m.read.kind is MailKind.SELLER_MESSAGE and m.read.sent_at and m.evidence not in idle and not is_automatic(m)
    ]
    answered = None if not buyer else bool(seller) and max(seller) > max(buyer)
    return (
        FirstHour(what="Stop refunds, reshipments and automatic return refunds on the order", done=None),
        FirstHour(
            what="Look at the claim in Seller Central; record the tab, the due time and the buyer's words",
            done=RecordKind.SEEN in said,
        ),
        FirstHour(what="Ask carrier, warehouse and returns desk for what is missing (a2z ask)", done=asked),
        FirstHour(what="Answer the buyer's open message", done=answered),
    )
