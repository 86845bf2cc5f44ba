"""Messages: who wrote, the writer's words exactly, the history apart, the order or the alias that they belong to."""

from __future__ import annotations

import pytest
from support.mail_maker import ORDER, Made, buyer_message, forwarded, plain_mail

from a2z_defense.model.mail import MailKind, MailRead, MessageFacts
from a2z_defense.readers.mail.read import read_mail

RELAY = '"Ada Invented - Amazon Marketplace" <abcd1234efgh+0f1e2d3c@marketplace.amazon.it>'


def read(made: Made) -> MailRead:
    return read_mail(bytes(made))


def message(made: Made) -> MessageFacts:
    found = read(made).message
    assert found is not None
    return found


WORDS = [
    "Where is my parcel?",
    "Dove\n\n   è   il pacco?\n\tsono 3 giorni",
    "<b>not bold</b> & <script>alert(1)</script>",
    "لم يصل الطرد حتى الآن",
    "荷物がまだ届きません。\nよろしくお願いします。",
    "Ich möchte wissen, wo mein Paket ist. Grüße, Jürgen",
    "ヽ(´ー`)ノ 👩‍👩‍👧 zażółć gęślą jaźń",
]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("headers", [True, False])
def test_the_buyers_words_are_kept_exactly(words: str, headers: bool) -> None:
    made = buyer_message(words, tld="it")
    if not headers:
        made.type = made.marketplace_id = None
    found = read(made)
    assert found.kind is MailKind.BUYER_MESSAGE
    assert found.message is not None
    assert (found.message.text, found.message.anchored, found.message.quoted) == (words, True, None)
    assert found.order_ids == (ORDER,)
    assert (found.alias, found.alias_case) == ("abcd1234efgh", "0f1e2d3c")
    assert found.buyer_name == "Ada Invented"
    assert found.marketplace_id == "APJ6JRA9NG5V4"


def test_frame_and_footer_are_no_words_of_the_buyer() -> None:
    text = message(buyer_message("Hello")).text
    for frame in ("commMgrTok", "no-response", "Copyright", "Invented Lamp", "Begin message"):
        assert frame not in text


def test_what_cannot_be_seen_is_shown() -> None:
    words = "pay \N{RIGHT-TO-LEFT OVERRIDE}evil\N{POP DIRECTIONAL FORMATTING} zero\N{ZERO WIDTH SPACE}width \x07bell"
    assert message(buyer_message(words)).text == "pay [U+202E]evil[U+202C] zero[U+200B]width  bell"
    plain = message(buyer_message("", html=None, plain="a \x07bell")).text
    assert plain == "a [U+0007]bell"
    assert read(buyer_message("x", name="Ada\N{RIGHT-TO-LEFT OVERRIDE}x")).buyer_name == "Ada[U+202E]x"


def test_no_anchor_keeps_the_whole_text_and_says_so() -> None:
    made = buyer_message(
        "", html=None, plain=f"Order ID {ORDER}:\n1 of Lamp\n\nWhere is it?\n\n[commMgrTok:ABC]\nCopyright 2026 Amazon"
    )
    found = read(made)
    assert found.message is not None
    assert not found.message.anchored
    assert "Where is it?" in found.message.text
    assert "commMgrTok" not in found.message.text
    assert any("no delimiter" in trouble for trouble in found.troubles)


def test_several_pres_are_no_anchor() -> None:
    made = buyer_message("", html="<pre>one</pre><p>between</p><pre>two</pre>")
    found = message(made)
    assert not found.anchored
    assert all(word in found.text for word in ("one", "between", "two"))


@pytest.mark.parametrize(
    "intro",
    [
        "On Fri, Aug 14, 2026 at 9:31 AM Lia <lia@shop.example> wrote:",
        "Il giorno ven 14 ago 2026 alle ore 09:31 Lia <lia@shop.example> ha scritto:",
        "Am 14.08.2026 um 09:31 schrieb Lia:",
        "Le ven. 14 août 2026 à 09:31, Lia a écrit :",
        "El vie, 14 ago 2026 a las 9:31, Lia escribió:",
        "Op vr 14 aug. 2026 om 09:31 schreef Lia:",
        "-----Original Message-----",
        "-------- Messaggio originale --------",
        "________________________________",
        "From: Lia <lia@shop.example>\nSent: Friday, August 14, 2026 9:31 AM\nTo: me\nSubject: Lamp",
        "> old line",
    ],
)
def test_the_history_is_kept_apart(intro: str) -> None:
    text = f"New words\n\n{intro}\n> Old words"
    found = message(buyer_message(text))
    assert found.text == "New words"
    assert found.quoted is not None
    assert "Old words" in found.quoted
    made = plain_mail(f"Re: Lamp (Order: {ORDER})", "lia@shop.example", text, to="abcd1234efgh@marketplace.amazon.it")
    assert message(made).text == "New words"


@pytest.mark.parametrize(
    "intro",
    [
        "Eyes Ltd schrieb:",
        "Negozio Luci ha scritto:",
        "La Boutique a écrit :",
        "Tienda Sol escribió:",
        "Eyes Ltd wrote:",
    ],
)
def test_our_words_below_a_line_that_names_us_are_not_the_buyers(intro: str) -> None:
    found = message(buyer_message(f"Please refund.\n\n{intro}\nthe parcel has arrived on 12 Nov."))
    assert found.text == "Please refund."
    assert found.quoted is not None
    assert "has arrived" in found.quoted


@pytest.mark.parametrize(
    "text", ["Der Fahrer schrieb mir nichts.", "Mi ha scritto: pacco perso", "Note: il a écrit : rien"]
)
def test_a_sentence_that_tells_of_a_writing_is_no_history(text: str) -> None:
    assert message(buyer_message(text)).text == text


def test_an_answer_between_quoted_lines_stays_in_the_text() -> None:
    text = "> Where is it?\nIt left on Monday.\n> And when will it come?\nTomorrow."
    assert message(buyer_message(text)).text == text


def test_the_sellers_own_mail_and_amazons_copy_are_the_sellers() -> None:
    sent = plain_mail(
        "Re: Lamp", "lia@shop.example", "We sent it on Monday.", to="abcd1234efgh+0f@marketplace.amazon.it"
    )
    found = read(sent)
    assert (found.kind, found.alias, found.alias_case) == (MailKind.SELLER_MESSAGE, "abcd1234efgh", "0f")
    assert found.message is not None
    assert (found.message.text, found.message.anchored) == ("We sent it on Monday.", True)
    assert found.marketplace_id == "APJ6JRA9NG5V4"
    copy = buyer_message(
        "We sent it on Monday.", sender='"Amazon" <donotreply@amazon.com>', type="BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"
    )
    found = read(copy)
    assert found.kind is MailKind.SELLER_MESSAGE
    assert found.message is not None
    assert found.message.text == "We sent it on Monday."
    copy.type = None
    copy.subject = f"Order information from Amazon seller Invented Store (Order: {ORDER})"
    assert read(copy).kind is MailKind.SELLER_MESSAGE


def test_amazons_staff_is_not_taken_for_the_buyer() -> None:
    made = buyer_message("Dear Amazon seller,\n\nThe customer called us.\n\nReason for contact: Where is my stuff")
    assert read(made).kind is MailKind.AMAZON_MESSAGE
    made.type = None
    assert read(made).kind is MailKind.AMAZON_MESSAGE


def test_a_buyer_who_writes_about_a_claim_makes_none() -> None:
    words = f"We received an A-to-z Guarantee claim of $5.00 on the order {ORDER}. Please respond within 72 hours."
    made = buyer_message(words, subject=f"Action required: Claim received on order {ORDER}")
    assert read(made).kind is MailKind.BUYER_MESSAGE
    made.type = None
    assert read(made).kind is MailKind.BUYER_MESSAGE


def test_a_message_without_order_has_its_alias_and_references() -> None:
    made = buyer_message(
        "Hello", order=None, case=None, headers=(("In-Reply-To", "<a@x>"), ("References", "<b@x> <a@x>")), type=None
    )
    made.subject = "Messaggio dall'acquirente"
    found = read(made)
    assert (found.order_ids, found.alias, found.alias_case) == ((), "abcd1234efgh", None)
    assert found.references == ("b@x", "a@x")


def test_the_subjects_order_comes_before_those_that_the_buyer_names() -> None:
    other = "171-7654321-7654321"
    assert read(buyer_message(f"As for {other} too")).order_ids == (ORDER, other)


def test_a_message_forwarded_by_hand_is_still_the_buyers() -> None:
    found = read(forwarded(buyer_message("Where is it?", tld="it"), "it"))
    assert (found.kind, found.alias, found.forwarded) == (MailKind.BUYER_MESSAGE, "abcd1234efgh", True)
    assert found.message is not None
    assert found.message.text == "Where is it?"


@pytest.mark.parametrize(
    ("subject", "name", "topic", "language"),
    [
        (
            f"Order delivery inquiry from Amazon customer Zoë O'Neil (Order: {ORDER})",
            "Zoë O'Neil",
            "order delivery inquiry",
            "en",
        ),
        (f"RE: Inquiry from Amazon customer Ada (Order: {ORDER})", "Ada", "inquiry", "en"),
        ("Product details inquiry from Amazon customer Ada", "Ada", "product details inquiry", "en"),
        (f"Frage von Amazon-Kunde Jürgen Müller (Bestellung: {ORDER})", "Jürgen Müller", "frage", "de"),
        (
            f"Demande de renseignements de la part du client Amazon Ada (Commande : {ORDER})",
            "Ada",
            "demande de renseignements",
            "fr",
        ),
    ],
)
def test_the_subject_tells_name_topic_and_language(subject: str, name: str, topic: str, language: str) -> None:
    found = read(buyer_message("Hi", subject=subject))
    assert found.message is not None
    assert (found.buyer_name, found.message.topic, found.language) == (name, topic, language)


def test_delivery_failures_and_opt_outs_are_events() -> None:
    report = (
        b"From: MAILER-DAEMON@mx.shop.example\r\nTo: lia@shop.example\r\nSubject: Undelivered Mail\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nCould not be delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: lia@shop.example\r\nTo: x@marketplace.amazon.it\r\n"
        b"Subject: Re: Lamp (Order: " + ORDER.encode() + b")\r\n\r\nHello\r\n--b--\r\n"
    )
    found = read_mail(report)
    assert found.kind is MailKind.DELIVERY_FAILURE
    assert found.order_ids == (ORDER,)
    assert found.alias == "x"
    out = read(plain_mail("Xyzzy", "donotreply@amazon.com", f"{ORDER}", type="BUYER_OPTED_OUT_BSM_MESSAGES"))
    assert (out.kind, out.order_ids) == (MailKind.OPT_OUT, (ORDER,))
