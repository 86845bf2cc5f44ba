from __future__ import annotations

import datetime as dt

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from a2z_defense.base.clock import SetClock, SystemClock, case_clock
from a2z_defense.base.errors import UsageError
from a2z_defense.base.instants import parse_instant, utc_text

ZONES = st.timezones()
FIRST, LAST = dt.datetime(1971, 1, 1), dt.datetime(2200, 1, 1)  # noqa: DTZ001 - hypothesis wants bounds without a zone


@given(st.datetimes(timezones=ZONES, min_value=FIRST, max_value=LAST))
def test_an_instant_survives_its_text_whatever_its_zone(instant: dt.datetime) -> None:
    # A fold that does not exist in UTC shifts the wall clock, never the instant.
    text = utc_text(instant)
    assert text.endswith("Z")
    assert parse_instant(text) == instant.astimezone(dt.UTC)


@pytest.mark.parametrize("text", ["2026-11-21T09:30:00", "2026-11-21", "tomorrow", "", "21/11/2026 09:30"])
def test_text_without_a_zone_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(UsageError) as found:
        parse_instant(text, what="--as-of")
    assert any("--as-of" in line for line in found.value.lines())
    assert found.value.remedy is not None


def test_a_naive_instant_is_never_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        utc_text(dt.datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_a_set_clock_stands_and_says_so() -> None:
    clock = case_clock("2026-11-21T10:30:00+01:00")
    assert clock.now() == dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
    assert clock.is_set
    assert isinstance(clock, SetClock)


@freeze_time("2026-03-29 01:30:00")
def test_the_system_clock_is_utc_whatever_the_machines_zone() -> None:
    clock = case_clock(None)
    assert isinstance(clock, SystemClock)
    assert not clock.is_set
    assert clock.now() == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
