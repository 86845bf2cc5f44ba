"""Builders of cases from invented people and orders, with sensible defaults; name only what a test is about.

The default story: two-day-old claim on an Italian order of one unit, shipped in time, delivered, signed for.
Evidence ids come from names (`ev("order")`), so that a test can say which exhibit it means.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from a2z_defense.model.case import Case, Mail, SourceReport, SourceState
from a2z_defense.model.entries import AttachmentKind, Entry, EntryKind, RecordKind
from a2z_defense.model.evidence import Evidence, EvidenceKind, Provenance
from a2z_defense.model.finances import Finances, Listing, Movement, MovementKind, ReturnRow
from a2z_defense.model.mail import (
    Counted,
    Decision,
    DueKind,
    DueReading,
    Funder,
    MailKind,
    MailRead,
    MessageFacts,
    NoticeFacts,
    Outcome,
    Reason,
    RefundFacts,
    ReturnFacts,
    StartBasis,
    Trust,
)
from a2z_defense.model.marketplaces import by_country
from a2z_defense.model.money import Money
from a2z_defense.model.order import (
    Address,
    Completeness,
    DeliveryPreference,
    Order,
    OrderItem,
    Package,
    PackageContent,
    Window,
)
from a2z_defense.model.tracking import Label, Leg, Place, Scan, ScanKind, Shipment
from a2z_defense.readers.copies import merge_copies
from a2z_defense.readers.reports import KINDS as SOURCE_KINDS

ORDER_ID = "402-1234567-7654321"
TRACKING = "QX4007001007IT"
SECOND_TRACKING = "QX4007002004IT"
ITEM = "70010000000001"
SECOND_ITEM = "70010000000002"
ALIAS = "qr7invented1x@marketplace.amazon.it"


def at(text: str) -> dt.datetime:
    """`at("03-10 09:30")`: that instant of 2026, UTC; a full ISO instant is taken as it is."""
    if len(text) <= 11:
        text = f"2026-{text}".replace(" ", "T")
        text += ":00+00:00" if "T" in text else "T00:00:00+00:00"
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def ev(name: str) -> str:
    """The evidence id that stands for `name` in these builders."""
    return f"ev-{hashlib.sha256(name.encode()).hexdigest()[:20]}"


def money(text: str) -> Money:
    """`money("119.00 EUR")`."""
    amount, currency = text.split()
    return Money(amount=Decimal(amount), currency=currency)


def market(country: str) -> str:
    """The marketplace id of a two-letter country."""
    found = by_country(country)
    assert found is not None, country
    return found.id


ADDRESS = Address(
    name="Nicolò Dell’Acquàzzurra",
    lines=("Via delle Tre Lanterne 12",),
    city="Cittadella Inventata",
    region="XX",
    postal_code="99012",
    country="IT",
    completeness=Completeness.FULL,
)


def item(item_id: str = ITEM, *, quantity: int = 1, title: str = "Lampada da tavolo Ærø", **more: Any) -> OrderItem:
    """One order line."""
    return OrderItem(id=item_id, title=title, sku="LAMP-1", asin="B0INVENT01", quantity=quantity, **more)


def package(
    tracking: str | None = TRACKING,
    *,
    reference: str = "1",
    carrier: str | None = "Corriere Zefiro",
    contents: Sequence[tuple[str, int]] = ((ITEM, 1),),
    ship_time: str | None = "03-02 16:00",
    status: str | None = "DELIVERED",
    **more: Any,
) -> Package:
    """One package of the order. `contents` are (order item id, units)."""
    return Package(
        reference=reference,
        carrier=carrier,
        tracking_number=tracking,
        ship_time=at(ship_time) if ship_time else None,
        status=status,
        contents=tuple(PackageContent(item_id=item_id, quantity=quantity) for item_id, quantity in contents),
        **more,
    )


def order(
    *,
    name: str = "order",
    order_id: str = ORDER_ID,
    country: str = "IT",
    created: str = "03-01 10:00",
    ship_by: str | None = "03-03 22:59",
    deliver_from: str | None = "03-05 23:00",
    deliver_by: str | None = "03-07 22:59",
    items: Sequence[OrderItem] | None = None,
    packages: Sequence[Package] | None = None,
    address: Address = ADDRESS,
    fulfilled_by: str | None = "MERCHANT",
    total: str = "119.00 EUR",
    preference: DeliveryPreference | None = None,
    **more: Any,
) -> Order:
    """A getOrder answer: one unit, one package, shipped in time."""
    found = more.pop("packages_told", True)
    return Order(
        evidence=ev(name),
        order_id=order_id,
        created_at=at(created),
        updated_at=at(created),
        marketplace_id=market(country),
        fulfilled_by=fulfilled_by,
        fulfillment_status=more.pop("fulfillment_status", "SHIPPED"),
        ship_by=Window(latest=at(ship_by) if ship_by else None),
        deliver_by=Window(
            earliest=at(deliver_from) if deliver_from else None, latest=at(deliver_by) if deliver_by else None
        ),
        buyer_name=address.name,
        address=address,
        preference=preference or DeliveryPreference(),
        total=money(total),
        items=tuple(items if items is not None else (item(),)),
        packages=tuple(packages if packages is not None else (package(),)) if found else (),
        packages_told=found,
        **more,
    )


def scan(
    kind: ScanKind,
    when: str | None,
    *,
    tracking: str = TRACKING,
    leg: Leg = Leg.FORWARD,
    code: str | None = None,
    name: str | None = None,
    **more: Any,
) -> Scan:
    """One carrier scan; its evidence is the tracking answer's."""
    return Scan(
        evidence=ev(name or f"tracking {tracking}"),
        tracking_number=tracking,
        leg=leg,
        kind=kind,
        code=code or kind.value,
        at=at(when) if when else None,
        **more,
    )


def place_of(address: Address = ADDRESS, **more: Any) -> Place:
    """The place that a carrier would print for `address`."""
    known: dict[str, Any] = {
        "lines": address.lines,
        "city": address.city,
        "region": address.region,
        "postal_code": address.postal_code,
        "country": address.country,
    }
    return Place(**(known | more))


def delivered_scans(
    *, tracking: str = TRACKING, when: str = "03-06 11:20", signed_by: str | None = "N. Dell’Acquàzzurra", **more: Any
) -> tuple[Scan, ...]:
    """Label, collection in time, transit, delivery at the order's address."""
    return (
        scan(ScanKind.LABEL, "03-02 15:00", tracking=tracking),
        scan(ScanKind.COLLECTED, "03-02 18:40", tracking=tracking),
        scan(ScanKind.IN_TRANSIT, "03-04 05:10", tracking=tracking),
        scan(
            ScanKind.DELIVERED,
            when,
            tracking=tracking,
            signed_by=signed_by,
            place=more.pop("place", place_of()),
            **more,
        ),
    )


def shipment(
    *,
    tracking: str = TRACKING,
    scans: Iterable[Scan] | None = None,
    carrier: str | None = "Corriere Zefiro",
    bought_through_amazon: bool = False,
    name: str | None = None,
    **more: Any,
) -> Shipment:
    """A tracking answer for one number."""
    return Shipment(
        evidence=ev(name or f"tracking {tracking}"),
        tracking_number=tracking,
        carrier=carrier,
        bought_through_amazon=bought_through_amazon,
        scans=tuple(delivered_scans(tracking=tracking) if scans is None else scans),
        **more,
    )


def label(*, tracking: str = TRACKING, name: str = "label", **more: Any) -> Label:
    """A label bought through Amazon, with the Claims Protected badge unless said otherwise."""
    return Label(
        evidence=ev(name),
        shipment_id="shipment-invented-1",
        tracking_number=tracking,
        included_benefits=more.pop("included_benefits", ("CLAIMS_PROTECTED",)),
        **more,
    )


def mail(
    kind: MailKind,
    when: str | None,
    *,
    name: str | None = None,
    obtained: str = "03-12 08:00",
    trust: Trust = Trust.AUTHENTICATED,
    country: str = "IT",
    released: bool = False,
    **more: Any,
) -> Mail:
    """Any mail of the case. `when` None: a forward without an inner date."""
    label_ = name or f"{kind.value} {when}"
    language = more.pop("language", "en")
    return Mail(
        evidence=ev(label_),
        obtained_at=at(obtained),
        released=released,
        read=MailRead(
            kind=kind,
            trust=trust,
            order_ids=(ORDER_ID,),
            content_key=more.pop("content_key", hashlib.sha256(label_.encode()).hexdigest()),
            sender=more.pop("sender", "atoz-guarantee-no-reply@amazon.it"),
            sent_at=at(when) if when else None,
            start_basis=StartBasis.RECEIVED if when else StartBasis.UNKNOWN,
            forwarded=more.pop("forwarded", when is None),
            marketplace_id=market(country),
            language=language,
            **more,
        ),
    )


def notice(
    kind: MailKind = MailKind.ACTION_REQUIRED,
    when: str | None = "03-12 07:00",
    *,
    amount: str | None = "119.00 EUR",
    reason: Reason | None = Reason.NOT_RECEIVED,
    due: Sequence[DueReading] = (),
    buyer_comment: str | None = None,
    decision: Decision | None = None,
    undecided: bool = False,
    claimed_on: str | None = None,
    **more: Any,
) -> Mail:
    """A claim notice: action required unless said otherwise, its reason stated."""
    facts = NoticeFacts(
        amount=money(amount) if amount else None,
        reason=reason,
        buyer_comment=buyer_comment,
        due=tuple(due),
        decision=decision,
        how="header",
        undecided=undecided,
        claimed_on=at(claimed_on) if claimed_on else None,
    )
    return mail(kind, when, notice=facts, **more)


def due(
    kind: DueKind = DueKind.HOURS, count: int | None = 72, *, when: str | None = None, text: str = ""
) -> DueReading:
    """One reading of a limit that a notice states."""
    words = text or (f"within {count} {kind.value.replace('_', ' ')}" if count else f"by {when}")
    return DueReading(kind=kind, count=None if when else count, at=at(when) if when else None, text=words)


def decided(
    outcome: Outcome = Outcome.GRANTED,
    when: str | None = "03-15 09:00",
    *,
    funded_by: Funder = Funder.SELLER,
    odr: Counted = Counted.YES,
    kind: MailKind = MailKind.DECISION,
    **more: Any,
) -> Mail:
    """A decision notice."""
    return notice(kind, when, decision=Decision(outcome=outcome, funded_by=funded_by, odr=odr), **more)


def message(
    text: str, when: str | None = "03-07 12:00", *, by: str = "buyer", language: str = "en", **more: Any
) -> Mail:
    """A buyer-seller message; `by` is buyer, seller or amazon."""
    return mail(
        MailKind(f"{by}_message"),
        when,
        name=more.pop("name", f"{by} {when} {text}"),
        message=MessageFacts(text=text, quoted=more.pop("quoted", None)),
        sender=ALIAS if by == "buyer" else "negozio@example.com",
        language=language,
        **more,
    )


def return_request(
    when: str = "03-08 09:00", *, reason: str | None = None, authorised: bool | None = None, **more: Any
) -> Mail:
    """A return request mail."""
    facts = ReturnFacts(requested_on=at(when), authorised=authorised, reason=reason, comment=more.pop("comment", None))
    return mail(MailKind.RETURN_REQUEST, when, return_request=facts, sender="donotreply@amazon.com", **more)


def refund_mail(amount: str = "119.00 EUR", when: str = "03-10 09:00", **more: Any) -> Mail:
    """A "refund initiated" mail."""
    return mail(MailKind.REFUND_ISSUED, when, refund=RefundFacts(amount=money(amount)), **more)


def movement(
    kind: MovementKind, amount: str | None = "119.00 EUR", when: str | None = "03-10 09:00", **more: Any
) -> Movement:
    """One financial event."""
    return Movement(
        evidence=ev(more.pop("name", "finances")),
        kind=kind,
        posted_at=at(when) if when else None,
        amount=money(amount) if amount else None,
        reference=more.pop("reference", "RF-INVENTED-1"),
        **more,
    )


def finances(*movements: Movement, complete: bool = True) -> Finances:
    """The order's financial events; with none given, the buyer's payment alone."""
    found = movements or (movement(MovementKind.CHARGE, when="03-02 17:00"),)
    return Finances(evidence=(ev("finances"),), order_id=ORDER_ID, movements=tuple(found), complete=complete)


def return_row(**more: Any) -> ReturnRow:
    """One row of the returns report."""
    known: dict[str, Any] = {"evidence": ev("returns"), "order_id": ORDER_ID, "requested_at": at("03-08 09:00")}
    return ReturnRow(**(known | more))


def listing(title: str = "Lampada da tavolo Ærø", captured: str = "03-01 09:00", **more: Any) -> Listing:
    """The listing as captured."""
    return Listing(
        evidence=ev(more.pop("name", f"listing {captured}")),
        sku="LAMP-1",
        title=title,
        captured_at=at(captured),
        image_urls=more.pop("image_urls", ("image-1",)),
        **more,
    )


def attached(kind: AttachmentKind, *, name: str | None = None, when: str = "03-12 10:00", **more: Any) -> Entry:
    """A file that the seller attached."""
    file_name = name or f"{kind.value}.jpg"
    return Entry(
        id=ev(f"attach {file_name}"),
        kind=EntryKind.ATTACHED,
        claim_id=ORDER_ID,
        at=at(when),
        attachment=kind,
        file=ev(f"file {file_name}"),
        file_name=file_name,
        **more,
    )


def stated(fact: str, value: str, *, source: str = "file pod.jpg", when: str = "03-12 10:05", **more: Any) -> Entry:
    """A reading of an exhibit, as `a2z state` records it; `source` names the exhibit."""
    return Entry(
        id=ev(f"state {fact} {value} {source}"),
        kind=EntryKind.STATED,
        claim_id=ORDER_ID,
        at=at(when),
        fact=fact,
        value=value,
        from_exhibit=ev(source),
        **more,
    )


def recorded(record: RecordKind, when: str = "03-13 09:00", **more: Any) -> Entry:
    """What `a2z record` writes."""
    due_at = more.pop("due", None)
    return Entry(
        id=ev(f"record {record.value} {when}"),
        kind=EntryKind.RECORDED,
        claim_id=ORDER_ID,
        at=at(when),
        record=record,
        due_at=at(due_at) if due_at else None,
        **more,
    )


def asked(item_id: str, of: str = "carrier", *, when: str = "03-12 10:00", due: str | None = None) -> Entry:
    """What `a2z ask` writes."""
    return Entry(
        id=ev(f"ask {item_id} {of}"),
        kind=EntryKind.ASKED,
        claim_id=ORDER_ID,
        at=at(when),
        item=item_id,
        asked_of=of,
        reference="ASK-1",
        due_at=at(due) if due else None,
    )


def was_set(when: str = "03-12 10:00", **more: Any) -> Entry:
    """What `a2z claim set` writes."""
    return Entry(id=ev(f"set {when} {sorted(more)}"), kind=EntryKind.SET, claim_id=ORDER_ID, at=at(when), **more)


def report(source: str, state: SourceState, *, when: str = "03-12 08:00", **more: Any) -> SourceReport:
    """The last word of one source."""
    return SourceReport(source=source, state=state, at=at(when), **more)


_make_order, _make_finances = order, finances
"""Under names that the parameters of `case` do not hide."""

DEFAULT_SOURCES = ("mail", "order", "finances", "tracking", "returns", "listing")


def case(
    *,
    notices: Sequence[Mail] | None = None,
    order: Order | str | None = "default",
    shipments: Sequence[Shipment] | None = None,
    finances: Finances | str | None = "default",
    sources: Sequence[SourceReport] = (),
    country: str = "IT",
    **more: Any,
) -> Case:
    """The default story with the given parts in place of its own.

    `order=None` and `finances=None` leave the answer out; say in `sources` why. Every source named in
    `DEFAULT_SOURCES` has answered unless `sources` says otherwise.
    """
    told = {found.source: found for found in sources}
    reports = {
        name: SourceReport(source=name, state=SourceState.ANSWERED, at=at("03-12 08:00")) for name in DEFAULT_SOURCES
    }
    reports["mail"] = reports["mail"].model_copy(update={"covers_from": at("02-01"), "covers_to": at("03-12 08:00")})
    parts: dict[str, Any] = {
        "claim_id": ORDER_ID,
        "order_id": ORDER_ID,
        "number": 1,
        "marketplace_id": market(country),
        "notices": (notice(country=country),) if notices is None else merge_copies(notices),
        "order": _make_order(country=country) if order == "default" else order,
        "shipments": (shipment(),) if shipments is None else tuple(shipments),
        "finances": _make_finances() if finances == "default" else finances,
        "sources": tuple((reports | told).values()),
    }
    parts |= {name: tuple(value) if isinstance(value, list) else value for name, value in more.items()}
    parts.setdefault("evidence", tuple(_pieces(parts)))
    return Case(**parts)


def _pieces(parts: dict[str, Any]) -> Iterator[Evidence]:
    """A piece of evidence for each id that the parts name, in order of appearance."""
    seen: dict[str, EvidenceKind] = {}
    for value in parts.values():
        for id_, kind in _named(value):
            seen.setdefault(id_, kind)
    for id_, kind in seen.items():
        yield Evidence(
            id=id_,
            kind=kind,
            subject=ORDER_ID,
            sha256=hashlib.sha256(id_.encode()).hexdigest(),
            size=1,
            media_type="application/json",
            provenance=Provenance(
                source="seller" if kind is EvidenceKind.ENTRY else "spapi", obtained_at=at("03-12 08:00")
            ),
        )


_KINDS: dict[type, EvidenceKind] = {
    Mail: EvidenceKind.MAIL,
    Order: EvidenceKind.ORDER,
    Movement: EvidenceKind.FINANCES,
    Finances: EvidenceKind.FINANCES,
    Shipment: EvidenceKind.TRACKING,
    Scan: EvidenceKind.TRACKING,
    Label: EvidenceKind.SHIPMENT,
    ReturnRow: EvidenceKind.RETURNS,
    Listing: EvidenceKind.LISTING,
}


def _named(value: Any) -> Iterator[tuple[str, EvidenceKind]]:
    if isinstance(value, Entry):
        yield value.id, EvidenceKind.ENTRY
        for id_ in (value.file, value.from_exhibit, value.proof):
            if id_:
                yield id_, EvidenceKind.FILE
    elif isinstance(value, BaseModel):
        found = getattr(value, "evidence", ())
        for id_ in (found,) if isinstance(found, str) else found:
            yield id_, _KINDS.get(type(value), EvidenceKind.FILE)
        for name in type(value).model_fields:
            if name != "evidence":
                yield from _named(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _named(part)


def without(found: Case, evidence_id: str) -> Case:
    """The case as it would be had that piece of evidence never been there. A source of which nothing is left was not
    asked: what it alone could tell is unknown."""
    values = {name: _stripped(getattr(found, name), evidence_id) for name in type(found).model_fields}
    finances = values["finances"]
    if isinstance(finances, Finances) and not finances.evidence:
        values["finances"] = None
    gone = {piece.kind for piece in found.evidence} - {piece.kind for piece in values["evidence"]}
    values["sources"] = tuple(_unasked(one, gone) for one in values["sources"])
    return found.model_copy(update=values)


def _unasked(report: SourceReport, gone: set[EvidenceKind]) -> SourceReport:
    lost = gone & set(SOURCE_KINDS.get(report.source, ()))
    return report.model_copy(update={"state": SourceState.NOT_ASKED}) if lost else report


def _stripped(value: Any, evidence_id: str) -> Any:
    if isinstance(value, tuple):
        kept = (_stripped(part, evidence_id) for part in value if not _rests_on(part, evidence_id))
        return tuple(part for part in kept if part is not None)
    if isinstance(value, Finances):
        names = ("movements", "evidence", "csba_fees")
        return value.model_copy(update={name: _stripped(getattr(value, name), evidence_id) for name in names})
    if isinstance(value, Shipment):
        return value.model_copy(update={"scans": _stripped(value.scans, evidence_id)})
    return None if _rests_on(value, evidence_id) else value


def _rests_on(value: Any, evidence_id: str) -> bool:
    if isinstance(value, Entry):
        return evidence_id in {value.id, value.file, value.from_exhibit, value.proof}
    if isinstance(value, Evidence):
        return value.id == evidence_id
    return value == evidence_id or getattr(value, "evidence", None) == evidence_id
