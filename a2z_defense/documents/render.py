"""The full set of a build: answer, letter, buyer set and internal record, as bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from a2z_defense.base.errors import LimitExceeded
from a2z_defense.base.instants import utc_text
from a2z_defense.documents.child import Child
from a2z_defense.documents.compose import STYLE, compose, style
from a2z_defense.documents.facts import Facts
from a2z_defense.documents.files import Maker, prepare, sniff
from a2z_defense.documents.interface import Printed, Rendered
from a2z_defense.documents.response import Response, response_lines, response_text
from a2z_defense.documents.said import known_language
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.documents.views.audit import audit_view
from a2z_defense.documents.views.buyer import buyer_files, buyer_message, buyer_view
from a2z_defense.documents.views.exhibits import Sheet
from a2z_defense.documents.views.letter import letter_view
from a2z_defense.documents.views.page import Show
from a2z_defense.model.assessment import Assessment
from a2z_defense.model.case import Case, exhibit_letter

PAINTER = "a2z_defense.documents.painter"
BUYER_LIMIT = 10_000_000
"""Bytes. Buyer-Seller Messages takes 10 MB a message (Seller Central, read 2026-08); decimal megabytes, the smaller."""
LADDER = ((1600, 82), (1280, 76), (1024, 70), (800, 60), (640, 50))
"""Rungs of the size ladder: longest side in pixels, JPEG quality. The one that was used is printed."""


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF; only the internal record has any."""

    name: str
    description: str
    relationship: str
    content: bytes


@dataclass(frozen=True)
class Job:
    """One PDF to be made."""

    path: str
    template: str
    view: object
    show: Show
    sheets: tuple[Sheet, ...] = ()
    attached: tuple[Attached, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


class Renderer:
    """The renderer's process, kept warm over many documents. Start it early: its imports take half a second."""

    def __init__(self, *, templates: Path | None = None, fonts: Path | None = None) -> None:
        self.templates = templates
        self.fonts = fonts
        self._child = Child(PAINTER, fonts=fonts)

    def __enter__(self) -> Renderer:
        self._child.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._child.stop()

    def pdf(self, job: Job) -> Rendered:
        """The PDF of `job`. Raises TemplateFault or DocumentFailed."""
        values = {"view": job.view, "page": getattr(job.view, "page"), "t": job.show.t}  # noqa: B009 (views differ)
        html = compose(job.template, values, self.templates)
        resources = [(STYLE, "text/css", style(self.templates))]
        resources += [(sheet.resource, sheet.media_type, sheet.content) for sheet in job.sheets]
        head = {
            "do": "paint",
            "resources": [[name, media_type] for name, media_type, _ in resources],
            "attachments": [
                {"name": one.name, "description": one.description, "relationship": one.relationship}
                for one in job.attached
            ],
            "when": utc_text(job.show.facts.instant),
            "labels": dict(job.labels),
        }
        bodies = [html.encode(), *(body for _, _, body in resources), *(one.content for one in job.attached)]
        answer, (content,) = self._child.ask(job.path, head, bodies)
        return Rendered(job.path, content, int(answer["pages"]))


def render_documents(
    case: Case,
    assessment: Assessment,
    printed: Printed,
    body_of: Callable[[str], bytes],
    *,
    draft: bool,
    language: str | None = None,
    renderer: Renderer | None = None,
    as_is: str | None = None,
) -> tuple[Rendered, ...]:
    """Answer, letter, buyer set (message and PDF) and internal record: the full set, for every decision.

    `body_of` gives the bytes of a piece of evidence; it is asked for one at a time. `language` is that of every
    document; None: the notice's for the answer, that of the buyer's last message for the buyer, the operator's for
    the internal record. `renderer` is one that runs already. `as_is` is the seller's reason for sending what is held.
    Raises LimitExceeded when a text or a PDF cannot be made small enough, DocumentFailed when the renderer fails.
    """
    if renderer is None:
        with Renderer() as own:
            return render_documents(
                case, assessment, printed, body_of, draft=draft, language=language, renderer=own, as_is=as_is
            )
    facts = Facts(case, assessment)
    response = response_lines(case, assessment, printed, language, as_is=as_is, templates=renderer.templates)
    return tuple(_documents(facts, response, printed, body_of, draft=draft, language=language, renderer=renderer))


def _documents(
    facts: Facts,
    response: Response,
    printed: Printed,
    body_of: Callable[[str], bytes],
    *,
    draft: bool,
    language: str | None,
    renderer: Renderer,
) -> Iterator[Rendered]:
    buyers = known_language(language or facts.buyer_language or facts.language)
    internal = known_language(language or printed.operator_language)

    def show(chosen: str, zone: str) -> Show:
        return Show(facts, chosen, printed, zone=zone, templates=renderer.templates, fonts=renderer.fonts)

    yield Rendered("response.txt", response_text(response, printed.budget).encode(), None)
    letter = show(response.language, facts.zone)
    logo = None
    if printed.seller_logo:
        with Maker() as maker:
            logo = maker.logo(printed.seller_logo)
    view = letter_view(letter, response, draft=draft, logo=logo is not None)
    yield renderer.pdf(Job("response.pdf", "letter.html", view, letter, sheets=(logo,) if logo else ()))
    writer = Writer(facts, buyers, templates=renderer.templates)
    yield Rendered("buyer/message.txt", buyer_message(writer, draft=draft).encode(), None)
    with Maker(fonts=renderer.fonts) as maker:
        yield buyer_pdf(show(buyers, facts.zone), body_of, maker, renderer, draft=draft)
        prepared = prepare(facts.case, body_of, maker)
    record = show(internal, printed.seller_zone)
    letters = [exhibit_letter(at) for at in range(len(facts.case.evidence))]
    yield renderer.pdf(
        Job(
            "audit-bundle.pdf",
            "audit.html",
            audit_view(record, response, body_of, prepared, draft=draft),
            record,
            sheets=tuple(sheet for one in prepared.values() for sheet in one.sheets),
            attached=tuple(_attached(facts, body_of)),
            labels={f"x-{letter}": f"{record.t('doc.exhibit')} {letter}" for letter in letters},
        )
    )


def buyer_pdf(
    show: Show, body_of: Callable[[str], bytes], maker: Maker, renderer: Renderer, *, draft: bool
) -> Rendered:
    """`buyer/evidence.pdf`, under the limit: its pictures go down the ladder of sizes until it fits.

    Raises LimitExceeded, which says what to drop, when it cannot fit.
    """
    largest: list[tuple[int, str]] = []
    for step in LADDER:
        bodies = ((one, body_of(one)) for one in buyer_files(show.facts.case))
        prepared = {one: maker.make(one, body, step) for one, body in bodies if sniff(body) == "picture"}
        sheets = tuple(sheet for one in prepared.values() for sheet in one.sheets)
        largest = sorted(((len(sheet.content), sheet.resource) for sheet in sheets), reverse=True)
        if sum(size for size, _ in largest) < BUYER_LIMIT:
            view = buyer_view(show, prepared, draft=draft, step=step)
            made = renderer.pdf(Job("buyer/evidence.pdf", "buyer.html", view, show, sheets=sheets))
            if len(made.content) < BUYER_LIMIT:
                return made
    names = ", ".join(f"{resource} ({size // 1000} kB)" for size, resource in largest[:3])
    raise LimitExceeded(
        f"buyer/evidence.pdf cannot be made smaller than {BUYER_LIMIT // 1_000_000} MB: {len(largest)} pictures",
        expected=f"at most {BUYER_LIMIT // 1_000_000} MB, the limit of a Buyer-Seller message",
        remedy=f"attach fewer pictures; the largest are {names}",
    )


def _attached(facts: Facts, body_of: Callable[[str], bytes]) -> Iterator[Attached]:
    """The assessment and the raw JSON answers, as associated files of the internal record."""
    text = facts.assessment.model_dump_json(indent=2) + "\n"
    yield Attached("assessment.json", "What the policy says of this case", "Data", text.encode())
    for at, piece in enumerate(facts.case.evidence):
        if piece.kind.value.startswith("spapi.") and "json" in piece.media_type:
            letter = exhibit_letter(at)
            name = f"{letter}-{piece.kind.value.removeprefix('spapi.')}.json"
            yield Attached(name, f"Exhibit {letter}, as it was received", "Source", body_of(piece.id))
