"""What was recorded of a decision and what Amazon's mails say of it: disagreements are shown."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Status
from a2z_defense.model.case import Mail
from a2z_defense.model.entries import Entry, RecordKind
from a2z_defense.model.mail import Counted, Funder, MailKind, Outcome
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def clashes(mails: list[Mail], entries: list[Entry]) -> list[tuple[str, tuple[str, str], str]]:
    found = assess(c.case(notices=[c.notice(), *mails], entries=entries), TABLES).contradictions
    return [(one.id.rsplit("-", 1)[0], one.between, one.what) for one in found]


def test_a_record_against_a_mail_names_both() -> None:
    mail = c.decided(Outcome.DENIED, "03-15 09:00", funded_by=Funder.UNKNOWN, odr=Counted.NO)
    said = c.recorded(RecordKind.GRANTED, "03-15 12:00")
    assert clashes([mail], [said]) == [
        (
            "outcome",
            (said.id, mail.evidence),
            "recorded for 2026-03-15T12:00:00Z: granted; Amazon's mail of 2026-03-15T09:00:00Z: denied",
        )
    ]


def test_the_mail_alone_decides_and_a_record_of_the_same_disagrees_with_nothing() -> None:
    mail = c.decided(Outcome.DENIED, funded_by=Funder.UNKNOWN, odr=Counted.NO)
    assert assess(c.case(notices=[c.notice(), mail]), TABLES).status is Status.DECIDED
    assert clashes([mail], [c.recorded(RecordKind.DENIED, "03-15 12:00", odr=Counted.NO)]) == []


@pytest.mark.parametrize(
    ("more", "kind", "words"),
    [
        (
            {"funded_by": Funder.AMAZON},
            "funding",
            "paid by amazon; Amazon's mail of {}: paid by seller",
        ),
        (
            {"odr": Counted.NO},
            "odr",
            "does not count in the ODR; Amazon's mail of {}: counts in the ODR",
        ),
    ],
)
def test_who_paid_and_what_counts_are_compared_too(more: dict[str, object], kind: str, words: str) -> None:
    found = clashes([c.decided()], [c.recorded(RecordKind.GRANTED, "03-15 12:00", **more)])
    assert [one[0] for one in found] == [kind]
    assert found[0][2].endswith(words.format("2026-03-15T09:00:00Z"))


def test_what_is_unknown_to_one_side_is_no_disagreement() -> None:
    mail = c.decided(funded_by=Funder.UNKNOWN, odr=Counted.UNKNOWN)
    said = c.recorded(RecordKind.GRANTED, "03-15 12:00", funded_by=Funder.SELLER, odr=Counted.YES)
    assert clashes([mail], [said]) == []
    assert clashes([c.decided(Outcome.UNKNOWN)], [said]) == []


def test_an_appeal_between_them_makes_them_two_decisions() -> None:
    granted = c.decided(Outcome.GRANTED, "03-15 09:00")
    appealed = c.recorded(RecordKind.APPEALED, "03-20 09:00")
    won = c.recorded(RecordKind.REVERSED, "03-28 09:00")
    assert clashes([granted], [appealed, won]) == []
    lost = c.decided(Outcome.UPHELD, "03-27 09:00", kind=MailKind.APPEAL_RESULT)
    assert [one[0] for one in clashes([granted, lost], [appealed, won])] == ["outcome"]
    again = c.decided(Outcome.DENIED, "03-29 09:00")
    assert clashes([granted, again], [appealed, c.recorded(RecordKind.GRANTED, "03-16 09:00")]) == []


def test_a_record_that_a_mail_bears_out_is_not_in_doubt_because_of_a_later_one() -> None:
    first, later = c.decided(Outcome.DENIED, "03-15 09:00"), c.decided(Outcome.GRANTED, "03-25 09:00")
    assert clashes([first, later], [c.recorded(RecordKind.DENIED, "03-15 12:00")]) == []


def test_a_closed_claim_says_nothing_about_the_decision() -> None:
    assert clashes([c.decided(Outcome.GRANTED)], [c.recorded(RecordKind.CLOSED, "03-20 12:00")]) == []
