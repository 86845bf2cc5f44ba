"""What the record prints: limits, one thing once, exhibits by their letters, and dots that can be read."""

from __future__ import annotations

import datetime as dt

import pytest
from support import cases, papers
from support.cases import ev

from a2z_defense.documents.facts import Facts
from a2z_defense.documents.localise import Localise
from a2z_defense.documents.response import response_lines
from a2z_defense.documents.views.audit import Audit, audit_view
from a2z_defense.documents.views.page import Show
from a2z_defense.documents.views.timeline import RADIUS, Timeline, timeline_view
from a2z_defense.model.assessment import Assessment, Deadline, DeadlineKind, ItemState, Level, Status
from a2z_defense.model.case import Case
from a2z_defense.model.entries import AttachmentKind, EntryKind, RecordKind

NO_ROWS = "It holds no row for this order."
MIDNIGHT = dt.datetime(2026, 3, 13, 23, tzinfo=dt.UTC)


def show_of(case: Case, said: Assessment, language: str = "en") -> Show:
    return Show(Facts(case, said), language, papers.PRINTED, zone="Europe/Rome", templates=None)


def record(case: Case, said: Assessment, language: str = "en") -> Audit:
    response = response_lines(case, said, papers.PRINTED, language)
    return audit_view(show_of(case, said, language), response, papers.bodies(case), {}, draft=False)


def drawn(case: Case, said: Assessment) -> Timeline:
    found = timeline_view(show_of(case, said))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("instant", "at", "until"),
    [
        (MIDNIGHT, "14 Mar 2026, 00:00 CET", "13 Mar 2026, 24:00 CET"),
        (MIDNIGHT + dt.timedelta(minutes=1), "14 Mar 2026, 00:01 CET", "14 Mar 2026, 00:01 CET"),
    ],
)
def test_a_limit_at_midnight_is_the_end_of_the_day_before(instant: dt.datetime, at: str, until: str) -> None:
    assert Localise("en", "Europe/Rome").at(instant) == at
    assert Localise("en", "Europe/Rome", limits=True).at(instant) == until
    assert Localise("en", "Europe/Rome", limits=True).both(instant).endswith(f"({instant:%Y-%m-%d %H:%M} UTC)")


def test_the_record_tells_its_deadlines_as_limits() -> None:
    case = cases.case()
    deadline = Deadline(
        kind=DeadlineKind.RESPONSE,
        at=MIDNIGHT + dt.timedelta(days=1),
        act_by=MIDNIGHT,
        rule="response-stated",
        started_by=case.notices[0].evidence,
        readings=("2026-03-14T23:00:00Z: another limit",),
    )
    said = papers.assessed(case, deadline=deadline)
    found = record(case, said)
    assert found.act_by_local == "13 Mar 2026, 24:00 CET"
    told = [row.value for row in found.first.deadline]
    assert "14 Mar 2026, 24:00 CET (2026-03-14 23:00 UTC)" in told
    assert "14 Mar 2026, 24:00 CET: another limit" in told
    ends = {str(one.what): one.local for one in drawn(case, said).events}
    assert ends["Act by"] == "13 Mar 2026, 24:00 CET"
    assert not any("24:00" in one for what, one in ends.items() if what == "Delivery window opens")


def test_another_reading_is_another_moment_and_says_its_rule() -> None:
    case = cases.case(notices=[cases.notice(), cases.decided()])
    readings = ("2026-03-13T23:00:00Z: appeal-30d", "2026-04-14T09:00:00Z: appeal-30d")
    deadline = Deadline(kind=DeadlineKind.APPEAL, at=MIDNIGHT, act_by=MIDNIGHT, rule="appeal-stated", readings=readings)
    told = [row.value for row in record(case, papers.assessed(case, deadline=deadline)).first.deadline]
    (other,) = [one for one in told if "30 calendar days" in one]
    assert other.startswith("14 Apr 2026, 11:00 CEST: ")
    assert not any("appeal-30d" in one for one in told)


def test_of_several_parcels_each_line_says_which() -> None:
    case = cases.case()
    harm = papers.item("not_delivered", level=Level.HARMFUL, exhibit=ev("order"), unit="QX2")
    lacking = papers.item("delivered_scan", ItemState.MISSING, unit="QX2")
    said = papers.assessed(case, items=(harm, lacking), blockers=("delivered_scan",), gaps=("delivered_scan",))
    first = record(case, said).first
    assert "(QX2)" in first.doubts[0]
    assert "(QX2)" in first.blockers.shown[0]


def test_a_parcel_without_scans_says_so_and_has_no_table() -> None:
    found = record(*_with(cases.case(shipments=()))).parcels[0]
    assert found.rows == ()
    several = record(*_with(cases.case())).parcels[0]
    assert [str(row.mark) for row in several.rows].count("claim") == 1
    assert several.short


def _with(case: Case) -> tuple[Case, Assessment]:
    return case, papers.assessed(case)


def test_dots_of_one_moment_stand_beside_each_other() -> None:
    messages = [cases.message(f"Message {n}", f"03-07 12:0{n}") for n in range(4)]
    dots = [dot for dot in drawn(*_with(cases.case(messages=messages))).dots if dot.style == "messages"]
    assert len(dots) == 4
    for n, one in enumerate(dots):
        assert all(abs(one.x - two.x) > 2 * RADIUS or one.y != two.y for two in dots[n + 1 :])


def test_a_crowd_of_messages_stays_on_the_drawing() -> None:
    messages = [cases.message(f"Message {n}", f"03-07 12:{n:02}") for n in range(60)]
    found = drawn(*_with(cases.case(messages=messages)))
    assert all(found.left <= dot.x <= found.right for dot in found.dots)


def test_days_are_counted_over_a_change_of_the_clocks() -> None:
    loc = Localise("en", "Europe/Rome")
    day = loc.midnight_after(dt.datetime(2026, 10, 21, 12, tzinfo=dt.UTC))
    days = []
    for _ in range(4):
        days.append(loc.short_day(day))
        day = loc.midnight_after(day, 3)
    assert days == ["22 Oct", "25 Oct", "28 Oct", "31 Oct"]


def test_an_entry_names_its_file_and_exhibits_by_letter() -> None:
    entries = [
        cases.attached(AttachmentKind.POD, name="pod.jpg"),
        cases.stated("signed_by", "N. Dell’Acquàzzurra", source="file pod.jpg", by="anna"),
    ]
    found = record(*_with(cases.case(entries=entries))).exhibits
    file = next(one for one in found if one.title == "Proof of delivery, pod.jpg")
    attached = next(one for one in found if one.title == "File attached by the seller, pod.jpg")
    stated = next(one for one in found if one.title.startswith("Reading stated"))
    assert {str(row.label): str(row.value) for row in attached.rows}["file"] == f"Exhibit {file.letter}"
    assert {str(row.label): str(row.value) for row in stated.rows}["from exhibit"] == f"Exhibit {file.letter}"


def test_a_carriers_file_that_is_silent_on_the_label_says_nothing_of_it() -> None:
    for bought in (False, True):
        case = cases.case(shipments=(cases.shipment(bought_through_amazon=bought),))
        labels = {str(row.label) for one in record(*_with(case)).exhibits for row in one.rows}
        assert ("bought through Amazon" in labels) is bought


def test_a_returns_report_without_rows_says_so() -> None:
    with_row = cases.case(returns=(cases.return_row(),))
    for case, notes in ((with_row, []), (with_row.model_copy(update={"returns": ()}), [NO_ROWS])):
        (found,) = [one for one in record(*_with(case)).exhibits if "eturns" in one.title]
        assert [str(note) for note in found.notes] == notes


def test_a_message_that_may_take_more_than_a_page_is_stamped_on_each() -> None:
    case = cases.case(messages=[cases.message("Short."), cases.message("Long. " * 2000, "03-08 12:00")])
    own = {one.title: one.own_page for one in record(*_with(case)).exhibits if one.title.startswith("Message")}
    assert sorted(own.values()) == [False, True]


def test_many_exhibits_are_runs_and_each_leads_somewhere() -> None:
    case = cases.case(messages=[cases.message(f"Message {n}", f"03-07 12:{n:02}") for n in range(40)])
    show = show_of(case, papers.assessed(case))
    every = [piece.id for piece in case.evidence]
    anchors = {f"x-{letter}" for letter in show.letters.order}
    for exhibits in (every, every[::2], every[:3]):
        shown = show.letters.refs(exhibits)
        assert {one.anchor for one in shown} <= anchors
        assert len(" ".join(shown)) < 90
    assert [str(one) for one in show.letters.refs(every)] == [f"{show.letters.order[0]}-{show.letters.order[-1]}"]
    assert show.letters.refs(every[::2])[-1].startswith("+")


def test_a_version_that_is_sent_as_it_is_says_why_on_its_first_page() -> None:
    entry = cases.recorded(RecordKind.SEEN).model_copy(
        update={"kind": EntryKind.AS_IS, "record": None, "note": "two hours are left", "by": "anna"}
    )
    first = record(*_with(cases.case(entries=[entry]))).first
    (told,) = [row.value for row in first.facts if row.label == "Decided to answer as is"]
    assert told.startswith("two hours are left (anna, ")


def test_the_first_page_names_items_by_their_first_words() -> None:
    items = [cases.item(f"7001000000{n:04}", title="A very long title of a lamp " * 9) for n in range(40)]
    first = record(*_with(cases.case(order=cases.order(items=items)))).first
    (told,) = [row.value for row in first.facts if row.label == "Items"]
    assert len(told) < 420
    assert told.endswith("36 more items")


@pytest.mark.parametrize("late", [True, None])
def test_a_late_answer_is_told_as_late_as_the_queue_tells_it(late: bool | None) -> None:
    case = cases.case(entries=[cases.recorded(RecordKind.RESPONDED, "03-16 09:00", late=late)])
    said = papers.assessed(case, status=Status.ANSWERED)
    told = record(case, said)
    events = [str(one.what) for one in (told.timeline.events if told.timeline else ())]
    status = next(str(row.value) for row in told.first.facts if row.label == "Status")
    assert ("Answer sent to Amazon, after the deadline" in events) == bool(late)
    assert ("Answer sent to Amazon" in events) == (not late)
    assert status.startswith("answered late" if late else "answered ·")
