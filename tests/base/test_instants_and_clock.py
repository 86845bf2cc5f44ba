from __future__ import annotations

import datetime as dt

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from a2z_defense.base.clock import SetClock, SystemClock, case_clock
from a2z_defense.base.errors import UsageError
from a2z_defense.base.instants import parse_instant, read_instant, utc_text

ZONES = st.timezones()
FIRST, LAST = dt.datetime(2000, 1, 2), dt.datetime(2099, 12, 30)  # noqa: DTZ001 - hypothesis wants bounds without a zone


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


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T24:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1970-01-01T00:00:00Z",
        "2100-01-01T00:00Z",
    ],
)
def test_an_impossible_year_is_no_instant(text: str) -> None:
    assert read_instant(text) is None
    with pytest.raises(UsageError) as found:
        parse_instant(text, what="--at")
    assert "2000 to 2099" in str(found.value.expected)


def test_the_end_of_a_day_may_be_written_as_a2z_prints_it() -> None:
    assert read_instant("2026-11-13T24:00:00+01:00") == dt.datetime(2026, 11, 13, 23, tzinfo=dt.UTC)
    assert read_instant("2026-11-13T24:30:00+01:00") is None


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T?[0-9:.,]{0,12}[Zz+-]?[0-9:]{0,6}")))
def test_no_text_is_too_odd_to_be_read_or_refused(text: str) -> None:
    found = read_instant(text)
    assert found is None or (found.utcoffset() == dt.timedelta(0) and 1999 <= found.year <= 2100)


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
