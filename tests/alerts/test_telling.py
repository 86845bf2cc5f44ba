"""Who is told what and when: once for a band, again on escalation, quiet hours, acknowledgements, jumping clocks."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.queues import NOW, due_row, due_state, hours

from a2z_defense.alerts.calendar import Calendar
from a2z_defense.alerts.digest import BYTES, Digest, compose
from a2z_defense.alerts.evaluate import evaluate
from a2z_defense.alerts.kinds import URGENCY, Alert, AlertKind
from a2z_defense.alerts.notify import Sent
from a2z_defense.alerts.run import Outcome, tell
from a2z_defense.alerts.telling import CLOCK_SLACK, Acknowledged, Now, shown
from a2z_defense.base.config import Team
from a2z_defense.base.environment import Home
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.base.locks import exclusive
from a2z_defense.model.due import DueRow

URL = "json://someone:secret@localhost/"
OTHER = "ntfy://localhost/topic"
ALWAYS = Calendar(ZoneInfo("UTC"))
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHT = Calendar(ZoneInfo("UTC"), Team(hours="09:00-17:00", weekdays=EVERY_DAY), "22:00-07:00")
CLAIM = "402-0000001-7654321"


class Sink:
    """A notifier that keeps what it is given."""

    def __init__(self, *down: str) -> None:
        self.down = set(down)
        self.slow: set[str] = set()
        """These take the digest and never say so."""
        self.got: list[tuple[str, Digest]] = []

    def send(self, url: str, digest: Digest) -> Sent:
        if url in self.down:
            return Sent.REFUSED
        self.got.append((url, digest))
        return Sent.UNKNOWN if url in self.slow else Sent.TAKEN

    def ping(self, url: str) -> bool:
        return True


class Desk:
    """Runs of `alert` over one home, each at its own instant."""

    def __init__(self, root: Path, calendar: Calendar = ALWAYS, urls: Sequence[str] = (URL,)) -> None:
        self.home = Home(root)
        self.sink = Sink()
        self.calendar = calendar
        self.urls = urls
        self.acks: dict[str, Acknowledged] = {}

    def run(self, *rows: DueRow, at: dt.datetime = NOW, repeat: bool = False, scope: str = "") -> Outcome:
        alerts = evaluate(due_state(*rows, last_fetch=at), at)
        return tell(
            self.home,
            alerts,
            Now(at, self.calendar, self.acks, repeat),
            self.sink,
            recipients=lambda alert: self.urls,
            everybody=self.urls,
            zone="Europe/Rome",
            scope=scope,
        )

    def acknowledge(self, row: DueRow, *, until: dt.datetime, at: dt.datetime = NOW) -> None:
        self.acks[CLAIM] = Acknowledged(at, until, shown(evaluate(due_state(row, last_fetch=at), at)))

    def told(self, *rows: DueRow, **options: Any) -> list[str]:
        """The bodies that one run sent."""
        before = len(self.sink.got)
        self.run(*rows, **options)
        return [digest.body for _url, digest in self.sink.got[before:]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_one_digest_holds_everything_and_names_the_command(desk: Desk) -> None:
    desk.run(due_row(-1), due_row(3, 2), due_row(100, 3))
    ((url, digest),) = desk.sink.got
    assert (url, digest.title) == (URL, "a2z: 1 overdue, 1 due within 6 hours")
    assert digest.body == (
        "402-0000001-7654321: OVERDUE, since 1 h 0 min\n"
        "  Your answer to Amazon was due Sat 2026-11-21 09:00 Europe/Rome (2026-11-21 08:00 UTC)."
        " Send it while the button is there, then prepare the appeal.\n"
        "  Next: a2z build 402-0000001-7654321\n"
        "\n"
        "402-0000002-7654321: DUE WITHIN 6 HOURS, 3 h 0 min left\n"
        "  Amazon waits for your answer until Sat 2026-11-21 13:00 Europe/Rome (2026-11-21 12:00 UTC).\n"
        "  Next: a2z build 402-0000002-7654321\n"
        "\n"
        f"(a2z, digest {digest.id})"
    )


def test_never_twice_for_one_band_and_again_on_escalation(desk: Desk) -> None:
    row = due_row(30)
    told = [len(desk.told(row, at=NOW + hours(after))) for after in (0, 0.1, 5, 6, 7, 24, 25, 30, 31)]
    assert told == [1, 0, 0, 1, 0, 1, 0, 1, 0]


def test_repeat_tells_again(desk: Desk) -> None:
    assert len(desk.told(due_row(3))) == 1
    assert len(desk.told(due_row(3), repeat=True)) == 1


def test_another_deadline_of_the_same_claim_is_told_again(desk: Desk) -> None:
    assert len(desk.told(due_row(3))) == 1
    assert len(desk.told(due_row(4))) == 1


def test_what_was_over_and_comes_back_is_told_again(desk: Desk) -> None:
    assert len(desk.told(due_row(3))) == 1
    assert desk.told() == []
    assert len(desk.told(due_row(3))) == 1


def test_a_new_claim_is_told_once_although_nothing_is_near(desk: Desk) -> None:
    row = due_row(72, first_seen=NOW)
    assert "This claim is new: act by Tue 2026-11-24 10:00 Europe/Rome" in desk.told(row)[0]
    assert desk.told(row, at=NOW + hours(1)) == []


def test_a_recipient_that_fails_is_tried_again_and_the_others_hear_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, urls=(URL, OTHER))
    desk.sink.down = {URL}
    outcome = desk.run(due_row(3))
    assert (outcome.told, len(outcome.failed)) == (1, 1)
    assert "json" in outcome.failed[0]
    assert "secret" not in outcome.failed[0]
    desk.sink.down = set()
    assert desk.run(due_row(3)).failed == ()
    assert [url for url, _digest in desk.sink.got] == [OTHER, URL]


def test_two_runs_over_different_accounts_do_not_clear_each_other(desk: Desk) -> None:
    assert len(desk.told(due_row(3), scope="one")) == 1
    assert len(desk.told(due_row(3, 2), scope="two")) == 1
    assert desk.told(due_row(3), scope="one") == []


def test_a_claim_of_no_known_account_is_told_once_by_the_schedules_of_two(desk: Desk) -> None:
    assert len(desk.told(due_row(3), scope="one")) == 1
    assert desk.told(due_row(3), scope="two") == []
    assert desk.told(scope="one") == []
    assert len(desk.told(due_row(3), scope="two")) == 1, "the first schedule says that it is over; then it is news"


def test_a_second_run_at_the_same_time_sends_nothing(desk: Desk) -> None:
    with exclusive(desk.home.locks / "alert.lock", wait_seconds=0, holder="test"):
        outcome = desk.run(due_row(3))
    assert desk.sink.got == []
    assert "another run" in outcome.warnings[0]
    assert len(desk.told(due_row(3))) == 1


def at(hour: int, day: int = 0) -> dt.datetime:
    return NOW.replace(hour=hour) + dt.timedelta(days=day)


def test_quiet_hours_hold_back_what_was_told_in_staffed_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NIGHT)
    row = due_row(38)  # due tomorrow at 23:00: within 24 hours from 23:00 today on
    assert len(desk.told(row, at=at(10))) == 1
    assert desk.told(row, at=at(23)) == []
    assert desk.told(row, at=at(3, 1)) == []
    assert len(desk.told(row, at=at(7, 1))) == 1


def test_quiet_hours_do_not_count_before_an_alert_went_out_in_staffed_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NIGHT)
    assert len(desk.told(due_row(38), at=at(23))) == 1
    assert len(desk.told(due_row(44, 2), at=at(8))) == 1  # neither quiet nor staffed
    assert len(desk.told(due_row(38), due_row(44, 2), at=at(23) + hours(6.5))) == 1


def test_quiet_hours_never_silence_the_last_bands(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NIGHT)
    row = due_row(18)  # due at 03:00
    assert len(desk.told(row, at=at(10))) == 1
    assert len(desk.told(row, at=at(22))) == 1
    assert len(desk.told(row, at=at(3, 1))) == 1


def test_an_acknowledgement_silences_until_its_end(desk: Desk) -> None:
    row = due_row(30)
    desk.acknowledge(row, until=NOW + hours(10))
    assert desk.told(row) == []
    assert desk.told(row, at=NOW + hours(9)) == []
    assert len(desk.told(row, at=NOW + hours(10))) == 1


def test_an_acknowledgement_does_not_cover_a_later_escalation_into_the_last_bands(desk: Desk) -> None:
    row = due_row(30)
    desk.acknowledge(row, until=NOW + hours(1000))
    assert [len(desk.told(row, at=NOW + hours(after))) for after in (0, 10, 24, 29, 30)] == [0, 0, 1, 0, 1]


def test_an_acknowledgement_within_the_last_band_covers_that_band(desk: Desk) -> None:
    row = due_row(4)
    desk.acknowledge(row, until=NOW + hours(1000))
    assert [len(desk.told(row, at=NOW + hours(after))) for after in (0, 3, 4)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("comes", "words"),
    [
        (due_row(20), "Amazon waits for your answer"),
        (due_row(40), "Amazon waits for your answer"),
        (due_row(30, clocks=(("message_reply", NOW + hours(20)),)), "waits for an answer to a message"),
    ],
)
def test_an_acknowledgement_holds_for_the_deadline_that_was_shown_when_it_was_given(
    desk: Desk, comes: DueRow, words: str
) -> None:
    desk.acknowledge(due_row(30), until=NOW + hours(29))
    desk.run(comes, at=NOW + hours(1))
    ((_url, digest),) = desk.sink.got
    assert words in digest.body


def test_an_acknowledged_look_is_no_acknowledged_request_though_both_are_due_at_once(desk: Desk) -> None:
    desk.acknowledge(due_row(30, deadline_kind="check"), until=NOW + hours(29))
    assert desk.told(due_row(30, deadline_kind="check")) == []
    assert len(desk.told(due_row(30))) == 1


def test_what_is_said_of_an_acknowledged_deadline_later_is_acknowledged_with_it(desk: Desk) -> None:
    desk.acknowledge(due_row(60, blockers=0), until=NOW + hours(50))
    assert desk.told(due_row(60, blockers=2), at=NOW + hours(20)) == []
    assert desk.told(due_row(60, built_not_sent=1), at=NOW + hours(20)) == []


class Crash(BaseException):
    """The run ends, as if it were killed."""


def crash_while_sending(desk: Desk, *rows: DueRow) -> Digest:
    """A run that ends after the digest went out and before that was remembered; returns the digest."""
    took = desk.sink.send

    def send(url: str, digest: Digest) -> Sent:
        took(url, digest)
        raise Crash

    desk.sink.send = send  # type: ignore[method-assign]
    with pytest.raises(Crash):
        desk.run(*rows)
    desk.sink.send = took  # type: ignore[method-assign]
    return desk.sink.got[-1][1]


def test_a_digest_that_was_cut_in_the_middle_is_sent_again_under_its_id_and_says_so(desk: Desk) -> None:
    cut = crash_while_sending(desk, due_row(3))
    (body,) = desk.told(due_row(3))
    assert "may have reached you before" in body
    assert f"(a2z, digest {cut.id})" in body
    assert desk.told(due_row(3)) == []


def test_what_is_new_since_a_cut_digest_goes_out_by_itself(desk: Desk) -> None:
    """Whoever drops the repeat by its id must not lose news with it."""
    cut = crash_while_sending(desk, due_row(3), due_row(5, 2))
    again, fresh = desk.told(due_row(3), due_row(4, 3))
    assert (cut.id in again, "may have reached you before" in again, CLAIM in again) == (True, True, True)
    assert (cut.id in fresh, "may have reached you before" in fresh) == (False, False)
    assert "402-0000003-7654321" in fresh
    assert "402-0000002-7654321" not in again + fresh, "it is over"
    assert desk.told(due_row(3), due_row(4, 3)) == []


def test_what_escalated_since_a_cut_digest_is_told_as_news(desk: Desk) -> None:
    crash_while_sending(desk, due_row(3))
    (body,) = desk.told(due_row(3), at=NOW + hours(4))
    assert "OVERDUE" in body
    assert "may have reached" not in body


def test_a_recipient_that_does_not_answer_in_time_is_told_again_and_the_repeat_says_so(desk: Desk) -> None:
    desk.sink.slow = {URL}
    outcome = desk.run(due_row(3))
    assert "may have the digest" in outcome.failed[0]
    desk.sink.slow = set()
    (body,) = desk.told(due_row(3))
    assert "may have reached you before" in body
    assert desk.sink.got[0][1].id == desk.sink.got[1][1].id


@pytest.mark.parametrize("count", [500, 10_000])
def test_a_long_digest_is_cut_to_what_services_take(desk: Desk, count: int) -> None:
    (body,) = desk.told(*(due_row(3, number) for number in range(count)))
    shown = sum(": DUE WITHIN" in line for line in body.splitlines())
    assert shown > 10
    assert f"... and {count - shown} more. Next: a2z alert" in body
    assert len(body.encode()) <= BYTES
    assert desk.told(*(due_row(3, number) for number in range(count))) == []


JUMPS = st.lists(st.tuples(st.floats(-80, 80), st.booleans()), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None)
@given(JUMPS)
def test_whatever_the_clock_does_the_band_of_the_moment_was_told(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[float, bool]]
) -> None:
    """After each run that got through, somebody who believes only what was told before that instant knows the band."""
    desk = Desk(tmp_path_factory.mktemp("jumps"))
    row = due_row(0, first_seen=NOW - hours(1000))
    told: list[tuple[dt.datetime, int]] = []
    for offset, is_up in runs:
        now = NOW + hours(offset)
        desk.sink.down = set() if is_up else {URL}
        before = len(desk.sink.got)
        desk.run(row, at=now)
        (alert,) = evaluate(due_state(row, last_fetch=now), now)
        rank = URGENCY[alert.band]
        known = any(moment <= now + CLOCK_SLACK and what <= rank for moment, what in told)
        sent = len(desk.sink.got) > before
        if sent:
            told.append((now, rank))
        expected = is_up and alert.band != "later" and not known
        assert sent is expected


def test_a_memory_that_nobody_else_can_read(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    desk.run(due_row(3))
    assert list(temporary.iterdir()) == [], "a home that can be written needs no stand-in"
    kept = desk.home.root / "alerts.sqlite3"
    assert kept.stat().st_mode & 0o077 == 0
    assert b"secret" not in kept.read_bytes()


@pytest.mark.parametrize("text", ["22-7", "25:00-07:00", "22:00", "22:00-07:60"])
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="quiet_hours"):
        Calendar(ZoneInfo("UTC"), Team(), text).is_quiet(NOW)


@pytest.mark.parametrize(
    ("hours_of_day", "hour", "day", "expected"),
    [
        ("", 3, 0, True),
        ("09:00-17:00", 9, 0, True),
        ("09:00-17:00", 17, 0, False),
        ("22:00-06:00", 23, -1, True),  # Friday night
        ("22:00-06:00", 5, 0, True),  # still Friday's shift
        ("22:00-06:00", 23, 0, False),  # Saturday night
        ("", 12, 1, False),  # Sunday
    ],
)
def test_staffed_hours_belong_to_the_day_on_which_they_begin(
    hours_of_day: str, hour: int, day: int, expected: bool
) -> None:
    """NOW is a Saturday; the team works from Monday to Saturday morning."""
    team = Team(hours=hours_of_day, weekdays=EVERY_DAY[:6] if not hours_of_day.startswith("22") else EVERY_DAY[:5])
    assert Calendar(ZoneInfo("UTC"), team).is_staffed(at(hour, day)) is expected


FRIDAY = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("team", "day", "left", "back"),
    [
        (Team(), FRIDAY, "2026-11-20T23:00", "2026-11-22T23:00"),
        (Team(hours="09:00-17:30"), FRIDAY, "2026-11-20T16:30", "2026-11-23T08:00"),
        (Team(hours="09:00-17:30"), FRIDAY - dt.timedelta(days=1), "2026-11-19T16:30", "2026-11-20T08:00"),
        (Team(hours="22:00-06:00"), FRIDAY, "2026-11-21T05:00", "2026-11-23T21:00"),
        (Team(), FRIDAY - dt.timedelta(days=1), None, None),
        (Team(), FRIDAY + dt.timedelta(days=1), None, None),
        (Team(away=(dt.date(2026, 11, 20),)), FRIDAY - dt.timedelta(days=1), "2026-11-19T23:00", "2026-11-22T23:00"),
        (Team(weekdays=EVERY_DAY), FRIDAY, None, None),
        # 7 December is a Monday, 8 December a holiday in Italy
        (Team(country="IT"), FRIDAY + dt.timedelta(days=17), "2026-12-07T23:00", "2026-12-08T23:00"),
    ],
)
def test_when_nobody_is_there_after_a_staffed_day(
    team: Team, day: dt.datetime, left: str | None, back: str | None
) -> None:
    gap = Calendar(ZoneInfo("Europe/Rome"), team).gap(day)
    assert gap == (
        None if left is None else (dt.datetime.fromisoformat(f"{left}Z"), dt.datetime.fromisoformat(f"{back}Z"))
    )


def test_what_falls_due_while_nobody_is_there_is_told_on_the_last_staffed_day() -> None:
    gap = (FRIDAY + hours(2), FRIDAY + hours(66))
    due = [1, 2, 3, 60, 66, 70]
    rows = due_state(*(due_row(0, number, act_by=FRIDAY + hours(number)) for number in due), last_fetch=FRIDAY)
    found = [alert for alert in evaluate(rows, FRIDAY, gap=gap) if alert.kind is AlertKind.BEFORE_NEXT_STAFFED]
    assert [alert.deadline for alert in found] == [FRIDAY + hours(3), FRIDAY + hours(60)]


def test_a_country_without_known_holidays_is_refused() -> None:
    calendar = Calendar(ZoneInfo("UTC"), Team(country="XX"))
    with pytest.raises(ConfigurationError, match=r"team\.country"):
        calendar.is_staffed(FRIDAY)


def test_names_are_only_in_a_digest_that_was_asked_for() -> None:
    alert = Alert(CLAIM, AlertKind.RESPONSE_DUE, "6h", "2026-11-21T09:00:00Z", "a2z check")
    assert "Zoë" not in compose([alert], "x", now=NOW, zone="UTC").body
    assert f"{CLAIM} (Zoë Rossi): DUE" in compose([alert], "x", now=NOW, zone="UTC", names={CLAIM: "Zoë Rossi"}).body
