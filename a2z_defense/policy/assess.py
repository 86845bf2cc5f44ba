"""From a case to an assessment: pure, clock-free, every step traceable. The entrance to this room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from a2z_defense.base.config import Route, Team
from a2z_defense.model.assessment import (
    Ask,
    Assessment,
    Decided,
    DefenceRef,
    Item,
    ItemState,
    Level,
    PassedOver,
    UnitVerdict,
    WayOut,
)
from a2z_defense.model.case import Case, ClaimReason
from a2z_defense.model.frozen import Frozen
from a2z_defense.model.mail import Outcome, Reason
from a2z_defense.model.money import Money
from a2z_defense.policy.conflict import Conflict
from a2z_defense.policy.conflicts import conflicts_of
from a2z_defense.policy.deadline import Clocks, the_deadline
from a2z_defense.policy.defences import Standing, Verdict, blocking, verdicts
from a2z_defense.policy.facts import Facts, facts_of
from a2z_defense.policy.items import SATISFIED, Looker
from a2z_defense.policy.notes import alarms, risks, warnings
from a2z_defense.policy.other_clocks import OtherClocks
from a2z_defense.policy.outcome import odr_projection, result_of
from a2z_defense.policy.protection import protection_of
from a2z_defense.policy.readings import Value
from a2z_defense.policy.reason import reason_of
from a2z_defense.policy.tables import Tables
from a2z_defense.policy.titles import with_why, within
from a2z_defense.policy.triage import routed
from a2z_defense.policy.units import unit_verdicts


class PolicySettings(Frozen):
    """What of the configuration bears on an assessment."""

    team: Team = Team()
    routes: tuple[Route, ...] = ()
    zone: str = "UTC"
    """The seller's zone (IANA), for the team's hours."""


def assess(case: Case, tables: Tables, *, settings: PolicySettings | None = None) -> Assessment:
    """Judge a case by the tables. The same case, tables and settings always give the same assessment."""
    settings = settings or PolicySettings()
    facts = facts_of(case, tables)
    reason = reason_of(facts)
    conflicts = conflicts_of(facts)
    looker = Looker(facts, reason, conflicts)
    judged = verdicts(looker, reason.key, tables)
    neighbours = _neighbours(looker, reason, judged)
    common = _with_neighbours(tuple(looker.items(tables.every_claim, facts.claimed_parcels[:1])), neighbours)
    decided, chosen, why = _decide(judged, reason)
    danger = alarms(facts)
    if danger:
        decided, why = Decided.NEEDS_HUMAN, danger[0]
    items = (*common, *(item for item in (chosen.items if chosen else ()) if item.id not in {c.id for c in common}))
    items += tuple(_harm_of_delivery(looker, items)) if decided is not Decided.NOT_ACTIONABLE else ()
    blockers = _blockers(decided, common, chosen, conflicts)
    clocks = Clocks(case, facts.life, tables)
    main = clocks.main()
    deadline = the_deadline(main)
    others = OtherClocks(facts, clocks.country).all(deadline, items, settings.team, settings.zone)
    protection = protection_of(looker, reason)
    amount, amount_exhibit = _amount(facts)
    undecided = facts.life.outcome() is None  # a refund after Amazon's decision is no way out: it pays twice
    units = tuple(unit_verdicts(facts, chosen if decided is Decided.DEFEND else None, why, judged))
    route = routed(settings.routes, reason=reason.key.value, country=clocks.country, amount=amount)
    return Assessment(
        claim_id=case.claim_id,
        order_id=case.order_id,
        marketplace=clocks.country,
        marketplace_id=case.marketplace_id,
        reason=reason,
        amount=amount,
        amount_exhibit=amount_exhibit,
        status=facts.life.status(),
        deadline=deadline,
        clocks=(*main, *others),
        decision=decided,
        decision_why=why,
        defence=DefenceRef(id=chosen.defence.id, title=chosen.defence.title) if chosen else None,
        passed_over=tuple(
            PassedOver(id=v.defence.id, why=v.why_not)
            for v in judged
            if chosen is None or v.defence.id != chosen.defence.id
        ),
        items=items,
        blockers=blockers,
        gaps=_gaps([*common, *(item for part in (chosen.live if chosen else ()) for item in part.items)], blockers),
        contradictions=tuple(found.contradiction for found in conflicts),
        asks=_asks(looker, decided, chosen, items, units),
        units=units,
        ways_out=_ways_out(looker) if decided in {Decided.ACCEPT, Decided.NEEDS_HUMAN} and undecided else (),
        protection=protection,
        result=result_of(facts),
        warnings=warnings(facts, protection),
        alarms=danger,
        neighbours=tuple(DefenceRef(id=v.defence.id, title=v.defence.title) for v in neighbours),
        risks=risks(facts),
        odr=odr_projection(case.account_health, tables),
        assignee=(route.assignee or None) if route else None,
        tags=(route.tag,) if route and route.tag else (),
        policy=tables.digest,
    )


def _neighbours(looker: Looker, reason: ClaimReason, judged: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Defences that hold against a reason that the buyer may change to."""
    own = {verdict.defence.id for verdict in judged}
    found: dict[str, Verdict] = {}
    for other in looker.facts.tables.neighbours.get(reason.key, ()):
        for verdict in verdicts(looker, other, looker.facts.tables, every=False):
            if verdict.defence.funding == "amazon_funds":
                continue  # Claims Protection covers its own reason alone: under another one it is asked for in vain
            shown = any(item.exhibit for item in verdict.items if item.id in verdict.defence.core)
            if verdict.standing is Standing.HOLDS and shown and verdict.defence.id not in own and not verdict.split:
                found.setdefault(verdict.defence.id, verdict)
    return tuple(found.values())


def _with_neighbours(items: tuple[Item, ...], neighbours: Sequence[Verdict]) -> tuple[Item, ...]:
    """The items of every claim, the one on the neighbouring reason told by the defences that hold against it."""
    if not neighbours:
        return items
    exhibits = tuple(
        dict.fromkeys(i.exhibit for v in neighbours for i in v.items if i.exhibit and i.id in v.defence.core)
    )
    words = "holds as well: " + ", ".join(within(verdict.defence.title) for verdict in neighbours)
    return tuple(
        item.model_copy(
            update={"state": ItemState.HELD, "why": words, "exhibit": next(iter(exhibits), None), "exhibits": exhibits}
        )
        if item.id == "neighbouring_reason" and item.state is not ItemState.HELD
        else item
        for item in items
    )


def _decide(judged: Sequence[Verdict], reason: ClaimReason) -> tuple[Decided, Verdict | None, str]:
    """The decision, the defence that carries it, and why. Only what is refuted can be accepted; what is merely
    missing or unknown is for a person."""
    choosable = [verdict for verdict in judged if not verdict.defence.note]
    disputed = [v for v in choosable if v.defence.decision is not Decided.DEFEND and v.standing is Standing.OPEN]
    if disputed:
        return Decided.NEEDS_HUMAN, disputed[0], f"{within(disputed[0].defence.title)}, or not: {disputed[0].why_not}"
    best = choosable[0]
    if best.standing is Standing.HOLDS:
        if reason.key is Reason.UNKNOWN and best.defence.decision is Decided.DEFEND and best.defence.reasons != ("*",):
            return Decided.NEEDS_HUMAN, best, "the reason of the claim is not known"
        if best.defence.decision is not Decided.DEFEND:
            core = [item.why for item in best.items if item.id in best.defence.core]
            return best.defence.decision, best, f"{within(best.defence.title)}: {'; '.join(core)}"
        return best.defence.decision, best, f"{within(best.defence.title)}: everything that this defence needs is held"
    if reason.key is Reason.UNKNOWN:
        return Decided.NEEDS_HUMAN, None, "the reason of the claim is not known, so no defence can be chosen"
    if best.standing is Standing.OPEN:
        return (
            best.defence.decision,
            best,
            f"{within(best.defence.title)}: begun, but not everything that it needs is held",
        )
    specific = [verdict for verdict in choosable if "*" not in verdict.defence.reasons]
    refuted = [(verdict, verdict.effect) for verdict in specific if verdict.standing is Standing.REFUTED]
    found = next((verdict for verdict, effect in refuted if effect == "needs_human"), None)
    if found is not None:
        return Decided.NEEDS_HUMAN, found, with_why(found.defence.title, found.why_not)
    unknown = [v for v in specific if v.standing is Standing.UNKNOWN]
    found = next((verdict for verdict, effect in refuted if effect == "accept"), None)
    if found is not None and not unknown:
        return Decided.ACCEPT, None, f"no defence stands: {found.why_not}"
    nearest = _nearest(specific) or best
    what = "what decides is not known" if unknown else "no defence is supported by what is held"
    return Decided.NEEDS_HUMAN, nearest, f"{what}: {nearest.why_not}"


def _nearest(specific: Sequence[Verdict]) -> Verdict | None:
    """The defence that a person would work on: the reason's first, else one that is not known, else any not begun."""
    by_rank = sorted(specific, key=lambda verdict: verdict.defence.rank)
    open_ones = [v for v in by_rank if v.standing in {Standing.UNKNOWN, Standing.UNSUPPORTED}]
    if open_ones and open_ones[0] is by_rank[0]:
        return open_ones[0]
    unknown = [verdict for verdict in open_ones if verdict.standing is Standing.UNKNOWN]
    return next(iter(unknown or open_ones), None)


def _blockers(
    decided: Decided, common: Sequence[Item], chosen: Verdict | None, conflicts: Sequence[Conflict]
) -> tuple[str, ...]:
    """What stops an answer from being final. Saying who fulfils needs no defence's evidence; what a person must look at
    stops it until the person has."""
    if decided is Decided.NOT_ACTIONABLE:
        return ()
    found = [*blocking(common), *(chosen.blockers if chosen else ())]
    if decided is Decided.NEEDS_HUMAN and chosen is not None:
        found += [item.id for part in chosen.parts for item, effect in part.harm if effect in {"accept", "needs_human"}]
    found += [conflict.contradiction.id for conflict in conflicts if conflict.contradiction.blocks]
    return tuple(dict.fromkeys(found))


_HARM_OF_DELIVERY = ("left_elsewhere", "another_address")
"""Harmful items of every delivery: any answer may speak of one, whatever its defence."""


def _harm_of_delivery(looker: Looker, items: Sequence[Item]) -> Iterator[Item]:
    """What speaks against a delivery and belongs to no defence that was chosen: the seller sees it all the same."""
    for item_id in _HARM_OF_DELIVERY:
        if any(item.id == item_id for item in items):
            continue
        for parcel in looker.facts.claimed_parcels:
            found = looker.item(looker.facts.tables.item(item_id), Level.HARMFUL, None, parcel)
            if found.state in _SHOWN:
                yield found


_WEIGHT = {Level.REQUIRED: 0, Level.ONE_OR_MORE: 1, Level.EXPECTED: 2}


def _gaps(items: Sequence[Item], blockers: Sequence[str]) -> tuple[str, ...]:
    """What is not held, most useful first: blockers by level, then what is expected."""
    lacking = [item for item in items if item.level in _WEIGHT and item.state not in SATISFIED]
    lacking = [item for item in lacking if item.level is not Level.ONE_OR_MORE or item.id in blockers]
    ordered = sorted(lacking, key=lambda item: (item.id not in blockers, _WEIGHT[item.level]))
    return tuple(dict.fromkeys(item.id for item in ordered))


_SHOWN = frozenset({ItemState.HELD, ItemState.CONTRADICTED})
"""A late shipment that one record shows and another denies is not called punctual."""


def _asks(
    looker: Looker, decided: Decided, chosen: Verdict | None, items: Sequence[Item], units: Sequence[UnitVerdict]
) -> Ask:
    """What the evidence allows to ask for. A late shipment and a refund after the claim count in the ODR, and so do
    units that no defence covers."""
    if decided in {Decided.ACCEPT, Decided.NEEDS_HUMAN} and _lost_in_time(looker):
        return Ask(odr="exclude")
    if chosen is None or decided is not Decided.DEFEND:
        return Ask()
    part_only = chosen.split or chosen.half_shown
    funding = "limit" if part_only and chosen.defence.funding == "deny" else chosen.defence.funding
    late = any(item.id == "not_shipped_in_time" and item.state in _SHOWN for item in items)
    refunded, claimed = looker.facts.instant("refunded_at"), looker.facts.life.claim_at
    counted = refunded is not None and (claimed is None or refunded[0] >= claimed)
    left = part_only and not all(unit.defended or unit.asks.odr for unit in units)
    return Ask(funding=funding, odr=None if late or counted or left else chosen.defence.odr)


def _lost_in_time(looker: Looker) -> bool:
    """Lost or damaged by the carrier, with tracking and handed over in time: debited perhaps, but not counted."""
    wanted = ("lost_or_damaged", "tracking_pair", "first_scan_in_time")
    parcels = looker.facts.claimed_parcels
    held = all(looker.found(item_id, parcel).state is ItemState.HELD for item_id in wanted for parcel in parcels)
    return held and looker.found("seller_refund", None).state is ItemState.MISSING


def _amount(facts: Facts) -> tuple[Money | None, str | None]:
    """The claim's amount: what the seller set, else what was granted, else the latest notice that states one, else a
    decision of another sort."""
    readings = facts.readings("claim_amount")
    told = [one for one in facts.life.counted() if one.amount is not None]
    granted = [one for one in told if one.outcome in {Outcome.GRANTED, Outcome.UPHELD}]
    found: list[tuple[Value | None, str]] = [
        *((one.amount, one.exhibit) for one in told),
        *((one.value, one.exhibit) for one in readings),
        *((one.amount, one.exhibit) for one in granted),
        *((one.value, one.exhibit) for one in readings if one.by == "seller"),
    ]
    return next(((value, exhibit) for value, exhibit in reversed(found) if isinstance(value, Money)), (None, None))


def _ways_out(looker: Looker) -> tuple[WayOut, ...]:
    lost = _lost_in_time(looker)
    return tuple(
        WayOut(
            id=way.id,
            what=way.what,
            money=way.money,
            odr=way.odr_lost if lost and way.odr_lost else way.odr,
            protection=way.protection,
        )
        for way in looker.facts.tables.odr.way_out
    )
