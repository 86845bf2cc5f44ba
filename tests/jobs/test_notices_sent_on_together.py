"""A forward that holds several notices opens every claim, each with its own clock; what is no claim is said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from support.homes import environment
from support.mail_maker import SENT, Made, notice, plain_mail

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.fetch import Fetched, FetchWanted, fetch
from a2z_defense.jobs.listing import listed
from a2z_defense.model.assessment import DeadlineKind

FIRST, SECOND = "402-1111111-1111111", "402-2222222-2222222"


def request(order: str, hours: int) -> Made:
    made = notice("en", "action", order=order)
    made.subject = f"Action required: Claim received on order {order}"
    made.html = f"<p>We received an A-to-z Guarantee claim of $5.00 on the order {order}.</p>"
    made.html += f"<p>Please respond within {hours} hours.</p>"
    return made


def arrived(root: Path, *mails: Made) -> tuple[Environment, Fetched]:
    found = environment(root, now=SENT + dt.timedelta(hours=1))
    folder = root / "mail"
    folder.mkdir()
    for number, mail in enumerate(mails):
        (folder / f"{number}.eml").write_bytes(bytes(mail))
    return found, fetch(found, FetchWanted(mail=(str(folder),), spapi=False))


def forward(*mails: Made) -> Made:
    files = tuple((f"{number}.eml", "message/rfc822", bytes(mail)) for number, mail in enumerate(mails))
    return plain_mail("Fwd: two claims", "lia@shop.example", "both, please", attachments=files)


def test_two_attached_notices_open_two_claims_with_their_own_deadlines(tmp_path: Path) -> None:
    found, told = arrived(tmp_path, forward(request(FIRST, 72), request(SECOND, 24)))
    assert {row.claim_id for row in listed(found, everything=True)[0]} == {FIRST, SECOND}
    assert told.errors == ()
    for order, hours in ((FIRST, 72), (SECOND, 24)):
        judged = judge(found, order)
        deadline = judged.assessment.deadline
        assert (deadline.kind, deadline.act_by) == (DeadlineKind.RESPONSE, SENT + dt.timedelta(hours=hours))
        assert len(judged.gathered.case.notices) == 1


def test_two_notices_of_one_order_in_one_forward_are_both_in_its_case(tmp_path: Path) -> None:
    found, _ = arrived(tmp_path, forward(notice("en", "received", order=FIRST), request(FIRST, 24)))
    judged = judge(found, FIRST)
    assert len(judged.gathered.case.notices) == 2
    assert judged.assessment.deadline.kind is DeadlineKind.RESPONSE
    assert judged.assessment.deadline.act_by == SENT + dt.timedelta(hours=24)


def test_a_mail_of_another_programme_about_an_order_is_told(tmp_path: Path) -> None:
    mail = plain_mail(
        f"Your SAFE-T claim 12345 for order {FIRST}: more information needed",
        "safe-t-no-reply@amazon.co.uk",
        "Please respond within 7 days.",
    )
    found, told = arrived(tmp_path, mail)
    assert listed(found, everything=True)[0] == []
    assert any("SAFE-T" in line and FIRST in line for line in told.answer.warnings)
