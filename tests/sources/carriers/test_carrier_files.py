"""Exported tables through a mapping: each shipment its own record, the file kept whole, and nothing made up."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest

from a2z_defense.base.clock import SetClock
from a2z_defense.base.errors import ConfigurationError, UsageError
from a2z_defense.model.carrier_mapping import FIELDS, read_mapping
from a2z_defense.model.evidence import EvidenceKind, Observation, as_piece
from a2z_defense.model.tracking import Leg, ScanKind
from a2z_defense.readers.carrier_file import read_carrier_file
from a2z_defense.sources.carriers.files import ExportedTable, load_mapping
from a2z_defense.sources.carriers.numbers import check_number

CLOCK = SetClock(dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC))
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "carrier-files.md"
MAPPING = """
title = "Our warehouse"
recognise = ["Sendungsnummer", "Zugestellt am"]
[columns]
tracking_number = "Sendungsnummer"
order_id = "Bestellung"
carrier = "Frachtführer"
signed_by = "Unterschrift"
[[events]]
column = "Abgeholt am"
event = "collected"
[[events]]
column = "Zugestellt am"
event = "delivered"
"""
TABLE = (
    "Bestellung;Sendungsnummer;Frachtführer;Abgeholt am;Zugestellt am;Unterschrift\r\n"
    "402-1234567-7654321;JJ 0001;Würtz Pakete;2026-11-03T18:40:00+01:00;2026-11-05T11:20:00+01:00;Zoë Ünal\r\n"
    "402-1234567-7654322;JJ0002;Würtz Pakete;2026-11-04 08:00;;\r\n"
    ";;;;;\r\n"
)


def observe(folder: Path, table: bytes, mapping: str = MAPPING) -> list[Observation]:
    path = folder / "export.csv"
    path.write_bytes(table)
    found = ExportedTable(path, read_mapping(mapping), CLOCK).observe()
    return [one for one in found if isinstance(one, Observation)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_each_shipment_is_a_record_of_its_own(tmp_path: Path, encoding: str) -> None:
    whole, first, second = observe(tmp_path, TABLE.encode(encoding))
    assert (whole.kind, whole.body) == (EvidenceKind.WHOLE, TABLE.encode(encoding))
    assert (first.subject, second.subject) == ("402-1234567-7654321#JJ0001", "402-1234567-7654322#JJ0002")
    assert "7654322" not in first.body.decode()
    assert first.provenance.whole_sha256 == hashlib.sha256(whole.body).hexdigest()
    (shipment,) = read_carrier_file(as_piece(first))
    assert shipment.third_party
    assert shipment.carrier == "Würtz Pakete"
    assert [(scan.kind, scan.leg) for scan in shipment.scans] == [
        (ScanKind.COLLECTED, Leg.FORWARD),
        (ScanKind.DELIVERED, Leg.FORWARD),
    ]
    assert shipment.scans[1].at == dt.datetime(2026, 11, 5, 10, 20, tzinfo=dt.UTC)
    assert shipment.scans[1].signed_by == "Zoë Ünal"


def test_a_number_of_two_orders_or_of_none_is_its_own_subject(tmp_path: Path) -> None:
    header = "Bestellung;Sendungsnummer;Zugestellt am\n"
    rows = "402-1234567-7654321;JJ1;\n402-1234567-7654322;JJ1;\nR-77;JJ2;\n"
    _, shared, foreign = observe(tmp_path, (header + rows).encode())
    assert (shared.subject, foreign.subject) == ("JJ1", "JJ2")


def test_a_time_without_a_zone_proves_no_time(tmp_path: Path) -> None:
    (shipment,) = read_carrier_file(as_piece(observe(tmp_path, TABLE.encode())[2]))
    assert [(scan.at, scan.local_time) for scan in shipment.scans] == [(None, "2026-11-04 08:00")]


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    first, again = (observe(tmp_path, TABLE.encode())[1].body for _ in range(2))
    assert first == again


def test_other_columns_are_refused_with_the_expected_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Our warehouse") as raised:
        observe(tmp_path, b"a;b\n1;2\n")
    assert "Sendungsnummer" in (raised.value.expected or "")


@pytest.mark.parametrize(
    "broken",
    [
        "title = ",
        'title = "x"\nrecognise = []',
        'title = "x"\nrecognise = ["a"]\n[columns]\ncarrier = "b"',
        'title = "x"\nrecognise = ["a"]\n[columns]\ntracking_number = "a"\nmood = "b"',
        'recognise = ["a"]\n[columns]\ntracking_number = "a"',
    ],
)
def test_a_broken_mapping_is_a_configuration_error(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(broken)
    with pytest.raises(ConfigurationError, match=r"mapping\.toml"):
        load_mapping(path)


def test_the_document_shows_what_is_read() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in FIELDS:
        assert f"`{name}`" in text, name
    (kinds,) = re.findall(r"^\| `event` \| (.*) \|$", text, re.M)
    assert re.findall(r"`(\w+)`", kinds) == [kind.value for kind in ScanKind]
    mappings = [read_mapping(found) for found in re.findall(r"```toml\n(.*?)```", text, re.S)]
    assert [mapping.title for mapping in mappings] == ["Our warehouse", "Veeqo export"]


def test_the_documents_json_is_read() -> None:
    from a2z_defense.model.evidence import Provenance

    (body,) = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    provenance = Provenance(source="seller", obtained_at=CLOCK.now())
    piece = as_piece(Observation(EvidenceKind.FILE, "x", body.encode(), "application/json", provenance))
    (shipment,) = read_carrier_file(piece)
    assert [scan.kind for scan in shipment.scans] == [ScanKind.COLLECTED, ScanKind.DELIVERED]
    assert shipment.scans[1].signed_by == "N. Dell’Àncora"


# --- tracking numbers


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("UPS", "1Z5R89390357567127"),
        ("Amazon Logistics", "TBA123456789012"),
        ("Poste Italiane", "RR123456785IT"),
        ("Corriere Inventato", "QX4007001007IT"),
        (None, "1Z5R89390357567127"),
        ("Some local van", "123456789012"),
    ],
)
def test_a_number_that_may_be_right_is_no_warning(carrier: str | None, number: str) -> None:
    assert check_number(carrier, number).warning is None


@pytest.mark.parametrize(
    ("carrier", "number", "word"),
    [
        ("UPS", "1Z5R89390357567128", "check digit"),
        ("DHL", "1Z5R89390357567127", "UPS"),
        ("UPS", "TBA123456789012", "Amazon"),
        ("UPS", "see note", "does not look like"),
    ],
)
def test_a_number_that_cannot_be_right_is_a_warning(carrier: str, number: str, word: str) -> None:
    assert word in (check_number(carrier, number).warning or "")
