"""Who answered when: a machine's answer and one that was not delivered are none, and doubt is said as doubt."""

from __future__ import annotations

import pytest
from support import cases

from a2z_defense.jobs.show import first_hour
from a2z_defense.model.assessment import ClockKind, ItemState
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.mail import Automatic, MailKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.probes.messages import messages_in_48h
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
ASKED = cases.message("Where is it?", "03-07 10:00")


def answer(at: str, automatic: Automatic = Automatic.NO) -> Mail:
    return cases.message("It is on its way.", at, by="seller", automatic=automatic, message_id=f"{at}@example.com")


def told(*messages: Mail, others: tuple[Mail, ...] = ()) -> tuple[ItemState, bool, bool | None]:
    """The state of the item, whether the reply clock still runs, and whether the first hour says it is done."""
    case: Case = cases.case(messages=[ASKED, *messages], other_mails=others)
    item = next(item for item in TABLES.catalogue if item.id == "messages_in_48h")
    found = messages_in_48h(facts_of(case, TABLES), item, None)
    runs = any(clock.kind is ClockKind.MESSAGE_REPLY for clock in assess(case, TABLES).clocks)
    return found.state, runs, first_hour(case)[-1].done


def test_a_person_answered() -> None:
    assert told(answer("03-07 15:00")) == (ItemState.HELD, False, True)


@pytest.mark.parametrize("automatic", [Automatic.YES, Automatic.MAYBE])
def test_an_automatic_reply_stops_no_clock_and_holds_nothing(automatic: Automatic) -> None:
    assert told(answer("03-07 10:01", automatic)) == (ItemState.UNKNOWN, True, False)


def test_a_persons_late_answer_is_late_and_a_doubtful_early_one_makes_it_unknown() -> None:
    late = answer("03-12 10:00")
    assert told(late)[0] is ItemState.MISSING
    assert told(answer("03-07 10:01", Automatic.YES), late)[0] is ItemState.MISSING
    assert told(answer("03-07 10:01", Automatic.MAYBE), late)[0] is ItemState.UNKNOWN


def test_an_answer_that_was_not_delivered_is_none() -> None:
    ours = answer("03-07 15:00")
    failure = cases.mail(MailKind.DELIVERY_FAILURE, "03-07 15:01", references=(str(ours.read.message_id),))
    assert told(ours, others=(failure,)) == (ItemState.UNKNOWN, True, False)


def test_what_is_doubtful_is_named_and_not_passed_over() -> None:
    item = next(item for item in TABLES.catalogue if item.id == "messages_in_48h")
    maybe = answer("03-07 10:01", Automatic.MAYBE)
    for message, words in ((maybe, "a person's"), (answer("03-07 10:01", Automatic.YES), "no answer")):
        found = messages_in_48h(facts_of(cases.case(messages=[ASKED, message]), TABLES), item, None)
        assert words in found.why
        assert (message.evidence in found.exhibits) is (message is maybe)
