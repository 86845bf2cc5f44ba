"""The answer names what a record shows, no more: the house or the address, the programme, the protection."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import response_lines, response_text
from a2z_defense.model.assessment import Assessment
from a2z_defense.model.case import Case
from a2z_defense.model.mail import Reason
from a2z_defense.model.tracking import Scan, ScanKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def judged(**more: object) -> tuple[Case, Assessment]:
    case = c.case(**more)  # type: ignore[arg-type]
    return case, assess(case, TABLES)


def said(judgement: tuple[Case, Assessment], language: str = "en") -> str:
    case, found = judgement
    return response_text(response_lines(case, found, Printed(), language, as_is="no time is left"), 5000)


@pytest.mark.parametrize(
    ("own", "carriers", "told"),
    [
        (("Mill Lane 14", "Flat 2"), ("Mill Lane 14", "Flat 2"), "at the address on the order"),
        (("Mill Lane 14", "Flat 2"), ("Mill Lane 14 Flat 2",), "at the address on the order"),
        (("Mill Lane 14", "Flat 2"), ("Mill Lane 14",), "at the street and house number of the address on the order"),
        (("Mill Lane 14",), ("Mill Lane 14", "Flat 2"), "at the street and house number of the address on the order"),
        (("Mill Lane 14", "Flat 2"), (), "in the postcode and city of the address on the order"),
    ],
)
def test_the_sentence_names_what_the_record_shows(own: tuple[str, ...], carriers: tuple[str, ...], told: str) -> None:
    order = c.order(address=c.ADDRESS.model_copy(update={"lines": own}))
    record = c.shipment(scans=c.delivered_scans(place=c.place_of(lines=carriers)))
    text = said(judged(order=order, shipments=[record]))
    assert f"The carrier's record shows delivery {told} (" in text
    assert text.count("shows delivery") == 1


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
def test_the_programme_that_the_order_record_states_is_named(language: str) -> None:
    prime = said(judged(order=c.order(programs=("PRIME",))), language)
    assert "Seller Fulfilled Prime" in prime
    assert "Seller Fulfilled Prime" not in said(
        judged(order=c.order(programs=("PRIME",), fulfilled_by="AMAZON")), language
    )
    assert "Seller Fulfilled Prime" not in said(judged(), language)


@pytest.mark.parametrize(("reason", "covered"), [(Reason.NOT_RECEIVED, True), (Reason.EXTRA_CHARGES, False)])
def test_claims_protection_is_spoken_of_only_where_it_covers(reason: Reason, covered: bool) -> None:
    record = c.shipment(bought_through_amazon=True)
    judgement = judged(notices=[c.notice(reason=reason)], shipments=[record], labels=[c.label(included_benefits=())])
    assert ("Claims Protection status" in said(judgement)) is covered
    assert "claims_protection" not in [one.id for one in judgement[1].neighbours]


@pytest.mark.parametrize(
    ("scans", "asked"),
    [
        (c.delivered_scans(), True),
        (
            (c.scan(ScanKind.LABEL, "03-02 15:00"), c.scan(ScanKind.COLLECTED, "03-05 09:00"), c.delivered_scans()[-1]),
            False,
        ),
        ((*c.delivered_scans()[:3], c.scan(ScanKind.RETURNING, "03-06 10:00")), False),
    ],
)
def test_nobody_is_sent_to_a_protection_that_cannot_apply(scans: tuple[Scan, ...], asked: bool) -> None:
    record = c.shipment(bought_through_amazon=True, scans=scans)
    order = c.order(packages=[c.package(status=None)])
    text = said(judged(order=order, shipments=[record], labels=[c.label(included_benefits=())]))
    assert ("Claims Protection status" in text) is asked


def test_nothing_is_demanded_without_a_decisive_fact() -> None:
    """Amazon's own mail tells a refund; its identifier is missing, so the refund is not told as the answer."""
    refund = c.refund_mail("119.00 EUR", "03-11 09:00")
    text = said(judged(other_mails=[refund], shipments=[], finances=None, order=c.order(packages=[])))
    assert "We ask Amazon to deny" not in text


def test_for_a_lost_parcel_only_the_odr_is_asked_for_and_no_protection_that_nobody_bought() -> None:
    lost = c.shipment(scans=[*c.delivered_scans()[:3], c.scan(ScanKind.LOST, "03-08 10:00")])
    text = said(judged(shipments=[lost], order=c.order(packages=[c.package(status="LOST")])))
    assert "Claims Protection" not in text
    assert "not to count" in text
