"""Forwards as the common mail programs write them: the block quoted, starred, in HTML, wrapped, without an address."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from support.mail_maker import ORDER, SENT, Made, notice, plain_mail

from a2z_defense.model.mail import DueKind, MailKind, StartBasis, Trust
from a2z_defense.model.money import Money
from a2z_defense.readers.mail.read import read_mail

SUBJECT = f"Azione richiesta: Richiesta di rimborso ricevuta per l’ordine {ORDER}"
NAME = "Garanzia dalla A alla Z di Amazon"
ADDRESS = "atoz-guarantee-no-reply@amazon.it"
BODY = (
    "Gentile Bottega Inventata,\n\n"
    "abbiamo ricevuto un reclamo dalla A alla Z di 119,00\N{NO-BREAK SPACE}€ per l’ordine\n"
    f"{ORDER}.\n\nRispondi a questa richiesta entro 3 giorni di\ncalendario.\n"
)
QUOTED = "\n".join(f"> {line}" for line in BODY.split("\n"))
TEXTS = {
    "Gmail": "guarda\n\n---------- Forwarded message ---------\n"
    f"Da: {NAME} <{ADDRESS}>\nDate: ven 14 ago 2026 alle ore 09:31\n"
    f"Subject: Azione richiesta: Richiesta di rimborso ricevuta per l’ordine\n {ORDER}\n"
    f"To: <claims@shop.example>\n\n\n{BODY}",
    "Apple Mail": f"Inizio messaggio inoltrato:\n\n> Da: {NAME} <{ADDRESS}>\n> Oggetto: {SUBJECT}\n"
    f"> Data: 14 agosto 2026 alle ore 09:31:00 CEST\n> A: claims@shop.example\n> \n{QUOTED}",
    "Outlook, plain": f"*Da:* {NAME} [mailto:{ADDRESS}]\n*Inviato:* venerdì 14 agosto 2026 09:31\n*A:* me\n"
    f"*Oggetto:* {SUBJECT}\n\n{BODY}",
    "a program that keeps only the name": f"Da: {NAME}\nInviato: venerdì 14 agosto 2026 09:31\nA: me\n"
    f"Oggetto: {SUBJECT}\n\n{BODY}",
    "Thunderbird": f"\n-------- Messaggio Inoltrato --------\nOggetto: \t{SUBJECT}\n"
    f"Data: \tFri, 14 Aug 2026 07:31:00 +0000\n"
    f"Mittente: \t{NAME} <{ADDRESS}>\nA: \tclaims@shop.example\n\n\n{BODY}",
}
OUTLOOK = (
    "<div class=WordSection1><p class=MsoNormal>guarda<o:p></o:p></p><div>"
    '<div style="border:none"><p class=MsoNormal><b>'
    f'<span lang=EN-US>Da:</span></b><span lang=EN-US> {NAME} &lt;<a href="mailto:{ADDRESS}">{ADDRESS}</a>&gt; <br>'
    "<b>Inviato:</b> venerdì 14 agosto 2026 09:31<br><b>A:</b> claims@shop.example<br>"
    f"<b>Oggetto:</b> {SUBJECT}<o:p></o:p></span></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
)


def forward(text: str | None, html: str | None = None) -> Made:
    later = SENT.astimezone(dt.timezone(dt.timedelta(hours=2))) + dt.timedelta(hours=5)
    return plain_mail(f"Fwd: {SUBJECT}", "lia@shop.example", text or "", plain=text, html=html, sent=later)


@pytest.mark.parametrize("program", [*TEXTS, "Outlook"])
def test_the_original_is_found_whatever_program_forwarded_it(program: str) -> None:
    html = OUTLOOK + str(notice("it", "action").html) + "</div>"
    made = forward(None, html) if program == "Outlook" else forward(TEXTS[program])
    found = read_mail(bytes(made))
    assert (found.kind, found.trust) == (MailKind.ACTION_REQUIRED, Trust.UNAUTHENTICATED)
    assert (found.sent_at, found.start_basis) == (SENT, StartBasis.INNER_DATE)
    assert found.order_ids == (ORDER,)
    assert found.sender == ("" if "only the name" in program else ADDRESS)
    assert found.notice is not None
    assert found.notice.amount == Money(amount=Decimal("119.00"), currency="EUR")
    assert [(reading.kind, reading.count) for reading in found.notice.due] == [(DueKind.CALENDAR_DAYS, 3)]
    assert not found.notice.undecided
