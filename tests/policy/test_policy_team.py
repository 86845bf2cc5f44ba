"""The team's calendar: the last moment at which somebody is there."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from support import cases as c

from a2z_defense.base.config import Team
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.assessment import Clock, ClockKind
from a2z_defense.policy.assess import PolicySettings, assess
from a2z_defense.policy.tables import load_tables
from a2z_defense.policy.team import is_configured, last_staffed

OFFICE = Team(hours="09:00-17:30")
ROME = "Europe/Rome"


@pytest.mark.parametrize(
    ("act_by", "expected"),
    [
        ("2026-03-12T10:00:00+00:00", "2026-03-12T10:00:00+00:00"),  # Thursday, in hours
        ("2026-03-12T22:00:00+00:00", "2026-03-12T16:30:00+00:00"),  # Thursday evening
        ("2026-03-12T07:59:00+00:00", "2026-03-11T16:30:00+00:00"),  # before nine
        ("2026-03-12T08:00:00+00:00", "2026-03-12T08:00:00+00:00"),  # at nine sharp
        ("2026-03-15T10:00:00+00:00", "2026-03-13T16:30:00+00:00"),  # Sunday
        ("2026-03-30T06:30:00+00:00", "2026-03-27T16:30:00+00:00"),  # Monday after summer time began
        ("2026-03-30T15:30:00+00:00", "2026-03-30T15:30:00+00:00"),  # five thirty in summer time
    ],
)
def test_office_hours(act_by: str, expected: str) -> None:
    assert last_staffed(OFFICE, c.at(act_by), ROME) == c.at(expected)


def test_public_holidays_and_days_away() -> None:
    easter_monday = c.at("2026-04-06T12:00:00+00:00")
    assert last_staffed(OFFICE, easter_monday, ROME) == easter_monday
    there = Team(hours="09:00-17:30", country="IT")
    assert last_staffed(there, easter_monday, ROME) == c.at("2026-04-03T15:30:00+00:00")
    away = there.model_copy(update={"away": (dt.date(2026, 4, 3), dt.date(2026, 4, 2))})
    assert last_staffed(away, easter_monday, ROME) == c.at("2026-04-01T15:30:00+00:00")


def test_the_united_kingdom_goes_by_both_names() -> None:
    boxing_day = c.at("2025-12-26T12:00:00+00:00")
    for country in ("GB", "UK"):
        assert last_staffed(Team(country=country), boxing_day, "Europe/London") == c.at("2025-12-25T00:00:00+00:00")


def test_a_night_shift_goes_past_midnight() -> None:
    nights = Team(hours="22:00-06:00")
    assert last_staffed(nights, c.at("2026-03-12T04:00:00+00:00"), ROME) == c.at("2026-03-12T04:00:00+00:00")
    assert last_staffed(nights, c.at("2026-03-12T12:00:00+00:00"), ROME) == c.at("2026-03-12T05:00:00+00:00")


def test_a_team_that_is_never_there() -> None:
    assert last_staffed(Team(hours="09:00-17:30", weekdays=()), c.at("03-12 10:00"), ROME) is None


@pytest.mark.parametrize(
    ("team", "words"),
    [
        (Team(hours="nine to five"), "team.hours"),
        (Team(hours="09:00-17:75"), "team.hours"),
        (Team(weekdays=("mon", "someday")), "someday"),
        (Team(country="ZZ"), "team.country"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_a_configuration_error(team: Team, words: str) -> None:
    with pytest.raises(ConfigurationError) as found:
        last_staffed(team, c.at("03-12 10:00"), ROME)
    assert words in found.value.got
    assert found.value.remedy


def test_only_a_configured_team_has_a_clock() -> None:
    assert not is_configured(Team())
    assert not is_configured(Team(lead_time=dt.timedelta(hours=6)))
    assert is_configured(Team(country="IT"))
    assert is_configured(Team(weekdays=("mon",)))
    assert is_configured(Team(away=(dt.date(2026, 4, 3),)))


def test_own_clocks_are_listed_and_never_move_the_deadline() -> None:
    team = Team(hours="09:00-17:30", lead_time=dt.timedelta(hours=6))
    plain = assess(c.case(), load_tables())
    found = assess(c.case(), load_tables(), settings=PolicySettings(team=team, zone=ROME))
    assert found.deadline == plain.deadline
    own: dict[ClockKind, Clock] = {clock.kind: clock for clock in found.clocks}
    assert own[ClockKind.INTERNAL_TARGET].act_by == c.at("03-14 01:00")
    assert own[ClockKind.LAST_STAFFED].act_by == c.at("03-13 16:30")  # 14 March 2026 is a Saturday
    assert own[ClockKind.LAST_STAFFED].rule == "last-staffed"
    assert {ClockKind.INTERNAL_TARGET, ClockKind.LAST_STAFFED} & {clock.kind for clock in plain.clocks} == set()


DAYS = """
import datetime as dt, sys
from {module} import {name} as found
countries = ("IT", "DE", "GB", "FR", "ES", "US", "JP", "SE", "PL", "TR", "AE", "IN", "BR", "GF")
days = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(365)]
{first}
print([(country, day.isoformat()) for country in countries for day in days if {is_one}])
print(sum(name.startswith("holidays.countries.") for name in sys.modules))
"""


def test_of_all_countries_only_one_is_imported_and_its_holidays_are_the_librarys() -> None:
    """`a2z alert` asks at every run."""

    def run(**words: str) -> list[str]:
        ran = subprocess.run([sys.executable, "-c", DAYS.format(**words)], capture_output=True, text=True, check=True)
        return ran.stdout.splitlines()

    ours = {"module": "a2z_defense.policy.team", "name": "_is_holiday", "is_one": "found(country, day)"}
    library = {"module": "holidays", "name": "country_holidays", "is_one": "day in every[country]"}
    made = "every = {country: found(country, years=2026) for country in countries}"
    assert run(first="", **ours)[0] == run(first=made, **library)[0]
    assert run(first="countries = ('IT',)", **ours)[1] == "1"
