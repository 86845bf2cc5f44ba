"""What must never be final: stories that look won on one record and are not on all of them."""

from __future__ import annotations

from typing import Any

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment, Decided, ItemState
from a2z_defense.model.case import SourceState
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Outcome, Reason, Trust
from a2z_defense.model.tracking import Leg, Scan, ScanKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.phrases import find
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def told(**parts: Any) -> Assessment:
    """The assessment of the default story with those parts in place of its own."""
    return assess(c.case(**parts), TABLES)


def kinds(found: Assessment) -> set[str]:
    """The contradictions by kind."""
    return {one.id.rsplit("-", 1)[0] for one in found.contradictions}


def states(found: Assessment) -> dict[str, ItemState]:
    """The state of each item."""
    return {item.id: item.state for item in found.items}


def final(found: Assessment) -> bool:
    """True when the answer could be sent as it is."""
    return found.decision is Decided.DEFEND and not found.blockers


def other_record(*scans: Scan) -> list[Any]:
    """The default record and another carrier record of the same parcel."""
    return [c.shipment(), c.shipment(scans=scans, name="second record")]


ELSEWHERE = c.place_of(lines=("Vicolo del Faro Spento 3",), postal_code="99077", city="Altrove")


def test_a_second_record_with_another_delivery_is_named() -> None:
    second = c.scan(
        ScanKind.DELIVERED,
        "03-09 11:20",
        name="second record",
        signed_by="B. Terzo",
        left_with="NEIGHBOUR",
        place=ELSEWHERE,
    )
    found = told(shipments=other_record(second))
    assert not final(found)
    assert {"delivered_at", "signed_by", "address"} <= kinds(found)
    assert states(found)["left_elsewhere"] is ItemState.HELD


def test_a_parcel_that_waits_in_another_record_after_its_delivery_is_named() -> None:
    waiting = c.scan(ScanKind.AWAITING_COLLECTION, "03-07 09:00", name="second record")
    found = told(shipments=other_record(waiting))
    assert "scan_after_delivery" in kinds(found)
    assert not final(found)


def test_a_record_that_begins_later_does_not_dispute_the_first_scan() -> None:
    found = told(shipments=other_record(c.scan(ScanKind.DELIVERED, "03-06 11:20", name="second record")))
    assert "first_scan_at" not in kinds(found)


def test_a_second_handover_disputes_the_first_scan() -> None:
    found = told(shipments=other_record(c.scan(ScanKind.COLLECTED, "03-04 18:40", name="second record")))
    assert "first_scan_at" in kinds(found)


def test_a_statement_does_not_make_a_late_shipment_punctual() -> None:
    scans = [c.scan(ScanKind.COLLECTED, "03-04 01:30"), *c.delivered_scans()[-1:]]
    entries = [c.stated("first_scan_at", "2026-03-03T22:30:00Z")]
    found = told(shipments=[c.shipment(scans=scans)], entries=entries)
    assert "first_scan_at" in kinds(found)
    assert states(found)["first_scan_in_time"] is ItemState.CONTRADICTED
    assert found.asks.odr is None


def test_the_carriers_time_wins_over_a_statement_within_the_tolerance() -> None:
    found = told(entries=[c.stated("first_scan_at", "2026-03-02T14:40:00Z")])
    why = next(item.why for item in found.items if item.id == "first_scan_in_time")
    assert "first_scan_at" not in kinds(found)
    assert "2026-03-02T18:40" in why


def test_a_statement_does_not_move_a_delivery_before_the_claim() -> None:
    scans = [c.scan(ScanKind.COLLECTED, "03-02 18:40"), c.scan(ScanKind.DELIVERED, "03-12 09:00", place=c.place_of())]
    found = told(
        shipments=[c.shipment(scans=scans)],
        entries=[c.stated("delivered_at", "2026-03-12T01:00:00Z"), c.stated("signed_by", "N. Dell’Acquàzzurra")],
    )
    assert {"delivered_at", "delivered_after_claim"} <= kinds(found)
    assert not final(found)


def test_a_refund_of_a_part_is_not_final_when_the_claim_names_no_amount() -> None:
    money = c.finances(
        c.movement(MovementKind.CHARGE, when="03-02 17:00"), c.movement(MovementKind.REFUND, "20.00 EUR")
    )
    found = told(notices=[c.notice(amount=None)], finances=money)
    assert found.defence is not None
    assert found.defence.id == "delivered"
    unproved = told(notices=[c.notice(amount=None)], finances=money, shipments=[c.shipment(scans=())])
    assert not final(unproved)


def test_a_refund_of_the_whole_order_needs_no_amount_of_the_claim() -> None:
    found = told(notices=[c.notice(amount=None)], finances=c.finances(c.movement(MovementKind.REFUND)))
    assert states(found)["refund_below_claim"] is ItemState.MISSING
    assert final(found)


def test_a_refund_for_another_item_settles_nothing() -> None:
    items = [c.item(), c.item(c.SECOND_ITEM, title="Paralume")]
    refund = c.movement(MovementKind.REFUND, "60.00 EUR", item_ids=(c.SECOND_ITEM,))
    parts: dict[str, Any] = {
        "order": c.order(items=items),
        "notices": [c.notice(amount="50.00 EUR")],
        "finances": c.finances(refund),
        "shipments": [c.shipment(scans=())],
    }
    about = told(**parts, entries=[c.was_set(claimed=((c.ITEM, 1),))])
    assert "already_refunded" in {other.id for other in about.passed_over}
    assert not final(about)
    assert not final(told(**parts))


def test_a_place_beside_the_signature_is_no_signature() -> None:
    for words in ("FRONT DOOR", "NO SIGNATURE REQUIRED", "VICINO / NEIGHBOUR"):
        found = told(shipments=[c.shipment(scans=c.delivered_scans(signed_by=words))])
        assert not final(found), words
        assert states(found).get("signature") is not ItemState.HELD, words
    assert final(told(shipments=[c.shipment(scans=c.delivered_scans(signed_by="A. Vicini"))]))


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe das Paket nicht erhalten.",
        "Wo bleibt meine Bestellung?",
        "Je n'ai jamais reçu la commande.",
        "No he recibido el pedido.",
        "There is really nothing at the door.",
    ],
)
def test_a_denial_is_understood_in_other_languages(text: str) -> None:
    assert find(text, "not_received", TABLES) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Die Lampe ist explodiert.",
        "Meine Tochter hat sich verletzt und ist im Krankenhaus.",
        "La batterie a explosé, ma fille est brûlée.",
        "La lampe a pris feu.",
        "Se incendió y me quemé la mano.",
        "Salía humo del enchufe.",
    ],
)
def test_danger_is_for_a_person_in_every_language(text: str) -> None:
    found = told(messages=[c.message(text)])
    assert found.decision is Decided.NEEDS_HUMAN
    assert found.alarms


@pytest.mark.parametrize("text", ["A famous brand, bless you.", "¿Cómo te llamas?", "Das Feuerzeug ist schön."])
def test_harmless_words_raise_no_alarm(text: str) -> None:
    assert not told(messages=[c.message(text)]).alarms


@pytest.mark.parametrize(
    "text",
    [
        "It was our mistake, we sent it to the wrong address. We will refund you.",
        "Es war unser Fehler.",
        "Wir werden Ihnen den Betrag erstatten.",
        "C'est notre erreur.",
        "Nous vous rembourserons.",
        "Ha sido nuestro error.",
        "Le reembolsaremos el importe.",
    ],
)
def test_an_admission_blocks_a_final_answer(text: str) -> None:
    parts: dict[str, Any] = {"messages": [c.message(text, "03-08 12:00", by="seller")]}
    found = told(**parts)
    assert "admission" in kinds(found)
    assert not final(found)
    assert final(told(**parts, entries=[c.stated("fault_admitted", "no")]))


LOST = c.shipment(scans=[c.scan(ScanKind.COLLECTED, "03-02 18:40"), c.scan(ScanKind.LOST, "03-09 18:00")])
ON_LOSS = (
    "If it does not arrive, I will refund you.",
    "If the carrier finds that it was lost, we will refund you.",
    "Se il pacco non arriva la rimborseremo.",
    "Wenn das Paket nicht ankommt, werden wir den Betrag erstatten.",
    "Si le colis n'arrive pas, nous vous rembourserons.",
    "Si el paquete no llega, le reembolsaremos.",
)
ON_RETURN = (
    "Once we receive it back, we will issue a refund.",
    "Quando riceviamo il reso, la rimborseremo.",
    "Sobald die Rücksendung da ist, werden wir den Betrag erstatten.",
    "Après le retour, nous vous rembourserons.",
    "Tras la devolución le reembolsaremos.",
)


def admission_blocks(text: str, **parts: Any) -> bool:
    """Whether that message of the seller, which is named in any case, stops a final answer."""
    found = told(messages=[c.message(text, "03-08 12:00", by="seller")], **parts)
    named = [one for one in found.contradictions if one.id.startswith("admission")]
    assert named
    return any(one.id in found.blockers for one in named)


@pytest.mark.parametrize("text", ON_LOSS)
def test_a_promise_for_a_loss_binds_unless_the_parcel_was_delivered(text: str) -> None:
    assert not admission_blocks(text)
    assert admission_blocks(text, shipments=[LOST], order=c.order(packages=[c.package(status="IN_TRANSIT")]))
    on_both = [*c.delivered_scans(), c.scan(ScanKind.RETURNING, "03-08 09:00", leg=Leg.RETURN)]
    assert admission_blocks(text, shipments=[c.shipment(scans=on_both)])


@pytest.mark.parametrize("text", ON_RETURN)
def test_a_promise_for_a_return_binds_once_a_return_is_known_or_cannot_be_excluded(text: str) -> None:
    claim = [c.notice(reason=Reason.REFUND_NOT_ISSUED)]
    assert not admission_blocks(text, notices=claim)
    assert admission_blocks(text, notices=claim, returns=[c.return_row(tracking_number="QR9009009008IT")])
    assert admission_blocks(text, notices=claim, returns=[c.return_row(delivered_on=c.at("03-11").date())])
    assert admission_blocks(text, notices=claim, sources=[c.report("returns", SourceState.FAILED)])


@pytest.mark.parametrize(
    "text",
    [
        "If you send us a photo, we will refund you.",  # nobody knows whether the photo came
        "When we checked, it was our mistake that it did not arrive.",  # a fault admitted, no promise
        "If it does not arrive, we will refund you. It was our mistake.",  # a second sentence admits without condition
        "If it does not arrive or you send it back, we will refund you.",  # either may have come true
    ],
)
def test_any_other_condition_stops_the_answer_until_a_person_has_read_it(text: str) -> None:
    assert admission_blocks(text)


def test_a_day_of_the_returns_report_shows_that_it_came_back() -> None:
    row = c.return_row(requested_at=None, requested_on=c.at("03-08").date(), delivered_on=c.at("03-11").date())
    claim = c.notice(reason=Reason.REFUND_NOT_ISSUED)
    found = told(notices=[claim], returns=[row])
    assert not final(found)
    assert "2026-03-11" in next(one.why for one in found.passed_over if one.id == "nothing_came_back")


def test_a_day_beside_an_instant_is_no_contradiction() -> None:
    entries = [c.stated("return_received_at", "2026-03-11T22:30:00Z"), c.stated("inspected_at", "2026-03-12T09:00:00Z")]
    near = told(returns=[c.return_row(delivered_on=c.at("03-12").date())], entries=entries)
    far = told(returns=[c.return_row(delivered_on=c.at("03-19").date())], entries=entries)
    assert ["return_received_at" in kinds(one) for one in (near, far)] == [False, True]


def test_a_request_told_by_its_day_alone_is_a_request() -> None:
    row = c.return_row(requested_at=None, requested_on=c.at("03-08").date())
    found = told(notices=[c.notice(reason=Reason.NOT_AS_DESCRIBED)], returns=[row])
    why = next(one.why for one in found.passed_over if one.id == "return_offered")
    assert "asked for at 2026-03-08" in why


@pytest.mark.parametrize(
    ("kind", "payer", "given"),
    [
        ("AmazonPrePaidLabel", None, True),
        ("AmazonPrePaidLabel", "Seller", True),
        ("AmazonUnPaidLabel", "Customer", False),
        ("AmazonPrePaidLabel", "Customer", False),
        ("SomeLabel", None, None),
    ],
)
def test_only_a_label_that_costs_the_buyer_nothing_is_a_label_given(
    kind: str, payer: str | None, given: bool | None
) -> None:
    case = c.case(returns=[c.return_row(label_type=kind, label_paid_by=payer)])
    assert facts_of(case, TABLES).says("return_label_given") is given


def test_what_could_not_be_delivered_is_not_yet_on_its_way_back() -> None:
    scans = [
        c.scan(ScanKind.COLLECTED, "03-02 18:40"),
        c.scan(ScanKind.UNDELIVERABLE, "03-05 10:00"),
        c.scan(ScanKind.RETURNING, "03-07 09:00", leg=Leg.RETURN),
    ]
    case = c.case(shipments=[c.shipment(scans=scans)])
    facts = facts_of(case, TABLES)
    assert facts.instant("returned_at", facts.parcels[0]) == (c.at("03-07 09:00"), c.ev(f"tracking {c.TRACKING}"))


def test_a_weak_mail_does_not_tell_amazon_of_a_withdrawal() -> None:
    weak = c.decided(Outcome.WITHDRAWN, "03-13 09:00", trust=Trust.UNAUTHENTICATED)
    found = told(notices=[c.notice(), weak])
    assert found.defence is None or found.defence.id != "withdrawn"
    signed = told(notices=[c.notice(), c.decided(Outcome.WITHDRAWN, "03-13 09:00")])
    assert signed.defence is not None
    assert signed.defence.id == "withdrawn"


def numbered(number: str, reason: Reason | None) -> Any:
    """A notice that names a tracking number."""
    mail = c.notice(reason=reason)
    assert mail.read.notice is not None
    facts = mail.read.notice.model_copy(update={"tracking_number": number})
    return mail.model_copy(update={"read": mail.read.model_copy(update={"notice": facts})})


def test_the_number_of_the_way_out_is_no_return() -> None:
    case = c.case(notices=[numbered(c.TRACKING, Reason.REFUND_NOT_ISSUED)])
    facts = facts_of(case, TABLES)
    assert facts.readings("return_tracking_number") == facts.readings("return_received_at") == ()
    assert assess(case, TABLES).decision is not Decided.ACCEPT


@pytest.mark.parametrize("stated", [Reason.NOT_RECEIVED, Reason.EXTRA_CHARGES, None])
def test_a_number_in_the_notice_that_is_not_the_orders_is_named(stated: Reason | None) -> None:
    """A notice that states no reason is read by the reason of the claim, here the buyer's own words."""
    words = [] if stated else [c.message("My parcel has not arrived.", "03-10 12:00")]
    assert kinds(told(notices=[numbered(c.TRACKING, stated)], messages=words)) == set()
    other = told(notices=[numbered("ZZ123456789", stated)], messages=words)
    assert "notice_number" in kinds(other)
    assert not final(other)


@pytest.mark.parametrize("stated", [Reason.REFUND_NOT_ISSUED, Reason.NOT_AS_DESCRIBED, Reason.RETURN_REFUSED])
def test_a_notice_about_a_return_names_the_returns_number(stated: Reason) -> None:
    case = c.case(notices=[numbered("ZZ123456789", stated)])
    assert [one.words for one in facts_of(case, TABLES).readings("return_tracking_number")] == ["ZZ123456789"]
    assert "notice_number" not in kinds(assess(case, TABLES))


@pytest.mark.parametrize("stated", [Reason.NOT_RECEIVED, Reason.EXTRA_CHARGES])
def test_a_notice_of_the_way_out_names_no_return(stated: Reason) -> None:
    case = c.case(notices=[numbered("ZZ123456789", stated)])
    assert facts_of(case, TABLES).readings("return_tracking_number") == ()


def test_a_refund_mail_above_what_the_finances_show_is_a_contradiction() -> None:
    part = c.finances(c.movement(MovementKind.REFUND, "20.00 EUR"))
    assert "refund_amount" in kinds(told(finances=part, other_mails=[c.refund_mail()]))
    whole = c.finances(c.movement(MovementKind.REFUND))
    assert "refund_amount" not in kinds(told(finances=whole, other_mails=[c.refund_mail("20.00 EUR")]))


def test_a_photo_taken_after_the_first_scan_shows_nothing_of_what_was_sent() -> None:
    late = c.attached(AttachmentKind.PRE_SHIP_PHOTO, taken_at=c.at("03-05 10:00"))
    early = c.attached(AttachmentKind.PRE_SHIP_PHOTO, taken_at=c.at("03-02 10:00"))
    claim = [c.notice(reason=Reason.NOT_AS_DESCRIBED)]
    read = c.stated("pre_ship_photo_matches", "yes", source="file pre-ship-photo.jpg")
    assert not final(told(notices=claim, entries=[late, read], listings=[c.listing()]))
    assert not final(told(notices=claim, entries=[early], listings=[c.listing()])), "nobody has read it"
    assert final(told(notices=claim, entries=[early, read], listings=[c.listing()]))


def test_a_return_that_the_buyer_names_by_its_number_is_not_nothing() -> None:
    claim = [c.notice(reason=Reason.REFUND_NOT_ISSUED)]
    assert final(told(notices=claim, messages=[c.message("I want my money.")]))
    named = c.message("I returned it with DHL, tracking 00340434161094042557, it was delivered to you.")
    found = told(notices=claim, messages=[named])
    assert not final(found)
    whys = [one.why for one in found.items] + [one.why for one in found.passed_over]
    assert any("names a return" in why and "00340434161094042557" in why for why in whys)
