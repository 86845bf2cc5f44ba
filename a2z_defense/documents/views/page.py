"""What every document shares: title, header, footer, language, dates, and the letters of the exhibits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.instants import utc_text
from a2z_defense.documents.facts import Facts
from a2z_defense.documents.interface import Printed
from a2z_defense.documents.said import Phrase, RunsRight, Said
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.documents.views.flat import Flat
from a2z_defense.documents.visible import direction, visible
from a2z_defense.model.case import exhibit_letter

Words = Said | Phrase
"""What a template may print."""


@dataclass(frozen=True)
class Page:
    """The frame of one document."""

    language: Phrase
    title: Phrase
    created: Phrase
    """The case's instant, never the clock's: the same evidence gives the same bytes."""
    header: Phrase
    footer: Phrase
    draft: Phrase | None
    keywords: Phrase
    generator: Phrase


_EVIDENCE = re.compile(r"\bev-[0-9a-f]{20}\b")
"""An evidence id in the policy's words; a reader of the record looks for its letter."""


class Letters:
    """The letter of each exhibit, and references to them."""

    def __init__(self, facts: Facts) -> None:
        self._letters = {piece.id: exhibit_letter(at) for at, piece in enumerate(facts.case.evidence)}

    @property
    def order(self) -> tuple[str, ...]:
        """Every letter, in order."""
        return tuple(self._letters.values())

    def of(self, exhibit: str) -> Phrase:
        """`C`. KeyError when the case does not rest on it."""
        return Phrase(self._letters[exhibit])

    def each(self, exhibits: Iterable[str]) -> tuple[Lettered, ...]:
        """The letters of those exhibits, each once, in the order of the letters."""
        found = {self._letters[one] for one in exhibits if one in self._letters}
        return tuple(Lettered(letter) for letter in sorted(found, key=lambda letter: (len(letter), letter)))

    def refs(self, exhibits: Iterable[str]) -> tuple[Lettered, ...]:
        """The same for links; of many, runs and how many more."""
        letters = self.each(exhibits)
        if len(letters) <= _FEW:
            return letters
        runs = in_runs(letters, self.order)
        return runs if len(runs) <= _MANY else (*runs[:_MANY], Lettered(f"+{len(runs) - _MANY}", runs[_MANY].first))


_FEW, _MANY = 6, 16
"""Letters that stand one by one, and runs of letters that are shown: a conversation of 500 messages fits no column."""


class Lettered(Phrase):
    """The letter of an exhibit, or a run of them, and the one that it leads to."""

    first: str

    def __new__(cls, text: str, first: str = "") -> Lettered:
        found = super().__new__(cls, text)
        found.first = first or text
        return found

    @property
    def anchor(self) -> Phrase:
        """Where a link to it goes: the first exhibit's place in the record."""
        return Phrase(f"x-{self.first}")


def in_runs(letters: Iterable[str], order: Sequence[str]) -> tuple[Lettered, ...]:
    """Letters that follow each other in `order`, from three on, as one: `C-H`."""
    places = [order.index(letter) for letter in letters]
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    found: list[Lettered] = []
    for run in runs:
        first, last = order[run[0]], order[run[-1]]
        found += [Lettered(f"{first}-{last}", first)] if len(run) > 2 else [Lettered(order[one]) for one in run]
    return tuple(found)


class Show(Writer):
    """A writer for laid-out documents: typographic punctuation stays, and its own zone."""

    def __init__(self, facts: Facts, language: str, printed: Printed, *, zone: str, templates: Path | None,
                 fonts: Path | None = None) -> None:  # fmt: skip
        super().__init__(facts, language, zone=zone, templates=templates)
        self.printed = printed
        self.letters = Letters(facts)
        self.flat = Flat(self.t, self.loc)
        self._fonts = fonts

    def say(self, text: str, *exhibits: str | None) -> Said | None:
        """As a writer's, with typographic punctuation left as it is."""
        known = [one for one in exhibits if one is not None and self.facts.known(one)]
        shown = visible(" ".join(text.split()), self._fonts)
        return Said(shown, known) if known and shown else None

    def show(self, text: str | None, *exhibits: str | None) -> Said:
        """Words from outside, line breaks kept; empty for None. The exhibits are those that the case rests on."""
        known = [one for one in exhibits if one is not None and self.facts.known(one)]
        return Said(visible(text or "", self._fonts), known)

    def line(self, text: str, exhibit: str) -> tuple[Said, str]:
        """A line of a text from outside and its own direction, `rtl` or `ltr`."""
        said, runs = self.show(text, exhibit), direction(text)
        return (RunsRight(said, said.exhibits) if runs == "rtl" else said), runs

    def judged(self, text: str | None, *exhibits: str | None) -> Words:
        """Words of the policy in this language, with the exhibits that they are about; about none, they are its own."""
        return self.said(_EVIDENCE.sub(self._lettered, self.policy(text or "")), *exhibits)

    def sentence(self, text: str, *exhibits: str | None) -> Words:
        """The same, standing alone: it begins with a capital."""
        told = self.judged(text, *exhibits)
        capital = told if told.startswith("a2z") else told[:1].upper() + told[1:]
        return Said(capital, told.exhibits) if isinstance(told, Said) else Phrase(capital)

    def pair(self, label: str, text: str) -> str:
        """`label: text`, with the colon as the language sets it."""
        return str(self.t("doc.colon", label=Phrase(label), text=Phrase(text)))

    def _lettered(self, found: re.Match[str]) -> str:
        piece = self.facts.case.piece(found[0])
        return f"{self.t('doc.exhibit')} {self.letters.of(piece.id)}" if piece else found[0]

    def said(self, text: str | None, *exhibits: str | None) -> Words:
        """Words of a view, with the exhibits that they are about; about none of the case's, they are our own."""
        found = self.show(text, *exhibits)
        return found if found.exhibits else Phrase(found)

    def plain(self, text: str) -> Phrase:
        """Words of the policy's tables or of the configuration."""
        return Phrase(visible(text, self._fonts))

    def page(self, kind: str, *, draft: bool, public: bool) -> Page:
        """The frame of the document `kind` (letter, buyer, audit, appeal). A public one names no version of ours."""
        claim = self.facts.case.claim_id if not public else self.facts.case.order_id
        number = self.printed.version
        version = f" · v{number}" if number is not None and not public else ""
        mark = self.t("doc.draft") if draft else None
        title = self.t(f"doc.title_{kind}", claim=Phrase(claim))
        return Page(
            language=Phrase(self.t.language),
            title=Phrase(f"{mark} · {title}" if mark else title),
            created=Phrase(utc_text(self.facts.instant.replace(microsecond=0))),
            header=Phrase(title),
            footer=Phrase(f"{self.facts.case.order_id}{version}"),
            draft=mark,
            keywords=Phrase("DRAFT" if draft else "FINAL"),
            generator=Phrase("a2z" if public else f"a2z {self.printed.program_version}"),
        )
