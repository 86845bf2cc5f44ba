"""Sentences that a reader would take for more than the evidence says are not written."""

from __future__ import annotations

import pytest
from support import cases, papers
from support.cases import ev

from a2z_defense.documents.interface import Printed
from a2z_defense.documents.response import response_lines, response_text
from a2z_defense.model.case import Case
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import MailKind


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
    assert "Refunds issued by us: none" not in text_of(case)
    assert "Refunds issued by us: none" in text_of(cases.case())


def test_two_sums_of_a_refund_are_no_sum() -> None:
    refund = cases.movement(MovementKind.REFUND, "20.00 EUR")
    money = cases.finances(cases.movement(MovementKind.CHARGE, when="03-02 17:00"), refund)
    assert "Refunds issued by us: 20.00 EUR" in text_of(cases.case(finances=money))
    assert "20.00 EUR" not in text_of(cases.case(finances=money, other_mails=(cases.refund_mail("119.00 EUR"),)))


def conversation(text: str, *, subject: str = "", failure: str | None = None, names_it: bool = False) -> str:
    asked = cases.message("Where is it?")
    answer = cases.message(text, "03-07 15:00", by="seller", message_id="one@example.com", subject=subject)
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
    assert "We answered" not in conversation("We are closed until Monday.", subject="Risposta automatica: ordine")
    assert "We answered" not in conversation("Out of office: we are back on Monday.")
    assert "We answered" in conversation("We are closed until Monday.", subject="Re: order")


def test_no_message_that_admits_or_promises_is_pointed_at() -> None:
    said = conversation("It was our mistake, we sent it to the wrong address. We will refund you.")
    assert "our message" not in said
    assert "the tracking number" in said
