"""Readings of money that moved: Finances answers and refund mails."""

from __future__ import annotations

from collections.abc import Iterator

from a2z_defense.model.case import Case, SourceState
from a2z_defense.model.finances import MovementKind, ServiceFee
from a2z_defense.model.mail import MailKind
from a2z_defense.model.money import total
from a2z_defense.policy.parcels import claimed_units
from a2z_defense.policy.readings import Reading
from a2z_defense.policy.tables import Tables

Told = tuple[str, str | None, Reading]


def money_readings(case: Case, tables: Tables) -> Iterator[Told]:
    """Charges, refunds and chargebacks of the order."""
    yield from _finances(case, tables)
    for fee in under_csba(case):
        yield "programme", None, Reading("csba", fee.evidence)
    for mail in case.other_mails:
        if mail.read.kind is MailKind.REFUND_ISSUED:
            yield "seller_refunded", None, Reading(True, mail.evidence, "mail")
            if mail.read.sent_at:
                yield "refunded_at", None, Reading(mail.read.sent_at, mail.evidence, "mail")
    yield from _mailed(case)


def under_csba(case: Case) -> tuple[ServiceFee, ...]:
    """The fees which show that every claimed item was sold under Customer Service by Amazon; none when one was not, or
    when a fee of nought leaves it open."""
    charged = [fee for fee in (case.finances.csba_fees if case.finances else ()) if fee.amount.amount > 0]
    claimed = {item_id for item_id, units in claimed_units(case).items() if units > 0}
    return tuple(charged) if claimed and claimed <= {fee.item_id for fee in charged} else ()


def _mailed(case: Case) -> Iterator[Told]:
    """What the refund mails come to. Less than the finance records show is no dispute: a mail may be unread."""
    mails = [m for m in case.other_mails if m.read.refund and m.read.refund.amount]
    mailed = total([m.read.refund.amount for m in mails if m.read.refund and m.read.refund.amount])
    refunds = [m for m in case.finances.movements if m.kind is MovementKind.REFUND] if case.finances else []
    posted = total([m.amount for m in refunds if m.amount is not None])
    if mailed is None:
        return
    if posted is None or posted.currency != mailed.currency or posted.amount < mailed.amount:
        yield "refund_amount", None, Reading(mailed, mails[0].evidence, "mail")


def _may_lag(case: Case, tables: Tables) -> bool:
    """True when a refund mail is so young that the finance records need not show its refund yet."""
    asked, lag = case.source("finances").at, tables.rule("finances_lag").span
    sent = [m.read.sent_at for m in case.other_mails if m.read.kind is MailKind.REFUND_ISSUED and m.read.sent_at]
    return asked is not None and any(asked - lag < at for at in sent)


def _finances(case: Case, tables: Tables) -> Iterator[Told]:
    finances = case.finances
    if finances is None or not finances.evidence:
        return
    whole = finances.complete and case.source("finances").state is SourceState.ANSWERED
    refunds = [m for m in finances.movements if m.kind is MovementKind.REFUND]
    for movement in refunds:
        yield "seller_refunded", None, Reading(True, movement.evidence)
        yield "finance_event", None, Reading(True, movement.evidence)
        if movement.posted_at:
            yield "refunded_at", None, Reading(movement.posted_at, movement.evidence)
        if movement.reference:
            yield "refund_id", None, Reading(movement.reference, movement.evidence)
    amount = total([m.amount for m in refunds if m.amount is not None])
    if amount is not None and all(m.amount is not None for m in refunds):
        yield "refund_amount", None, Reading(amount, refunds[0].evidence)
    if whole and not refunds and not _may_lag(case, tables):
        yield "seller_refunded", None, Reading(False, finances.evidence[0])
    charges = [m for m in finances.movements if m.kind is MovementKind.CHARGE]
    for movement in charges[:1]:
        yield "buyer_charged", None, Reading(True, movement.evidence)
    if whole and not charges:
        yield "buyer_charged", None, Reading(False, finances.evidence[0])
    for movement in finances.movements:
        if movement.kind is MovementKind.CHARGEBACK:
            yield "chargeback", None, Reading(True, movement.evidence)
