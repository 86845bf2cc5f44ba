"""The facts of a case that documents speak of, each with the evidence that tells it. Judges nothing: `policy` does.

A value is None (or empty) when no evidence tells it; the sentence that needs it is then not written.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from a2z_defense.model.assessment import Assessment, ItemState, Level, UnitVerdict
from a2z_defense.model.case import Case, Mail, SourceState
from a2z_defense.model.entries import TRANSLATION, Entry, EntryKind, RecordKind
from a2z_defense.model.finances import Movement, MovementKind
from a2z_defense.model.mail import MailKind
from a2z_defense.model.marketplaces import by_id
from a2z_defense.model.money import Money, total
from a2z_defense.model.tracking import Place
from a2z_defense.policy.addresses import Comparison, Likeness, compare_with_order
from a2z_defense.policy.claim_debits import credits_of, debits_before
from a2z_defense.policy.facts import Facts as PolicyFacts
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.names import same_person
from a2z_defense.policy.parcels import Parcel as PolicyParcel
from a2z_defense.policy.reached import is_automatic, not_delivered
from a2z_defense.policy.readings import Reading, squeezed
from a2z_defense.policy.tables import load_tables

Told = tuple[dt.datetime, str]
"""An instant and the exhibit that tells it."""


_FAILED = frozenset({"refused", "returned", "lost", "damaged"})
"""Values of `tracking_status` beside which no delivery is told."""


@dataclass(frozen=True)
class Parcel:
    """One parcel with what the order, the carrier and the seller's readings tell of it, as the policy weighs them."""

    facts: PolicyFacts
    of: PolicyParcel

    @property
    def key(self) -> str:
        return self.of.key

    @property
    def number(self) -> tuple[str, tuple[str, ...]] | None:
        """The tracking number and every exhibit that names it."""
        number = self.of.tracking_number
        if number is None:
            return None
        told = [reading.exhibit for reading in self.facts.readings("tracking_number", self.of)]
        return number, (*(one.evidence for one in self.of.shipments), *told)

    @property
    def carrier(self) -> Reading | None:
        return self.facts.first("carrier", self.of)

    @property
    def service(self) -> tuple[str, str] | None:
        """The carrier's service and its exhibit."""
        package, exhibit = self.of.package, self.of.order_exhibit
        if package and package.service and exhibit:
            return package.service, exhibit
        return next(((one.service, one.evidence) for one in self.of.shipments if one.service), None)

    @property
    def first_scan(self) -> Told | None:
        """The carrier physically holds the parcel."""
        return self.facts.instant("first_scan_at", self.of)

    @property
    def delivered(self) -> Told | None:
        """On the way to the buyer; a delivery on the way back is none."""
        return self.facts.instant("delivered_at", self.of)

    @property
    def returned(self) -> Told | None:
        return self.facts.instant("returned_at", self.of)

    @property
    def failed(self) -> bool:
        """True when any source says that the parcel went back, was refused, lost or damaged."""
        statuses = {one.value for one in self.facts.readings("tracking_status", self.of)}
        return bool(statuses & _FAILED or self.returned or self.of.return_scans())

    @property
    def place(self) -> tuple[Place, str] | None:
        """The carrier's place of delivery: the address if it is told, else postcode and city."""
        for fact in ("delivery_address", "delivery_postcode_city"):
            reading = self.facts.first(fact, self.of)
            if reading and isinstance(reading.value, Place):
                return reading.value, reading.exhibit
        return None

    @property
    def signed(self) -> tuple[str | None, str] | None:
        """The name as recorded (None: a signature without a name), and its exhibit."""
        reading = self.facts.first("signed_by", self.of)
        if reading:
            return str(reading.value), reading.exhibit
        return next(((None, one.evidence) for one in self.of.shipments if "Signed" in one.forward_details), None)

    @property
    def bought_through_amazon(self) -> tuple[str, ...]:
        """The exhibits that show the label as bought through Amazon."""
        return tuple(one.exhibit for one in self.facts.readings("bought_through_amazon", self.of) if one.value is True)

    @property
    def badge(self) -> Reading | None:
        return self.facts.first("badge", self.of)


@dataclass(frozen=True)
class Spoken:
    """One message of the conversation; `answered_after` is the time to the other side's next message that counts."""

    mail: Mail
    by_seller: bool
    answered_after: dt.timedelta | None
    reached: bool = True
    """False: a machine wrote it, or its delivery failed; it answers nothing."""


class Facts:
    """One case, read for the documents."""

    def __init__(self, case: Case, assessment: Assessment) -> None:
        self.case = case
        self.assessment = assessment

    @cached_property
    def instant(self) -> dt.datetime:
        """The case's own instant: when its newest piece of evidence was obtained. Every document is dated by it."""
        told = [piece.provenance.obtained_at for piece in self.case.evidence]
        told += [entry.at for entry in self.case.entries]
        if not told:
            raise ValueError("a case without evidence")
        return max(told)

    @property
    def zone(self) -> str:
        """The zone of the marketplace's people; UTC when the marketplace is not known."""
        market = by_id(self.case.marketplace_id or "")
        return market.shown_zone if market else "UTC"

    @cached_property
    def claim_notice(self) -> Mail | None:
        """The newest notice that asks or informs of the claim."""
        kinds = {MailKind.CLAIM_RECEIVED, MailKind.ACTION_REQUIRED, MailKind.CLAIM_UNRECOGNISED}
        found = [mail for mail in self.case.notices if mail.read.kind in kinds]
        return found[-1] if found else None

    @cached_property
    def claim_exhibit(self) -> str | None:
        """The notice, or the seller's own entry when the claim was added by hand."""
        if self.claim_notice:
            return self.claim_notice.evidence
        return next((entry.id for entry in self.case.entries if entry.kind is EntryKind.ADDED and entry.id), None)

    @cached_property
    def told(self) -> PolicyFacts:
        """Every reading of every fact, as the policy gathers them; only its shipped word lists play a part in it."""
        return facts_of(self.case, load_tables())

    @property
    def claimed_at(self) -> Told | None:
        """The latest moment at which the claim can have been filed, and the notice that says so."""
        life = self.told.life
        return (life.claim_at, life.claim_exhibit) if life.claim_at and life.claim_exhibit else None

    @cached_property
    def language(self) -> str | None:
        """Of the newest notice."""
        return self.claim_notice.read.language if self.claim_notice else None

    @cached_property
    def parcels(self) -> tuple[Parcel, ...]:
        """Every parcel of the case, in the order's own order."""
        return tuple(Parcel(self.told, one) for one in self.told.parcels)

    def parcel(self, key: str | None) -> Parcel | None:
        """The parcel with that tracking number or reference."""
        found = (one for one in self.parcels if key is not None and squeezed(one.key) == squeezed(key))
        return next(found, None)

    @cached_property
    def defended(self) -> tuple[Parcel, ...]:
        """The parcels whose claimed units the policy defends; when it defends none (yet), those with claimed units."""
        found = (self.parcel(one.tracking_number or one.package) for one in self.assessment.units if one.defended)
        defended = tuple({one.key: one for one in found if one}.values())
        return defended or tuple(one for one in self.parcels if one.of.claimed)

    def stands(self, *item_ids: str, parcel: Parcel | None = None) -> bool:
        """False when the assessment looked at one of these items and does not hold it: then no sentence rests on it."""
        return all(
            item.state in {ItemState.HELD, ItemState.NOT_APPLICABLE}
            for item in self.assessment.items
            if item.id in item_ids and (parcel is None or item.unit is None or item.unit == parcel.key)
        )

    def harmed(self, *item_ids: str, parcel: Parcel | None = None) -> bool:
        """True when one of these harmful items is held: what it contradicts is not written."""
        return any(
            item.state is ItemState.HELD and item.level is Level.HARMFUL
            for item in self.assessment.items
            if item.id in item_ids and (parcel is None or item.unit is None or item.unit == parcel.key)
        )

    @property
    def undefended(self) -> tuple[UnitVerdict, ...]:
        return tuple(verdict for verdict in self.assessment.units if not verdict.defended)

    def in_town(self, place: Place) -> bool:
        """True when the carrier's postcode and city are those of the order's address."""
        return self._compare(place, town_only=True).likeness is Likeness.SAME

    def at_address(self, place: Place) -> str | None:
        """`address` when every line is the order's too, `house` when one side adds a line to street and number."""
        found = self._compare(place, town_only=False)
        return ("address" if found.whole else "house") if found.likeness is Likeness.SAME else None

    def _compare(self, place: Place, *, town_only: bool) -> Comparison:
        order = self.case.order
        if order is None:
            return Comparison(Likeness.UNKNOWN, "the order is not known")
        return compare_with_order(order.address, place, town_only=town_only)

    def is_recipient(self, name: str | None) -> bool:
        """True when `name` is the buyer's or the recipient's own, initials allowed (`N. Rossi` is Nora Rossi)."""
        order = self.case.order
        if order is None or not name:
            return False
        return any(same_person(name, known) for known in (order.address.name, order.buyer_name) if known)

    @cached_property
    def conversation(self) -> tuple[Spoken, ...]:
        """Buyer's and seller's messages by time, with how long each waited for an answer of the other side."""
        mails = [mail for mail in self.case.messages if mail.read.sent_at]
        mails.sort(key=lambda mail: (mail.read.sent_at or dt.datetime.min.replace(tzinfo=dt.UTC), mail.evidence))
        found, failed = [], not_delivered(self.case)
        idle = {mail.evidence for mail in mails if mail.evidence in failed or is_automatic(mail)}
        for index, mail in enumerate(mails):
            seller = mail.read.kind is MailKind.SELLER_MESSAGE
            others = (m for m in mails[index + 1 :] if m.evidence not in idle)
            later = next((m for m in others if (m.read.kind is MailKind.SELLER_MESSAGE) != seller), None)
            waited = None
            if later and later.read.sent_at and mail.read.sent_at and not seller:
                waited = later.read.sent_at - mail.read.sent_at
            found.append(Spoken(mail, seller, waited, mail.evidence not in idle))
        return tuple(found)

    @cached_property
    def undated_messages(self) -> tuple[Mail, ...]:
        return tuple(mail for mail in self.case.messages if mail.read.sent_at is None)

    @cached_property
    def buyer_wrote(self) -> tuple[Spoken, ...]:
        return tuple(one for one in self.conversation if one.mail.read.kind is MailKind.BUYER_MESSAGE)

    @cached_property
    def buyer_language(self) -> str | None:
        """Of the buyer's last message."""
        return self.buyer_wrote[-1].mail.read.language if self.buyer_wrote else None

    def translation_of(self, exhibit: str) -> Entry | None:
        """The seller's newest unofficial translation of an exhibit: printed beside it, read for nothing."""
        found = [one for one in self.case.entries if one.fact == TRANSLATION and one.from_exhibit == exhibit]
        return found[-1] if found else None

    @cached_property
    def refunds(self) -> tuple[Movement, ...]:
        """Refunds of the seller to the buyer; claim debits are not refunds."""
        finances = self.case.finances
        return tuple(one for one in finances.movements if one.kind is MovementKind.REFUND) if finances else ()

    @cached_property
    def refunded(self) -> Money | None:
        """The sum of the refunds; None when there is none, or one has no amount."""
        amounts = [one.amount for one in self.refunds if one.amount]
        return total(amounts) if len(amounts) == len(self.refunds) else None

    @cached_property
    def debited_before(self) -> tuple[Movement, ...]:
        """What Amazon took for the order's earlier claims; nothing when a credit may have given it back."""
        return () if credits_of(self.case) else debits_before(self.case, self.told.life.claim_early)

    @cached_property
    def paid(self) -> Money | None:
        """What the buyer paid, by the finances."""
        finances = self.case.finances
        charges = [one for one in finances.movements if one.kind is MovementKind.CHARGE] if finances else []
        amounts = [one.amount for one in charges if one.amount]
        return total(amounts) if len(amounts) == len(charges) else None

    @property
    def no_refund_recorded(self) -> bool:
        """True when the finances answered whole and hold no refund, and nothing else on file tells of one."""
        answered = self.case.source("finances").state is SourceState.ANSWERED
        whole = bool(answered and self.case.finances and self.case.finances.complete and not self.refunds)
        return whole and not self.refund_told

    @cached_property
    def refund_told(self) -> bool:
        """True when a mail, a row of the returns report or a reading of the seller tells of a refund."""
        facts = ("refund_amount", "refund_id", "refunded_at", "finance_event", "seller_refunded")
        told = any(one.value is not False for fact in facts for one in self.told.readings(fact))
        mails = (*self.case.other_mails, *self.case.quarantined)
        mailed = any(mail.read.kind is MailKind.REFUND_ISSUED for mail in mails)
        return told or mailed or any(row.refunded and row.refunded.amount for row in self.case.returns)

    @cached_property
    def refund_agrees(self) -> bool:
        """False when a mail or a reading tells another sum than the finances: then no sum is written."""
        sums = {one.value for one in self.told.readings("refund_amount") if isinstance(one.value, Money)}
        sums |= {m.read.refund.amount for m in self.case.other_mails if m.read.refund and m.read.refund.amount}
        each = {one.amount for one in self.refunds}
        return all(one == self.refunded or one in each for one in sums)

    @cached_property
    def sent_to_buyer(self) -> Entry | None:
        """The seller's record that the message went out, the newest."""
        found = [one for one in self.case.entries if one.record is RecordKind.MESSAGED and one.id]
        return found[-1] if found else None

    @cached_property
    def responded(self) -> Entry | None:
        """The seller's record that an answer was sent, the newest."""
        found = [one for one in self.case.entries if one.record is RecordKind.RESPONDED and one.id]
        return found[-1] if found else None

    def instant_of(self, fact: str) -> Told | None:
        """The earliest reading of an instant that is told of the whole order, with its exhibit."""
        return self.told.instant(fact)

    def exhibits_of(self, fact: str) -> tuple[str, ...]:
        """Every exhibit that tells the fact."""
        return tuple(dict.fromkeys(reading.exhibit for reading in self.told.readings(fact)))

    def source_answered(self, name: str) -> Told | None:
        """When a source last answered, with its newest exhibit; None when it did not, or left none."""
        report = self.case.source(name)
        if report.state is not SourceState.ANSWERED or report.at is None or not report.evidence:
            return None
        return report.at, report.evidence[-1]

    def item_exhibit(self, item_id: str) -> str | None:
        """The exhibit of a catalogue item that is held; None when it is not."""
        item = self.assessment.item(item_id)
        return item.exhibit if item and item.state is ItemState.HELD else None

    def known(self, exhibit: str | None) -> bool:
        """True when the case rests on that evidence."""
        return exhibit is not None and self.case.piece(exhibit) is not None
