"""What a limit is counted from, what may be the appeal's, days that only a word of "until" tells, and zones."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mail_maker import notice

from a2z_defense.model.mail import DueKind, DueReading, MailKind, MailRead
from a2z_defense.model.marketplaces import by_id
from a2z_defense.readers.mail.due import appeal_limits, asked_limits
from a2z_defense.readers.mail.mime import Troubles
from a2z_defense.readers.mail.read import read_mail

UK, US, DE, FR, IT, ES, AU = (
    "A1F83G8C2ARO7P",
    "ATVPDKIKX0DER",
    "A1PA6795UKMFR9",
    "A13V1IB3VIYZZH",
    "APJ6JRA9NG5V4",
    "A1RKKUPIHCS9HS",
    "A39IBJ37TRP1C6",
)
SUNDAY = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
FRIDAY = dt.datetime(2026, 11, 20, 19, 20, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}:00+00:00")


def read(words: str, sent: dt.datetime, marketplace: str, *, kind: str = "action") -> MailRead:
    made = notice("en", kind, html=f"<p>Hello.</p><p>{words}</p>", sent=sent, marketplace_id=marketplace)
    return read_mail(bytes(made))


def due(found: MailRead) -> tuple[DueReading, ...]:
    assert found.notice is not None
    return found.notice.due


def ends(readings: tuple[DueReading, ...], sent: dt.datetime) -> list[dt.datetime]:
    """The ends that are instants or hours, and days as 24 hours."""
    return [
        one.at or sent + dt.timedelta(hours=(one.count or 0) * (1 if one.kind is DueKind.HOURS else 24))
        for one in readings
    ]


@pytest.mark.parametrize(
    ("marketplace", "sent", "words", "end"),
    [
        (
            UK,
            SUNDAY,
            "Please respond within 3 calendar days of the date of the claim (November 20, 2026).",
            "11-23T00:00",
        ),
        (
            UK,
            SUNDAY,
            "The claim was filed on 20 November 2026. You have 72 hours from the filing of the claim.",
            "11-23T00:00",
        ),
        (
            UK,
            SUNDAY,
            "Please respond within 48 hours of the claim being opened on 21/11/2026 08:00 UTC.",
            "11-23T08:00",
        ),
        (
            US,
            SUNDAY,
            "We asked you on November 20, 2026. Please respond within 3 calendar days of our first e-mail.",
            "11-23T05:00",
        ),
        (
            DE,
            FRIDAY,
            "Bitte antworten Sie binnen drei Kalendertagen nach Eingang des Antrags am 19.11.2026.",
            "11-21T23:00",
        ),
        (UK, SUNDAY, "From the date of the claim, November 20, 2026, please respond within 72 hours.", "11-23T00:00"),
    ],
)
def test_a_count_starts_at_the_date_that_the_notice_counts_from(
    marketplace: str, sent: dt.datetime, words: str, end: str
) -> None:
    readings = due(read(words, sent, marketplace))
    assert min(one.at for one in readings if one.at) == at(end)
    assert all("counted from" in one.note for one in readings)


@pytest.mark.parametrize(
    "words",
    [
        "Please respond within 72 hours of the claim.",
        "Please respond within 72 hours of our first e-mail.",
        "Bitte antworten Sie innerhalb von 72 Stunden nach Eingang des Antrags.",
        "Veuillez répondre dans les 72 heures suivant la réclamation.",
        "Responda en un plazo de 72 horas desde la reclamación.",
        "Rispondi entro 72 ore dal reclamo.",
    ],
)
def test_a_count_from_the_claim_without_its_date_says_so(words: str) -> None:
    hours = [one for one in due(read(words, SUNDAY, UK)) if one.count == 72]
    assert [one.from_claim for one in hours] == [True]
    assert "counted from the first notice" in hours[0].note


@pytest.mark.parametrize(
    "words",
    [
        "Please respond within 72 hours of this e-mail.",
        "Please respond within 72 hours of receiving this message about the claim.",
        "Please respond within 72 hours from now to answer the claim.",
        "Please respond within 72 hours to the claim filed by the buyer.",
        "Please respond within 72 hours for the first claim.",
        "Bitte antworten Sie innerhalb von 72 Stunden nach Erhalt dieser Nachricht.",
        "Rispondi entro 72 ore dalla ricezione di questo messaggio.",
        "Responda en un plazo de 72 horas para aclarar la reclamación.",
    ],
)
def test_a_count_from_the_notice_itself_is_as_before(words: str) -> None:
    found = [(one.kind, one.count, one.from_claim) for one in due(read(words, SUNDAY, UK))]
    assert found == [(DueKind.HOURS, 72, False)]


def test_what_was_over_before_the_notice_is_due_at_once_and_says_so() -> None:
    (counted,) = due(read("Please respond within 3 calendar days of 9 November 2026.", SUNDAY, UK))
    assert counted.at == SUNDAY
    assert "over before the notice" in counted.note
    found = read("Please respond by 2 January 2026.", SUNDAY, UK)
    assert [one.at for one in due(found)] == [SUNDAY]
    assert any("lies before the notice itself" in line for line in found.troubles)


@pytest.mark.parametrize(
    ("marketplace", "words"), [(UK, "by 04/12/2026"), (US, "by 12/4/2026"), (UK, "by 12/04/2026"), (IT, "by 04/12/26")]
)
def test_a_reading_that_is_over_before_the_notice_is_none(marketplace: str, words: str) -> None:
    sent = dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)
    found = read(f"Please respond {words}.", sent, marketplace)
    assert {one.at.date() for one in due(found) if one.at} <= {dt.date(2026, 12, day) for day in (3, 4, 5)}
    assert min(one.at for one in due(found) if one.at) > sent
    assert not any("lies before" in line for line in found.troubles)


def test_a_past_date_beside_a_limit_is_no_limit() -> None:
    words = "Please tell us whether you shipped by 3 November 2026 and respond within 72 hours."
    assert [(one.kind, one.count) for one in due(read(words, SUNDAY, UK))] == [(DueKind.HOURS, 72)]


@given(
    count=st.integers(1, 14),
    back=st.integers(0, 20),
    unit=st.sampled_from(["hours", "calendar days", "days", "business days"]),
    what=st.sampled_from(["of the claim filed on {}", "from {}", "after the claim ({})", "of our first e-mail of {}"]),
    marketplace=st.sampled_from([UK, US, DE, AU]),
)
def test_a_count_from_an_earlier_day_never_ends_later_than_one_from_the_notice(
    count: int, back: int, unit: str, what: str, marketplace: str
) -> None:
    day = SUNDAY.date() - dt.timedelta(days=back)
    words = f"please respond within {count} {unit} {what.format(f'{day:%B} {day.day}, {day.year}'.lower())}."
    place = by_id(marketplace)
    plain = asked_limits([f"please respond within {count} {unit}."], place, SUNDAY, Troubles(), certain=True)
    found = asked_limits([words], place, SUNDAY, Troubles(), certain=True)
    assert found
    assert min(ends(found, SUNDAY)) <= min(ends(plain, SUNDAY))
    assert all(end >= SUNDAY for end in ends(found, SUNDAY))


def decision(words: str, marketplace: str, kind: str = "granted_seller") -> MailRead:
    made = notice("en", kind, sent=FRIDAY, marketplace_id=marketplace)
    assert made.html is not None
    made.html = made.html.replace("</table>", f"<tr><td>{words}</td></tr></table>", 1)
    return read_mail(bytes(made))


@pytest.mark.parametrize(
    ("marketplace", "words", "end"),
    [
        (FR, "Vous pouvez faire appel de cette décision avant le 27 novembre 2026.", "11-26T23:00"),
        (FR, "Si vous n'êtes pas d'accord, écrivez-nous avant le 27 novembre.", "11-26T23:00"),
        (DE, "Sie können diese Entscheidung bis zum 27.11.2026 anfechten.", "11-26T23:00"),
        (DE, "Sie können bis zum 27. November Beschwerde einlegen.", "11-26T23:00"),
        (ES, "Puede impugnar esta decisión antes del 27 de noviembre.", "11-26T23:00"),
        (IT, "Puoi impugnare la decisione entro il 27 novembre.", "11-26T23:00"),
        (US, "You can dispute this decision by November 27, 2026.", "11-27T05:00"),
        (US, "To contest this decision, submit new information by November 27.", "11-27T05:00"),
        (US, "If you believe this was an error, let us know by November 27.", "11-27T05:00"),
        (US, "Xyzzy November 27 plugh.", "11-27T05:00"),
        (US, "You have the right to appeal. The window for this closes on November 27, 2026.", "11-27T05:00"),
    ],
)
def test_every_early_date_of_a_decision_that_the_seller_pays_may_be_the_appeals(
    marketplace: str, words: str, end: str
) -> None:
    found = decision(words, marketplace)
    assert found.kind is MailKind.DECISION
    assert min(one.at for one in due(found) if one.at) == at(end)


@pytest.mark.parametrize(
    "words",
    [
        "We will debit your account within 5 days.",
        "The credit is shown in 7 days.",
        "The buyer was to return the item within 14 days.",
        "The buyer must return the item by 27 November 2026.",
        "The parcel was delivered on 27 October 2026.",
        "The refund reaches the customer within 3 to 5 business days.",
        "Your next payout is on 25 November 2026.",
        "The claim counts in your order defect rate of the last 60 days.",
        "Wir werden Ihr Konto innerhalb von 5 Tagen belasten.",
        "Le montant sera débité sous 5 jours.",
        "L'importo verrà addebitato entro 5 giorni.",
    ],
)
def test_other_times_of_a_decision_are_nobodys_limit(words: str) -> None:
    found = decision(words, UK)
    assert due(found) == ()
    assert not any("appeal's limit could not be read" in line for line in found.troubles)


def test_where_amazon_pays_or_the_claim_is_denied_no_count_is_told_as_the_appeals() -> None:
    for kind in ("granted_amazon", "denied"):
        made = notice("en", kind, sent=FRIDAY)
        assert made.html is not None
        made.html = made.html.replace("</table>", "<tr><td>Xyzzy 9 days plugh.</td></tr></table>", 1)
        assert due(read_mail(bytes(made))) == (), kind


@given(
    count=st.integers(1, 30), frame=st.sampled_from(["xyzzy {} plugh.", "do so within {}.", "frist: {}.", "{} left"])
)
def test_no_early_count_of_a_decision_is_passed_over(count: int, frame: str) -> None:
    words = frame.format(f"{count} days")
    found = appeal_limits(["we have granted the claim.", words], by_id(UK), FRIDAY, Troubles(), pays=True)
    assert count in {one.count for one in found if one.kind is DueKind.CALENDAR_DAYS}


@pytest.mark.parametrize(
    ("marketplace", "words", "end"),
    [
        (DE, "Antworten Sie bis Sa., 21.11., 18:00 Uhr.", "11-21T17:00"),
        (UK, "You have until noon tomorrow to respond.", "11-21T12:00"),
        (US, "Time left to respond: 11:30:00", "11-21T06:50"),
        (US, "Please respond by the end of the week.", "11-22T05:00"),
        (US, "Please respond by the weekend.", "11-21T05:00"),
        (UK, "You have until Sat 21st to respond.", "11-21T00:00"),
        (UK, "You have until the 22nd to respond.", "11-22T00:00"),
        (UK, "Please respond on or before the 22nd.", "11-22T00:00"),
        (US, "Please reply in a day and a half.", "11-22T07:20"),
        (US, "Respond by: 20261121", "11-21T05:00"),
        (UK, "We will close this case if we do not hear from you in the next day.", "11-21T19:20"),
        (DE, "Die Antwortfrist läuft am Samstag ab.", "11-20T23:00"),
        (IT, "Hai tempo fino a sabato.", "11-20T23:00"),
        (IT, "Hai tempo fino alle 18 di domani.", "11-21T17:00"),
        (FR, "Veuillez répondre avant le 22.", "11-21T23:00"),
        (US, "You have until 11:59 p.m. on the third day after this e-mail.", "11-22T19:20"),
    ],
)
def test_a_limit_without_a_date_is_never_said_to_be_none_and_never_late(marketplace: str, words: str, end: str) -> None:
    found = due(read(words, FRIDAY, marketplace))
    assert found
    assert min(ends(found, FRIDAY)) <= at(end)


@pytest.mark.parametrize(
    "words",
    [
        "Please respond by 21<br>November 2026, 19:20 UTC.",
        "Please respond<br>within<br>24<br>hours.",
        "Bitte antworten Sie bis zum 21<br>November 2026.",
        "Rispondi entro<br>24<br>ore.",
    ],
)
def test_a_limit_that_line_ends_tear_apart_is_due_now(words: str) -> None:
    found = read(words, FRIDAY, UK)
    assert min(ends(due(found), FRIDAY)) <= at("11-21T19:20")


def test_what_only_seems_to_be_a_limit_is_due_now_and_told() -> None:
    found = read("You must answer us by the full moon of this month.", FRIDAY, UK)
    assert min(ends(due(found), FRIDAY)) == FRIDAY
    assert any("due now" in line for line in found.troubles)


@pytest.mark.parametrize(
    "words",
    [
        "Please respond.",
        "Please respond with proof of delivery.",
        "Please respond by providing the tracking number of last week.",
        "Please respond in Seller Central. The buyer wrote to you.",
        "Bitte senden Sie uns den Liefernachweis.",
        "Please provide the tracking number until we can decide.",
    ],
)
def test_a_request_that_states_no_limit_is_not_due_now(words: str) -> None:
    found = read(words, FRIDAY, UK)
    assert all(end > FRIDAY for end in ends(due(found), FRIDAY))
    assert not any("due now" in line for line in found.troubles)


@pytest.mark.parametrize(
    ("marketplace", "words", "end"),
    [
        (IT, "Rispondi entro il primo dicembre 2026.", "11-30T23:00"),
        (US, "Please respond by November 23, 2026 1:30 AM PT.", "11-23T09:30"),
        (US, "Please respond by November 23, 2026 11:59 PM Pacific Time.", "11-24T07:59"),
        (US, "Please respond by 12:00 AM PT on November 23, 2026.", "11-23T08:00"),
        (US, "Time remaining: 1 day 4 hours", "11-21T23:20"),
        (IT, "Rispondi entro domenica 22 alle 12.", "11-22T11:00"),
        ("A2EUQ1WTGCTBG2", "Veuillez répondre au plus tard le 22 nov. à 17 h HNE.", "11-22T22:00"),
        ("A1VC38T7YXB528", "11月22日(日)18時までにご返信ください。", "11-22T09:00"),
        (AU, "Please respond by 23/11/2026 5:00 PM EST.", "11-23T06:00"),
        (US, "Please respond by November 23, 2026 (UTC).", "11-23T00:00"),
        (US, "Please respond by November 23, 2026 17:00 (UTC+02:00).", "11-23T15:00"),
        (US, "Please respond by November 23, 2026 17:00 Eastern European Time.", "11-23T15:00"),
        (US, "Please respond by 11:59 PM (JST) on November 22, 2026.", "11-22T14:59"),
        (FR, "Veuillez répondre avant le 23/11/2026 à 17h00 et joindre les preuves.", "11-23T16:00"),
        (FR, "Veuillez répondre avant le 22/11 à 12h00 (heure de Paris).", "11-22T11:00"),
    ],
)
def test_days_hours_and_zones_as_they_are_written(marketplace: str, words: str, end: str) -> None:
    found = due(read(words, FRIDAY, marketplace))
    assert min(ends(found, FRIDAY)) == at(end)


@given(
    hours=st.integers(-12, 14),
    form=st.sampled_from(["({})", "[{}]", "{}", " {}"]),
    name=st.sampled_from(["utc{}", "gmt{}", "utc {}"]),
    minutes=st.sampled_from(["", ":00", "00"]),
)
def test_an_offset_is_the_same_zone_in_brackets_and_without(hours: int, form: str, name: str, minutes: str) -> None:
    width = 2 if minutes else 1
    sign = "-" if hours < 0 else "+"
    zone = form.format(name.format(f"{sign}{abs(hours):0{width}d}{minutes}"))
    words = f"please respond by november 23, 2026 17:00 {zone}."
    (found,) = asked_limits([words], by_id(US), FRIDAY, Troubles(), certain=True)
    assert found.at == dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC) - dt.timedelta(hours=hours)


def test_an_unknown_zone_in_brackets_is_read_where_it_comes_first() -> None:
    (found,) = asked_limits(
        ["please respond by november 23, 2026 17:00 (atlantis time)."], by_id(US), FRIDAY, Troubles(), certain=True
    )
    assert found.at == at("11-23T03:00")


@pytest.mark.parametrize("zone", ["PST", "PT", "Pacific Time"])
def test_an_abbreviation_of_the_other_half_of_the_year_is_read_at_its_earliest(zone: str) -> None:
    sent = dt.datetime(2027, 7, 20, 10, tzinfo=dt.UTC)
    (found,) = due(read(f"Please respond by July 23, 2027 5 PM {zone}.", sent, US))
    assert found.at == dt.datetime(2027, 7, 24, 0, tzinfo=dt.UTC)


def test_an_hour_that_the_clocks_skip_is_the_earlier_of_its_two() -> None:
    sent = dt.datetime(2027, 3, 26, 9, tzinfo=dt.UTC)
    (found,) = due(read("Bitte antworten Sie bis zum 28.03.2027, 02:30 Uhr.", sent, DE))
    assert found.at == dt.datetime(2027, 3, 28, 0, 30, tzinfo=dt.UTC)
