"""A request whose text lies in a part with a name, or nowhere that can be read."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from support.mail_maker import SENT, notice

from a2z_defense.model.mail import DueKind, MailKind, MailRead
from a2z_defense.readers.mail.read import read_mail

PAGE = "<html><body><p>We received a claim of $64.99 on the order 402-1234567-7654321.</p><p>{}</p></body></html>"
WITHIN = PAGE.format("Please respond within 24 hours.")


def mail(*parts: tuple[str, str]) -> MailRead:
    """A request of Amazon's with these (headers, content) for its text."""
    head = bytes(notice("en", "action")).replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode()
    kept = [line for line in head.splitlines() if not line.lower().startswith(("content-", "mime-", " boundary"))]
    body = "".join(f"--b\n{headers}\n\n{content}\n" for headers, content in parts) + "--b--\n"
    top = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
    return read_mail(("\n".join(kept) + "\n" + top + body).encode())


@pytest.mark.parametrize(
    "headers",
    [
        'Content-Type: text/html; charset=utf-8; name="Mail Attachment.html"',
        "Content-Type: text/html; charset=utf-8\nContent-Disposition: inline; filename=mail.html",
        "Content-Type: text/html; charset=utf-8\nContent-Disposition: attachment; filename=message.html",
    ],
)
def test_the_only_text_is_read_although_it_has_a_name(headers: str) -> None:
    for parts in ([(headers, WITHIN)], [("Content-Type: text/plain", ""), (headers, WITHIN)]):
        found = mail(*parts)
        assert found.notice is not None
        assert [(one.kind, one.count) for one in found.notice.due] == [(DueKind.HOURS, 24)]
        assert found.notice.amount is not None


def test_a_named_text_beside_the_mails_own_is_an_attachment() -> None:
    other = ("Content-Type: text/html; name=other.html", PAGE.format("Please respond within 7 days."))
    found = mail(("Content-Type: text/html; charset=utf-8", WITHIN), other)
    assert found.notice is not None
    assert [(one.kind, one.count) for one in found.notice.due] == [(DueKind.HOURS, 24)]
    assert len(found.attachments) == 1


BINARY = base64.b64encode(b"\x78\x9f\x3e\x22 Please respond within 24 hours.").decode()


@pytest.mark.parametrize(
    "parts",
    [
        [("Content-Type: text/plain", "")],
        [("Content-Type: text/html", "<html><body><img src='cid:1'></body></html>")],
        [("Content-Type: text/plain", "https://sellercentral.amazon.com/gp/guarantee?id=1")],
        [
            ("Content-Type: text/plain", ""),
            ("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64", BINARY),
        ],
        [("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64", BINARY)],
        [
            ("Content-Type: text/plain", "Please see the attached document."),
            ("Content-Type: application/pdf; name=claim.pdf\nContent-Transfer-Encoding: base64", BINARY),
        ],
    ],
)
def test_a_request_of_whose_text_nothing_was_read_is_due_now_and_said(parts: list[tuple[str, str]]) -> None:
    found = mail(*parts)
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    assert [one.at for one in found.notice.due] == [SENT.replace(microsecond=0)]
    assert any("could not be read" in line for line in found.troubles)


def test_a_request_without_a_limit_that_was_read_is_not_due_now() -> None:
    found = mail(("Content-Type: text/html", PAGE.format("Please respond to this claim.")))
    assert found.notice is not None
    assert not [one for one in found.notice.due if one.at is not None and one.at <= SENT + dt.timedelta(hours=1)]
