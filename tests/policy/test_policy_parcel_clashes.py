"""Records of one parcel that disagree: another carrier, a scan that undoes the delivery, another hour, another name."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment, ItemState
from a2z_defense.model.tracking import Place, ScanKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.carriers import same_carrier
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def told(**parts: object) -> Assessment:
    return assess(c.case(**parts), TABLES)  # type: ignore[arg-type]


def kinds(found: Assessment) -> set[str]:
    return {one.id.rsplit("-", 1)[0] for one in found.contradictions}


def state(found: Assessment, item_id: str) -> ItemState:
    return next(item.state for item in found.items if item.id == item_id)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("DPD", "DPD UK"),
        ("Royal Mail", "ROYAL_MAIL"),
        ("UPS", "United Parcel Service"),
        ("USPS", "United States Postal Service"),
        ("FedEx", "Fed Ex"),
        ("Other", "Evri"),
        ("Deutsche Post DHL", "DHL Paket"),
    ],
)
def test_one_carrier_under_two_names(first: str, second: str) -> None:
    assert same_carrier(first, second)
    assert same_carrier(second, first)


@pytest.mark.parametrize(("first", "second"), [("Royal Mail", "Evri"), ("An Post", "Australia Post"), ("GLS", "DPD")])
def test_two_carriers(first: str, second: str) -> None:
    assert not same_carrier(first, second)
    assert not same_carrier(second, first)


def test_the_record_of_another_carrier_is_named_and_credited_to_it() -> None:
    case = c.case(shipments=[c.shipment(carrier="Vettore Altrui", third_party=True)])
    assert kinds(assess(case, TABLES)) == {"carrier_name"}
    facts = facts_of(case, TABLES)
    first = facts.first("carrier", facts.parcels[0])
    assert first is not None
    assert (first.value, first.exhibit) == ("Vettore Altrui", c.ev(f"tracking {c.TRACKING}"))


def test_the_same_carrier_by_a_longer_name_is_no_other() -> None:
    assert kinds(told(shipments=[c.shipment(carrier="Zefiro Express", third_party=True)])) == set()


@pytest.mark.parametrize("kind", [ScanKind.ATTEMPTED, ScanKind.AWAITING_COLLECTION, ScanKind.COLLECTED])
def test_a_scan_of_the_same_record_that_undoes_the_delivery(kind: ScanKind) -> None:
    later = [*c.delivered_scans(), c.scan(kind, "03-07 09:00")]
    found = told(shipments=[c.shipment(scans=later)])
    assert "scan_after_delivery" in kinds(found)
    assert state(found, "delivered_scan") is ItemState.CONTRADICTED


def test_scans_of_one_stop_in_any_order_are_one_stop() -> None:
    near = c.scan(ScanKind.OUT_FOR_DELIVERY, "03-06 11:29")
    assert kinds(told(shipments=[c.shipment(scans=[*c.delivered_scans(when="03-06 11:20"), near])])) == set()


def test_every_parcel_is_looked_at() -> None:
    packages = [c.package(), c.package("QX4007001008IT", reference="2")]
    shipments = []
    for number in (c.TRACKING, "QX4007001008IT"):
        later = c.scan(ScanKind.ATTEMPTED, "03-07 09:00", tracking=number)
        shipments.append(c.shipment(tracking=number, scans=[*c.delivered_scans(tracking=number), later]))
    found = told(order=c.order(packages=packages), shipments=shipments)
    assert len([one for one in found.contradictions if one.id.startswith("scan_after_delivery")]) == 2


def test_two_records_that_put_the_delivery_hours_apart_are_named() -> None:
    second = c.scan(ScanKind.DELIVERED, "03-06 14:50", name="second record")
    found = told(shipments=[c.shipment(), c.shipment(scans=[second], name="second record", third_party=True)])
    assert kinds(found) == {"delivery_times"}
    assert state(found, "delivered_scan") is ItemState.HELD


PARTS = [("ACQUÀZZURRA", True), ("N ACQUÀZZURRA", True), ("Acquàzzurra Nives", True), ("M. Terzo", False)]


@pytest.mark.parametrize(("value", "agrees"), PARTS)
def test_a_name_in_part_is_the_same_name(value: str, agrees: bool) -> None:
    found = told(entries=[c.stated("signed_by", value)])
    assert ("signed_by" not in kinds(found)) is agrees


@pytest.mark.parametrize(
    ("code", "undone"),
    [
        ("Delivery scan made in error - parcel missing", True),
        ("DELIVERY_REVERSED", True),
        ("Zustellung storniert", True),
        ("Livraison annulée", True),
        ("Mancata consegna: indirizzo errato", True),
        ("Entrega anulada por error", True),
        ("Proof of delivery image available", False),
        ("Sendungsdaten archiviert", False),
    ],
)
def test_an_event_after_the_delivery_is_named_and_one_that_takes_it_back_keeps_it_untold(
    code: str, undone: bool
) -> None:
    delivered = c.shipment(scans=[*c.delivered_scans(), c.scan(ScanKind.OTHER, "03-08 10:00", code=code)])
    found = told(shipments=[delivered])
    assert [one.what for one in found.contradictions if f"“{code}”" in one.what]
    assert (state(found, "delivered_scan") is ItemState.CONTRADICTED) is undone
    assert bool(found.blockers) is undone


def test_a_parcel_in_transit_after_its_delivery_is_not_told_as_delivered() -> None:
    same = [c.shipment(scans=[*c.delivered_scans(), c.scan(ScanKind.IN_TRANSIT, "03-08 10:00")])]
    other = [c.shipment(), c.shipment(name="newer", scans=[c.scan(ScanKind.IN_TRANSIT, "03-08 10:00", name="newer")])]
    for shipments in (same, other):
        found = told(shipments=shipments)
        assert "scan_after_delivery" in kinds(found)
        assert state(found, "delivered_scan") is ItemState.CONTRADICTED


def test_what_was_delivered_minutes_before_it_was_handed_over_is_not_told() -> None:
    scans = [c.scan(ScanKind.DELIVERED, "03-02 16:42", place=c.place_of()), c.scan(ScanKind.COLLECTED, "03-02 17:40")]
    found = told(shipments=[c.shipment(scans=scans)])
    assert "scan_after_delivery" in kinds(found)
    assert state(found, "delivered_scan") is ItemState.CONTRADICTED


@pytest.mark.parametrize(
    ("town", "when", "named"),
    [
        ("Altrove Marittima", "2026-03-06T11:19:20Z", True),
        ("Altrove Marittima", "2026-03-06T10:20:00Z", False),
        ("CITTADELLA INVENTATA", "2026-03-06T11:19:20Z", False),
        (None, "2026-03-06T11:19:20Z", False),
    ],
)
def test_two_towns_within_a_minute_are_no_delivery(town: str | None, when: str, named: bool) -> None:
    place = Place(city=town)
    scans = [c.scan(ScanKind.COLLECTED, when, place=place), c.delivered_scans()[-1]]
    found = told(shipments=[c.shipment(scans=scans)])
    assert ("too_far" in kinds(found)) is named
    assert (state(found, "delivered_scan") is ItemState.CONTRADICTED) is named
