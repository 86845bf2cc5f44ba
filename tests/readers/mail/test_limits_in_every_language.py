"""Limits with an hour, and limits in languages whose notices nobody has seen: read at the stated time, never later."""

from __future__ import annotations

import datetime as dt

import pytest
from support.mail_maker import notice

from a2z_defense.model.mail import DueKind, DueReading, MailKind
from a2z_defense.readers.mail.read import read_mail

SENT = dt.datetime(2026, 8, 14, 7, 31, tzinfo=dt.UTC)
ROME = "APJ6JRA9NG5V4"
SIX = dt.datetime(2026, 8, 17, 16, tzinfo=dt.UTC)
"""18:00 of 17 August in Italy."""
SIX_TODAY = dt.datetime(2026, 8, 14, 16, tzinfo=dt.UTC)


def due(words: str) -> tuple[DueReading, ...]:
    found = read_mail(bytes(notice("en", "action", html=f"<p>{words}</p>", marketplace_id=ROME, sent=SENT)))
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    return found.notice.due


def instants(words: str) -> list[dt.datetime | None]:
    return [one.at for one in due(words)]


@pytest.mark.parametrize(
    "words",
    [
        "Please respond by August 17, 2026 at 6pm.",
        "Please respond by 6 p.m. on August 17, 2026.",
        "Please respond by 18:00 CEST on 17 August 2026.",
        "Rispondi entro le ore 18 del 17 agosto 2026.",
        "Rispondi entro il 17 agosto 2026 alle 18.",
        "Rispondi entro il 17 agosto 2026, ore 18.",
        "Bitte antworten Sie bis zum 17. August 2026, 18 Uhr.",
        "Bitte antworten Sie bis zum 17. August 2026 um 18 Uhr MESZ.",
        "Bitte antworten Sie bis 18 Uhr am 17. August 2026.",
        "Bitte antworten Sie bis zum 17. August 2026 um 6 Uhr abends.",
        "Veuillez répondre avant le 17 août 2026 à 18h.",
        "Veuillez répondre avant 18h le 17 août 2026.",
        "Veuillez répondre avant le 17 août 2026 à 18 heures.",
        "Responda antes del 17 de agosto de 2026 a las 18 h.",
        "Responda antes de las 18 del 17 de agosto de 2026.",
        "Responda antes del 17 de agosto a las 6 de la tarde.",
        "Responda até 17 de agosto de 2026 às 18h.",
        "Reageer uiterlijk op 17 augustus 2026 om 18 uur.",
        "Reageer vóór 18 uur op 17 augustus 2026.",
        "Odpowiedz do 17 sierpnia 2026 do godz. 18.",
        "Odpowiedz do godz. 18 dnia 17 sierpnia 2026.",
        "Svara senast den 17 augusti 2026 kl. 18.",
        "Svara senast kl. 18 den 17 augusti 2026.",
        "Lütfen 17 Ağustos 2026 saat 18'e kadar yanıt verin.",
        "2026年8月17日18時までにご返信ください。",
        "2026年8月17日午後6時までにご返信ください。",
        "يرجى الرد قبل الساعة 18 من يوم 17 أغسطس 2026.",
        "يرجى الرد قبل 17 أغسطس 2026 الساعة 18.",
    ],
)
def test_the_hour_of_a_date_is_read(words: str) -> None:
    assert instants(words) == [SIX]


@pytest.mark.parametrize(
    "words",
    [
        "Please respond by 6 pm today.",
        "Please respond by 6 p.m. today.",
        "Rispondi entro le 18 di oggi.",
        "Rispondi entro oggi alle 18.",
        "Rispondi oggi entro le 18.",
        "Bitte antworten Sie bis heute 18 Uhr.",
        "Bitte antworten Sie heute bis 18 Uhr.",
        "Veuillez répondre aujourd'hui avant 18h.",
        "Responda hoy antes de las 18 h.",
        "Responda até hoje às 18h.",
        "Reageer uiterlijk vandaag om 18 uur.",
        "Odpowiedz do dziś, godz. 18.",
        "Svara senast i dag kl. 18.",
        "本日18時までにご返信ください。",
    ],
)
def test_an_hour_of_today_is_not_read_as_the_end_of_the_day(words: str) -> None:
    assert instants(words) == [SIX_TODAY]


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Antworten Sie bitte bis 18 Uhr.", SIX_TODAY),
        ("Rispondi entro le 18.", SIX_TODAY),
        ("Please respond by 6 pm.", SIX_TODAY),
        ("Please respond by 18:00.", SIX_TODAY),
        ("Antworten Sie bitte bis 8 Uhr.", dt.datetime(2026, 8, 15, 6, tzinfo=dt.UTC)),
    ],
)
def test_an_hour_without_a_day_is_the_next_one_and_is_told(words: str, at: dt.datetime) -> None:
    assert min(one.at for one in due(words) if one.at) == at
    assert all("not sure" in one.note for one in due(words))


def test_an_hour_that_is_nobodys_limit_is_none() -> None:
    words = "Our office is open until 18:00. Please respond within 72 hours."
    assert [(one.kind, one.count) for one in due(words)] == [(DueKind.HOURS, 72)]


def test_the_24th_hour_is_the_days_end() -> None:
    words = "Bitte antworten Sie bis zum 17.08.2026, 24 Uhr."
    assert instants(words) == [dt.datetime(2026, 8, 17, 22, tzinfo=dt.UTC)]


def test_a_day_and_a_time_that_are_not_surely_together_keep_the_earliest_reading() -> None:
    start_of_day = dt.datetime(2026, 8, 16, 22, tzinfo=dt.UTC)
    assert min(at for at in instants("Responda até às 18h do dia 17 de agosto de 2026.") if at) == start_of_day
    assert start_of_day in instants("Please respond by August 17, 2026. Offices close at 8.")


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("Responda em até 72 horas.", 72),
        ("Você tem 48 horas para responder.", 48),
        ("Responda dentro de quarenta e oito horas.", 48),
        ("Lütfen 72 saat içinde yanıt verin.", 72),
        ("يرجى الرد خلال 72 ساعة.", 72),
        ("يرجى الرد خلال ٧٢ ساعة.", 72),
        ("Reageer binnen 72 uur.", 72),
        ("Odpowiedz w ciągu 72 godzin.", 72),
        ("Svara inom 72 timmar.", 72),
    ],
)
def test_hours_in_every_language(words: str, hours: int) -> None:
    assert {(one.kind, one.count) for one in due(words)} == {(DueKind.HOURS, hours)}


@pytest.mark.parametrize(
    "words",
    [
        "Responda no prazo de 3 dias corridos.",
        "Responda em até três dias úteis.",
        "Lütfen 3 iş günü içinde yanıt verin.",
        "Lütfen üç takvim günü içinde yanıt verin.",
        "يرجى الرد خلال ثلاثة أيام عمل.",
        "Reageer binnen drie kalenderdagen.",
        "Odpowiedz w ciągu trzech dni kalendarzowych.",
        "Svara inom tre kalenderdagar.",
    ],
)
def test_days_in_every_language(words: str) -> None:
    assert {(one.kind, one.count) for one in due(words)} == {(DueKind.CALENDAR_DAYS, 3)}


@pytest.mark.parametrize(
    "words",
    [
        "Se precisarmos de mais informações, você terá 3 dias.",
        "Caso seja necessário, escreveremos: responda em 3 dias.",
        "Gerekirse size yazacağız: 3 gün içinde yanıt verin.",
        "إذا احتجنا إلى مزيد من المعلومات، يرجى الرد خلال 3 أيام.",
    ],
)
def test_what_may_come_is_no_limit_beside_a_stated_one(words: str) -> None:
    found = due(f"Please respond within 72 hours.<br>{words}")
    assert {(one.kind, one.count) for one in found} == {(DueKind.HOURS, 72)}


@pytest.mark.parametrize(
    "words",
    [
        "Se você não responder em 24 horas, a reclamação será concedida.",
        "Eğer 24 saat içinde yanıt vermezseniz talep kabul edilir.",
        "إذا لم ترد خلال 24 ساعة فسيتم قبول المطالبة.",
    ],
)
def test_what_happens_without_an_answer_is_the_limit(words: str) -> None:
    found = due(f"Please respond.<br>{words}")
    assert (DueKind.HOURS, 24) in {(one.kind, one.count) for one in found}


TODAY_ENDS = dt.datetime(2026, 8, 14, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Please respond tonight.", TODAY_ENDS),
        ("Please respond by midnight tonight.", TODAY_ENDS),
        ("Please respond by noon.", dt.datetime(2026, 8, 14, 10, tzinfo=dt.UTC)),
        ("Please respond by noon tomorrow.", TODAY_ENDS),
        ("Rispondi entro mezzanotte.", TODAY_ENDS),
        ("Rispondi entro dopodomani.", dt.datetime(2026, 8, 15, 22, tzinfo=dt.UTC)),
        ("Bitte antworten Sie bis übermorgen.", dt.datetime(2026, 8, 15, 22, tzinfo=dt.UTC)),
        ("Veuillez répondre avant minuit.", TODAY_ENDS),
        ("Responda antes de medianoche.", TODAY_ENDS),
        ("Odpowiedz do piątku godz. 12.", dt.datetime(2026, 8, 14, 10, tzinfo=dt.UTC)),
        ("Svara senast på måndag kl. 12.", dt.datetime(2026, 8, 16, 22, tzinfo=dt.UTC)),
        ("Lütfen pazartesi günü saat 12'ye kadar yanıt verin.", dt.datetime(2026, 8, 16, 22, tzinfo=dt.UTC)),
        ("明後日までにご返信ください。", dt.datetime(2026, 8, 15, 22, tzinfo=dt.UTC)),
    ],
)
def test_a_day_without_a_date_is_read_at_its_earliest_and_told(words: str, at: dt.datetime) -> None:
    found = read_mail(bytes(notice("en", "action", html=f"<p>{words}</p>", marketplace_id=ROME, sent=SENT)))
    assert found.notice is not None
    assert min(one.at for one in found.notice.due if one.at) == at
    assert any("could not be read" in line for line in found.troubles)


def test_a_day_is_no_limit_where_one_is_stated_or_nothing_is_asked() -> None:
    stated = due("Please respond within 72 hours to the claim filed today, on Friday.")
    assert [(one.kind, one.count) for one in stated] == [(DueKind.HOURS, 72)]
    assert due("Please respond. The claim was filed today.") == ()


@pytest.mark.parametrize(
    "words", ["Rispondi entro 24/48 ore.", "Responda en 24/48 horas.", "Antworten Sie in 24/48 h."]
)
def test_of_two_counts_the_shorter_one_is_read(words: str) -> None:
    assert (DueKind.HOURS, 24) in {(one.kind, one.count) for one in due(words)}
