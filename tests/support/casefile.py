"""Reads a case file: a few facts in, the decision out. Everything that a file does not name is the default story of
`cases`: an Italian order of one lamp, shipped in time, delivered and signed for, claimed as not received.

    title = "Left with a neighbour whom the buyer never named"
    reason = "not_received"
    parcels = [{ left_with = "neighbor" }]

    [expect]
    decision = "needs_human"
    items = { left_elsewhere = "held" }

Lists of words hold one thing a line: `messages = ["buyer 03-07 12:00: Where is it?"]`,
`stated = ["signed_by = Anna Zeta from pod.jpg"]`, `recorded = ["seen 03-13 10:00 action-required due 03-14 18:00"]`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from a2z_defense.model.case import Case, Mail, SourceState
from a2z_defense.model.entries import AttachmentKind, Entry, RecordKind
from a2z_defense.model.finances import AccountHealth, Finances, Movement, MovementKind, ReturnRow, ServiceFee
from a2z_defense.model.mail import Counted, DueKind, Funder, MailKind, Outcome, Reason
from a2z_defense.model.order import Completeness, DeliveryPreference, Order, Package
from a2z_defense.model.tracking import Label, Leg, Place, Scan, ScanKind, Shipment
from support import cases as c

FOLDER = Path(__file__).parent.parent / "cases"
_TIME = r"\d\d-\d\d \d\d:\d\d"
OTHER = c.ADDRESS.model_copy(update={"lines": ("Vicolo del Faro Spento 3",), "postal_code": "99077", "city": "Altrove"})
_ADDRESSES = {
    "full": c.ADDRESS,
    "partial": c.ADDRESS.model_copy(update={"lines": (), "completeness": Completeness.PARTIAL}),
    "none": c.ADDRESS.model_copy(
        update={"lines": (), "city": None, "postal_code": None, "completeness": Completeness.NONE}
    ),
}
_PLACES: dict[str, Place | None] = {
    "order": c.place_of(),
    "town": c.place_of(lines=()),
    "other": c.place_of(OTHER),
    "other town": c.place_of(OTHER, lines=()),
    "other street": c.place_of(lines=("Via delle Tre Lanterne 21",)),
    "other city": c.place_of(lines=(), city="Frazione Accanto"),
    "gps": Place(latitude=45.1, longitude=9.2),
    "none": None,
}


def files() -> list[Path]:
    """Every case file, by name."""
    return sorted(FOLDER.glob("*.toml"))


def read(path: Path) -> dict[str, Any]:
    """The file's table."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def build(told: dict[str, Any]) -> Case:
    """The case that a file's table tells."""
    unknown = set(told) - _KEYS
    assert not unknown, f"a case file has no key {unknown}"
    parcels = told.get("parcels", [{}])
    parts: dict[str, Any] = {
        "notices": _notices(told),
        "order": _order(told.get("order", {}), parcels),
        "shipments": [*_shipments(parcels), *_returned(told)],
        "labels": [label for parcel in parcels if (label := _label(parcel))],
        "finances": _finances(told.get("money", {})),
        "messages": [_message(line) for line in told.get("messages", ())],
        "other_mails": [_mail(line) for line in told.get("mails", ())],
        "returns": [_return(row) for row in told.get("returns", ())],
        "listings": [_listing(line) for line in told.get("listings", ("03-01 09:00",))],
        "entries": _entries(told),
    }
    if "health" in told:
        parts["account_health"] = AccountHealth(evidence=c.ev("health"), **told["health"])
    sources = dict(told.get("sources", {}))
    for name in ("order", "money"):
        if isinstance(told.get(name), str):
            sources["finances" if name == "money" else name] = told[name]
    reports = [c.report(name, SourceState(state)) for name, state in sources.items()]
    made = c.case(sources=reports, **parts)
    return made.model_copy(update={"number": told["number"]}) if "number" in told else made


_KEYS = frozenset(
    {"title", "reason", "claim", "notices", "order", "parcels", "money", "messages", "mails", "returns", "return_scans"}
    | {"listings", "stated", "attached", "recorded", "asked", "set", "sources", "health", "number", "expect"}
)


def _notices(told: dict[str, Any]) -> list[Mail]:
    given = told.get("notices", [told.get("claim", {})])
    return [_notice(one, told.get("reason")) for one in given]


def _notice(told: dict[str, Any], reason: str | None) -> Mail:
    told = dict(told)
    kind, when = MailKind(told.pop("kind", "action_required")), told.pop("at", "03-12 07:00")
    when = None if when == "unknown" else when
    if kind in {MailKind.DECISION, MailKind.APPEAL_RESULT}:
        outcome, funder = Outcome(told.pop("outcome")), Funder(told.pop("funded_by", "unknown"))
        return c.decided(outcome, when, funded_by=funder, odr=Counted(told.pop("odr", "unknown")), kind=kind, **told)
    said = told.pop("reason", reason)
    due = [_due(line) for line in told.pop("due", ())]
    comment = told.pop("comment", None)
    return c.notice(kind, when, reason=Reason(said) if said else None, due=due, buyer_comment=comment, **told)


def _due(line: str) -> Any:
    kind, _, rest = line.partition(" ")
    return c.due(DueKind(kind), when=rest) if kind == "instant" else c.due(DueKind(kind), int(rest))


def _order(told: dict[str, Any] | str, parcels: list[dict[str, Any]]) -> Order | None:
    if isinstance(told, str):
        return None
    told = dict(told)
    units = told.pop("units", None)
    items = [c.item(serial_numbers=tuple(told.pop("serials", ())), **told.pop("item", {}), quantity=units or 1)]
    items += [c.item(c.SECOND_ITEM, title="Paralume", quantity=more) for more in [told.pop("second_item", 0)] if more]
    if "status" in told:
        told["fulfillment_status"] = told.pop("status")
    if "drop_off" in told:
        told["preference"] = DeliveryPreference(drop_off_location=told.pop("drop_off"))
    if "replacement" in told:
        told["associated_orders"] = ((told.pop("replacement"), "REPLACEMENT_ORIGINAL_ID"),)
    told["programs"] = tuple(told.pop("programs", ()))
    address = _ADDRESSES[told.pop("address", "full")]
    return c.order(
        items=items, packages=[_package(one, n) for n, one in enumerate(parcels, 1)], address=address, **told
    )


def _package(told: dict[str, Any], number: int) -> Package:
    contents = told.get("units", 1)
    pairs = [(c.ITEM, contents)] if isinstance(contents, int) else [tuple(pair) for pair in contents]
    return c.package(
        told.get("tracking", c.TRACKING) or None,
        reference=str(number),
        carrier=told.get("carrier", "Corriere Zefiro") or None,
        contents=pairs if contents else (),
        status=told.get("status", "DELIVERED"),
        detailed_status=told.get("detailed"),
    )


def _shipments(parcels: list[dict[str, Any]]) -> list[Shipment]:
    found = []
    for told in parcels:
        number = told.get("tracking", c.TRACKING)
        if number and told.get("scans") != "none":
            found.append(
                c.shipment(
                    tracking=number,
                    scans=_scans(told, number),
                    bought_through_amazon=told.get("amazon", False),
                    forward_details=tuple(told.get("details", ())),
                )
            )
    return found


def _scans(told: dict[str, Any], number: str) -> list[Scan]:
    if "scans" not in told:
        place = _PLACES[told.get("place", "order")]
        signed = told.get("signed_by", "N. Dell’Acquàzzurra") or None
        return list(c.delivered_scans(tracking=number, signed_by=signed, left_with=told.get("left_with"), place=place))
    return [_scan(line, number, told) for line in told["scans"]]


def _scan(line: str, number: str, told: dict[str, Any]) -> Scan:
    """`03-02 18:40 collected`, `03-08 10:00 delivered return`, `local 2026-03-03T20:00 collected`."""
    found = re.fullmatch(rf"(?:({_TIME})|unknown|local (\S+)) (\w+)(?: (return|unknown leg))?(?: from (.+))?", line)
    assert found, line
    delivered = found[3] == "delivered" and not found[4]
    more: dict[str, Any] = (
        {"place": _PLACES[told.get("place", "order")], "left_with": told.get("left_with")} if delivered else {}
    )
    if delivered:
        more["signed_by"] = told.get("signed_by", "N. Dell’Acquàzzurra") or None
    leg = {"return": Leg.RETURN, "unknown leg": Leg.UNKNOWN}.get(found[4] or "", Leg.FORWARD)
    kind = ScanKind(found[3])
    return c.scan(kind, found[1], tracking=number, leg=leg, local_time=found[2], name=found[5], **more)


def _returned(told: dict[str, Any]) -> list[Shipment]:
    """Scans of the return's own parcel."""
    if "return_scans" not in told:
        return []
    number = "QR9009009008IT"
    return [c.shipment(tracking=number, scans=[_scan(line, number, {}) for line in told["return_scans"]])]


def _label(told: dict[str, Any]) -> Label | None:
    if "badge" not in told and "label_to" not in told:
        return None
    badge = told.get("badge")
    included = ("CLAIMS_PROTECTED",) if badge == "claims_protected" else ()
    codes = ("LATE_DELIVERY_RISK",) if badge == "late_delivery_risk" else ("OTHER",)
    excluded = () if included or badge is None else (("CLAIMS_PROTECTED", codes),)
    place = _PLACES[told.get("label_to", "none")]
    number = told.get("tracking", c.TRACKING)
    return c.label(tracking=number, included_benefits=included, excluded_benefits=excluded, ship_to=place)


def _finances(told: dict[str, Any] | str) -> Finances | None:
    if isinstance(told, str):
        return None
    found = [] if told.get("charge") == "none" else [c.movement(MovementKind.CHARGE, when="03-02 17:00")]
    kinds = {
        "refund": MovementKind.REFUND,
        "refund_without_id": MovementKind.REFUND,
        "debit": MovementKind.CLAIM_DEBIT,
        "credit": MovementKind.CLAIM_CREDIT,
        "chargeback": MovementKind.CHARGEBACK,
    }
    for name, kind in kinds.items():
        if name in told:
            found.append(_movement(kind, told[name], None if name == "refund_without_id" else "RF-INVENTED-1"))
    fees = tuple(_fee(line) for line in told.get("csba_fees", ()))
    return Finances(evidence=(c.ev("finances"),), order_id=c.ORDER_ID, movements=tuple(found), csba_fees=fees)


def _fee(line: str) -> ServiceFee:
    """`0.30 EUR`, with `for ITEM` for another item than the first."""
    amount, _, item = line.partition(" for ")
    return ServiceFee(evidence=c.ev("finances"), amount=c.money(amount), item_id=item or c.ITEM)


def _movement(kind: MovementKind, line: str, reference: str | None) -> Movement:
    amount, currency, when = line.split(" ", 2)
    return c.movement(kind, f"{amount} {currency}", when, reference=reference)


def _message(line: str) -> Mail:
    found = re.fullmatch(rf"(buyer|seller|amazon) ({_TIME})(?: (\w\w))?: (.+)", line, re.DOTALL)
    assert found, line
    return c.message(found[4], found[2], by=found[1], language=found[3] or "en")


def _mail(line: str) -> Mail:
    found = re.fullmatch(rf"(\w+) ({_TIME})( authorised| refused)?(?:: (.+))?", line)
    assert found, line
    kind, when, answer, words = MailKind(found[1]), found[2], found[3], found[4]
    if kind is MailKind.RETURN_REQUEST:
        authorised = None if answer is None else answer == " authorised"
        return c.return_request(when, reason=words, authorised=authorised)
    return c.refund_mail(words, when) if kind is MailKind.REFUND_ISSUED else c.mail(kind, when)


def _return(told: dict[str, Any]) -> ReturnRow:
    values: dict[str, Any] = {key: c.at(value) if key.endswith("_at") else value for key, value in told.items()}
    if "refunded" in values:
        values["refunded"] = c.money(values["refunded"])
    return c.return_row(**values)


def _listing(line: str) -> Any:
    when = line.removesuffix(" changed")
    return c.listing("Lampada da tavolo, nuova versione" if line.endswith("changed") else "Lampada da tavolo Ærø", when)


def _entries(told: dict[str, Any]) -> list[Entry]:
    found = [_attached(line) for line in told.get("attached", ())]
    found += [_stated(line) for line in told.get("stated", ())]
    found += [_recorded(line) for line in told.get("recorded", ())]
    found += [_asked(line) for line in told.get("asked", ())]
    if "set" in told:
        values = dict(told["set"])
        if "reason" in values:
            values["reason"] = Reason(values["reason"])
        if "claimed" in values:
            values["claimed"] = tuple(values["claimed"].items())
        if "amount" in values:
            values["amount"] = c.money(values["amount"])
        found.append(c.was_set(**values))
    return found


def _attached(line: str) -> Entry:
    found = re.fullmatch(rf"([\w-]+)(?: for (\w+))?(?: taken ({_TIME}))?(?: named (\S+))?", line)
    assert found, line
    taken = c.at(found[3]) if found[3] else None
    name = found[4] or (f"{found[1]}-{found[2]}.jpg" if found[2] else None)
    return c.attached(AttachmentKind(found[1]), name=name, parcel=found[2], taken_at=taken)


def _stated(line: str) -> Entry:
    found = re.fullmatch(r"(\w+) = (.+?)(?: for (\w{8,}))?(?: from (\S+))?", line)
    assert found, line
    return c.stated(found[1], found[2], source=f"file {found[4] or 'screenshot.jpg'}", parcel=found[3])


def _recorded(line: str) -> Entry:
    found = re.fullmatch(rf"(\w+) ({_TIME})(?: (under-review|action-required))?(?: due ({_TIME}))?(?: by (\w+))?", line)
    assert found, line
    funder = Funder(found[5]) if found[5] else None
    return c.recorded(RecordKind(found[1]), found[2], tab=found[3], due=found[4], funded_by=funder)


def _asked(line: str) -> Entry:
    found = re.fullmatch(rf"(\w+) of (\w+)(?: due ({_TIME}))?", line)
    assert found, line
    return c.asked(found[1], found[2], due=found[3])
