"""The documented CSV and the exports that are known by their columns."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.model.tracking import Leg, ScanKind
from a2z_defense.readers.carrier_file import read_carrier_file
from a2z_defense.readers.errors import Unreadable

AT = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)


def piece(body: bytes, media: str = "text/csv") -> Piece:
    return as_piece(Observation(EvidenceKind.FILE, "file", body, media, Provenance(source="seller", obtained_at=AT)))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_documented_table(separator: str) -> None:
    rows = [
        ["tracking_number", "carrier", "event", "time", "city", "left_with", "latitude"],
        ["'QX 4007 001IT", "Corriere", "Collected", "2026-11-03T18:40:00Z", "Forlì", "", "44.22"],
        ["QX4007001IT", "Corriere", "delivered", "2026-11-05T10:00:00Z", "", "neighbor", "944"],
        ["OTHER1", "", "teleported", "2026-11-05T10:00:00Z", "", "", ""],
    ]
    body = "\r\n".join(separator.join(row) for row in rows).encode()
    other, found = read_carrier_file(piece(body))
    assert [scan.kind for scan in found.scans] == [ScanKind.COLLECTED, ScanKind.DELIVERED]
    assert found.scans[0].place is not None
    assert (found.scans[0].place.city, found.scans[0].place.latitude) == ("Forlì", 44.22)
    assert (found.scans[1].left_with, found.scans[1].place) == ("neighbor", None)
    assert found.third_party
    assert not found.bought_through_amazon
    assert [(scan.kind, scan.code) for scan in other.scans] == [(ScanKind.OTHER, "teleported")]


def test_a_delivery_after_a_return_began_is_not_taken_for_the_buyers() -> None:
    body = (
        b"tracking_number,event,time\n"
        b"A1234567,undeliverable,2026-11-04T10:00:00Z\nA1234567,delivered,2026-11-06T10:00:00Z\n"
    )
    (found,) = read_carrier_file(piece(body))
    assert {scan.leg for scan in found.scans} == {Leg.UNKNOWN}


def test_shipstations_ship_date_is_no_scan_of_a_carrier() -> None:
    body = (
        b"Order - Number,Shipment - Tracking Number,Shipment - Carrier,Shipment - Service,Date - Shipped Date\n"
        b"402-1234567-7654321,1Z5R89390357567127,UPS,Ground,11/03/2026\n"
    )
    (found,) = read_carrier_file(piece(body))
    (scan,) = found.scans
    assert (found.carrier, found.service) == ("UPS", "Ground")
    assert (scan.kind, scan.at, scan.local_time) == (ScanKind.LABEL, None, "11/03/2026")


def test_amazons_shipping_confirmation_is_the_sellers_own_word() -> None:
    body = (
        b"order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method\n"
        b"402-1234567-7654321\t1\t1\t2026-11-03T10:00:00+01:00\tDHL\t\tJJ0001\tExpress\n"
    )
    (found,) = read_carrier_file(piece(body, "text/plain"))
    assert [(scan.kind, scan.at is not None) for scan in found.scans] == [(ScanKind.LABEL, True)]


ORDER_REPORT = (
    "order-id\torder-item-id\tpurchase-date\tpayments-date\treporting-date\tpromise-date\tdays-past-promise\tsku"
    "\tquantity-to-ship\tship-service-level\trecipient-name"
)
ALL_ORDERS = "amazon-order-id\tmerchant-order-id\tpurchase-date\torder-status\tship-service-level\tship-city"


@pytest.mark.parametrize("header", [ORDER_REPORT, ALL_ORDERS])
def test_amazons_order_reports_name_no_parcel_and_are_refused_with_the_way_out(header: str) -> None:
    row = "\t".join("402-1234567-7654321" if n == 0 else "x" for n in range(header.count("\t") + 1))
    with pytest.raises(Unreadable) as raised:
        read_carrier_file(piece(f"{header}\n{row}\n".encode("cp1252"), "text/plain"))
    assert "Amazon" in raised.value.got
    assert "tracking-number" in (raised.value.remedy or "")


@pytest.mark.parametrize("header", [ORDER_REPORT, ALL_ORDERS])
def test_amazons_order_report_with_a_column_for_the_parcel_is_a_record_without_a_scan(header: str) -> None:
    row = "\t".join("402-1234567-7654321" if n == 0 else "Standard" for n in range(header.count("\t") + 1))
    body = f"{header}\ttracking-number\tcarrier-name\n{row}\tJJ0001\tWürtz Pakete\n"
    (found,) = read_carrier_file(piece(body.encode("cp1252"), "text/plain"))
    assert (found.tracking_number, found.carrier, found.service) == ("JJ0001", "Würtz Pakete", "Standard")
    assert found.third_party
    assert found.scans == ()


@pytest.mark.parametrize(
    "body", [b"", b"a,b\n1,2\n", b"{}", b'{"schema": "other/1"}', b"tracking_number\n\n", b"\xff\x00"]
)
def test_other_files_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        read_carrier_file(piece(body))
    assert raised.value.remedy


def test_a_quotation_mark_that_is_never_closed_makes_no_number_of_what_follows() -> None:
    head, rows = "tracking_number,carrier,event", ["JX1GB,Royal Mail,delivered", "JX2GB,Royal Mail,delivered"]
    assert len(read_carrier_file(piece("\n".join([head, *rows, 'JX3GB,x,"a, ""b"""']).encode()))) == 3
    for open_ in ([f'"{rows[0]}', rows[1]], [*rows, 'JX3GB,x,"delivered']):
        with pytest.raises(Unreadable) as raised:
            read_carrier_file(piece("\n".join([head, *open_]).encode()))
        assert "quotation mark" in raised.value.got


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_no_bytes_crash_it(body: bytes) -> None:
    for start in (b"", b"tracking_number,event,time\n", b"{"):
        try:
            read_carrier_file(piece(start + body))
        except Unreadable:
            continue
