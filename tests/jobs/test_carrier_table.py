"""A warehouse's exported table: read through a mapping, kept whole, each shipment with the claim that it belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.homes import environment, with_one_claim
from support.mail_maker import ORDER, SENT

from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.carrier_table import attached_doubts, read_table, why_unread
from a2z_defense.jobs.check import judge
from a2z_defense.model.tracking import ScanKind

MAPPING = """
title = "Invented warehouse"
recognise = ["Bestellnr", "Sendung"]

[columns]
order_id = "Bestellnr"
tracking_number = "Sendung"
carrier = "Dienst"
event = "Ereignis"
time = "Zeit"
city = "Ort"
"""
TABLE = f"""Bestellnr;Sendung;Dienst;Ereignis;Zeit;Ort
{ORDER};INV0000001;Invented Post;collected;2026-08-02T09:00:00+02:00;Torino
{ORDER};INV0000001;Invented Post;delivered;2026-08-04T11:30:00+02:00;Ivrea
305-1111111-2222222;INV0000002;Invented Post;delivered;2026-08-04T12:00:00+02:00;Roma
"""


def test_each_shipment_is_with_its_claim_and_the_others_stay_out(tmp_path: Path) -> None:
    found = with_one_claim(tmp_path, now=SENT.replace(hour=12))
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    done = read_table(found, tmp_path / "table.csv", tmp_path / "mapping.toml")
    assert (done.records, done.placed, done.not_placed) == (2, {ORDER: 1}, 1)
    again = read_table(found, tmp_path / "table.csv", tmp_path / "mapping.toml")
    assert again == done
    case = judge(found, ORDER).gathered.case
    assert [scan.kind for scan in case.shipments[0].scans] == [ScanKind.COLLECTED, ScanKind.DELIVERED]
    assert case.shipments[0].third_party
    assert "INV0000002" not in case.model_dump_json()
    assert "305-1111111-2222222" not in case.model_dump_json()


def test_a_table_with_other_columns_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    found = environment(tmp_path)
    (tmp_path / "table.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    with pytest.raises(UsageError, match="columns"):
        read_table(found, tmp_path / "table.csv", tmp_path / "mapping.toml")


def test_a_known_export_needs_no_mapping_and_an_unknown_one_is_told_so(tmp_path: Path) -> None:
    found = with_one_claim(tmp_path, now=SENT.replace(hour=12))
    header = "Order - Number,Shipment - Tracking Number,Shipment - Carrier,Date - Shipped Date"
    (tmp_path / "shipstation.csv").write_text(f"{header}\n{ORDER},INV0000003,UPS,08/02/2026\n", encoding="utf-8")
    done = read_table(found, tmp_path / "shipstation.csv")
    assert (done.records, done.placed, done.not_placed) == (1, {ORDER: 1}, 0)
    (tmp_path / "other.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not known") as raised:
        read_table(found, tmp_path / "other.csv")
    assert "--mapping" in (raised.value.remedy or "")
    (tmp_path / "orders.txt").write_text(
        "order-id\torder-item-id\tpromise-date\tship-service-level\n1\t2\t3\t4\n", encoding="utf-8"
    )
    with pytest.raises(UsageError, match="Amazon order report"):
        read_table(found, tmp_path / "orders.txt")


@pytest.mark.parametrize(
    ("body", "unread"),
    [
        (b"tracking_number,event\nA1234567,delivered\n", False),
        (b"Consignment;When\nA1234567;today\n", True),
        (b'{"schema": "other"}', True),
        (b"%PDF-1.7", False),
        (b"\xff\xd8\xff\xe0", False),
    ],
)
def test_an_attached_record_that_cannot_be_read_is_said(tmp_path: Path, body: bytes, unread: bool) -> None:
    assert (why_unread(environment(tmp_path), body) is not None) is unread


def test_numbers_that_are_not_their_carriers_are_said(tmp_path: Path) -> None:
    found = environment(tmp_path, now=SENT.replace(hour=12))
    (tmp_path / "table.csv").write_text(
        "tracking_number,carrier,event,time\n1Z5R89390357567128,UPS,label,2026-11-10T09:00:00Z\n"
        "1Z5R89390357567127,UPS,label,2026-11-10T09:00:00Z\n",
        encoding="utf-8",
    )
    done = read_table(found, tmp_path / "table.csv")
    assert done.records == 2
    (doubt,) = done.doubts
    assert "1Z5R89390357567128" in doubt
    assert "check digit" in doubt
    body = (tmp_path / "table.csv").read_bytes()
    assert attached_doubts(found, body) == [doubt]
    (unread,) = attached_doubts(found, b"a;b\n1;2\n")
    assert "no scan could be read" in unread
    assert attached_doubts(found, b"%PDF-1.7") == []


def test_what_a_record_says_in_words_that_nobody_knows_is_told(tmp_path: Path) -> None:
    body = (
        b"tracking_number;carrier;event;time\n"
        b"JX123456785GB;Royal Mail;Zugestellt;12.11.2026 11:42\n"
        b"JX123456785GB;Royal Mail;collected;2026-11-10T17:40:00+00:00\n"
    )
    unknown, untimed = attached_doubts(environment(tmp_path), body)
    assert "1 of 2 event(s) are not known" in unknown
    assert "“Zugestellt”" in unknown
    assert "1 of 2 time(s)" in untimed
