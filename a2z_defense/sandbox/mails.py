"""Mails in the shape of Amazon's, with invented people and orders: for the examples, the benches and the tests.

The shape: `multipart/alternative` with one quoted-printable `text/html` part, layout tables in layout tables, all
sentences in one cell, the buyer's words in one `<pre>`, signed links, a pixel, a watermark, Amazon's own headers and
what the receiving server says of them. Signatures are made up: they have the form and the right body hash only.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import quopri
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.charset import SHORTEST, Charset
from email.header import Header
from email.utils import format_datetime

from a2z_defense.model.marketplaces import Marketplace, Region

RECEIVER = "mx.example.net"
"""The invented receiving server whose Authentication-Results stand on top of every mail."""
CLAIM = "A_Z_CLAIM_RESPONDENT_NOTIFY"
DECISION = "A_Z_CLAIM_RESPONDENT_CLOSE"
BUYER = "BBC_MESSAGE_SENT_TO_MERCHANT"
OWN_COPY = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"
RETURN_REQUEST = "RETURN_REQUEST"
REFUND_ISSUED = "REFUND_ISSUED"


@dataclass(frozen=True)
class Letter:
    """A mail before it is written out."""

    marketplace: Marketplace
    at: dt.datetime
    """When Amazon sent it, in any zone; the Date header keeps that zone."""
    subject: str
    sender: str
    display: str
    to: str
    html: str
    notification: str | None = None
    """X-Space-Notification-Type."""
    authentication: str | None = "pass"
    """`pass`, `fail`, or None for a mail that no server has judged."""
    reply_to: str | None = None
    references: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = field(default=())


def write(letter: Letter) -> bytes:
    """The mail as bytes, lines ended by LF. The same letter always gives the same bytes."""
    key = hashlib.sha256(f"{letter.sender}{letter.at.isoformat()}{letter.subject}{letter.html}".encode()).hexdigest()
    boundary = f"----=_Part_{int(key[:6], 16)}_{int(key[6:14], 16)}.{int(key[14:24], 16)}"
    part = quopri.encodestring(letter.html.encode("utf-8"), quotetabs=False).replace(b"\r\n", b"\n")
    body = (
        (
            f"--{boundary}\nContent-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        ).encode()
        + part.rstrip(b"\n")
        + f"\n--{boundary}--\n".encode()
    )
    lines = [
        *_received(letter, key),
        *_signature(letter, key, body),
        f"Date: {format_datetime(letter.at)}",
        f"From: {_encoded(letter.display)} <{letter.sender}>",
        *([f"Reply-To: {letter.reply_to}"] if letter.reply_to else []),
        f"To: {letter.to}",
        f"Message-ID: {message_id(letter)}",
        *([f"In-Reply-To: {letter.references[-1]}"] if letter.references else []),
        *([f"References: {' '.join(letter.references)}"] if letter.references else []),
        f"Subject: {_encoded(letter.subject, first='Subject: ')}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative;\n boundary="{boundary}"',
        *([f"X-Space-Notification-Type: {letter.notification}"] if letter.notification else []),
        *([f"X-Marketplace-ID: {letter.marketplace.id}"] if letter.notification else []),
        *(f"{name}: {value}" for name, value in letter.extra),
        f"Feedback-ID: {key[:8]}::1.eu-west-1.{key[8:20]}:AmazonSES",
    ]
    return ("\n".join(lines) + "\n\n").encode("ascii") + body


def message_id(letter: Letter) -> str:
    """The Message-ID that `write` gives the letter."""
    key = hashlib.sha256(f"id{letter.sender}{letter.at.isoformat()}{letter.subject}".encode()).hexdigest()
    parts = (f"0102{key[:12]}", key[12:20], key[20:24], key[24:28], key[28:32], key[32:44])
    return f"<{'-'.join(parts)}-000000@{_ses(letter)}.amazonses.com>"


def _ses(letter: Letter) -> str:
    return {Region.EU: "eu-west-1", Region.NA: "us-east-1", Region.FE: "us-west-2"}[letter.marketplace.region]


def _received(letter: Letter, key: str) -> list[str]:
    arrived = letter.at + dt.timedelta(seconds=2 + int(key[:2], 16) % 7)
    server = f"a{int(key[:2], 16) % 90 + 10}-{int(key[2:4], 16) % 90 + 10}.smtp-out.{_ses(letter)}.amazonses.com"
    address = f"198.51.100.{int(key[4:6], 16) % 250 + 1}"
    lines = [f"Return-Path: <0102{key[:40]}@bounces.{letter.sender.partition('@')[2]}>"]
    if letter.authentication:
        verdict, domain = letter.authentication, letter.sender.partition("@")[2]
        lines.append(
            f"Authentication-Results: {RECEIVER};\n"
            f" dkim={verdict} header.d={domain} header.s=sel{key[:6]} header.b={key[6:14]};\n"
            f" spf={verdict} smtp.mailfrom=bounces.{domain};\n"
            f" dmarc={verdict} header.from={domain}"
        )
    lines.append(
        f"Received: from {server} ({server} [{address}])\n"
        f"\tby {RECEIVER} with ESMTPS id {key[:16]}\n\tfor <{letter.to}>; {format_datetime(arrived)}"
    )
    return lines


def _signature(letter: Letter, key: str, body: bytes) -> list[str]:
    if letter.authentication is None:
        return []
    digest = base64.b64encode(hashlib.sha256(_relaxed(body)).digest()).decode()
    made_up = base64.b64encode(hashlib.sha512(key.encode()).digest() * 2).decode()
    return [
        f"DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/relaxed; s=sel{key[:6]};\n"
        f"\td={letter.sender.partition('@')[2]}; t={int(letter.at.timestamp())};\n"
        "\th=Date:From:To:Message-ID:Subject:MIME-Version:Content-Type;\n"
        f"\tbh={digest};\n"
        f"\tb={made_up[:70]}\n\t {made_up[70:140]}\n\t {made_up[140:]}"
    ]


def _relaxed(body: bytes) -> bytes:
    """The body in DKIM's relaxed form (RFC 6376, 3.4.4), so that the body hash is right."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join(lines) + b"\r\n" if lines else b""


def _encoded(text: str, *, first: str = "From: ") -> str:
    """RFC 2047 words when the text needs them, split over lines as Amazon's mailer does."""
    if text.isascii():
        return f'"{text}"' if "," in text and first == "From: " else text
    # a charset of our own: other libraries change the one that all of a process share
    charset = Charset("utf-8")
    charset.header_encoding = SHORTEST
    return Header(text, charset, maxlinelen=64, header_name=first[:-2]).encode(linesep="\n")


# --- the HTML ------------------------------------------------------------------------------------------------------


def page(cell: str, *, marketplace: Marketplace, key: str, footer: Iterable[str] = ()) -> str:
    """Amazon's page around one cell of content: tables in tables, a logo, a pixel, a watermark."""
    shop = f"www.{marketplace.domain}"
    watermark = f"SPC-{'EU' if marketplace.region is Region.EU else 'US'}Amazon-{int(_digest(key)[:12], 16)}"
    small = "<br>\n".join(footer)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<style type="text/css">.body {{ font-family: Arial, sans-serif; font-size: 14px }} td {{ padding: 0 }}</style></head>
<body class="body"><table width="100%" border="0" cellpadding="0" cellspacing="0"><tbody><tr><td align="center">
<table width="600" border="0" cellpadding="0" cellspacing="0"><tbody>
<tr><td><table width="100%"><tbody><tr><td><a href="https://{shop}/gp/r.html?R={_digest(key)[:12]}&amp;S={_digest(key)[12:40]}"><img alt="Amazon" src="https://images.{marketplace.domain}/logo.png" width="120" height="36"></a></td></tr></tbody></table></td></tr>
<tr><td><table width="100%" cellpadding="12"><tbody><tr><td style="line-height:1.5">
{cell}
</td></tr></tbody></table></td></tr>
<tr><td><table width="100%"><tbody><tr><td style="color:#777777; font-size:11px">{small}<br>
{watermark}</td></tr></tbody></table></td></tr>
</tbody></table></td></tr></tbody></table>
<img src="https://{shop}/gp/r.html?C={_digest(key)[:10]}&amp;T=O&amp;U=pixel.png" width="1" height="1" alt="">
</body></html>
"""  # noqa: E501 one line of markup is one line


def sentences(lines: Sequence[str]) -> str:
    """Amazon's way with paragraphs: sentences in one cell, `<br>` between them. An empty line makes a gap."""
    return "<br>\n".join(html.escape(line, quote=False) if line else "" for line in lines)


def message_cell(*, order_id: str, item: str, asin: str, words: str, begin: str, end: str, greeting: str) -> str:
    """A buyer-seller message: item line, delimiters of 13 dashes, the words in one `<pre>`."""
    dashes = "-" * 13
    return "\n".join(
        [
            f"{html.escape(greeting)}<br><br>",
            f"# {order_id}:<br>",
            f"1 / {html.escape(item)} [ASIN: {asin}]<br><br>",
            f"{dashes} {html.escape(begin)} {dashes}<br>",
            f'<pre style="white-space:pre-wrap; font-family:inherit">{html.escape(words, quote=False)}</pre>',
            f"{dashes} {html.escape(end)} {dashes}<br>",
        ]
    )


def message_footer(marketplace: Marketplace, key: str) -> tuple[str, ...]:
    """What stands below a buyer's message: token, survey and signed links, the retention note."""
    shop = f"https://sellercentral.{marketplace.domain}"
    digest = _digest(f"footer{key}")
    return (
        f'<a href="{shop}/messaging/no-response-needed?token={digest[:32]}&amp;signature={digest[32:60]}">'
        "No response needed</a>",
        f'<a href="https://www.{marketplace.domain}/survey?customAttribute1Value=BBC_MESSAGE_SENT_TO_MERCHANT'
        f'&amp;id={digest[:12]}">Was this email helpful?</a>',
        f'<a href="{shop}/messaging/report?token={digest[20:52]}">Report questionable activity</a>',
        "Copyright Amazon.com, Inc. or its affiliates. All rights reserved. Messages are kept for two years.",
        f"[commMgrTok:{digest[:14].upper()}]",
    )


def table_cell(lead: Sequence[str], header: Sequence[str], rows: Sequence[Sequence[str]], after: Sequence[str]) -> str:
    """A return request's or refund's body: list items, a table with padded cells, lines after it."""
    items = "".join(f"<li>{html.escape(line, quote=False)}</li>\n" for line in lead)
    head = "".join(f"<th>{html.escape(name)}</th>" for name in header)
    body = "\n".join("<tr>" + "".join(f"<td>{html.escape(value)}</td>" for value in row) + "</tr>" for row in rows)
    return (
        f'<ul>\n{items}</ul>\n<table border="1" cellpadding="10"><tbody><tr>{head}</tr>\n{body}\n</tbody></table><br>\n'
        + sentences(after)
    )


def alias(name: str, marketplace: Marketplace, case: str = "") -> str:
    """The relay address of an invented buyer; the part after `+` is the case."""
    local = base64.b32encode(hashlib.sha256(f"buyer {name}".encode()).digest())[:14].decode().lower()
    return f"{local}{'+' + case if case else ''}@marketplace.{marketplace.domain}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
