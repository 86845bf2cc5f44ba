"""`a2z build`: inputs to a version. Equal inputs are the same version and the same bytes; others are the next one."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from sqlalchemy import Connection

import a2z_defense
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError, ConfigurationError, ExitCode, UsageError
from a2z_defense.base.locks import exclusive
from a2z_defense.bundle.archive import Digesting
from a2z_defense.bundle.bag import seal_into
from a2z_defense.bundle.layout import (
    BUILD_FILE,
    PACKAGE_FILE,
    BuiltFile,
    build_json,
    canonical_json,
    package_entries,
    package_info,
)
from a2z_defense.documents.interface import Printed, Rendered
from a2z_defense.jobs import answers
from a2z_defense.jobs.assess import Assessed, assess_claim, policy_settings, refresh, tables_of
from a2z_defense.jobs.changes import changes
from a2z_defense.jobs.entries import entries, new_entry, stamped
from a2z_defense.jobs.inputs import BuildOptions, build_inputs, own_logo, printed_of, source_digest
from a2z_defense.jobs.listing import is_open
from a2z_defense.jobs.sign import sign
from a2z_defense.jobs.version_folder import Unfinished, is_there, unfinished
from a2z_defense.jobs.warm import import_late_ones
from a2z_defense.model.assessment import Assessment
from a2z_defense.model.case import Case
from a2z_defense.model.entries import EntryKind
from a2z_defense.policy.assess import assess
from a2z_defense.policy.lint import Audience, lint
from a2z_defense.policy.tables import Tables, table_contents
from a2z_defense.store import builds, claims, journal, retention
from a2z_defense.store.claims import Claim
from a2z_defense.store.errors import Purged
from a2z_defense.store.location import database_path
from a2z_defense.store.queue import read_queue
from a2z_defense.store.store import Store, open_store

if TYPE_CHECKING:
    from a2z_defense.documents.appeal import Appeal
    from a2z_defense.documents.child import Child
    from a2z_defense.documents.render import Renderer

ASSESSMENT_FILE = "assessment.json"
BUILD_WAIT_SECONDS = 600.0


@dataclass(frozen=True)
class Built:
    answer: answers.BuildAnswer
    assessed: Assessed
    exit_code: ExitCode
    missing: tuple[str, ...]
    """What makes it a draft."""
    changes: tuple[str, ...] = ()
    """What a new version says that the one before did not."""


class BuildDiffers(ConfigurationError):
    """The same inputs gave other bytes than the register knows."""


def build(store: Store, claim: Claim, options: BuildOptions, renderer: Renderer | None = None) -> Built:
    """Build one claim into `DIR/<claim>/v<N>/`, whole or not at all. `renderer` is one that runs already.

    Raises LimitExceeded when a text or file cannot fit its limit.
    """
    lock = store.environment.home.locks / f"build-{claim.claim_id}.lock"
    with exclusive(lock, wait_seconds=BUILD_WAIT_SECONDS, holder=f"building {claim.claim_id}"):
        if options.as_is is not None:
            _keep_reason(store, claim, options.as_is)
        done = _build(store, claim, options, renderer)
        sign(store, claim.claim_id, done.answer.version, Path(done.answer.directory))
        return done


def _keep_reason(store: Store, claim: Claim, reason: str) -> None:
    """The reason to send as is, kept as what the seller said; the same reason is kept once."""
    with store.writing() as connection:
        said = entries(store, connection, claim.claim_id)
        if not any(entry.kind is EntryKind.AS_IS and entry.note == reason for entry in said):
            claims.add_entry(store, connection, stamped(store, new_entry(EntryKind.AS_IS, note=reason), claim.claim_id))


def _build(store: Store, claim: Claim, options: BuildOptions, renderer: Renderer | None) -> Built:
    tables = tables_of(store.environment)
    logo = own_logo(store.environment)
    with store.reading() as connection:
        assessed = assess_claim(store, connection, claim, tables)
        head = journal.head_of_inputs(connection, [piece.evidence.id for piece in assessed.gathered.pieces])
        inputs = build_inputs(store.environment, assessed, tables, options, head, logo)
        digest = hashlib.sha256(canonical_json(inputs)).hexdigest()
        known = builds.find(connection, claim.claim_id, digest)
        newest = builds.latest(connection, claim.claim_id)
        cut = [journal.CUT] if journal.is_cut(connection) else []  # the pages name its head and length
    appeal = _appeal(assessed, tables, store.environment) if options.appeal else None
    missing = why_draft(assessed.gathered.case, assessed.assessment, as_is=options.as_is, appeal=appeal)
    number = known.version if known else (newest.version if newest else 0) + 1
    place = (options.out or store.environment.home.builds) / claim.claim_id
    target = place.absolute() / f"v{number}"
    if known and is_there(target, known.manifest):
        with store.writing() as connection:
            builds.keep_path(store, connection, claim.claim_id, number, target)
        return _answer(json.loads(known.result), assessed, target, missing, new=False)

    printed = printed_of(store.environment, assessed, inputs, head, number, logo)
    version = _Version(number, bool(missing), inputs, printed, options, appeal)
    files = _documents(store.environment, assessed, version, renderer)
    with store.writing() as connection:
        _must_be_kept(connection, assessed)
        # Before it is there: a purge must reach the copy of a run that ends right after it wrote it.
        builds.keep_path(store, connection, claim.claim_id, number, target)
    with unfinished(target) as folder:
        rows = _written(store.environment, assessed, version, files, folder)
        manifest = next(row.sha256 for row in rows if row.path == BUILD_FILE)
        if known and known.manifest != manifest:
            raise BuildDiffers(
                f"the inputs of {claim.claim_id} v{number} gave other bytes than before",
                expected=f"build.json with SHA-256 {known.manifest[:16]}...",
                remedy="run a2z doctor: a library that draws the pages has changed; then build again",
            )
        if not is_there(target, manifest):
            folder.put_in_place()
    notes = (*(note for file in files.values() for note in file.notes), *_unquoted(assessed, options))
    text = files[builds.APPEAL_TEXT if options.appeal else builds.ANSWER_TEXT]
    result = _result(claim, number, rows, (*cut, *notes, *wording(files, tables)), sendable=bool(text.sent_in))
    with _gone_with_its_evidence(store, claim, number, target), store.writing() as connection:
        _must_be_kept(connection, assessed)
        if known is None:
            row = builds.Build(
                claim_id=claim.claim_id,
                version=number,
                inputs=digest,
                draft=bool(missing),
                manifest=manifest,
                result=json.dumps(result, sort_keys=True),
                built_at=store.environment.clock.now(),
            )
            builds.keep(store, connection, row)
        builds.keep_path(store, connection, claim.claim_id, number, target)
        refresh(store, connection, claim, tables)
        older = builds.paths(store, connection, claim.claim_id, newest.version) if newest and not known else []
    done = _answer(result, assessed, target, missing, new=known is None)
    return replace(done, changes=tuple(next((found for path in older if (found := changes(path, target))), [])))


def _must_be_kept(connection: Connection, assessed: Assessed) -> None:
    """Raise Purged when a purge took evidence away while the claim was built from it."""
    ids = [piece.evidence.id for piece in assessed.gathered.pieces]
    if retention.remaining(connection, ids) < len(ids):
        raise Purged(
            f"evidence of {assessed.claim.claim_id} was purged while it was built",
            expected="evidence that is kept",
            remedy="nothing was built; a2z journal says what was purged",
        )


@contextmanager
def _gone_with_its_evidence(store: Store, claim: Claim, number: int, target: Path) -> Iterator[None]:
    """A build that was written after a purge had looked for builds is none that it reached: it goes here."""
    try:
        yield
    except Purged:
        shutil.rmtree(target, ignore_errors=True)
        with store.writing() as connection:
            retention.forget_path(store, connection, claim.claim_id, number, target)
        raise


def _appeal(assessed: Assessed, tables: Tables, environment: Environment) -> Appeal:
    from a2z_defense.jobs.appeals import appeal_of

    gathered = assessed.gathered
    judged = partial(assess, tables=tables, settings=policy_settings(environment))
    return appeal_of(gathered.case, gathered.circumstances, gathered.pieces, judged)


def _unquoted(assessed: Assessed, options: BuildOptions) -> Iterator[str]:
    from a2z_defense.documents.appeal import decision_notice

    if options.appeal and decision_notice(assessed.gathered.case) is None:
        yield "Amazon's decision is not held, only your record of it: the appeal quotes no reason and answers none"


def why_draft(case: Case, assessment: Assessment, *, as_is: str | None, appeal: Appeal | None) -> tuple[str, ...]:
    """What blocks, and the seller did not decide to send without."""
    from a2z_defense.documents.appeal import appeal_blockers

    missing = assessment.blockers if as_is is None else ()
    return (*missing, *(appeal_blockers(case, assessment, appeal) if appeal else ()))


@dataclass(frozen=True)
class _Version:
    """What is to be built."""

    number: int
    draft: bool
    inputs: Mapping[str, object]
    printed: Printed
    options: BuildOptions
    appeal: Appeal | None


def _documents(
    environment: Environment, assessed: Assessed, version: _Version, renderer: Renderer | None
) -> dict[str, Rendered]:
    """Every file of the version but the package and build.json, by path."""
    from a2z_defense.documents.render import render_documents

    gathered = assessed.gathered
    with nullcontext(renderer) if renderer else new_renderer(environment) as running:
        rendered = render_documents(
            gathered.case,
            assessed.assessment,
            version.printed,
            gathered.body,
            draft=version.draft,
            language=version.options.language or None,
            renderer=running,
            as_is=version.options.as_is,
            appeal=version.appeal,
        )
    files = {file.path: file for file in rendered}
    said = canonical_json(assessed.assessment.model_dump(mode="json"))
    files[ASSESSMENT_FILE] = Rendered(ASSESSMENT_FILE, said, None)
    return files


def _written(
    environment: Environment, assessed: Assessed, version: _Version, files: Mapping[str, Rendered], folder: Unfinished
) -> list[BuiltFile]:
    """Write every file, the package piece by piece from the store, build.json last; returns their rows."""
    claim_id = assessed.claim.claim_id
    rows = [_row(file) for file in files.values()]
    for file in files.values():
        folder.write(file.path, file.content)
    entries = package_entries(
        claim_id=claim_id,
        version=version.number,
        inputs=version.inputs,
        pieces=assessed.gathered.pieces,
        documents={file.path: file.content for file in files.values()},
        files=rows,
        policy=table_contents(environment.settings.files.policy),
        logo=version.printed.seller_logo,
    )
    info = package_info(claim_id=claim_id, version=version.number, program=f"a2z {a2z_defense.__version__}")
    with folder.open(PACKAGE_FILE) as stream:
        sink = Digesting(stream)
        seal_into(sink, entries, info)
    rows.append(BuiltFile(path=PACKAGE_FILE, sha256=sink.sha256.hexdigest(), bytes=sink.size))
    last = Rendered(BUILD_FILE, build_json(claim_id, version.number, version.inputs, rows), None)
    folder.write(BUILD_FILE, last.content)
    return [*rows, _row(last)]


def new_renderer(environment: Environment, painter: Child | None = None) -> Renderer:
    """A renderer with the user's templates and fonts; a context manager that ends its process, `painter`."""
    from a2z_defense.documents.render import Renderer

    files = environment.settings.files
    return Renderer(templates=files.templates, fonts=files.fonts, painter=painter)


def _row(file: Rendered) -> BuiltFile:
    sha256 = hashlib.sha256(file.content).hexdigest()
    return BuiltFile(path=file.path, sha256=sha256, bytes=len(file.content), pages=file.pages)


def wording(files: Mapping[str, Rendered], tables: Tables) -> tuple[str, ...]:
    """Places in the texts that may be sent that break a wording rule: the user's own templates and words may."""
    return tuple(
        f"{file.path}, line {found.line}: “{found.found}” breaks {found.rule}: {found.why}; rather: {found.alternative}"
        for file in files.values()
        if file.sent_in
        for found in lint(
            file.content.decode(),
            audience=Audience.BUYER if file.path.startswith("buyer/") else Audience.AMAZON,
            language=file.sent_in,
            tables=tables,
        )
    )


def _result(
    claim: Claim, number: int, rows: Sequence[BuiltFile], warnings: tuple[str, ...], *, sendable: bool
) -> dict[str, object]:
    return {
        "claim_id": claim.claim_id,
        "version": number,
        "sendable": sendable,
        "files": [row.model_dump(mode="json") for row in sorted(rows, key=lambda row: row.path)],
        "warnings": list(warnings),
    }


def _answer(
    result: Mapping[str, object], assessed: Assessed, target: Path, missing: tuple[str, ...], *, new: bool
) -> Built:
    told = {**result, "directory": str(target), "new": new, "draft": bool(missing)}
    answer = answers.BuildAnswer.model_validate(told)
    return Built(answer, assessed, ExitCode.INCOMPLETE if missing else ExitCode.OK, missing)


def with_templates(environment: Environment, folder: Path | None) -> Environment:
    """The environment with the user's templates of this one run. Raises UsageError when the folder is not there."""
    if folder is None:
        return environment
    if not folder.is_dir():
        raise UsageError(f"--templates is {folder}", expected="a folder of templates", remedy="a2z templates eject DIR")
    files = environment.settings.files.model_copy(update={"templates": folder.absolute()})
    return replace(environment, settings=environment.settings.model_copy(update={"files": files}))


def build_named(environment: Environment, wanted: str, options: BuildOptions, *, painter: Child | None = None) -> Built:
    """Build the claim that `wanted` names; `painter` is a renderer's process that runs already.

    Raises NoSuchClaim, UsageError, LimitExceeded.
    """
    source_digest()  # of the program as it was started: an update may come while it builds
    # The renderer's imports take as long as the rest of a small build: its process starts before the store is opened.
    with new_renderer(environment, painter) as renderer, open_store(environment) as store:
        with store.reading() as connection:
            claim = claims.resolve(connection, wanted)
        return build(store, claim, options, renderer)


def build_all(
    environment: Environment, options: BuildOptions, *, workers: int = 1, painter: Child | None = None
) -> Iterator[tuple[str, Built | A2zError]]:
    """Build every open claim, `workers` at a time; one that fails does not stop the others. In order of the claims."""
    source_digest()
    open_ones = {row.claim_id for row in read_queue(database_path(environment)).rows if is_open(row)}
    with ExitStack() as stack:
        idle: SimpleQueue[Renderer] = SimpleQueue()
        for number in range(workers):
            idle.put(stack.enter_context(new_renderer(environment, None if number else painter)))
        import_late_ones()
        store = stack.enter_context(open_store(environment))
        with store.reading() as connection:
            found = [claim for claim in claims.claims(connection) if claim.claim_id in open_ones]

        def one(claim: Claim) -> tuple[str, Built | A2zError]:
            renderer = idle.get()
            try:
                return claim.claim_id, build(store, claim, options, renderer)
            except A2zError as error:
                return claim.claim_id, error
            finally:
                idle.put(renderer)

        yield from stack.enter_context(ThreadPoolExecutor(workers)).map(one, found)
