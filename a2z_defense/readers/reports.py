"""How each source of evidence stands for a case: answered, partial, refused, failed, never asked.

This is what keeps unknown apart from missing: "no scans" means something only when somebody answered.
"""

from __future__ import annotations

from collections.abc import Iterable

from a2z_defense.model.case import Case, SourceReport, SourceState
from a2z_defense.model.circumstances import Circumstances, Failure
from a2z_defense.model.evidence import Evidence, EvidenceKind, Trouble
from a2z_defense.model.order import Completeness

KINDS: dict[str, tuple[EvidenceKind, ...]] = {
    "order": (EvidenceKind.ORDER,),
    "finances": (EvidenceKind.FINANCES, EvidenceKind.FINANCES_SLICE),
    "tracking": (EvidenceKind.TRACKING,),
    "shipment": (EvidenceKind.SHIPMENT,),
    "returns": (EvidenceKind.RETURNS,),
    "listing": (EvidenceKind.LISTING, EvidenceKind.CATALOG),
    "messaging": (EvidenceKind.MESSAGING,),
    "account_health": (EvidenceKind.ACCOUNT_HEALTH,),
}

NEEDED = ("order", "finances")
"""Sources that have a record of every order that is ours."""
_STATES = {
    Trouble.REFUSED: SourceState.REFUSED,
    Trouble.NO_ANSWER: SourceState.FAILED,
    Trouble.UNREADABLE: SourceState.FAILED,
    Trouble.NO_RECORD: SourceState.NO_RECORD,
    Trouble.NOT_CONFIGURED: SourceState.NOT_ASKED,
}


def source_reports(case: Case, circumstances: Circumstances) -> tuple[SourceReport, ...]:
    """The last word of every source, in a fixed order."""
    failures = {failure.source: failure for failure in circumstances.failures}
    return (_mail(case, circumstances), *(_report(case, name, failures.get(name)) for name in KINDS))


def _mail(case: Case, circumstances: Circumstances) -> SourceReport:
    """The mailbox, cropped to the time that this case is about: mail of other days is no part of it."""
    held = tuple(mail.evidence for mail in (*case.notices, *case.messages, *case.other_mails))
    if circumstances.mail_from is None or circumstances.mail_to is None:
        if held:
            return SourceReport(source="mail", state=SourceState.ANSWERED, evidence=held)
        return SourceReport(source="mail", state=SourceState.NOT_ASKED, why="no mailbox was read")
    since = circumstances.mail_from
    until = circumstances.mail_to
    if case.order is not None:
        since = max(since, case.order.created_at)
    ends = [mail.read.sent_at for mail in case.notices if mail.read.sent_at is not None]
    if ends:
        until = min(until, max(ends))
    if since > until:
        return SourceReport(source="mail", state=SourceState.ANSWERED, evidence=held)
    return SourceReport(source="mail", state=SourceState.ANSWERED, evidence=held, covers_from=since, covers_to=until)


def _report(case: Case, name: str, failure: Failure | None) -> SourceReport:
    held = [piece for piece in case.evidence if piece.kind in KINDS[name]]
    ids = tuple(piece.id for piece in held)
    if not held:
        if failure is None:
            return SourceReport(source=name, state=SourceState.NOT_ASKED)
        state = _STATES[failure.trouble]
        if state is SourceState.NO_RECORD and name in NEEDED:
            # Amazon knows no such order under this account: nothing about it is known, and nothing is missing.
            state = SourceState.FAILED
        return SourceReport(source=name, state=state, why=failure.why)
    if not _readable(case, name, ids):
        return SourceReport(
            source=name, state=SourceState.FAILED, why="the answer is kept but cannot be read", evidence=ids
        )
    if name == "returns" and (unasked := _days_not_asked(case, held)):
        return SourceReport(source=name, state=SourceState.NOT_ASKED, why=unasked, evidence=ids)
    why = f"an earlier answer; the last try failed: {failure.why}" if failure else ""
    state = SourceState.ANSWERED
    if name == "order" and case.order is not None and case.order.address.completeness is not Completeness.FULL:
        state = SourceState.PARTIAL
        why = why or "Amazon filled in no full address (role, or age of the order)"
    return SourceReport(
        source=name,
        state=state,
        why=why,
        at=max(piece.provenance.obtained_at for piece in held),
        evidence=ids,
    )


def _days_not_asked(case: Case, held: Iterable[Evidence]) -> str:
    """Why reports without a row of the order do not say that there is none: they begin after the order."""
    begins = [piece.provenance.covers_from for piece in held if piece.provenance.covers_from is not None]
    if case.returns or case.order is None or not begins or min(begins) <= case.order.created_at:
        return ""
    return (
        f"about the days before {min(begins).date().isoformat()};"
        f" the order is of {case.order.created_at.date().isoformat()}"
    )


def _readable(case: Case, name: str, ids: Iterable[str]) -> bool:
    """True when the reader of that source made something of the evidence."""
    match name:
        case "order":
            return case.order is not None
        case "finances":
            return case.finances is not None
        case "tracking":
            return any(shipment.evidence in ids for shipment in case.shipments)
        case "shipment":
            return bool(case.labels)
        case "listing":
            return bool(case.listings)
        case "messaging":
            return case.messaging is not None
        case "account_health":
            return case.account_health is not None
        case _:
            return True
