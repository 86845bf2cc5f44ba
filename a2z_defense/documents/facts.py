"""The facts of a case that documents speak of, each with the evidence that tells it. Judges nothing: `policy` does.

A value is None (or empty) when no evidence tells it; the sentence that needs it is then not written.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from a2z_defense.model.assessment import Assessment, ItemState, UnitVerdict
from a2z_defense.model.case import Case, Mail, SourceState
from a2z_defense.model.entries import Entry, EntryKind, RecordKind
from a2z_defense.model.finances import Movement, MovementKind
from a2z_defense.model.mail import MailKind
from a2z_defense.model.marketplaces import by_id
from a2z_defense.model.money import Money, total
from a2z_defense.model.order import Package
from a2z_defense.model.tracking import Leg, Place, Scan, ScanKind, Shipment


@dataclass(frozen=True)
class Parcel:
    """One tracking number with what the order and the carrier tell of it."""

    tracking_number: str
    package: Package | None
    shipments: tuple[Shipment, ...]

    @property
    def carrier(self) -> str | None:
        told = [self.package.carrier if self.package else None, *(found.carrier for found in self.shipments)]
        return next((name for name in told if name), None)

    @property
    def service(self) -> str | None:
        told = [self.package.service if self.package else None, *(found.service for found in self.shipments)]
        return next((name for name in told if name), None)

    @cached_property
    def scans(self) -> tuple[Scan, ...]:
        """Every scan, by time; those without a time last, in the carrier's order."""
        late = dt.datetime.max.replace(tzinfo=dt.UTC)
        return tuple(sorted((scan for found in self.shipments for scan in found.scans), key=lambda one: one.at or late))

    def first(self, kind: ScanKind, leg: Leg = Leg.FORWARD) -> Scan | None:
        """The first scan of that kind with a time."""
        return next((scan for scan in self.scans if scan.kind is kind and scan.leg is leg and scan.at), None)

    @property
    def first_scan(self) -> Scan | None:
        """The carrier physically holds the parcel."""
        return self.first(ScanKind.COLLECTED)

    @property
    def delivered(self) -> Scan | None:
        return self.first(ScanKind.DELIVERED)

    @property
    def signed(self) -> Scan | None:
        """The delivery scan that records a signature."""
        scan = self.delivered
        if scan is None:
            return None
        told = any("Signed" in found.forward_details for found in self.shipments if found.evidence == scan.evidence)
        return scan if scan.signed_by or told else None


@dataclass(frozen=True)
class Spoken:
    """One message of the conversation; `answered_after` is the time to the other side's next message."""

    mail: Mail
    by_seller: bool
    answered_after: dt.timedelta | None


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
        """The marketplace's zone; UTC when the marketplace is not known."""
        market = by_id(self.case.marketplace_id or "")
        return market.zone if market else "UTC"

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
    def claimed_at(self) -> tuple[dt.datetime, str] | None:
        """When the claim was filed, as the first notice says, and the notice."""
        told = [
            ((mail.read.notice.claimed_on if mail.read.notice else None) or mail.read.sent_at, mail.evidence)
            for mail in self.case.notices
        ]
        known = [(when, exhibit) for when, exhibit in told if when]
        return min(known) if known else None

    @cached_property
    def language(self) -> str | None:
        """Of the newest notice."""
        return self.claim_notice.read.language if self.claim_notice else None

    @cached_property
    def parcels(self) -> tuple[Parcel, ...]:
        """Every tracking number of the order or of a carrier's record, in the order of the packages."""
        packages = self.case.order.packages if self.case.order else ()
        numbers = [package.tracking_number for package in packages if package.tracking_number]
        numbers += [shipment.tracking_number for shipment in self.case.shipments]
        found = []
        for number in dict.fromkeys(numbers):
            package = next((one for one in packages if one.tracking_number == number), None)
            shipments = tuple(one for one in self.case.shipments if one.tracking_number == number)
            found.append(Parcel(number, package, shipments))
        return tuple(found)

    def parcel(self, tracking_number: str | None) -> Parcel | None:
        """The parcel with that number."""
        return next((parcel for parcel in self.parcels if parcel.tracking_number == tracking_number), None)

    @cached_property
    def defended(self) -> tuple[Parcel, ...]:
        """The parcels whose claimed units the policy defends; without verdicts, every parcel."""
        verdicts = self.assessment.units
        if not verdicts:
            return self.parcels
        numbers = dict.fromkeys(verdict.tracking_number for verdict in verdicts if verdict.defended)
        return tuple(parcel for number in numbers if (parcel := self.parcel(number)))

    @property
    def undefended(self) -> tuple[UnitVerdict, ...]:
        return tuple(verdict for verdict in self.assessment.units if not verdict.defended)

    def in_address(self, place: Place | None) -> bool:
        """True when the carrier's place names the postcode and the city of the order's address."""
        order = self.case.order
        if order is None or place is None or not (place.postal_code and place.city):
            return False
        address = order.address
        return _same(place.postal_code, address.postal_code) and _same(place.city, address.city)

    def at_address(self, place: Place | None) -> bool:
        """True when it names a street line of it too."""
        order = self.case.order
        if order is None or place is None or not self.in_address(place):
            return False
        return any(_same(line, own) for line in place.lines for own in order.address.lines)

    def is_recipient(self, name: str | None) -> bool:
        """True when `name` is the buyer's or the recipient's own, initials allowed (`N. Rossi` is Nora Rossi)."""
        order = self.case.order
        if order is None or not name:
            return False
        return any(_same_person(name, known) for known in (order.address.name, order.buyer_name) if known)

    @cached_property
    def conversation(self) -> tuple[Spoken, ...]:
        """Buyer's and seller's messages by time, with how long each waited for an answer of the other side."""
        mails = [mail for mail in self.case.messages if mail.read.sent_at]
        mails.sort(key=lambda mail: (mail.read.sent_at or dt.datetime.min.replace(tzinfo=dt.UTC), mail.evidence))
        found = []
        for index, mail in enumerate(mails):
            seller = mail.read.kind is MailKind.SELLER_MESSAGE
            later = next((m for m in mails[index + 1 :] if (m.read.kind is MailKind.SELLER_MESSAGE) != seller), None)
            waited = None
            if later and later.read.sent_at and mail.read.sent_at and not seller:
                waited = later.read.sent_at - mail.read.sent_at
            found.append(Spoken(mail, seller, waited))
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
    def paid(self) -> Money | None:
        """What the buyer paid, by the finances."""
        finances = self.case.finances
        charges = [one for one in finances.movements if one.kind is MovementKind.CHARGE] if finances else []
        amounts = [one.amount for one in charges if one.amount]
        return total(amounts) if len(amounts) == len(charges) else None

    @property
    def no_refund_recorded(self) -> bool:
        """True when the finances answered whole and hold no refund."""
        answered = self.case.source("finances").state is SourceState.ANSWERED
        return bool(answered and self.case.finances and self.case.finances.complete and not self.refunds)

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

    def item_exhibit(self, item_id: str) -> str | None:
        """The exhibit of a catalogue item that is held; None when it is not."""
        item = self.assessment.item(item_id)
        return item.exhibit if item and item.state is ItemState.HELD else None

    def known(self, exhibit: str | None) -> bool:
        """True when the case rests on that evidence."""
        return exhibit is not None and self.case.piece(exhibit) is not None


def _fold(text: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and _fold(one or "").replace(" ", "") == _fold(other or "").replace(" ", "")


def _same_person(name: str, known: str) -> bool:
    parts, own = _fold(name).split(), _fold(known).split()
    if not parts or not own or parts[-1] != own[-1]:
        return _same(name, known)
    return all(any(full.startswith(part) if len(part) == 1 else full == part for full in own) for part in parts)
