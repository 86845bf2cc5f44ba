"""Readings of returns: the returns report and the return mails."""

from __future__ import annotations

from collections.abc import Iterator

from a2z_defense.model.case import Case
from a2z_defense.model.finances import MovementKind, ReturnRow
from a2z_defense.model.money import total
from a2z_defense.model.tracking import ScanKind
from a2z_defense.policy.gather.mails import return_number
from a2z_defense.policy.parcels import forward_numbers
from a2z_defense.policy.readings import Reading, Value, squeezed
from a2z_defense.policy.sent_back import sent_back
from a2z_defense.policy.tables import Tables

Told = tuple[str, str | None, Reading]

_BUYERS = frozenset({"CUSTOMER", "BUYER"})
_SELLERS = frozenset({"SELLER", "MERCHANT", "AMAZON"})
"""Who pays for a return label, in the report's words without case and spaces."""


def return_readings(case: Case, tables: Tables) -> Iterator[Told]:
    """Requests, authorisations, labels and movements of the order's returns."""
    for row in case.returns:
        values: tuple[tuple[str, Value | None], ...] = (
            ("return_requested_at", row.requested_at or row.requested_on),
            ("return_offered_at", row.authorised_at),
            ("return_tracking_number", row.tracking_number),
            ("return_received_at", row.delivered_at or row.delivered_on),
            ("return_label_given", _prepaid(row)),
        )
        for fact, value in values:
            if value is not None:
                yield fact, None, Reading(value, row.evidence)
    yield from _refunded(case)
    for mail in case.other_mails:
        facts = mail.read.return_request
        if facts is None:
            continue
        asked = facts.requested_on or mail.read.sent_at
        if asked:
            yield "return_requested_at", None, Reading(asked, mail.evidence, "mail")
        if facts.authorised and mail.read.sent_at:
            yield "return_offered_at", None, Reading(mail.read.sent_at, mail.evidence, "mail")
        if facts.tracking_number:
            yield "return_tracking_number", None, Reading(facts.tracking_number, mail.evidence, "mail")
    named = _named_by_buyer(case, tables)
    for number, exhibit in named.values():
        yield "return_tracking_number", None, Reading(number, exhibit, "mail")
    yield from _tracked(case, frozenset(named))


def _refunded(case: Case) -> Iterator[Told]:
    """A refund that Amazon's returns report tells; its amount counts where no other record tells one: a report has one
    amount for all that was refunded."""
    told = [row for row in case.returns if row.refunded and row.refunded.amount > 0]
    for row in told:
        yield "seller_refunded", None, Reading(True, row.evidence)
    movements = case.finances.movements if case.finances else ()
    elsewhere = any(m.kind is MovementKind.REFUND and m.amount for m in movements)
    elsewhere |= any(mail.read.refund and mail.read.refund.amount for mail in case.other_mails)
    amount = total([row.refunded for row in told if row.refunded])
    if amount is not None and not elsewhere:
        yield "refund_amount", None, Reading(amount, told[0].evidence)


def _prepaid(row: ReturnRow) -> bool | None:
    """Whether the row's label cost the buyer nothing; None when the row does not tell. Amazon's report names an unpaid
    label `AmazonUnPaidLabel`, and says in a column who pays."""
    if not row.label_type:
        return None
    payer = squeezed(row.label_paid_by or "")
    if "UNPAID" in squeezed(row.label_type) or payer in _BUYERS:
        return False
    return True if "PREPAID" in squeezed(row.label_type) or payer in _SELLERS else None


def _named_by_buyer(case: Case, tables: Tables) -> dict[str, tuple[str, str]]:
    """Numbers that the buyer names for a return and that an attached record holds, each with the buyer's exhibit."""
    held = {squeezed(shipment.tracking_number) for shipment in case.shipments}
    return {
        plain: (number, told.exhibit)
        for told in sent_back(case, tables)
        for number in told.numbers
        if (plain := squeezed(number)) in held
    }


def _tracked(case: Case, named: frozenset[str]) -> Iterator[Told]:
    """Scans of the return's own tracking number: a first physical scan is posting, a delivery is receipt."""
    numbers = {squeezed(row.tracking_number) for row in case.returns if row.tracking_number}
    numbers |= {squeezed(s.return_tracking_number) for s in case.shipments if s.return_tracking_number}
    for mail in (*case.other_mails, *case.notices):
        asked, notice = mail.read.return_request, mail.read.notice
        told = asked.tracking_number if asked else return_number(notice) if notice else None
        if told:
            numbers.add(squeezed(told))
    numbers |= named
    for shipment in case.shipments:
        number = squeezed(shipment.tracking_number)
        if number not in numbers:
            continue
        timed = sorted((s for s in shipment.scans if s.at is not None), key=lambda s: (s.at, s.code))
        if number in forward_numbers(case):
            # Sent back under the number that it was sent out with: what follows the delivery is the way back.
            ways_out = [nth for nth, scan in enumerate(timed, 1) if scan.kind is ScanKind.DELIVERED]
            timed = timed[ways_out[0] :] if ways_out else []
        for scan in timed:
            if scan.at is not None and scan.kind not in {ScanKind.LABEL, ScanKind.OTHER}:
                yield "return_posted_at", None, Reading(scan.at, scan.evidence)
                yield "return_label_used", None, Reading(True, scan.evidence)
                break
        for scan in timed:
            if scan.at is not None and scan.kind is ScanKind.DELIVERED:
                yield "return_received_at", None, Reading(scan.at, scan.evidence)
                break
