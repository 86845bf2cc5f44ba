"""The formal letter: the answer's sentences on the seller's letterhead, with the exhibits that they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from a2z_defense.documents.response import Part, Response
from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.page import Page, Show, in_runs
from a2z_defense.documents.views.titles import title_of

_LISTED = 24
"""Exhibits that the letter lists by name: a conversation of 500 messages is no list for a letter."""


@dataclass(frozen=True)
class Line:
    text: Said
    letters: tuple[Phrase, ...]


@dataclass(frozen=True)
class Cited:
    letter: Phrase
    title: Said


@dataclass(frozen=True)
class Letter:
    page: Page
    seller: Phrase
    address: tuple[Phrase, ...]
    logo: bool
    dated: Said
    subject: Said
    banner: tuple[Phrase, ...]
    opening: tuple[Line, ...]
    facts: tuple[Line, ...]
    check: tuple[Line, ...]
    ask: tuple[Line, ...]
    cited: tuple[Cited, ...]
    more: int
    """Further exhibits that are cited and not listed by name."""


def letter_view(show: Show, response: Response, *, draft: bool, logo: bool) -> Letter:
    """The letter's values. Its sentences are the answer's own, none left out for length."""
    printed, case = show.printed, show.facts.case
    evidence = [piece.id for piece in case.evidence]

    def part(which: Part) -> tuple[Line, ...]:
        return tuple(
            Line(show.show(one.text, *one.exhibits), in_runs(show.letters.each(one.exhibits), show.letters.order))
            for one in response.sentences
            if one.part is which
        )

    used = {exhibit for one in response.sentences for exhibit in one.exhibits}
    named = [piece for piece in case.evidence if piece.id in used]
    newest = [piece.id for piece in case.evidence if piece.provenance.obtained_at == show.facts.instant]
    amount = show.money(show.facts.assessment.amount, show.facts.assessment.amount_exhibit, show.facts.claim_exhibit)
    order = show.say(case.order_id, *evidence[:1])
    subject = show.fill("letter.subject_amount", order=order, amount=amount) or show.fill("letter.subject", order=order)
    return Letter(
        page=show.page("letter", draft=draft, public=True),
        seller=show.plain(printed.seller_name) if printed.seller_name else show.t("doc.no_seller"),
        address=tuple(show.plain(line) for line in printed.seller_address),
        logo=logo,
        dated=show.show(show.loc.day(show.facts.instant), *(newest or evidence[:1])),
        subject=subject or show.show(case.order_id),
        banner=tuple(show.plain(line) for line in response.banner),
        opening=part(Part.OPENING),
        facts=part(Part.FACT),
        check=part(Part.CHECK),
        ask=part(Part.ASK),
        cited=tuple(Cited(show.letters.of(piece.id), title_of(show, piece)) for piece in named[:_LISTED]),
        more=max(0, len(named) - _LISTED),
    )
