"""A proof of delivery that names another parcel than the one that it is attached for."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import cases as c
from support.homes import environment
from support.mail_maker import ORDER, SENT
from weasyprint import HTML

from a2z_defense.jobs.by_hand import add_claim
from a2z_defense.jobs.entries import attach, new_entry
from a2z_defense.jobs.named_numbers import named_numbers
from a2z_defense.model.entries import AttachmentKind, EntryKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
POD = AttachmentKind.POD


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("POD for AB999999999GB delivered to York", ("AB999999999GB",)),
        ("POD for AB 9999 9999 9 GB", ("AB 9999 9999 9 GB",)),
        ("Tracking number: 6A12345679100", ("6A12345679100",)),
        ("Sendungsnummer 00340434161094042557", ("00340434161094042557",)),
        ("1Z5R89390357567127", ("1Z5R89390357567127",)),
        ("Delivered to York on 12 Nov 2026, phone 01904 551234, order 402-1234567-7654321", ()),
    ],
)
def test_what_a_text_names(text: str, named: tuple[str, ...]) -> None:
    assert named_numbers(text, ()) == named


def test_the_parcels_own_number_is_found_in_any_form() -> None:
    assert named_numbers("ref qx 4007-001007 it", [c.TRACKING]) == (c.TRACKING,)


@pytest.mark.parametrize("kind", ["txt", "pdf"])
def test_the_entry_keeps_what_the_text_of_the_file_names(tmp_path: Path, kind: str) -> None:
    shop = environment(tmp_path, now=SENT)
    add_claim(shop, ORDER, new_entry(EntryKind.ADDED))
    path, words = tmp_path / f"pod.{kind}", "POD for AB999999999GB delivered to York"
    if kind == "pdf":
        HTML(string=f"<p>{words}</p>").write_pdf(path)  # type: ignore[no-untyped-call]
    else:
        path.write_text(words)
    assert attach(shop, ORDER, path, POD).numbers == ("AB999999999GB",)
    assert attach(shop, ORDER, path, AttachmentKind.OTHER).numbers is None


@pytest.mark.parametrize(
    ("numbers", "state", "told"),
    [
        (("AB999999999GB",), "contradicted", "names tracking number AB999999999GB"),
        ((c.TRACKING, "AB999999999GB"), "held", ""),
        ((), "held", "names no tracking number"),
        (None, "held", ""),
    ],
)
def test_a_proof_of_another_parcel_proves_nothing(numbers: tuple[str, ...] | None, state: str, told: str) -> None:
    said = [c.attached(POD, name="pod.pdf", numbers=numbers), c.stated("pod_document", "yes", source="file pod.pdf")]
    found = assess(c.case(entries=said), TABLES)
    item = found.item("pod_document")
    assert item is not None
    assert item.state.value == state
    words = " ".join((*(one.what for one in found.contradictions), *found.warnings))
    assert told in words
    assert ("names" in words) is bool(told)
