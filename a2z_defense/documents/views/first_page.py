"""The record's first page: one page that answers everything, cut where it would not fit, and saying so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a2z_defense.base.instants import utc_text
from a2z_defense.documents.response import open_items, titled
from a2z_defense.documents.sentences.lines import shortened
from a2z_defense.documents.views.exhibits import Row
from a2z_defense.documents.views.page import Show, Words
from a2z_defense.model.assessment import Item, ItemState, Level
from a2z_defense.model.case import ReasonSource
from a2z_defense.model.entries import EntryKind

_PAGE, _LINE, _ITEM, _ROW, _NEXT, _HEAD = 242.0, 4.7, 5.6, 6.1, 4.1, 9.4
"""Millimetres on a page of `style.css`: its text, a line, a list's item, a table's row and its next lines, a heading.
Measured on the rendered pages; a little less than the page has."""
_FIXED = 64.0
"""Title, boxes, their headings and the heading of the facts."""
_WIDE, _TABLE = 92, 82
"""Characters of a line: in the text, and beside the labels of a table. What a long line of our five languages takes."""
_DOUBTS = 3
"""Doubts beside the decision; those that something points to come first, the table behind has all."""
_LONGEST = 5
"""Lines of an entry of a list; a longer one (it quotes a message) stands behind, whole."""
_LEAST = (2, 2, 1)
"""Blockers, cautions and gaps that are shown whatever the page holds."""


@dataclass(frozen=True)
class Listed:
    """Lines of one list that fit, and how many more there are."""

    shown: tuple[Words, ...]
    more: int


@dataclass(frozen=True)
class FirstPage:
    decision_why: Words
    doubts: tuple[Words, ...]
    """Harmful things that are found or that nobody knows: beside the decision, not at the end."""
    deadline: tuple[Row, ...]
    facts: tuple[Row, ...]
    blockers: Listed
    warnings: Listed
    gaps: Listed
    overflows: bool
    """Even cut, it takes more than a page: what follows then begins right behind it."""


def first_page(show: Show) -> FirstPage:
    """What the first page prints."""
    found, notice = show.facts.assessment, show.facts.claim_exhibit
    why, doubts = show.sentence(found.decision_why, notice), tuple(_doubts(show))
    deadline, facts = tuple(_deadline(show)), (*_facts(show), *_standing(show))
    used = _FIXED + _LINE * sum(_lines(one, _WIDE) for one in (why, *doubts, *found.alarms))
    used += sum(_ROW + _NEXT * (_lines(row.value, _TABLE) - 1) for row in (*deadline, *facts))
    gaps = [one for one in found.gaps if one not in found.blockers]
    lists = (
        [show.show(one, notice) for one in open_items(show)],
        [show.sentence(one, notice) for one in found.warnings],
        [_gap(show, one) for one in gaps],
    )
    (blockers, warnings, gaps_), overflows = _cut(lists, _PAGE - used)
    return FirstPage(why, doubts, deadline, facts, blockers, warnings, gaps_, overflows)


def _lines(text: str, width: int) -> int:
    return max(1, math.ceil(len(text) / width))


def _cut(lists: Sequence[Sequence[Words]], room: float) -> tuple[list[Listed], bool]:
    """As many lines of each list as the page has room for, the first list first, each with its least; and whether even
    that is too much."""

    def height(counts: Sequence[int]) -> float:
        total = 0.0
        for count, held in zip(counts, lists, strict=True):
            total += _HEAD if held else 0.0
            total += sum(_ITEM + _LINE * (_lines(one, _WIDE) - 1) for one in held[:count])
            total += _ITEM if count < len(held) else 0.0
        return total

    whole = [len(held) for held in lists]
    lists = [[one for one in held if _lines(one, _WIDE) <= _LONGEST] for held in lists]
    counts = [min(len(held), least) for held, least in zip(lists, _LEAST, strict=True)]
    for at, held in enumerate(lists):
        while counts[at] < len(held) and height([*counts[:at], counts[at] + 1, *counts[at + 1 :]]) <= room:
            counts[at] += 1
    cut = [Listed(tuple(held[:count]), all_ - count) for count, held, all_ in zip(counts, lists, whole, strict=True)]
    return cut, height(counts) > room


def _gap(show: Show, gap: str) -> Words:
    found, notice = show.facts.assessment, show.facts.claim_exhibit
    item = found.item(gap)
    if item:
        return show.show(show.pair(titled(show, item), show.policy(item.why)), notice)
    return show.judged(next((one.what for one in found.contradictions if one.id == gap), gap), notice)


def _doubts(show: Show) -> Iterator[Words]:
    """What is harmful and held, contradicted or unknown; first what something points to, as its exhibits show."""
    bad = {ItemState.HELD: 0, ItemState.CONTRADICTED: 1, ItemState.UNKNOWN: 2}
    found = [one for one in show.facts.assessment.items if one.level is Level.HARMFUL and one.state in bad]
    found.sort(key=lambda one: (bad[one.state], not one.exhibits, one.id))
    for item in found[:_DOUBTS]:
        yield _doubt(show, item)


def _doubt(show: Show, item: Item) -> Words:
    state = show.t("state.harm" if item.state is ItemState.HELD else f"state.{item.state.value}")
    words = show.pair(state, show.pair(titled(show, item), show.policy(item.why)))
    return show.said(words, item.exhibit, *item.exhibits)


def _deadline(show: Show) -> Iterator[Row]:
    """The rule and where it was read, the start, and every other reading; the last moment when it is another one."""
    found, t = show.facts.assessment.deadline, show.t
    if found.at and found.at != found.act_by:
        yield Row(t("audit.at"), show.said(show.until.both(found.at), found.started_by))
    if found.rule:
        source = f"; {show.policy(found.source)}" if found.source else ""
        text = f"{show.policy(found.rule_text or '')} [{found.rule}{source}]"
        yield Row(t("audit.rule"), show.said(text, found.started_by))
    started = show.loc.at(found.started_at) if found.started_at else None
    if started or found.started_by:
        yield Row(t("audit.started"), show.said(started or t("doc.unknown"), found.started_by))
    rules = {rule.id: rule.text for rule in show.facts.told.tables.deadlines}
    for reading in found.readings:
        when, _, what = reading.partition(": ")
        if found.act_by is None or when != utc_text(found.act_by):
            told = f"{when}: {rules[what]}" if what in rules else reading
            yield Row(t("audit.reading"), show.said(show.policy_limits(told), found.started_by))


def _facts(show: Show) -> Iterator[Row]:
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
    status = str(t(f"status.{found.status.value}"))
    if show.facts.claimed_at:
        when, exhibit = show.facts.claimed_at
        filed = t("audit.claimed_on", at=show.said(show.loc.both(when), exhibit))
        yield Row(t("audit.status"), show.said(f"{status} · {filed}", exhibit))
    else:
        yield Row(t("audit.status"), show.said(status, show.facts.claim_exhibit))
    if found.defence:
        yield Row(t("audit.defence"), show.said(f"{show.policy(found.defence.title)} [{found.defence.id}]", told))
    if order and order.items:
        titles = [f"{item.quantity} × {shortened(item.title or item.sku or item.id, _TITLE)}" for item in order.items]
        more = f"; {t('audit.more_items', count=len(titles) - _TITLES)}" if len(titles) > _TITLES else ""
        yield Row(t("audit.items"), show.said("; ".join(titles[:_TITLES]) + more, order.evidence))
    for entry in [one for one in case.entries if one.kind is EntryKind.AS_IS][-1:]:
        told = f"{entry.note or '-'} ({entry.by or '-'}, {show.loc.at(entry.at)})"
        yield Row(t("entry.as_is"), show.said(told, entry.id))
    if found.assignee:
        yield Row(t("audit.assignee"), show.said(found.assignee))


_TITLES, _TITLE = 4, 80
"""Items of the order that the first page names, and characters of a title there."""


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
    told = [f"{count} {t(f'state.{state.value}').lower()}" for state, count in counts if count]
    if told:
        yield Row(t("audit.counts"), show.said(" · ".join(told), notice))
