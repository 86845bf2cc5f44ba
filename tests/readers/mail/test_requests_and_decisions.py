"""A request for information keeps its clock, whatever else its mail says: an appeal, a decision, a courtesy line."""

from __future__ import annotations

import pytest
from support.mail_maker import ORDER, notice

from a2z_defense.model.mail import DueKind, Funder, MailKind, MailRead, Outcome
from a2z_defense.readers.mail.read import read_mail

CLOSE = "A_Z_CLAIM_RESPONDENT_CLOSE"
NOTIFY = "A_Z_CLAIM_RESPONDENT_NOTIFY"
ACTION = f"Action required: Claim received on order {ORDER}"
RECEIVED = f"Claim received on order {ORDER}"
DECISION = f"Claim decision on order {ORDER}"


def read(words: str, *, subject: str = ACTION, type: str | None = NOTIFY) -> MailRead:
    return read_mail(bytes(notice("en", "action", html=f"<p>{words}</p>", subject=subject, type=type)))


def hours(found: MailRead) -> list[int | None]:
    assert found.notice is not None
    return [due.count for due in found.notice.due if due.kind is DueKind.HOURS]


@pytest.mark.parametrize("type", [NOTIFY, CLOSE, None])
@pytest.mark.parametrize("subject", [ACTION, DECISION, f"Decision on your appeal for order {ORDER}"])
@pytest.mark.parametrize(
    "words",
    [
        "Before we make a decision on your appeal, we need more information. Please respond within 36 hours.",
        "We have reviewed your appeal and need more information. Please respond within 36 hours.",
        "The buyer has appealed our decision. Please respond within 36 hours.",
        "We decided this claim in your favor, but the buyer has appealed. Please respond within 36 hours.",
        "Thank you for your appeal. Please provide the signed proof of delivery within 36 hours.",
    ],
)
def test_a_request_during_an_appeal_keeps_its_response_clock(words: str, subject: str, type: str | None) -> None:
    found = read(words, subject=subject, type=type)
    assert found.kind is MailKind.ACTION_REQUIRED
    assert hours(found) == [36]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("We have granted the claim. Please submit your appeal within 30 days.", MailKind.DECISION),
        ("We have granted the claim. If you want to appeal, please submit your reasons.", MailKind.DECISION),
        ("We have decided the claim in your favor. Please give us your feedback.", MailKind.DECISION),
        ("We have closed the claim. Please respond to your buyers quickly in future.", MailKind.DECISION),
        ("We have reviewed your appeal. We have denied your appeal.", MailKind.APPEAL_RESULT),
        ("We have denied your appeal. No further action is required.", MailKind.APPEAL_RESULT),
    ],
)
def test_a_decision_that_asks_for_nothing_stays_a_decision(words: str, kind: MailKind) -> None:
    assert read(words, subject=DECISION, type=CLOSE).kind is kind


@pytest.mark.parametrize(
    "words",
    [
        "Please respond from the Action required tab within 24 hours. You do not need to reply to this e-mail.",
        "Please respond within 24 hours. You do not need to respond to this message.",
        "Please respond within 24 hours. No response to this e-mail is required.",
        "Please respond within 24 hours. You do not need to do anything if you have refunded the buyer.",
        "Rispondi dalla scheda delle azioni entro 24 ore. Non devi rispondere a questo messaggio.",
        "Rispondi entro 24 ore. Non occorre rispondere direttamente a questa e-mail.",
    ],
)
def test_a_courtesy_line_hides_no_request(words: str) -> None:
    received = f"We received an A-to-z Guarantee claim of $5.00 on the order {ORDER}."
    found = read(f"{received} {words}", subject=RECEIVED)
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    assert not found.notice.undecided
    assert hours(found) == [24]


@pytest.mark.parametrize(
    "words",
    [
        "You do not need to respond at this time. Once we write, respond within 3 days.",
        "No action is required from you. Later you must respond within 24 hours.",
        "Non devi rispondere ora.",
    ],
)
def test_nothing_to_do_now_still_wins_over_a_day_count(words: str) -> None:
    assert read(words, subject=RECEIVED).kind is MailKind.CLAIM_RECEIVED


@pytest.mark.parametrize(
    "words",
    [
        "No action is required from the buyer. Please provide proof of delivery within 24 hours.",
        "No action is required on your part if the buyer withdraws the claim. Please respond within 24 hours.",
        "You do not need to do anything for claims protected by Buy Shipping. Respond within 24 hours.",
        "You don't have to reply in English. Please respond within 24 hours.",
        "You do not have to respond by phone. Please respond in Seller Central within 24 hours.",
        "You do not need to do anything about the refund. Please respond within 24 hours.",
    ],
)
@pytest.mark.parametrize("type", [NOTIFY, None])
def test_calming_words_about_something_else_hide_no_request_with_its_limit(words: str, type: str | None) -> None:
    received = f"We received an A-to-z Guarantee claim of $5.00 on the order {ORDER}."
    found = read(f"{received} {words}", subject=RECEIVED, type=type)
    assert found.kind is MailKind.ACTION_REQUIRED
    assert 24 in hours(found)


@pytest.mark.parametrize(
    "words",
    [
        "We could not decide the claim in your favor. We have refunded the buyer and debited your account.",
        "We were unable to rule in your favour. Your account was debited $5.00.",
        "We have closed the claim and refunded the buyer. Your account has been debited.",
        "We have granted it. Had the buyer withdrawn the claim, nothing was due. We debited your account.",
        "We could not decide in your favor and debited you. If you appeal and win, we will credit your account.",
        "We decided in your favor. The buyer appealed and we have reversed our decision. We debited your account.",
        "Wir haben den A-bis-z-Garantieantrag geschlossen. Ihr Konto wurde belastet.",
        "Nous n'avons pas pu trancher en votre faveur. 64,99 € ont été débités de votre compte.",
        "Abbiamo chiuso il reclamo; l'importo è stato addebitato sul tuo conto.",
    ],
)
def test_a_decision_that_the_seller_pays_is_never_read_as_won(words: str) -> None:
    found = read(words, subject=DECISION, type=CLOSE)
    assert found.notice is not None
    assert found.notice.decision is not None
    assert found.notice.decision.outcome in {Outcome.UNKNOWN, Outcome.GRANTED}


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Your appeal was granted: we have reversed our decision and will credit your account.", Outcome.REVERSED),
        ("We have reversed our decision. Your account was debited on 3 March; we have credited it.", Outcome.REVERSED),
        ("We have denied the claim. We will not debit your account.", Outcome.DENIED),
        ("We have denied the claim. Your account was not debited.", Outcome.DENIED),
        ("The buyer has withdrawn the claim.", Outcome.WITHDRAWN),
    ],
)
def test_a_decision_that_the_seller_does_not_pay_keeps_its_outcome(words: str, outcome: Outcome) -> None:
    found = read(words, subject=DECISION, type=CLOSE)
    assert found.notice is not None
    assert found.notice.decision is not None
    assert found.notice.decision.outcome is outcome


def test_not_held_responsible_on_a_condition_is_not_amazon_who_pays() -> None:
    words = "We have granted the claim. You will not be held responsible only if you appeal within 30 days."
    found = read(words, subject=DECISION, type=CLOSE).notice
    assert found is not None
    assert found.decision is not None
    assert found.decision.funded_by is not Funder.AMAZON
