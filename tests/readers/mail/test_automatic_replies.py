"""A machine's answer is no answer of a person: by its header, else by how it begins; in doubt, doubt."""

from __future__ import annotations

from typing import Any

import pytest
from support.mail_maker import ORDER, buyer_message, forwarded, plain_mail

from a2z_defense.model.mail import Automatic, MailKind
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.read import read_mail

BUYER = "abcd1234@marketplace.amazon.com"
ROWS = tables.load("automatic")


def of_seller(
    subject: str = f"Re: (Order: {ORDER})", text: str = "It was sent on Monday.", **changes: Any
) -> Automatic:
    read = read_mail(bytes(plain_mail(subject, "lia@shop.example", text, to=BUYER, **changes)))
    assert read.kind is MailKind.SELLER_MESSAGE
    assert bool(read.automatic_why) == (read.automatic is not Automatic.NO)
    return read.automatic


@pytest.mark.parametrize("row", ROWS["header"], ids=lambda row: f"{row['name']}-{row['means']}")
def test_a_header_says_whether_a_machine_wrote(row: dict[str, str]) -> None:
    assert of_seller(headers=((row["name"].title(), row["example"]),)) == row["means"]


@pytest.mark.parametrize("row", ROWS["begin"], ids=lambda row: row["language"])
def test_an_automatic_reply_is_told_by_how_it_begins(row: dict[str, str]) -> None:
    assert of_seller(subject=row["example"]) is Automatic.YES
    assert of_seller(text=row["example"]) is Automatic.YES
    # A person's answer to somebody's automatic reply, and one that speaks of one further down.
    assert of_seller(subject=f"Re: {row['example']}") is Automatic.NO
    assert of_seller(text=f"Your parcel was sent on Monday. You wrote: {row['example']}") is Automatic.NO


@pytest.mark.parametrize("row", ROWS["says"], ids=lambda row: row["language"])
def test_an_automatic_reply_says_what_it_is(row: dict[str, str]) -> None:
    assert of_seller(text=row["example"]) is Automatic.YES


@pytest.mark.parametrize(
    "headers",
    [(), (("Auto-Submitted", "no"),), (("X-Auto-Response-Suppress", "None"),), (("Precedence", "first-class"),)],
)
def test_a_persons_answer_is_one(headers: tuple[tuple[str, str], ...]) -> None:
    assert of_seller(headers=headers) is Automatic.NO


def test_the_surer_header_counts() -> None:
    headers = (("X-Auto-Response-Suppress", "All"), ("Auto-Submitted", "auto-replied"))
    assert of_seller(headers=headers) is Automatic.YES


def test_amazons_own_machine_says_nothing_of_who_wrote() -> None:
    headers = (("Auto-Submitted", "auto-generated"), ("Precedence", "bulk"), ("X-Auto-Response-Suppress", "All"))
    asked = read_mail(bytes(buyer_message("Where is it?", headers=headers)))
    copy = read_mail(
        bytes(
            buyer_message(
                "It was sent.",
                sender="donotreply@amazon.com",
                type="BBC_MESSAGE_CONFIRMATION_TO_MERCHANT",
                headers=headers,
            )
        )
    )
    assert (asked.kind, asked.automatic) == (MailKind.BUYER_MESSAGE, Automatic.NO)
    assert (copy.kind, copy.automatic) == (MailKind.SELLER_MESSAGE, Automatic.NO)
    away = read_mail(bytes(buyer_message("I am away.", headers=(("Auto-Submitted", "auto-replied"),))))
    assert away.automatic is Automatic.YES


def test_amazons_copy_of_an_automatic_reply_is_told_by_its_words() -> None:
    copy = buyer_message(
        "Risposta automatica: siamo chiusi.",
        sender="donotreply@amazon.com",
        type="BBC_MESSAGE_CONFIRMATION_TO_MERCHANT",
    )
    assert read_mail(bytes(copy)).automatic is Automatic.YES


def test_the_headers_of_a_forward_are_not_the_originals() -> None:
    made = forwarded(buyer_message("Where is it?"), headers=(("Auto-Submitted", "auto-replied"),))
    read = read_mail(bytes(made))
    assert (read.kind, read.automatic) == (MailKind.BUYER_MESSAGE, Automatic.NO)


def test_a_failed_delivery_names_the_message_that_it_carries() -> None:
    ours = plain_mail(f"Re: (Order: {ORDER})", "lia@shop.example", "Sent.", to=BUYER, message_id="<ours@shop.example>")
    made = plain_mail(
        "Undeliverable mail",
        "MAILER-DAEMON@mx.shop.example",
        "It could not be delivered.",
        attachments=(("m.eml", "message/rfc822", bytes(ours)),),
    )
    read = read_mail(bytes(made))
    assert read.kind is MailKind.DELIVERY_FAILURE
    assert "ours@shop.example" in read.references
