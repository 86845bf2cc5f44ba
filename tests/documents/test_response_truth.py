"""Sentences that a reader would take for more than the evidence says are not written."""

from __future__ import annotations

import pytest
from support import cases, papers
from support.cases import ev

from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import response_lines, response_text
from a2z_defense.model.assessment import Ask, DefenceRef, Item, ItemState, UnitVerdict
from a2z_defense.model.case import Case, SourceState
from a2z_defense.model.entries import AttachmentKind, Entry
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Automatic, MailKind
from a2z_defense.model.tracking import Leg, ScanKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables


def text_of(case: Case, language: str = "en", **more: object) -> str:
    return response_text(response_lines(case, papers.assessed(case, **more), Printed(), language), 5000)


PADDING = " I am writing because Amazon asked me to say how it went with this order, and here is my whole story of it."


def quoted(text: str) -> str:
    case = cases.case(messages=[cases.message(text, name="ack")])
    return text_of(case, items=(papers.item("buyer_acknowledges", exhibit=ev("ack")),))


@pytest.mark.parametrize(
    "text",
    [
        "Amazon told me it has arrived. I was at home, nobody rang, there is really nothing at the door." + PADDING,
        "The parcel never came. My other order arrived, thank you for that one at least." + PADDING,
        "I have not got my parcel; my sister's parcel arrived." + PADDING,
        "At last the parcel arrived at\nthe house of the neighbours and they will not give it to me." + PADDING,
        "The parcel has not arrived.",
    ],
)
def test_no_words_are_quoted_from_a_message_that_denies(text: str) -> None:
    assert "the customer wrote" not in quoted(text)


def test_a_long_message_is_quoted_by_a_whole_sentence() -> None:
    said = quoted("Thank you, my parcel arrived\nthis morning; all is in order." + PADDING)
    assert '"... Thank you, my parcel arrived this morning; all is in order. ..."' in said


@pytest.mark.parametrize("told", ["mail", "stated", "returns"])
def test_no_refund_is_said_to_be_none_when_anything_tells_of_one(told: str) -> None:
    case = {
        "mail": cases.case(other_mails=(cases.refund_mail(),)),
        "stated": cases.case(entries=[cases.stated("refund_amount", "119.00 EUR")]),
        "returns": cases.case(returns=(cases.return_row(refunded=cases.money("119.00 EUR")),)),
    }[told]
    assert "No refund by us" not in text_of(case)
    assert "No refund by us" in text_of(cases.case())


def test_two_sums_of_a_refund_are_no_sum() -> None:
    refund = cases.movement(MovementKind.REFUND, "20.00 EUR")
    money = cases.finances(cases.movement(MovementKind.CHARGE, when="03-02 17:00"), refund)
    assert "We refunded 20.00 EUR" in text_of(cases.case(finances=money))
    assert "20.00 EUR" not in text_of(cases.case(finances=money, other_mails=(cases.refund_mail("119.00 EUR"),)))


def conversation(
    text: str, *, failure: str | None = None, names_it: bool = False, automatic: Automatic = Automatic.NO
) -> str:
    asked = cases.message("Where is it?")
    answer = cases.message(text, "03-07 15:00", by="seller", message_id="one@example.com", automatic=automatic)
    named: tuple[str, ...] = ("one@example.com",) if names_it else ()
    failed = (cases.mail(MailKind.DELIVERY_FAILURE, failure, references=named),) if failure else ()
    return text_of(cases.case(messages=[asked, answer], other_mails=failed))


def test_a_message_whose_delivery_failed_answers_nothing_and_is_not_pointed_at() -> None:
    for said in (
        conversation("It is delivered.", failure="03-07 15:05"),
        conversation("It is delivered.", failure="03-20 15:05", names_it=True),
    ):
        assert "We answered" not in said
        assert "our message" not in said
    assert "We answered" in conversation("It is delivered.")
    assert "our message to the customer of 7 Mar" in conversation("It is delivered.", failure="03-20 15:05")


def test_an_automatic_reply_is_no_answer() -> None:
    assert "We answered" not in conversation("We are closed until Monday.", automatic=Automatic.YES)
    assert "We answered" not in conversation("We are closed until Monday.", automatic=Automatic.MAYBE)
    assert "We answered" in conversation("We are closed until Monday.")


def test_no_message_that_admits_or_promises_is_pointed_at() -> None:
    said = conversation("It was our mistake, we sent it to the wrong address. We will refund you.")
    assert "our message" not in said
    assert "the tracking number" in said


@pytest.mark.parametrize("signer", ["FRONT DOOR", "NO SIGNATURE REQUIRED", "VICINO / NEIGHBOUR", "Nachbarin", "Box 4"])
def test_a_door_does_not_sign(signer: str) -> None:
    scans = cases.delivered_scans(signed_by=signer)
    said = text_of(cases.case(shipments=(cases.shipment(scans=scans),)))
    assert "recorded delivery on 6 Mar 2026" in said
    assert "igned" not in said


@pytest.mark.parametrize("status", ["RETURNED_TO_SELLER", "LOST", "REJECTED_BY_BUYER", "DAMAGED"])
def test_a_parcel_that_went_back_or_is_lost_is_not_told_as_delivered_and_nothing_is_denied(status: str) -> None:
    case = cases.case(order=cases.order(packages=[cases.package(status=status)]))
    said = response_text(response_lines(case, papers.assessed(case), Printed(), "en", as_is="no time is left"), 5000)
    assert said.startswith("This is our information on the claim on order 402-1234567-7654321")
    for words in ("deny", "igned", "delivery on", "shows delivery", "do not debit"):
        assert words not in said


def test_a_delivery_that_the_policy_does_not_hold_carries_no_signature_and_no_ask() -> None:
    said = text_of(cases.case(), items=(papers.item("delivered_scan", ItemState.CONTRADICTED),))
    assert "deny" not in said
    assert "igned" not in said


@pytest.mark.parametrize(
    ("scans", "words"),
    [
        ([("undeliverable", "03-06", Leg.FORWARD)], 'recorded the status "Undeliverable" on 6 Mar'),
        (
            [("undeliverable", "03-06", Leg.FORWARD), ("returning", "03-08", Leg.RETURN)],
            "recorded the parcel's way back to the sender on 8 Mar",
        ),
        (
            [
                ("rejected", "03-06", Leg.FORWARD),
                ("returning", "03-08", Leg.RETURN),
                ("delivered", "03-11", Leg.RETURN),
            ],
            "recorded the parcel's return to the sender on 11 Mar",
        ),
    ],
)
def test_the_return_has_the_date_of_the_scan_that_says_so(scans: list[tuple[str, str, Leg]], words: str) -> None:
    told = [cases.scan(ScanKind(kind), f"{day} 10:00", leg=leg) for kind, day, leg in scans]
    first = cases.scan(ScanKind.COLLECTED, "03-02 18:40")
    case = cases.case(shipments=(cases.shipment(scans=(first, *told)),))
    defence = DefenceRef(id="returned_to_sender", title="Returned")
    assert words in text_of(case, defence=defence).splitlines()[0]


def test_a_photo_of_before_the_shipment_was_taken_before_it() -> None:
    defence = DefenceRef(id="as_described", title="As described")

    read = cases.stated("pre_ship_photo_matches", "yes", source="file pre-ship-photo.jpg")

    def photo(day: str, *more: Entry) -> str:
        entry = cases.attached(AttachmentKind.PRE_SHIP_PHOTO, taken_at=cases.at(f"{day} 09:00"))
        return text_of(cases.case(entries=[entry, *more]), defence=defence)

    assert "We hold a photo taken before shipment, on 2 Mar 2026" in photo("03-02", read)
    assert "taken before shipment" not in photo("03-05", read)
    assert "taken before shipment" not in photo("03-02"), "nobody has read it"


def test_a_unit_that_was_not_packed_is_named() -> None:
    order = cases.order(items=[cases.item(quantity=2)])
    units = (
        UnitVerdict(item_id=cases.ITEM, quantity=1, tracking_number=cases.TRACKING, defended=True, why="delivered"),
        UnitVerdict(item_id=cases.ITEM, quantity=1, defended=False, why="in no package"),
    )
    said = text_of(cases.case(order=order), units=units, asks=Ask(funding="limit", odr="exclude"))
    assert f"Tracking number {cases.TRACKING} covers 1 x Lampada" in said
    assert "These units are not shown as delivered: 1 x Lampada" in said


def test_a_parcel_sent_anew_leaves_no_unit_open() -> None:
    packages = [cases.package(cases.SECOND_TRACKING, status="LOST"), cases.package(reference="2")]
    units = (
        UnitVerdict(item_id=cases.ITEM, quantity=1, tracking_number=cases.SECOND_TRACKING, defended=False, why="lost"),
        UnitVerdict(item_id=cases.ITEM, quantity=1, tracking_number=cases.TRACKING, defended=True, why="delivered"),
    )
    said = text_of(cases.case(order=cases.order(packages=packages)), units=units)
    assert f"Tracking number {cases.TRACKING} covers 1 x Lampada" in said
    assert "not shown as delivered:" not in said


def test_a_claim_after_the_window_and_within_the_grace_names_the_grace() -> None:
    defence = DefenceRef(id="not_due_yet", title="Not due yet")
    case = cases.case(order=cases.order(deliver_by="03-10 22:59"))
    first = text_of(case, defence=defence).splitlines()[0]
    assert (
        "a claim may be filed 3 days later, from 13 Mar 2026, 23:59 CET, and this one, by Amazon's notice, is of 12 Mar"
        in first
    )
    late = text_of(cases.case(), defence=defence).splitlines()[0]
    assert "the latest estimated delivery" not in late
    assert "deny" not in late


def test_a_carriers_code_is_said_in_the_answers_language() -> None:
    protection = DefenceRef(id="claims_protection", title="Buy Shipping")

    def last(kind: ScanKind, code: str) -> str:
        scans = (cases.scan(ScanKind.COLLECTED, "03-02 18:40"), cases.scan(kind, "03-06 08:00", code=code))
        return text_of(cases.case(shipments=(cases.shipment(scans=scans),)), "it", defence=protection)

    said = last(ScanKind.OUT_FOR_DELIVERY, "out_for_delivery")
    assert "L'ultimo stato del corriere è In consegna, del 6 mar 2026" in said
    assert "out_for_delivery" not in said
    assert "ultimo stato" not in last(ScanKind.OTHER, "XJ-77")


def test_the_listing_of_the_sale_goes_before_a_later_one_and_a_later_one_says_so() -> None:
    defence = DefenceRef(id="as_described", title="As described")
    sold, later = cases.listing("Old title", "03-01 09:00"), cases.listing("New title", "03-12 09:00")
    said = text_of(cases.case(listings=(sold, later)), defence=defence)
    assert 'The listing as captured on 1 Mar 2026, 10:00 CET is titled: "Old title".' in said
    assert "New title" not in said
    only = text_of(cases.case(listings=(later,)), defence=defence)
    assert (
        'The listing as captured on 12 Mar 2026, 10:00 CET, after the order was placed, is titled: "New title".' in only
    )


def test_the_buyers_complaint_is_told_beside_an_offered_return_alone() -> None:
    case = cases.case(messages=[cases.message("The lamp is scratched.")])
    assert "The lamp is scratched" in text_of(case, defence=DefenceRef(id="return_offered", title="Offered"))
    assert "The lamp is scratched" not in text_of(case, defence=DefenceRef(id="as_described", title="As described"))


def test_italian_and_french_dates_read_as_they_are_spoken() -> None:
    asked = cases.message("Dov'è?", "11-08 12:00")
    answer = cases.message("In viaggio.", "11-11 12:00", by="seller")
    said = text_of(cases.case(messages=[asked, answer]), "it")
    assert "dell'8 nov 2026" in said
    assert "dell'11 nov 2026" in said
    assert "del 8" not in said
    assert "del 11" not in said
    assert "1er mars 2026" in text_of(cases.case(), "fr")


def test_a_delivered_parcel_of_a_draft_is_not_called_undelivered() -> None:
    units = (
        UnitVerdict(item_id=cases.ITEM, quantity=1, tracking_number=cases.TRACKING, defended=False, why="no proof"),
    )
    said = text_of(cases.case(), units=units, blockers=("signature",))
    assert "recorded delivery" in said
    assert "not shown as delivered:" not in said


def test_a_source_that_nobody_asked_gave_no_answer_because_nobody_asked() -> None:
    case = cases.case(sources=[cases.report("tracking", SourceState.NOT_ASKED)], shipments=())
    whys = " ".join(item.why for item in assess(case, load_tables()).items)
    assert "tracking was not asked" in whys
    assert "(not asked)" not in whys


def test_each_defence_of_goods_and_returns_opens_with_its_own_fact() -> None:
    """Not with the delivery, which nobody disputes there."""
    sold, later = (
        cases.listing("Old title", "02-28 09:00"),
        cases.report("returns", SourceState.ANSWERED, evidence=(ev("order"),)),
    )
    photo = cases.attached(AttachmentKind.PRE_SHIP_PHOTO, taken_at=cases.at("03-02 09:00"))
    read = cases.stated("pre_ship_photo_matches", "yes", source="file pre-ship-photo.jpg")

    def first(defence: str, case: Case, items: tuple[Item, ...] = ()) -> str:
        return text_of(case, defence=DefenceRef(id=defence, title=defence), items=items).splitlines()[0]

    described = first("as_described", cases.case(listings=(sold,), entries=[photo, read]))
    assert "the listing as captured on 28 Feb 2026, 10:00 CET, before the order, and a photo of the goods" in described
    assert "recorded delivery" not in described
    serial = cases.case(entries=[cases.stated("serial_number", "SN-1")])
    assert "the unit sent has serial number SN-1" in first("as_described", serial)
    nothing = cases.case(sources=[later])
    for defence in ("not_returned", "nothing_came_back"):
        assert "no return parcel is recorded as of 12 Mar 2026, 09:00 CET" in first(defence, nothing)
    late = cases.case(
        entries=[
            cases.stated("return_window_ends", "2026-03-09"),
            cases.stated("return_requested_at", "2026-03-11T09:00:00Z"),
        ]
    )
    window = (papers.item("return_window"),)
    for defence in ("not_returned", "not_eligible"):
        said = first(defence, late, items=window)
        assert "requested on 11 Mar 2026, after Amazon's return window for this order ended on 9 Mar 2026" in said
    back = cases.case(
        entries=[
            cases.stated("serial_number", "SN-1"),
            cases.stated("returned_serial_number", "SN-2"),
            cases.stated("return_received_at", "2026-03-11T09:00:00Z"),
        ]
    )
    assert "has serial number SN-1, the one returned on 11 Mar 2026 has SN-2" in first("came_back_different", back)
    charges = cases.case(entries=[cases.stated("charges_reimbursed", "12.00 EUR")])
    assert "we reimbursed charges of 12.00 EUR" in first("charges_settled", charges)
    anew = cases.case(entries=[cases.stated("replacement_delivered_at", "2026-03-11T09:00:00Z")])
    assert "the replacement was delivered on 11 Mar 2026" in first("replacement", anew)


def test_a_split_claim_and_a_refund_in_part_ask_to_limit_it_to_what_is_open() -> None:
    units = (
        UnitVerdict(item_id=cases.ITEM, quantity=1, tracking_number=cases.TRACKING, defended=True, why="delivered"),
        UnitVerdict(item_id=cases.SECOND_ITEM, quantity=1, defended=False, why="in no package"),
    )
    split = text_of(cases.case(), units=units, asks=Ask(funding="limit", odr=None)).splitlines()[0]
    assert "to the units not shown as delivered: Corriere Zefiro recorded delivery of tracking number" in split
    refund = cases.movement(MovementKind.REFUND, "20.00 EUR")
    money = cases.finances(cases.movement(MovementKind.CHARGE, when="03-02 17:00"), refund)
    for funding in ("deny", "limit"):
        said = text_of(
            cases.case(finances=money),
            defence=DefenceRef(id="already_refunded", title="Refunded"),
            asks=Ask(funding=funding, odr="exclude"),
        ).splitlines()[0]
        assert "to the 99.00 EUR not yet refunded: 20.00 EUR of 119.00 EUR was refunded on" in said
        assert "deny" not in said


def test_an_opening_that_grows_too_long_leaves_out_whole_parts_and_is_never_cut() -> None:
    carrier = "Zefiro " * 40
    case = cases.case(
        order=cases.order(packages=[cases.package(carrier=carrier)]), shipments=(cases.shipment(carrier=carrier),)
    )
    said = text_of(case).splitlines()[0]
    assert "the carrier recorded delivery on 6 Mar 2026, 12:20 CET" in said
    words = cases.stated("inspection_note", "n" * 110)
    noted = cases.case(entries=[words, cases.stated("return_received_at", "2026-03-11T09:00:00Z")])
    first = text_of(noted, "de", defence=DefenceRef(id="came_back_different", title="x")).splitlines()[0]
    assert len(first) <= 300
    assert first.endswith(".")


@pytest.mark.parametrize(("answered", "told"), [("03-08 10:00", True), ("03-11 10:00", False)])
def test_nobody_volunteers_an_answer_that_came_after_the_72_hours(answered: str, told: bool) -> None:
    messages = [cases.message("Where is it?", "03-07 10:00"), cases.message("On its way.", answered, by="seller")]
    assert ("message" in text_of(cases.case(messages=messages)).split("Amazon can check")[0]) is told


def test_two_of_three_parcels_are_not_all_of_them() -> None:
    third = "QX4007003001IT"
    numbers = (cases.TRACKING, cases.SECOND_TRACKING, third)
    packages = [cases.package(number, reference=str(place)) for place, number in enumerate(numbers, start=1)]
    shipments = [cases.shipment(tracking=number) for number in numbers[:2]]
    units = [
        UnitVerdict(item_id=cases.ITEM, quantity=1, tracking_number=number, defended=number != third, why="scans")
        for number in numbers
    ]
    order = cases.order(items=[cases.item(quantity=3)], packages=packages)
    said = text_of(cases.case(order=order, shipments=shipments), units=tuple(units), asks=Ask(funding="limit"))
    assert "2 of the order's 3 parcels are recorded as delivered" in said
    assert "all 2 parcels" not in said
