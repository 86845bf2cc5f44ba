"""A claim after another one on the same order: whose notice is whose, and what the second takes from the first."""

from __future__ import annotations

import datetime as dt

import pytest
from support.mail_maker import ORDER, SENT, Made, buyer_message, layout, notice

from a2z_defense.model.case import Case, ReasonSource
from a2z_defense.model.circumstances import Circumstances
from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.model.mail import MailKind, Reason
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.reason import reason_of
from a2z_defense.policy.tables import load_tables
from a2z_defense.readers.assemble import assemble

DAY = dt.timedelta(days=1)
STATED = layout(
    f"We received an A-to-z Guarantee claim of $19.00 on the order {ORDER}.",
    "The buyer says that the item did not arrive.",
    "You do not need to do anything at this time.",
)


def piece(mail: Made) -> Piece:
    body = bytes(mail)
    provenance = Provenance(source="mail", operation="eml", obtained_at=SENT + 30 * DAY)
    return as_piece(Observation(EvidenceKind.MAIL, str(hash(body)), body, "message/rfc822", provenance))


FIRST = notice("en", "received", html=STATED)
GRANTED = notice("en", "granted_amazon", sent=SENT + 5 * DAY, message_id="<granted@amazonses.com>")
SECOND = notice("en", "received", sent=SENT + 10 * DAY, message_id="<second@amazonses.com>")
OPENS = SENT + 10 * DAY


def case(number: int, *more: Made) -> Case:
    around = Circumstances(
        claim_id=ORDER if number == 1 else f"{ORDER}.{number}",
        order_id=ORDER,
        number=number,
        opens_at=OPENS if number > 1 else None,
        ends_at=OPENS if number == 1 else None,
    )
    return assemble(around, [piece(mail) for mail in (FIRST, GRANTED, SECOND, *more)])


def test_each_notice_belongs_to_one_claim_and_the_second_knows_those_before_it() -> None:
    first, second = case(1), case(2)
    assert [mail.read.kind for mail in first.notices] == [MailKind.CLAIM_RECEIVED, MailKind.DECISION]
    assert first.earlier_notices == ()
    assert [mail.read.sent_at for mail in second.notices] == [OPENS]
    assert [mail.evidence for mail in second.earlier_notices] == [mail.evidence for mail in first.notices]
    assert {mail.evidence for mail in second.earlier_notices} <= {found.id for found in second.evidence}


def test_the_second_claim_is_told_what_the_first_ones_notice_states_and_does_not_take_it() -> None:
    tables = load_tables()
    stated = reason_of(facts_of(case(1), tables))
    assert (stated.key, stated.source) == (Reason.NOT_RECEIVED, ReasonSource.STATED)
    told = reason_of(facts_of(case(2), tables))
    assert (told.key, told.exhibit) == (Reason.UNKNOWN, None)
    assert "an earlier claim on this order stated not received" in told.why


@pytest.mark.parametrize(("days", "expected"), [(3, Reason.NOT_AS_DESCRIBED), (-3, Reason.UNKNOWN)])
def test_only_a_message_after_the_first_claims_notice_speaks_of_the_second(days: int, expected: Reason) -> None:
    broken = buyer_message("The lamp arrived broken.", sent=SENT + days * DAY, message_id="<m@amazonses.com>")
    assert reason_of(facts_of(case(2, broken), load_tables())).key is expected
