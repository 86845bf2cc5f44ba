"""What is said beside the decision, how it is explained, shown and routed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from support import casefile
from support import cases as c

from a2z_defense.base.config import Route
from a2z_defense.base.errors import UsageError
from a2z_defense.model.assessment import Assessment, Band, Deadline, DeadlineKind
from a2z_defense.model.case import SourceState
from a2z_defense.model.entries import AttachmentKind, RecordKind
from a2z_defense.model.finances import AccountHealth, MovementKind
from a2z_defense.model.mail import Counted, Funder, MailKind, Outcome, Trust
from a2z_defense.model.tracking import ScanKind
from a2z_defense.policy.assess import PolicySettings, assess
from a2z_defense.policy.explain import explain
from a2z_defense.policy.gather.stated import parse_value
from a2z_defense.policy.outcome import HeldClaim, odr_projection, reconcile
from a2z_defense.policy.phrases import find, sentences
from a2z_defense.policy.tables import load_tables
from a2z_defense.policy.triage import routed, urgency
from a2z_defense.policy.view import deadline_view

TABLES = load_tables()


def judged(**parts: object) -> Assessment:
    return assess(c.case(**parts), TABLES)  # type: ignore[arg-type]


def said(found: Assessment, words: str) -> bool:
    return any(words in warning for warning in found.warnings)


# warnings, alarms, risks


def test_a_refund_now_is_warned_of_while_the_claim_is_open() -> None:
    assert said(judged(), "do not refund")
    assert said(judged(), "Claims Protection")
    refunded = c.finances(c.movement(MovementKind.REFUND))
    assert not said(judged(finances=refunded), "do not refund")
    assert not said(judged(notices=[c.notice(), c.decided(Outcome.DENIED)]), "do not refund")


@pytest.mark.parametrize(
    ("trust", "words"),
    [
        (Trust.UNAUTHENTICATED, "no authentication"),
        (Trust.UNVERIFIED, "not verified"),
        (Trust.ALTERED, "altered"),
        (Trust.QUARANTINED, "released by hand"),
    ],
)
def test_a_notice_that_is_not_authenticated_says_so(trust: Trust, words: str) -> None:
    assert said(judged(notices=[c.notice(trust=trust, released=trust is Trust.QUARANTINED)]), words)
    assert not said(judged(), words)


def test_notices_of_one_kind_of_doubt_are_told_in_one_warning() -> None:
    doubted = [c.notice(trust=Trust.ALTERED, name=name) for name in ("first", "second")]
    told = [one for one in judged(notices=doubted).warnings if "altered" in one]
    assert len(told) == 1
    assert all(mail.evidence in told[0] for mail in doubted)


def test_what_the_seller_must_know() -> None:
    assert said(judged(notices=[c.notice(when=None)]), "the date of a notice is not known")
    assert said(judged(entries=[c.recorded(RecordKind.MISSED)]), "prepare the appeal")
    unread = c.decided(Outcome.UNKNOWN, funded_by=Funder.UNKNOWN)
    assert said(judged(notices=[c.notice(), unread]), "could not be read")
    assert said(judged(notices=[c.notice(), c.decided(funded_by=Funder.UNKNOWN)]), "does not say who pays")
    forged = c.decided(Outcome.DENIED, trust=Trust.UNAUTHENTICATED)
    assert said(judged(notices=[c.notice(), forged]), "stops no clock")
    assert said(judged(quarantined=[c.notice(trust=Trust.QUARANTINED)]), "quarantine")
    assert said(judged(other_mails=[c.mail(MailKind.OPT_OUT, "03-10 09:00")]), "opted out")
    assert said(judged(other_mails=[c.mail(MailKind.CHARGEBACK, "03-10 09:00")]), "chargeback")
    assert said(judged(other_mails=[c.mail(MailKind.DELIVERY_FAILURE, "03-10 09:00")]), "was not delivered")
    assert said(judged(sources=[c.report("tracking", SourceState.FAILED, why="HTTP 503")]), "tracking gave no answer")


@pytest.mark.parametrize(
    ("asked", "answered", "warned"),
    [
        ("03-09 07:00", None, True),
        ("03-09 07:01", None, False),  # the 72 hours were not over when the claim came
        ("03-09 07:00", "03-12 07:00", False),
        ("03-09 07:00", "03-12 07:01", True),
    ],
)
def test_a_contact_without_an_answer_for_72_hours_is_warned_of(asked: str, answered: str | None, warned: bool) -> None:
    messages = [c.message("Where is it?", asked)]
    messages += [c.message("On its way.", answered, by="seller")] if answered else []
    assert said(judged(messages=messages), "had no answer within 72 hours") is warned


@pytest.mark.parametrize(
    ("window", "late"), [("2025-12-12T07:00:00+00:00", False), ("2025-12-12T06:59:00+00:00", True)]
)
def test_a_claim_after_the_last_day_for_claims_is_said(window: str, late: bool) -> None:
    assert said(judged(order=c.order(deliver_by=window)), "more than 90 days") is late


@pytest.mark.parametrize(("sent", "disputed"), [("03-10 08:01", False), ("03-10 08:00", True)])
def test_a_refund_of_the_last_48_hours_need_not_stand_in_the_finance_records(sent: str, disputed: bool) -> None:
    """The finance answer is of 12 March, 08:00."""
    found = judged(other_mails=[c.refund_mail(when=sent)])
    assert any(one.id.startswith("seller_refunded") for one in found.contradictions) is disputed
    item = found.item("refunds_so_far")
    assert item is not None
    assert item.state.value == ("contradicted" if disputed else "held")


def test_a_return_comment_of_injury_raises_the_alarm() -> None:
    found = judged(other_mails=[c.return_request(comment="It burned my hand")])
    assert len(found.alarms) == 1
    assert found.decision.value == "needs_human"
    assert c.ev("return_request 03-08 09:00") in found.alarms[0]
    assert judged(messages=[c.message("Is it a Fire TV stick?")]).alarms == ()


def test_past_messages_are_checked_for_the_internal_record() -> None:
    bad = c.message("Please withdraw your claim, we offer a discount.", "03-12 09:00", by="seller")
    found = judged(messages=[bad])
    assert {risk.rule for risk in found.risks} == {"pressure", "incentive"}
    assert {risk.exhibit for risk in found.risks} == {bad.evidence}
    assert judged(messages=[c.message("Please withdraw, this is a scam", "03-12 09:00")]).risks == ()


# explain


def explained(item_id: str, **parts: object) -> str:
    case = c.case(**parts)  # type: ignore[arg-type]
    return "\n".join(explain(assess(case, TABLES), item_id, TABLES, case))


def test_an_item_is_explained_with_evidence_rule_and_source() -> None:
    lines = explained("signature")
    assert "held" in lines
    assert f"{c.ev(f'tracking {c.TRACKING}')} (C: spapi.tracking, obtained 2026-03-12T08:00:00Z)" in lines
    assert "one of its group is required (group proof)" in lines
    assert "Amazon staff on proof of delivery" in lines
    assert "looked in tracking (answered)" in lines
    assert "a2z ask" in lines
    assert "the defence delivered" in lines
    harmful = explained("left_elsewhere", sources=[c.report("tracking", SourceState.FAILED)])
    assert "when held the defence falls until a person has looked" in harmful
    assert "looked in tracking (failed)" in harmful


def test_deadline_defence_contradiction_and_unused_item_are_explained() -> None:
    entries = [c.stated("signed_by", "Anna Zeta")]
    assert "response-48h" in explained("deadline", entries=entries)
    assert "chosen" in explained("delivered", entries=entries)
    assert "passed" in explained("not_due_yet", entries=entries)
    clash = judged(entries=entries).contradictions[0]
    assert clash.between[0] in explained(clash.id, entries=entries)
    unused = explained("in_transit", entries=entries)
    assert "missing: the status is delivered" in unused
    assert "needed by not_due_yet; the chosen defence is delivered" in unused
    assert "no response" in explained("deadline", entries=[c.recorded(RecordKind.RESPONDED)])
    with pytest.raises(UsageError) as wrong:
        explained("nonsense")
    assert "neighbouring_reason" in (wrong.value.expected or "")


def test_everything_that_has_an_id_is_explained() -> None:
    for path in casefile.files()[::8]:
        case = casefile.build(casefile.read(path))
        found = assess(case, TABLES)
        ids = [item.id for item in TABLES.catalogue] + [defence.id for defence in TABLES.defences]
        for item_id in (*ids, *(one.id for one in found.contradictions), "deadline"):
            lines = explain(found, item_id, TABLES, case)
            assert lines[0].startswith(item_id), (path.stem, item_id)
            states = {item.state.value for item in found.items if item.id == item_id}
            told = "\n".join(lines)
            assert all(f"state     {state}:" in told for state in states), (path.stem, item_id)


# view


def test_the_deadline_as_it_is_shown() -> None:
    deadline = judged().deadline
    view = deadline_view(deadline, c.at("03-13 07:00"), "Europe/Rome")
    assert view.time_left_seconds == 24 * 3600
    assert view.band is Band.H24
    assert view.local == "2026-03-14T08:00:00+01:00"
    late = deadline_view(deadline, c.at("03-14 07:00") + dt.timedelta(microseconds=1), "UTC")
    assert (late.time_left_seconds, late.band) == (-1, Band.OVERDUE)
    nothing = deadline_view(Deadline(kind=DeadlineKind.NONE), c.at("03-13 07:00"), "UTC")
    assert (nothing.band, nothing.local, nothing.time_left_seconds) == (Band.NONE, None, None)


# triage


def test_the_first_route_that_fits_gives_assignee_and_tag() -> None:
    routes = (
        Route(reason="not_received", marketplace="DE", assignee="Ada"),
        Route(reason="not_received", min_amount=200, assignee="Bo"),
        Route(marketplace="it", min_amount=100, assignee="Cy", tag="italy"),
        Route(assignee="Di"),
    )
    found = assess(c.case(), TABLES, settings=PolicySettings(routes=routes))
    assert (found.assignee, found.tags) == ("Cy", ("italy",))
    cheap = assess(c.case(notices=[c.notice(amount="99.99 EUR")]), TABLES, settings=PolicySettings(routes=routes))
    assert (cheap.assignee, cheap.tags) == ("Di", ())
    exact = routed(routes[1:2], reason="not_received", country="IT", amount=c.money("200.00 EUR"))
    assert exact is routes[1]
    assert routed(routes[:1], reason="not_received", country=None, amount=None) is None
    assert routed((Route(marketplace="UK"),), reason="x", country="GB", amount=None) is not None
    assert judged().assignee is None


def test_the_queue_is_ordered_by_time_then_odr_then_money() -> None:
    soon, late = c.at("03-12 07:00"), c.at("03-13 07:00")
    keys = {
        "a": urgency(soon, Decimal(10), counts=False, claim_id="a"),
        "b": urgency(soon, Decimal(5), counts=True, claim_id="b"),
        "c": urgency(soon, Decimal(50), counts=False, claim_id="c"),
        "d": urgency(late, Decimal(999), counts=True, claim_id="d"),
        "e": urgency(None, None, counts=True, claim_id="e"),
        "f": urgency(soon, Decimal(10), counts=False, claim_id="f"),
    }
    assert sorted(keys, key=lambda name: keys[name]) == ["b", "c", "a", "f", "d", "e"]


# outcome and ODR


def test_the_rate_with_and_without_this_claim() -> None:
    health = AccountHealth(evidence="ev-h", order_count=300, defect_count=1, claim_count=1, target="0.01")
    found = odr_projection(health, TABLES)
    assert found is not None
    assert (found.not_counted, found.counted, found.target, found.over) == ("0.00333", "0.00667", "0.01", False)
    assert odr_projection(None, TABLES) is None
    assert odr_projection(health.model_copy(update={"order_count": 0}), TABLES) is None
    at_target = odr_projection(health.model_copy(update={"order_count": 200, "target": None}), TABLES)
    assert at_target is not None
    assert at_target.over


DAY = dt.date(2026, 3, 1)


def held(*odr: Counted, place: str = "IT", day: dt.date | None = DAY) -> list[HeldClaim]:
    return [HeldClaim(place, day, one) for one in odr]


@pytest.mark.parametrize(
    ("ours", "agrees", "words"),
    [
        (held(Counted.YES, Counted.YES, Counted.NO), True, "holds 2 that count, 0 of which it is not known and 1 that"),
        (held(Counted.YES, Counted.UNKNOWN, Counted.UNKNOWN), True, "1 that count, 2 of which it is not known"),
        (held(Counted.YES), False, "a2z reconcile -"),
        (held(Counted.YES, Counted.YES, Counted.YES), False, "Amazon counts fewer"),
        (held(Counted.YES, Counted.NO, Counted.NO), False, "a2z reconcile -"),
        (held(Counted.YES, Counted.YES, place="DE"), False, "holds 0 that count"),
        (held(Counted.YES, Counted.YES, day=None), False, "holds 0 that count"),
        (held(Counted.YES, Counted.YES, day=dt.date(2026, 1, 31)), False, "holds 0 that count"),
        (held(Counted.YES, Counted.YES, day=dt.date(2026, 2, 1)), True, "holds 2 that count"),
        (held(Counted.YES, Counted.YES, day=dt.date(2026, 4, 1)), True, "holds 2 that count"),
        (held(Counted.YES, Counted.YES, day=dt.date(2026, 4, 2)), False, "holds 0 that count"),
    ],
)
def test_amazons_count_against_ours(ours: list[HeldClaim], agrees: bool, words: str) -> None:
    dates = {"date_from": "2026-02-01T00:00:00Z", "date_to": "2026-04-01T23:59:59Z"}
    health = AccountHealth(evidence="ev-h", marketplace_id="IT", claim_count=2, **dates)
    found = reconcile(health, ours)
    assert found is not None
    assert (found.agrees, words in found.words) == (agrees, True), found.words
    assert reconcile(health.model_copy(update={"claim_count": None}), ours) is None


def test_a_withdrawn_claim_after_a_refund_has_a_refunded_buyer() -> None:
    finances = c.finances(c.movement(MovementKind.REFUND))
    found = judged(notices=[c.notice(), c.decided(Outcome.WITHDRAWN, odr=Counted.UNKNOWN)], finances=finances).result
    assert (found.refunded, found.odr) == (Counted.YES, Counted.NO)


def test_a_reversal_that_names_nobody_is_told_by_the_credit() -> None:
    notices = [
        c.notice(),
        c.decided(when="03-15 09:00"),
        c.decided(
            Outcome.REVERSED,
            "03-25 09:00",
            kind=MailKind.APPEAL_RESULT,
            funded_by=Funder.UNKNOWN,
            odr=Counted.UNKNOWN,
        ),
    ]
    debit = c.movement(MovementKind.CLAIM_DEBIT, when="03-15 09:00")
    assert judged(notices=notices, finances=c.finances(debit)).result.funded_by is Funder.UNKNOWN
    credit = c.movement(MovementKind.CLAIM_CREDIT, when="03-25 09:00")
    assert judged(notices=notices, finances=c.finances(debit, credit)).result.funded_by is Funder.AMAZON


# phrases and statements


def test_sentences_end_at_stops_and_line_breaks() -> None:
    assert sentences("It came!  Thanks.\n\nBye") == ("It came", "Thanks", "Bye")


def test_a_phrase_comes_with_its_sentence_and_language() -> None:
    hit = find("Hello. My parcel never arrived.", "not_received", TABLES)
    assert hit is not None
    assert (hit.sentence, hit.language) == ("My parcel never arrived", "en")


@pytest.mark.parametrize(
    ("fact", "value", "shown"),
    [
        ("signed_by", "Anna Zeta", "Anna Zeta"),
        ("delivered_at", "2026-03-06T12:20:00+01:00", "2026-03-06 11:20:00+00:00"),
        ("return_window_ends", "2026-03-09", "2026-03-09"),
        ("badge", "Claims_Protected", "claims_protected"),
        ("withdrawn", "YES", "True"),
        ("refund_amount", "119.00 EUR", "119.00 EUR"),
        ("refund_amount", "EUR 119.00", "119.00 EUR"),
    ],
)
def test_a_stated_value_is_read_in_its_form(fact: str, value: str, shown: str) -> None:
    definition = TABLES.fact(fact)
    assert definition is not None
    assert str(parse_value(value, definition)) == shown


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("delivered_at", "2026-03-06 12:20"),
        ("return_window_ends", "9 March"),
        ("badge", "gold"),
        ("withdrawn", "maybe"),
        ("refund_amount", "119"),
        ("refund_amount", "119,00 EUR"),
        ("refund_amount", "EUR 119.00 EUR"),
        ("signed_by", "  "),
    ],
)
def test_a_stated_value_in_another_form_is_refused_with_the_form(fact: str, value: str) -> None:
    definition = TABLES.fact(fact)
    assert definition is not None
    with pytest.raises(UsageError) as found:
        parse_value(value, definition)
    assert found.value.expected


def test_a_later_reading_of_the_same_exhibit_takes_the_place_of_the_earlier() -> None:
    entries = [c.stated("signed_by", "Ana"), c.stated("signed_by", "N. Dell’Acquàzzurra")]
    assert judged(entries=entries).contradictions == ()


def test_requested_evidence_stays_requested_until_it_is_held() -> None:
    no_proof = c.shipment(scans=c.delivered_scans(signed_by=None))
    asked = c.asked("pod_document", due="03-13 12:00")
    item = judged(shipments=[no_proof], entries=[asked]).item("pod_document")
    assert item is not None
    assert item.state.value == "requested"
    assert "ASK-1" in item.why
    came = [asked, c.attached(AttachmentKind.POD), c.stated("pod_document", "yes")]
    there = judged(shipments=[no_proof], entries=came).item("pod_document")
    assert there is not None
    assert there.state.value == "held"


def test_a_scan_of_an_unknown_code_proves_nothing() -> None:
    scans = [c.scan(ScanKind.OTHER, "03-02 18:40"), c.scan(ScanKind.DELIVERED, "03-06 11:20", signed_by="X")]
    found = judged(shipments=[c.shipment(scans=scans)]).item("first_scan_in_time")
    assert found is not None
    assert found.state.value == "unknown"
