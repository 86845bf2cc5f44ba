"""One thing changed in the other examples: protection, returns, refunds, decisions and who fulfils."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.variations import in_record, play, same

from a2z_defense.model.marketplaces import by_country
from a2z_defense.sandbox.answers import Answers
from a2z_defense.sandbox.faults import FaultKind, FaultRule
from a2z_defense.sandbox.mails import _relaxed
from a2z_defense.sandbox.money_shapes import refund_event
from a2z_defense.sandbox.scenarios import load_scenarios
from a2z_defense.sandbox.shapes import Thing

pytestmark = pytest.mark.slow

SCENARIOS = {scenario.slug[:2]: scenario for scenario in load_scenarios()}
UNPROVEN = frozenset(
    {"delivered_scan", "place_address", "place_postcode_city", "place_gps", "place_label"}
    | {"signature", "pod_document", "delivery_photo"}
)


@dataclass(frozen=True)
class Changed:
    """What is changed in which scenario, and what must follow."""

    scenario: str
    name: str
    decision: str
    defence: str | None
    blocked: frozenset[str] = frozenset()
    deadline: str = "response"
    answers: Callable[[Answers], None] = same
    folder: Callable[[Path], None] = same
    attached: bool = True
    faults: tuple[FaultRule, ...] = ()
    funding: str | None = None
    unsaid: tuple[str, ...] = ()


def _order(scenario: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Answers], None]:
    return lambda told: (change(told.orders[SCENARIOS[scenario].order_id]["order"]), None)[1]


def _refunded(scenario: str, amount: str, at: dt.datetime) -> Callable[[Answers], None]:
    def apply(told: Answers) -> None:
        story = SCENARIOS[scenario]
        place = by_country(story.marketplace)
        assert place is not None
        item = told.orders[story.order_id]["order"]["orderItems"][0]
        thing = Thing(item["orderItemId"], "", "", item["product"]["sellerSku"], Decimal(amount))
        events = told.finances[story.order_id]["payload"]["FinancialEvents"]
        events["RefundEventList"] = [refund_event(story.order_id, place, at, [thing])]

    return apply


def _lost(*names: str) -> Callable[[Path], None]:
    """Those mails never came."""

    def apply(folder: Path) -> None:
        for name in names:
            (folder / "mail" / name).unlink()

    return apply


def _amazon_pays(folder: Path) -> None:
    """The decision says that Amazon covered the cost. Its body hash is made right again: it is no altered mail."""
    path = folder / "mail" / "03-decision.eml"
    head, _, body = path.read_bytes().partition(b"\n\n")
    told = b"We have debited =E2=82=AC54.20 from your account and this claim will count"
    assert told in body
    body = body.replace(told, b"We have covered the cost of this claim and it will not count")
    digest = base64.b64encode(hashlib.sha256(_relaxed(body)).digest())
    path.write_bytes(re.sub(rb"\n\tbh=[^;]+;", b"\n\tbh=" + digest + b";", head) + b"\n\n" + body)


def _no_debit(told: Answers) -> None:
    del told.finances[SCENARIOS["12"].order_id]["payload"]["FinancialEvents"]["GuaranteeClaimEventList"]


def _all_forward(told: Answers) -> None:
    for tracking in told.tracking.values():
        for event in tracking["payload"]["eventHistory"]:
            event["shipmentType"] = "FORWARD"


PACKAGE = {
    "packageReferenceId": "1",
    "packageStatus": {"status": "IN_TRANSIT"},
    "carrier": "Royal Mail",
    "trackingNumber": "RM000000001GB",
    "shipTime": "2026-10-29T10:00:00Z",
}
POST = "carrier-australia-post.json"
CHANGES = (
    Changed(
        "10", "only a label, no scan", "defend", "claims_protection", frozenset({"first_scan_in_time"}),
        folder=in_record(POST, lambda events: events.__delitem__(slice(1, None))), funding="amazon_funds",
        unsaid=("first scan", "first carrier scan"),
    ),
    Changed(
        "10", "the store refunded after the claim", "defend", "already_refunded",
        answers=_refunded("10", "64.00", dt.datetime(2026, 11, 11, 9, tzinfo=dt.UTC)), funding="deny",
        unsaid=("Claims Protection", "none recorded"),
    ),
    Changed(
        "10", "it came back", "defend", "returned_to_sender",
        folder=in_record(POST, lambda events: events[-1].update(event="delivered", leg="return", code="Returned")),
        unsaid=("fund this claim", "recorded delivery"),
    ),
    Changed(
        "04", "the last scan is a forward one", "defend", "returned_to_sender", frozenset({"return_scan"}),
        answers=_all_forward, unsaid=("recorded delivery",),
    ),
    Changed(
        "04", "tracking is down", "defend", "returned_to_sender", frozenset({"return_scan"}),
        faults=(FaultRule("getTracking", FaultKind.SERVER_ERROR),), unsaid=("31 Oct", "6 Nov", "first scan"),
    ),
    Changed("05", "it was shipped in time", "needs_human", "delivered", UNPROVEN,
            answers=_order("05", lambda order: order.update(packages=[PACKAGE])), unsaid=("deny", "recorded delivery")),
    Changed("06", "the store ships it", "needs_human", None, frozenset({"claim_reason", "message_thread"}), "check",
            answers=_order("06", lambda order: order["fulfillment"].update(fulfilledBy="MERCHANT"))),
    Changed("06", "the store ships it under Prime", "not_actionable", "not_the_sellers", deadline="check",
            answers=_order("06", lambda order: (order["fulfillment"].update(fulfilledBy="MERCHANT"),
                                                order.update(programs=["PRIME"]))), unsaid=("fulfilled by Amazon",)),
    Changed(
        "07", "the refund came after the claim", "defend", "already_refunded", funding="deny",
        answers=_refunded("07", "89.95", dt.datetime(2026, 11, 11, 9, tzinfo=dt.UTC)),
        folder=_lost("02-refund-issued.eml"),
        unsaid=("before the claim", "ODR"),
    ),
    Changed(
        "09", "neither parcel is proven", "defend", "delivered", UNPROVEN, attached=False, funding="limit",
        unsaid=("recorded delivery", "Signed"),
    ),
    Changed("12", "the decision never came", "defend", "delivered", funding="deny", folder=_lost("03-decision.eml")),
    Changed("12", "Amazon pays", "defend", "delivered", deadline="none", funding="deny", answers=_no_debit,
            folder=_amazon_pays),
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.scenario} {change.name}")
def test_the_judgement_follows_the_evidence(change: Changed, tmp_path: Path) -> None:
    assessment, text = play(
        SCENARIOS[change.scenario],
        tmp_path,
        answers=change.answers,
        folder=change.folder,
        attached=lambda one: change.attached,
        faults=change.faults,
    )
    assert assessment.decision.value == change.decision, assessment.decision_why
    assert (assessment.defence.id if assessment.defence else None) == change.defence
    assert set(assessment.blockers) == change.blocked
    assert assessment.deadline.kind.value == change.deadline
    assert assessment.asks.funding == change.funding
    for words in change.unsaid:
        assert words not in text, text
