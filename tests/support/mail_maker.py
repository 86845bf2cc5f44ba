"""Synthetic mails in the shapes of real ones: invented people, invented orders. One builder per kind."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import quopri
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime
from html import escape

ORDER = "402-1234567-7654321"
SENT = dt.datetime(2026, 8, 14, 7, 31, tzinfo=dt.UTC)
MARKETPLACES = {
    "it": "APJ6JRA9NG5V4",
    "com": "ATVPDKIKX0DER",
    "de": "A1PA6795UKMFR9",
    "es": "A1RKKUPIHCS9HS",
    "fr": "A13V1IB3VIYZZH",
    "co.uk": "A1F83G8C2ARO7P",
    "co.jp": "A1VC38T7YXB528",
}
PASS = (
    "mx.shop.example; dkim=pass header.d=amazon.{tld}; spf=pass smtp.mailfrom=bounces.amazon.{tld}; "
    "dmarc=pass header.from=amazon.{tld}"
)
FAIL = (
    "mx.shop.example; dkim=fail header.d=amazon.{tld}; spf=fail smtp.mailfrom=amazon.{tld}; "
    "dmarc=fail header.from=amazon.{tld}"
)


@dataclass
class Made:
    """A mail to be built. Change a field, then `bytes()`."""

    subject: str = f"Claim received on order {ORDER}"
    sender: str = '"Amazon" <atoz-guarantee-no-reply@amazon.it>'
    to: str = "claims@shop.example"
    html: str | None = None
    plain: str | None = None
    sent: dt.datetime | None = SENT
    message_id: str | None = "<0102@eu-west-1.amazonses.com>"
    type: str | None = None
    marketplace_id: str | None = None
    authentication: tuple[str, ...] = ()
    received: tuple[dt.datetime, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    """(file name, media type, content)."""
    encode_subject: bool = True
    charset: str = "utf-8"

    def __bytes__(self) -> bytes:
        lines: list[str] = [f"Authentication-Results: {line}" for line in self.authentication]
        for when in self.received:
            lines.append(f"Received: from a.amazonses.com by mx.shop.example with ESMTPS; {format_datetime(when)}")
        lines.append(f"From: {_encoded(self.sender)}")
        lines.append(f"To: {self.to}")
        subject = (
            Header(self.subject, "utf-8", maxlinelen=60).encode(linesep="\r\n") if self.encode_subject else self.subject
        )
        lines.append(f"Subject: {subject}")
        if self.sent is not None:
            lines.append(f"Date: {format_datetime(self.sent)}")
        if self.message_id:
            lines.append(f"Message-ID: {self.message_id}")
        if self.type:
            lines.append(f"X-Space-Notification-Type: {self.type}")
        if self.marketplace_id:
            lines.append(f"X-Marketplace-ID: {self.marketplace_id}")
        lines.extend(f"{name}: {value}" for name, value in self.headers)
        lines.append("MIME-Version: 1.0")
        parts: list[bytes] = []
        if self.plain is not None:
            parts.append(_text("plain", self.plain, self.charset))
        if self.html is not None:
            parts.append(_text("html", self.html, self.charset))
        parts.extend(_attachment(*given) for given in self.attachments)
        kind = "mixed" if self.attachments else "alternative"
        boundary = f"----=_Part_{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"
        lines.append(f'Content-Type: multipart/{kind}; boundary="{boundary}"')
        line = f"--{boundary}".encode()
        body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
        return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def _encoded(address: str) -> str:
    name, at, rest = address.partition(" <")
    return address if address.isascii() else f"{Header(name.strip(chr(34)), 'utf-8').encode()}{at}{rest}"


def _text(kind: str, text: str, charset: str) -> bytes:
    content = quopri.encodestring(text.encode(charset, "replace")).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + content


def _attachment(name: str, media_type: str, content: bytes) -> bytes:
    if media_type == "message/rfc822":
        return f'Content-Type: message/rfc822; name="{name}"\r\n\r\n'.encode() + content
    head = (
        f'Content-Type: {media_type}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def layout(*sentences: str, watermark: str = "SPC-EUAmazon-104811111111111") -> str:
    """Amazon's deep layout tables around sentences that are separated by `<br>`."""
    words = "<br>\n<br>\n".join(sentences)
    return (
        "<html><head><style>td {font: 12px}</style></head><body><table><tbody><tr><td><table><tr><td>"
        '<img src="https://www.amazon.example/logo.gif?sig=abc" alt=""></td></tr><tr><td>'
        f'<table><tbody><tr><td style="x">{words}</td></tr></tbody></table></td></tr></table>'
        f"</td></tr></tbody></table><p>{watermark}</p>"
        '<img width="1" src="https://track.example/p?x=1"></body></html>'
    )


WORDS = {
    ("en", "received"): (
        "Hello Invented Store,",
        "We received an A-to-z Guarantee claim of {amount} on the order {order}.",
        "What do I need to do?",
        "You do not need to do anything at this time. If we need more information, we will contact you and "
        "you must respond within 3 calendar days.",
    ),
    ("en", "action"): (
        "Hello Invented Store,",
        "We received an A-to-z Guarantee claim of {amount} on the order {order}.",
        "Please respond to this claim within 72 hours.",
    ),
    ("en", "granted_seller"): (
        "Hello Invented Store,",
        "We have granted an A-to-z Guarantee claim of {amount} on the order {order}.",
        "Why is this happening?",
        "The tracking information shows that the package did not arrive.",
        "We will not count the claim against your ODR, but will debit your account.",
    ),
    ("en", "granted_amazon"): (
        "Hello Invented Store,",
        "We have granted an A-to-z Guarantee claim of {amount} on the order {order}.",
        "Why is this happening?",
        "We believe that you should not be held responsible, and we covered the cost. "
        "We will not count the claim against your ODR.",
    ),
    ("en", "denied"): (
        "Hello Invented Store,",
        "We have decided an A-to-z Guarantee claim of {amount} on the order {order} in your favor.",
    ),
    ("it", "received"): (
        "Gentile Bottega Inventata,",
        "abbiamo ricevuto un reclamo dalla A alla Z di {amount} per l’ordine {order}.",
        "Al momento non è necessario intraprendere alcuna azione.",
        "Se avremo bisogno di ulteriori informazioni ti scriveremo. In tal caso dovrai rispondere entro 3 giorni "
        "di calendario.",
    ),
    ("it", "action"): (
        "Gentile Bottega Inventata,",
        "abbiamo ricevuto un reclamo dalla A alla Z di {amount} per l’ordine {order}.",
        "Rispondi a questa richiesta entro 3 giorni di calendario.",
    ),
}
SUBJECTS = {
    ("en", "received"): "Claim received on order {order}",
    ("en", "action"): "Action required: Claim received on order {order}",
    ("en", "granted_seller"): "Claim decision on order {order}",
    ("en", "granted_amazon"): "Claim decision on order {order}",
    ("en", "denied"): "Claim decision on order {order}",
    ("it", "received"): "Richiesta di rimborso ricevuta per l’ordine {order}",
    ("it", "action"): "Azione richiesta: Richiesta di rimborso ricevuta per l’ordine {order}",
}
AMOUNTS = {"en": "$1,019.00", "it": "119,00\N{NO-BREAK SPACE}€"}
TLDS = {"en": "com", "it": "it"}


def notice(language: str, what: str, *, order: str = ORDER, amount: str | None = None, **changes: object) -> Made:
    """A claim notice or decision, as Amazon sends it."""
    tld = TLDS[language]
    words = [line.format(amount=amount or AMOUNTS[language], order=order) for line in WORDS[language, what]]
    name = {"en": "Amazon A-to-z Guarantee", "it": "Garanzia dalla A alla Z di Amazon"}[language]
    made = Made(
        subject=SUBJECTS[language, what].format(order=order),
        sender=f'"{name}" <atoz-guarantee-no-reply@amazon.{tld}>',
        html=layout(*words),
        type="A_Z_CLAIM_RESPONDENT_NOTIFY" if what in ("received", "action") else "A_Z_CLAIM_RESPONDENT_CLOSE",
        marketplace_id=MARKETPLACES[tld],
    )
    for key, value in changes.items():
        setattr(made, key, value)
    return made


def buyer_message(
    text: str,
    *,
    tld: str = "com",
    order: str | None = ORDER,
    name: str = "Ada Invented",
    alias: str = "abcd1234efgh",
    case: str | None = "0f1e2d3c",
    **changes: object,
) -> Made:
    """A buyer's message, as the relay sends it: the words in one `<pre>`, Amazon's frame around."""
    plus = f"+{case}" if case else ""
    about = f" (Order: {order})" if order else ""
    made = Made(
        subject=f"Order delivery inquiry from Amazon customer {name}{about}",
        sender=f'"{name} - Amazon Marketplace" <{alias}{plus}@marketplace.amazon.{tld}>',
        html=(
            f"<html><body><p>You have received a message.</p><p># {order or ''}:</p>"
            "<p>1 / Invented Lamp [ASIN: B0INVENTED]</p>"
            f"<p>------------- Begin message -------------</p><pre>{escape(text)}</pre>"
            "<p>------------- End message -------------</p><p>[commMgrTok:A1B2C3D4E5F6]</p>"
            "<a href='https://www.amazon.example/messaging/no-response-needed?sig=zzz'>No response needed</a>"
            "<p>Copyright 2026 Amazon, Inc.</p></body></html>"
        ),
        type="BBC_MESSAGE_SENT_TO_MERCHANT",
        marketplace_id=MARKETPLACES[tld],
        message_id="<buyer-1@eu-west-1.amazonses.com>",
    )
    for key, value in changes.items():
        setattr(made, key, value)
    return made


@dataclass
class Labels:
    """The labels of one language's forward block."""

    sender: str
    sent: str
    to: str
    subject: str
    date: str


FORWARD_LABELS = {
    "en": Labels("From", "Sent", "To", "Subject", "Friday, August 14, 2026 9:31 AM"),
    "de": Labels("Von", "Gesendet", "An", "Betreff", "Freitag, 14. August 2026 09:31"),
    "it": Labels("Da", "Inviato", "A", "Oggetto", "venerdì 14 agosto 2026 09:31"),
    "fr": Labels("De", "Envoyé", "À", "Objet", "vendredi 14 août 2026 09:31"),
    "es": Labels("De", "Enviado", "Para", "Asunto", "viernes, 14 de agosto de 2026 9:31"),
    "pt": Labels("De", "Enviado", "Para", "Assunto", "sexta-feira, 14 de agosto de 2026 09:31"),
    "nl": Labels("Van", "Verzonden", "Aan", "Onderwerp", "vrijdag 14 augustus 2026 09:31"),
    "pl": Labels("Od", "Wysłano", "Do", "Temat", "piątek, 14 sierpnia 2026 09:31"),
    "sv": Labels("Från", "Skickat", "Till", "Ämne", "den 14 augusti 2026 09:31"),
    "tr": Labels("Kimden", "Gönderildi", "Kime", "Konu", "14 Ağustos 2026 Cuma 09:31"),
    "ja": Labels("差出人", "送信日時", "宛先", "件名", "2026年8月14日 9:31"),
    "zh": Labels("发件人", "发送时间", "收件人", "主题", "2026年8月14日 9:31"),
    "ar": Labels("من", "تاريخ الإرسال", "إلى", "الموضوع", "14/08/2026 09:31"),
}


def forwarded(
    original: Made,
    language: str = "en",
    *,
    block: bool = True,
    prefix: str = "FW: ",
    comment: str = "see below",
    dated: bool = True,
    **changes: object,
) -> Made:
    """`original` as a person forwards it by hand: Amazon's headers gone, a quoted header block above the words."""
    labels = FORWARD_LABELS[language]
    lines = [
        f"<b>{labels.sender}:</b> {escape(original.sender)}<br>",
        f"<b>{labels.sent}:</b> {labels.date}<br>" if dated else "",
        f"<b>{labels.to}:</b> claims@shop.example<br>",
        f"<b>{labels.subject}:</b> {escape(original.subject)}<br>",
    ]
    head = f"<p>{escape(comment)}</p>" + (f"<div>{''.join(lines)}</div><br>" if block else "")
    body = original.html if original.html is not None else f"<pre>{escape(original.plain or '')}</pre>"
    made = Made(
        subject=prefix + original.subject,
        sender='"Lia Inventata" <lia@shop.example>',
        html=head + body,
        sent=SENT.astimezone(dt.timezone(dt.timedelta(hours=2))) + dt.timedelta(hours=5),
        message_id="<forward-1@shop.example>",
    )
    for key, value in changes.items():
        setattr(made, key, value)
    return made


def return_request(**changes: object) -> Made:
    """A return request: list items, one data table, the label's carrier."""
    cells = "</td><td>".join
    head = cells(["Item", "ASIN", "SKU", "Quantity", "Return reason", "Customer comment"])
    row = cells(
        ["Invented Lamp", "B0INVENTED", "LAMP-1", "2", "Item defective or doesn't work", "It does not light up"]
    )
    made = Made(
        subject=f"Return authorization request for order {ORDER}",
        sender='"Amazon" <donotreply@amazon.com>',
        html=(
            f"<html><body><ul><li>Order ID: {ORDER}</li><li>Return request date: 2026-08-10</li>"
            "<li>Within policy: yes</li><li>Return authorization: Authorized</li></ul>"
            f'<table cellpadding="10"><tr><td>{head}</td></tr><tr><td>{row}</td></tr></table>'
            "<p>Return carrier: Invented Post</p><p>Return tracking number: IP123456785IT</p></body></html>"
        ),
        type="RETURN_REQUEST",
        marketplace_id=MARKETPLACES["it"],
        message_id="<return-1@eu-west-1.amazonses.com>",
    )
    for key, value in changes.items():
        setattr(made, key, value)
    return made


def refund_issued(**changes: object) -> Made:
    """A "refund initiated" mail, with the amount in the subject as Amazon writes it there."""
    cells = "</td><td>".join
    head = cells(
        ["Articolo", "ASIN", "SKU", "Quantità", "Rimborso articolo", "Rimborso spedizione", "Motivo del rimborso"]
    )
    row = cells(["Lampada inventata", "B0INVENTED", "LAMP-1", "1", "EUR 164.01", "EUR 5", "Reso del cliente"])
    made = Made(
        subject=f"rimborso 169.01 EUR avviato - ordine {ORDER}",
        sender='"Amazon" <donotreply@amazon.com>',
        html=(
            f"<html><body><ul><li>ID ordine: {ORDER}</li></ul>"
            f"<table><tr><td>{head}</td></tr><tr><td>{row}</td></tr></table></body></html>"
        ),
        type="REFUND_ISSUED",
        marketplace_id=MARKETPLACES["it"],
        message_id="<refund-1@eu-west-1.amazonses.com>",
    )
    for key, value in changes.items():
        setattr(made, key, value)
    return made


def plain_mail(subject: str, sender: str, text: str, **changes: object) -> Made:
    """Any other mail, with one plain part."""
    made = Made(subject=subject, sender=sender, plain=text, message_id="<plain-1@mail.example>")
    for key, value in changes.items():
        setattr(made, key, value)
    return made
