"""Who is believed: forged notices are kept back on positive evidence only, everything else is a claim and marked."""

from __future__ import annotations

import base64
import hashlib

import pytest
from support.mail_maker import FAIL, ORDER, PASS, Made, buyer_message, forwarded, notice, plain_mail

from a2z_defense.model.mail import MailKind, MailRead, Trust
from a2z_defense.readers.mail.amazon import alias_of, amazon_domain, looks_like_amazon, writes
from a2z_defense.readers.mail.read import read_mail
from a2z_defense.readers.mail.trust import canonical_body

TRUSTED = ("mx.shop.example",)


def judged(made: Made, trusted: tuple[str, ...] = TRUSTED) -> tuple[Trust, str]:
    found = read_mail(bytes(made), trusted_receivers=trusted)
    return found.trust, found.trust_why


def results(*lines: str) -> Made:
    return notice("it", "action", authentication=tuple(line.format(tld="it") for line in lines))


def test_an_aligned_pass_of_a_trusted_receiver_authenticates() -> None:
    trust, why = judged(results(PASS))
    assert trust is Trust.AUTHENTICATED
    assert "mx.shop.example" in why


def test_the_topmost_pass_of_an_unknown_receiver_is_only_unverified() -> None:
    assert judged(results(PASS), ())[0] is Trust.UNVERIFIED
    assert judged(results(PASS), ("other.example",))[0] is Trust.UNVERIFIED


def test_the_topmost_failure_counts_with_and_without_trusted_receivers() -> None:
    for trusted in (TRUSTED, (), ("other.example",)):
        assert judged(results(FAIL), trusted)[0] is Trust.QUARANTINED


def test_no_header_is_unauthenticated_and_still_a_claim() -> None:
    found = read_mail(bytes(notice("it", "action")), trusted_receivers=TRUSTED)
    assert (found.kind, found.trust) == (MailKind.ACTION_REQUIRED, Trust.UNAUTHENTICATED)


def test_a_header_further_down_is_the_senders_word() -> None:
    assert judged(results(FAIL, PASS))[0] is Trust.QUARANTINED
    untrusted_top = "evil.example; dkim=none"
    assert judged(results(untrusted_top, PASS))[0] is Trust.UNAUTHENTICATED


def test_two_headers_of_one_hop_count_together() -> None:
    spf = "mx.shop.example; spf=softfail smtp.mailfrom=bounces.amazon.it"
    dkim = "mx.shop.example; dkim=pass header.d=amazon.it"
    assert judged(results(spf, dkim))[0] is Trust.AUTHENTICATED


@pytest.mark.parametrize(
    "line",
    [
        "mx.shop.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example; dmarc=fail",
        "mx.shop.example; spf=fail smtp.mailfrom=amazon.it",
        "mx.shop.example; spf=softfail smtp.mailfrom=amazon.it; dkim=none",
        "mx.shop.example; dkim=fail (signature did not verify) header.d=amazon.it",
        'mx.shop.example; dmarc=fail; spf=pass smtp.mailfrom="x header.d=amazon.it y"@evil.example',
        'mx.shop.example; dmarc=fail; spf=pass smtp.mailfrom="; dkim=pass header.d=amazon.it"@evil.example',
        "mx.shop.example; dmarc=fail (dkim=pass header.d=amazon.it) header.from=amazon.it",
        "mx.shop.example; dkim=pass header.d=amazon.it.evil.example; dmarc=fail header.from=amazon.it",
        "mx.shop.example; dkim=pass header.d=it; dmarc=fail header.from=amazon.it",
    ],
)
def test_a_failure_without_an_aligned_pass_is_a_forgery(line: str) -> None:
    assert judged(results(line))[0] is Trust.QUARANTINED


@pytest.mark.parametrize(
    "line",
    [
        "mx.shop.example; dkim=temperror header.d=amazon.it",
        "mx.shop.example; dkim=none; spf=neutral smtp.mailfrom=amazon.it",
        "mx.shop.example; none",
        "dkim=pass header.d=amazon.it",
        "",
        ";;;;",
    ],
)
def test_neither_pass_nor_failure_is_unauthenticated(line: str) -> None:
    assert judged(results(line))[0] is Trust.UNAUTHENTICATED


@pytest.mark.parametrize(
    "sender",
    [
        '"Amazon" <notice@seller-claims.example>',
        '"Garanzia dalla A alla Z" <notice@claims.example>',
        "atoz-guarantee-no-reply@amazon.it.evil.example",
        "atoz-guarantee-no-reply@amaz0n.it",
        "atoz-guarantee-no-reply@arnazon.com",
        "atoz-guarantee-no-reply@аmazon.it",  # Cyrillic а
        "atoz-guarantee-no-reply@xn--mazon-3ve.it",
        '"ᴀmazon" <x@y.example>',
    ],
)
def test_a_mail_dressed_as_amazon_is_kept_back_with_its_kind(sender: str) -> None:
    made = notice("it", "action", sender=sender, type=None, marketplace_id=None)
    found = read_mail(bytes(made), trusted_receivers=TRUSTED)
    assert found.trust is Trust.QUARANTINED
    assert found.kind is MailKind.ACTION_REQUIRED
    assert found.notice is not None
    assert found.notice.due != ()
    assert found.sent_at is not None


def test_amazons_header_on_another_domains_mail_is_a_disguise_even_when_forwarded() -> None:
    made = plain_mail("Hello", "lia@shop.example", f"Order {ORDER}", type="A_Z_CLAIM_RESPONDENT_NOTIFY")
    assert judged(made)[0] is Trust.QUARANTINED
    made = forwarded(notice("it", "action"), "it", type="A_Z_CLAIM_RESPONDENT_NOTIFY")
    assert judged(made)[0] is Trust.QUARANTINED


def test_a_person_who_forwards_by_hand_is_not_quarantined() -> None:
    for made in (
        forwarded(notice("it", "action"), "it"),
        forwarded(notice("it", "action"), "it", sender='"Lia, Amazon team" <lia@shop.example>'),
        forwarded(notice("it", "action"), "it", block=False),
        forwarded(
            notice("it", "action"),
            "it",
            authentication=("mx.shop.example; dkim=pass header.d=shop.example; spf=pass smtp.mailfrom=shop.example",),
        ),
        forwarded(notice("it", "action"), "it", authentication=("mx.shop.example; dkim=none; spf=none",)),
    ):
        found = read_mail(bytes(made), trusted_receivers=TRUSTED)
        assert (found.kind, found.trust) == (MailKind.ACTION_REQUIRED, Trust.UNAUTHENTICATED)


def test_a_forward_whose_own_sender_fails_is_quarantined_whatever_the_domain() -> None:
    line = "mx.shop.example; spf=fail smtp.mailfrom=shop.example; dmarc=fail header.from=shop.example"
    assert judged(forwarded(notice("it", "action"), "it", authentication=(line,)))[0] is Trust.QUARANTINED


def test_an_ordinary_failing_mail_is_not_listed_as_a_forged_notice() -> None:
    made = plain_mail("Win a lamp", "x@spam.example", "Buy", authentication=(FAIL.format(tld="it"),))
    found = read_mail(bytes(made))
    assert (found.kind, found.trust) == (MailKind.OTHER, Trust.UNAUTHENTICATED)


def test_a_list_that_replaces_the_sender_is_seen_through_and_marked() -> None:
    made = notice(
        "it",
        "action",
        sender="\"'Garanzia dalla A alla Z' via Reclami\" <reclami@shop.example>",
        headers=(
            ("List-Id", "<reclami.shop.example>"),
            ("X-Original-From", "Amazon <atoz-guarantee-no-reply@amazon.it>"),
        ),
    )
    found = read_mail(bytes(made))
    assert (found.kind, found.trust) == (MailKind.ACTION_REQUIRED, Trust.UNAUTHENTICATED)
    assert found.sender == "atoz-guarantee-no-reply@amazon.it"
    assert found.sent_at is not None


def signed(made: Made, domain: str = "amazon.it") -> Made:
    """`made` with a DKIM-Signature whose body hash is right."""
    digest = base64.b64encode(hashlib.sha256(canonical_body(bytes(made), relaxed=True)).digest()).decode()
    made.headers += (
        ("DKIM-Signature", f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=x;\r\n bh={digest}; b=AAAA"),
    )
    return made


def test_a_body_that_a_gateway_changed_is_marked_and_still_a_claim() -> None:
    made = signed(results(PASS))
    assert judged(made)[0] is Trust.AUTHENTICATED
    assert judged(made, ())[0] is Trust.UNVERIFIED
    assert made.html is not None
    made.html = made.html.replace("<body>", "<body><p>CAUTION: this mail came from outside.</p>")
    found = read_mail(bytes(made), trusted_receivers=TRUSTED)
    assert (found.kind, found.trust) == (MailKind.ACTION_REQUIRED, Trust.ALTERED)
    assert "changed after it was signed" in judged(made, ())[1]


def test_a_failed_body_hash_above_a_trusted_pass_is_altered() -> None:
    top = "mx.shop.example; dkim=fail (body hash did not verify) header.d=amazon.it; dmarc=fail header.from=amazon.it"
    below = "gw.shop.example; dkim=pass header.d=amazon.it"
    assert judged(results(top, below), ("mx.shop.example", "gw.shop.example"))[0] is Trust.ALTERED
    assert judged(results(top, below), ("mx.shop.example",))[0] is Trust.QUARANTINED
    other = top.replace("body hash did not verify", "signature did not verify")
    assert judged(results(other, below), ("mx.shop.example", "gw.shop.example"))[0] is Trust.QUARANTINED


def test_the_canonical_body_is_that_of_the_standard() -> None:
    # RFC 6376, 3.4.5.
    raw = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n"
    assert canonical_body(raw, relaxed=True) == b" C\r\nD E\r\n"
    assert canonical_body(raw, relaxed=False) == b" C \r\nD \t E\r\n"
    assert canonical_body(b"A: X\n\n", relaxed=True) == b""
    assert canonical_body(b"A: X\n\n", relaxed=False) == b"\r\n"


def test_buyers_messages_are_judged_alike() -> None:
    made = buyer_message("Hello", tld="it", authentication=(PASS.format(tld="it"),))
    assert judged(made)[0] is Trust.AUTHENTICATED
    made.authentication = (FAIL.format(tld="it"),)
    assert judged(made)[0] is Trust.QUARANTINED


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("amazon.it", "amazon.it"),
        ("marketplace.amazon.co.uk", "amazon.co.uk"),
        ("amazon.com.", "amazon.com"),
        ("amazon.com.evil.example", None),
        ("notamazon.it", None),
        ("amazon.it.", "amazon.it"),
        ("", None),
        ("it", None),
    ],
)
def test_amazons_domains_are_matched_by_exact_suffix(domain: str, known: str | None) -> None:
    assert amazon_domain(domain) == known


@pytest.mark.parametrize(
    "text", ["amazon-claims.example", "amaz0n", "аmazоn", "Amazon.it", "xn--mazon-3ve", "ämäzön", "a m a z o n"]
)
def test_what_reads_as_amazon(text: str) -> None:
    assert looks_like_amazon(text)


@pytest.mark.parametrize("text", ["shop.example", "Lia Inventata", "amazing.example", "", "xn--", "xn--99999999999"])
def test_what_does_not_read_as_amazon(text: str) -> None:
    assert not looks_like_amazon(text)


def test_an_alias_is_told_from_its_case() -> None:
    assert alias_of("abc+1f2e3d4c@marketplace.amazon.de") == ("abc", "1f2e3d4c")
    assert alias_of("abc@marketplace.amazon.de") == ("abc", None)
    assert alias_of("abc@marketplace.amazon.de.evil.example") is None
    assert alias_of("abc@amazon.de") is None
    assert writes("abc@marketplace.amazon.de") == "relay"


def test_nothing_of_the_mails_text_is_in_the_reason() -> None:
    found: MailRead = read_mail(bytes(results(PASS)), trusted_receivers=TRUSTED)
    assert "atoz-guarantee" not in found.trust_why
