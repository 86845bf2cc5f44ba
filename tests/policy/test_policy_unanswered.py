"""What of the buyer's was answered too late or not at all, and an answer that Amazon says it never had."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment
from a2z_defense.model.entries import RecordKind
from a2z_defense.model.mail import Decision, Funder, MailKind, Outcome
from a2z_defense.policy.assess import assess
from a2z_defense.policy.outcome_clashes import DISAGREE
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def judged(**parts: object) -> Assessment:
    return assess(c.case(**parts), TABLES)  # type: ignore[arg-type]


def said(found: Assessment, words: str) -> bool:
    return any(words in warning for warning in found.warnings)


@pytest.mark.parametrize(("answered", "slow"), [("03-10 12:00", False), ("03-10 12:01", True), (None, False)])
def test_an_answer_after_72_hours_is_a_warning_though_the_claim_came_before(answered: str | None, slow: bool) -> None:
    thread = [c.message("where is it?", "03-07 12:00")]
    thread += [c.message("on its way", answered, by="seller")] if answered else []
    found = judged(notices=[c.notice(when="03-08 07:00")], messages=thread)
    assert said(found, "was answered after more than 72 hours, so the answer leaves out the reply times") is slow


CANCEL = c.mail(MailKind.CANCELLATION_REQUEST, "03-02 12:00")


def test_a_request_to_cancel_before_shipping_that_nobody_answered_is_said() -> None:
    unshipped = c.order(packages=())
    asked = "the buyer asked to cancel on 2026-03-02T12:00:00Z"
    assert said(judged(order=unshipped, other_mails=[CANCEL]), asked)
    assert not said(judged(order=unshipped), asked)
    answered = c.message("it was too late to cancel", "03-02 15:00", by="seller")
    assert not said(judged(order=unshipped, other_mails=[CANCEL], messages=[answered]), asked)
    before = c.message("thank you for the order", "03-02 11:00", by="seller")
    assert said(judged(order=unshipped, other_mails=[CANCEL], messages=[before]), asked)
    late = c.mail(MailKind.CANCELLATION_REQUEST, "03-20 12:00")
    assert not said(judged(other_mails=[late]), "the buyer asked to cancel")


NEVER = [
    "The seller did not respond to our request for information.",
    "You have not responded within 72 hours.",
    "We received no response from you.",
    "Il venditore non ha risposto alla nostra richiesta.",
    "Der Verkäufer hat nicht geantwortet.",
    "Le vendeur n'a pas répondu à notre demande.",
    "El vendedor no ha respondido a nuestra solicitud.",
]


@pytest.mark.parametrize("words", NEVER)
def test_a_decision_that_denies_an_answer_disagrees_with_its_record(words: str) -> None:
    decision = Decision(outcome=Outcome.GRANTED, funded_by=Funder.SELLER, stated_reason=words)
    decided = c.notice(MailKind.DECISION, "03-16 09:00", decision=decision)
    answered = c.recorded(RecordKind.RESPONDED, "03-13 09:00")
    found = judged(notices=[c.notice(), decided], entries=[answered])
    (only,) = [one for one in found.contradictions if one.id.startswith(DISAGREE)]
    assert only.between == (answered.id, decided.evidence)
    assert only.what.startswith("recorded for 2026-03-13T09:00:00Z: answered; Amazon's mail of 2026-03-16T09:00:00Z: “")
    assert words.strip(".") in only.what


@pytest.mark.parametrize("words", ["The tracking shows that the package did not arrive.", "You answered our request."])
def test_other_reasons_do_not(words: str) -> None:
    decision = Decision(outcome=Outcome.GRANTED, funded_by=Funder.SELLER, stated_reason=words)
    decided = c.notice(MailKind.DECISION, "03-16 09:00", decision=decision)
    found = judged(notices=[c.notice(), decided], entries=[c.recorded(RecordKind.RESPONDED, "03-13 09:00")])
    assert not [one for one in found.contradictions if one.id.startswith(DISAGREE)]


def test_no_answer_was_recorded_so_nothing_disagrees() -> None:
    decision = Decision(outcome=Outcome.GRANTED, funded_by=Funder.SELLER, stated_reason=NEVER[0])
    decided = c.notice(MailKind.DECISION, "03-16 09:00", decision=decision)
    later = c.recorded(RecordKind.RESPONDED, "03-17 09:00")
    for entries in ([], [later]):
        found = judged(notices=[c.notice(), decided], entries=entries)
        assert not [one for one in found.contradictions if one.id.startswith(DISAGREE)]
