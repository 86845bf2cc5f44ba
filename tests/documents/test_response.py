"""The answer: what it says, what it leaves out, and that nothing in it is without evidence."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import cases, papers
from support.cases import at, ev

from a2z_defense.base.errors import LimitExceeded
from a2z_defense.documents.facts import Facts
from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import Part, cost, response_lines, response_text
from a2z_defense.documents.said import LANGUAGES
from a2z_defense.documents.sentences.openings import OPENING_LIMIT
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.documents.views.buyer import buyer_message
from a2z_defense.model.assessment import (
    Ask,
    Deadline,
    DeadlineKind,
    Decided,
    DefenceRef,
    ItemState,
    Level,
    Status,
    UnitVerdict,
    WayOut,
)
from a2z_defense.model.case import Case, SourceState
from a2z_defense.model.entries import AttachmentKind, RecordKind
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.tracking import Leg, ScanKind


def text_of(case: Case, language: str = "en", budget: int = 5000, **more: object) -> str:
    return response_text(response_lines(case, papers.assessed(case, **more), Printed(), language), budget)


def test_signed_delivery_opens_with_the_ask_and_the_decisive_fact() -> None:
    lines = text_of(cases.case()).splitlines()
    assert lines[0] == (
        "We ask Amazon to deny this claim on order 402-1234567-7654321 (119.00 EUR): "
        "Corriere Zefiro recorded delivery on 6 Mar 2026, 12:20 CET, signed for."
    )
    assert "Ship-by was 3 Mar 2026, 23:59 CET; the carrier's first scan was on 2 Mar 2026, 19:40 CET." in lines
    assert "The carrier's record shows delivery at the address on the order (99012 Cittadella Inventata)." in lines
    assert lines[-1] == "If Amazon refunds the customer, please do not debit us or count it in our ODR."


def test_every_sentence_carries_evidence_of_the_case() -> None:
    case = cases.case(messages=[cases.message("Where is it?"), cases.message("Delivered.", "03-07 15:00", by="seller")])
    held = {piece.id for piece in case.evidence}
    found = response_lines(case, papers.assessed(case), Printed(), "en").sentences
    assert len(found) > 8
    assert all(sentence.exhibits and held.issuperset(sentence.exhibits) for sentence in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opening_is_whole_within_its_limit_in_every_language(language: str) -> None:
    for defence, funding in itertools.product(
        ("delivered", "claims_protection", "not_due_yet", "returned_to_sender", "already_refunded", "return_offered"),
        ("deny", "amazon_funds", "limit", None),
    ):
        case = cases.case(shipments=(cases.shipment(bought_through_amazon=True),))
        said = papers.assessed(
            case, defence=DefenceRef(id=defence, title=defence), asks=Ask(funding=funding, odr="exclude")
        )
        first = response_lines(case, said, Printed(), language).sentences[0]
        assert first.part is Part.OPENING
        assert len(first.text) <= OPENING_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_opening_still_holds_its_fact(language: str) -> None:
    """The protection's: two asks and two instants; with a big sum, in the zone with the longest name."""
    case = cases.case(country="AE", shipments=(cases.shipment(bought_through_amazon=True),))
    said = papers.assessed(
        case,
        amount=cases.money("12345.00 AED"),
        defence=DefenceRef(id="claims_protection", title="Protection"),
        asks=Ask(funding="amazon_funds", odr="exclude"),
    )
    first = response_lines(case, said, Printed(), language).sentences[0].text
    assert "22:40 UTC+04" in first
    assert "12" in first.split("402-1234567-7654321", 1)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_text_with_ascii_punctuation_and_a_zone_after_each_time(language: str) -> None:
    said = text_of(cases.case(), language)
    assert not set(said) & set("‘’“”„«»–—…\u00a0\u202f•")
    for found in re.finditer(r"\d\d:\d\d(.{4})", said):
        assert found[1] == " CET"


def test_the_address_and_exhibit_letters_are_never_in_it() -> None:
    said = text_of(cases.case())
    assert "Tre Lanterne" not in said
    assert not re.search(r"[Ee]xhibit|\[[A-Z]\]", said)


def test_a_signer_is_named_as_the_carrier_recorded_it() -> None:
    scans = cases.delivered_scans(signed_by="P. Sconosciuto")
    said = text_of(cases.case(shipments=(cases.shipment(scans=scans),)))
    assert "The carrier recorded the signature of P. Sconosciuto." in said


def test_what_no_evidence_tells_is_left_out() -> None:
    scans = (cases.scan(ScanKind.DELIVERED, "03-06 11:20"),)
    case = cases.case(shipments=(cases.shipment(scans=scans),), finances=None)
    said = text_of(case)
    assert "sign" not in said
    assert "first scan" not in said
    assert "refund by us" not in said
    assert "shows delivery" not in said


def test_no_refund_is_said_only_when_the_finances_answered() -> None:
    silent = cases.report("finances", SourceState.FAILED)
    assert "No refund by us" in text_of(cases.case())
    assert "No refund by us" not in text_of(cases.case(sources=[silent]))


def test_what_the_assessment_contradicts_is_not_written() -> None:
    case = cases.case()
    contradicted = papers.item("delivered_scan", ItemState.CONTRADICTED)
    elsewhere = papers.item("another_address", ItemState.HELD, level=Level.HARMFUL)
    assert "recorded delivery" in text_of(case)
    assert "recorded delivery" not in text_of(case, items=(contradicted,))
    assert "shows delivery" not in text_of(case, items=(elsewhere,))


def test_protection_never_says_deny() -> None:
    case = cases.case(shipments=(cases.shipment(bought_through_amazon=True),))
    said = text_of(
        case,
        defence=DefenceRef(id="claims_protection", title="Buy Shipping"),
        asks=Ask(funding="amazon_funds", odr="exclude"),
    )
    assert said.startswith("We ask Amazon to fund this claim")
    assert "under Buy Shipping Claims Protection" in said.splitlines()[0]
    assert "deny" not in said


def test_refunds_say_before_or_after_the_claim_and_what_remains() -> None:
    charge = cases.movement(MovementKind.CHARGE, when="03-02 17:00")
    defence = DefenceRef(id="already_refunded", title="Refunded")
    before = cases.case(finances=cases.finances(charge, cases.movement(MovementKind.REFUND, when="03-10 09:00")))
    after = cases.case(finances=cases.finances(charge, cases.movement(MovementKind.REFUND, when="03-13 09:00")))
    part = cases.case(finances=cases.finances(charge, cases.movement(MovementKind.REFUND, "20.00 EUR", "03-10 09:00")))
    assert "119.00 EUR was refunded in full on 10 Mar 2026, before the claim of" in text_of(before, defence=defence)
    assert "was refunded on 13 Mar 2026, after the claim was filed" in text_of(after, defence=defence)
    assert "before the claim" not in text_of(after, defence=defence)
    assert "20.00 EUR of 119.00 EUR was refunded" in text_of(part, defence=defence)
    assert "The customer paid 119.00 EUR, we refunded 20.00 EUR, 99.00 EUR remains." in text_of(part, defence=defence)


def two_parcels() -> tuple[Case, tuple[UnitVerdict, ...]]:
    """Two items in two parcels, of which the second is lost."""
    items = (cases.item(), cases.item(cases.SECOND_ITEM, title="Vaso blu", quantity=2))
    packages = (
        cases.package(),
        cases.package(cases.SECOND_TRACKING, reference="2", contents=((cases.SECOND_ITEM, 2),)),
    )
    lost = cases.shipment(
        tracking=cases.SECOND_TRACKING,
        scans=(cases.scan(ScanKind.LOST, "03-08 10:00", tracking=cases.SECOND_TRACKING),),
    )
    case = cases.case(order=cases.order(items=items, packages=packages), shipments=(cases.shipment(), lost))
    units = (
        UnitVerdict(item_id=cases.ITEM, quantity=1, tracking_number=cases.TRACKING, defended=True, why="delivered"),
        UnitVerdict(
            item_id=cases.SECOND_ITEM, quantity=2, tracking_number=cases.SECOND_TRACKING, defended=False, why="lost"
        ),
    )
    return case, units


def test_two_parcels_name_the_units_of_each() -> None:
    case, units = two_parcels()
    said = text_of(case, units=units, asks=Ask(funding="limit", odr="exclude"))
    assert f"Tracking number {cases.TRACKING} covers 1 x Lampada da tavolo Ærø." in said
    assert "These units are not shown as delivered: 2 x Vaso blu." in said


def test_the_buyer_is_told_what_the_recorded_parcel_holds_when_another_is_open() -> None:
    case, units = two_parcels()
    said = papers.assessed(case, units=units, asks=Ask(funding="limit", odr="exclude"))
    message = buyer_message(Writer(Facts(case, said), "en"), draft=False)
    assert f"Tracking number {cases.TRACKING} covers 1 x Lampada da tavolo Ærø.\n" in message
    assert cases.SECOND_TRACKING not in message
    alone = cases.case()
    assert "covers" not in buyer_message(Writer(Facts(alone, papers.assessed(alone)), "en"), draft=False)


def test_a_title_of_one_long_word_is_cut_and_never_lost() -> None:
    solid = "Ungeteilt" * 10
    case, units = two_parcels()
    assert case.order is not None
    items = tuple(one.model_copy(update={"title": solid}) for one in case.order.items)
    case = case.model_copy(update={"order": case.order.model_copy(update={"items": items})})
    said = text_of(case, units=units, asks=Ask(funding="limit", odr="exclude"))
    assert f"covers 1 x {solid[:60]} ...\n" in said


def test_sent_to_the_customer_only_with_a_record_of_sending() -> None:
    assert "sent to the customer" not in text_of(cases.case())
    case = cases.case(entries=[cases.recorded(RecordKind.MESSAGED, "03-12 09:00")])
    assert "The record was sent to the customer on 12 Mar 2026, 10:00 CET." in text_of(case)


def test_not_the_sellers_is_two_lines_while_a_request_runs() -> None:
    case = cases.case(order=cases.order(fulfilled_by="AMAZON"))
    said = text_of(
        case,
        decision=Decided.NOT_ACTIONABLE,
        defence=DefenceRef(id="not_the_sellers", title="Not the seller's"),
        asks=Ask(),
    )
    assert said.splitlines()[1:] == [
        "This order was fulfilled by Amazon, as the order record shows.",
        "Please handle this claim under the programme that fulfilled the order.",
    ]


def test_what_may_not_be_sent_says_so_first() -> None:
    case = cases.case()
    way = WayOut(id="refund", what="Refund", money="paid", odr="counts", protection="lost")
    accept = text_of(case, decision=Decided.ACCEPT, decision_why="lost by the carrier", ways_out=(way,))
    assert accept.startswith("NOT TO BE SENT.")
    assert "- Refund. Money: paid. ODR: counts. Protection: lost." in accept
    assert text_of(case, decision=Decided.NEEDS_HUMAN).startswith("NOT TO BE SENT. A person has to decide")
    draft = text_of(case, items=(papers.item("pod", ItemState.MISSING),), blockers=("pod",))
    assert draft.startswith("DRAFT - NOT TO BE SENT AS IT IS. Open: Title of pod.")


def test_words_of_injury_are_not_answered() -> None:
    said = text_of(cases.case(), alarms=("a message speaks of fire",))
    assert said.strip() == ("NOTHING IS DRAFTED. A person has to read this claim first: a message speaks of fire")


def test_as_is_is_no_draft_and_names_what_is_on_order() -> None:
    case = cases.case(entries=[cases.asked("pod", when="03-12 10:00")])
    said = papers.assessed(case, items=(papers.item("pod", ItemState.REQUESTED),), blockers=("pod",))
    response = response_lines(case, said, Printed(), "en", as_is="the carrier needs days")
    assert response.sendable
    body = response_text(response, 2000)
    assert (
        "We asked the carrier on 12 Mar 2026 for this, reference ASK-1, and it is not here yet: Title of pod." in body
    )


@pytest.mark.parametrize("decision", [Decided.ACCEPT, Decided.NEEDS_HUMAN])
def test_the_seller_may_decide_to_answer_with_the_facts_alone(decision: Decided) -> None:
    case = cases.case()
    said = papers.assessed(case, decision=decision, decision_why="no defence stands")
    assert not response_lines(case, said, Printed(), "en").sendable
    as_is = response_lines(case, said, Printed(), "en", as_is="the buyer does not answer")
    assert (as_is.sendable, as_is.ways) == (True, ())
    assert "NOT TO BE SENT" not in response_text(as_is, 2000)
    danger = said.model_copy(update={"alarms": ("a message speaks of fire",)})
    assert not response_lines(case, danger, Printed(), "en", as_is="the buyer does not answer").sendable


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_what_is_on_order_is_named_in_the_answers_language(language: str) -> None:
    item = papers.item("signature", ItemState.REQUESTED, title="Signature of the recipient")
    case = cases.case(entries=[cases.asked("signature")])
    said = papers.assessed(case, items=(item,), blockers=("signature",))
    response = response_lines(case, said, Printed(), language, as_is="two hours are left")
    (told,) = [one.text for one in response.sentences if "ASK-1" in one.text]
    assert "ignature of the recipient" not in told
    assert "(carrier" not in told


def test_the_buyers_words_are_data() -> None:
    hostile = "It\u202earrived \U0001f600 <b>ok</b> {order}"
    case = cases.case(messages=[cases.message(hostile, name="ack")])
    item = papers.item("buyer_acknowledges", exhibit=ev("ack"))
    said = text_of(case, items=(item,))
    assert '"It[U+202E RIGHT-TO-LEFT OVERRIDE]arrived [U+1F600 GRINNING FACE] <b>ok</b> {order}"' in said


@given(budget=st.integers(min_value=160, max_value=1600))
@settings(max_examples=60, deadline=None)
def test_the_budget_holds_and_no_sentence_is_cut(budget: int) -> None:
    case = cases.case(messages=[cases.message("Where is it?"), cases.message("Delivered.", "03-07 15:00", by="seller")])
    response = response_lines(case, papers.assessed(case), Printed(), "en")
    said = response_text(response, budget)
    assert cost(said) <= budget
    whole = {sentence.text for sentence in response.sentences}
    kept = said.splitlines()
    assert set(kept) <= whole
    assert kept[0] == response.sentences[0].text
    left_out = [one.rank for one in response.sentences if one.text not in kept]
    stayed = [one.rank for one in response.sentences if one.text in kept]
    assert not left_out or max(stayed) <= min(left_out)


def test_an_opening_that_cannot_fit_is_an_error_and_not_a_cut() -> None:
    case = cases.case()
    with pytest.raises(LimitExceeded, match="first sentence"):
        response_text(response_lines(case, papers.assessed(case), Printed(), "en"), 100)


def test_the_language_is_the_notices_unless_said_otherwise() -> None:
    case = cases.case(notices=[cases.notice(language="it")])
    said = papers.assessed(case)
    assert response_lines(case, said, Printed()).language == "it"
    assert response_lines(case, said, Printed(response_language="de")).language == "de"
    assert response_lines(case, said, Printed(response_language="de"), "fr").language == "fr"
    unknown = cases.case(notices=[cases.notice(language="pl")])
    assert response_lines(unknown, papers.assessed(unknown), Printed()).language == "en"


def test_a_delivery_read_from_an_exhibit_counts_with_that_exhibit() -> None:
    stated = cases.stated("delivered_at", "2026-03-06T11:20:00Z", source="file pod.jpg")
    case = cases.case(shipments=(), entries=[stated])
    first = response_lines(case, papers.assessed(case), Printed(), "en").sentences[0]
    assert "recorded delivery on 6 Mar 2026, 12:20 CET" in first.text
    assert ev("file pod.jpg") in first.exhibits


def test_the_claim_date_is_that_of_the_notice() -> None:
    case = cases.case(order=cases.order(deliver_by="03-14 22:59"))
    defence = DefenceRef(id="not_due_yet", title="Not due yet")
    assert "the claim, by Amazon's notice, is of 12 Mar 2026, 08:00 CET" in text_of(case, defence=defence)
    assert at("03-12 07:00").isoformat() == "2026-03-12T07:00:00+00:00"


def test_nothing_that_the_first_sentence_tells_is_told_again() -> None:
    refund = cases.movement(MovementKind.REFUND, when="03-10 09:00")
    paid = cases.movement(MovementKind.CHARGE, when="03-02 17:00")
    said = text_of(
        cases.case(finances=cases.finances(paid, refund)),
        defence=DefenceRef(id="already_refunded", title="Already refunded"),
    )
    assert said.count("refunded") == 2, "the opening, and what was paid, refunded and is left"
    bought = cases.case(shipments=(cases.shipment(bought_through_amazon=True),))
    said = text_of(
        bought,
        defence=DefenceRef(id="claims_protection", title="Protection"),
        asks=Ask(funding="amazon_funds", odr="exclude"),
    )
    assert said.count("2 Mar 2026, 19:40 CET") == 1
    back = cases.case(
        shipments=(cases.shipment(scans=(cases.scan(ScanKind.DELIVERED, "03-08 09:00", leg=Leg.RETURN),)),)
    )
    said = text_of(
        back, defence=DefenceRef(id="returned_to_sender", title="Returned"), asks=Ask(funding=None, odr="exclude")
    )
    assert said.count("8 Mar 2026") == 1


def test_a_claim_that_is_not_due_names_the_window_once_and_the_last_status() -> None:
    scans = (cases.scan(ScanKind.COLLECTED, "03-02 18:40"), cases.scan(ScanKind.OUT_FOR_DELIVERY, "03-11 07:00"))
    case = cases.case(shipments=(cases.shipment(scans=scans),), notices=[cases.notice(when="03-05 07:00")])
    said = text_of(case, defence=DefenceRef(id="not_due_yet", title="Not due yet"))
    assert "The carrier's last status is Out for delivery, of 11 Mar 2026, 08:00 CET." in said
    assert said.count("7 Mar 2026, 23:59 CET") == 1


def test_a_proof_is_named_when_the_policy_holds_it() -> None:
    case = cases.case(entries=[cases.attached(AttachmentKind.DELIVERY_PHOTO, name="porch.jpg")])
    held = papers.item("delivery_photo", exhibit=ev("file porch.jpg"))
    assert "We hold a photo of the delivery." in text_of(case, items=(held,))
    for lacking in (papers.item("delivery_photo", ItemState.UNKNOWN, exhibit=ev("file porch.jpg")), None):
        assert "photo" not in text_of(case, items=(lacking,) if lacking else ())
    other = papers.item("delivery_photo", exhibit=ev("file porch.jpg"), unit="ANOTHER-PARCEL")
    assert "photo" not in text_of(case, items=(other,))


def test_quotes_in_a_quote_are_single_and_a_times_sign_is_an_x() -> None:
    case = cases.case(listings=(cases.listing("Tovaglia “Fiore”, 150 × 183"),))
    said = text_of(case, defence=DefenceRef(id="return_offered", title="Return offered"))
    assert '''"Tovaglia 'Fiore', 150 x 183"''' in said


@pytest.mark.parametrize(
    ("kind", "words"), [(DeadlineKind.APPEAL, "a2z build --appeal"), (DeadlineKind.NONE, "NOTHING TO SEND.")]
)
def test_the_answer_to_a_decided_claim_says_that_it_is_too_late_for_one(kind: DeadlineKind, words: str) -> None:
    case = cases.case(notices=[cases.notice(), cases.decided()])
    said = papers.assessed(case, status=Status.DECIDED, deadline=Deadline(kind=kind, rule=None))
    found = response_lines(case, said, Printed(), "en")
    assert not found.sendable
    assert words in found.banner[0]


def test_of_very_many_parcels_the_buyer_is_told_the_first_and_how_many_more() -> None:
    numbers = [f"QX40000000{n:02}IT" for n in range(25)]
    items = tuple(cases.item(f"item-{n}", title=f"Lamp {n}") for n in range(25))
    packages = tuple(
        cases.package(number, reference=number, contents=((item.id, 1),))
        for number, item in zip(numbers, items, strict=True)
    )
    case = cases.case(
        order=cases.order(items=items, packages=packages),
        shipments=tuple(cases.shipment(tracking=number) for number in numbers),
    )
    message = buyer_message(Writer(Facts(case, papers.assessed(case)), "en"), draft=False)
    delivered = [line for line in message.splitlines() if "recorded the delivery" in line]
    assert len(delivered) == 9
    assert "\n16 more parcels of this order are recorded as delivered, the last on 6 Mar 2026, 12:20 CET.\n" in message
    assert len(message.splitlines()) < 40
