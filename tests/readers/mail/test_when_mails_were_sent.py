"""The start of a notice's clock: the earliest of the original's date, the first Received and Date; else unknown."""

from __future__ import annotations

import datetime as dt

import pytest
from support.mail_maker import FORWARD_LABELS, ORDER, SENT, Made, buyer_message, forwarded, notice, plain_mail

from a2z_defense.model.mail import MailKind, MailRead, StartBasis
from a2z_defense.readers.mail.copies import same_message
from a2z_defense.readers.mail.dates import header_date, leading_dates, written_dates
from a2z_defense.readers.mail.read import read_mail

HOUR = dt.timedelta(hours=1)


def read(made: Made) -> MailRead:
    return read_mail(bytes(made))


def test_the_earliest_of_received_and_date_counts() -> None:
    found = read(notice("it", "action", received=(SENT + 2 * HOUR, SENT - HOUR)))
    assert (found.sent_at, found.start_basis) == (SENT - HOUR, StartBasis.RECEIVED)
    found = read(notice("it", "action", received=(SENT - HOUR, SENT + HOUR)))
    assert (found.sent_at, found.start_basis) == (SENT, StartBasis.DATE)
    found = read(notice("it", "action", sent=None, received=(SENT,)))
    assert (found.sent_at, found.start_basis) == (SENT, StartBasis.RECEIVED)
    found = read(notice("it", "action", sent=None))
    assert (found.sent_at, found.start_basis) == (None, StartBasis.UNKNOWN)


@pytest.mark.parametrize("language", FORWARD_LABELS)
def test_a_forward_starts_at_the_quoted_date_in_every_language(language: str) -> None:
    found = read(forwarded(notice("it", "action"), language))
    # The forwarder's zone (+02:00) and the marketplace's (Rome) agree: 09:31 there is 07:31 UTC.
    assert (found.sent_at, found.start_basis) == (SENT, StartBasis.INNER_DATE)
    assert found.forwarded
    assert found.sender == "atoz-guarantee-no-reply@amazon.it"


def test_a_quoted_date_without_zone_is_read_at_its_earliest() -> None:
    utc = forwarded(notice("it", "action"), "en", sent=SENT + 5 * HOUR)
    found = read(utc)
    # The server wrote UTC for a forwarder whose zone nobody tells: 09:31 comes first at UTC+14.
    assert found.sent_at == dt.datetime(2026, 8, 13, 19, 31, tzinfo=dt.UTC)
    assert any("no zone" in trouble for trouble in found.troubles)
    tokyo = forwarded(notice("it", "action"), "en", sent=(SENT + 9 * HOUR).astimezone(dt.timezone(9 * HOUR)))
    assert read(tokyo).sent_at == dt.datetime(2026, 8, 14, 0, 31, tzinfo=dt.UTC)


def test_a_quoted_date_that_would_be_after_the_forward_is_of_another_zone() -> None:
    # Quoted in China (15:31 there is 07:31 UTC), forwarded at 14:31 +02:00: 15:31 cannot be of that zone.
    made = forwarded(notice("it", "action"), "zh")
    assert made.html is not None
    made.html = made.html.replace("2026年8月14日 9:31", "2026年8月14日 15:31")
    found = read(made)
    assert (found.sent_at, found.start_basis) == (dt.datetime(2026, 8, 14, 1, 31, tzinfo=dt.UTC), StartBasis.INNER_DATE)
    assert found.sent_at is not None
    assert found.sent_at <= SENT


def test_a_quoted_date_with_zone_is_exact() -> None:
    made = forwarded(notice("it", "action"), "en", block=False, sent=SENT + 9 * HOUR)
    assert made.html is not None
    made.html = (
        "<p>---------- Forwarded message ---------<br>From: <b>Amazon</b> &lt;atoz-guarantee-no-reply@amazon.it&gt;<br>"
        "Date: Fri, 14 Aug 2026 09:31:00 +0200<br>Subject: Azione richiesta<br></p>" + made.html
    )
    found = read(made)
    assert (found.sent_at, found.start_basis) == (SENT, StartBasis.INNER_DATE)
    assert found.troubles == ()


def test_an_attached_original_gives_its_own_earliest_date() -> None:
    original = bytes(notice("it", "action", received=(SENT - HOUR,)))
    made = plain_mail(
        "x", "lia@shop.example", "see", attachments=(("a.eml", "message/rfc822", original),), sent=SENT + 9 * HOUR
    )
    found = read(made)
    assert (found.sent_at, found.start_basis) == (SENT - HOUR, StartBasis.INNER_DATE)
    named = plain_mail("x", "lia@shop.example", "see", attachments=(("a.eml", "application/octet-stream", original),))
    assert read(named).sent_at == SENT - HOUR


def test_a_forward_without_the_originals_date_has_no_start() -> None:
    for made in (
        forwarded(notice("it", "action"), "it", block=False),
        forwarded(notice("it", "action"), "it", dated=False),
        plain_mail(
            f"Azione richiesta: Richiesta di rimborso ricevuta per l’ordine {ORDER}", "lia@shop.example", "guarda"
        ),
    ):
        found = read(made)
        assert found.kind is MailKind.ACTION_REQUIRED
        assert (found.sent_at, found.start_basis) == (None, StartBasis.UNKNOWN)
        assert any("not known" in trouble for trouble in found.troubles)


def test_a_quoted_date_after_the_forward_itself_is_not_believed() -> None:
    made = forwarded(notice("it", "action"), "en", sent=SENT - dt.timedelta(days=3))
    found = read(made)
    assert found.sent_at == SENT - dt.timedelta(days=3)


def test_a_forward_of_a_forward_counts_from_the_original() -> None:
    inner = forwarded(notice("it", "action"), "it")
    outer = forwarded(inner, "en", sent=(SENT + 30 * HOUR).astimezone(dt.timezone(2 * HOUR)))
    assert outer.html is not None
    outer.html = outer.html.replace("Friday, August 14, 2026 9:31 AM", "Saturday, August 15, 2026 9:31 AM", 1)
    found = read(outer)
    assert (found.sent_at, found.sender) == (SENT, "atoz-guarantee-no-reply@amazon.it")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 14 Aug 2026 07:31:00 +0000", SENT),
        ("Fri, 14 Aug 2026 09:31:00 +0200 (CEST)", SENT),
        ("14 Aug 2026 07:31:00 -0000", SENT),
        ("Fri, 14 Aug 2026 21:31:00", SENT),  # no zone: where it comes first on Earth
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Fri, 14 Aug 2026 99:99:99 +0000", None),
        ("yesterday", None),
        ("", None),
        ("Fri, 14 Aug 99999999999 07:31:00 +0000", None),
        ("Fri, 14 Aug 2026 07:31:00 +9999", None),
    ],
)
def test_a_date_header_is_an_instant_or_nothing(text: str, expected: dt.datetime | None) -> None:
    assert header_date(text) == expected


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Friday, August 14, 2026 9:31 PM", ["2026-08-14T21:31:00"]),
        ("2026年8月14日 下午 9:31", ["2026-08-14T21:31:00"]),
        ("08/09/2026 9:31", ["2026-08-09T09:31:00", "2026-09-08T09:31:00"]),
        ("31/12/2026 9:31", ["2026-12-31T09:31:00"]),
        ("14.08.2026, 09:31 Uhr", ["2026-08-14T09:31:00"]),
        ("14 août 2026 à 09 h 31", ["2026-08-14T09:31:00"]),
        ("mar 4 ago 2026 alle ore 09:31", ["2026-08-04T09:31:00"]),
        ("12:05 AM", []),
        ("30 February 2026", []),
        ("14 Aug 2026 12:05 AM", ["2026-08-14T00:05:00"]),
        ("14 Aug 2026 25:61", ["2026-08-14T00:00:00"]),
        ("٢٠٢٦/٨/١٤ 09:31", ["2026-08-14T09:31:00"]),
    ],
)
def test_dates_of_mail_programs_are_read(text: str, readings: list[str]) -> None:
    assert [written.local.isoformat() for written in written_dates(text)] == readings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("August 17, 2026", True),
        ("Monday, August 17, 2026 5:00 PM PDT", True),
        ("5:00 PM PDT on August 17, 2026", True),
        ("the buyer on August 1, 2026", False),
        ("Amazon and you were told on August 1, 2026", False),
    ],
)
def test_only_a_date_that_stands_first_is_a_limits_date(text: str, found: bool) -> None:
    assert bool(leading_dates(text)) is found


def test_copies_are_one_message_and_messages_of_equal_words_are_two() -> None:
    original = read(notice("it", "action"))
    again = read(notice("it", "action", received=(SENT,), authentication=("x; dkim=pass header.d=amazon.it",)))
    assert original.content_key == again.content_key
    by_hand = read(forwarded(notice("it", "action"), "it", comment=""))
    undated = read(forwarded(notice("it", "action"), "it", dated=False, comment=""))
    assert same_message(original, by_hand)
    assert same_message(original, undated)
    later = dt.timedelta(days=3)
    one = read(buyer_message("Any news?", html=None, plain="Any news?"))
    other = read(buyer_message("Any news?", html=None, plain="Any news?", sent=SENT + later))
    assert one.text_key == other.text_key
    assert not same_message(one, other)
    other_text = read(notice("it", "action", order="402-7654321-1234567"))
    assert not same_message(original, other_text)


def test_a_second_request_in_the_same_words_is_another_message_with_its_own_clock() -> None:
    first = read(notice("it", "action"))
    second = read(notice("it", "action", sent=SENT + dt.timedelta(days=3), message_id="<second@amazonses.com>"))
    assert first.content_key == second.content_key
    assert not same_message(first, second)
    for apart, same in ((30 * HOUR, False), (2 * HOUR, False), (HOUR / 2, True), (-30 * HOUR, False)):
        copied = read(notice("it", "action", sent=SENT + apart, message_id="<second@amazonses.com>"))
        assert same_message(first, copied) is same_message(copied, first) is same
    fetched_again = read(notice("it", "action", sent=SENT + dt.timedelta(days=3)))
    assert fetched_again.message_id == first.message_id
    assert same_message(first, fetched_again)
    marked = notice("it", "action")
    assert marked.html is not None
    other = notice("it", "action", html=marked.html.replace("SPC-EUAmazon-1", "SPC-EUAmazon-9"))
    assert read(other).token_key != first.token_key
    assert not same_message(first, read(other))
    assert not same_message(first, read(forwarded(other, "it", dated=False, comment="")))
    assert same_message(first, read(forwarded(marked, "it", dated=False, comment="")))
    sent_on = read(forwarded(notice("it", "action"), "it", comment=""))
    week = SENT + dt.timedelta(days=7, hours=5)
    again = forwarded(notice("it", "action"), "it", comment="", message_id="<forward-2@shop.example>", sent=week)
    assert again.html is not None
    again.html = again.html.replace("14 agosto", "21 agosto")
    second_sent_on = read(again)
    assert sent_on.content_key == second_sent_on.content_key
    assert not same_message(sent_on, second_sent_on)
    assert not same_message(first, second_sent_on)
