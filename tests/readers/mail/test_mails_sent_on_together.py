"""Several notices in one forward, attached or quoted one below the other: each is read, for its own order."""

from __future__ import annotations

import datetime as dt

import pytest
from support.mail_maker import Made, buyer_message, notice, plain_mail

from a2z_defense.model.mail import DueKind, MailKind, Trust
from a2z_defense.readers.mail.read import MAX_ORIGINALS, read_mail, read_mails

FIRST, SECOND = "402-1111111-1111111", "402-2222222-2222222"
DAY = dt.timedelta(days=1)


def request(order: str, hours: int) -> Made:
    made = notice("en", "action", order=order)
    made.subject = f"Action required: Claim received on order {order}"
    made.html = f"<p>We received an A-to-z Guarantee claim of $5.00 on the order {order}.</p>"
    made.html += f"<p>Please respond within {hours} hours.</p>"
    return made


def attached(*mails: Made, subject: str = "Fwd: claims") -> bytes:
    files = tuple((f"{number}.eml", "message/rfc822", bytes(mail)) for number, mail in enumerate(mails))
    return bytes(plain_mail(subject, "lia@shop.example", "please see", attachments=files))


def limits(raw: bytes) -> dict[str, set[int | None]]:
    return {
        read.order_ids[0]: {one.count for one in read.notice.due if one.kind is DueKind.HOURS}
        for read in read_mails(raw)
        if read.notice
    }


def test_each_attached_notice_is_read_for_its_own_order() -> None:
    raw = attached(request(FIRST, 72), request(SECOND, 24), subject=f"Fwd: claims {FIRST} and {SECOND}")
    assert limits(raw) == {FIRST: {72}, SECOND: {24}}
    for read in read_mails(raw):
        assert len(read.order_ids) == 1
        assert read.forwarded
        assert read.trust is not Trust.AUTHENTICATED


def test_of_one_orders_notices_each_is_read() -> None:
    raw = attached(notice("en", "received", order=FIRST), request(FIRST, 24))
    assert {read.kind for read in read_mails(raw)} == {MailKind.CLAIM_RECEIVED, MailKind.ACTION_REQUIRED}
    assert len({read.content_key for read in read_mails(raw)}) == 2


def test_a_notice_beside_other_attached_mails_is_found_wherever_it_stands() -> None:
    card = plain_mail("Card", "lia@shop.example", "my card")
    message = buyer_message("Where is it?", order=SECOND)
    for mails in ((card, request(FIRST, 24)), (message, request(FIRST, 24)), (request(FIRST, 24), card)):
        raw = attached(*mails)
        assert read_mail(raw).kind is MailKind.ACTION_REQUIRED
        assert read_mail(raw).order_ids == (FIRST,)
    assert len(read_mails(attached(card, request(FIRST, 24)))) == 1


def test_a_mail_of_amazons_own_with_attached_mails_is_one_mail() -> None:
    made = request(FIRST, 24)
    made.attachments = tuple((f"{n}.eml", "message/rfc822", bytes(request(SECOND, 72))) for n in range(2))
    assert [read.order_ids[0] for read in read_mails(bytes(made))] == [FIRST]


def test_what_is_attached_is_trusted_no_more_than_a_forward() -> None:
    """Anybody can write a receiver's pass into a mail that he attaches."""
    forged = request(SECOND, 24)
    forged.authentication = ("mx.shop.example; dkim=pass header.d=amazon.it; dmarc=pass",)
    for read in read_mails(attached(request(FIRST, 72), forged), trusted_receivers=("mx.shop.example",)):
        assert read.trust in {Trust.UNAUTHENTICATED, Trust.QUARANTINED}


def test_no_more_mails_are_read_than_one_forward_can_hold() -> None:
    raw = attached(*[request(f"402-{number:07d}-1111111", 24) for number in range(MAX_ORIGINALS + 2)])
    assert len(read_mails(raw)) == MAX_ORIGINALS
    assert any("only the first" in line for line in read_mail(raw).troubles)


def quoted(order: str, when: str, *words: str) -> str:
    head = f"From: Amazon <atoz-guarantee-no-reply@amazon.co.uk>\nSent: {when}\nTo: claims@shop.example\n"
    return f"{head}Subject: Claim received on order {order}\n\n" + "\n".join(words) + "\n\n"


@pytest.mark.parametrize("second", [FIRST, SECOND])
def test_of_a_forwarded_chain_every_notice_is_read(second: str) -> None:
    received = "We received an A-to-z Guarantee claim of £5.00 on the order {}."
    chain = quoted(FIRST, "20 November 2026 07:20", received.format(FIRST), "You do not need to do anything now.")
    chain += quoted(second, "20 November 2026 19:20", received.format(second), "Please respond within 24 hours.")
    raw = bytes(plain_mail(f"Fwd: Claim received on order {FIRST}", "lia@shop.example", f"FYI\n\n{chain}"))
    found = {(read.kind, read.order_ids[0]) for read in read_mails(raw)}
    assert found == {(MailKind.CLAIM_RECEIVED, FIRST), (MailKind.ACTION_REQUIRED, second)}
    assert read_mail(raw).kind in {MailKind.CLAIM_RECEIVED, MailKind.ACTION_REQUIRED}
