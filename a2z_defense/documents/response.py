"""The answer for Amazon's box: its sentences, each with its evidence, and the plain text within the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from a2z_defense.base.errors import LimitExceeded
from a2z_defense.documents.facts import Facts
from a2z_defense.documents.interface import Printed
from a2z_defense.documents.said import Said, known_language
from a2z_defense.documents.sentences import lines, quotes, units
from a2z_defense.documents.sentences.checks import where
from a2z_defense.documents.sentences.openings import asks_money, decisive, opening
from a2z_defense.documents.sentences.writer import Line, Writer
from a2z_defense.model.assessment import Assessment, DeadlineKind, Decided, Item, Level, Status, Supports
from a2z_defense.model.case import Case
from a2z_defense.model.frozen import Frozen


class Part(StrEnum):
    OPENING = "opening"
    FACT = "fact"
    CHECK = "check"
    ASK = "ask"


class Sentence(Frozen):
    """One sentence of the answer. It cannot be made without evidence."""

    part: Part
    text: str
    exhibits: tuple[str, ...] = Field(min_length=1)
    """Evidence ids."""
    supports: Supports
    rank: int
    """0 is never left out; the higher, the sooner it goes when the budget is short."""


class Response(Frozen):
    """The whole answer, before any budget."""

    language: str
    banner: tuple[str, ...] = ()
    """Why it may not be sent as it is; empty: it may. Printed first, never part of the answer itself."""
    ways: tuple[str, ...] = ()
    """Ways to end a claim that is not defended, for the seller alone: in the text beside the banner, in no letter."""
    sentences: tuple[Sentence, ...] = ()

    @property
    def sendable(self) -> bool:
        return not self.banner


Plan = tuple[tuple[Callable[[Writer], Line], int, Supports], ...]
"""Fact lines in the order of print, each with its rank and what it supports."""

DELIVERY: Plan = (
    (quotes.acknowledged, 1, Supports.BOTH),
    (lines.ordered, 7, Supports.FUNDING),
    (lines.shipped, 4, Supports.BOTH),
    (lines.tracking, 2, Supports.BOTH),
    (lines.due, 8, Supports.FUNDING),
    (lines.delivered_to, 3, Supports.FUNDING),
    (lines.signed, 3, Supports.FUNDING),
    (lines.proofs, 4, Supports.FUNDING),
    (units.units, 2, Supports.FUNDING),
    (units.alone, 2, Supports.BOTH),
    (lines.amazon_label, 5, Supports.BOTH),
    (lines.replies, 6, Supports.BOTH),
    (lines.refunds, 5, Supports.BOTH),
    (lines.debited_before, 2, Supports.FUNDING),
    (lines.sent, 9, Supports.FUNDING),
)
PROTECTION: Plan = (
    (lines.amazon_label, 1, Supports.BOTH),
    (lines.shipped, 2, Supports.BOTH),
    (lines.tracking, 2, Supports.BOTH),
    (lines.refunds, 3, Supports.BOTH),
    (lines.debited_before, 2, Supports.FUNDING),
    (lines.replies, 4, Supports.BOTH),
    (lines.status_now, 5, Supports.FUNDING),
    (lines.delivered_to, 5, Supports.FUNDING),
    (lines.signed, 6, Supports.FUNDING),
    (lines.ordered, 8, Supports.FUNDING),
    (lines.due, 8, Supports.FUNDING),
)
RETURN: Plan = (
    (lines.returned, 1, Supports.BOTH),
    (lines.replies, 5, Supports.BOTH),
    (lines.listing, 4, Supports.FUNDING),
    (lines.pre_ship, 4, Supports.FUNDING),
    (lines.tracking, 5, Supports.FUNDING),
    (lines.delivered_on, 5, Supports.FUNDING),
    (lines.refunds, 5, Supports.BOTH),
    (lines.debited_before, 2, Supports.FUNDING),
    (lines.sent, 9, Supports.FUNDING),
)
OFFERED: Plan = (RETURN[0], (quotes.buyer_words, 3, Supports.FUNDING), *RETURN[1:])
"""The buyer's own words stand beside an offered return alone: elsewhere they would only repeat the complaint."""
REFUND: Plan = (
    (lines.money, 1, Supports.FUNDING),
    (lines.refunds, 2, Supports.FUNDING),
    (lines.debited_before, 2, Supports.FUNDING),
    (lines.replies, 5, Supports.BOTH),
    (lines.tracking, 6, Supports.FUNDING),
)
PLANS: dict[str, Plan] = {
    "delivered": DELIVERY,
    "claims_protection": PROTECTION,
    "not_due_yet": (*DELIVERY, (lines.status_now, 2, Supports.FUNDING)),
    "returned_to_sender": (*DELIVERY, (lines.status_now, 2, Supports.FUNDING)),
    "already_refunded": REFUND,
    "replaced_or_refunded": REFUND,
    "paid_by_earlier_claim": REFUND,
    "return_offered": OFFERED,
    "return_authorised": OFFERED,
    "not_returned": RETURN,
    "not_eligible": RETURN,
    "nothing_came_back": RETURN,
    "came_back_different": RETURN,
    "as_described": (*RETURN, (lines.delivered_to, 5, Supports.FUNDING)),
    "not_the_sellers": ((lines.fulfilled, 1, Supports.BOTH),),
}
"""Defence id -> its fact lines in the order of print, with rank. Order and names follow Amazon's own appeal template
for delivery decisions; the others put the deciding facts first."""


def response_lines(
    case: Case,
    assessment: Assessment,
    printed: Printed,
    language: str | None = None,
    *,
    as_is: str | None = None,
    templates: Path | None = None,
) -> Response:
    """Every sentence that the evidence supports, strongest first within each part.

    `language` None: the configured one, else the notice's. `as_is` is the seller's reason for sending what is supported
    all the same: it is then no draft and of no decision that is open, and what is on order is named.
    """
    facts = Facts(case, assessment)
    chosen = known_language(language or printed.response_language or facts.language)
    w = Writer(facts, chosen, templates=templates)
    return Response(
        language=chosen,
        banner=tuple(_banner(w, as_is=as_is is not None)),
        ways=() if as_is is not None else tuple(_ways(w)),
        sentences=() if assessment.alarms else tuple(_sentences(w, as_is=as_is is not None)),
    )


def _sentences(w: Writer, *, as_is: bool) -> Iterator[Sentence]:
    assessment = w.facts.assessment
    defence = assessment.defence.id if assessment.defence else ""
    if assessment.decision is Decided.NOT_ACTIONABLE:
        defence = "not_the_sellers"
    first = opening(w)
    if first:
        w.opening = first
        yield Sentence(part=Part.OPENING, text=first, exhibits=first.exhibits, supports=Supports.BOTH, rank=0)
    plan = PLANS.get(defence, DELIVERY)
    if as_is:
        plan = (*plan, (lines.on_order, 2, Supports.BOTH))
    yield from sentences_of(w, plan)
    ask = _alternative(w)
    if ask:
        yield Sentence(part=Part.ASK, text=ask, exhibits=ask.exhibits, supports=Supports.ODR, rank=1)


def sentences_of(w: Writer, plan: Plan) -> Iterator[Sentence]:
    """The facts of a plan, each once, and where Amazon can check them."""
    seen: set[str] = set()
    for build, rank, supports in plan:
        for said in build(w):
            if said is not None and said.exhibits and said not in seen:
                seen.add(said)
                yield Sentence(part=Part.FACT, text=said, exhibits=said.exhibits, supports=supports, rank=rank)
    for said in where(w) if plan is not PLANS["not_the_sellers"] else ():
        if said is not None:
            yield Sentence(part=Part.CHECK, text=said, exhibits=said.exhibits, supports=Supports.BOTH, rank=6)


def _alternative(w: Writer) -> Said | None:
    """The second ask, when the first is about the money: funding and ODR are separate results."""
    assessment = w.facts.assessment
    if assessment.decision is not Decided.DEFEND or assessment.asks.odr is None:
        return None
    if not asks_money(w, decisive(w)):
        return None
    if assessment.asks.funding == "deny":
        return w.say(w.t("ask.alternative"), w.facts.claim_exhibit, *(w.order.exhibits if w.order else ()))
    if assessment.asks.funding == "limit":
        return w.say(w.t("ask.alternative_odr"), w.facts.claim_exhibit, *(w.order.exhibits if w.order else ()))
    return None


def _banner(w: Writer, *, as_is: bool) -> Iterator[str]:
    """Why this may not be sent; nothing when it may. `as_is`: the seller has decided to send what is supported."""
    assessment = w.facts.assessment
    why = assessment.decision_why
    if assessment.alarms:
        yield w.words("banner.alarm", why="; ".join(assessment.alarms))
        return
    match assessment.decision:
        case Decided.ACCEPT if not as_is:
            yield w.words("banner.accept", why=why)
        case Decided.NEEDS_HUMAN if not as_is:
            yield w.words("banner.needs_human", why=why)
        case Decided.NOT_ACTIONABLE:
            if assessment.deadline.kind.value != "response":
                yield w.words("banner.not_actionable", why=why)
        case Decided.ACCEPT | Decided.NEEDS_HUMAN | Decided.DEFEND:
            pass
    if assessment.status in {Status.DECIDED, Status.CLOSED}:
        # The box for an answer is gone: a paste-ready text would be pasted nowhere, or into an appeal.
        appeal = assessment.deadline.kind is DeadlineKind.APPEAL
        yield w.words("banner.decided_appeal" if appeal else "banner.decided")
    if assessment.blockers and not as_is:
        yield w.words("banner.draft", blockers="; ".join(open_items(w)))


def _ways(w: Writer) -> Iterator[str]:
    found = w.facts.assessment
    if found.decision is not Decided.DEFEND and found.ways_out and not found.alarms:
        yield w.words("banner.ways")
        for way in found.ways_out:
            yield w.words("banner.way", what=way.what, money=way.money, odr=way.odr, protection=way.protection)


def open_items(w: Writer) -> list[str]:
    """What blocks, in words: an item by its title, a group of which one is needed as one alternative."""
    found: dict[str, list[str]] = {}
    assessment = w.facts.assessment
    whats = {one.id: one.what for one in assessment.contradictions}
    for blocker in assessment.blockers:
        item = assessment.item(blocker)
        key = f"{item.group}/{item.unit or ''}" if item and item.level is Level.ONE_OR_MORE else blocker
        found.setdefault(key, []).append(titled(w, item) if item else w.policy(whats.get(blocker, blocker)))
    return [
        w.words("banner.one_of", items=" / ".join(titles)) if len(titles) > 1 else titles[0]
        for titles in found.values()
    ]


def titled(w: Writer, item: Item) -> str:
    """An item's title, with its parcel where it is about one."""
    return w.policy(item.title) + (f" ({item.unit})" if item.unit else "")


def cost(text: str) -> int:
    """Characters as the box may count them: a newline is two."""
    return len(text) + text.count("\n")


def response_text(response: Response, budget: int) -> str:
    """The text to paste, within `budget` characters; the banner is not counted, because it is never sent.

    The sentences of the highest rank are left out first, never cut. Raises LimitExceeded when not even the opening
    fits.
    """
    kept = list(response.sentences)
    while kept and cost("".join(f"{one.text}\n" for one in kept)) > budget:
        worst = max(kept, key=lambda one: (one.rank, kept.index(one)))
        if worst.rank == 0:
            raise LimitExceeded(
                f"the answer's first sentence alone takes {cost(worst.text)} characters",
                expected=f"at most {budget} (response.budget)",
                remedy="raise response.budget in the configuration",
            )
        kept.remove(worst)
    body = "\n".join(one.text for one in kept)
    if not response.banner:
        return body + "\n" if body else ""
    return "\n".join((*response.banner, *response.ways)) + "\n\n" + body + ("\n" if body else "")
