"""The timeline: every dated thing of the case, drawn in four lanes and listed beneath with the same numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.page import Lettered, Show
from a2z_defense.model.entries import EntryKind

LANES = ("order", "carrier", "messages", "claim")
WIDTH, LEFT, RIGHT, LANE_HEIGHT, TOP, RADIUS = 642, 78, 14, 46, 8, 8
"""CSS pixels: the text width of an A4 page with our margins, and the room of a lane."""


@dataclass(frozen=True)
class Event:
    number: int
    lane: str
    at: dt.datetime
    local: Said
    utc: Said
    what: Said
    letters: tuple[Lettered, ...]
    future: bool
    """A moment that the evidence foresees (a deadline, a window), not one that it records."""


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    text_y: int
    number: int
    style: Phrase


@dataclass(frozen=True)
class Tick:
    x: int
    label: Phrase


@dataclass(frozen=True)
class Lane:
    label: Phrase
    y: int
    text_y: int


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Timeline:
    events: tuple[Event, ...]
    title: Phrase
    width: int
    height: int
    left: int
    right: int
    axis_y: int
    axis_text_y: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    window: Bar | None
    """The delivery window."""


def timeline_view(show: Show) -> Timeline | None:
    """None when nothing has a date."""
    found = sorted(_events(show), key=lambda one: (one[0], LANES.index(one[1]), one[2]))
    if not found:
        return None
    events = tuple(
        Event(
            number=number,
            lane=lane,
            at=at,
            local=show.show((show.until if kind is Kind.END else show.loc).at(at), *what.exhibits),
            utc=show.show(show.loc.utc(at), *what.exhibits),
            what=what,
            letters=show.letters.refs(what.exhibits),
            future=kind is not Kind.RECORDED,
        )
        for number, (at, lane, what, kind) in enumerate(found, start=1)
    )
    return _draw(show, events)


class Kind(StrEnum):
    """What the evidence tells of a moment."""

    RECORDED = "recorded"
    BEGIN = "begin"
    """Foreseen: a time begins."""
    END = "end"
    """Foreseen: a time ends."""


def _events(show: Show) -> Iterator[tuple[dt.datetime, str, Said, Kind]]:
    case, t = show.facts.case, show.t
    if (order := case.order) is not None:
        yield order.created_at, "order", show.show(t("event.ordered"), order.evidence), Kind.RECORDED
        for when, key, kind in (
            (order.ship_by.latest, "ship_by", Kind.END),
            (order.deliver_by.earliest, "window_opens", Kind.BEGIN),
            (order.deliver_by.latest, "window_closes", Kind.END),
        ):
            if when:
                yield when, "order", show.show(t(f"event.{key}"), order.evidence), kind
    several = len({scan.tracking_number for parcel in show.facts.parcels for scan in parcel.of.scans}) > 1
    for parcel in show.facts.parcels:
        for scan in parcel.of.scans:
            if scan.at:
                about = f", {scan.tracking_number}" if several else ""
                text = f"{t(f'scan.{scan.kind.value}')} ({t(f'leg.{parcel.of.leg(scan).value}')}{about})"
                yield scan.at, "carrier", show.show(text, scan.evidence), Kind.RECORDED
    for mail in (*case.messages, *case.notices, *case.other_mails):
        if mail.read.sent_at:
            lane = "messages" if mail in case.messages else "claim"
            yield mail.read.sent_at, lane, show.show(t(f"mail.{mail.read.kind.value}"), mail.evidence), Kind.RECORDED
    for one in show.facts.refunds:
        if one.posted_at:
            amount = f" {show.loc.money(one.amount)}" if one.amount else ""
            yield one.posted_at, "claim", show.show(f"{t('event.refund')}{amount}", one.evidence), Kind.RECORDED
    for row in case.returns:
        if row.requested_at:
            yield row.requested_at, "claim", show.show(t("event.return_requested"), row.evidence), Kind.RECORDED
        if row.authorised_at:
            yield row.authorised_at, "claim", show.show(t("event.return_authorised"), row.evidence), Kind.RECORDED
    for entry in case.entries:
        if entry.kind is EntryKind.RECORDED and entry.record:
            when = entry.effective_at or entry.at
            what = t(f"record.{entry.record.value}")
            told = t("event.late", what=what) if entry.late else what
            yield when, "claim", show.show(told, entry.id), Kind.RECORDED
    deadline = show.facts.assessment.deadline
    if deadline.act_by:
        yield deadline.act_by, "claim", show.show(t("event.act_by"), deadline.started_by), Kind.END
    if deadline.at and deadline.at != deadline.act_by:
        yield deadline.at, "claim", show.show(t("event.deadline"), deadline.started_by), Kind.END


_APART, _NUDGE = 2 * RADIUS + 1, 24
"""CSS pixels between two dots of a row, and how far a dot may stand beside its moment so that both can be read."""


def _placed(x: int, taken: list[int]) -> tuple[int, int]:
    """Where a dot goes in its lane: the first of its two rows that has room, else a little to the right in the one that
    has room sooner; in a crowd that is too thick for that, at its moment. `taken` is the last dot of each row."""
    row = next((n for n, last in enumerate(taken) if x - last >= _APART), None)
    if row is None:
        row = taken.index(min(taken))
        beside = taken[row] + _APART
        x = beside if beside - x <= _NUDGE and beside <= WIDTH - RIGHT - RADIUS else x
    taken[row] = x
    return x, row


def _draw(show: Show, events: tuple[Event, ...]) -> Timeline:
    first, last = events[0].at, events[-1].at
    span = max((last - first).total_seconds(), 3600.0)
    room = WIDTH - LEFT - RIGHT - 2 * RADIUS

    def x_of(at: dt.datetime) -> int:
        return LEFT + RADIUS + round(room * (at - first).total_seconds() / span)

    dots = []
    taken = {name: [-WIDTH, -WIDTH] for name in LANES}
    for event in events:
        x, row = _placed(x_of(event.at), taken[event.lane])
        y = TOP + LANES.index(event.lane) * LANE_HEIGHT + 14 + row * 18
        dots.append(Dot(x, y, y + 3, event.number, Phrase("future" if event.future else event.lane)))
    order, bar = show.facts.case.order, None
    if order and order.deliver_by.earliest and order.deliver_by.latest:
        start, end = x_of(order.deliver_by.earliest), x_of(order.deliver_by.latest)
        bar = Bar(start, TOP, max(1, end - start), len(LANES) * LANE_HEIGHT)
    days = max(1, -(-int(span // 86400 + 1) // 9))
    ticks, day = [], show.loc.midnight_after(first)
    while day <= last:
        ticks.append(Tick(x_of(day), Phrase(show.loc.short_day(day))))
        day = show.loc.midnight_after(day, days)
    height = TOP + len(LANES) * LANE_HEIGHT
    lanes = tuple(
        Lane(show.t(f"lane.{name}"), TOP + at * LANE_HEIGHT, TOP + at * LANE_HEIGHT + 26)
        for at, name in enumerate(LANES)
    )
    return Timeline(
        events, show.t("audit.timeline_alt"), WIDTH, height + 22, LEFT, WIDTH - RIGHT, height, height + 15,
        lanes, tuple(ticks), tuple(dots), bar,
    )  # fmt: skip
