"""`a2z verify --rebuild`: the documents once more, from the raw evidence and the policy tables inside the package."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from a2z_defense.base.config import AS_BUILT, Route, Seller, Team
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError
from a2z_defense.bundle.bag import FOLDER, PAYLOAD
from a2z_defense.bundle.layout import (
    BUILD_FILE,
    DOCUMENTS,
    EVIDENCE,
    LOGO,
    PACKAGE_FILE,
    POLICY,
    PROVENANCE,
    BuildFile,
    canonical_json,
)
from a2z_defense.bundle.report import Finding, FindingKind, VerifyReport
from a2z_defense.bundle.trees import FolderTree, Tree, ZipTree
from a2z_defense.documents.interface import Printed
from a2z_defense.jobs.appeals import appeal_of
from a2z_defense.jobs.build import ASSESSMENT_FILE, new_renderer, why_draft
from a2z_defense.jobs.inputs import program_of, renderer_of
from a2z_defense.model.assessment import Assessment
from a2z_defense.model.case import Case
from a2z_defense.model.circumstances import Circumstances
from a2z_defense.model.evidence import Evidence, Piece
from a2z_defense.policy.assess import PolicySettings, assess
from a2z_defense.policy.tables import load_tables
from a2z_defense.readers.assemble import assemble

SAME = "built again from the evidence inside: the same bytes"
OTHER_VERSIONS = "built again from the evidence inside by other versions ({}): assessment and text compared, not bytes"


@dataclass(frozen=True)
class _Package:
    build: BuildFile
    pieces: tuple[Piece, ...]
    documents: Mapping[str, bytes]
    policy: Mapping[str, bytes]
    logo: bytes | None


def rebuild(environment: Environment, path: Path, report: VerifyReport) -> VerifyReport:
    """`report`, with what building again found. What does not verify is not built again."""
    if not report.ok:
        return report
    with ExitStack() as stack:
        tree = _tree(path, stack)
        if tree is None:
            why = "--rebuild needs a package or a build folder: nothing was built again"
            return report.model_copy(update={"notes": (*report.notes, why)})
        package = _read(tree)
    try:
        documents, case_differs = _documents(environment, package)
    except A2zError as why:
        found = Finding(path=PACKAGE_FILE, kind=FindingKind.NOT_REBUILT, why=why.got)
        return report.model_copy(update={"ok": False, "findings": (*report.findings, found)})
    others = _other_versions(environment, package.build)
    wrong = [
        name for name in sorted(package.documents) if not _same(name, documents, package.documents, exact=not others)
    ]
    wrong += sorted(documents.keys() - package.documents.keys())
    said = OTHER_VERSIONS.format(", ".join(others)) if others else SAME
    if case_differs and others:
        said += "; these versions read the evidence otherwise"
    if not wrong:
        return report.model_copy(update={"notes": (*report.notes, said)})
    findings = tuple(Finding(path=name, kind=FindingKind.NOT_REBUILT, why="it comes out different") for name in wrong)
    notes = (*report.notes, said) if others else report.notes
    promise = "nothing: built again from its own evidence, it comes out different"
    update = {"ok": False, "findings": (*report.findings, *findings), "notes": notes, "promise": promise}
    return report.model_copy(update=update)


def _tree(path: Path, stack: ExitStack) -> Tree | None:
    if path.is_dir() and (path / PACKAGE_FILE).is_file():
        path = path / PACKAGE_FILE
    if path.is_dir():
        return FolderTree(path / FOLDER if (path / FOLDER).is_dir() else path)
    if path.suffix != ".zip":
        return None
    return ZipTree(stack.enter_context(path.open("rb")), path.stat().st_size)


def _read(tree: Tree) -> _Package:
    bodies = {n.removeprefix(PAYLOAD): b"".join(tree.stream(n)) for n in tree.names if n.startswith(PAYLOAD)}
    build = BuildFile.model_validate_json(bodies[BUILD_FILE])
    raw = {Path(name).stem: body for name, body in bodies.items() if name.startswith(EVIDENCE)}
    pieces = tuple(
        Piece(Evidence.model_validate_json(bodies[f"{PROVENANCE}{row['id']}.json"]), raw[row["id"]])
        for row in build.inputs["evidence"]
    )
    return _Package(build, pieces, _under(DOCUMENTS, bodies), _under(POLICY, bodies), bodies.get(LOGO))


def _under(prefix: str, bodies: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix(prefix): body for name, body in bodies.items() if name.startswith(prefix)}


def _documents(environment: Environment, package: _Package) -> tuple[dict[str, bytes], bool]:
    """The documents as this program makes them, and whether the assessment is another than the packaged one."""
    from a2z_defense.documents.render import render_documents

    inputs = package.build.inputs
    around = Circumstances.model_validate(inputs["circumstances"])
    case, judge = assemble(around, package.pieces), _judge(package, inputs["configuration"])
    assessment = judge(case)
    appeal = appeal_of(case, around, package.pieces, judge) if inputs["appeal"] else None
    bodies = {piece.evidence.id: piece.body for piece in package.pieces}
    with new_renderer(environment) as running:
        rendered = render_documents(
            case,
            assessment,
            _printed(package, assessment),
            bodies.__getitem__,
            draft=bool(why_draft(case, assessment, as_is=inputs["as_is"], appeal=appeal)),
            language=inputs["language"] or None,
            renderer=running,
            as_is=inputs["as_is"],
            appeal=appeal,
        )
    said = canonical_json(assessment.model_dump(mode="json"))
    found = {file.path: file.content for file in rendered} | {ASSESSMENT_FILE: said}
    return found, said != package.documents.get(ASSESSMENT_FILE)


def _judge(package: _Package, configuration: Mapping[str, Any]) -> Callable[[Case], Assessment]:
    """A case to its assessment, by the policy tables and the settings of the package."""
    with tempfile.TemporaryDirectory(prefix="a2z-") as folder:
        for name, content in package.policy.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_bytes(content)
        tables = load_tables(Path(folder))
    settings = PolicySettings(
        team=Team.model_validate(configuration["team"], context=AS_BUILT),
        routes=tuple(Route.model_validate(route, context=AS_BUILT) for route in configuration["routes"]),
        zone=configuration["seller"]["zone"],
    )
    return partial(assess, tables=tables, settings=settings)


def _printed(package: _Package, assessment: Assessment) -> Printed:
    inputs = package.build.inputs
    seller = Seller.model_validate(inputs["configuration"]["seller"])
    response = inputs["configuration"]["response"]
    return Printed(
        seller_name=seller.name,
        seller_address=seller.address,
        seller_logo=package.logo,
        seller_zone=seller.zone,
        budget=response["budget"],
        response_language=response["language"],
        operator_language=seller.language,
        program_version=inputs["program"]["version"],
        policy_digest=assessment.policy,
        journal_head=inputs["journal"]["head"],
        journal_length=inputs["journal"]["length"],
        manifest_digest=inputs["evidence_manifest"],
        version=package.build.version,
    )


def _other_versions(environment: Environment, build: BuildFile) -> list[str]:
    """What is different here, in words; empty when the bytes must come out the same."""
    found = []
    if build.inputs["program"] != json.loads(json.dumps(program_of())):
        found.append("another a2z")
    ours, theirs = renderer_of(environment), build.inputs["renderer"]
    differing = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    if differing:
        found.append(", ".join(differing[:3]) + (f" and {len(differing) - 3} more" if len(differing) > 3 else ""))
    return found


def _same(name: str, ours: Mapping[str, bytes], theirs: Mapping[str, bytes], *, exact: bool) -> bool:
    if name not in ours:
        return False
    if exact or not name.endswith(".pdf"):
        return ours[name] == theirs[name]
    return _words(ours[name]) == _words(theirs[name])


def _words(pdf: bytes) -> list[str]:
    """The words of a PDF, in order; line breaks move with the renderer's version."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
    return [word for page in document for word in page.get_textpage().get_text_range().split()]
