"""Made-up claims agree with each other in any number, and are the same in every run."""

from __future__ import annotations

import email
import mailbox
from contextlib import closing
from pathlib import Path

import httpx
from support.sandboxes import sign_in
from support.spapi_models import check_answer, needs_models

from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import NOW, synthetic_answers, synthetic_claim, synthetic_mails, write_mbox


def test_the_same_number_gives_the_same_claim() -> None:
    assert synthetic_claim(41) == synthetic_claim(41)
    assert list(synthetic_mails(5)) == list(synthetic_mails(9))[: len(list(synthetic_mails(5)))]
    assert synthetic_answers(7) == synthetic_answers(7)
    assert [row["Order ID"] for row in synthetic_answers(7).returns] == [synthetic_claim(k).order_id for k in (3,)]


def test_order_ids_differ() -> None:
    assert len({synthetic_claim(number).order_id for number in range(5000)}) == 5000


def test_mails_and_orders_name_the_same_orders() -> None:
    known = set(synthetic_answers(40).orders)
    mails = [email.message_from_bytes(raw) for raw in synthetic_mails(40)]
    assert len(mails) == 60
    named = {synthetic_claim(number).order_id for number in range(40)}
    assert named == known
    assert all(synthetic_claim(number).claimed_at <= NOW for number in range(40))


def test_an_mbox_of_them_is_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "claims.mbox"
    assert write_mbox(path, 20) == 30
    with closing(mailbox.mbox(path)) as box:
        assert len(box) == 30
        assert [bytes(message).strip() for message in box] == [
            email.message_from_bytes(raw).as_bytes().strip() for raw in synthetic_mails(20)
        ]


@needs_models
def test_their_answers_follow_the_model() -> None:
    with Sandbox.synthetic(24, scale=1000) as sandbox, sign_in(sandbox) as client:
        for order_id in sandbox.answers.orders:
            check_answer("getOrder", client.get(f"/orders/2026-01-01/orders/{order_id}?includedData=PACKAGES").json())
            events = client.get(f"/finances/v0/orders/{order_id}/financialEvents").json()
            check_answer("listFinancialEventsByOrderId", events)
        for number in sandbox.answers.tracking:
            _check_tracking(client, number)


def _check_tracking(client: httpx.Client, number: str) -> None:
    answer = client.get("/shipping/v2/tracking", params={"trackingId": number, "carrierId": "AMZN_IT"})
    check_answer("getTracking", answer.json())
