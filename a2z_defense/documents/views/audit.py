"""The internal record: one page that answers everything, then all that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from a2z_defense.documents.response import Response, cost, open_items, response_text
from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.conversation import ParcelView, Spoke, conversation_view, tracking_view
from a2z_defense.documents.views.exhibits import Exhibit, Prepared, Row, exhibits_view
from a2z_defense.documents.views.letter import Line
from a2z_defense.documents.views.page import Page, Show, Words
from a2z_defense.documents.views.timeline import Timeline, timeline_view
from a2z_defense.model.assessment import Item, ItemState, Level


@dataclass(frozen=True)
class ItemRow:
    state: Phrase
    state_key: Phrase
    level: Phrase
    title: Words
    why: Words
    how: Words | None
    letters: tuple[Phrase, ...]
    supports: Phrase
    source: Words


@dataclass(frozen=True)
class Finding:
    """Words of the assessment with the exhibits that they are about."""

    head: Words
    text: Words
    letters: tuple[Phrase, ...]


@dataclass(frozen=True)
class Digest:
    letter: Phrase
    title: Said
    id: Said
    sha256: Said
    size: Said
    obtained: Said


@dataclass(frozen=True)
class Audit:
    page: Page
    claim: Words
    decision: Phrase
    decision_key: Phrase
    decision_why: Words
    doubts: tuple[Words, ...]
    """Harmful things that are found or that nobody knows: beside the decision, not at the end."""
    deadline_kind: Phrase
    act_by: Words | None
    act_by_local: Words | None
    facts: tuple[Row, ...]
    deadline: tuple[Row, ...]
    standing: tuple[Row, ...]
    """What is asked for, what is known of the three results, how many items are held and missing: one line each."""
    blockers: tuple[Words, ...]
    gaps: tuple[Words, ...]
    """The most useful ones; all are in the table of items."""
    more_gaps: int
    warnings: tuple[Words, ...]
    alarms: tuple[Words, ...]
    items: tuple[ItemRow, ...]
    timeline: Timeline | None
    parcels: tuple[ParcelView, ...]
    answer: tuple[Line, ...]
    answer_banner: tuple[Phrase, ...]
    answer_size: Words | None
    conversation: tuple[Spoke, ...]
    contradictions: tuple[Finding, ...]
    passed_over: tuple[Finding, ...]
    protection: tuple[Finding, ...]
    units: tuple[Finding, ...]
    ways_out: tuple[Finding, ...]
    clocks: tuple[Finding, ...]
    exhibits: tuple[Exhibit, ...]
    manifest: tuple[Digest, ...]
    seals: tuple[Row, ...]
    sources: tuple[Finding, ...]
    glossary: tuple[Row, ...]


def audit_view(
    show: Show,
    response: Response,
    body_of: Callable[[str], bytes],
    prepared: Mapping[str, Prepared],
    *,
    draft: bool,
) -> Audit:
    """Everything that the bundle prints."""
    found, t = show.facts.assessment, show.t
    notice = show.facts.claim_exhibit
    deadline = found.deadline
    gaps = tuple(one for one in found.gaps if one not in found.blockers)
    doubts = tuple(_doubts(show))
    room = _FIRST_PAGE_GAPS - len(doubts)

    def said(text: str | None, *exhibits: str | None) -> Words:
        return show.judged(text, *exhibits)

    def titled(ids: tuple[str, ...]) -> tuple[Words, ...]:
        items = [(one, found.item(one)) for one in ids]
        whats = {one.id: one for one in found.contradictions}
        return tuple(
            said(f"{item.title}: {item.why}" if item else (whats[one].what if one in whats else one), notice)
            for one, item in items
        )

    text = response_text(response, 10**9)
    return Audit(
        page=show.page("audit", draft=draft, public=False),
        claim=said(found.claim_id, notice),
        decision=t(f"decision.{found.decision.value}"),
        decision_key=Phrase(found.decision.value),
        decision_why=said(found.decision_why, notice),
        doubts=doubts,
        deadline_kind=t(f"clock.{deadline.kind.value}"),
        act_by=said(show.loc.utc(deadline.act_by), deadline.started_by) if deadline.act_by else None,
        act_by_local=said(show.loc.at(deadline.act_by), deadline.started_by) if deadline.act_by else None,
        facts=tuple(_facts(show)),
        deadline=tuple(_deadline(show)),
        standing=tuple(_standing(show)),
        blockers=tuple(said(one, notice) for one in open_items(found)),
        gaps=titled(gaps[:room]),
        more_gaps=max(0, len(gaps) - room),
        warnings=tuple(said(one, notice) for one in found.warnings),
        alarms=tuple(said(one, notice) for one in found.alarms),
        items=tuple(_item(show, item) for item in sorted(found.items, key=_item_order)),
        timeline=timeline_view(show),
        parcels=tracking_view(show),
        answer=tuple(
            Line(show.show(one.text, *one.exhibits), show.letters.refs(one.exhibits)) for one in response.sentences
        ),
        answer_banner=tuple(show.plain(line) for line in response.banner),
        answer_size=said(t("audit.answer_size", count=cost(text), budget=show.printed.budget), notice),
        conversation=conversation_view(show),
        contradictions=tuple(
            Finding(
                said(one.id.replace("_", " "), *one.between),
                said(one.what, *one.between),
                show.letters.refs(one.between),
            )
            for one in found.contradictions
        ),
        passed_over=tuple(Finding(said(one.id.replace("_", " ")), said(one.why), ()) for one in found.passed_over),
        protection=tuple(
            Finding(
                said(f"{one.test}: {one.result}"),
                said(_joined(one.why, one.action)),
                show.letters.refs(_of(one.exhibit)),
            )
            for one in found.protection
        ),
        units=tuple(
            Finding(
                said(
                    f"{one.quantity} × {one.title or one.item_id or '?'}"
                    + (f" · {one.tracking_number}" if one.tracking_number else "")
                ),
                said(f"{t('audit.defended') if one.defended else t('audit.not_defended')}: {one.why}"),
                show.letters.refs(_of(one.exhibit)),
            )
            for one in found.units
        ),
        ways_out=tuple(
            Finding(
                said(one.what),
                said(f"{t('audit.money')}: {one.money} ODR: {one.odr} {t('audit.protection')}: {one.protection}"),
                (),
            )
            for one in found.ways_out
        ),
        clocks=tuple(
            Finding(
                said(f"{t(f'clock.{one.kind.value}')}: {show.loc.at(one.act_by)} ({show.loc.utc(one.act_by)})"),
                said(f"{one.rule_text} [{one.rule}; {one.source}]"),
                show.letters.refs(_of(one.started_by)),
            )
            for one in found.clocks
        ),
        exhibits=exhibits_view(show, body_of, prepared),
        manifest=tuple(_manifest(show)),
        seals=tuple(_seals(show)),
        sources=tuple(
            Finding(
                said(f"{one.source}: {one.state.value}", *one.evidence),
                said(_joined(one.why, utc(show, one.at), _covers(show, one.covers_from, one.covers_to)), *one.evidence),
                show.letters.refs(one.evidence),
            )
            for one in show.facts.case.sources
        ),
        glossary=tuple(Row(t(f"glossary.{name}_name"), said(t(f"glossary.{name}"))) for name in _GLOSSARY),
    )


def _doubts(show: Show) -> Iterator[Words]:
    """What is harmful and held, contradicted or unknown; first what something points to, as its exhibits show."""
    bad = {ItemState.HELD: 0, ItemState.CONTRADICTED: 1, ItemState.UNKNOWN: 2}
    found = [one for one in show.facts.assessment.items if one.level is Level.HARMFUL and one.state in bad]
    found.sort(key=lambda one: (bad[one.state], not one.exhibits, one.id))
    for item in found[:_FIRST_PAGE_DOUBTS]:
        state = show.t("state.harm" if item.state is ItemState.HELD else f"state.{item.state.value}")
        yield show.judged(f"{state}: {item.title}: {item.why}", *_of(item.exhibit), *item.exhibits)


_FIRST_PAGE_DOUBTS = 3
"""Those that something points to come first; the table behind has all."""

_GLOSSARY = ("mail", "spapi", "carrier", "seller", "act_by", "first_scan", "leg", "odr", "unknown")


_FIRST_PAGE_GAPS = 6
"""The first page answers everything on one page; the table behind it has every gap."""


def _standing(show: Show) -> Iterator[Row]:
    found, t, notice = show.facts.assessment, show.t, show.facts.claim_exhibit
    asks = (("ask_funding", found.asks.funding), ("ask_odr", found.asks.odr))
    told = [f"{t(f'audit.{name}')}: {t(f'asks.{ask}') if ask else t('asks.nothing')}" for name, ask in asks]
    yield Row(t("audit.asks"), show.judged(" · ".join(told), notice))
    results = (
        ("refunded", "counted", found.result.refunded.value),
        ("funded_by", "funder", found.result.funded_by.value),
        ("odr", "counted", found.result.odr.value),
    )
    told = [f"{t(f'audit.{name}')}: {t(f'{table}.{value}')}" for name, table, value in results]
    yield Row(t("audit.results"), show.judged(" · ".join(told), found.result.exhibit))
    helpful = [item for item in found.items if item.level is not Level.HARMFUL]
    counts = [(state, sum(item.state is state for item in helpful)) for state in ItemState]
    told = [f"{count} {t(f'state.{state.value}').lower()}" for state, count in counts if count]
    if told:
        yield Row(t("audit.counts"), show.judged(" · ".join(told), notice))


def _of(exhibit: str | None) -> tuple[str, ...]:
    return (exhibit,) if exhibit else ()


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def utc(show: Show, when: object) -> str:
    """An instant in UTC, or nothing."""
    import datetime as dt

    return show.loc.utc(when) if isinstance(when, dt.datetime) else ""


def _covers(show: Show, start: object, end: object) -> str:
    return f"({utc(show, start)} - {utc(show, end)})" if start or end else ""


def _item_order(item: Item) -> tuple[int, int, str]:
    return list(Level).index(item.level), list(ItemState).index(item.state), item.id


def _item(show: Show, item: Item) -> ItemRow:
    exhibits = [*_of(item.exhibit), *item.exhibits]
    lacking = item.state in {ItemState.MISSING, ItemState.UNKNOWN, ItemState.REQUESTED}
    state = item.state.value
    if item.level is Level.HARMFUL and item.state in {ItemState.MISSING, ItemState.HELD}:
        state = "harm" if item.state is ItemState.HELD else "no_harm"
        lacking = False
    return ItemRow(
        state=show.t(f"state.{state}"),
        state_key=Phrase(state),
        level=show.t(f"level.{item.level.value}"),
        title=show.judged(f"{item.title}{f' ({item.unit})' if item.unit else ''}", *exhibits),
        why=show.judged(item.why, *exhibits),
        how=show.judged(item.how_to_get) if lacking and item.how_to_get else None,
        letters=show.letters.refs(exhibits),
        supports=show.t(f"supports.{item.supports.value}"),
        source=show.judged(item.source),
    )


def _facts(show: Show) -> Iterator[Row]:
    found, case, t = show.facts.assessment, show.facts.case, show.t
    order = case.order
    told = order.evidence if order else show.facts.claim_exhibit
    amount = show.loc.money(found.amount) if found.amount else t("doc.unknown")
    reason = f"{t(f'reason.{found.reason.key.value}')} ({t(f'reason_source.{found.reason.source.value}')})"
    market = f"{found.marketplace or '?'} · {found.marketplace_id or t('doc.unknown')}"
    yield Row(t("audit.order"), show.judged(case.order_id, told))
    yield Row(t("audit.marketplace"), show.judged(market, told))
    yield Row(t("audit.amount"), show.judged(amount, found.amount_exhibit))
    yield Row(t("audit.reason"), show.judged(_joined(reason, found.reason.why), found.reason.exhibit))
    yield Row(t("audit.status"), show.judged(t(f"status.{found.status.value}"), show.facts.claim_exhibit))
    if show.facts.claimed_at:
        when, exhibit = show.facts.claimed_at
        yield Row(t("audit.claimed"), show.judged(f"{show.loc.at(when)} ({show.loc.utc(when)})", exhibit))
    if found.defence:
        yield Row(t("audit.defence"), show.judged(f"{found.defence.title} [{found.defence.id}]", told))
    if order and order.items:
        titles = "; ".join(f"{item.quantity} × {item.title or item.sku or item.id}" for item in order.items)
        yield Row(t("audit.items"), show.judged(titles, order.evidence))
    if found.assignee:
        yield Row(t("audit.assignee"), show.judged(found.assignee))


def _deadline(show: Show) -> Iterator[Row]:
    found, t = show.facts.assessment.deadline, show.t
    if found.at:
        yield Row(t("audit.at"), show.judged(f"{show.loc.at(found.at)} ({show.loc.utc(found.at)})", found.started_by))
    if found.rule:
        yield Row(t("audit.rule"), show.judged(f"{found.rule_text or ''} [{found.rule}]", found.started_by))
    if found.source:
        yield Row(t("audit.rule_source"), show.judged(found.source, found.started_by))
    started = show.loc.at(found.started_at) if found.started_at else None
    if started or found.started_by:
        yield Row(t("audit.started"), show.judged(started or t("doc.unknown"), found.started_by))
    for reading in found.readings:
        yield Row(t("audit.reading"), show.judged(reading, found.started_by))


def _manifest(show: Show) -> Iterator[Digest]:
    from a2z_defense.documents.views.titles import title_of

    for piece in show.facts.case.evidence:
        yield Digest(
            letter=show.letters.of(piece.id),
            title=title_of(show, piece),
            id=show.show(piece.id, piece.id),
            sha256=show.show(piece.sha256, piece.id),
            size=show.show(str(piece.size), piece.id),
            obtained=show.show(show.loc.utc(piece.provenance.obtained_at), piece.id),
        )


def _seals(show: Show) -> Iterator[Row]:
    printed, t = show.printed, show.t
    length = f" ({printed.journal_length})" if printed.journal_head else ""
    for key, value in (
        ("manifest_digest", printed.manifest_digest),
        ("journal_head", f"{printed.journal_head}{length}"),
        ("policy_digest", printed.policy_digest or show.facts.assessment.policy),
        ("program", f"a2z {printed.program_version}"),
    ):
        yield Row(t(f"audit.{key}"), show.judged(value or t("doc.not_told")))
