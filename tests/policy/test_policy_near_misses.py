"""Sentences that evidence almost supports: each was once written, and must not be."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment, Decided
from a2z_defense.model.mail import Reason
from a2z_defense.model.tracking import ScanKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.sent_back import sent_back
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
RETURN = "RR123456785GB"


def judged(**more: object) -> Assessment:
    return assess(c.case(**more), TABLES)  # type: ignore[arg-type]


def state(found: Assessment, item_id: str) -> str:
    item = found.item(item_id)
    assert item is not None, (item_id, found.defence)
    return item.state.value


# cancelled before shipment


UNPAID = c.finances().model_copy(update={"movements": ()})


def test_what_a_carrier_had_in_hand_was_not_cancelled_before_shipment() -> None:
    nothing = judged(order=c.order(fulfillment_status="CANCELLED", packages=()), finances=UNPAID, shipments=())
    assert (nothing.defence and nothing.defence.id, nothing.blockers) == ("cancelled", ())
    for packages, shipments in (
        ((c.package(),), (c.shipment(),)),
        ((c.package(status="CANCELLED"),), (c.shipment(),)),
        ((c.package(status="CANCELLED"),), ()),
        ((), (c.shipment(),)),
        ((), (c.shipment(scans=[c.scan(ScanKind.COLLECTED, None)]),)),
    ):
        order = c.order(fulfillment_status="CANCELLED", packages=packages)
        found = judged(order=order, finances=UNPAID, shipments=shipments)
        assert any(one.id.startswith("cancelled_shipped") for one in found.contradictions), packages
        assert not (found.defence and found.defence.id == "cancelled" and not found.blockers)


def test_a_cancellation_of_before_the_first_scan_is_none_that_the_scan_contradicts() -> None:
    def told(at: str) -> Assessment:
        return judged(entries=[c.stated("cancelled_at", at)], finances=UNPAID)

    assert not any(x.id.startswith("cancelled_shipped") for x in told("2026-03-01T12:00:00Z").contradictions)
    assert any(x.id.startswith("cancelled_shipped") for x in told("2026-03-05T12:00:00Z").contradictions)


# nothing came back


def back(*texts: str, **more: object) -> Assessment:
    messages = [c.message(text, f"03-0{8 + number} 12:00", name=text) for number, text in enumerate(texts)]
    return judged(notices=[c.notice(reason=Reason.REFUND_NOT_ISSUED)], messages=messages, **more)


SENT = (
    "I sent the lamp back, where is my refund?",
    "I returned the lamp last week.",
    "I've already returned it.",
    "We dropped off the parcel, the lamp was sent back on Monday.",
    "My return was delivered to you.",
    "Ich habe die Lampe zurückgeschickt, wo bleibt mein Geld?",
    "Die Rücksendung ist bei der Post abgegeben.",
    "J'ai renvoyé la lampe lundi.",
    "Mon retour a été déposé hier.",
    "He devuelto la lámpara.",
    "Devolví el producto la semana pasada.",
    "Ho restituito la lampada, aspetto il rimborso.",
    "L'ho rispedita ieri.",
)
NOT_SENT = (
    "How do I send it back?",
    "I want to send it back.",
    "I have not sent it back yet.",
    "You sent it to the wrong address.",
    "If I returned the lamp, would you pay?",
    "When can I send the lamp back?",
    "Wie kann ich die Lampe zurückschicken?",
    "Ich habe sie noch nicht zurückgeschickt.",
    "Je voudrais qu'elle soit renvoyée, comment faire ?",
    "Je ne l'ai pas renvoyée.",
    "No la he devuelto todavía.",
    "Come posso restituire la lampada?",
    "Non l'ho ancora restituita.",
    "I want my money back.",
    "Please give me my money back.",
)


@pytest.mark.parametrize("text", SENT)
def test_who_writes_that_it_was_sent_back_is_not_told_that_nothing_came(text: str) -> None:
    found = back(text)
    assert state(found, "return_not_delivered") == "unknown"
    assert "return_not_delivered" in found.blockers
    item = found.item("return_not_delivered")
    assert item is not None
    assert item.exhibit == c.ev(text)


@pytest.mark.parametrize("text", NOT_SENT)
def test_who_asks_how_to_send_it_back_has_not_sent_it(text: str) -> None:
    assert sent_back(c.case(messages=[c.message(text)]), TABLES) == ()
    assert state(back(text), "return_not_delivered") == "held"


def test_a_number_that_the_buyer_names_and_a_record_holds_is_the_returns() -> None:
    record = c.shipment(tracking=RETURN, scans=c.delivered_scans(tracking=RETURN, when="03-10 10:00"))
    found = back(f"I sent the lamp back, tracking {RETURN}", shipments=[c.shipment(), record])
    facts = facts_of(
        c.case(messages=[c.message(f"I sent the lamp back, tracking {RETURN}")], shipments=[c.shipment(), record]),
        TABLES,
    )
    assert [reading.words for reading in facts.readings("return_tracking_number")] == [RETURN]
    assert facts.readings("return_received_at")
    assert found.decision is not Decided.DEFEND


def test_the_orders_own_number_is_no_returns_number() -> None:
    case = c.case(messages=[c.message(f"I sent it back, it came with {c.TRACKING}")], shipments=[c.shipment()])
    facts = facts_of(case, TABLES)
    assert not facts.readings("return_tracking_number")
    assert not facts.readings("return_received_at")
