"""What speaks against a delivery is in no sentence's way: the answer says nothing that it turns into half the truth."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import response_lines, response_text
from a2z_defense.model.assessment import Assessment, ItemState, Level
from a2z_defense.model.case import Case, SourceState
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.mail import Outcome, Reason, Trust
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
OWN = "N. Dell’Acquàzzurra"


def judged(**more: object) -> tuple[Case, Assessment]:
    case = c.case(**more)  # type: ignore[arg-type]
    return case, assess(case, TABLES)


def said(case: Case, found: Assessment) -> str:
    return response_text(response_lines(case, found, Printed(), "en", as_is="no time is left"), 5000)


def protected(signed_by: str | None, left_with: str | None) -> tuple[Case, Assessment]:
    """A claim that only Claims Protection answers: the delivery has no proof of its own."""
    scans = c.delivered_scans(signed_by=signed_by, left_with=left_with)
    details = () if signed_by else ("Signed",)
    record = c.shipment(scans=scans, bought_through_amazon=True, forward_details=details)
    order = c.order(address=c.ADDRESS.model_copy(update={"postal_code": None}))  # no place: `delivered` does not stand
    return judged(order=order, shipments=[record], labels=[c.label()])


@pytest.mark.parametrize(
    ("signed_by", "left_with", "told"),
    [
        (OWN, None, True),
        (OWN, "recipient", True),
        (None, None, True),
        (None, "recipient", True),
        (None, "neighbor", False),
        (None, "kiosk on the corner", False),
        (None, "locker", False),
        ("P. Sconosciuto", None, False),
        ("P. Sconosciuto", "recipient", False),
        ("P. Sconosciuto", "neighbor", False),
    ],
)
def test_beside_protection_only_the_recipients_signature_is_told(
    signed_by: str | None, left_with: str | None, told: bool
) -> None:
    case, found = protected(signed_by, left_with)
    assert found.defence is not None
    assert found.defence.id == "claims_protection"
    assert ("recorded a signature" in said(case, found) or "recorded the signature" in said(case, found)) is told


def test_with_a_neighbour_no_line_speaks_of_a_delivery() -> None:
    text = said(*protected(None, "neighbor"))
    assert "fund this claim" in text
    assert "last status" not in text
    assert "shows delivery" not in text
    assert "last status is Delivered" in said(*protected(None, "recipient"))


@pytest.mark.parametrize("left_with", ["neighbor", "recipient"])
@pytest.mark.parametrize("reason", [Reason.NOT_AS_DESCRIBED, Reason.REFUND_NOT_ISSUED, Reason.EXTRA_CHARGES])
def test_a_neighbour_is_an_item_of_every_reason(reason: Reason, left_with: str) -> None:
    photo = c.attached(AttachmentKind.PRE_SHIP_PHOTO, taken_at=c.at("03-02 09:00"))
    read = c.stated("pre_ship_photo_matches", "yes", source="file pre-ship-photo.jpg")
    record = c.shipment(scans=c.delivered_scans(signed_by=None, left_with=left_with))
    case, found = judged(
        notices=[c.notice(reason=reason)],
        listings=[c.listing(captured="02-28 09:00")],
        entries=[photo, read],
        shipments=[record],
    )
    item = found.item("left_elsewhere")
    if left_with == "recipient":
        assert item is None or item.state is ItemState.MISSING
    else:
        assert item is not None
        assert (item.state, item.level) == (ItemState.HELD, Level.HARMFUL)
        assert "delivered on" not in said(case, found)
        assert "shows delivery" not in said(case, found)


@pytest.mark.parametrize("trust", [Trust.AUTHENTICATED, Trust.UNAUTHENTICATED])
def test_a_withdrawal_that_anybody_can_have_written_is_told_by_no_sentence(trust: Trust) -> None:
    withdrawn = c.decided(Outcome.WITHDRAWN, "03-13 09:00", trust=trust, forwarded=trust is Trust.UNAUTHENTICATED)
    case, found = judged(notices=[c.notice(), withdrawn])
    assert ("the customer withdrew the claim" in said(case, found)) is (trust is Trust.AUTHENTICATED)


@pytest.mark.parametrize("wrote", [None, "We have received your return. Thank you."])
def test_who_wrote_to_have_the_return_does_not_say_that_none_is_recorded(wrote: str | None) -> None:
    messages = [c.message(wrote, "03-11 09:00", by="seller")] if wrote else []
    notices = [c.notice(reason=Reason.REFUND_NOT_ISSUED)]
    answered = c.report("returns", SourceState.ANSWERED, evidence=(c.ev("order"),))
    case, found = judged(notices=notices, messages=messages, sources=[answered])
    assert ("o return parcel is recorded" in said(case, found)) is (wrote is None)
