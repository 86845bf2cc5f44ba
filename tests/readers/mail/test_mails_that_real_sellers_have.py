"""Mails as they lie in sellers' mailboxes: forwarded by Gmail, Apple Mail and Outlook in the marketplaces' languages,
in two languages at once, quoted, doubled, about two claims, beside other programmes, and forged."""

from __future__ import annotations

import datetime as dt

import pytest
from support.mail_maker import (
    FAIL,
    ORDER,
    SENT,
    SUBJECTS,
    WORDS,
    Made,
    forwarded,
    layout,
    notice,
    plain_mail,
)

from a2z_defense.model.mail import DueKind, MailKind, MailRead, Outcome, Reason, StartBasis, Trust
from a2z_defense.readers.mail.copies import same_message
from a2z_defense.readers.mail.read import read_mail

OTHER = "305-7654321-1234567"
CLAIMS = "atoz-guarantee-no-reply@amazon"
LATER = SENT.astimezone(dt.timezone(dt.timedelta(hours=2))) + dt.timedelta(hours=5)
ENGLISH = f"We received an A-to-z Guarantee claim of $10.00 on the order {ORDER}."
FRENCH = f"Nous avons reçu une réclamation au titre de la Garantie A à Z de 54,20 $ CA pour la commande {ORDER}."


def read(made: Made) -> MailRead:
    return read_mail(bytes(made))


def limits(found: MailRead) -> list[tuple[DueKind, int | None]]:
    assert found.notice is not None
    return [(one.kind, one.count) for one in found.notice.due]


def by_hand(text: str, subject: str) -> Made:
    return plain_mail(subject, '"Lia" <lia@shop.example>', text, sent=LATER)


GMAIL = {
    "de": (
        "Von",
        "Fr., 14. Aug. 2026 um 09:31 Uhr",
        "de",
        "49.90 EUR",
        48,
        f"Wir haben einen A-bis-Z-Garantieantrag über 49,90 € zu Bestellung {ORDER} erhalten.\n"
        "Bitte antworten Sie innerhalb von 48 Stunden.",
    ),
    "fr": (
        "De",
        "ven. 14 août 2026 à 09:31",
        "fr",
        "49.90 EUR",
        72,
        f"Nous avons reçu une réclamation de 49,90 € pour la commande {ORDER}.\n"
        "Veuillez répondre dans un délai de 72 heures.",
    ),
    "es": (
        "De",
        "vie, 14 ago 2026 a las 9:31",
        "es",
        "49.90 EUR",
        72,
        f"Hemos recibido una reclamación de 49,90 EUR del pedido {ORDER}.\nResponda en un plazo de 72 horas.",
    ),
    "pt": (
        "De",
        "sex., 14 de ago. de 2026 às 09:31",
        "com.br",
        "49.90 BRL",
        48,
        f"Recebemos uma reivindicação de R$ 49,90 do pedido {ORDER}.\nResponda em até 48 horas.",
    ),
    "ja": (
        "差出人",
        "2026年8月14日(金) 9:31",
        "co.jp",
        "4990 JPY",
        72,
        f"注文 {ORDER} について ￥4,990 の申請を受け付けました。\n72時間以内にご返信ください。",
    ),
    "nl": (
        "Van",
        "vr 14 aug 2026 om 09:31",
        "nl",
        "49.90 EUR",
        72,
        f"We hebben een claim van € 49,90 voor bestelling {ORDER} ontvangen.\nReageer binnen 72 uur.",
    ),
    "pl": (
        "Od",
        "pt., 14 sie 2026 o 09:31",
        "pl",
        "49.90 PLN",
        72,
        f"Otrzymaliśmy roszczenie na 49,90 zł do zamówienia {ORDER}.\nOdpowiedz w ciągu 72 godzin.",
    ),
    "sv": (
        "Från",
        "fre 14 aug. 2026 kl 09:31",
        "se",
        "499 SEK",
        72,
        f"Vi har fått ett anspråk på 499 kr för order {ORDER}.\nSvara inom 72 timmar.",
    ),
}


@pytest.mark.parametrize("language", GMAIL)
def test_a_forward_by_gmail_in_each_language(language: str) -> None:
    label, date, tld, amount, hours, body = GMAIL[language]
    head = f"{label}: Amazon <{CLAIMS}.{tld}>\nDate: {date}\nSubject: {ORDER}\nTo: <claims@shop.example>\n\n\n"
    found = read(by_hand(f"---------- Forwarded message ---------\n{head}{body}\n", f"Fwd: {ORDER}"))
    assert (found.kind, found.language, found.start_basis) == (
        MailKind.ACTION_REQUIRED,
        language,
        StartBasis.INNER_DATE,
    )
    assert found.sent_at is not None
    assert found.sent_at <= SENT
    assert found.notice is not None
    assert str(found.notice.amount) == amount
    assert limits(found) == [(DueKind.HOURS, hours)]
    assert not found.notice.undecided


def test_a_forward_by_gmail_in_a_language_whose_words_nobody_knows_is_asked_about() -> None:
    head = f"Kimden: Amazon <{CLAIMS}.com.tr>\nDate: 14 Ağu 2026 Cum, 09:31 tarihinde\nSubject: {ORDER}\nTo: me\n\n"
    body = f"{ORDER} numaralı sipariş için 499,90 TL tutarında talep aldık.\n72 saat içinde yanıt verin.\n"
    found = read(by_hand(f"---------- Forwarded message ---------\n{head}{body}", f"Fwd: {ORDER}"))
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    assert found.notice.undecided
    assert (DueKind.HOURS, 48) in limits(found)


@pytest.mark.parametrize(
    ("begin", "labels", "date", "subject", "body"),
    [
        (
            "Begin forwarded message:",
            ("From", "Subject", "Date", "To"),
            "August 14, 2026 at 9:31:00 AM GMT+2",
            f"Action required: Claim received on order {ORDER}",
            f"{ENGLISH}\nPlease respond within 72 hours.",
        ),
        (
            "Anfang der weitergeleiteten Nachricht:",
            ("Von", "Betreff", "Datum", "An"),
            "14. August 2026 um 09:31:00 MESZ",
            f"Antrag: {ORDER}",
            f"Wir haben einen A-bis-Z-Garantieantrag zu Bestellung {ORDER} erhalten.\n"
            "Bitte antworten Sie innerhalb von 72 Stunden.",
        ),
    ],
)
def test_a_forward_by_apple_mail(begin: str, labels: tuple[str, ...], date: str, subject: str, body: str) -> None:
    values = (f"A-to-z <{CLAIMS}.com>", subject, date, "claims@shop.example")
    head = [f"{label}: {value}" for label, value in zip(labels, values, strict=True)]
    quoted = "\n".join(f"> {line}" for line in [*head, "", *body.split("\n")])
    found = read(by_hand(f"{begin}\n\n{quoted}\n", f"Fwd: {subject}"))
    assert (found.kind, found.sent_at, limits(found)) == (MailKind.ACTION_REQUIRED, SENT, [(DueKind.HOURS, 72)])


def test_a_forward_of_a_forward_through_two_programs_and_languages() -> None:
    found = read(forwarded(forwarded(notice("it", "action"), "it"), "de", prefix="WG: Fwd: "))
    assert (found.kind, found.sent_at, found.language) == (MailKind.ACTION_REQUIRED, SENT, "it")
    assert limits(found) == [(DueKind.CALENDAR_DAYS, 3)]


def test_an_original_that_is_attached_as_nameless_bytes_is_opened() -> None:
    original = bytes(notice("it", "action"))
    made = plain_mail(
        "Fwd: claim",
        "lia@shop.example",
        "see attached",
        sent=LATER,
        attachments=(("claim.eml", "application/octet-stream", original),),
    )
    found = read(made)
    assert (found.kind, found.sent_at, found.order_ids) == (MailKind.ACTION_REQUIRED, SENT, (ORDER,))


@pytest.mark.parametrize(
    ("french", "expected"),
    [
        ("Veuillez répondre dans un délai de 72 heures.", {72}),
        # The halves disagree: both are read, and the earlier one counts.
        ("Veuillez répondre dans un délai de 48 heures.", {72, 48}),
    ],
)
def test_a_canadian_notice_in_two_languages(french: str, expected: set[int]) -> None:
    html = layout(f"{ENGLISH}".replace("$10.00", "CAD 54.20"), "Please respond within 72 hours.", "---", FRENCH, french)
    found = read(notice("en", "action", sender=f"Amazon <{CLAIMS}.ca>", html=html, marketplace_id="A2EUQ1WTGCTBG2"))
    assert found.notice is not None
    assert str(found.notice.amount) == "54.20 CAD"
    assert {count for _, count in limits(found)} == expected


def test_when_one_half_calms_and_the_other_asks_it_is_a_request_that_is_asked_about() -> None:
    html = layout(ENGLISH, "You do not need to do anything at this time.", "---", "Veuillez répondre sous 48 heures.")
    found = read(notice("en", "received", subject=ORDER, html=html))
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    assert found.notice.undecided
    assert limits(found) == [(DueKind.HOURS, 48)]


def test_a_colleagues_answer_that_quotes_a_claim_is_none_and_is_said() -> None:
    quoted = f"I will look.\n\nOn Fri, Aug 14, 2026 at 9:31 AM Amazon <{CLAIMS}.com> wrote:\n> {ENGLISH}\n"
    found = read(
        plain_mail(f"Re: Claim received on order {ORDER}", "lia@shop.example", quoted, to="marco@shop.example")
    )
    assert found.kind is MailKind.OTHER
    assert any("quotes a claim notice" in line for line in found.troubles)
    assert read(plain_mail("Re: lunch", "lia@shop.example", "Yes.", to="marco@shop.example")).troubles == ()


def test_a_forward_with_only_a_file_is_said() -> None:
    made = plain_mail(
        f"Fwd: claim {ORDER}",
        "lia@shop.example",
        "see attached",
        attachments=(("claim.pdf", "application/pdf", b"%PDF-1.4"),),
    )
    assert any("attached files" in line for line in read(made).troubles)


def test_two_exports_of_one_mail_are_one_message() -> None:
    original = notice("it", "action")
    exported = bytes(original).replace(b"\r\n", b"\n") + b"\n"
    one, two = read(original), read_mail(b"X-Mozilla-Status: 0001\n" + exported)
    assert same_message(one, two)
    assert same_message(one, read(forwarded(original, "it", comment="")))


def test_two_claims_in_one_mail_have_no_common_amount() -> None:
    html = layout(ENGLISH, ENGLISH.replace("10.00", "20.00").replace(ORDER, OTHER), "Please respond within 48 hours.")
    for subject in (f"Action required: Claim received on orders {ORDER}, {OTHER}", f"Claim received on order {ORDER}"):
        found = read(notice("en", "action", subject=subject, html=html))
        assert set(found.order_ids) == {ORDER, OTHER}
        assert found.notice is not None
        assert found.notice.amount is None
        assert any("several" in line for line in found.troubles)
        assert limits(found) == [(DueKind.HOURS, 48)]


def test_a_date_in_two_formats_keeps_the_earlier_reading() -> None:
    words = "Please respond by 08/09/2026 (9 August 2026) 5 PM PDT."
    made = notice("en", "action", html=layout(ENGLISH, words), sent=dt.datetime(2026, 8, 6, 9, tzinfo=dt.UTC))
    found = read(made)
    assert found.notice is not None
    assert min(one.at for one in found.notice.due if one.at) == dt.datetime(2026, 8, 10, 0, tzinfo=dt.UTC)


def test_two_limits_that_disagree_are_both_read() -> None:
    html = layout(ENGLISH, "Respond by: 17/08/2026", "Deadline: August 16, 2026 11:59 PM PDT")
    found = read(notice("en", "action", html=html))
    assert found.notice is not None
    ends = {one.at for one in found.notice.due}
    assert dt.datetime(2026, 8, 17, 6, 59, tzinfo=dt.UTC) in ends
    assert len(ends) == 3


@pytest.mark.parametrize(
    ("subject", "sender", "words"),
    [
        (f"Claim received on order {ORDER}: chargeback", "cb-seller-notification@amazon.com", "A chargeback claim."),
        (
            f"Action required: chargeback claim on order {ORDER}",
            "donotreply@amazon.com",
            "The bank filed a chargeback.",
        ),
        (
            f"Chargeback notification for order {ORDER}",
            "seller-notification@amazon.com",
            f"This is not an A-to-z Guarantee claim. We received a chargeback for order {ORDER}.",
        ),
    ],
)
def test_a_chargeback_that_looks_like_a_claim_is_a_chargeback(subject: str, sender: str, words: str) -> None:
    found = read(plain_mail(subject, f"Amazon <{sender}>", f"{words} Please respond within 7 days."))
    assert (found.kind, found.notice) == (MailKind.CHARGEBACK, None)


@pytest.mark.parametrize(
    ("sender", "authentication"),
    [
        ('"Amazon A-to-z Guarantee" <atoz-guarantee-no-reply@arnazon.com>', ()),
        (f'"Amazon" <{CLAIMS}.com.evil.example>', ()),
        ('"Claims" <atoz-guarantee-no-reply@\u0430mazon.com>', ()),
        (f'"Amazon" <{CLAIMS}.com>', (FAIL.format(tld="com"),)),
    ],
)
def test_a_look_alike_is_kept_back_with_the_limit_that_it_would_have(
    sender: str, authentication: tuple[str, ...]
) -> None:
    found = read(notice("en", "action", sender=sender, type=None, authentication=authentication))
    assert (found.kind, found.trust) == (MailKind.ACTION_REQUIRED, Trust.QUARANTINED)
    assert limits(found) == [(DueKind.HOURS, 72)]


def test_a_look_alike_stays_one_when_a_colleague_sends_it_on() -> None:
    head = f"From: Amazon <{CLAIMS}.com.evil.example>\nDate: Fri, Aug 14, 2026 at 9:31 AM\nSubject: Claim\nTo: me\n\n"
    text = f"---------- Forwarded message ---------\n{head}{ENGLISH}\nPlease respond within 72 hours."
    for subject in (f"Fwd: Action required: Claim received on order {ORDER}", f"Claim received on order {ORDER}"):
        found = read(by_hand(text, subject))
        assert found.trust is Trust.QUARANTINED
        assert "forwards" in found.trust_why
    honest = read(by_hand(text.replace(".evil.example", ""), f"Fwd: Claim received on order {ORDER}"))
    assert honest.trust is Trust.UNAUTHENTICATED


def test_the_notice_of_2017_quotes_the_buyer_and_the_days_in_his_words_are_no_limit() -> None:
    text = (
        f"Dear Seller,\n\nWe have received a claim under the A-to-z Guarantee program for order {ORDER} because the "
        "item(s) did not arrive.\n\nThe buyer's comments were \"It is nearly a month and\nnothing came.\n\nSend my "
        'money back in 2 days."\n\nYou have three (3) days to respond to this e-mail.\n'
    )
    found = read(plain_mail(f"A-to-z Guarantee claim for order {ORDER}", f"Amazon <{CLAIMS}.ca>", text))
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    assert found.notice.buyer_comment is not None
    assert found.notice.buyer_comment.startswith("It is nearly a month")
    assert found.notice.buyer_comment.endswith("in 2 days.")
    assert found.notice.reason is Reason.NOT_RECEIVED
    assert {count for _, count in limits(found)} == {3, 72}


def test_a_gateways_banner_and_tag_are_seen_through() -> None:
    words = [line.format(amount="119,00 €", order=ORDER) for line in WORDS["it", "action"]]
    banner = "<p>CAUTION: This email originated from outside. Do not click links. Reply within policy.</p>"
    subject = "[EXTERNAL] " + SUBJECTS["it", "action"].format(order=ORDER)
    found = read(notice("it", "action", subject=subject, html=banner + layout(*words)))
    assert (found.kind, limits(found)) == (MailKind.ACTION_REQUIRED, [(DueKind.CALENDAR_DAYS, 3)])


def test_an_order_id_with_other_hyphens_is_one() -> None:
    order = ORDER.replace("-", "\N{NON-BREAKING HYPHEN}")
    words = [line.format(amount="119,00 €", order=order) for line in WORDS["it", "action"]]
    found = read(notice("it", "action", subject=f"Azione richiesta: {order}", html=layout(*words)))
    assert found.order_ids == (ORDER,)


@pytest.mark.parametrize(
    ("words", "hours"),
    [("You have 24 hours left to respond.", 24), ("You still have 2 hours to reply.", 2)],
)
def test_a_reminder_states_what_is_left(words: str, hours: int) -> None:
    subject = f"Reminder: Action required: Claim received on order {ORDER}"
    found = read(notice("en", "action", subject=subject, html=layout(ENGLISH, words)))
    assert limits(found) == [(DueKind.HOURS, hours)]
    assert found.notice is not None
    assert not found.notice.undecided


def test_what_may_be_asked_during_an_appeal_is_no_limit_of_the_appeal() -> None:
    words = "The buyer has 30 days to appeal. If the buyer appeals we may ask you to respond within 72 hours."
    found = read(
        notice("en", "denied", html=layout(f"We have decided the claim on the order {ORDER} in your favor.", words))
    )
    assert found.notice is not None
    assert found.notice.decision is not None
    assert (found.notice.decision.outcome, found.notice.due) == (Outcome.DENIED, ())


def test_a_coming_decision_is_no_limit_of_a_received_claim() -> None:
    words = "No action is required from you at this time. We will make a decision by 20 August 2026."
    found = read(notice("en", "received", html=layout(ENGLISH, words)))
    assert (found.kind, limits(found)) == (MailKind.CLAIM_RECEIVED, [])


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-15", "windows-1252"])
def test_a_notice_in_an_odd_charset(charset: str) -> None:
    found = read(notice("it", "action", charset=charset))
    assert (found.kind, limits(found)) == (MailKind.ACTION_REQUIRED, [(DueKind.CALENDAR_DAYS, 3)])


def test_a_newsletter_about_claims_is_no_claim() -> None:
    text = "Learn how to avoid A-to-z Guarantee claims. Respond within 48 hours to buyers."
    assert read(plain_mail("Tips: avoid A-to-z claims", "Amazon <news@amazon.com>", text)).kind is MailKind.OTHER
