"""The internal record: one page that answers everything, then all that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from a2z_defense.documents.response import Response, cost, titled
from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.conversation import ParcelView, Spoke, conversation_view, tracking_view
from a2z_defense.documents.views.exhibits import Exhibit, Prepared, Row, exhibits_view
from a2z_defense.documents.views.first_page import FirstPage, Listed, first_page, readings_of
from a2z_defense.documents.views.letter import Line
from a2z_defense.documents.views.page import Lettered, Page, Show, Words
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
    letters: tuple[Lettered, ...]
    supports: Phrase
    source: Words


@dataclass(frozen=True)
class Finding:
    """Words of the assessment with the exhibits that they are about."""

    head: Words
    text: Words
    letters: tuple[Lettered, ...]


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
    deadline_kind: Phrase
    act_by: Words | None
    act_by_local: Words | None
    first: FirstPage
    warnings: tuple[Words, ...]
    """All of them, when the first page has no room for some; else none. So are the alarms."""
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
    deadline, first = found.deadline, first_page(show)
    said, judged, policy = show.said, show.judged, show.policy
    return Audit(
        page=show.page("audit", draft=draft, public=False),
        claim=said(found.claim_id, notice),
        decision=t(f"decision.{found.decision.value}"),
        decision_key=Phrase(found.decision.value),
        deadline_kind=t(f"clock.{deadline.kind.value}"),
        act_by=None
        if deadline.act_by is None or show.loc.is_utc
        else said(show.loc.utc(deadline.act_by), deadline.started_by),
        act_by_local=said(show.until.at(deadline.act_by), deadline.started_by) if deadline.act_by else None,
        first=first,
        warnings=tuple(show.sentence(one, notice) for one in found.warnings) if _left(first.warnings) else (),
        alarms=tuple(show.sentence(one, notice) for one in found.alarms) if _left(first.alarms) else (),
        items=tuple(_item(show, item) for item in sorted(found.items, key=_item_order)),
        timeline=timeline_view(show),
        parcels=tracking_view(show),
        answer=tuple(
            Line(show.show(one.text, *one.exhibits), show.letters.refs(one.exhibits)) for one in response.sentences
        ),
        answer_banner=tuple(show.plain(line) for line in response.banner),
        answer_size=said(
            t(
                "audit.answer_size",
                count=cost("".join(f"{one.text}\n" for one in response.sentences)),
                budget=show.printed.budget,
            ),
            notice,
        ),
        conversation=conversation_view(show),
        contradictions=tuple(
            Finding(
                said(show.flat.field(one.id.partition("-")[0]), *one.between),
                judged(one.what, *one.between),
                show.letters.refs(one.between),
            )
            for one in found.contradictions
        ),
        passed_over=tuple(_passed_over(show)),
        protection=tuple(
            Finding(
                said(show.pair(policy(one.test), t(f"test.{one.result}"))),
                said(show.t.semicolon.join(policy(part) for part in (one.why, one.action) if part)),
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
                said(show.pair(t("audit.defended") if one.defended else t("audit.not_defended"), policy(one.why))),
                show.letters.refs(_of(one.exhibit)),
            )
            for one in found.units
        ),
        ways_out=tuple(
            Finding(
                judged(one.what),
                said(
                    f"{show.pair(t('audit.money'), policy(one.money))}. {show.pair('ODR', policy(one.odr))}. "
                    f"{show.pair(t('audit.protection'), policy(one.protection))}."
                ),
                (),
            )
            for one in found.ways_out
        ),
        clocks=tuple(_clocks(show, readings=bool(first.readings_left))),
        exhibits=exhibits_view(show, body_of, prepared),
        manifest=tuple(_manifest(show)),
        seals=tuple(_seals(show)),
        sources=tuple(
            Finding(
                said(show.pair(t(f"source.{one.source}"), t(f"source_state.{one.state.value}")), *one.evidence),
                said(
                    _joined(policy(one.why), utc(show, one.at), _covers(show, one.covers_from, one.covers_to)),
                    *one.evidence,
                ),
                show.letters.refs(one.evidence),
            )
            for one in show.facts.case.sources
        ),
        glossary=tuple(Row(t(f"glossary.{name}_name"), said(t(f"glossary.{name}"))) for name in _GLOSSARY),
    )


def _left(listed: Listed) -> bool:
    return bool(listed.more) or listed.cut


def _passed_over(show: Show) -> Iterator[Finding]:
    """The defences that were not chosen, by their titles."""
    titles = {one.id: one.title for one in show.facts.told.tables.defences}
    for one in show.facts.assessment.passed_over:
        yield Finding(show.judged(titles.get(one.id, one.id)), show.judged(one.why), ())


def _clocks(show: Show, *, readings: bool) -> Iterator[Finding]:
    """The clocks besides the deadline, which the first page tells; and the deadline's other readings, when it has no
    room for all."""
    for row in readings_of(show) if readings else ():
        yield Finding(row.label, row.value, show.letters.refs(_of(show.facts.assessment.deadline.started_by)))
    deadline = show.facts.assessment.deadline
    for one in show.facts.assessment.clocks:
        if (one.rule, one.act_by, one.started_by) == (deadline.rule, deadline.act_by, deadline.started_by):
            continue
        head = show.pair(show.t(f"clock.{one.kind.value}"), show.until.both(one.act_by))
        rule = f"{show.policy(one.rule_text)} [{one.rule}{show.t.semicolon}{show.policy(one.source)}]"
        yield Finding(show.said(head), show.said(rule), show.letters.refs(_of(one.started_by)))


_GLOSSARY = ("mail", "spapi", "carrier", "seller", "act_by", "first_scan", "leg", "odr", "unknown")


def _of(exhibit: str | None) -> tuple[str, ...]:
    return (exhibit,) if exhibit else ()


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def utc(show: Show, when: object) -> str:
    """An instant in UTC, or nothing."""
    import datetime as dt

    return show.loc.utc(when) if isinstance(when, dt.datetime) else ""


def _covers(show: Show, start: object, end: object) -> str:
    return f"{utc(show, start) or '?'} – {utc(show, end) or '?'}" if start or end else ""


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
        title=show.said(titled(show, item), *exhibits),
        why=show.judged(item.why, *exhibits),
        how=show.judged(item.how_to_get) if lacking and item.how_to_get else None,
        letters=show.letters.refs(exhibits),
        supports=show.t(f"supports.{item.supports.value}"),
        source=show.judged(item.source),
    )


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
