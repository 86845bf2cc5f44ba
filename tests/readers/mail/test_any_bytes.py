"""Whatever the bytes: no exception, bounded time and memory, every word kept, and what could not be read is said."""

from __future__ import annotations

import base64
import email
import random
import time
import tracemalloc
from email.message import Message

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.mail_maker import ORDER, buyer_message, forwarded, notice, plain_mail, return_request

from a2z_defense.base.media import media_type
from a2z_defense.model.mail import MailKind
from a2z_defense.readers.mail.mime import Troubles, split_mail
from a2z_defense.readers.mail.page import read_page
from a2z_defense.readers.mail.read import read_mail
from a2z_defense.readers.mail.words import decode_bytes, decode_header, flat, shown

SEEDS = [
    bytes(made)
    for made in (
        notice("it", "action"),
        notice("en", "granted_seller"),
        forwarded(notice("it", "received"), "de"),
        buyer_message("Where?\n> old"),
        return_request(),
        plain_mail(
            "x", "lia@shop.example", "y", attachments=(("a.eml", "message/rfc822", bytes(notice("en", "action"))),)
        ),
    )
]


@settings(deadline=None)
@given(st.binary(max_size=3000))
@example(b"")
@example(b"\n\n")
@example(b"From ")
@example(b"\0" * 100)
@example(b"Content-Type: multipart/mixed; boundary=\n\n--\n--\n----\n")
@example(b'Content-Type: text/plain; charset="\xff"\n\n\xff')
@example(b"Content-Type: text/html; charset=zlib_codec\n\n<p>x")
@example(b"Content-Type: text/html; charset=utf-7\n\n+ADw-p+AD4-")
@example(b"Subject: =?utf-16?b?AA?= =?x?q?=?=\n\n")
@example(b"From: <@>\nTo: ,,,@,\n\n")
@example(b"Date: Fri, 99 Foo 99999 99:99:99 +99999\nReceived: ;;;\n\n")
@example(b"Content-Disposition: attachment; filename*=x'y'%zz\n\nabc")
@example(b"Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nFrom: a@b\n\nx")
def test_any_bytes_give_a_mail(raw: bytes) -> None:
    assert read_mail(raw).content_key


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.integers(1, 30))
def test_a_damaged_mail_gives_a_mail(seed: bytes, number: int, wounds: int) -> None:
    chance = random.Random(number)
    raw = bytearray(seed)
    for _ in range(wounds):
        at = chance.randrange(len(raw))
        what = chance.randrange(4)
        if what == 0:
            raw[at] = chance.randrange(256)
        elif what == 1:
            del raw[at : at + chance.randrange(200)]
        elif what == 2:
            raw[at:at] = raw[at : at + chance.randrange(200)]
        else:
            raw[at:at] = bytes(chance.randrange(256) for _ in range(5))
        if not raw:
            return
    assert read_mail(bytes(raw)).content_key


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mail_cut_anywhere_gives_a_mail(seed: bytes) -> None:
    for end in range(0, len(seed), 61):
        read_mail(seed[:end])


def test_a_claim_cut_in_its_body_is_still_a_claim() -> None:
    raw = bytes(notice("it", "action"))
    found = read_mail(raw[: raw.index(b"<body>") + 400])
    assert found.kind in (MailKind.ACTION_REQUIRED, MailKind.CLAIM_RECEIVED)
    assert found.order_ids == (ORDER,)


def nested(levels: int) -> bytes:
    inner = b"Content-Type: text/plain\n\nthe innermost words\n"
    for level in range(levels):
        inner = (
            f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'.encode()
            + inner
            + f"\n--b{level}--\n".encode()
        )
    return b"From: a@b.example\n" + inner


def within(seconds: float, raw: bytes) -> None:
    started = time.process_time()
    read_mail(raw)
    assert time.process_time() - started < seconds


@pytest.mark.parametrize("levels", [5, 50, 3000])
def test_deep_nesting_is_bounded_and_said(levels: int) -> None:
    within(2, nested(levels))
    found = read_mail(nested(levels))
    assert any("nested" in trouble for trouble in found.troubles) is (levels > 20)


def test_mails_in_mails_are_bounded() -> None:
    raw = bytes(notice("it", "action"))
    for _ in range(60):
        raw = bytes(plain_mail("Fwd: x", "lia@shop.example", "see", attachments=(("a.eml", "message/rfc822", raw),)))
    within(2, raw)


HOSTILE = {
    "100,000 headers": b"X-A: b\n" * 100_000 + b"Subject: x\n\nbody",
    "one header of 5 MB": b"Subject: " + b"x" * 5_000_000 + b"\n\nbody",
    "folded a million times": b"Subject: x" + b"\n y" * 1_000_000 + b"\n\nbody",
    "encoded words": b"Subject: "
    + b"=?utf-8?q?"
    + b"=41" * 100
    + b"?= " * 1
    + b" =?utf-8?b?QUFB?=" * 200_000
    + b"\n\nx",
    "unclosed encoded words": b"Subject: " + b"=?utf-8?q?" * 300_000 + b"\n\nx",
    "parameters": b"Content-Type: multipart/mixed" + b";" * 500_000 + b"\n\nx",
    "quotes": b'Content-Type: text/plain; a="' + b'\\"' * 300_000 + b"\n\nx",
    "boundaries": b'Content-Type: multipart/mixed; boundary="a"\n\n' + b"--a\n\n" * 300_000,
    "almost boundaries": b'Content-Type: multipart/mixed; boundary="a"\n\n' + b"--ax" * 1_000_000,
    "open tags": b"Content-Type: text/html\n\n" + b"<div>" * 300_000,
    "less-than signs": b"Content-Type: text/html\n\n" + b"<" * 2_000_000,
    "open comments": b"Content-Type: text/html\n\n" + b"<!--" * 500_000,
    "entities": b"Content-Type: text/html\n\n" + b"&amp;&#x41;" * 300_000,
    "tables": b"Content-Type: text/html\n\n" + b"<table><tr><td>x" * 20_000,
    "cells": b"Content-Type: text/html\n\n<table>" + b"<tr>" + b"<td>x</td>" * 200_000,
    "spaces": b"Content-Type: text/plain\n\n" + b" " * 3_000_000 + b"x",
    "lines": b"Content-Type: text/plain\n\n" + b"a:\n" * 800_000,
    "colons": b"Content-Type: text/plain\n\n" + b"From: a\nSent: b\n" * 100_000,
    "digits": b"From: atoz-guarantee-no-reply@amazon.it\n\n" + b"1" * 2_000_000,
    "digits and points": b"From: atoz-guarantee-no-reply@amazon.it\n\n" + b"1.1," * 500_000,
    "currency": b"From: atoz-guarantee-no-reply@amazon.it\n\n" + b"EUR 1 " * 400_000,
    "orders": b"From: atoz-guarantee-no-reply@amazon.it\n\n" + b"402-1234567-7654321 " * 100_000,
    "claims": b"From: atoz-guarantee-no-reply@amazon.it\n\n" + b"we received an a-to-z guarantee claim of " * 50_000,
    "by": b"From: atoz-guarantee-no-reply@amazon.it\nSubject: Action required: Claim received on order\n\n"
    + b"by the " * 300_000,
    "within": b"From: atoz-guarantee-no-reply@amazon.it\nSubject: Action required: Claim received on order\n\n"
    + b"within in " * 300_000,
    "not affect": b"From: atoz-guarantee-no-reply@amazon.it\nSubject: Claim decision on order\n\n"
    + b"not affect count " * 100_000,
    "returned the item": b"From: atoz-guarantee-no-reply@amazon.it\nSubject: Claim decision on order\n\n"
    + b"returned the item " * 100_000,
    **{
        f"decision, {words[:9]}": b"From: atoz-guarantee-no-reply@amazon.it\nSubject: Claim decision on order\n"
        b"Content-Type: text/plain; charset=utf-8\n\n" + (words + " ").encode() * (600_000 // len(words.encode()))
        for words in (
            "stattgegeben genehmigt abgelehnt geschlossen antrag haben wurde haben",
            "toegekend afgewezen gesloten ingetrokken claim hebben is heeft",
            "beviljats avslagit stängt tillbaka anspråk har har har",
            "uznaliśmy odrzuciliśmy wycofał roszczenie zostało nie",
            "accordée rejetée clôturée retirée réclamation avons a été n'avons",
            "concedemos negamos encerramos reivindicação foi não",
            "認められ却下終了取り下げ申請異議申し立て",
            "accolto respinto chiuso reclamo abbiamo non è stato",
        )
    },
    "quoted comments": b"From: atoz-guarantee-no-reply@amazon.it\nSubject: Claim received on order\n\n"
    + b'buyer\'s comments were "x" y ' * 20_000,
    "hours": b"From: atoz-guarantee-no-reply@amazon.it\nSubject: Action required: Claim received on order\n\n"
    + b"please respond by 17 August a las a la a le at 18 h " * 10_000,
    "results": b"Authentication-Results: a; " + b"dkim=pass (" * 200_000 + b"\nFrom: a@amazon.it\n\nx",
    "comments": b"Authentication-Results: a; dkim=pass " + b"()" * 300_000 + b"\nFrom: a@amazon.it\n\nx",
    "signatures": b"DKIM-Signature: "
    + b"bh = " * 300_000
    + b"\nFrom: a@amazon.it\nAuthentication-Results: a; dkim=pass header.d=amazon.it\n\nx",
    "references": b"References: " + b"<a@b> " * 300_000 + b"\n\nx",
    "addresses": b"From: " + b"a@b," * 300_000 + b"\nTo: " + b"<c@d>," * 300_000 + b"\n\nx",
    "prefixes": b"Subject: " + b"Fwd: " * 200_000 + b"\n\nx",
    "quotes of quotes": b"From: a@marketplace.amazon.it\n\n" + b"> " * 1_000_000,
    "dashes": b"From: a@marketplace.amazon.it\n\n" + b"-" * 2_000_000,
    "dashed words": b"From: a@marketplace.amazon.it\n\n" + b"------ a " * 300_000,
    "on ... wrote": b"From: a@marketplace.amazon.it\n\n" + b"on " * 600_000,
    "many quoted lines": b"From: a@marketplace.amazon.it\n\n" + b"> a\n" * 200_000 + b"b\n",
    "dates": b"Subject: Fwd: x\nFrom: a@b.example\n\nFrom: Amazon\nSent: "
    + b"14 Aug " * 100_000
    + b"\nSubject: x\n\nx",
    "base64": b"Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\n" + b"QUFB=" * 1_000_000,
    "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain\n\n" + b"=" * 3_000_000,
    "many parts": b'Content-Type: multipart/mixed; boundary="a"\n\n'
    + b"--a\nContent-Type: text/html\n\n<p>x</p>\n" * 20_000,
    "unicode": b"Content-Type: text/plain; charset=utf-8\n\n"
    + "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}".encode() * 400_000,
    "combining": b"Content-Type: text/plain; charset=utf-8\n\n" + ("a" + "\u0301" * 400_000).encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_takes_bounded_time(name: str) -> None:
    within(6, HOSTILE[name])


@pytest.mark.slow
def test_a_200_mb_mail_takes_bounded_memory() -> None:
    raw = (
        b'From: a@b.example\nContent-Type: multipart/mixed; boundary="a"\n\n--a\nContent-Type: text/plain\n\nHello\n'
        b"--a\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n" + b"QUFB" * 50_000_000 + b"\n--a--\n"
    )
    tracemalloc.start()
    started = time.process_time()
    found = read_mail(raw)
    spent = time.process_time() - started
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.attachments[0].size == 150_000_000
    # The slice of the part, and its decoded content.
    assert peak < 2.2 * len(raw)
    assert spent < 20


def leaves(message: Message) -> list[tuple[str, bytes]]:
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        return [leaf for part in message.get_payload() if isinstance(part, Message) for leaf in leaves(part)]
    if message.get_content_maintype() == "message":
        return [(message.get_content_type(), b"")]
    payload = message.get_payload(decode=True)
    return [(message.get_content_type(), payload if isinstance(payload, bytes) else b"")]


WORDS = st.sampled_from(["plain text", "=41=42 soft=\n break", "--a", "-- b", "", "From me", "é ü 中", ". dot"])
TYPES = st.sampled_from(["text/plain", "text/html", "application/pdf", "image/png"])


@st.composite
def trees(draw: st.DrawFn, depth: int = 3, name: str = "r") -> bytes:
    if depth == 0 or draw(st.booleans()):
        body = "\n".join(draw(st.lists(WORDS, max_size=4)))
        encoding = draw(st.sampled_from(["7bit", "quoted-printable", "base64"]))
        if encoding == "base64":
            body = base64.encodebytes(body.encode()).decode()
        return f"Content-Type: {draw(TYPES)}\nContent-Transfer-Encoding: {encoding}\n\n{body}".encode()
    boundary = f"=_{name}_{draw(st.integers(0, 99))}"
    children = [draw(trees(depth - 1, f"{name}{index}")) for index in range(draw(st.integers(1, 3)))]
    quoted = draw(st.sampled_from(['"{}"', '"{}" ; x=y']))
    head = f"Content-Type: multipart/mixed; boundary={quoted.format(boundary)}\n\npreamble\n"
    inner = b"".join(b"--" + boundary.encode() + b"\n" + child + b"\n" for child in children)
    closing = b"--" + boundary.encode() + b"--\nepilogue" if draw(st.booleans()) else b""
    return head.encode() + inner + closing


@settings(max_examples=200, deadline=None)
@given(trees(), st.sampled_from([b"\n", b"\r\n"]))
def test_the_parts_are_those_of_the_standard_library(tree: bytes, end: bytes) -> None:
    raw = (b"From: a@b.example\nMIME-Version: 1.0\n" + tree).replace(b"\n", end)
    _, parts = split_mail(raw, Troubles())
    theirs = leaves(email.message_from_bytes(raw))

    def bare(found: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        return [(kind, content.replace(b"\r\n", b"\n").rstrip()) for kind, content in found]

    assert bare([(part.media_type, part.content()) for part in parts]) == bare(theirs)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_an_encoded_subject_is_what_was_written(text: str) -> None:
    from email.header import Header

    clean = " ".join("".join(letter for letter in text if letter.isprintable() or letter == " ").split())
    if "=?" in clean:
        return
    encoded = Header(clean, "utf-8", maxlinelen=40).encode()
    assert decode_header(encoded.replace("\n", "\r\n")) == " ".join(clean.split())


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?iso-2022-jp?B?GyRCQ21KOBsoQg==?=", "注文"),
        ("=?UTF-8?B?5rOo?= =?UTF-8?B?5paH?=", "注文"),
        ("=?utf-8?b?5rM=?= =?utf-8?b?qA==?=", "注"),  # one character over two words
        ("=?utf-8*en?q?caf=C3=A9?=", "café"),
        ("=?nonsense?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?a_b?=c", "a bc"),
        ("plain =?utf-8?q?b?= plain", "plain b plain"),
        ("=?utf-8?b?%%%?=", ""),
        ("caf\udcc3\udca9", "café"),
        ("caf\udce9", "café"),
    ],
)
def test_encoded_words_of_every_sort(raw: str, text: str) -> None:
    assert decode_header(raw) == text


@pytest.mark.parametrize(
    ("data", "charset", "text", "fits"),
    [
        ("è".encode(), "utf-8", "è", True),
        ("è".encode("latin-1"), "utf-8", "è", False),
        ("è".encode(), "us-ascii", "è", False),
        (b"\x93x\x94", "iso-8859-1", "“x”", True),
        ("注文".encode("shift_jis"), "Shift_JIS", "注文", True),
        (b"abc", "zlib", "abc", False),
        (b"\\u0041", "unicode_escape", "\\u0041", False),
        (b"abc", None, "abc", True),
    ],
)
def test_bytes_are_read_whatever_their_charset_says(data: bytes, charset: str | None, text: str, fits: bool) -> None:
    assert decode_bytes(data, charset) == (text, fits)


def test_a_wrong_charset_is_said() -> None:
    raw = b"From: a@b.example\nContent-Type: text/plain; charset=us-ascii\n\ncaf\xe9"
    assert any("charset" in trouble for trouble in read_mail(raw).troubles)


@settings(deadline=None)
@given(st.text())
def test_every_visible_letter_of_a_page_is_kept(text: str) -> None:
    from html import escape

    words = "".join(letter for letter in text if letter.isprintable() and not 0xD800 <= ord(letter) < 0xE000)
    page = read_page(f"<html><body><table><tr><td><div><p>{escape(words)}</p></div></td></tr></table></body></html>")
    assert "".join(page.text.split()) == "".join(words.split())


def test_a_page_deeper_than_the_parser_goes_keeps_its_words() -> None:
    deep = "<div>" * 5000 + "the innermost words" + "</div>" * 5000
    assert "the innermost words" in read_page(f"<body>{deep}<p>after</p></body>").text
    assert "after" in read_page(f"<body>{deep}<p>after</p></body>").text


def test_scripts_styles_and_links_say_nothing() -> None:
    page = read_page(
        "<style>a{}</style><script>x</script><p>Hi <a href='https://x.example/?sig=1'>there</a></p><!-- no -->"
    )
    assert page.text == "Hi there"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0x", "image/jpeg"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04x", "application/zip"),
        (b"MZ\x90", "application/x-msdownload"),
        (b"<html><p>", "text/html"),
        (b"<svg xmlns=''>", "image/svg+xml"),
        (b"hello", "text/plain"),
        ("é".encode() * 4000, "text/plain"),
        (b"\0\1\2", "application/octet-stream"),
        (b"\xff\xfe\xfd", "application/octet-stream"),
        (b"", "application/x-empty"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
    ],
)
def test_an_attachments_type_is_that_of_its_content(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


def test_attachments_are_listed_with_their_digest() -> None:
    made = buyer_message("See photo", attachments=(("photo.pdf", "application/pdf", b"\xff\xd8\xff\xe0photo"),))
    found = read_mail(bytes(made)).attachments
    assert [(one.name, one.media_type, one.size) for one in found] == [("photo.pdf", "image/jpeg", 9)]
    assert len(found[0].sha256) == 64


@settings(deadline=None)
@given(st.text())
def test_shown_text_obeys_nothing(text: str) -> None:
    out = shown(text)
    assert not any(letter in out for letter in "\u202e\u2066\u200b\ufeff\x00\x1b")
    assert shown(out) == out
    assert flat(flat(text)) == flat(text)
