"""A whole story for the documents: messages in three scripts, files, readings, gaps, a contradiction."""

from __future__ import annotations

from collections.abc import Callable

from a2z_defense.model.assessment import Assessment, Contradiction, ItemState
from a2z_defense.model.case import Case
from a2z_defense.model.entries import AttachmentKind
from support import cases, papers
from support.cases import ev


def full_story() -> tuple[Case, Assessment, Callable[[str], bytes]]:
    """The default story with everything that is laid out: messages, files, readings, gaps, a contradiction."""
    case = cases.case(
        messages=[
            cases.message("Dove si trova il mio pacco? \U0001f600", language="it"),
            cases.message("È stato consegnato.\nCordiali saluti", "03-07 15:20", by="seller", language="it"),
            cases.message("שלום, החבילה לא הגיעה. مرحبا", "03-08 10:00", language="it"),
        ],
        entries=[
            cases.attached(AttachmentKind.DELIVERY_PHOTO, name="porch.jpg", note="from the carrier's site"),
            cases.attached(AttachmentKind.POD, name="pod.jpg"),
            cases.stated("signed_by", "N. Dell’Acquàzzurra", source="file pod.jpg", by="anna"),
            cases.attached(AttachmentKind.OTHER, name="note.txt"),
        ],
    )
    tracking = ev(f"tracking {cases.TRACKING}")
    said = papers.assessed(
        case,
        items=(
            papers.item("delivered_scan", exhibit=tracking),
            papers.item("badge", ItemState.UNKNOWN),
            papers.item("pre_ship_photo", ItemState.MISSING),
        ),
        gaps=("pre_ship_photo", "badge"),
        contradictions=(Contradiction(id="carrier-1", between=(ev("order"), tracking), what="carrier: A against B"),),
        warnings=("a refund now loses protection",),
    )
    own = {"file porch.jpg": papers.photo(), "file pod.jpg": papers.photo(seed=3), "file note.txt": b"an invented note"}
    return case, said, papers.bodies(case, **own)
