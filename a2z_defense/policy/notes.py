"""What is said to the seller beside the decision: warnings, alarms, risks in past messages."""

from __future__ import annotations

from collections.abc import Iterator

from a2z_defense.base.instants import utc_text
from a2z_defense.model.assessment import MessageRisk, Protection, Status
from a2z_defense.model.case import SourceState
from a2z_defense.model.entries import RecordKind
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Funder, MailKind, Outcome, Reason, Trust
from a2z_defense.model.order import Completeness
from a2z_defense.policy.claim_debits import debits_before
from a2z_defense.policy.facts import Facts
from a2z_defense.policy.gather.stated import cannot_show
from a2z_defense.policy.lint import lint
from a2z_defense.policy.names import same_person
from a2z_defense.policy.parcels import forward_numbers
from a2z_defense.policy.phrases import find, first_words, only_asks
from a2z_defense.policy.place_words import no_name
from a2z_defense.policy.probes.messages import replies
from a2z_defense.policy.protection import FAIL
from a2z_defense.policy.readings import squeezed
from a2z_defense.policy.reason import reason_of
from a2z_defense.policy.receipt import about, acknowledgement, harmless, not_received, of_this_order
from a2z_defense.policy.unanswered import slow_answers, unanswered_cancellation

_TRUST = {
    Trust.UNAUTHENTICATED: "notices that carry no authentication (forwarded or exported)",
    Trust.UNVERIFIED: "notices that were not verified by a receiver that you trust",
    Trust.ALTERED: "notices that were altered on their way",
    Trust.QUARANTINED: "notices that failed authentication and were released by hand",
}


def alarms(facts: Facts) -> tuple[str, ...]:
    """Words of injury or fire: a person must look, nothing is drafted. Each names its exhibit."""
    found: dict[str, None] = {}
    for exhibit, text in _buyers_words(facts):
        hit = find(text, "danger", facts.tables)
        if hit is not None:
            found[f"words of injury, fire or danger in {exhibit}: “{hit.sentence}”"] = None
    return tuple(found)


def _buyers_words(facts: Facts) -> Iterator[tuple[str, str]]:
    for reading in facts.readings("buyer_comment"):
        yield reading.exhibit, reading.words
    for mail in facts.case.earlier_notices:
        if mail.read.notice is not None and mail.read.notice.buyer_comment:
            yield mail.evidence, mail.read.notice.buyer_comment
    for mail in facts.case.messages:
        if mail.read.kind is not MailKind.SELLER_MESSAGE and mail.read.message is not None:
            yield mail.evidence, mail.read.message.text
    for mail in facts.case.other_mails:
        if mail.read.return_request is not None and mail.read.return_request.comment:
            yield mail.evidence, mail.read.return_request.comment


def risks(facts: Facts) -> tuple[MessageRisk, ...]:
    """Rules that the seller's own past messages on this order break."""
    found: dict[MessageRisk, None] = {}
    for mail in facts.case.messages:
        if mail.read.kind is MailKind.SELLER_MESSAGE and mail.read.message is not None:
            text, language = mail.read.message.text, mail.read.language or "en"
            for finding in lint(text, audience="buyer", language=language, tables=facts.tables):
                found[MessageRisk(exhibit=mail.evidence, rule=finding.rule, found=finding.found, why=finding.why)] = (
                    None
                )
    return tuple(found)


def warnings(facts: Facts, protection: tuple[Protection, ...]) -> tuple[str, ...]:
    """What the seller must know, most pressing first."""
    return tuple(dict.fromkeys([*_paid_before(facts), *_clock(facts), *_money(facts, protection), *_others(facts)]))


def _others(facts: Facts) -> Iterator[str]:
    yield from unanswered_cancellation(facts)
    yield from slow_answers(facts)
    yield from _story(facts)
    yield from _records(facts)
    yield from _signatures(facts)
    yield from _mails(facts)
    yield from _data(facts)


def _story(facts: Facts) -> Iterator[str]:
    """The claim says that nothing came, and the buyer writes that something came and was wrong."""
    if reason_of(facts).key is not Reason.NOT_RECEIVED:
        return
    for mail in facts.case.messages:
        text = mail.read.message.text if mail.read.message and mail.read.kind is MailKind.BUYER_MESSAGE else ""
        wrong = find(text, "not_as_described", facts.tables)
        if wrong is not None and not_received(text, facts.tables) is None:  # who says what was in it has had it
            yield (
                f"the claim says not received, and what the buyer writes in {mail.evidence} points to not as described:"
                f" “{wrong.sentence}”; answer both"
            )


def _paid_before(facts: Facts) -> Iterator[str]:
    """What Amazon took for, or granted of, the order's earlier claims."""
    for debit in debits_before(facts.case, facts.life.claim_early):
        if debit.posted_at is not None:
            yield (
                f"Amazon debited {debit.amount} for an earlier claim on this order on {utc_text(debit.posted_at)}"
                f" ({debit.evidence}): another grant, or a refund, may pay the same twice"
            )


def _clock(facts: Facts) -> Iterator[str]:
    life = facts.life
    if any(request.start is None and not request.seen for request in life.open_requests()):
        yield "the date of a notice is not known: fetch the original mail, or record the due time from Seller Central"
    yield from _filed(facts)
    if any(found.record is RecordKind.MISSED for found in life.happenings) and life.outcome() is None:
        yield "the request was missed: answer while the button is there, then prepare the appeal"
    outcome = life.outcome()
    for at, exhibit in life.debits if outcome is None else ():
        yield (
            f"Amazon's finance records show a debit for a guarantee claim on {utc_text(at)} ({exhibit}), and no"
            f" decision is held{_or_earlier(facts)}: look in Seller Central and record it;"
            f" {facts.tables.rule('appeal').text}"
        )
    if outcome is not None and outcome.outcome is Outcome.UNKNOWN:
        yield "the decision's outcome could not be read: look in Seller Central and record it"
    if outcome is not None and outcome.outcome is Outcome.GRANTED and life.funder() is Funder.UNKNOWN:
        yield "the decision does not say who pays: look in Seller Central and record it"
    weak = [f for f in life.happenings if f.outcome is not None and any(r.rank > f.rank for r in life.open_requests())]
    if weak:
        yield f"the decision {weak[-1].exhibit} is less authenticated than the request and stops no clock; record it"


def _or_earlier(facts: Facts) -> str:
    """Whose the debit may be, when an earlier claim was granted and no debit of before this claim is its own."""
    granted = any(
        mail.read.notice and mail.read.notice.decision and mail.read.notice.decision.outcome is Outcome.GRANTED
        for mail in facts.case.earlier_notices
    )
    before = debits_before(facts.case, facts.life.claim_early)
    return ", or it belongs to the earlier claim, which was granted" if granted and not before else ""


def _filed(facts: Facts) -> Iterator[str]:
    """What the claim's date says by Amazon's own rules: filed too late, or on a contact that nobody answered."""
    claimed, end = facts.life.claim_at, facts.instant("delivery_window_end")
    if claimed is None:
        return
    latest, grant = facts.tables.rule("not_received_latest"), facts.tables.rule("message_grant")
    if end is not None and claimed > end[0] + latest.span:
        yield (
            f"the claim of {utc_text(claimed)} came more than {latest.amount} days after the end of the delivery window"
            f" ({utc_text(end[0])}): {latest.text} ({latest.cited})"
        )
    for mail, answered, _ in replies(facts):
        asked = mail.read.sent_at
        if not of_this_order(facts.case, mail):
            continue
        if asked is not None and asked + grant.span <= claimed and (answered is None or answered > asked + grant.span):
            when = f"the buyer's message of {utc_text(asked)} ({mail.evidence})"
            yield f"{when} had no answer within {grant.amount} hours when the claim came: {grant.text}"
            return


def _money(facts: Facts, protection: tuple[Protection, ...]) -> Iterator[str]:
    decided = facts.life.status() in {Status.DECIDED, Status.CLOSED}
    if not decided and not facts.says("seller_refunded"):
        yield (
            "do not refund or reship while the claim is open: a refund counts in the ODR and, with a grant, pays twice"
            + ("; it would lose Claims Protection" if protection and all(p.result != FAIL for p in protection) else "")
        )
    for back in facts.case.finances.movements if facts.case.finances else ():
        if back.kind is MovementKind.REFUND_REVERSAL:
            on = f" on {utc_text(back.posted_at)}" if back.posted_at else ""
            yield f"a refund of {back.amount} was taken back{on} ({back.evidence}): the buyer has nothing of it"
    fees = facts.case.finances.csba_fees if facts.case.finances else ()
    if fees and not facts.readings("programme"):
        yield (
            f"Amazon lists a fee of {fees[0].amount} for Customer Service by Amazon ({fees[0].evidence}); it does not"
            " show that every claimed item was sold under it. Look in Seller Central: its claims go through SAFE-T;"
            " a2z state CLAIM programme csba --from EXHIBIT"
        )
    if any(found.state is SourceState.ANSWERED for found in [facts.case.source("finances")]):
        yield "Amazon's finance records may show a movement up to 48 hours late"


def _records(facts: Facts) -> Iterator[str]:
    """A carrier's record of a number that is none of the order's, and what was said of the buyer from such a record."""
    known = {squeezed(parcel.tracking_number) for parcel in facts.parcels if parcel.tracking_number}
    known |= forward_numbers(facts.case)
    known |= {squeezed(reading.words) for reading in facts.readings("return_tracking_number")}
    known |= {squeezed(s.return_tracking_number) for s in facts.case.shipments if s.return_tracking_number}
    for shipment in facts.case.shipments:
        if squeezed(shipment.tracking_number) not in known:
            yield (
                f"{shipment.evidence} is a record of {shipment.tracking_number}, which is no number of this order: when"
                f" the carrier handed the parcel on, a2z state CLAIM tracking_number {shipment.tracking_number} --from"
                f" {shipment.evidence}; when it is the return's, state return_tracking_number"
            )
    for entry in facts.case.entries:
        if why := cannot_show(facts.case, entry, facts.tables):
            yield f"{entry.fact} was stated from {entry.from_exhibit}, {why}"
    for entry in facts.case.entries:
        if entry.numbers == () and entry.file:
            yield f"the text of {entry.file} names no tracking number: that it is of this parcel is not told by it"
    yield from _misread(facts)
    offered, claimed = facts.instant("return_offered_at"), facts.life.claim_at
    if offered is not None and claimed is not None and offered[0] > claimed:
        when = utc_text(offered[0])
        yield f"the return was authorised on {when} ({offered[1]}), only after the claim of {utc_text(claimed)}"


def _misread(facts: Facts) -> Iterator[str]:
    """A stated acknowledgement from a message that denies it, only asks, or is understood and says nothing of it."""
    stated = {r.exhibit for r in facts.readings("buyer_acknowledged_receipt") if r.by == "seller" and r.value is True}
    for mail in (one for one in facts.case.messages if one.evidence in stated and one.read.message):
        text, spoken = mail.read.message.text if mail.read.message else "", about(facts.case, mail)
        silent = harmless(text, facts.tables, spoken) and acknowledgement(text, facts.tables, spoken) is None
        if silent or only_asks(text) or not_received(text, facts.tables) is not None:
            yield (
                f"buyer_acknowledged_receipt was stated from {mail.evidence}, and what the buyer writes there does not"
                f" say so: “{first_words(text)}”; look at it again"
            )


def _signatures(facts: Facts) -> Iterator[str]:
    order = facts.case.order
    own = [name for name in (order.address.name, order.buyer_name) if name] if order else []
    for parcel in facts.claimed_parcels if own else ():
        for signed in facts.readings("signed_by", parcel)[:1]:
            if no_name(signed.words, facts.tables) is None and not any(same_person(signed.words, name) for name in own):
                yield f"the parcel was signed for by {signed.words}, which is no name on the order: ask who that is"


def _mails(facts: Facts) -> Iterator[str]:
    for trust, words in _TRUST.items():
        doubted = dict.fromkeys(mail.evidence for mail in facts.case.notices if mail.read.trust is trust)
        if doubted:
            yield f"{words}: {', '.join(doubted)}; open Seller Central yourself, click nothing"
    waiting = [mail for mail in facts.case.quarantined if not mail.released]
    if waiting:
        yield f"notices on this order in quarantine: {len(waiting)} (a2z list --quarantine)"
    for mail in facts.case.other_mails:
        if mail.read.kind is MailKind.OPT_OUT:
            yield f"the buyer opted out of messages ({mail.evidence}): send nothing that the order does not need"
        elif mail.read.kind is MailKind.CHARGEBACK:
            yield f"a chargeback runs on the same order ({mail.evidence}): it has a clock and an answer of its own"
        elif mail.read.kind is MailKind.DELIVERY_FAILURE:
            yield f"a message to the buyer was not delivered ({mail.evidence}): do not say that it was"


def _data(facts: Facts) -> Iterator[str]:
    order = facts.case.order
    if order is not None and order.address.completeness is not Completeness.FULL:
        yield "the order's answer holds no full address (role or age): nothing can be compared with it"
    for report in facts.case.sources:
        if report.state in {SourceState.FAILED, SourceState.REFUSED}:
            why = f": {report.why}" if report.why else ""
            yield f"{report.source} gave no answer ({report.state.value}{why}): what it alone could tell is unknown"
