"""What is said of a signature by another, of a debit that no decision explains, and of a refund above the order."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import ItemState
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Outcome
from a2z_defense.policy.assess import assess
from a2z_defense.policy.names import same_person
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("ROE", "J Roe", True),
        ("N. DELL'ACQUAZZURRA", "Nicolò Dell’Acquàzzurra", True),
        ("Roe Jane", "Jane Roe", True),
        ("J. R.", "Jane Roe", False),
        ("J. Doe", "Jane Roe", False),
        ("P. SMITH", "Jane Roe", False),
    ],
)
def test_one_person_under_two_names(first: str, second: str, same: bool) -> None:
    assert same_person(first, second) is same
    assert same_person(second, first) is same


@pytest.mark.parametrize(
    ("name", "warned"), [("P. SMITH", True), ("ACQUÀZZURRA DELL", False), ("OTP verified", False), ("Neighbour", False)]
)
def test_a_signer_whose_name_is_not_on_the_order_is_warned_of(name: str, warned: bool) -> None:
    found = assess(c.case(shipments=[c.shipment(scans=c.delivered_scans(signed_by=name))]), TABLES)
    assert any("no name on the order" in words for words in found.warnings) is warned


def test_a_debit_without_a_decision_is_told_until_the_decision_is_held() -> None:
    debit = c.movement(MovementKind.CLAIM_DEBIT, when="03-16 09:00")
    found = assess(c.case(finances=c.finances(debit)), TABLES)
    assert any("2026-03-16T09:00:00Z" in words and "no decision is held" in words for words in found.warnings)
    notices = [c.notice(when="03-12 07:00"), c.decided(Outcome.GRANTED, "03-16 08:00")]
    after = assess(c.case(notices=notices, finances=c.finances(debit)), TABLES)
    assert not any("no decision is held" in words for words in after.warnings)


@pytest.mark.parametrize(("amount", "disputed"), [("119.00 EUR", False), ("1190.00 EUR", True)])
def test_a_refund_above_the_order_is_looked_at(amount: str, disputed: bool) -> None:
    refund = c.movement(MovementKind.REFUND, amount, when="03-08 09:00")
    found = assess(c.case(finances=c.finances(refund)), TABLES)
    assert any(one.id.startswith("refund_above_order") for one in found.contradictions) is disputed
    record = found.item("refund_record")
    assert record is None or (record.state is ItemState.CONTRADICTED) is disputed
