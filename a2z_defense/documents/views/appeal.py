"""`appeal/evidence.pdf`: the appeal's facts and the files that show them, as one file for Amazon's upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from a2z_defense.documents.appeal import FILES_SHOWN
from a2z_defense.documents.response import Part, Response
from a2z_defense.documents.said import Phrase, Said
from a2z_defense.documents.views.buyer import pictures_of
from a2z_defense.documents.views.exhibits import Picture, Prepared
from a2z_defense.documents.views.page import Page, Show


@dataclass(frozen=True)
class AppealSet:
    page: Page
    heading: Phrase
    banner: tuple[Phrase, ...]
    opening: tuple[Said, ...]
    facts: tuple[Said, ...]
    pictures: tuple[Picture, ...]
    step: Phrase | None


def appeal_view(
    show: Show, response: Response, prepared: Mapping[str, Prepared], *, draft: bool, step: tuple[int, int]
) -> AppealSet:
    """The same sentences as `appeal/response.txt`, and the pictures."""
    pictures = pictures_of(show, prepared, FILES_SHOWN)

    def part(*parts: Part) -> tuple[Said, ...]:
        return tuple(show.show(one.text, *one.exhibits) for one in response.sentences if one.part in parts)

    return AppealSet(
        page=show.page("appeal", draft=draft, public=True),
        heading=show.t("doc.title_appeal", claim=Phrase(show.facts.case.order_id)),
        banner=tuple(show.plain(line) for line in response.banner),
        opening=part(Part.OPENING),
        facts=part(Part.FACT, Part.CHECK, Part.ASK),
        pictures=pictures,
        step=show.t("buyer.step", pixels=step[0], quality=step[1]) if pictures else None,
    )
