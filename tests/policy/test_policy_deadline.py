"""The deadline engine: which clock runs, from when, by which rule."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from support import cases as c

from a2z_defense.model.assessment import ClockKind, Deadline, DeadlineKind, Status
from a2z_defense.model.case import Case, Mail
from a2z_defense.model.days import calendar_days_end, midnight_after
from a2z_defense.model.entries import Entry, EntryKind, RecordKind
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Counted, DueKind, DueReading, Funder, MailKind, Outcome, Reason, Trust
from a2z_defense.policy.assess import assess
from a2z_defense.policy.life import life_of
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
HOUR = dt.timedelta(hours=1)


def deadline(case: Case) -> Deadline:
    return assess(case, TABLES).deadline


def test_a_request_without_a_limit_is_due_in_72_hours_and_to_be_acted_on_in_48() -> None:
    found = deadline(c.case(notices=[c.notice(when="03-12 07:00")]))
    assert found.kind is DeadlineKind.RESPONSE
    assert found.at == c.at("03-15 07:00")
    assert found.act_by == c.at("03-14 07:00")
    assert found.rule == "response-48h"
    assert found.started_at == c.at("03-12 07:00")
    assert found.started_by == c.ev("action_required 03-12 07:00")
    assert found.source is not None
    assert "1781" in found.source
    assert any("72" in reading for reading in found.readings)


def test_a_stated_number_of_hours_wins() -> None:
    found = deadline(c.case(notices=[c.notice(when="03-12 07:00", due=[c.due(DueKind.HOURS, 24)])]))
    assert found.at == found.act_by == c.at("03-13 07:00")
    assert found.rule == "response-stated"


def test_a_stated_instant_wins_even_when_the_start_is_unknown() -> None:
    found = deadline(c.case(notices=[c.notice(when=None, due=[c.due(DueKind.INSTANT, when="03-14 12:00")])]))
    assert found.at == found.act_by == c.at("03-14 12:00")
    assert found.started_at is None


def test_calendar_days_end_at_the_marketplaces_midnight_with_the_notices_day_as_day_one() -> None:
    found = deadline(c.case(notices=[c.notice(when="03-12 07:00", due=[c.due(DueKind.CALENDAR_DAYS, 3)])]))
    assert found.act_by == dt.datetime(2026, 3, 15, tzinfo=ZoneInfo("Europe/Rome"))
    assert found.act_by == c.at("03-14 23:00")


def test_of_several_readings_the_earliest_wins_and_the_others_are_named() -> None:
    readings = [c.due(DueKind.HOURS, 72), c.due(DueKind.CALENDAR_DAYS, 3)]
    found = deadline(c.case(notices=[c.notice(when="03-12 07:00", due=readings)]))
    assert found.act_by == c.at("03-14 23:00")
    assert any("2026-03-15T07:00:00Z" in reading for reading in found.readings)


def test_an_unknown_start_is_due_when_we_learned_of_it() -> None:
    found = deadline(c.case(notices=[c.notice(when=None, obtained="03-12 08:00", due=[c.due(DueKind.HOURS, 72)])]))
    assert found.act_by == found.at == c.at("03-12 08:00")
    assert found.rule == "response-unknown-start"
    assert found.started_at is None


def test_calendar_days_without_a_marketplace_end_at_the_earliest_midnight_anywhere() -> None:
    start = c.at("03-12 07:00")
    assert calendar_days_end(start, 3, None) == midnight_after(start, 3, "Australia/Sydney")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-27T10:00:00+00:00", "2026-03-29T22:00:00+00:00"),  # summer time begins on the last day
        ("2026-10-24T10:00:00+00:00", "2026-10-26T23:00:00+00:00"),  # winter time begins within
        ("2028-02-27T10:00:00+00:00", "2028-02-29T23:00:00+00:00"),  # a leap day is a day
        ("2026-03-12T22:59:00+00:00", "2026-03-14T23:00:00+00:00"),  # a minute before Rome's midnight: still that day
        ("2026-03-12T23:00:00+00:00", "2026-03-15T23:00:00+00:00"),  # Rome's midnight: the next day
        ("2026-10-24T22:30:00+00:00", "2026-10-27T22:30:00+00:00"),  # a day of 25 hours: 72 hours come first
    ],
)
def test_three_calendar_days_in_rome(start: str, expected: str) -> None:
    assert calendar_days_end(c.at(start), 3, c.market("IT")) == c.at(expected)


@pytest.mark.parametrize(
    ("country", "start", "expected"),
    [
        ("US", "2026-11-08T06:30:00+00:00", "2026-11-10T07:00:00+00:00"),  # the seventh in Denver still
        ("US", "2026-11-08T12:00:00+00:00", "2026-11-11T05:00:00+00:00"),  # the eighth everywhere: New York ends first
        ("CA", "2026-11-08T03:30:00+00:00", "2026-11-10T04:00:00+00:00"),  # the eighth in Newfoundland alone: Halifax
        ("AU", "2026-11-08T15:00:00+00:00", "2026-11-10T16:00:00+00:00"),  # the eighth in Perth alone
    ],
)
def test_days_in_a_country_of_several_zones_are_counted_in_each(country: str, start: str, expected: str) -> None:
    assert calendar_days_end(c.at(start), 3, c.market(country)) == c.at(expected)


def test_a_received_mail_starts_only_the_check() -> None:
    found = deadline(c.case(notices=[c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None)]))
    assert found.kind is DeadlineKind.CHECK
    assert found.act_by == found.at == c.at("03-14 07:00")


def test_looking_moves_the_check_24_hours_on_but_never_before_the_first_48() -> None:
    received = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None)
    early = c.case(notices=[received], entries=[c.recorded(RecordKind.SEEN, "03-12 09:00", tab="under-review")])
    assert deadline(early).act_by == c.at("03-14 07:00")
    late = c.case(notices=[received], entries=[c.recorded(RecordKind.SEEN, "03-14 06:00", tab="under-review")])
    assert deadline(late).act_by == c.at("03-15 06:00")
    assert deadline(late).rule == "check-24h"


def test_seeing_the_request_in_the_tab_starts_the_response() -> None:
    received = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None)
    seen = c.recorded(RecordKind.SEEN, "03-12 10:00", tab="action-required")
    found = deadline(c.case(notices=[received], entries=[seen]))
    assert found.kind is DeadlineKind.RESPONSE
    assert found.act_by == c.at("03-14 07:00")
    due = c.recorded(RecordKind.SEEN, "03-12 10:00", tab="action-required", due="03-13 18:00")
    assert deadline(c.case(notices=[received], entries=[due])).act_by == c.at("03-13 18:00")


def test_a_late_sighting_never_grants_more_than_72_hours_from_when_it_was_not_there() -> None:
    received = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None)
    seen = c.recorded(RecordKind.SEEN, "03-14 10:00", tab="action-required")
    found = deadline(c.case(notices=[received], entries=[seen]))
    assert (found.at, found.act_by) == (c.at("03-15 07:00"), c.at("03-14 10:00"))


@pytest.mark.parametrize("kind", [MailKind.CLAIM_UNRECOGNISED, MailKind.ACTION_REQUIRED])
def test_what_cannot_be_told_apart_is_a_request(kind: MailKind) -> None:
    assert deadline(c.case(notices=[c.notice(kind)])).kind is DeadlineKind.RESPONSE
    undecided = c.notice(MailKind.CLAIM_RECEIVED, undecided=True)
    assert deadline(c.case(notices=[undecided])).kind is DeadlineKind.RESPONSE


ASKED_TWICE = (
    c.notice(when="03-12 07:00", amount="20.00 EUR", due=[c.due(DueKind.HOURS, 48)]),
    c.notice(when="03-12 19:20", amount="30.00 EUR", due=[c.due(DueKind.HOURS, 24)]),
)


@pytest.mark.parametrize("record", [RecordKind.RESPONDED, RecordKind.MISSED])
def test_one_answer_closes_one_of_two_requests_that_claim_different_things(record: RecordKind) -> None:
    once = assess(c.case(notices=ASKED_TWICE, entries=[c.recorded(record, "03-13 08:00")]), TABLES)
    assert (once.status, once.deadline.act_by) == (Status.OPEN, c.at("03-13 19:20"))
    twice = [c.recorded(record, "03-13 08:00"), c.recorded(record, "03-13 09:00")]
    assert deadline(c.case(notices=ASKED_TWICE, entries=twice)).kind is DeadlineKind.NONE


def test_one_answer_closes_a_request_and_its_reminder() -> None:
    for reminder in (c.notice(when="03-12 19:20"), c.notice(when="03-12 19:20", amount=None, reason=None)):
        answered = c.case(notices=[c.notice(when="03-12 07:00"), reminder], entries=[c.recorded(RecordKind.RESPONDED)])
        assert deadline(answered).kind is DeadlineKind.NONE
    lamp, chair = c.notice(reason=Reason.NOT_RECEIVED), c.notice(when="03-12 08:00", reason=Reason.NOT_AS_DESCRIBED)
    one = c.case(notices=[lamp, chair], entries=[c.recorded(RecordKind.RESPONDED)])
    assert deadline(one).started_at == c.at("03-12 08:00")


def test_a_decision_closes_every_request_and_a_look_goes_with_any_answer() -> None:
    assert deadline(c.case(notices=ASKED_TWICE, entries=[c.recorded(RecordKind.DENIED)])).kind is DeadlineKind.NONE
    look = c.recorded(RecordKind.SEEN, "03-12 12:00", tab="action-required")
    once = [look, c.recorded(RecordKind.RESPONDED, "03-12 13:00")]
    assert deadline(c.case(notices=ASKED_TWICE[:1], entries=once)).kind is DeadlineKind.NONE
    assert deadline(c.case(notices=ASKED_TWICE, entries=once)).started_at == c.at("03-12 19:20")


@pytest.mark.parametrize("record", [RecordKind.RESPONDED, RecordKind.MISSED])
def test_an_answer_or_a_miss_closes_the_response(record: RecordKind) -> None:
    case = c.case(entries=[c.recorded(record, "03-13 09:00")])
    assert deadline(case).kind is DeadlineKind.NONE
    assert assess(case, TABLES).status is (Status.ANSWERED if record is RecordKind.RESPONDED else Status.OPEN)


def test_an_answer_before_the_request_does_not_close_it() -> None:
    assert deadline(c.case(entries=[c.recorded(RecordKind.RESPONDED, "03-12 06:59")])).kind is DeadlineKind.RESPONSE


def test_a_second_request_after_the_answer_opens_the_claim_again() -> None:
    notices = [c.notice(when="03-12 07:00"), c.notice(when="03-16 07:00")]
    found = assess(c.case(notices=notices, entries=[c.recorded(RecordKind.RESPONDED, "03-13 09:00")]), TABLES)
    assert found.deadline.act_by == c.at("03-18 07:00")
    assert found.status is Status.OPEN


def test_a_later_copy_moves_the_deadline_earlier_never_later() -> None:
    for told, known in (("one@example.net", "one@example.net"), ("one@example.net", "other@example.net")):
        original = c.notice(when="03-12 07:00", due=[c.due()], content_key="same", message_id=told)
        for other in ("03-12 05:00", "03-13 09:00", "03-14 23:00"):
            copy = c.notice(when=other, due=[c.due()], content_key="same", message_id=known)
            found = deadline(c.case(notices=[original, copy]))
            assert found.act_by == min(c.at("03-12 07:00"), c.at(other)) + 72 * HOUR


def test_a_request_in_the_same_words_is_its_own_once_the_first_was_answered_or_is_over() -> None:
    first, again = (
        c.notice(when=when, due=[c.due()], content_key="same", message_id=f"{when}@example.net")
        for when in ("03-12 07:00", "03-18 07:00")
    )
    answered = c.recorded(RecordKind.RESPONDED, "2026-03-13T07:00Z")
    for entries in ([], [answered]):
        found = deadline(c.case(notices=[first, again], entries=entries))
        assert (found.started_at, found.act_by) == (c.at("03-18 07:00"), c.at("03-21 07:00"))


def test_a_decision_that_tells_an_amount_closes_no_request_of_another_amount() -> None:
    lamp, chair = (
        c.notice(when=f"03-12 0{hour}:00", due=[c.due()], amount=f"{amount} EUR")
        for hour, amount in ((7, "20.00"), (8, "30.00"))
    )
    for told, left in (("20.00", "03-15 08:00"), ("30.00", "03-15 07:00"), ("25.00", None), (None, None)):
        decided = c.decided(Outcome.DENIED, "03-13 09:00", amount=f"{told} EUR" if told else None)
        found = deadline(c.case(notices=[lamp, chair, decided]))
        assert found.act_by == (c.at(left) if left else None)


def test_a_newer_notice_with_its_own_limit_moves_the_deadline() -> None:
    notices = [c.notice(when="03-12 07:00"), c.notice(when="03-13 07:00", due=[c.due(DueKind.HOURS, 72)])]
    assert deadline(c.case(notices=notices)).act_by == c.at("03-16 07:00")


def test_a_newer_notice_without_a_limit_may_be_a_reminder_and_moves_nothing() -> None:
    notices = [c.notice(when="03-12 07:00"), c.notice(when="03-13 07:00")]
    found = deadline(c.case(notices=notices))
    assert found.act_by == c.at("03-14 07:00")
    assert any("2026-03-15T07:00:00Z" in reading for reading in found.readings)


def test_a_request_after_the_old_one_ran_out_is_a_new_one() -> None:
    notices = [c.notice(when="03-12 07:00"), c.notice(when="03-20 07:00")]
    assert deadline(c.case(notices=notices)).act_by == c.at("03-22 07:00")


def test_a_less_authenticated_notice_moves_nothing_later() -> None:
    forged = c.notice(when="03-13 07:00", due=[c.due(DueKind.HOURS, 720)], trust=Trust.UNAUTHENTICATED)
    assert deadline(c.case(notices=[c.notice(when="03-12 07:00"), forged])).act_by == c.at("03-14 07:00")


def test_a_less_authenticated_decision_stops_no_clock() -> None:
    forged = c.decided(Outcome.DENIED, "03-13 07:00", trust=Trust.UNAUTHENTICATED)
    found = assess(c.case(notices=[c.notice(when="03-12 07:00"), forged]), TABLES)
    assert found.deadline.kind is DeadlineKind.RESPONSE
    assert found.status is Status.OPEN


def test_a_decision_stops_the_response() -> None:
    denied = c.decided(Outcome.DENIED, funded_by=Funder.UNKNOWN, odr=Counted.NO)
    found = assess(c.case(notices=[c.notice(), denied]), TABLES)
    assert found.deadline.kind is DeadlineKind.NONE
    assert found.status is Status.DECIDED


def test_granted_and_paid_by_the_seller_starts_the_appeal() -> None:
    found = assess(c.case(notices=[c.notice(), c.decided(when="03-15 09:00")]), TABLES)
    assert found.deadline.kind is DeadlineKind.APPEAL
    assert found.deadline.act_by == dt.datetime(2026, 4, 14, tzinfo=ZoneInfo("Europe/Rome"))
    assert found.deadline.rule == "appeal-30d"
    assert found.status is Status.DECIDED


def test_an_earlier_debit_starts_the_appeal() -> None:
    debit = c.movement(MovementKind.CLAIM_DEBIT, when="03-14 08:00")
    case = c.case(notices=[c.notice(), c.decided(when="03-15 09:00")], finances=c.finances(debit))
    assert deadline(case).act_by == dt.datetime(2026, 4, 13, tzinfo=ZoneInfo("Europe/Rome"))
    assert deadline(case).started_by == c.ev("finances")


def test_granted_and_paid_by_amazon_starts_nothing() -> None:
    case = c.case(notices=[c.notice(), c.decided(funded_by=Funder.AMAZON, odr=Counted.NO)])
    assert deadline(case).kind is DeadlineKind.NONE


def test_a_debit_shows_that_the_seller_pays() -> None:
    debit = c.movement(MovementKind.CLAIM_DEBIT, when="03-16 08:00")
    case = c.case(notices=[c.notice(), c.decided(funded_by=Funder.UNKNOWN)], finances=c.finances(debit))
    assert deadline(case).rule == "appeal-30d"
    assert assess(case, TABLES).result.funded_by is Funder.SELLER


def test_a_grant_that_does_not_say_who_pays_keeps_the_appeal_running() -> None:
    case = c.case(notices=[c.notice(), c.decided(funded_by=Funder.UNKNOWN, odr=Counted.UNKNOWN)])
    assert deadline(case).kind is DeadlineKind.APPEAL
    assert deadline(case).rule == "appeal-30d-funder-unknown"


def test_an_appeal_stops_the_appeal_clock_and_a_reversal_closes_the_claim() -> None:
    notices = [c.notice(), c.decided(when="03-15 09:00")]
    appealed = c.recorded(RecordKind.APPEALED, "03-20 09:00")
    assert deadline(c.case(notices=notices, entries=[appealed])).kind is DeadlineKind.NONE
    won = c.decided(Outcome.REVERSED, "03-25 09:00", kind=MailKind.APPEAL_RESULT, odr=Counted.NO)
    found = assess(c.case(notices=[*notices, won], entries=[appealed]), TABLES)
    assert found.deadline.kind is DeadlineKind.NONE
    assert found.status is Status.CLOSED


def test_a_claim_added_by_hand_is_due_when_it_was_added_unless_a_due_time_is_told() -> None:
    def added(due: str | None) -> Entry:
        told = c.at(due) if due else None
        at = c.at("03-12 10:00")
        return Entry(id=c.ev("added"), kind=EntryKind.ADDED, claim_id=c.ORDER_ID, at=at, due_at=told)

    assert deadline(c.case(notices=[], entries=[added(None)])).act_by == c.at("03-12 10:00")
    assert deadline(c.case(notices=[], entries=[added("03-14 20:00")])).act_by == c.at("03-14 20:00")


def second_claim(*debits: str) -> Case:
    """The order's second claim, filed 12 March and granted on the 15th, with debits at these moments."""
    found = [c.movement(MovementKind.CLAIM_DEBIT, when=when, name=f"debit {when}") for when in debits]
    case = c.case(notices=[c.notice(), c.decided(when="03-15 09:00")], finances=c.finances(*found))
    return case.model_copy(update={"number": 2, "claim_id": f"{c.ORDER_ID}.2"})


@pytest.mark.parametrize(
    ("debit", "started_by"),
    [
        ("03-11 09:00", "decision 03-15 09:00"),  # it belongs to the order's first claim
        ("03-12 07:00", "debit 03-12 07:00"),  # the very moment of this claim
        ("03-14 09:00", "debit 03-14 09:00"),
        ("03-15 09:00", "decision 03-15 09:00"),  # the same moment: the decision is named
    ],
)
def test_a_debit_of_an_earlier_claim_starts_no_appeal_of_this_one(debit: str, started_by: str) -> None:
    assert deadline(second_claim(debit)).started_by == c.ev(started_by)


def test_a_second_claim_without_a_known_date_takes_no_debit_for_its_own() -> None:
    case = second_claim("03-14 09:00").model_copy(update={"notices": (c.decided(when="03-15 09:00"),)})
    assert deadline(case).started_by == c.ev("decision 03-15 09:00")


def test_a_debit_at_the_moment_of_the_decision_changes_nothing() -> None:
    debit = c.movement(MovementKind.CLAIM_DEBIT, when="03-15 09:00")
    case = c.case(notices=[c.notice(), c.decided(when="03-15 09:00")], finances=c.finances(debit))
    assert deadline(case).started_by == c.ev("decision 03-15 09:00")


@pytest.mark.parametrize("hours", [(24, 96), (96, 24)])
def test_of_two_requests_of_one_moment_neither_takes_the_others_place(hours: tuple[int, int]) -> None:
    first = c.notice(when="03-12 07:00", due=[c.due(DueKind.HOURS, hours[0])], name="first")
    second = c.notice(when="03-12 07:00", due=[c.due(DueKind.HOURS, hours[1])], name="second")
    for notices in ([first, second], [second, first]):
        assert deadline(c.case(notices=notices)).act_by == c.at("03-13 07:00")


def test_a_request_at_the_moment_the_old_one_ran_out_is_a_new_one() -> None:
    notices = [c.notice(when="03-12 07:00"), c.notice(when="03-15 07:00")]
    assert deadline(c.case(notices=notices)).act_by == c.at("03-17 07:00")
    earlier = [c.notice(when="03-12 07:00"), c.notice(when="03-15 06:59")]
    assert deadline(c.case(notices=earlier)).act_by == c.at("03-14 07:00")


def test_a_forward_with_a_limit_is_no_newer_notice_from_amazon() -> None:
    forward = c.notice(when="03-13 07:00", due=[c.due(DueKind.HOURS, 96)], name="forward")
    forward = forward.model_copy(update={"read": forward.read.model_copy(update={"forwarded": True})})
    assert deadline(c.case(notices=[c.notice(when="03-12 07:00"), forward])).act_by == c.at("03-14 07:00")


def test_a_look_that_moves_nothing_leaves_the_rule_of_the_first_48_hours() -> None:
    received = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None)
    seen = c.recorded(RecordKind.SEEN, "03-13 07:00", tab="under-review")
    found = deadline(c.case(notices=[received], entries=[seen]))
    assert (found.act_by, found.rule) == (c.at("03-14 07:00"), "check-48h")


def test_of_two_equal_clocks_the_exhibit_decides_whatever_the_order() -> None:
    mails = [c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None, name=name) for name in ("one", "two")]
    expected = min(mail.evidence for mail in mails)
    for notices in (mails, mails[::-1]):
        assert deadline(c.case(notices=notices)).started_by == expected


def test_a_look_at_the_moment_that_an_undated_mail_was_read_counts() -> None:
    received = c.notice(MailKind.CLAIM_RECEIVED, None, reason=None, obtained="03-12 08:00")
    assert deadline(c.case(notices=[received])).act_by == c.at("03-12 08:00")
    seen = c.recorded(RecordKind.SEEN, "03-12 08:00", tab="under-review")
    assert deadline(c.case(notices=[received], entries=[seen])).act_by == c.at("03-13 08:00")


RECEIVED = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None)


def test_there_is_one_look_to_take_however_many_mails() -> None:
    later = c.notice(MailKind.CLAIM_RECEIVED, "03-12 09:00", reason=None)
    clocks = assess(c.case(notices=[RECEIVED, later]), TABLES).clocks
    assert [(clock.kind.value, clock.act_by) for clock in clocks] == [("check", c.at("03-14 07:00"))]


def test_a_request_of_the_same_moment_takes_the_looks_place_and_its_moment() -> None:
    """A look never bands above due soon: a request must not be overdue behind it."""
    request = c.notice(when="03-12 07:00", due=[c.due(DueKind.HOURS, 96)])
    found = assess(c.case(notices=[RECEIVED, request]), TABLES)
    assert [clock.kind for clock in found.clocks] == [ClockKind.RESPONSE]
    assert (found.deadline.act_by, found.deadline.at) == (c.at("03-14 07:00"), c.at("03-16 07:00"))
    assert found.deadline.readings[0].startswith("2026-03-16T07:00:00Z: the request's own limit")
    newer = c.notice(when="03-12 07:01", due=[c.due(DueKind.HOURS, 96)])
    assert deadline(c.case(notices=[RECEIVED, newer])).act_by == c.at("03-16 07:01")


@pytest.mark.parametrize(
    ("ours", "theirs", "asked", "hours", "act_by"),
    [
        (Trust.AUTHENTICATED, Trust.UNAUTHENTICATED, "03-13 07:00", 240, "03-14 07:00"),
        (Trust.AUTHENTICATED, Trust.UNVERIFIED, "03-13 07:00", 240, "03-14 07:00"),
        (Trust.AUTHENTICATED, Trust.UNAUTHENTICATED, "03-13 07:00", 12, "03-13 19:00"),
        (Trust.AUTHENTICATED, Trust.UNAUTHENTICATED, "03-20 07:00", 240, "03-20 07:00"),
        (Trust.UNVERIFIED, Trust.UNVERIFIED, "03-13 07:00", 240, "03-23 07:00"),
        (Trust.UNVERIFIED, Trust.AUTHENTICATED, "03-13 07:00", 240, "03-23 07:00"),
    ],
)
def test_a_weaker_dated_request_does_not_stop_the_look(
    ours: Trust, theirs: Trust, asked: str, hours: int, act_by: str
) -> None:
    """Anybody can write a mail that gives ten days: the look that finds the true request is still due."""
    received = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None, trust=ours)
    request = c.notice(when=asked, due=[c.due(DueKind.HOURS, hours)], trust=theirs)
    found = deadline(c.case(notices=[received, request]))
    assert (found.kind, found.act_by) == (DeadlineKind.RESPONSE, c.at(act_by))


def test_a_look_that_found_no_request_gives_a_weaker_one_another_day() -> None:
    received = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", reason=None, trust=Trust.AUTHENTICATED)
    request = c.notice(when="03-13 07:00", due=[c.due(DueKind.HOURS, 240)], trust=Trust.UNAUTHENTICATED)
    seen = c.recorded(RecordKind.SEEN, "03-14 06:00", tab="under-review")
    found = deadline(c.case(notices=[received, request], entries=[seen]))
    assert (found.kind, found.act_by) == (DeadlineKind.RESPONSE, c.at("03-15 06:00"))


@pytest.mark.parametrize(
    ("record", "when", "running"),
    [
        (RecordKind.RESPONDED, "03-12 07:00", False),
        (RecordKind.RESPONDED, "03-12 06:59", True),
        (RecordKind.CLOSED, "03-12 07:00", False),
        (RecordKind.MESSAGED, "03-12 09:00", True),
        (RecordKind.APPEALED, "03-12 09:00", True),
    ],
)
def test_what_ends_the_look(record: RecordKind, when: str, running: bool) -> None:
    found = deadline(c.case(notices=[RECEIVED], entries=[c.recorded(record, when)]))
    assert (found.kind is DeadlineKind.CHECK) is running


@pytest.mark.parametrize(("trust", "running"), [(Trust.AUTHENTICATED, False), (Trust.UNVERIFIED, True)])
def test_only_a_decision_that_is_as_well_authenticated_ends_the_look(trust: Trust, running: bool) -> None:
    found = deadline(c.case(notices=[RECEIVED, c.decided(Outcome.DENIED, trust=trust)]))
    assert (found.kind is DeadlineKind.CHECK) is running


@pytest.mark.parametrize(
    ("record", "when", "running"),
    [
        (RecordKind.RESPONDED, "03-12 07:00", False),
        (RecordKind.MESSAGED, "03-13 07:00", True),
        (RecordKind.APPEALED, "03-13 07:00", True),
        (RecordKind.DENIED, "03-12 07:00", False),
        (RecordKind.WITHDRAWN, "03-12 06:59", True),
    ],
)
def test_what_ends_a_request(record: RecordKind, when: str, running: bool) -> None:
    found = deadline(c.case(notices=[c.notice(when="03-12 07:00")], entries=[c.recorded(record, when)]))
    assert (found.kind is DeadlineKind.RESPONSE) is running


def test_a_record_counts_from_when_it_happened() -> None:
    late = c.recorded(RecordKind.RESPONDED, "03-20 09:00").model_copy(update={"effective_at": c.at("03-12 06:00")})
    assert deadline(c.case(entries=[late])).kind is DeadlineKind.RESPONSE


@pytest.mark.parametrize(("looked", "kind"), [("03-12 10:00", "response"), ("03-12 10:01", "check")])
def test_a_request_seen_in_the_tab_ends_when_a_later_look_finds_it_gone(looked: str, kind: str) -> None:
    entries = [
        c.recorded(RecordKind.SEEN, "03-12 10:00", tab="action-required"),
        c.recorded(RecordKind.SEEN, looked, tab="under-review"),
    ]
    # The look at the same moment comes first: it cannot have found the request gone.
    assert deadline(c.case(notices=[RECEIVED], entries=entries)).kind.value == kind


def test_a_look_without_a_tab_ends_no_request_and_moves_none_later() -> None:
    asked = c.recorded(RecordKind.SEEN, "03-12 10:00", tab="action-required")
    alone = deadline(c.case(notices=[RECEIVED], entries=[asked]))
    for when in ("03-12 09:59", "03-12 11:00"):
        looked = c.recorded(RecordKind.SEEN, when)
        found = deadline(c.case(notices=[RECEIVED], entries=[asked, looked]))
        assert (found.kind, found.act_by) == (DeadlineKind.RESPONSE, alone.act_by)


def test_a_look_without_a_tab_is_a_look_that_found_nothing() -> None:
    seen = c.recorded(RecordKind.SEEN, "03-14 06:00")
    assert deadline(c.case(notices=[RECEIVED], entries=[seen])).act_by == c.at("03-15 06:00")


def test_a_sighting_is_bounded_by_the_last_look_before_it() -> None:
    entries = [
        c.recorded(RecordKind.SEEN, "03-14 06:00", tab="under-review"),
        c.recorded(RecordKind.SEEN, "03-16 10:00", tab="action-required"),
    ]
    found = deadline(c.case(notices=[RECEIVED], entries=entries))
    assert (found.at, found.act_by) == (c.at("03-17 06:00"), c.at("03-16 10:00"))
    alone = deadline(c.case(notices=[], entries=entries[1:]))
    assert (alone.at, alone.act_by) == (c.at("03-19 10:00"), c.at("03-18 10:00"))


def test_a_sighting_at_the_moment_of_the_mail_is_bounded_by_it() -> None:
    seen = c.recorded(RecordKind.SEEN, "03-12 07:00", tab="action-required")
    found = deadline(c.case(notices=[RECEIVED], entries=[seen]))
    assert (found.at, found.act_by) == (c.at("03-15 07:00"), c.at("03-14 07:00"))


def test_a_decision_at_the_moment_of_the_answer_wins() -> None:
    notices = [c.notice(), c.decided(Outcome.DENIED, "03-13 09:00")]
    found = assess(c.case(notices=notices, entries=[c.recorded(RecordKind.RESPONDED, "03-13 09:00")]), TABLES)
    assert found.status is Status.DECIDED


def test_equally_authenticated_decisions_follow_their_dates() -> None:
    notices = [c.notice(), c.decided(Outcome.GRANTED, "03-15 09:00"), c.decided(Outcome.DENIED, "03-16 09:00")]
    assert deadline(c.case(notices=notices)).kind is DeadlineKind.NONE
    weaker = [*notices[:2], c.decided(Outcome.DENIED, "03-16 09:00", trust=Trust.ALTERED)]
    assert deadline(c.case(notices=weaker)).kind is DeadlineKind.APPEAL


@pytest.mark.parametrize(("when", "running"), [("03-15 09:00", False), ("03-15 08:59", True)])
@pytest.mark.parametrize("record", [RecordKind.APPEALED, RecordKind.CLOSED])
def test_an_appeal_or_a_close_counts_from_the_decision_on(record: RecordKind, when: str, running: bool) -> None:
    case = c.case(notices=[c.notice(), c.decided(when="03-15 09:00")], entries=[c.recorded(record, when)])
    assert (deadline(case).kind is DeadlineKind.APPEAL) is running


def test_an_undated_decision_is_due_when_it_was_read() -> None:
    found = deadline(c.case(notices=[c.notice(), c.decided(when=None, obtained="03-20 08:00")]))
    assert (found.kind, found.act_by, found.rule) == (DeadlineKind.APPEAL, c.at("03-20 08:00"), "appeal-unknown-start")
    assert found.started_at is None


def test_an_unread_decision_keeps_the_appeal_running() -> None:
    unread = c.notice(MailKind.DECISION, "03-15 09:00")
    found = assess(c.case(notices=[c.notice(), unread]), TABLES)
    assert found.deadline.rule == "appeal-30d-funder-unknown"
    assert found.result.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("record", [RecordKind.DENIED, RecordKind.WITHDRAWN])
def test_a_wrong_record_does_not_silence_the_appeal_of_amazons_own_grant(record: RecordKind) -> None:
    notices = [c.notice(), c.decided()]
    wrong = c.recorded(record, "03-16 09:00")
    told = deadline(c.case(notices=notices))
    found = deadline(c.case(notices=notices, entries=[wrong]))
    assert (found.kind, found.act_by) == (DeadlineKind.APPEAL, told.act_by)
    for ending in (RecordKind.APPEALED, RecordKind.CLOSED, RecordKind.REVERSED):
        entries = [c.recorded(ending, "03-15 12:00"), wrong]
        assert deadline(c.case(notices=notices, entries=entries)).kind is DeadlineKind.NONE, ending
    # A later mail of Amazon that agrees ends it as well.
    agreed = [*notices, c.decided(Outcome.DENIED, "03-15 18:00")]
    assert deadline(c.case(notices=agreed, entries=[wrong])).kind is DeadlineKind.NONE


def test_a_decision_that_is_told_again_moves_its_appeal_no_later() -> None:
    first = c.decided(when="03-15 09:00")
    told = deadline(c.case(notices=[c.notice(), first])).act_by
    for again in (c.notice(MailKind.DECISION, "03-18 09:00"), c.decided(when="03-18 09:00")):
        found = deadline(c.case(notices=[c.notice(), first, again]))
        assert (found.kind, found.act_by) == (DeadlineKind.APPEAL, told)
    # After an appeal of the first one a new decision has a clock of its own.
    appealed = c.recorded(RecordKind.APPEALED, "03-16 09:00")
    later = deadline(c.case(notices=[c.notice(), first, c.decided(when="03-18 09:00")], entries=[appealed]))
    assert told is not None
    assert later.act_by is not None
    assert later.act_by > told


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.DENIED, Outcome.CLOSED])
def test_what_somebody_forwards_ends_no_request_of_amazons_own_mail(outcome: Outcome) -> None:
    asked = c.notice(trust=Trust.UNAUTHENTICATED)
    own = c.decided(outcome, trust=Trust.UNAUTHENTICATED)
    sent_on = c.decided(outcome, trust=Trust.UNAUTHENTICATED, forwarded=True)
    assert deadline(c.case(notices=[asked, own])).kind is DeadlineKind.NONE
    assert deadline(c.case(notices=[asked, sent_on])).kind is DeadlineKind.RESPONSE
    # Where everything is forwarded by hand, a decision is one.
    all_by_hand = c.notice(trust=Trust.UNAUTHENTICATED, forwarded=True)
    assert deadline(c.case(notices=[all_by_hand, sent_on])).kind is DeadlineKind.NONE


def of_the_claim(hours: int) -> DueReading:
    return DueReading(kind=DueKind.HOURS, count=hours, text=f"within {hours} hours of the claim", from_claim=True)


def test_a_count_from_the_claim_starts_with_the_first_notice_that_is_held() -> None:
    received = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00")
    asked = c.notice(when="03-13 07:00", due=[of_the_claim(72)])
    assert deadline(c.case(notices=[received, asked])).act_by == c.at("03-15 07:00")
    assert deadline(c.case(notices=[asked])).act_by == c.at("03-16 07:00")
    told = c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00", claimed_on="03-11 07:00")
    assert deadline(c.case(notices=[told, asked])).act_by == c.at("03-14 07:00")


def test_a_count_from_the_claim_that_was_over_when_it_was_told_is_due_at_once() -> None:
    received = c.notice(MailKind.CLAIM_RECEIVED, "03-02 07:00")
    asked = c.notice(when="03-13 07:00", due=[of_the_claim(72)])
    assert deadline(c.case(notices=[received, asked])).act_by == c.at("03-13 07:00")


def test_a_record_of_the_seller_keeps_no_later_mail_from_counting() -> None:
    denied = c.recorded(RecordKind.DENIED, "03-14 09:00")
    case = c.case(notices=[c.notice(), c.decided(Outcome.GRANTED, "03-15 09:00")], entries=[denied])
    assert deadline(case).kind is DeadlineKind.APPEAL
    weak = [c.notice(), c.decided(), c.decided(Outcome.DENIED, "03-17 09:00", trust=Trust.ALTERED)]
    granted = c.recorded(RecordKind.GRANTED, "03-16 09:00", funded_by=Funder.SELLER)
    assert deadline(c.case(notices=weak, entries=[granted])).kind is DeadlineKind.APPEAL


def test_the_claim_is_as_old_as_its_oldest_notice_or_as_the_date_that_one_states() -> None:
    transit = {"order": c.order(packages=[c.package(status="IN_TRANSIT")]), "shipments": []}
    for notices, early in (
        ([c.notice(when="03-12 07:00", claimed_on="03-10 07:00")], True),
        ([c.notice(when="03-10 07:00", claimed_on="03-12 07:00")], True),
        ([c.notice(when="03-12 07:00"), c.notice(when="03-10 07:00")], True),
        ([c.notice(when="03-12 07:00"), c.decided(when="03-10 07:00")], False),
        ([c.notice(when="03-12 07:00")], False),
    ):
        found = assess(c.case(notices=notices, **transit), TABLES).defence  # type: ignore[arg-type]
        assert (found is not None and found.id == "not_due_yet") is early


def test_a_claim_added_by_hand_gives_way_to_the_notice() -> None:
    added = Entry(id=c.ev("added"), kind=EntryKind.ADDED, claim_id=c.ORDER_ID, at=c.at("03-12 10:00"))
    assert deadline(c.case(notices=[c.notice(when="03-12 07:00")], entries=[added])).act_by == c.at("03-14 07:00")
    assert deadline(c.case(notices=[RECEIVED], entries=[added])).act_by == c.at("03-12 10:00")
    told = added.model_copy(update={"due_at": c.at("03-13 12:00")})
    assert deadline(c.case(notices=[c.notice(when="03-12 07:00")], entries=[told])).act_by == c.at("03-13 12:00")
    undated = c.notice(when=None, obtained="03-12 11:00")
    assert deadline(c.case(notices=[undated], entries=[added])).act_by == c.at("03-12 10:00")


@pytest.mark.parametrize("weak", [Trust.UNAUTHENTICATED, Trust.QUARANTINED])
@pytest.mark.parametrize("strong", [Trust.UNVERIFIED, Trust.ALTERED])
def test_a_mail_without_authentication_undoes_none_that_has_some(weak: Trust, strong: Trust) -> None:
    denied = c.decided(Outcome.DENIED, "03-13 07:00", trust=weak, released=weak is Trust.QUARANTINED)
    assert deadline(c.case(notices=[c.notice(trust=strong), denied])).kind is DeadlineKind.RESPONSE
    equal = c.decided(Outcome.DENIED, "03-13 07:00", trust=strong)
    assert deadline(c.case(notices=[c.notice(trust=strong), equal])).kind is DeadlineKind.NONE


def test_a_look_does_not_end_a_request_that_a_mail_made() -> None:
    seen = c.recorded(RecordKind.SEEN, "03-13 07:00", tab="under-review")
    assert deadline(c.case(notices=[c.notice()], entries=[seen])).kind is DeadlineKind.RESPONSE


def test_a_grant_that_the_seller_recorded_has_a_date() -> None:
    granted = c.recorded(RecordKind.GRANTED, "03-15 09:00", funded_by=Funder.SELLER)
    found = deadline(c.case(entries=[granted]))
    assert (found.rule, found.act_by) == ("appeal-30d", dt.datetime(2026, 4, 14, tzinfo=ZoneInfo("Europe/Rome")))
    unsaid = c.recorded(RecordKind.GRANTED, "03-15 09:00")
    assert deadline(c.case(entries=[unsaid])).rule == "appeal-30d-funder-unknown"


def test_the_other_readings_are_named_in_the_notices_words_or_by_why() -> None:
    noted = c.due(DueKind.HOURS, 72).model_copy(update={"note": "read as hours"})
    readings = [c.due(DueKind.HOURS, 24), noted, c.due(DueKind.HOURS, 96)]
    found = deadline(c.case(notices=[c.notice(when="03-12 07:00", due=readings)]))
    assert found.readings == ("2026-03-15T07:00:00Z: read as hours", "2026-03-16T07:00:00Z: within 96 hours")
    assert found.rule_text is not None
    assert found.rule_text.endswith(": “within 24 hours”")


def test_every_other_running_request_is_named() -> None:
    notices = [c.notice(when=f"03-12 0{hour}:00") for hour in (6, 7, 8)]
    named = [reading for reading in deadline(c.case(notices=notices)).readings if reading.startswith("another request")]
    assert named == [
        "another request, by response-48h: 2026-03-14T07:00:00Z",
        "another request, by response-48h: 2026-03-14T08:00:00Z",
    ]


def test_copies_of_one_notice_share_the_best_date() -> None:
    undated = c.notice(when=None, content_key="same", obtained="03-12 08:00", name="undated", due=[c.due()])
    dated = c.notice(when="03-12 07:00", content_key="same", name="dated", due=[c.due()])
    found = deadline(c.case(notices=[undated, dated]))
    assert (found.started_at, found.act_by) == (c.at("03-12 07:00"), c.at("03-15 07:00"))
    again = c.notice(when=None, content_key="same", obtained="03-13 08:00", name="again", due=[c.due()])
    for notices in ([undated, again], [again, undated]):
        assert deadline(c.case(notices=notices)).act_by == c.at("03-12 08:00")


def test_a_debit_tells_who_pays_when_the_decision_was_not_understood() -> None:
    debit = c.movement(MovementKind.CLAIM_DEBIT, when="03-16 08:00")
    unread = c.notice(MailKind.DECISION, "03-15 09:00")
    assert deadline(c.case(notices=[c.notice(), unread], finances=c.finances(debit))).rule == "appeal-30d"
    denied = c.decided(Outcome.DENIED, "03-15 09:00")
    refused = assess(c.case(notices=[c.notice(), denied], finances=c.finances(debit)), TABLES)
    assert (refused.deadline.kind, refused.result.funded_by) == (DeadlineKind.NONE, Funder.UNKNOWN)


def test_a_limit_that_the_decision_states_wins_over_the_thirty_days() -> None:
    dated = c.decided(Outcome.GRANTED, "03-15 09:00", due=[c.due(DueKind.INSTANT, when="03-20 22:59")])
    found = deadline(c.case(notices=[c.notice(), dated]))
    assert (found.kind, found.rule, found.act_by) == (DeadlineKind.APPEAL, "appeal-stated", c.at("03-20 22:59"))
    assert any("appeal-30d" in reading for reading in found.readings)
    counted = c.decided(Outcome.GRANTED, "03-15 09:00", due=[c.due(DueKind.CALENDAR_DAYS, 7)])
    assert deadline(c.case(notices=[c.notice(), counted])).act_by == dt.datetime(
        2026, 3, 22, tzinfo=ZoneInfo("Europe/Rome")
    )


def test_a_later_limit_counts_only_from_an_authenticated_decision() -> None:
    late = [c.due(DueKind.INSTANT, when="05-20 22:59")]
    signed = c.decided(Outcome.GRANTED, "03-15 09:00", due=late)
    assert deadline(c.case(notices=[c.notice(), signed])).act_by == c.at("05-20 22:59")
    weak = c.decided(Outcome.GRANTED, "03-15 09:00", due=late, trust=Trust.UNVERIFIED)
    notices = [c.notice(trust=Trust.UNVERIFIED), weak]
    assert deadline(c.case(notices=notices)).rule == "appeal-30d"


def test_a_dated_limit_of_an_undated_decision_counts() -> None:
    undated = c.decided(Outcome.GRANTED, None, due=[c.due(DueKind.INSTANT, when="03-20 22:59")], obtained="03-16 08:00")
    assert deadline(c.case(notices=[undated])).act_by == c.at("03-20 22:59")


def test_a_request_found_in_the_tab_may_have_begun_when_it_was_last_not_there() -> None:
    looks = [
        c.recorded(RecordKind.SEEN, "03-12 07:30", tab="under-review"),
        c.recorded(RecordKind.SEEN, "03-14 06:30", tab="action-required"),
    ]
    assert deadline(c.case(notices=[], entries=looks)).act_by == c.at("03-14 07:30")


def test_finding_the_request_never_moves_the_deadline_later() -> None:
    received = [c.notice(MailKind.CLAIM_RECEIVED, "03-12 07:00")]
    before = deadline(c.case(notices=received)).act_by
    sight = c.recorded(RecordKind.SEEN, "03-13 09:00", tab="action-required")
    assert before == deadline(c.case(notices=received, entries=[sight])).act_by == c.at("03-14 07:00")


def test_a_request_found_long_after_the_last_look_is_due_when_it_was_found() -> None:
    looks = [
        c.recorded(RecordKind.SEEN, "03-12 07:30", tab="under-review"),
        c.recorded(RecordKind.SEEN, "03-14 20:30", tab="action-required"),
    ]
    assert deadline(c.case(notices=[], entries=looks)).act_by == c.at("03-14 20:30")


def test_the_instant_of_a_request_that_a_newer_one_replaces_is_still_shown() -> None:
    newer = c.notice(when="03-13 07:00", due=[c.due(DueKind.HOURS, 72)])
    found = deadline(c.case(notices=[c.notice(when="03-12 07:00"), newer]))
    assert found.act_by == c.at("03-16 07:00")
    assert any("2026-03-14T07:00" in reading and "replaces" in reading for reading in found.readings)


def test_why_a_capped_limit_was_applied_is_said() -> None:
    capped = c.due(DueKind.HOURS, 48, text="within 7 days").model_copy(update={"note": "no later than 48 hours"})
    found = deadline(c.case(notices=[c.notice(when="03-12 07:00", due=[capped])]))
    assert found.rule_text is not None
    assert found.rule_text.endswith(": “within 7 days” (no later than 48 hours)")
    dated = c.due(DueKind.INSTANT, when="03-20 22:59", text="20 March").model_copy(update={"note": "no zone is stated"})
    appeal = deadline(c.case(notices=[c.notice(), c.decided(Outcome.GRANTED, "03-15 09:00", due=[dated])]))
    assert appeal.rule_text is not None
    assert appeal.rule_text.endswith(": “20 March” (no zone is stated)")


def from_nowhere(mail: Mail) -> Mail:
    """The same notice, whose marketplace is not known."""
    return mail.model_copy(update={"read": mail.read.model_copy(update={"marketplace_id": None})})


def test_the_days_of_a_notice_without_a_marketplace_end_at_the_earliest_midnight_whatever_the_order_tells() -> None:
    told = c.notice(when="03-12 07:00", due=[c.due(DueKind.CALENDAR_DAYS, 3)])
    lost = from_nowhere(told)
    assert deadline(c.case(notices=[told])).act_by == c.at("03-14 23:00")
    assert deadline(c.case(notices=[lost])).act_by == c.at("03-14 13:00")  # midnight in Sydney
    assert deadline(c.case(notices=[lost], order=None)).act_by == c.at("03-14 13:00")
    alone = c.case(notices=[told], order=None).model_copy(update={"marketplace_id": None})
    assert deadline(alone).act_by == c.at("03-14 23:00")  # the notice tells it, whatever the case holds
    abroad = c.case(notices=[told]).model_copy(update={"marketplace_id": c.market("JP")})
    assert deadline(abroad).act_by == c.at("03-14 15:00")  # the order's marketplace has its say too
    chosen = c.case(notices=[lost], entries=[c.was_set(marketplace_id=c.market("IT"))])
    assert deadline(chosen).act_by == c.at("03-14 23:00")  # what the seller sets counts alone


@pytest.mark.parametrize(
    ("granted", "last_day"),
    [
        ("2026-03-15T09:00:00+00:00", (2026, 4, 14)),  # summer time begins within
        ("2026-10-10T09:00:00+00:00", (2026, 11, 9)),  # winter time begins within
        ("2028-02-10T23:30:00+00:00", (2028, 3, 12)),  # a leap day within; already the 11th in Rome
        ("2026-01-01T09:00:00+00:00", (2026, 1, 31)),
    ],
)
def test_the_thirtieth_day_of_an_appeal_is_the_last(granted: str, last_day: tuple[int, int, int]) -> None:
    """Day 29 and day 30 lie before the deadline, day 31 does not: the granted day is day 1."""
    end = deadline(c.case(notices=[c.notice(when="2026-01-01T07:00:00+00:00"), c.decided(when=granted)])).act_by
    assert end is not None
    rome = ZoneInfo("Europe/Rome")
    midnight = dt.datetime(*last_day, tzinfo=rome)
    assert end == min(midnight, c.at(granted) + 30 * 24 * HOUR)
    first = c.at(granted).astimezone(rome).date()
    noons = [dt.datetime.combine(first + dt.timedelta(days=day - 1), dt.time(12), rome) for day in (29, 30, 31)]
    assert [noon < end for noon in noons] == [True, True, False]


@pytest.mark.parametrize(("hours", "act_by"), [(24, "03-13 09:00"), (96, "03-16 09:00")])
def test_a_corrected_notice_counts_with_its_own_limit_shorter_or_longer(hours: int, act_by: str) -> None:
    first = c.notice(when="03-12 07:00", due=[c.due(DueKind.HOURS, 72)])
    corrected = c.notice(when="03-12 09:00", due=[c.due(DueKind.HOURS, hours)])
    found = deadline(c.case(notices=[first, corrected]))
    assert found.act_by == c.at(act_by)
    assert any("2026-03-15T07:00" in reading for reading in found.readings)


@pytest.mark.parametrize(
    ("obtained", "kind", "act_by"),
    [
        ("03-13 08:00", "response", "03-13 08:00"),
        ("03-14 07:00", "response", "03-14 07:00"),  # the very moment at which the look was due
        ("03-16 08:00", "response", "03-14 07:00"),  # due now: a look that is never overdue must not hide it
    ],
)
def test_an_undated_request_is_not_hidden_by_a_look_that_was_due(obtained: str, kind: str, act_by: str) -> None:
    undated = c.notice(when=None, obtained=obtained)
    found = assess(c.case(notices=[RECEIVED, undated]), TABLES)
    assert (found.deadline.kind.value, found.deadline.act_by) == (kind, c.at(act_by))
    assert found.deadline.rule == "response-unknown-start"
    assert found.deadline.at == found.deadline.act_by
    looks = [clock for clock in found.clocks if clock.kind.value == "check"]
    assert bool(looks) is (obtained == "03-13 08:00")
    dated = c.notice(when="03-11 07:00", obtained="03-16 09:00", due=[c.due(DueKind.HOURS, 168)])
    found = assess(c.case(notices=[RECEIVED, dated]), TABLES)  # a known date: due with the look, its own limit is told
    assert (found.deadline.kind, found.deadline.act_by) == (DeadlineKind.RESPONSE, c.at("03-14 07:00"))
    assert found.deadline.at == c.at("03-18 07:00")


def test_a_weak_decisions_limit_at_the_very_end_of_the_thirty_days_is_its_limit() -> None:
    end = deadline(c.case(notices=[c.notice(), c.decided(when="03-15 09:00")])).act_by
    assert end is not None
    notices = [
        c.notice(trust=Trust.UNVERIFIED),
        c.decided(when="03-15 09:00", trust=Trust.UNVERIFIED, due=[c.due(DueKind.INSTANT, when=end.isoformat())]),
    ]
    assert deadline(c.case(notices=notices)).rule == "appeal-stated"


def test_the_other_readings_of_an_appeals_limit_are_named_in_its_words_or_by_why() -> None:
    noted = c.due(DueKind.HOURS, 72).model_copy(update={"note": "read as hours"})
    readings = [c.due(DueKind.HOURS, 24), noted, c.due(DueKind.HOURS, 96)]
    found = deadline(c.case(notices=[c.notice(), c.decided(when="03-15 09:00", due=readings)]))
    assert found.act_by == c.at("03-16 09:00")
    assert found.readings[:2] == ("2026-03-18T09:00:00Z: read as hours", "2026-03-19T09:00:00Z: within 96 hours")


def copies(*changes: dict[str, object]) -> list[Mail]:
    """Copies of one newer notice with a limit of its own, each changed in that way."""
    one = c.notice(when="03-13 07:00", due=[c.due(DueKind.HOURS, 96)], content_key="same")
    return [
        one.model_copy(update={"evidence": c.ev(f"copy {n}"), "read": one.read.model_copy(update=change)})
        for n, change in enumerate(changes)
    ]


def test_a_notice_is_as_well_authenticated_as_its_best_copy() -> None:
    both = copies({"trust": Trust.UNAUTHENTICATED}, {"trust": Trust.AUTHENTICATED})
    denied = c.decided(Outcome.DENIED, "03-14 09:00", trust=Trust.UNVERIFIED)
    for mails in (both, both[::-1]):
        assert deadline(c.case(notices=[*mails, denied])).kind is DeadlineKind.RESPONSE
    assert deadline(c.case(notices=[*both[:1], denied])).kind is DeadlineKind.NONE


def test_a_notice_of_which_one_copy_came_straight_from_amazon_is_no_forward() -> None:
    older = c.notice(when="03-12 07:00")
    both = copies({"forwarded": True}, {"forwarded": False})
    assert deadline(c.case(notices=[older, *both])).act_by == c.at("03-17 07:00")
    assert deadline(c.case(notices=[older, *both[:1]])).act_by == c.at("03-14 07:00")


def test_a_forward_that_quotes_an_earlier_date_moves_the_clock_and_not_the_date_of_the_claim() -> None:
    same, loose = "of both", Trust.UNAUTHENTICATED
    sent_on = c.notice(when="03-11 17:00", forwarded=True, trust=loose, name="forward", content_key=same)
    original = c.notice(when="03-12 07:00", name="original", content_key=same)
    case = c.case(notices=[sent_on, original])
    assert len(case.notices) == 1
    life = life_of(case)
    assert (life.claim_at, life.claim_exhibit) == (c.at("03-12 07:00"), original.evidence)
    assert life.claim_early == c.at("03-11 17:00")
    assert deadline(case).started_at == c.at("03-11 17:00")
    assert life_of(c.case(notices=[sent_on])).claim_at == c.at("03-11 17:00")


def test_an_open_claim_of_which_no_notice_can_be_read_is_to_be_looked_at_now_and_again() -> None:
    piece = c.case().evidence[:1]
    bare = c.case(notices=[], order=None, finances=None, evidence=piece)
    found = assess(bare, TABLES)
    assert (found.status, found.deadline.kind, found.deadline.rule) == (Status.OPEN, DeadlineKind.CHECK, "check-now")
    assert found.deadline.act_by == min(one.provenance.obtained_at for one in piece)
    assert deadline(c.case(notices=[], evidence=())).kind is DeadlineKind.CHECK
    looked = deadline(bare.model_copy(update={"entries": (c.recorded(RecordKind.SEEN, "03-14 09:00"),)}))
    assert (looked.kind, looked.act_by) == (DeadlineKind.CHECK, c.at("03-15 09:00"))
    for over in (RecordKind.RESPONDED, RecordKind.MISSED, RecordKind.DENIED, RecordKind.CLOSED):
        assert deadline(bare.model_copy(update={"entries": (c.recorded(over),)})).kind is DeadlineKind.NONE


def test_a_request_of_the_tab_that_a_later_look_did_not_find_leaves_a_claim_to_be_looked_at() -> None:
    on_tab = c.recorded(RecordKind.SEEN, "03-13 09:00", tab="action-required")
    gone = c.recorded(RecordKind.SEEN, "03-14 09:00", tab="under-review")
    for notices in ([], [c.notice(MailKind.CLAIM_RECEIVED)]):
        found = assess(c.case(notices=notices, entries=[on_tab, gone]), TABLES)
        assert (found.status, found.deadline.kind) == (Status.OPEN, DeadlineKind.CHECK)
        assert found.deadline.act_by == c.at("03-15 09:00")


@pytest.mark.parametrize(
    ("said", "known", "kind"),
    [
        ("03-20 09:00", "03-12 08:00", DeadlineKind.RESPONSE),
        ("03-14 08:30", "03-12 08:00", DeadlineKind.NONE),
        ("03-20 09:00", "03-14 08:00", DeadlineKind.NONE),
    ],
    ids=["the clock was ahead", "a fetch was running", "it was known"],
)
def test_an_answer_ends_no_request_that_came_in_after_it_was_said(said: str, known: str, kind: DeadlineKind) -> None:
    first = c.notice(when="03-12 07:00", obtained="03-12 08:00")
    second = c.notice(when="03-14 07:00", obtained="03-14 08:00")
    answer = c.recorded(RecordKind.RESPONDED, said, known_until=c.at(known))
    assert deadline(c.case(notices=[first, second], entries=[answer])).kind is kind
