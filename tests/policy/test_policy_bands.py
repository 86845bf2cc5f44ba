"""How long is left, to the second, at every edge."""

from __future__ import annotations

import datetime as dt

import pytest

from a2z_defense.policy.bands import DUE_SOON, band_of, edges, is_due_soon, is_overdue

NOW = dt.datetime(2026, 3, 12, 7, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def left(hours: float, *, seconds: int = 0) -> dt.datetime:
    return NOW + dt.timedelta(hours=hours, seconds=seconds)


@pytest.mark.parametrize(
    ("act_by", "band"),
    [
        (left(-1), "overdue"),
        (left(0), "overdue"),
        (left(0, seconds=1), "6h"),
        (left(6), "6h"),
        (left(6, seconds=1), "24h"),
        (left(24), "24h"),
        (left(24, seconds=1), "48h"),
        (left(48), "48h"),
        (left(48, seconds=1), "later"),
        (None, "none"),
    ],
)
def test_bands(act_by: dt.datetime | None, band: str) -> None:
    assert band_of(act_by, NOW, kind="response") == band


@pytest.mark.parametrize(
    ("act_by", "band"),
    [(left(-99), "24h"), (left(0), "24h"), (left(5), "24h"), (left(24), "24h"), (left(25), "48h"), (None, "none")],
)
def test_a_precautionary_look_never_bands_above_due_soon(act_by: dt.datetime | None, band: str) -> None:
    assert band_of(act_by, NOW, kind="check") == band


def test_the_edges_are_the_last_instants_of_their_bands() -> None:
    found = edges(NOW)
    assert [band for _, band in found] == ["overdue", "6h", "24h", "48h"]
    assert [band_of(at, NOW, kind="response") for at, _ in found] == [band for _, band in found]
    assert [band_of(at + SECOND, NOW, kind="response") for at, _ in found] == ["6h", "24h", "48h", "later"]


def test_overdue_is_for_what_can_be_lost() -> None:
    assert is_overdue(NOW, NOW, kind="response")
    assert is_overdue(left(-1), NOW, kind="appeal")
    assert not is_overdue(NOW + SECOND, NOW, kind="response")
    assert not is_overdue(left(-1), NOW, kind="check")
    assert not is_overdue(None, NOW, kind="response")


def test_due_soon_is_twenty_four_hours_unless_configured() -> None:
    assert dt.timedelta(hours=24) == DUE_SOON
    assert is_due_soon(left(24), NOW)
    assert not is_due_soon(left(24, seconds=1), NOW)
    assert is_due_soon(left(-5), NOW)
    assert not is_due_soon(None, NOW)
    assert is_due_soon(left(30), NOW, due_soon=dt.timedelta(hours=30))
