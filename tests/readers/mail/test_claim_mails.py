"""Claim notices and decisions: kind, amount, limits, who pays; with Amazon's headers, without them, and forwarded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support import mail_maker
from support.mail_maker import ORDER, Made, forwarded, notice, plain_mail

from a2z_defense.model.mail import Counted, DueKind, Funder, MailKind, MailRead, Outcome, Reason
from a2z_defense.model.money import Money
from a2z_defense.readers.mail.read import read_mail

KINDS = {
    "received": MailKind.CLAIM_RECEIVED,
    "action": MailKind.ACTION_REQUIRED,
    "granted_seller": MailKind.DECISION,
    "granted_amazon": MailKind.DECISION,
    "denied": MailKind.DECISION,
}


def read(made: Made) -> MailRead:
    return read_mail(bytes(made))


@pytest.mark.parametrize(("language", "what"), mail_maker.WORDS, ids=lambda part: str(part))
@pytest.mark.parametrize("way", ["sent", "headers lost", "forwarded", "attached", "plain text only", "subject lost"])
def test_a_claim_mail_is_the_same_whatever_way_it_comes(language: str, what: str, way: str) -> None:
    made = notice(language, what)
    original = bytes(made)
    if way == "headers lost":
        made.type = made.marketplace_id = None
    elif way == "forwarded":
        made = forwarded(made, language)
    elif way == "attached":
        made = plain_mail(
            "see attached", "lia@shop.example", "please look", attachments=(("notice.eml", "message/rfc822", original),)
        )
    elif way == "plain text only":
        made.html, made.plain = (
            None,
            "\n\n".join(mail_maker.WORDS[language, what]).format(amount=mail_maker.AMOUNTS[language], order=ORDER),
        )
    elif way == "subject lost":
        made.subject = "Fwd:"
    found = read(made)
    assert found.kind is KINDS[what]
    assert found.order_ids == (ORDER,)
    assert found.language == language
    assert found.notice is not None
    assert not found.notice.undecided
    money = {
        "en": Money(amount=Decimal("1019.00"), currency="USD"),
        "it": Money(amount=Decimal("119.00"), currency="EUR"),
    }
    assert found.notice.amount == money[language]
    assert found.marketplace_id == mail_maker.MARKETPLACES[mail_maker.TLDS[language]]


def test_nothing_to_do_now_wins_over_a_day_count_and_starts_no_limit() -> None:
    for language in ("en", "it"):
        facts = read(notice(language, "received")).notice
        assert facts is not None
        assert facts.due == ()
    words = "You will have 3 calendar days to respond once we write. You do not need to do anything now."
    found = read(
        notice(
            "en",
            "received",
            html=f"<p>We received an A-to-z Guarantee claim of $5.00 on the order {ORDER}. {words}</p>",
        )
    )
    assert found.kind is MailKind.CLAIM_RECEIVED


def test_a_subject_that_asks_and_a_body_that_calms_is_asked_about() -> None:
    calm = notice("en", "received")
    found = read(notice("en", "action", html=calm.html))
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    assert found.notice.undecided


def test_a_condition_is_neither_calm_nor_a_request() -> None:
    words = (
        f"We received an A-to-z Guarantee claim of $5.00 on the order "
        f"{ORDER}. If you have already refunded, no action is required."
    )
    found = read(notice("en", "action", html=f"<p>{words}</p><p>Please respond within 72 hours.</p>"))
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    assert not found.notice.undecided


def test_received_without_calm_or_request_is_treated_as_action_required_and_marked() -> None:
    found = read(
        notice("en", "received", html=f"<p>We received an A-to-z Guarantee claim of $5.00 on the order {ORDER}.</p>")
    )
    assert (found.kind, found.notice is not None and found.notice.undecided) == (MailKind.ACTION_REQUIRED, True)


@pytest.mark.parametrize(
    ("sender", "subject", "words"),
    [
        (
            "atoz-guarantee-no-reply@amazon.de",
            f"Antrag zu Bestellung {ORDER}",
            "Es gibt einen A-bis-z-Garantieantrag über 49,90 €.",
        ),
        (
            "atoz-guarantee-no-reply@amazon.fr",
            f"Votre commande {ORDER}",
            "Une réclamation au titre de la Garantie A à Z de 49,90 €.",
        ),
        ("atoz-guarantee-no-reply@amazon.co.jp", f"注文番号 {ORDER}", "Amazonマーケットプレイス保証申請 ￥4,990"),
        ("atoz-guarantee-no-reply@amazon.pl", f"Zamówienie {ORDER}", "Xyzzy 49,90 zł"),
    ],
)
def test_an_unknown_language_gives_a_claim_to_look_at_never_silence(sender: str, subject: str, words: str) -> None:
    for made in (
        plain_mail(subject, sender, f"{words} {ORDER}"),
        plain_mail(subject, sender, f"{words} {ORDER}", type="A_Z_CLAIM_RESPONDENT_NOTIFY"),
        forwarded(plain_mail(subject, f"Amazon <{sender}>", f"{words} {ORDER}"), "de"),
    ):
        found = read(made)
        assert found.kind is MailKind.CLAIM_UNRECOGNISED
        assert found.notice is not None
        assert found.notice.undecided
        assert found.order_ids == (ORDER,)
        assert found.notice.amount is not None


def test_an_unknown_claim_type_of_amazon_is_a_claim_to_look_at() -> None:
    found = read(plain_mail("Xyzzy", "donotreply@amazon.com", f"{ORDER}", type="A_Z_CLAIM_SOMETHING_NEW"))
    assert found.kind is MailKind.CLAIM_UNRECOGNISED


def decision(words: str, *, subject: str = f"Claim decision on order {ORDER}") -> MailRead:
    return read(notice("en", "granted_seller", html=f"<p>{words}</p>", subject=subject))


@pytest.mark.parametrize(
    ("words", "outcome", "funder", "odr"),
    [
        (
            "We have granted an A-to-z Guarantee claim of $49.90 on the "
            "order. We will not count the claim against your ODR, but will debit your account.",
            Outcome.GRANTED,
            Funder.SELLER,
            Counted.NO,
        ),
        (
            "We have granted an A-to-z Guarantee claim of $49.90. We "
            "will debit your account and the claim will count against your Order Defect Rate.",
            Outcome.GRANTED,
            Funder.SELLER,
            Counted.YES,
        ),
        (
            "We have granted an A-to-z Guarantee claim of $49.90. You "
            "should not be held responsible for it and we covered the cost.",
            Outcome.GRANTED,
            Funder.AMAZON,
            Counted.UNKNOWN,
        ),
        (
            "We have granted an A-to-z Guarantee claim of $49.90. We will not debit your account.",
            Outcome.GRANTED,
            Funder.AMAZON,
            Counted.UNKNOWN,
        ),
        ("We have decided the claim in your favour.", Outcome.DENIED, Funder.UNKNOWN, Counted.UNKNOWN),
        (
            "The customer has withdrawn the claim, and it was closed.",
            Outcome.WITHDRAWN,
            Funder.UNKNOWN,
            Counted.UNKNOWN,
        ),
        ("We have closed the claim.", Outcome.CLOSED, Funder.UNKNOWN, Counted.UNKNOWN),
        ("We have granted the claim. We have denied the claim.", Outcome.UNKNOWN, Funder.UNKNOWN, Counted.UNKNOWN),
        (
            "We have not granted the A-to-z claim of $49.90, and have closed it.",
            Outcome.DENIED,
            Funder.UNKNOWN,
            Counted.UNKNOWN,
        ),
        ("The claim was not granted. We have closed the claim.", Outcome.DENIED, Funder.UNKNOWN, Counted.UNKNOWN),
        ("We have not granted your appeal.", Outcome.UPHELD, Funder.UNKNOWN, Counted.UNKNOWN),
        ("We did not decide this claim in your favor.", Outcome.UNKNOWN, Funder.UNKNOWN, Counted.UNKNOWN),
        ("The claim has not been denied.", Outcome.UNKNOWN, Funder.UNKNOWN, Counted.UNKNOWN),
        ("Wir haben den Antrag zu Ihren Gunsten entschieden.", Outcome.DENIED, Funder.UNKNOWN, Counted.UNKNOWN),
        ("Der Antrag wurde nicht zu Ihren Gunsten entschieden.", Outcome.UNKNOWN, Funder.UNKNOWN, Counted.UNKNOWN),
        ("Nous avons tranché en votre faveur.", Outcome.DENIED, Funder.UNKNOWN, Counted.UNKNOWN),
        ("Hemos resuelto el caso en su favor.", Outcome.DENIED, Funder.UNKNOWN, Counted.UNKNOWN),
        ("Il reclamo è stato deciso in suo favore.", Outcome.DENIED, Funder.UNKNOWN, Counted.UNKNOWN),
        ("Non abbiamo accolto il reclamo.", Outcome.DENIED, Funder.UNKNOWN, Counted.UNKNOWN),
        ("Xyzzy plugh.", Outcome.UNKNOWN, Funder.UNKNOWN, Counted.UNKNOWN),
    ],
)
def test_who_pays_and_what_counts_are_read_and_never_guessed(
    words: str, outcome: Outcome, funder: Funder, odr: Counted
) -> None:
    facts = decision(words).notice
    assert facts is not None
    assert facts.decision is not None
    assert (facts.decision.outcome, facts.decision.funded_by, facts.decision.odr) == (outcome, funder, odr)


def test_an_older_decision_layout_gives_its_labelled_facts() -> None:
    made = notice(
        "en",
        "granted_seller",
        subject=f"A-to-Z Guarantee Claim Decision for Order {ORDER}",
        html=f"<p>-- Order Number: {ORDER}<br>-- Date of Claim: March 3, 2017<br>-- Refund Amount: $1,249.90<br>"
        "We have granted the claim because the item was not as described.</p>",
        type=None,
    )
    facts = read(made).notice
    assert facts is not None
    assert facts.amount == Money(amount=Decimal("1249.90"), currency="USD")
    assert facts.claimed_on is not None
    assert facts.claimed_on.isoformat() == "2017-03-03T05:00:00+00:00"
    assert facts.reason is Reason.NOT_AS_DESCRIBED


def test_the_other_layout_gives_the_return_label() -> None:
    lines = (
        f"-- Order number: {ORDER}",
        "Claim amount: $25.00",
        "Return carrier: Invented Post",
        "Return tracking number: IP123456785US",
        "Buyer comments: It never lit up, I sent it back.",
        "Please respond within 72 hours.",
    )
    facts = read(notice("en", "action", html=f"<p>{'<br>'.join(lines)}</p>")).notice
    assert facts is not None
    assert facts.amount == Money(amount=Decimal("25.00"), currency="USD")
    assert (facts.carrier, facts.tracking_number) == ("Invented Post", "IP123456785US")
    assert facts.buyer_comment == "It never lit up, I sent it back."
    assert [(reading.kind, reading.count) for reading in facts.due] == [(DueKind.HOURS, 72)]


def test_an_appeal_result_is_told_from_the_decision_that_it_is_about() -> None:
    found = decision(
        "We have reviewed your appeal. We have denied your appeal of the granted claim.",
        subject=f"Decision on your appeal for order {ORDER}",
    )
    assert found.kind is MailKind.APPEAL_RESULT
    assert found.notice is not None
    assert found.notice.decision is not None
    assert found.notice.decision.outcome is Outcome.UPHELD
    found = decision(
        "We have granted an A-to-z Guarantee claim of $5.00. You can "
        "appeal within 30 days. If your appeal is granted, we credit you."
    )
    assert found.kind is MailKind.DECISION


@pytest.mark.parametrize(
    ("subject", "sender", "kind"),
    [
        (f"A-to-z Guarantee claim for order {ORDER}", "amazon-pay-seller-guarantee@amazon.com", MailKind.AMAZON_PAY),
        (f"Dispute on order {ORDER}", "cb-seller-notification@amazon.com", MailKind.CHARGEBACK),
        (f"More information on order {ORDER}", "cb-seller-query@amazon.com", MailKind.CHARGEBACK),
        (f"Your SAFE-T claim for order {ORDER}", "seller-notification@amazon.com", MailKind.SAFE_T),
    ],
)
def test_other_programmes_are_recognised_and_never_claims(subject: str, sender: str, kind: MailKind) -> None:
    words = f"We received an A-to-z Guarantee claim of $5.00 on the order {ORDER}. Please respond within 7 days."
    assert read(plain_mail(subject, sender, words)).kind is kind
    assert read(forwarded(plain_mail(subject, f"Amazon <{sender}>", words))).kind is kind


def test_an_ordinary_mail_and_a_colleagues_reply_are_no_claims() -> None:
    assert read(plain_mail("Lunch", "lia@shop.example", "At noon?")).kind is MailKind.OTHER
    assert (
        read(plain_mail(f"Re: Claim received on order {ORDER}", "lia@shop.example", "I take it.")).kind
        is MailKind.OTHER
    )
    news = "Learn how the A-to-z Guarantee claim process works. We received an award."
    assert read(plain_mail("News for sellers", "seller-news@amazon.com", news)).kind is MailKind.OTHER


def test_the_amount_is_the_claims_own_and_is_not_guessed_among_several() -> None:
    several = f"<p>Claim on the order {ORDER}: item $10.00, shipping $4.00. Please respond within 72 hours.</p>"
    found = read(notice("en", "action", html=several))
    assert found.notice is not None
    assert found.notice.amount is None
    assert "the claim's amount is not certain from the notice" in found.troubles
    sentence = f"<p>Order total $90.00. We received an A-to-z Guarantee claim of $10.00 on the order {ORDER}.</p>"
    found = read(notice("en", "action", html=sentence))
    assert found.notice is not None
    assert found.notice.amount == Money(amount=Decimal("10.00"), currency="USD")


def test_the_marketplace_is_of_the_header_then_of_the_senders_domain_never_of_the_order() -> None:
    assert read(notice("it", "received", marketplace_id="A1PA6795UKMFR9")).marketplace_id == "A1PA6795UKMFR9"
    assert read(notice("it", "received", marketplace_id=None)).marketplace_id == "APJ6JRA9NG5V4"
    shared = read(plain_mail(f"Refund of EUR 39.9 initiated - order {ORDER}", "donotreply@amazon.com", "Hi"))
    assert shared.marketplace_id is None


def test_the_order_that_it_is_about_comes_first() -> None:
    other = "171-0000000-0000000"
    found = read(
        notice("en", "action", html=f"<p>See also {other}. Order {ORDER}. Please respond within 72 hours.</p>")
    )
    assert found.order_ids == (ORDER, other)
    exotic = ORDER.replace("-", "\N{NON-BREAKING HYPHEN}")
    assert (
        read(notice("en", "action", subject=f"Action required: Claim received on order {exotic}")).order_ids[0] == ORDER
    )


def test_a_quoted_history_in_a_claims_thread_names_message_and_references() -> None:
    made = notice("en", "action", headers=(("In-Reply-To", "<one@x>"), ("References", "<zero@x> <one@x>")))
    found = read(made)
    assert found.references == ("zero@x", "one@x")
    assert found.message_id == "0102@eu-west-1.amazonses.com"


@pytest.mark.parametrize(
    ("words", "currency"),
    [
        ("You may offer a partial refund of $10.00. Claim amount: $64.99.", "USD"),
        ("A refund of 10.00 EUR was made before. Antragsbetrag: 64,99 EUR.", "EUR"),
        ("Rimborso parziale di 10,00 EUR. L'importo del reclamo è di 64,99 EUR.", "EUR"),
    ],
)
def test_the_sum_that_is_named_as_the_claims_is_taken_beside_others(words: str, currency: str) -> None:
    html = f"<p>We received an A-to-z claim on the order {ORDER}. {words}</p><p>Please respond.</p>"
    found = read(notice("en", "action", html=html))
    assert found.notice is not None
    assert found.notice.amount == Money(amount=Decimal("64.99"), currency=currency)
