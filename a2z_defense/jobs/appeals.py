"""What an appeal is measured against: the claim as it stood when it was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from a2z_defense.documents.appeal import Appeal, answered_at
from a2z_defense.documents.facts import Facts
from a2z_defense.model.assessment import Assessment
from a2z_defense.model.case import Case
from a2z_defense.model.circumstances import Circumstances
from a2z_defense.model.evidence import Piece
from a2z_defense.readers.assemble import assemble


def appeal_of(
    case: Case, circumstances: Circumstances, pieces: Iterable[Piece], judged: Callable[[Case], Assessment]
) -> Appeal:
    """The appeal of `case`, which was assembled from `pieces`; `judged` assesses a case as this one was."""
    at = answered_at(case)
    if at is None:
        return Appeal(answered=None)
    before = assemble(circumstances, [piece for piece in pieces if piece.evidence.provenance.obtained_at <= at])
    # As of when a source was last asked is no news: the same day is printed for both.
    before = before.model_copy(update={"sources": case.sources})
    return Appeal(answered=Facts(before, judged(before)))
