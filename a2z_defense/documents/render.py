"""The full set of a build: answer, letter, buyer set and internal record, as bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from a2z_defense.base.instants import utc_text
from a2z_defense.documents.appeal import FILES_SHOWN, Appeal, appeal_lines
from a2z_defense.documents.child import PAINTER, Child
from a2z_defense.documents.compose import STYLE, compose, style
from a2z_defense.documents.facts import Facts
from a2z_defense.documents.files import Maker, prepare
from a2z_defense.documents.interface import Printed, Rendered
from a2z_defense.documents.response import Response, response_lines, response_text
from a2z_defense.documents.said import known_language
from a2z_defense.documents.sentences.writer import Writer
from a2z_defense.documents.sizes import APPEAL, BUYER, Drawing, fitted
from a2z_defense.documents.views.appeal import appeal_view
from a2z_defense.documents.views.audit import audit_view
from a2z_defense.documents.views.buyer import SHOWN, buyer_message, buyer_view, files_of, why_not
from a2z_defense.documents.views.exhibits import Prepared, Sheet
from a2z_defense.documents.views.letter import letter_view
from a2z_defense.documents.views.page import Show
from a2z_defense.documents.views.titles import attached_as
from a2z_defense.model.assessment import Assessment
from a2z_defense.model.case import Case, exhibit_letter
from a2z_defense.model.entries import EntryKind, Mask


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
    in_parts: str = ""
    """What it says when it has so many pages that it is put together from parts; empty: it never is."""


class Renderer:
    """The renderer's process, kept warm over many documents. Start it early: its imports take half a second."""

    def __init__(
        self, *, templates: Path | None = None, fonts: Path | None = None, painter: Child | None = None
    ) -> None:
        self.templates = templates
        self.fonts = fonts
        self.maker = Maker()
        """Opens the seller's files; its process starts with ours, while the claim is still being judged."""
        self._child = painter or Child(PAINTER, fonts=fonts)
        self._line = ThreadPoolExecutor(1, thread_name_prefix="a2z-renderer")
        self._files = ThreadPoolExecutor(1, thread_name_prefix="a2z-files")

    def __enter__(self) -> Renderer:
        self._child.start()
        self.maker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._files.shutdown(cancel_futures=True)
        self._line.shutdown(cancel_futures=True)
        self._child.stop()
        self.maker.stop()

    def prepare(self, case: Case, body_of: Callable[[str], bytes]) -> Future[dict[str, Prepared]]:
        """The files of the case, made ready while we go on. Nobody else may use `maker` before the result is there."""
        return self._files.submit(prepare, case, body_of, self.maker)

    def pdf(self, job: Job) -> Rendered:
        """The PDF of `job`. Raises TemplateFault or DocumentFailed."""
        return self.submit(job).result()

    def submit(self, job: Job) -> Future[Rendered]:
        """Fill the template now, paint in the child while we go on: one document after the other, in this order.

        Raises TemplateFault; the future raises DocumentFailed.
        """
        values = {"view": job.view, "page": getattr(job.view, "page"), "t": job.show.t}  # noqa: B009 (views differ)
        html = compose(job.template, values, self.templates)
        resources = [(STYLE, "text/css", style(self.templates))]
        resources += [(sheet.resource, sheet.media_type, sheet.content) for sheet in job.sheets]
        head: dict[str, object] = {
            "do": "paint",
            "resources": [[name, media_type] for name, media_type, _ in resources],
            "attachments": [
                {"name": one.name, "description": one.description, "relationship": one.relationship}
                for one in job.attached
            ],
            "when": utc_text(job.show.facts.instant),
            "labels": dict(job.labels),
            "in_parts": job.in_parts,
        }
        bodies = [html.encode(), *(body for _, _, body in resources), *(one.content for one in job.attached)]
        return self._line.submit(self._paint, job.path, head, bodies)

    def _paint(self, path: str, head: dict[str, object], bodies: list[bytes]) -> Rendered:
        answer, (content,) = self._child.ask(path, head, bodies)
        return Rendered(path, content, int(answer["pages"]))


@dataclass(frozen=True)
class _Build:
    """Everything that the documents of one build share."""

    facts: Facts
    printed: Printed
    body_of: Callable[[str], bytes]
    draft: bool
    language: str | None
    renderer: Renderer

    def show(self, language: str | None, zone: str) -> Show:
        renderer = self.renderer
        return Show(
            self.facts, known_language(language), self.printed, zone=zone, templates=renderer.templates,
            fonts=renderer.fonts,
        )  # fmt: skip


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
    appeal: Appeal | None = None,
) -> tuple[Rendered, ...]:
    """Answer, letter, buyer set (message and PDF) and internal record: the full set, for every decision.

    `body_of` gives the bytes of a piece of evidence; it is asked for one at a time. `language` is that of every
    document; None: the notice's for the answer, that of the buyer's last message for the buyer, the operator's for
    the internal record. `renderer` is one that runs already. `as_is` is the seller's reason for sending what is held.
    `appeal`, when given, adds `appeal/response.txt` and `appeal/evidence.pdf`.
    Raises LimitExceeded when a text or a PDF cannot be made small enough, DocumentFailed when the renderer fails.
    """
    with ExitStack() as stack:
        build = _Build(
            facts=Facts(case, assessment),
            printed=printed,
            body_of=body_of,
            draft=draft,
            language=language,
            renderer=renderer or stack.enter_context(Renderer()),
        )
        logo = build.renderer.maker.logo(printed.seller_logo) if printed.seller_logo else None
        prepared = build.renderer.prepare(case, body_of)
        templates = build.renderer.templates
        response = response_lines(case, assessment, printed, language, as_is=as_is, templates=templates)
        text = _text("response.txt", response, printed)
        # All of the record is handed over before anything waits for a smaller set: the renderer is never idle.
        letter = _letter(build, response, logo)
        record = _record(build, response, prepared.result())
        sets = [*_buyer(build), *(_appeal(build, appeal) if appeal else ())]
        return (text, letter.result(), *sets, record.result())


def _text(path: str, response: Response, printed: Printed) -> Rendered:
    text = response_text(response, printed.budget).encode()
    return Rendered(path, text, None, response.language if response.sendable else "")


def _letter(build: _Build, response: Response, logo: Sheet | None) -> Future[Rendered]:
    show = build.show(response.language, build.facts.zone)
    view = letter_view(show, response, draft=build.draft, logo=logo is not None)
    return build.renderer.submit(Job("response.pdf", "letter.html", view, show, sheets=(logo,) if logo else ()))


def _buyer(build: _Build) -> Iterator[Rendered]:
    language = build.language or build.facts.buyer_language or build.facts.language
    show = build.show(language, build.facts.zone)
    writer = Writer(build.facts, show.t.language, templates=build.renderer.templates)
    message = buyer_message(writer, draft=build.draft).encode()
    sent_in = "" if why_not(writer, draft=build.draft) else writer.t.language
    yield Rendered("buyer/message.txt", message, None, sent_in)

    def draw(of: Drawing) -> Rendered:
        view = buyer_view(show, of.prepared, draft=build.draft, step=of.step, grid=of.grid)
        return build.renderer.pdf(Job("buyer/evidence.pdf", "buyer.html", view, show, sheets=of.sheets))

    files = _named(build, files_of(build.facts.case, SHOWN))
    masks = {one: masks_of(build.facts.case, one) for one in files}
    yield fitted("buyer/evidence.pdf", BUYER, files, build.body_of, build.renderer.maker, draw, masks)


def _appeal(build: _Build, appeal: Appeal) -> Iterator[Rendered]:
    case, facts = build.facts.case, build.facts
    templates = build.renderer.templates
    response = appeal_lines(case, facts.assessment, build.printed, build.language, appeal=appeal, templates=templates)
    yield _text("appeal/response.txt", response, build.printed)
    show = build.show(response.language, facts.zone)
    draft = bool(response.banner)

    def draw(of: Drawing) -> Rendered:
        view = appeal_view(show, response, of.prepared, draft=draft, step=of.step)
        return build.renderer.pdf(Job("appeal/evidence.pdf", "appeal.html", view, show, sheets=of.sheets))

    files = _named(build, files_of(case, FILES_SHOWN))
    yield fitted("appeal/evidence.pdf", APPEAL, files, build.body_of, build.renderer.maker, draw)


def masks_of(case: Case, file: str) -> tuple[Mask, ...]:
    """What the buyer may not see of that file: everything that any of its attachments named."""
    entries = (one for one in case.entries if one.kind is EntryKind.ATTACHED and one.file == file)
    return tuple(dict.fromkeys(mask for one in entries for mask in one.masks))


def _named(build: _Build, files: tuple[str, ...]) -> dict[str, str]:
    """The seller's own names of those files, for an error that says which to drop."""
    found = ((one, attached_as(build.facts.case, one)) for one in files)
    return {one: (entry.file_name if entry and entry.file_name else one) for one, entry in found}


def _record(build: _Build, response: Response, prepared: Mapping[str, Prepared]) -> Future[Rendered]:
    """`audit-bundle.pdf`, with the assessment and the raw JSON answers inside."""
    facts = build.facts
    show = build.show(build.language or build.printed.operator_language, build.printed.seller_zone)
    letters = [exhibit_letter(at) for at in range(len(facts.case.evidence))]
    return build.renderer.submit(
        Job(
            "audit-bundle.pdf",
            "audit.html",
            audit_view(show, response, build.body_of, prepared, draft=build.draft),
            show,
            sheets=tuple(sheet for one in prepared.values() for sheet in one.sheets),
            attached=tuple(_attached(facts, build.body_of)),
            labels={f"x-{letter}": f"{show.t('doc.exhibit')} {letter}" for letter in letters} | {"manifest": ""},
            in_parts=str(show.t("audit.in_parts")),
        )
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
