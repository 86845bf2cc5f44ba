"""One thing changed in the case that holds everything: the judgement follows, and no sentence outlives its evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.variations import in_record
from support.variations import play as play_scenario

from a2z_defense.model.assessment import Assessment, Decided, ItemState
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.marketplaces import by_country
from a2z_defense.sandbox import mails
from a2z_defense.sandbox.answers import Answers
from a2z_defense.sandbox.faults import FaultKind, FaultRule
from a2z_defense.sandbox.money_shapes import refund_event
from a2z_defense.sandbox.scenarios import load_scenarios
from a2z_defense.sandbox.shapes import Thing

BASE = load_scenarios()[0]
CARRIER, SIGNATURE, POD = AttachmentKind.CARRIER, AttachmentKind.SIGNATURE, AttachmentKind.POD
PLACE = {"place_address", "place_postcode_city", "place_gps", "place_label"}
PROOF = {"signature", "pod_document", "delivery_photo"}


@dataclass(frozen=True)
class Variation:
    """What is changed, and what must follow."""

    name: str
    decision: str
    blocked: frozenset[str] = frozenset()
    """Exactly these items block."""
    attached: tuple[AttachmentKind, ...] = (CARRIER, SIGNATURE, POD)
    record: Callable[[list[dict[str, Any]]], None] = field(default=lambda events: None)
    """Changes the carrier's events."""
    answers: Callable[[dict[str, Any], Answers], None] = field(default=lambda order, answers: None)
    faults: tuple[FaultRule, ...] = ()
    mails: tuple[str, ...] = ("01", "02", "03", "04")
    more: tuple[bytes, ...] = ()
    """Mails that come as well."""
    unsaid: tuple[str, ...] = ()
    """Words that the answer may no longer hold."""
    said: tuple[str, ...] = ()
    defence: str | None = "delivered"
    odr: str | None = "exclude"
    """What is asked of the ODR, when a defence is put forward."""


def _last(**change: str | None) -> Callable[[list[dict[str, Any]]], None]:
    def apply(events: list[dict[str, Any]]) -> None:
        events[-1].update(change)

    return apply


def _late(events: list[dict[str, Any]]) -> None:
    """The carrier first held the parcel three days after ship-by."""
    for event in events[1:3]:
        event["time"] = "2026-11-02T09:00:00+01:00"


def _refunded_late(order: dict[str, Any], answers: Answers) -> None:
    """A refund in full on the day after the claim."""
    (item,) = order["orderItems"]
    thing = Thing(item["orderItemId"], "", "", item["product"]["sellerSku"], Decimal("119.00"))
    italy = by_country("IT")
    assert italy is not None
    event = refund_event(BASE.order_id, italy, dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC), [thing])
    answers.finances[BASE.order_id]["payload"]["FinancialEvents"]["RefundEventList"] = [event]


DELIVERED = ("recorded delivery", "10:12")
PLACED = ("postcode and city of the address", "10124")
SIGNED = ("signed", "signature", "D'Al")
UNPROVEN = frozenset({"delivered_scan", *PLACE, *PROOF})

VARIATIONS = (
    Variation("nothing changed", "defend", said=(*DELIVERED, *PLACED, "signed for", "signature of N. D'Alòia")),
    Variation("no carrier record, no pictures", "defend", UNPROVEN, (), unsaid=(*DELIVERED, *PLACED, *SIGNED)),
    Variation(
        "pictures without a record", "defend", frozenset({"delivered_scan", *PLACE}), (SIGNATURE, POD),
        unsaid=(*DELIVERED, *PLACED),
    ),
    Variation("a record without pictures", "defend", attached=(CARRIER,), said=(*DELIVERED, *PLACED)),
    Variation(
        "delivered in another town", "needs_human", frozenset({*PLACE, "another_address"}), (CARRIER,),
        record=_last(city="Bologna", postal_code="40121"), unsaid=(*PLACED, "deny"),
    ),
    Variation(
        "left with a neighbour", "needs_human", frozenset({*PROOF, "left_elsewhere"}), (CARRIER,),
        record=_last(left_with="neighbor", signed_by=None), unsaid=(*SIGNED, "deny"),
    ),
    Variation(
        "delivered after the claim", "needs_human", frozenset({"delivered_after_claim"}),
        record=_last(time="2026-11-10T10:12:00+01:00"), unsaid=("deny",),
    ),
    Variation(
        "delivered on the return leg", "defend", frozenset({"return_scan"}), (CARRIER,), record=_last(leg="return"),
        defence="returned_to_sender", unsaid=("recorded delivery", *PLACED, *SIGNED, "deny"),
    ),
    Variation(
        "a time without a zone", "defend", frozenset({"delivered_scan"}), (CARRIER,),
        record=_last(time="2026-11-04T10:12:00"), unsaid=DELIVERED,
    ),
    Variation(
        "a code that no table knows", "defend", UNPROVEN, (CARRIER,), record=_last(event=None, code="FATTO"),
        unsaid=(*DELIVERED, *PLACED, *SIGNED),
    ),
    Variation(
        "another parcel's record", "defend", UNPROVEN, (CARRIER,),
        answers=lambda order, answers: order["packages"][0].update(trackingNumber="084229999999"),
        unsaid=(*DELIVERED, *PLACED, *SIGNED, "084220011947"),
    ),
    Variation(
        "the record ends with a loss", "defend", UNPROVEN, (CARRIER,), record=_last(event="lost", code="SMARRITA"),
        unsaid=(*DELIVERED, *PLACED),
    ),
    Variation(
        "the address is not told", "defend", frozenset({*PLACE, "another_address"}), (CARRIER,),
        answers=lambda order, answers: order.pop("recipient"), said=DELIVERED, unsaid=PLACED,
    ),
    Variation(
        "the order is not told", "defend",
        frozenset({"order_record", "ship_by", "delivery_window", "who_fulfils", *PLACE, "another_address"}),
        faults=(FaultRule("getOrder", FaultKind.UNAVAILABLE_HTML),),
        unsaid=("order was placed", "Ship-by", "Delivery was estimated", "address on the order", "Manage Orders"),
    ),
    Variation(
        "the refunds are not told", "defend",
        faults=(FaultRule("listFinancialEventsByOrderId", FaultKind.EMPTY),), unsaid=("refund by us",),
    ),
    Variation("the first scan came late", "defend", record=_late, unsaid=("first scan",), odr=None),
    Variation(
        "refunded after the claim", "defend", answers=_refunded_late, defence="already_refunded",
        said=("after the claim was filed", "0.00 EUR remains"), unsaid=("before the claim", "No refund by us"),
        odr=None,
    ),
    Variation(
        "the buyer wrote nothing", "needs_human", frozenset({"claim_reason", "message_thread"}), mails=("03", "04"),
        defence=None, unsaid=("deny", "We answered", "our message"),
    ),
)  # fmt: skip


def _message(words: str) -> bytes:
    """One more message of the buyer, after the claim."""
    place = by_country("IT")
    assert place is not None
    cell = mails.message_cell(
        order_id=BASE.order_id, item="Moka", asin="B0A2Z1IT01", words=words, begin="Messaggio:", end="Fine messaggio",
        greeting="",
    )  # fmt: skip
    letter = mails.Letter(
        marketplace=place,
        at=dt.datetime(2026, 11, 11, 18, tzinfo=dt.UTC),
        subject=f"Order delivery inquiry from Amazon customer Nicolò (Order: {BASE.order_id})",
        sender=mails.alias("Nicolò D’Alòia", place),
        display="Nicolò D’Alòia - Amazon Marketplace",
        to="claims@store.example",
        html=mails.page(cell, marketplace=place, key="variation"),
        notification=mails.BUYER,
    )
    return mails.write(letter)


@pytest.mark.parametrize("words", ["The moka exploded and burned my hand.", "La moka è esplosa e mi sono ustionato."])
def test_words_of_injury_stop_every_draft(words: str, tmp_path: Path) -> None:
    assessment, text = play(Variation("injury", "needs_human", more=(_message(words),)), tmp_path)
    assert assessment.decision is Decided.NEEDS_HUMAN
    assert assessment.alarms
    assert text == ""


def test_thanks_are_quoted_and_end_no_claim(tmp_path: Path) -> None:
    """The buyer's thanks are quoted; only Amazon's notice ends a claim."""
    said = Variation("thanks", "defend", more=(_message("È arrivato, grazie!"),))
    assessment, text = play(said, tmp_path)
    held = {item.id for item in assessment.items if item.state is ItemState.HELD}
    assert "buyer_acknowledges" in held
    assert "withdrawal" not in held
    assert assessment.deadline.kind.value == "response"
    assert "È arrivato, grazie!" in text


def play(variation: Variation, home: Path) -> tuple[Assessment, str]:
    """The judgement and the text of the answer, in English."""

    def folder(copied: Path) -> None:
        in_record("carrier-brt.json", variation.record)(copied)
        for path in (copied / "mail").iterdir():
            if path.name[:2] not in variation.mails:
                path.unlink()
        for number, raw in enumerate(variation.more):
            (copied / "mail" / f"more-{number}.eml").write_bytes(raw)

    return play_scenario(
        BASE,
        home,
        answers=lambda told: variation.answers(told.orders[BASE.order_id]["order"], told),
        folder=folder,
        attached=lambda one: one.kind in variation.attached,
        faults=variation.faults,
    )


@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda variation: variation.name)
def test_the_judgement_follows_the_evidence(variation: Variation, tmp_path: Path) -> None:
    assessment, text = play(variation, tmp_path)
    assert assessment.decision.value == variation.decision, assessment.decision_why
    assert (assessment.defence.id if assessment.defence else None) == variation.defence
    assert set(assessment.blockers) == variation.blocked
    if variation.decision == "defend":
        assert assessment.asks.odr == variation.odr
    for words in variation.unsaid:
        assert words not in text, text
    for words in variation.said:
        assert words in text, text
