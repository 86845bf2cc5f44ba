"""`a2z build`: inputs to a version. Equal inputs are the same version and the same bytes; others are the next one."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import a2z_defense
from a2z_defense.base.atomic import private_folder, sync_folder, write_atomic
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError, ConfigurationError, ExitCode
from a2z_defense.base.locks import exclusive
from a2z_defense.bundle.bag import seal
from a2z_defense.bundle.layout import (
    BUILD_FILE,
    PACKAGE_FILE,
    BuiltFile,
    build_json,
    canonical_json,
    evidence_manifest,
    package_entries,
    package_info,
)
from a2z_defense.documents.interface import Printed, Rendered
from a2z_defense.jobs import answers
from a2z_defense.jobs.assess import Assessed, assess_claim, refresh, tables_of
from a2z_defense.jobs.changes import changes
from a2z_defense.jobs.listing import is_open
from a2z_defense.policy.tables import Tables, table_contents
from a2z_defense.store import builds, claims, journal
from a2z_defense.store.claims import Claim
from a2z_defense.store.location import database_path
from a2z_defense.store.queue import read_queue
from a2z_defense.store.store import Store, open_store

ASSESSMENT_FILE = "assessment.json"
BUILD_WAIT_SECONDS = 600.0
BUILT_BY = ("base", "model", "readers", "policy", "documents", "bundle")
"""Rooms whose source decides the bytes of a build."""


@dataclass(frozen=True)
class BuildOptions:
    out: Path | None = None
    language: str = ""
    appeal: bool = False
    as_is: str | None = None
    """The reason to send what is supported although evidence is missing."""


@dataclass(frozen=True)
class Built:
    answer: answers.BuildAnswer
    assessed: Assessed
    exit_code: ExitCode
    changes: tuple[str, ...] = ()
    """What a new version says that the one before did not."""


class BuildDiffers(ConfigurationError):
    """The same inputs gave other bytes than the register knows."""


def build(store: Store, claim: Claim, options: BuildOptions) -> Built:
    """Build one claim into `DIR/<claim>/v<N>/`, whole or not at all.

    Raises LimitExceeded when a text or file cannot fit its limit.
    """
    lock = store.environment.home.locks / f"build-{claim.claim_id}.lock"
    with exclusive(lock, wait_seconds=BUILD_WAIT_SECONDS, holder=f"building {claim.claim_id}"):
        return _build(store, claim, options)


def _build(store: Store, claim: Claim, options: BuildOptions) -> Built:
    tables = tables_of(store.environment)
    with store.reading() as connection:
        assessed = assess_claim(store, connection, claim, tables)
        inputs = build_inputs(store.environment, assessed, tables, options)
        digest = hashlib.sha256(canonical_json(inputs)).hexdigest()
        known = builds.find(connection, claim.claim_id, digest)
        newest = builds.latest(connection, claim.claim_id)
        head = journal.head_of_inputs(connection, [piece.evidence.id for piece in assessed.gathered.pieces])
    number = known.version if known else (newest.version if newest else 0) + 1
    folder = (options.out or store.environment.home.builds) / claim.claim_id
    target = folder.absolute() / f"v{number}"
    if known and _is_there(target, known.manifest):
        with store.writing() as connection:
            builds.keep_path(store, connection, claim.claim_id, number, target)
        return _answer(json.loads(known.result), assessed, target, known.draft, new=False)

    printed = printed_of(store.environment, assessed, inputs, head, number)
    draft = bool(assessed.assessment.blockers) and options.as_is is None
    policy = table_contents(store.environment.settings.files.policy)
    files = _files(assessed, printed, inputs, number, draft, policy, options)
    manifest = hashlib.sha256(files[BUILD_FILE].content).hexdigest()
    if known and known.manifest != manifest:
        raise BuildDiffers(
            f"the inputs of {claim.claim_id} v{number} gave other bytes than before",
            expected=f"build.json with SHA-256 {known.manifest[:16]}...",
            remedy="run a2z doctor: a library that draws the pages has changed; then build again",
        )
    if not _is_there(target, manifest):
        _write(target, files)
    result = _result(claim, number, files)
    with store.writing() as connection:
        if known is None:
            row = builds.Build(
                claim_id=claim.claim_id,
                version=number,
                inputs=digest,
                draft=draft,
                manifest=manifest,
                result=json.dumps(result, sort_keys=True),
                built_at=store.environment.clock.now(),
            )
            builds.keep(store, connection, row)
        builds.keep_path(store, connection, claim.claim_id, number, target)
        refresh(store, connection, claim, tables)
        older = builds.paths(store, connection, claim.claim_id, newest.version) if newest and not known else []
    done = _answer(result, assessed, target, draft, new=known is None)
    return replace(done, changes=tuple(next((found for path in older if (found := changes(path, target))), [])))


def build_inputs(
    environment: Environment, assessed: Assessed, tables: Tables, options: BuildOptions
) -> dict[str, object]:
    """Everything that decides the bytes of a build, each with its digest."""
    from a2z_defense.documents.digests import input_digests

    pieces = assessed.gathered.pieces
    settings = environment.settings
    logo = _logo(environment)
    return {
        "evidence": [{"id": p.evidence.id, "kind": p.evidence.kind.value, "sha256": p.evidence.sha256} for p in pieces],
        "evidence_manifest": hashlib.sha256(evidence_manifest(pieces)).hexdigest(),
        "circumstances": assessed.gathered.circumstances.model_dump(mode="json"),
        "policy": tables.digest,
        "renderer": input_digests(),
        "program": {"name": "a2z", "version": a2z_defense.__version__, "source": source_digest()},
        "language": options.language,
        "appeal": options.appeal,
        "as_is": options.as_is,
        "configuration": {
            "seller": settings.seller.model_dump(mode="json", exclude={"logo"}),
            "logo": hashlib.sha256(logo).hexdigest() if logo else None,
            "response": settings.response.model_dump(mode="json"),
            "team": settings.team.model_dump(mode="json"),
        },
    }


@cache
def source_digest() -> str:
    """Digest of the program's own source, as far as it decides the bytes of a build."""
    root = Path(a2z_defense.__file__).parent
    digest = hashlib.sha256()
    for room in BUILT_BY:
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _logo(environment: Environment) -> bytes | None:
    path = environment.settings.seller.logo
    if path is None:
        return None
    try:
        return path.expanduser().read_bytes()
    except OSError as why:
        raise ConfigurationError(
            f"seller.logo {path} cannot be read: {why.strerror}",
            expected="a PNG or JPEG file",
            remedy="mend the path, or take the setting out",
        ) from None


def printed_of(
    environment: Environment,
    assessed: Assessed,
    inputs: Mapping[str, object],
    head: journal.Head,
    number: int,
) -> Printed:
    """What is printed that is neither evidence nor policy."""
    seller = environment.settings.seller
    return Printed(
        seller_name=seller.name,
        seller_address=seller.address,
        seller_logo=_logo(environment),
        seller_zone=seller.zone,
        budget=environment.settings.response.budget,
        response_language=environment.settings.response.language,
        operator_language=seller.language,
        policy_digest=assessed.assessment.policy,
        journal_head=head.hash,
        journal_length=head.length,
        manifest_digest=str(inputs["evidence_manifest"]),
        version=number,
    )


def _files(
    assessed: Assessed,
    printed: Printed,
    inputs: Mapping[str, object],
    number: int,
    draft: bool,
    policy: Mapping[str, bytes],
    options: BuildOptions,
) -> dict[str, Rendered]:
    """Every file of the version, by path; the package and build.json last."""
    from a2z_defense.documents.render import render_documents

    gathered, claim = assessed.gathered, assessed.claim
    rendered = render_documents(
        gathered.case,
        assessed.assessment,
        printed,
        gathered.body,
        draft=draft,
        language=options.language or None,
    )
    files = {file.path: file for file in rendered}
    said = canonical_json(assessed.assessment.model_dump(mode="json"))
    files[ASSESSMENT_FILE] = Rendered(ASSESSMENT_FILE, said, None)
    rows = [_row(file) for file in files.values()]
    package = seal(
        package_entries(
            claim_id=claim.claim_id,
            version=number,
            inputs=inputs,
            pieces=gathered.pieces,
            documents={file.path: file.content for file in files.values()},
            files=rows,
            policy=policy,
        ),
        package_info(claim_id=claim.claim_id, version=number, program=f"a2z {a2z_defense.__version__}"),
    )
    files[PACKAGE_FILE] = Rendered(PACKAGE_FILE, package, None)
    rows.append(_row(files[PACKAGE_FILE]))
    files[BUILD_FILE] = Rendered(BUILD_FILE, build_json(claim.claim_id, number, inputs, rows), None)
    return files


def _row(file: Rendered) -> BuiltFile:
    sha256 = hashlib.sha256(file.content).hexdigest()
    return BuiltFile(path=file.path, sha256=sha256, bytes=len(file.content), pages=file.pages)


def _is_there(target: Path, manifest: str) -> bool:
    """True when the version lies there as it was built: what cannot be verified is written again."""
    from a2z_defense.bundle.verify import verify

    path = target / BUILD_FILE
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != manifest:
        return False
    return verify(target).ok


def _write(target: Path, files: Mapping[str, Rendered]) -> None:
    """Write the version beside its place and rename it there: no half version is ever visible."""
    private_folder(target.parent)
    _remove_leavings(target.parent)
    temporary = target.parent / f".{target.name}.{secrets.token_hex(6)}.tmp"
    temporary.mkdir(mode=0o700)
    try:
        for name, file in files.items():
            path = temporary / name
            private_folder(path.parent)
            write_atomic(path, file.content)
        sync_folder(temporary)
        if target.exists():
            _set_aside(target)
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(target.parent)


def _set_aside(target: Path) -> None:
    """What lies where this version belongs is not what was built: keep it, under a name that says so."""
    number = 1
    while (aside := target.with_name(f"{target.name}.changed-{number}")).exists():
        number += 1
    target.rename(aside)


def _remove_leavings(folder: Path) -> None:
    """What a run that was killed left behind. The build lock is held, so nobody else is writing here."""
    for leaving in folder.glob(".v*.tmp"):
        shutil.rmtree(leaving, ignore_errors=True)


def _result(claim: Claim, number: int, files: Mapping[str, Rendered]) -> dict[str, object]:
    rows: Sequence[BuiltFile] = sorted((_row(file) for file in files.values()), key=lambda row: row.path)
    return {
        "claim_id": claim.claim_id,
        "version": number,
        "files": [row.model_dump(mode="json") for row in rows],
    }


def _answer(result: Mapping[str, object], assessed: Assessed, target: Path, draft: bool, *, new: bool) -> Built:
    answer = answers.BuildAnswer.model_validate({**result, "directory": str(target), "new": new, "draft": draft})
    return Built(answer, assessed, ExitCode.INCOMPLETE if draft else ExitCode.OK)


def build_named(environment: Environment, wanted: str, options: BuildOptions) -> Built:
    """Build the claim that `wanted` names. Raises NoSuchClaim, UsageError, LimitExceeded."""
    with open_store(environment) as store:
        with store.reading() as connection:
            claim = claims.resolve(connection, wanted)
        return build(store, claim, options)


def build_all(environment: Environment, options: BuildOptions) -> Iterator[tuple[str, Built | A2zError]]:
    """Build every open claim; one that fails does not stop the others."""
    with open_store(environment) as store:
        open_ones = {row.claim_id for row in read_queue(database_path(environment)).rows if is_open(row)}
        with store.reading() as connection:
            found = [claim for claim in claims.claims(connection) if claim.claim_id in open_ones]
        for claim in found:
            try:
                yield claim.claim_id, build(store, claim, options)
            except A2zError as error:
                yield claim.claim_id, error
