"""An order with two claims: whose a debit is, what is said of what the first one took, and how a second is answered."""

from __future__ import annotations

from typing import Any

import pytest
from support import cases as c

from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import response_lines, response_text
from a2z_defense.model.assessment import Assessment, Decided
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Counted, Funder, MailKind, Outcome, Reason
from a2z_defense.policy.assess import assess
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
DEBIT = c.movement(MovementKind.CLAIM_DEBIT, when="03-06 10:30")
SECOND = c.notice(when="03-12 07:00", reason=Reason.NOT_AS_DESCRIBED)


def second(*movements: Any, notices: tuple[Mail, ...] = (SECOND,), **more: Any) -> Case:
    """The second claim of an order whose first was granted on 6 March."""
    before = (c.notice(when="03-04 07:00"), c.decided(Outcome.GRANTED, "03-06 10:00"))
    made = c.case(notices=notices, finances=c.finances(*movements), **more)
    ids = {"number": 2, "claim_id": f"{c.ORDER_ID}.2", "earlier_notices": before, "opens_at": c.at("03-12 07:00")}
    return made.model_copy(update=ids)


def text(case: Case, found: Assessment) -> str:
    return response_text(response_lines(case, found, Printed(), "en"), 5000)


def test_a_debit_of_before_the_claim_is_the_earlier_ones_and_asks_for_no_decision() -> None:
    found = assess(second(DEBIT), TABLES)
    assert not any("no decision is held" in words for words in found.warnings)
    assert "119.00 EUR" in found.warnings[0]
    assert "pay the same twice" in found.warnings[0]


def test_the_earlier_claims_debit_does_not_make_the_seller_pay_this_one() -> None:
    granted = c.decided(Outcome.GRANTED, "03-16 09:00", funded_by=Funder.AMAZON, odr=Counted.UNKNOWN)
    found = assess(second(DEBIT, notices=(SECOND, granted)), TABLES)
    assert found.result.funded_by is Funder.AMAZON
    assert found.deadline.kind == "none"
    assert not any(one.id.startswith("funding") for one in found.contradictions)
    own = c.movement(MovementKind.CLAIM_DEBIT, when="03-16 09:30", name="own")
    assert assess(second(DEBIT, own, notices=(SECOND, granted)), TABLES).result.funded_by is Funder.SELLER


def test_the_next_claims_debit_is_not_the_first_ones() -> None:
    granted = c.decided(Outcome.GRANTED, "03-16 09:00", funded_by=Funder.AMAZON, odr=Counted.UNKNOWN)
    late = c.movement(MovementKind.CLAIM_DEBIT, when="03-28 09:00")
    first = c.case(notices=[c.notice(), granted], finances=c.finances(late))
    assert assess(first, TABLES).result.funded_by is Funder.SELLER
    ended = first.model_copy(update={"ends_at": c.at("03-20 09:00")})
    assert assess(ended, TABLES).result.funded_by is Funder.AMAZON


def test_a_debit_after_this_claim_was_filed_may_be_of_an_earlier_grant_that_none_shows_yet() -> None:
    found = assess(second(c.movement(MovementKind.CLAIM_DEBIT, when="03-12 09:00")), TABLES)
    told = [words for words in found.warnings if "no decision is held" in words]
    assert told
    assert "or it belongs to the earlier claim" in told[0]


def test_what_an_earlier_claim_paid_answers_a_second_one() -> None:
    case = second(DEBIT, shipments=[])
    found = assess(case, TABLES)
    assert (found.decision, found.defence and found.defence.id) == (Decided.DEFEND, "paid_by_earlier_claim")
    assert not found.blockers
    written = text(case, found)
    assert "Amazon debited us 119.00 EUR on 6 Mar 2026 for an earlier claim on this order" in written
    assert "No refund by us is recorded" in written
    assert not any(one.what.startswith("Refund the buyer") for one in found.ways_out)


def test_a_proof_of_delivery_leads_and_the_debit_stands_beside_it() -> None:
    case = second(DEBIT, notices=(c.notice(when="03-12 07:00"),))
    found = assess(case, TABLES)
    assert found.defence is not None
    assert found.defence.id == "delivered"
    assert "Amazon debited us 119.00 EUR on 6 Mar 2026 for an earlier claim on this order." in text(case, found)


@pytest.mark.parametrize(
    "more",
    [
        {"order": c.order(total="238.00 EUR", items=[c.item(quantity=2)])},  # the other unit may be claimed
        {"order": None},
    ],
)
def test_a_debit_that_may_leave_something_to_claim_settles_nothing(more: dict[str, Any]) -> None:
    found = assess(second(DEBIT, shipments=[], **more), TABLES)
    assert found.blockers
    assert (
        found.defence is None
        or found.defence.id != "paid_by_earlier_claim"
        or found.decision != "defend"
        or ("earlier_claim_paid" in found.blockers)
    )


def test_a_debit_that_a_credit_may_have_taken_back_settles_nothing() -> None:
    credit = c.movement(MovementKind.CLAIM_CREDIT, when="03-20 09:00", name="credit")
    found = assess(second(DEBIT, credit, shipments=[]), TABLES)
    assert (
        "earlier_claim_paid" in found.blockers or found.defence is None or (found.defence.id != "paid_by_earlier_claim")
    )


def test_two_debits_above_what_was_paid_are_named() -> None:
    own = c.movement(MovementKind.CLAIM_DEBIT, when="03-16 09:30", name="own")
    notices = (SECOND, c.decided(Outcome.GRANTED, "03-16 09:00", kind=MailKind.DECISION))
    found = assess(second(DEBIT, own, notices=notices), TABLES)
    assert any(one.id.startswith("paid_twice") for one in found.contradictions)


def test_no_first_claim_weighs_what_only_a_later_one_can_have() -> None:
    first = assess(c.case(), TABLES)
    assert "paid_by_earlier_claim" not in {one.id for one in first.passed_over}
    assert facts_of(c.case(finances=c.finances(DEBIT)), TABLES).life.debits
