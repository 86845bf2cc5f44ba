"""Which mail belongs to which claim, and when an order gets a second claim."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from support.homes import environment
from support.mail_maker import ORDER, SENT, Made, buyer_message, forwarded, notice, plain_mail

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.by_hand import add_claim
from a2z_defense.jobs.check import judge
from a2z_defense.jobs.entries import new_entry
from a2z_defense.jobs.fetch import Fetched, FetchWanted, fetch
from a2z_defense.jobs.listing import listed
from a2z_defense.jobs.record import record
from a2z_defense.jobs.show import show
from a2z_defense.model.assessment import DeadlineKind
from a2z_defense.model.entries import EntryKind, RecordKind

OTHER = "305-7654321-1234567"
DAY = dt.timedelta(days=1)


def shop(root: Path, *, now: dt.datetime = SENT + 2 * DAY) -> Environment:
    return environment(root, now=now)


def arrive(found: Environment, root: Path, *mails: Made) -> Fetched:
    """The mails lie in a folder of their own and are fetched."""
    folder = root / f"mail-{len(list(root.glob('mail-*')))}"
    folder.mkdir()
    for number, mail in enumerate(mails):
        (folder / f"{number}.eml").write_bytes(bytes(mail))
    return fetch(found, FetchWanted(mail=(str(folder),), spapi=False))


def claim_ids(found: Environment) -> set[str]:
    return {claim.claim_id for claim in listed(found, everything=True)[0]}


def messages_of(found: Environment, claim: str) -> list[tuple[str, str]]:
    case = judge(found, claim).gathered.case
    return [(m.read.message.text if m.read.message else "", m.threaded_by) for m in case.messages]


def test_a_message_that_names_no_order_is_threaded_by_the_buyers_alias(tmp_path: Path) -> None:
    found = shop(tmp_path)
    named = buyer_message("Where is my lamp?", tld="it", message_id="<m1@amazonses.com>")
    unnamed = buyer_message("And still nothing.", tld="it", order=None, message_id="<m2@amazonses.com>")
    stranger = buyer_message(
        "Another shopper.", tld="it", order=None, alias="zzzz9999yyyy", message_id="<m3@amazonses.com>"
    )
    arrive(found, tmp_path, notice("it", "received"), named, unnamed, stranger)
    assert sorted(messages_of(found, ORDER)) == [("And still nothing.", "case"), ("Where is my lamp?", "order_id")]


def test_one_mail_from_two_mailboxes_is_one_exhibit_with_both_origins(tmp_path: Path) -> None:
    found = shop(tmp_path)
    arrive(found, tmp_path, notice("it", "action"))
    box = tmp_path / "all.mbox"
    raw = bytes(notice("it", "action")).replace(b"\r\n", b"\n")
    box.write_bytes(b"From a@b.example Fri Aug 14 07:31:00 2026\n" + raw + b"\n")
    assert fetch(found, FetchWanted(mail=(str(box),), spapi=False)).answer.claims[0].evidence_added == 0
    mails = [piece for piece in show(found, ORDER).evidence if piece.kind == "mail"]
    assert [piece.origins for piece in mails] == [("0.eml", "all.mbox@0")]


def test_an_answer_in_the_thread_is_found_by_its_references(tmp_path: Path) -> None:
    found = shop(tmp_path)
    asked = buyer_message("Where is my lamp?", tld="it", message_id="<m1@amazonses.com>")
    answered = plain_mail(
        "RE: Order delivery inquiry",
        "Shop <claims@shop.example>",
        "It was delivered yesterday.",
        to="abcd1234efgh@marketplace.amazon.it",
        message_id="<m2@shop.example>",
        headers=(("In-Reply-To", "<m1@amazonses.com>"), ("References", "<m1@amazonses.com>")),
    )
    arrive(found, tmp_path, notice("it", "received"), asked, answered)
    assert len(messages_of(found, ORDER)) == 2


def test_messages_of_another_order_of_the_same_buyer_stay_with_that_order(tmp_path: Path) -> None:
    found = shop(tmp_path)
    mine = buyer_message("About the lamp.", tld="it", message_id="<m1@amazonses.com>")
    other = buyer_message("About the chair.", tld="it", order=OTHER, message_id="<m2@amazonses.com>")
    arrive(found, tmp_path, notice("it", "received"), mine, other)
    assert [text for text, _ in messages_of(found, ORDER)] == ["About the lamp."]


def test_the_case_of_the_alias_tells_the_orders_of_one_buyer_apart(tmp_path: Path) -> None:
    found = shop(tmp_path)
    arrive(
        found,
        tmp_path,
        notice("it", "received"),
        notice("it", "received", order=OTHER, message_id="<n2@amazonses.com>"),
        buyer_message("About the lamp.", tld="it", case="11111111", message_id="<m1@amazonses.com>"),
        buyer_message("About the chair.", tld="it", order=OTHER, case="22222222", message_id="<m2@amazonses.com>"),
        buyer_message("Still no lamp.", tld="it", order=None, case="11111111", message_id="<m3@amazonses.com>"),
        buyer_message("Still no chair.", tld="it", order=None, case="22222222", message_id="<m4@amazonses.com>"),
        buyer_message("Hello?", tld="it", order=None, case="33333333", message_id="<m5@amazonses.com>"),
    )
    # What nothing tells apart may be about either.
    lamp = {("About the lamp.", "order_id"), ("Still no lamp.", "case"), ("Hello?", "alias")}
    assert set(messages_of(found, ORDER)) == lamp
    chair = {("About the chair.", "order_id"), ("Still no chair.", "case"), ("Hello?", "alias")}
    assert set(messages_of(found, OTHER)) == chair


def test_an_answer_to_a_message_of_another_order_stays_with_that_order(tmp_path: Path) -> None:
    found = shop(tmp_path)
    arrive(
        found,
        tmp_path,
        notice("it", "received"),
        notice("it", "received", order=OTHER, message_id="<n2@amazonses.com>"),
        buyer_message("About the lamp.", tld="it", case=None, message_id="<m1@amazonses.com>"),
        buyer_message("About the chair.", tld="it", order=OTHER, case=None, message_id="<m2@amazonses.com>"),
        plain_mail(
            "RE: Your message",
            "Shop <claims@shop.example>",
            "The chair was sent.",
            to="abcd1234efgh@marketplace.amazon.it",
            message_id="<m3@shop.example>",
            headers=(("In-Reply-To", "<m2@amazonses.com>"),),
        ),
    )
    assert {text for text, _ in messages_of(found, ORDER)} == {"About the lamp."}
    assert {text for text, _ in messages_of(found, OTHER)} == {"About the chair.", "The chair was sent."}


def test_a_later_copy_never_moves_the_deadline_later(tmp_path: Path) -> None:
    found = shop(tmp_path)
    original = notice("it", "action")
    arrive(found, tmp_path, original)
    before = judge(found, ORDER).assessment.deadline
    assert before.kind is DeadlineKind.RESPONSE
    copy = notice("it", "action", message_id="<again@amazonses.com>", sent=SENT + DAY, received=(SENT + DAY,))
    arrive(found, tmp_path, forwarded(original, "it"), copy, forwarded(original, "it", block=False))
    after = judge(found, ORDER).assessment.deadline
    assert after.act_by is not None
    assert before.act_by is not None
    assert after.act_by <= before.act_by
    assert claim_ids(found) == {ORDER}


def test_a_forward_that_lost_its_date_is_due_now_until_the_original_comes(tmp_path: Path) -> None:
    found = shop(tmp_path)
    original = notice("it", "action")
    arrive(found, tmp_path, forwarded(original, "it", block=False, comment=""))
    alone = judge(found, ORDER).assessment.deadline
    assert alone.act_by is not None
    assert alone.act_by <= found.clock.now()
    arrive(found, tmp_path, original)
    known = judge(found, ORDER).assessment.deadline
    assert known.act_by is not None
    assert known.act_by > alone.act_by
    assert known.started_at == SENT


def test_a_dateless_forward_with_other_words_is_never_taken_for_a_notice_that_is_held(tmp_path: Path) -> None:
    found = shop(tmp_path)
    original = notice("it", "action")
    arrive(found, tmp_path, original, forwarded(original, "it", block=False, comment="another request?"))
    deadline = judge(found, ORDER).assessment.deadline
    assert deadline.act_by is not None
    assert deadline.act_by <= found.clock.now()


def test_a_notice_after_a_decision_opens_the_orders_next_claim(tmp_path: Path) -> None:
    found = shop(tmp_path, now=SENT + 20 * DAY)
    first = notice("it", "received")
    granted = notice("en", "granted_seller", sent=SENT + 5 * DAY, message_id="<d@amazonses.com>")
    again = notice("it", "received", sent=SENT + 10 * DAY, message_id="<n2@amazonses.com>")
    arrive(found, tmp_path, first, granted)
    assert claim_ids(found) == {ORDER}
    arrive(found, tmp_path, again)
    assert claim_ids(found) == {ORDER, f"{ORDER}.2"}
    assert len(judge(found, ORDER).gathered.case.notices) == 2
    assert len(judge(found, f"{ORDER}.2").gathered.case.notices) == 1
    arrive(found, tmp_path, notice("it", "action", sent=SENT + 11 * DAY, message_id="<n3@amazonses.com>"))
    assert claim_ids(found) == {ORDER, f"{ORDER}.2"}


def test_a_request_during_an_appeal_is_about_the_same_claim(tmp_path: Path) -> None:
    found = shop(tmp_path, now=SENT + 20 * DAY)
    arrive(found, tmp_path, notice("it", "received"))
    record(found, ORDER, RecordKind.GRANTED, at=SENT + 4 * DAY)
    record(found, ORDER, RecordKind.APPEALED, at=SENT + 6 * DAY)
    arrive(found, tmp_path, notice("it", "action", sent=SENT + 8 * DAY, message_id="<n4@amazonses.com>"))
    assert claim_ids(found) == {ORDER}


def test_a_part_of_an_id_that_two_claims_share_names_both(tmp_path: Path) -> None:
    found = shop(tmp_path)
    arrive(found, tmp_path, notice("it", "received"), notice("it", "received", order=OTHER, message_id="<o@x.com>"))
    with pytest.raises(UsageError, match="2 claims") as caught:
        judge(found, "7654321")
    assert ORDER in str(caught.value)
    assert OTHER in str(caught.value)
    assert judge(found, "402-").claim.claim_id == ORDER


def test_a_claim_by_hand_waits_until_the_one_before_it_is_over(tmp_path: Path) -> None:
    found = shop(tmp_path, now=SENT + 20 * DAY)
    arrive(found, tmp_path, notice("it", "received"))
    with pytest.raises(UsageError, match="not over"):
        add_claim(found, ORDER, new_entry(EntryKind.ADDED))
    record(found, ORDER, RecordKind.CLOSED, at=SENT + 4 * DAY)
    assert add_claim(found, ORDER, new_entry(EntryKind.ADDED)).claim_id == f"{ORDER}.2"
    assert len(judge(found, ORDER).gathered.case.notices) == 1
    assert judge(found, f"{ORDER}.2").gathered.case.notices == ()
