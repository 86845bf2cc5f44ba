"""Return requests and refunds: the list items, the table, amounts by locale."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from support.mail_maker import ORDER, plain_mail, refund_issued, return_request

from a2z_defense.model.mail import MailKind
from a2z_defense.model.marketplaces import by_country
from a2z_defense.model.money import Money
from a2z_defense.readers.mail.amounts import find_amounts, read_amount
from a2z_defense.readers.mail.read import read_mail
from a2z_defense.readers.mail.words import flat


def test_a_return_request_is_read_whole() -> None:
    found = read_mail(bytes(return_request()))
    assert (found.kind, found.order_ids) == (MailKind.RETURN_REQUEST, (ORDER,))
    facts = found.return_request
    assert facts is not None
    assert facts.requested_on == dt.datetime(2026, 8, 9, 22, tzinfo=dt.UTC)
    assert facts.authorised is True
    assert (facts.asin, facts.sku, facts.quantity) == ("B0INVENTED", "LAMP-1", 2)
    assert (facts.reason, facts.comment) == ("Item defective or doesn't work", "It does not light up")
    assert (facts.carrier, facts.tracking_number) == ("Invented Post", "IP123456785IT")


def test_a_return_request_without_its_header_and_facts_says_what_it_does_not_know() -> None:
    made = return_request(type=None, html="<p>Return authorization: xyzzy</p>", marketplace_id=None)
    found = read_mail(bytes(made))
    assert found.kind is MailKind.RETURN_REQUEST
    facts = found.return_request
    assert facts is not None
    assert (facts.authorised, facts.reason, facts.quantity, facts.requested_on) == (None, None, None, None)
    made.html = "<p>Return authorization: Pending</p>"
    facts = read_mail(bytes(made)).return_request
    assert facts is not None
    assert facts.authorised is False


def test_a_refund_is_read_from_the_subject_and_from_the_table() -> None:
    for subject in (f"rimborso 169.01 EUR avviato - ordine {ORDER}", f"Refund for {ORDER}"):
        found = read_mail(bytes(refund_issued(subject=subject)))
        assert (found.kind, found.order_ids) == (MailKind.REFUND_ISSUED, (ORDER,))
        assert found.refund is not None
        assert found.refund.amount == Money(amount=Decimal("169.01"), currency="EUR")
        assert (found.refund.reason, found.refund.sku) == ("Reso del cliente", "LAMP-1")


def test_a_cancellation_request_is_told_by_its_header() -> None:
    found = read_mail(bytes(plain_mail("Xyzzy", "donotreply@amazon.com", ORDER, type="BRC_SELLER_NOTIFICATION")))
    assert (found.kind, found.order_ids) == (MailKind.CANCELLATION_REQUEST, (ORDER,))


@pytest.mark.parametrize(
    ("text", "country", "amount", "currency"),
    [
        ("$1,234.56", "US", "1234.56", "USD"),
        ("$1,234.56", "CA", "1234.56", "CAD"),
        ("$12", "AU", "12", "AUD"),
        ("1.234,56 EUR", "IT", "1234.56", "EUR"),
        ("1.234,56\N{NO-BREAK SPACE}€", "DE", "1234.56", "EUR"),
        ("1\N{NARROW NO-BREAK SPACE}234,56\N{NO-BREAK SPACE}€", "FR", "1234.56", "EUR"),
        ("119,00 €", "IT", "119.00", "EUR"),
        ("EUR 39.9", "IT", "39.9", "EUR"),
        ("169.01 EUR", "IT", "169.01", "EUR"),
        ("￥1,234", "JP", "1234", "JPY"),
        ("1,234円", "JP", "1234", "JPY"),
        ("£1,234.50", "GB", "1234.50", "GBP"),
        ("R$ 1.234,56", "BR", "1234.56", "BRL"),
        ("1 234,56 zł", "PL", "1234.56", "PLN"),
        ("1.234,56 TL", "TR", "1234.56", "TRY"),
        ("₺1.234,56", "TR", "1234.56", "TRY"),
        ("SAR 1,234.50", "SA", "1234.50", "SAR"),
        ("AED 10", "AE", "10", "AED"),
        ("SAR ١٬٢٣٤٫٥٠", "SA", "1234.50", "SAR"),
        ("₹1,23,456.00", "IN", "123456.00", "INR"),
        ("Rs. 500", "IN", "500", "INR"),
        ("1 234 kr", "SE", "1234", "SEK"),
        ("CA$5.00", None, "5.00", "CAD"),
        ("1.234 €", "DE", "1234", "EUR"),
        ("1,234 €", "IE", "1234", "EUR"),
    ],
)
def test_amounts_are_read_by_locale(text: str, country: str | None, amount: str, currency: str) -> None:
    marketplace = by_country(country) if country else None
    expected = Money(amount=Decimal(amount), currency=currency)
    assert read_amount(flat(text), marketplace) == expected
    assert find_amounts(flat(f"a claim of {text} on order {ORDER}."), marketplace) == [expected]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("$5.00", None),
        ("$5.00", "IT"),
        ("1.234 EUR", None),
        ("5.00", "US"),
        ("EUR", "IT"),
        ("€1.2.3,4,5", "IT"),
        ("kr 5", "IT"),
    ],
)
def test_an_uncertain_amount_is_none(text: str, country: str | None) -> None:
    assert read_amount(flat(text), by_country(country) if country else None) is None
