"""Time limits in the words of real notices: each is read; what is not read is told and never delays a deadline."""

from __future__ import annotations

import datetime as dt

import pytest
from support.mail_maker import ORDER, notice

from a2z_defense.model.mail import DueKind, DueReading, MailKind, MailRead
from a2z_defense.model.marketplaces import by_id
from a2z_defense.readers.mail.due import asked_limits
from a2z_defense.readers.mail.mime import Troubles
from a2z_defense.readers.mail.read import read_mail

SENT = dt.datetime(2026, 11, 11, 9, 0, tzinfo=dt.UTC)
ITALY = "APJ6JRA9NG5V4"
UNREAD = "could not be read"

AMERICA = "ATVPDKIKX0DER"


def read(
    words: str, *, sent: dt.datetime | None = SENT, subject: str | None = None, marketplace: str = ITALY
) -> MailRead:
    made = notice("en", "action", html=f"<p>{words}</p>", sent=sent, marketplace_id=marketplace)
    if subject is not None:
        made.subject = subject
    return read_mail(bytes(made))


def due(found: MailRead) -> tuple[DueReading, ...]:
    assert found.notice is not None
    return found.notice.due


def earliest(found: MailRead) -> dt.datetime:
    """The earliest instant that the readings come to, days read as 24 hours."""
    ends = []
    for one in due(found):
        if one.kind is DueKind.INSTANT:
            assert one.at is not None
            ends.append(one.at)
        else:
            hours = (one.count or 0) * (1 if one.kind is DueKind.HOURS else 24)
            ends.append(SENT + dt.timedelta(hours=hours))
    return min(ends)


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("Please respond within 24 hours, or the claim will be granted and you will have to appeal.", 24),
        ("The buyer has filed a claim, so please respond within 24 hours.", 24),
        ("If you do not agree with this claim, please respond within 24 hours.", 24),
        ("If you do not agree please respond within 24 hours.", 24),
        ("Please respond within twenty-four (24) hours.", 24),
        ("Please respond within 24 (twenty-four) hours.", 24),
        ("Please respond within twenty-four hours.", 24),
        ("Please respond within 24 hrs.", 24),
        ("Please respond within 24h.", 24),
        ("You have 24h to respond.", 24),
        ("Please respond within the next 24 hours.", 24),
        ("Please respond within 1 business day.", 24),
        ("Please respond in 1 day.", 24),
        ("Please respond within two weeks.", 336),
        ("Please respond within a day.", 24),
        ("Rispondi entro 24h.", 24),
        ("Rispondi entro e non oltre 24 ore.", 24),
        ("2営業日以内にご返信ください。", 48),
        ("Rispondi entro un giorno lavorativo.", 24),
        ("Hai a disposizione 24 ore per rispondere.", 24),
        ("Rispondi entro ventiquattro ore.", 24),
        ("Bitte antworten Sie innerhalb der nächsten 24 Stunden.", 24),
        ("Sie haben 24 Stunden Zeit.", 24),
        ("Bitte antworten Sie innerhalb von 1 Werktag.", 24),
        ("Bitte antworten Sie innerhalb eines Tages.", 24),
        ("Veuillez répondre dans les 24 prochaines heures.", 24),
        ("Veuillez répondre sous 24 h.", 24),
        ("Vous avez 24 heures pour répondre.", 24),
        ("Veuillez répondre sous 1 jour ouvré.", 24),
        ("Dispone de 24 horas para responder.", 24),
        ("Tiene 24 horas para responder.", 24),
        ("Responda en menos de 24 horas.", 24),
        ("Reageer binnen 24 uur.", 24),
        ("Odpowiedz w ciągu 24 godzin.", 24),
        ("Svara inom 24 timmar.", 24),
    ],
)
def test_a_count_is_read_as_it_is_written(words: str, hours: int) -> None:
    found = read(words)
    assert found.kind is MailKind.ACTION_REQUIRED
    assert earliest(found) == SENT + dt.timedelta(hours=hours)
    assert not any(UNREAD in line for line in found.troubles)


THE_12TH = dt.datetime(2026, 11, 11, 23, 0, tzinfo=dt.UTC)
"""The beginning of 12 November in Italy."""


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Please respond by Nov 12 at 6:00 PM.", dt.datetime(2026, 11, 12, 17, tzinfo=dt.UTC)),
        ("Please respond by Nov. 12 at 6:00 PM.", dt.datetime(2026, 11, 12, 17, tzinfo=dt.UTC)),
        ("Please respond by Thursday, 12 November.", THE_12TH),
        ("Please respond by 12/11/26.", THE_12TH),
        ("Please respond by 12.11.26.", THE_12TH),
        ("Please respond by 12/11.", THE_12TH),
        ("Respond before: Nov 12, 2026 11:59 PM PST", dt.datetime(2026, 11, 13, 7, 59, tzinfo=dt.UTC)),
        ("Deadline to respond: 12 November 2026", THE_12TH),
        ("The deadline is 12 November 2026.", THE_12TH),
        ("The deadline for your response is Nov 12.", THE_12TH),
        ("Please respond today.", THE_12TH),
        ("Please respond by the end of today.", THE_12TH),
        ("Please respond by tomorrow.", THE_12TH),
        ("You must reply by 5 PM today.", dt.datetime(2026, 11, 11, 16, tzinfo=dt.UTC)),
        ("Please respond by tomorrow at 10:00.", dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)),
        ("Please respond by Thursday.", THE_12TH),
        ("Please respond by EOD Thursday.", THE_12TH),
        ("Rispondi entro giovedì alle ore 10:00.", dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)),
        ("Responda antes de las 18:00 del 12 de noviembre.", dt.datetime(2026, 11, 12, 17, tzinfo=dt.UTC)),
        ("Please respond by 2026-11-12T18:00:00Z.", dt.datetime(2026, 11, 12, 18, tzinfo=dt.UTC)),
        ("Rispondi entro giovedì 12 novembre 2026.", THE_12TH),
        ("Rispondi entro le ore 18:00 del 12 novembre 2026.", dt.datetime(2026, 11, 12, 17, tzinfo=dt.UTC)),
        ("Bitte antworten Sie bis Donnerstag, 12. November.", THE_12TH),
        ("Veuillez répondre avant le 12 novembre.", THE_12TH),
        ("Responda antes del 12 de noviembre.", THE_12TH),
        ("Reageer uiterlijk op 12 november.", THE_12TH),
        ("Odpowiedz do 12 listopada 2026.", THE_12TH),
        ("Svara senast den 12 november.", THE_12TH),
        ("2026年11月12日までにご返信ください。", THE_12TH),
        ("11月12日までにご返信ください。", THE_12TH),
    ],
)
def test_a_date_is_read_as_it_is_written(words: str, at: dt.datetime) -> None:
    found = read(words)
    assert earliest(found) == at
    assert not any(UNREAD in line for line in found.troubles)


def test_a_date_without_year_is_the_next_one_and_needs_the_mails_date() -> None:
    sent = dt.datetime(2026, 12, 30, 9, 0, tzinfo=dt.UTC)
    found = read("Please respond by Jan 2.", sent=sent)
    assert min(one.at for one in due(found) if one.at) == dt.datetime(2027, 1, 1, 23, 0, tzinfo=dt.UTC)
    assert due(read("Please respond by Jan 2.", sent=None)) == ()
    assert due(read("Please respond by the end of today.", sent=None)) == ()


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("Xyzzy 20 hours plugh.", 20),
        ("Please respond. Xyzzy 20 timers plugh, 20 uur.", 20),
        ("Vastaa 20 tunnin kuluessa, 20 h.", 20),
        ("We expect your answer: 12 November 2026, 10:00 UTC.", 25),
        ("Please respond. 20 frobnicated working hours remain.", 20),
        ("We will contact you again in 20 hours if we do not hear from you.", 20),
    ],
)
def test_what_no_row_reads_is_told_and_read_at_its_earliest(words: str, hours: int) -> None:
    found = read(words)
    assert earliest(found) == SENT + dt.timedelta(hours=hours)
    assert any(UNREAD in line for line in found.troubles)
    assert all("not sure" in one.note for one in due(found))


@pytest.mark.parametrize(
    "words",
    [
        "Xyzzy 9 days plugh.",
        "Xyzzy 30 November 2026 plugh.",
        "If you want to appeal, please respond within 30 days.",
        "In that case you have 5 days.",
        "We have a rule: returns within 30 days of delivery. Please respond.",
        "You have 30 days for returns.",
        "Xyzzy 2 weeks plugh.",
    ],
)
def test_a_limit_that_is_not_understood_never_gives_more_than_48_hours(words: str) -> None:
    assert earliest(read(words)) == SENT + dt.timedelta(hours=48)


@pytest.mark.parametrize(
    "words",
    [
        "Please respond within 72 hours. The parcel was shipped on 3 November 2026.",
        "Please respond within 72 hours. We received the claim on 11 November 2026.",
        "Please respond within 72 hours. The buyer ordered 30 days ago.",
        "Please respond within 72 hours.<br>Buyer comments: It stopped after 2 days.",
        "Please respond within 72 hours.<br>Claim date: 11 November 2026",
        "Please respond within 72 hours. Estimated delivery: 13 November 2026.",
        "Please respond within 72 hours. Refunds may take 2 business days.",
        "Please respond within 72 hours. Have a nice day.",
        "Please respond within 72 hours. If we need more, you have 24 hours.",
    ],
)
def test_what_is_past_or_the_buyers_or_conditional_is_no_limit_beside_a_stated_one(words: str) -> None:
    found = read(words)
    assert [(one.kind, one.count) for one in due(found)] == [(DueKind.HOURS, 72)]
    assert not any(UNREAD in line for line in found.troubles)


@pytest.mark.parametrize(
    "words", ["Als wij meer nodig hebben, schrijven wij u. U moet dan binnen 5 dagen reageren.", "Svar inden 5 dage."]
)
def test_a_notice_that_may_ask_for_nothing_yet_is_answered_within_48_hours_whatever_it_says(words: str) -> None:
    found = read(words, subject=f"Bestelling {ORDER}")
    assert found.kind is MailKind.CLAIM_UNRECOGNISED
    assert earliest(found) == SENT + dt.timedelta(hours=48)
    assert {(one.kind, one.count) for one in due(found)} >= {(DueKind.CALENDAR_DAYS, 5)}


def test_without_the_mails_date_an_unread_date_is_told_and_gives_no_time() -> None:
    found = read("Xyzzy 30 November 2026 plugh.", sent=None)
    assert due(found) == ()
    assert any(UNREAD in line for line in found.troubles)


def decided(words: str) -> MailRead:
    made = notice("en", "granted_seller", html=f"<p>We have granted the claim of $5.00. {words}</p>", sent=SENT)
    made.subject = f"Claim decision on order {ORDER}"
    found = read_mail(bytes(made))
    assert found.kind is MailKind.DECISION
    return found


def decision(words: str) -> tuple[DueReading, ...]:
    return due(decided(words))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("You can appeal this decision by 18 November 2026.", {(DueKind.INSTANT, None)}),
        ("If you do not agree, you can appeal within 7 days.", {(DueKind.CALENDAR_DAYS, 7), (DueKind.HOURS, 168)}),
        ("You can appeal this decision. You must do so within 7 calendar days.", {(DueKind.CALENDAR_DAYS, 7)}),
        ("Puoi presentare ricorso entro 7 giorni di calendario.", {(DueKind.CALENDAR_DAYS, 7)}),
        ("Sie können binnen 7 Kalendertagen Einspruch einlegen.", {(DueKind.CALENDAR_DAYS, 7)}),
    ],
)
def test_a_decision_states_its_limit_for_the_appeal(words: str, expected: set[tuple[DueKind, int | None]]) -> None:
    assert {(one.kind, one.count) for one in decision(words)} == expected


@pytest.mark.parametrize(
    "words",
    [
        "We will debit your account within 5 days.",
        "You can appeal. If your appeal is granted, we credit you within 5 days.",
        "You can appeal. We will answer your appeal within 7 days.",
        "The buyer can appeal within 30 days.",
    ],
)
def test_a_decisions_other_times_are_no_limit_for_the_appeal(words: str) -> None:
    assert decision(words) == ()


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("To appeal, xyzzy 20 hours plugh.", {20}),
        ("You can appeal. Do so: xyzzy 9 days.", {9 * 24}),
        ("Appeals: xyzzy 18 November 2026 plugh.", set()),
        # Longer than the general limit: told, and no reading that would move the appeal later.
        ("To appeal, xyzzy 45 days plugh.", None),
    ],
)
def test_an_unread_limit_of_an_appeal_is_told_and_only_moves_it_earlier(words: str, hours: set[int] | None) -> None:
    found = decided(words)
    assert any(UNREAD in line and "appeal" in line for line in found.troubles)
    if hours is None:
        assert due(found) == ()
    else:
        assert {one.count for one in due(found) if one.kind is DueKind.HOURS} == hours
        assert due(found)
        assert all("not sure" in one.note for one in due(found))


def test_a_decision_without_an_unread_limit_raises_no_trouble() -> None:
    for words in ("You can appeal within 30 calendar days.", "We debited your account on 3 November 2026."):
        assert not any(UNREAD in line for line in decided(words).troubles)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Respond no later than 12-Nov-2026 12:00 UTC.", "2026-11-12T12:00:00+00:00"),
        ("The deadline is tomorrow.", "2026-11-11T23:00:00+00:00"),
        ("Please respond within the next day.", "2026-11-11T23:00:00+00:00"),
        ("11/12までにご返信ください。", "2026-11-11T23:00:00+00:00"),
        ("翌日までにご返信ください。", "2026-11-11T23:00:00+00:00"),
    ],
)
def test_more_ways_to_write_a_day(words: str, at: str) -> None:
    assert earliest(read(words)) == dt.datetime.fromisoformat(at)


def test_a_limit_of_which_nothing_is_read_makes_the_answer_due_now_and_says_so() -> None:
    found = read("Please respond within 1,440 minutes.")
    assert earliest(found) == SENT
    assert any("1,440 minutes" in line and "due now" in line for line in found.troubles)
    assert due(read("Please respond within Seller Central.")) == ()


def test_tomorrow_is_counted_from_the_earliest_day_of_a_country_with_several_zones() -> None:
    evening = dt.datetime(2026, 11, 8, 5, 30, tzinfo=dt.UTC)  # the seventh in Chicago, the eighth in New York
    found = read("Please respond by tomorrow.", sent=evening, marketplace=AMERICA)
    # Chicago's eighth begins and ends before any other that may be meant.
    at_six = [dt.datetime(2026, 11, day, 6, tzinfo=dt.UTC) for day in (8, 9)]
    assert sorted(one.at for one in due(found) if one.kind is DueKind.INSTANT and one.at) == at_six
    assert all("America/Chicago" in one.note for one in due(found) if one.kind is DueKind.INSTANT)


def told(words: str, sent: dt.datetime, marketplace: str | None) -> dt.datetime:
    """The earliest instant that the words of a mail of that moment are read as."""
    place = by_id(marketplace) if marketplace else None
    found = asked_limits([words.lower()], place, sent, Troubles(), certain=True)
    return min(one.at for one in found if one.at)


@pytest.mark.parametrize("marketplace", [AMERICA, None])
def test_no_reading_of_a_day_or_an_hour_is_later_than_it_can_be_anywhere(marketplace: str | None) -> None:
    """It is Friday evening in Los Angeles, Saturday in New York and in Europe."""
    sent = dt.datetime(2026, 11, 14, 5, 30, tzinfo=dt.UTC)
    ends_there = dt.datetime(2026, 11, 14, 8, tzinfo=dt.UTC)
    for words in ("Please respond today.", "Please respond by midnight tonight.", "Please respond by Friday."):
        assert told(words, sent, marketplace) <= ends_there, words
    # Ten in the evening is past in New York, and half an hour away in Los Angeles.
    assert told("Please respond by 22:00.", sent, marketplace) <= dt.datetime(2026, 11, 14, 6, tzinfo=dt.UTC)


def test_a_day_that_is_over_soonest_somewhere_is_no_history_yet() -> None:
    """Saturday in New York, Friday in Los Angeles: the fourteenth that a past sentence names may be tomorrow."""
    words = "The claim was filed on November 14, 2026. Please respond."
    for hour, held in ((4, True), (5, True), (9, False)):
        sent = dt.datetime(2026, 11, 14, hour, 30, tzinfo=dt.UTC)
        instants = [one.at for one in due(read(words, sent=sent, marketplace=AMERICA)) if one.kind is DueKind.INSTANT]
        assert (dt.datetime(2026, 11, 15, 5, tzinfo=dt.UTC) in instants) is held, hour
