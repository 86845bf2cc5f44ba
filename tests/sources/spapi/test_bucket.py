"""One bucket for all workers and processes: never faster than Amazon allows, never slower than it must be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clocks import HandClock

from a2z_defense.sources.spapi.bucket import Bucket, wait


def bucket(folder: Path, clock: HandClock, *, rate: float = 0.5, burst: int = 30) -> Bucket:
    return Bucket(folder, "account", "getOrder", rate, burst, clock)


def test_a_burst_goes_at_once_and_then_one_per_interval(tmp_path: Path) -> None:
    clock = HandClock()
    ours = bucket(tmp_path, clock)
    waits = [ours.reserve() for _ in range(33)]
    assert waits[:29] == [0.0] * 29
    assert waits[29:] == pytest.approx([2.0, 4.0, 6.0, 8.0])


def test_the_header_changes_the_rate_and_the_debt_with_it(tmp_path: Path) -> None:
    clock = HandClock()
    ours = bucket(tmp_path, clock)
    for _ in range(30):
        ours.reserve()
    ours.follow(5.0)
    assert ours.reserve() == pytest.approx(0.4)
    ours.follow(0.0)  # nonsense changes nothing
    assert ours.reserve() == pytest.approx(0.6)


def test_a_429_empties_the_bucket_for_everyone(tmp_path: Path) -> None:
    clock = HandClock()
    ours, other = bucket(tmp_path, clock), bucket(tmp_path, clock)
    assert ours.throttled(7.0) == 7.0
    assert other.reserve() >= 7.0
    assert other.blocked_for() == pytest.approx(7.0)
    clock.now += 7.0
    assert other.blocked_for() == 0.0


def test_the_state_outlives_the_process_but_not_a_reboot(tmp_path: Path) -> None:
    clock = HandClock()
    ours = bucket(tmp_path, clock)
    for _ in range(29):
        ours.reserve()
    assert bucket(tmp_path, clock).reserve() == pytest.approx(2.0)
    rebooted = HandClock(now=5.0)
    assert bucket(tmp_path, rebooted).reserve() == 0.0


def test_a_place_too_far_off_is_not_taken(tmp_path: Path) -> None:
    clock = HandClock()
    ours = bucket(tmp_path, clock, rate=0.0167, burst=2)
    assert ours.reserve(30) == 0.0
    assert [round(ours.reserve(30)) for _ in range(3)] == [60, 60, 60]
    clock.now += 40
    assert ours.reserve(30) == pytest.approx(1 / 0.0167 - 40)


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"arrival": "x"}', '{"arrival": 1, "rate": 0, "blocked_until": 0}'])
def test_a_torn_file_is_a_full_bucket(tmp_path: Path, torn: str) -> None:
    clock = HandClock()
    ours = bucket(tmp_path, clock)
    ours.reserve()
    (path,) = tmp_path.glob("*.json")
    path.write_text(torn)
    assert ours.reserve() == 0.0
    assert json.loads(path.read_text())["rate"] == 0.5


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=80), st.integers(1, 30), st.sampled_from([0.5, 2.0, 80.0]))
def test_amazons_bucket_is_never_overdrawn(gaps: list[float], burst: int, rate: float) -> None:
    """Whatever the rhythm, a server's token bucket with the same rate and burst never refuses."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock()
        ours = bucket(Path(folder), clock, rate=rate, burst=burst)
        tokens, at = float(burst), clock.now
        for gap in gaps:
            clock.now += gap
            clock.now += ours.reserve()
            tokens = min(burst, tokens + (clock.now - at) * rate)
            at = clock.now
            assert tokens >= 1 - 1e-6
            tokens -= 1


def test_two_processes_share_one_bucket(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from a2z_defense.sources.spapi.bucket import Bucket;"
        "from a2z_defense.base.clock import SystemMonotonic;"
        "b = Bucket(Path(sys.argv[1]), 'account', 'getOrder', 0.001, 21, SystemMonotonic());"
        "print(sum(b.reserve() < 1 for _ in range(15)))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    went = sum(int(process.communicate()[0]) for process in running)
    assert went == 20


def test_a_wait_ends_when_the_run_does() -> None:
    clock = HandClock(0.0)
    wait(30, clock, lambda: clock.now > 0.1)
    assert clock.now == 0.25  # one slice of the wait
    wait(30, clock, lambda: False)
    assert clock.now == 30.25
