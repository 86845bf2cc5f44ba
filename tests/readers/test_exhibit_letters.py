"""Exhibits are lettered as a person looks for them: what came in at once, by the time that it happened."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from a2z_defense.model.circumstances import Circumstances
from a2z_defense.model.entries import Entry, EntryKind
from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.readers.assemble import assemble

ORDER = "402-1234567-7654321"
AT = dt.datetime(2026, 11, 12, 9, 0, tzinfo=dt.UTC)


def mail(day: int, obtained: dt.datetime = AT) -> Piece:
    message = EmailMessage()
    message["From"] = "invented0buyer@marketplace.amazon.it"
    message["To"] = "shop@example.com"
    message["Subject"] = f"Order delivery inquiry from Amazon customer Invented (Order: {ORDER})"
    message["Date"] = format_datetime(dt.datetime(2026, 11, day, 8, 0, tzinfo=dt.UTC))
    message["Message-ID"] = f"<{day}@example.com>"
    message.set_content(f"Invented words of day {day}.")
    provenance = Provenance(source="mail", obtained_at=obtained)
    return as_piece(Observation(EvidenceKind.MAIL, ORDER, bytes(message), "message/rfc822", provenance))


def said(value: str) -> Piece:
    entry = Entry(id="", kind=EntryKind.STATED, claim_id=ORDER, at=AT, fact="signed_by", value=value)
    body = entry.model_dump_json(exclude_none=True).encode()
    provenance = Provenance(source="seller", obtained_at=AT)
    return as_piece(Observation(EvidenceKind.ENTRY, ORDER, body, "application/json", provenance))


@pytest.mark.parametrize("turned", [False, True])
def test_what_came_in_at_once_is_lettered_in_the_order_in_which_it_happened(turned: bool) -> None:
    mails, entries = [mail(day) for day in (3, 5, 6, 8, 9)], [said(name) for name in ("a", "b", "c", "d")]
    around = Circumstances(claim_id=ORDER, order_id=ORDER, number=1)
    case = assemble(around, [*entries, *(mails[::-1] if turned else mails)])
    assert [one.id for one in case.evidence] == [piece.evidence.id for piece in (*mails, *entries)]


def test_what_comes_in_later_takes_no_letter_that_was_given() -> None:
    first, late = [mail(5), mail(8)], mail(3, AT + dt.timedelta(hours=4))
    around = Circumstances(claim_id=ORDER, order_id=ORDER, number=1)
    case = assemble(around, [*first, late])
    assert [one.id for one in case.evidence] == [piece.evidence.id for piece in (*first, late)]
