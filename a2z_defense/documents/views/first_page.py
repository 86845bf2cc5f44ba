"""The record's first page: one page that answers everything, cut where it would not fit, and saying so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a2z_defense.base.instants import utc_text
from a2z_defense.documents.response import open_items, titled
from a2z_defense.documents.sentences.writer import shortened
from a2z_defense.documents.views.exhibits import Row
from a2z_defense.documents.views.fitting import cut_to, lines_of
from a2z_defense.documents.views.page import Show, Words
from a2z_defense.model.assessment import Decided, Item, ItemState, Level, Status
from a2z_defense.model.case import ReasonSource
from a2z_defense.model.entries import EntryKind, RecordKind

_PAGE, _LINE, _ITEM, _ROW, _TIGHT_ROW, _NEXT, _HEAD = 245.0, 4.7, 5.5, 6.2, 5.0, 4.1, 9.3
"""Millimetres on a page of `style.css`: its text, a line, a list's item, a table's row, a tight one, its next lines, a
heading. Measured on the rendered pages; less than the page has: a record in parts says so there, in two lines."""
_FIXED, _DOUBTED, _ALARM = 71.0, 4.0, 16.0
"""Title, boxes, their headings and the heading of the facts; the heading of the doubts; the box of the alarms."""
_BOX, _DOUBT, _LIST, _CELL, _BOXED_CELL = 47.0, 52.0, 48.5, 42.0, 39.0
"""Widths in em of what stands there: a box, its doubts, a list, the values of a table, those of a table in a box."""


@dataclass(frozen=True)
class _Bounds:
    """The most that is shown of what has no end; lines, but for the last six, which count entries."""

    why: int
    rule: int
    row: int
    doubt: int
    entry: int
    doubts: int
    alarms: int
    readings: int
    titles: int
    title: int
    """Characters of an item's title."""
    least: tuple[int, int, int]
    """Blockers, cautions and gaps that are shown whatever the page holds."""
    tight: bool = False
    """The rows stand closer."""


_BOUNDS = (
    _Bounds(4, 4, 5, 2, 5, doubts=3, alarms=4, readings=3, titles=4, title=80, least=(2, 2, 1)),
    _Bounds(4, 4, 3, 2, 5, doubts=3, alarms=4, readings=1, titles=2, title=80, least=(1, 1, 1)),
    _Bounds(4, 3, 3, 2, 3, doubts=3, alarms=3, readings=0, titles=2, title=60, least=(1, 1, 0)),
    _Bounds(3, 2, 2, 1, 2, doubts=2, alarms=2, readings=0, titles=2, title=36, least=(1, 1, 0), tight=True),
    _Bounds(1, 1, 1, 1, 1, doubts=1, alarms=1, readings=0, titles=1, title=36, least=(1, 0, 0), tight=True),
)
"""The first with which it fits is taken: a claim that is like most is told in full."""


@dataclass(frozen=True)
class Listed:
    """Lines of one list that fit, how many more there are, and whether one is not shown to its end."""

    shown: tuple[Words, ...]
    more: int
    cut: bool = False


@dataclass(frozen=True)
class FirstPage:
    decision_why: Words
    undefended: Words | None
    """The claimed units that the decision does not cover, when it covers others."""
    doubts: tuple[Words, ...]
    """Harmful things that are found or that nobody knows: beside the decision, not at the end."""
    alarms: Listed
    deadline: tuple[Row, ...]
    readings_left: int
    """Readings of the deadline that are not shown."""
    facts: tuple[Row, ...]
    blockers: Listed
    warnings: Listed
    gaps: Listed
    tight: bool
    """The rows stand closer, so that it is one page."""


def first_page(show: Show) -> FirstPage:
    """What the first page prints: as much as one page holds."""
    page, fits = _within(show, _BOUNDS[0])
    for bounds in _BOUNDS[1:]:
        if not fits:
            page, fits = _within(show, bounds)
    return page


def _within(show: Show, most: _Bounds) -> tuple[FirstPage, bool]:
    """The first page within those bounds, and whether it is one page."""
    found, notice = show.facts.assessment, show.facts.claim_exhibit
    why = cut_to(show.sentence(found.decision_why, notice), _BOX, most.why)
    left = _undefended(show, most)
    undefended = cut_to(left, _DOUBT, most.doubt) if left else None
    doubts = tuple(cut_to(one, _DOUBT, most.doubt) for one in _doubts(show, most.doubts))
    alarms = _listed([show.sentence(one, notice) for one in found.alarms], most.alarms, most.doubt, _BOX)
    readings = tuple(readings_of(show))
    deadline = _cut_rows((*_deadline(show), *readings[: most.readings]), _BOXED_CELL, most.rule)
    facts = _cut_rows((*_facts(show, most), *_standing(show)), _CELL, most.row)
    used = _FIXED + _LINE * lines_of(why, _BOX)
    used += _LINE * sum(lines_of(one, _DOUBT) for one in (*doubts, *([undefended] if undefended else [])))
    used += _DOUBTED if doubts else 0.0
    used += (
        _ALARM + _LINE * sum(lines_of(one, _BOX) for one in (*alarms.shown, *["more"] * bool(alarms.more)))
        if alarms.shown
        else 0.0
    )
    row = _TIGHT_ROW if most.tight else _ROW
    for rows, width in ((deadline, _BOXED_CELL), (facts, _CELL)):
        used += sum(row + _NEXT * (lines_of(one.value, width) - 1) for one in rows)
    left_over = max(0, len(readings) - most.readings)
    used += _LINE if left_over else 0.0
    gaps = [one for one in found.gaps if one not in found.blockers]
    lists = (
        [show.show(one, notice) for one in open_items(show)],
        [show.sentence(one, notice) for one in found.warnings],
        [_gap(show, one) for one in gaps],
    )
    (blockers, warnings, gaps_), fits = _fitted(lists, _PAGE - used, most)
    return FirstPage(
        why, undefended, doubts, alarms, deadline, left_over, facts, blockers, warnings, gaps_, most.tight
    ), fits


def _cut_rows(rows: Sequence[Row], width: float, most: int) -> tuple[Row, ...]:
    return tuple(Row(row.label, cut_to(row.value, width, most)) for row in rows)


def _listed(entries: Sequence[Words], count: int, lines: int, width: float) -> Listed:
    shown = tuple(cut_to(one, width, lines) for one in entries[:count])
    return Listed(shown, max(0, len(entries) - count), cut=shown != tuple(entries[:count]))


def _fitted(lists: Sequence[Sequence[Words]], room: float, most: _Bounds) -> tuple[list[Listed], bool]:
    """As many lines of each list as the page has room for, the first list first, each with its least; and whether that
    fits."""
    counts = [min(len(held), least) for held, least in zip(lists, most.least, strict=True)]

    def height() -> float:
        total = 0.0
        for count, held in zip(counts, lists, strict=True):
            one = _listed(held, count, most.entry, _LIST)
            total += (_HEAD if one.shown else _LINE) if held else 0.0
            total += sum(_ITEM + _LINE * (lines_of(entry, _LIST) - 1) for entry in one.shown)
            total += _ITEM if one.shown and (one.more or one.cut) else 0.0
        return total + (_HEAD + _ITEM if not lists[0] else 0.0)

    fits = height() <= room
    for at, held in enumerate(lists):
        while fits and counts[at] < len(held):
            counts[at] += 1
            if height() > room:
                counts[at] -= 1
                break
    return [_listed(held, count, most.entry, _LIST) for count, held in zip(counts, lists, strict=True)], fits


def _named(show: Show, items: Sequence[tuple[int, str]], most: _Bounds) -> str:
    """`1 × Lamp; 2 × Shade; 3 more items`."""
    names = [f"{count} × {shortened(title, most.title)}" for count, title in items]
    if len(names) > most.titles:
        names[most.titles :] = [str(show.t("audit.more_items", count=len(names) - most.titles))]
    return show.t.semicolon.join(names)


def _undefended(show: Show, most: _Bounds) -> Words | None:
    """The claimed units that stay open where others are defended: who reads "Defend" must see them beside it."""
    units = show.facts.assessment.units
    left = [one for one in units if not one.defended]
    if not left or len(left) == len(units):
        return None
    named = _named(show, [(one.quantity, one.title or one.item_id or "?") for one in left], most)
    words = show.pair(show.t("audit.not_defended"), named)
    return show.said(f"{words[:1].upper()}{words[1:]}", *(one.exhibit for one in left), show.facts.claim_exhibit)


def _gap(show: Show, gap: str) -> Words:
    found, notice = show.facts.assessment, show.facts.claim_exhibit
    item = found.item(gap)
    if item:
        return show.show(show.pair(titled(show, item), show.policy(item.why)), notice)
    return show.judged(next((one.what for one in found.contradictions if one.id == gap), gap), notice)


def _doubts(show: Show, most: int) -> Iterator[Words]:
    """What is harmful and held, contradicted or unknown; first what something points to, as its exhibits show."""
    bad = {ItemState.HELD: 0, ItemState.CONTRADICTED: 1, ItemState.UNKNOWN: 2}
    found = [one for one in show.facts.assessment.items if one.level is Level.HARMFUL and one.state in bad]
    found.sort(key=lambda one: (bad[one.state], not one.exhibits, one.id))
    for item in found[:most]:
        yield _doubt(show, item)


def _doubt(show: Show, item: Item) -> Words:
    state = show.t("state.harm" if item.state is ItemState.HELD else f"state.{item.state.value}")
    words = show.pair(state, show.pair(titled(show, item), show.policy(item.why)))
    return show.said(words, item.exhibit, *item.exhibits)


def _deadline(show: Show) -> Iterator[Row]:
    """The rule and where it was read, and the start; the last moment when it is another one."""
    found, t = show.facts.assessment.deadline, show.t
    if found.at and found.at != found.act_by:
        yield Row(t("audit.at"), show.said(show.until.both(found.at), found.started_by))
    if found.rule:
        source = f"{t.semicolon}{show.policy(found.source)}" if found.source else ""
        text = f"{show.policy(found.rule_text or '')} [{found.rule}{source}]"
        yield Row(t("audit.rule"), show.said(text, found.started_by))
    started = show.loc.at(found.started_at) if found.started_at else None
    if started or found.started_by:
        yield Row(t("audit.started"), show.said(started or t("doc.unknown"), found.started_by))


def readings_of(show: Show) -> Iterator[Row]:
    """Every other reading of the deadline."""
    found = show.facts.assessment.deadline
    rules = {rule.id: rule.text for rule in show.facts.told.tables.deadlines}
    for reading in found.readings:
        when, _, what = reading.partition(": ")
        if found.act_by is None or when != utc_text(found.act_by):
            told = f"{when}: {rules[what]}" if what in rules else reading
            yield Row(show.t("audit.reading"), show.said(show.policy_limits(told), found.started_by))


def _facts(show: Show, most: _Bounds) -> Iterator[Row]:
    found, case, t = show.facts.assessment, show.facts.case, show.t
    order = case.order
    told = order.evidence if order else show.facts.claim_exhibit
    if case.claim_id != case.order_id:
        yield Row(t("audit.order"), show.said(case.order_id, told))
    market = f"{found.marketplace or '?'} · {found.marketplace_id or t('doc.unknown')}"
    yield Row(t("audit.marketplace"), show.said(market, told))
    amount = show.loc.money(found.amount) if found.amount else t("doc.unknown")
    yield Row(t("audit.amount"), show.said(amount, found.amount_exhibit))
    reason = f"{t(f'reason.{found.reason.key.value}')} ({t(f'reason_source.{found.reason.source.value}')})"
    if found.reason.why and found.reason.source is ReasonSource.INFERRED:
        reason = show.pair(reason, show.policy(found.reason.why))
    yield Row(t("audit.reason"), show.said(reason, found.reason.exhibit))
    late = found.status is Status.ANSWERED and any(
        one.late and one.record is RecordKind.RESPONDED for one in case.entries
    )
    status = str(t("status.answered_late" if late else f"status.{found.status.value}"))
    if show.facts.claimed_at:
        when, exhibit = show.facts.claimed_at
        filed = t("audit.claimed_on", at=show.said(show.loc.both(when), exhibit))
        yield Row(t("audit.status"), show.said(f"{status} · {filed}", exhibit))
    else:
        yield Row(t("audit.status"), show.said(status, show.facts.claim_exhibit))
    if found.defence:
        yield Row(t("audit.defence"), show.said(show.policy(found.defence.title), told))
    if order and order.items:
        named = _named(show, [(item.quantity, item.title or item.sku or item.id) for item in order.items], most)
        yield Row(t("audit.items"), show.said(named, order.evidence))
    if refunds := show.facts.refunds:
        moved = [(one.amount, one.posted_at) for one in refunds]
        each = [
            " ".join(
                part for part in (show.loc.money(amount) if amount else "", show.loc.day(at) if at else "") if part
            )
            for amount, at in moved
        ]
        yield Row(
            t("audit.refunds"),
            show.said(t.semicolon.join(one or t("doc.unknown") for one in each), *(one.evidence for one in refunds)),
        )
    for entry in [one for one in case.entries if one.kind is EntryKind.AS_IS][-1:]:
        told = f"{entry.note or '-'} ({entry.by or '-'}, {show.loc.at(entry.at)})"
        yield Row(t("entry.as_is"), show.said(told, entry.id))
    if found.assignee:
        yield Row(t("audit.assignee"), show.said(found.assignee))


def _standing(show: Show) -> Iterator[Row]:
    """What is asked for, what is known of the three results, how many items are held and missing: one line each."""
    found, t, notice = show.facts.assessment, show.t, show.facts.claim_exhibit
    asks = (("ask_funding", found.asks.funding), ("ask_odr", found.asks.odr))
    told = [show.pair(t(f"audit.{name}"), t(f"asks.{ask}") if ask else t("asks.nothing")) for name, ask in asks]
    yield Row(t("audit.asks"), show.said(" · ".join(told), notice))
    results = (
        ("refunded", "counted", found.result.refunded.value),
        ("funded_by", "funder", found.result.funded_by.value),
        ("odr", "counted", found.result.odr.value),
    )
    told = [show.pair(t(f"audit.{name}"), t(f"{table}.{value}")) for name, table, value in results]
    yield Row(t("audit.results"), show.said(" · ".join(told), found.result.exhibit))
    helpful = [item for item in found.items if item.level is not Level.HARMFUL]
    counts = [(state, sum(item.state is state for item in helpful)) for state in ItemState]
    told = [str(t(f"count.{state.value}", count=count)) for state, count in counts if count]
    if told:
        yield Row(t("audit.counts"), show.said(" · ".join(told), notice))
    if found.ways_out and found.decision is not Decided.DEFEND:
        yield Row(t("audit.ways_out"), show.said(" · ".join(show.policy(one.what) for one in found.ways_out), notice))
