"""What may be asked for when a parcel is not shown as delivered yet, and what is left after Amazon has decided."""

from __future__ import annotations

from support import cases as c

from a2z_defense.model.assessment import Ask, Decided
from a2z_defense.model.case import SourceState
from a2z_defense.model.mail import Outcome
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def test_a_parcel_of_which_nothing_is_known_limits_what_is_asked_for() -> None:
    packages = [c.package(), c.package("QX4007001008IT", reference="2", status=None)]
    order = c.order(items=[c.item(quantity=2)], packages=packages)
    sources = [c.report("tracking", SourceState.NOT_ASKED)]
    found = assess(c.case(order=order, shipments=[c.shipment()], sources=sources), TABLES)
    assert (found.decision, found.asks) == (Decided.DEFEND, Ask(funding="limit"))
    assert "delivered_scan" in found.blockers


def test_after_a_decision_no_way_out_by_a_refund_is_offered() -> None:
    asked = c.notice(when="03-12 07:00", reason=None)
    before = assess(c.case(notices=[asked], messages=[], shipments=[]), TABLES)
    assert before.decision is Decided.NEEDS_HUMAN
    assert before.ways_out
    granted = c.decided(Outcome.GRANTED, "03-15 07:00")
    assert assess(c.case(notices=[asked, granted], messages=[], shipments=[]), TABLES).ways_out == ()
