"""Quiet hours, staffed time and gaps, at any instant of years with changes of clocks, in zones with odd ones."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.queues import due_row, due_state, hours

from a2z_defense.alerts.calendar import LOOK_AHEAD, Calendar
from a2z_defense.alerts.evaluate import evaluate
from a2z_defense.alerts.kinds import Alert, AlertKind
from a2z_defense.alerts.memory import Told
from a2z_defense.alerts.telling import LAST_BANDS, Acknowledged, Now, shown, to_tell
from a2z_defense.base.config import Team

ZONES = ("UTC", "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES = st.integers(0, 24 * 60 - 1)
FIRST = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
INSTANTS = st.integers(0, 430 * 24 * 60).map(lambda minutes: FIRST + dt.timedelta(minutes=minutes))


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), MINUTES, MINUTES, INSTANTS)
def test_quiet_hours_are_what_the_clock_on_the_wall_says(zone: str, begin: int, end: int, now: dt.datetime) -> None:
    quiet = Calendar(ZoneInfo(zone), quiet_hours=f"{clock(begin)}-{clock(end)}").is_quiet(now)
    wall = now.astimezone(ZoneInfo(zone))
    at = wall.hour * 60 + wall.minute
    covered = {(begin + step) % (24 * 60) for step in range((end - begin) % (24 * 60))}
    assert quiet is (at in covered)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), st.sets(st.sampled_from(WEEK), min_size=1), st.sets(st.dates()), INSTANTS)
def test_a_gap_ends_when_somebody_is_there_again_and_not_before(
    zone: str, weekdays: set[str], away: set[dt.date], now: dt.datetime
) -> None:
    team = Team(weekdays=tuple(weekdays), hours="09:00-17:00", away=tuple(away))
    calendar = Calendar(ZoneInfo(zone), team)
    gap = calendar.gap(now)
    today = now.astimezone(ZoneInfo(zone)).date()
    if gap is None:
        assert not calendar.is_staffed(noon(today, zone))
        return
    left, back = gap
    minute = dt.timedelta(minutes=1)
    assert (calendar.is_staffed(left - minute), calendar.is_staffed(left)) == (True, False)
    days = (back.astimezone(ZoneInfo(zone)).date() - today).days
    assert not any(calendar.is_staffed(noon(today + dt.timedelta(days=number), zone)) for number in range(1, days))
    assert not calendar.is_staffed(back - minute)
    assert calendar.is_staffed(back) or back - now >= LOOK_AHEAD - dt.timedelta(days=1)


def noon(day: dt.date, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("country", "day", "back"),
    [
        ("IT", "2026-12-24", "2026-12-28"),  # Thursday before Christmas, St Stephen's and a weekend
        ("IT", "2026-12-31", "2027-01-04"),  # over the end of the year
        ("DE", "2026-12-24", "2026-12-28"),
        ("US", "2026-11-25", "2026-11-27"),  # Thanksgiving alone; Friday is worked
        ("UK", "2026-12-24", "2026-12-29"),  # Boxing Day falls on a Saturday: Monday stands in for it
        ("JP", "2026-12-31", "2027-01-04"),
        ("IT", "2026-10-23", "2026-10-26"),  # the weekend in which Rome's clocks go back
        ("IT", "2026-03-27", "2026-03-30"),  # and forward
    ],
)
def test_holidays_of_the_teams_country_make_gaps(country: str, day: str, back: str) -> None:
    zone = ZoneInfo("Europe/Rome")
    calendar = Calendar(zone, Team(country=country, hours="09:00-17:30"))
    gap = calendar.gap(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(10), zone))
    assert gap is not None
    assert gap[1] == dt.datetime.combine(dt.date.fromisoformat(back), dt.time(9), zone)


def test_what_falls_due_on_a_holiday_over_new_year_is_told_on_the_last_working_day() -> None:
    zone = ZoneInfo("Europe/Rome")
    calendar = Calendar(zone, Team(country="IT", hours="09:00-17:30"))
    now = dt.datetime(2026, 12, 31, 10, tzinfo=zone)
    due = [dt.datetime(2027, 1, 1, 0, 0, tzinfo=zone), dt.datetime(2027, 1, 3, 23, tzinfo=zone)]
    due.append(dt.datetime(2027, 1, 4, 10, tzinfo=zone))
    rows = [due_row(0, number, act_by=at.astimezone(dt.UTC)) for number, at in enumerate(due)]
    found = evaluate(due_state(*rows, last_fetch=now), now, gap=calendar.gap(now))
    told = to_tell(found, [], Now(now.astimezone(dt.UTC), calendar, {}))
    warned = [alert.claim_id for alert in told if alert.kind is AlertKind.BEFORE_NEXT_STAFFED]
    assert warned == ["402-0000000-7654321", "402-0000001-7654321"]


BANDS = st.sampled_from(["overdue", "6h", "24h", "48h"])
NOW = dt.datetime(2026, 3, 28, 22, 30, tzinfo=dt.UTC)


@settings(max_examples=300, deadline=None)
@given(BANDS, INSTANTS, MINUTES, MINUTES, st.sampled_from(ZONES), st.booleans(), st.booleans())
def test_quiet_hours_silence_only_what_was_told_in_staffed_time_and_never_the_last_bands(
    band: str, now: dt.datetime, begin: int, end: int, zone: str, was_told: bool, in_staffed_time: bool
) -> None:
    """Whatever the hours, the zone and the instant, also in the hour that a clock skips or repeats."""
    calendar = Calendar(ZoneInfo(zone), quiet_hours=f"{clock(begin)}-{clock(end)}")
    alert = Alert("402-0000001-7654321", AlertKind.RESPONSE_DUE, band, "2026-11-21T12:00:00Z", "a2z check")
    before = [Told(alert.key, alert.act_by or "", "48h", now - hours(9), in_staffed_time)] if was_told else []
    told = to_tell([alert], before, Now(now, calendar, {}))
    if was_told and band == "48h":
        assert told == []
    elif band in LAST_BANDS or not calendar.is_quiet(now) or not (was_told and in_staffed_time):
        assert told == [alert]
    else:
        assert told == []


@settings(max_examples=200, deadline=None)
@given(st.floats(-60, 60), st.floats(0, 100), st.floats(0.1, 200))
def test_an_acknowledgement_never_hides_an_escalation_that_came_after_it(
    act_in: float, said_before: float, lasts: float
) -> None:
    now = NOW
    row = due_row(0, act_by=now + hours(act_in), first_seen=FIRST)
    (alert,) = evaluate(due_state(row, last_fetch=now), now)
    said_at = now - hours(said_before)
    ack = Acknowledged(said_at, said_at + hours(lasts), shown([alert]))
    told = to_tell([alert], [], Now(now, Calendar(ZoneInfo("UTC")), {"402-0000001-7654321": ack}))
    (then,) = evaluate(due_state(row, last_fetch=ack.at), ack.at)
    escalated = alert.band in LAST_BANDS and then.band != alert.band
    is_over = now >= ack.until
    assert bool(told) is (alert.band != "later" and (is_over or escalated))


def test_a_secret_is_told_of_two_weeks_before_it_expires() -> None:
    rotated = {"main": (NOW - dt.timedelta(days=168)).date()}
    found = evaluate(due_state(last_fetch=NOW), NOW, secrets=rotated)
    assert [(alert.kind, alert.band) for alert in found] == [(AlertKind.SECRET_EXPIRING, "later")]
    assert to_tell(found, [], Now(NOW, Calendar(ZoneInfo("UTC")), {})) == found
