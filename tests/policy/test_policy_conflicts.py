"""Contradictions: each rule finds its own, names both exhibits, and leaves a plain story alone."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Contradiction
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Funder, Outcome
from a2z_defense.model.order import Window
from a2z_defense.model.tracking import Leg, ScanKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def found(**parts: object) -> dict[str, Contradiction]:
    """Contradictions by kind."""
    told = assess(c.case(**parts), TABLES).contradictions  # type: ignore[arg-type]
    return {one.id.rsplit("-", 1)[0]: one for one in told}


def test_a_plain_story_has_none() -> None:
    assert found() == {}


def test_a_scan_before_the_order() -> None:
    scans = [c.scan(ScanKind.COLLECTED, "02-20 10:00"), c.scan(ScanKind.DELIVERED, "03-06 11:20")]
    one = found(shipments=[c.shipment(scans=scans)])["scan_before_order"]
    assert one.between == (c.ev(f"tracking {c.TRACKING}"), c.ev("order"))


def test_a_scan_before_the_shipment_was_confirmed() -> None:
    scans = [c.scan(ScanKind.COLLECTED, "03-02 10:00"), c.scan(ScanKind.DELIVERED, "03-06 11:20")]
    assert "scan_before_confirmation" in found(shipments=[c.shipment(scans=scans)])
    exact = [c.scan(ScanKind.COLLECTED, "03-02 16:00"), c.scan(ScanKind.DELIVERED, "03-06 11:20")]
    assert found(shipments=[c.shipment(scans=exact)]) == {}


def test_a_delivery_before_the_first_scan_of_another_record() -> None:
    first = c.shipment(scans=[c.scan(ScanKind.DELIVERED, "03-05 11:20", name="a")], name="a")
    second = c.shipment(scans=[c.scan(ScanKind.COLLECTED, "03-06 09:00", name="b")], name="b")
    told = found(shipments=[first, second])
    assert told["scan_after_delivery"].between == (c.ev("a"), c.ev("b"))


def test_a_delivery_after_the_claim() -> None:
    scans = [c.scan(ScanKind.COLLECTED, "03-02 18:40"), c.scan(ScanKind.DELIVERED, "03-12 07:01")]
    one = found(shipments=[c.shipment(scans=scans)])["delivered_after_claim"]
    assert one.between[1] == c.ev("action_required 03-12 07:00")


def test_a_delivery_on_both_legs() -> None:
    scans = [*c.delivered_scans(), c.scan(ScanKind.RETURNING, "03-08 09:00", leg=Leg.RETURN)]
    assert "legs" in found(shipments=[c.shipment(scans=scans)])


def test_an_older_answer_with_another_address_or_ship_by() -> None:
    moved = c.ADDRESS.model_copy(update={"postal_code": "99077"})
    older = c.order(name="older", address=moved).model_copy(update={"ship_by": Window(latest=c.at("03-02 22:59"))})
    told = found(earlier_orders=[older])
    assert set(told) == {"order_address", "order_ship_by"}
    assert told["order_address"].between == (c.ev("older"), c.ev("order"))
    assert found(earlier_orders=[c.order(name="older")]) == {}


@pytest.mark.parametrize(
    ("claim", "kind"),
    [("119.01 EUR", "claim_above_order"), ("119.00 GBP", "claim_currency"), ("119.00 EUR", None), ("5.00 EUR", None)],
)
def test_the_claim_against_the_order(claim: str, kind: str | None) -> None:
    assert set(found(notices=[c.notice(amount=claim)])) == ({kind} if kind else set())


def test_a_claim_below_the_total_of_several_units_does_not_tell_which() -> None:
    three = c.order(items=[c.item(quantity=2), c.item(c.SECOND_ITEM)], total="180.00 EUR")
    claim = [c.notice(amount="120.00 EUR")]
    assert found(order=three, notices=claim)["part_claimed"].between == (claim[0].evidence, c.ev("order"))
    assert "part_claimed" not in found(order=three, notices=[c.notice(amount="180.00 EUR")])
    assert "part_claimed" not in found(order=three, notices=claim, entries=[c.was_set(claimed=((c.ITEM, 2),))])
    assert "part_claimed" not in found(order=three, notices=[c.notice(amount="120.00 USD")])
    priced = c.order(items=[c.item(quantity=3, unit_price=c.money("55.00 EUR"))], total="172.00 EUR")
    assert "part_claimed" not in found(order=priced, notices=[c.notice(amount="165.00 EUR")])  # without the shipping
    assert "part_claimed" in found(order=priced, notices=[c.notice(amount="117.00 EUR")])


@pytest.mark.parametrize(
    ("refund", "kind"), [("118.99 EUR", "partial_refund"), ("119.00 GBP", "currency"), ("119.00 EUR", None)]
)
def test_the_refund_against_the_claim(refund: str, kind: str | None) -> None:
    finances = c.finances(c.movement(MovementKind.REFUND, refund))
    assert set(found(finances=finances)) == ({kind} if kind else set())


def test_paid_twice_names_refund_and_debit_and_counts_credits() -> None:
    charge = c.movement(MovementKind.CHARGE, when="03-02 17:00", name="charge")
    refund = c.movement(MovementKind.REFUND, "60.00 EUR", name="refund")
    debit = c.movement(MovementKind.CLAIM_DEBIT, "59.01 EUR", "03-15 09:00", name="debit")
    one = found(finances=c.finances(charge, refund, debit))["paid_twice"]
    assert one.between == (c.ev("refund"), c.ev("debit"))
    assert "appeal" in one.what
    exact = c.movement(MovementKind.CLAIM_DEBIT, "59.00 EUR", "03-15 09:00", name="debit")
    assert "paid_twice" not in found(finances=c.finances(charge, refund, exact))
    credit = c.movement(MovementKind.CLAIM_CREDIT, "59.01 EUR", "03-25 09:00", name="credit")
    assert "paid_twice" not in found(finances=c.finances(charge, refund, debit, credit))
    assert "paid_twice" not in found(finances=c.finances(charge, debit))


def test_more_units_claimed_or_packed_than_ordered() -> None:
    assert "claimed_units" in found(entries=[c.was_set(claimed=((c.ITEM, 2),))])
    assert found(entries=[c.was_set(claimed=((c.ITEM, 1),))]) == {}
    assert "packed_units" in found(order=c.order(packages=[c.package(contents=((c.ITEM, 2),))]))


@pytest.mark.parametrize(
    ("number", "carrier", "kind"),
    [
        ("1Z12345E0205271688", "Corriere Zefiro", "carrier_number"),
        ("1Z12345E0205271688", "UPS Standard", None),
        ("RB123456785GB", "Poste", None),
        ("RB123456784GB", "Poste", "check_digit"),
        ("RB 123 456 785 GB", "Poste", None),
        ("ABC123", "Poste", None),
    ],
)
def test_the_form_of_the_number(number: str, carrier: str, kind: str | None) -> None:
    package = c.package(number, carrier=carrier)
    assert set(found(order=c.order(packages=[package]), shipments=[])) == ({kind} if kind else set())


def test_the_listing_changed_after_the_sale() -> None:
    listings = [c.listing(captured="03-01 09:00"), c.listing("Another lamp", "03-10 09:00")]
    one = found(listings=listings)["listing"]
    assert one.between == (c.ev("listing 03-01 09:00"), c.ev("listing 03-10 09:00"))
    assert "title" in one.what
    assert found(listings=[c.listing(captured="03-01 09:00"), c.listing(captured="03-10 09:00")]) == {}


def test_an_admission_stands_against_the_notice() -> None:
    admitted = c.message("It was our mistake.", "03-09 09:00", by="seller")
    assert found(messages=[admitted])["admission"].between[0] == admitted.evidence
    assert found(messages=[c.message("It was our mistake.", "03-09 09:00")]) == {}


def test_an_answer_to_a_message_that_was_not_yet_written() -> None:
    asked = c.message("Where is it?", "03-09 09:00", message_id="<q@x>")
    answered = c.message("On its way.", "03-09 08:59", by="seller", references=("<q@x>",))
    assert "reply_before" in found(messages=[answered, asked])
    in_time = c.message("On its way.", "03-09 09:01", by="seller", references=("<q@x>",))
    assert found(messages=[asked, in_time]) == {}


def test_amazon_pays_and_debits_the_seller() -> None:
    notices = [c.notice(), c.decided(Outcome.GRANTED, funded_by=Funder.AMAZON)]
    debit = c.movement(MovementKind.CLAIM_DEBIT, when="03-16 09:00", name="debit")
    assert found(notices=notices, finances=c.finances(debit))["funding"].between[1] == c.ev("debit")


def test_a_later_stage_is_no_contradiction_of_an_earlier_one() -> None:
    order = c.order(packages=[c.package(status="IN_TRANSIT")])
    assert found(order=order) == {}
    assert "tracking_status" in found(order=c.order(packages=[c.package(status="IN_TRANSIT", detailed_status="LOST")]))


def test_two_names_of_one_thing_agree() -> None:
    entries = [c.stated("tracking_number", "qx40 0700 1007 it"), c.stated("signed_by", "n. dell’acquàzzurra")]
    assert found(entries=entries) == {}


def test_each_contradiction_has_an_id_of_its_own_that_stays() -> None:
    entries = [c.stated("signed_by", "Ada Uno"), c.stated("signed_by", "Bo Due", source="other")]
    entries.append(c.stated("carrier", "X"))
    first = [one.id for one in assess(c.case(entries=entries), TABLES).contradictions]
    assert len(first) == len(set(first)) == 3
    assert first == [one.id for one in assess(c.case(entries=entries), TABLES).contradictions]
