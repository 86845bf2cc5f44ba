"""Does a build folder agree with its build.json, and both with the package?

Each fact is written in two or three places (the file, build.json, the package), so that the odd one out can be named.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from a2z_defense.bundle.archive import SIZE_LIMIT
from a2z_defense.bundle.bag import PAYLOAD
from a2z_defense.bundle.check_bag import BagCheck
from a2z_defense.bundle.layout import (
    BUILD_FILE,
    DOCUMENTS,
    EVIDENCE,
    EVIDENCE_MANIFEST,
    EXPORT_FILE,
    FORMAT,
    LOGO,
    PACKAGE_FILE,
    PROVENANCE,
    SEAL_FOLDER,
    BuildFile,
    canonical_json,
)
from a2z_defense.bundle.names import is_safe, manifest
from a2z_defense.bundle.report import Finding, FindingKind, JournalHead
from a2z_defense.bundle.trees import FolderTree, Tree, content, digest

_VERSION_FOLDER = re.compile(r"v(\d+)")
_PACKAGED = PAYLOAD + BUILD_FILE


def read_build(tree: Tree, name: str = BUILD_FILE) -> BuildFile | None:
    """build.json, or None when it is not exactly as a2z writes it."""
    body = content(tree, name) if name in tree.names else None
    try:
        found = json.loads(body or b"")
        build = BuildFile.model_validate(found)
        return build if canonical_json(found) == body and build.format == FORMAT else None
    except (ValueError, RecursionError):
        return None


def _unread(tree: Tree, name: str) -> Finding:
    """Why `read_build` gave nothing."""
    try:
        told = json.loads(content(tree, name) or b"")
    except (ValueError, RecursionError):
        told = None
    number = told.get("format") if isinstance(told, dict) else None
    if isinstance(number, int) and number > FORMAT:
        why = f"of format {number}, and this a2z knows {FORMAT}: verify it with the a2z that wrote it, or a newer one"
        return Finding(path=name, kind=FindingKind.WRONG_VERSION, why=why)
    return Finding(path=name, kind=FindingKind.CHANGED, why="not as a2z writes it")


def check_build(tree: FolderTree, folder_name: str, package: BagCheck | None, package_tree: Tree | None) -> BagCheck:
    """Check the files of a build folder; `package` is what the check of its ZIP found, None when there is none."""
    found = BagCheck(list(tree.faults))
    for name in tree.names:
        if tree.size(name) > SIZE_LIMIT:
            why = f"{tree.size(name)} bytes; a2z writes at most {SIZE_LIMIT}"
            found.findings.append(Finding(path=name, kind=FindingKind.TOO_LARGE, why=why))
            continue
        try:
            found.digests[name], _whole = digest(tree, name)
        except OSError as why:
            found.findings.append(Finding(path=name, kind=FindingKind.UNREADABLE, why=why.strerror or ""))
    build = read_build(tree)
    if BUILD_FILE not in tree.names:
        found.findings.append(Finding(path=BUILD_FILE, kind=FindingKind.MISSING, why="every build has it"))
    elif build is None:
        found.findings.append(_unread(tree, BUILD_FILE))
    else:
        found.findings.extend(_listed_names(build))
    inner = read_build(package_tree, _PACKAGED) if package_tree and package and not package.findings else None
    reference = build
    if inner is not None:
        faults = () if build is None else tuple(_against_package(found, build, inner))
        found.findings.extend(faults)
        if build is None or any(fault.path == BUILD_FILE and fault.kind is FindingKind.CHANGED for fault in faults):
            reference = inner
    if reference is not None:
        found.findings.extend(_files(found, tree, reference))
        found.claim_id, found.version = reference.claim_id, reference.version
        found.journal = _journal(reference)
    number = _VERSION_FOLDER.fullmatch(folder_name)
    if number and reference is not None and int(number[1]) != reference.version:
        said = f"the folder is {folder_name}, this is version {reference.version}"
        found.findings.append(Finding(path=BUILD_FILE, kind=FindingKind.WRONG_VERSION, why=said))
    return found


def _journal(build: BuildFile) -> JournalHead | None:
    try:
        return JournalHead.model_validate(build.inputs.get("journal"))
    except ValueError:
        return None


def _listed_names(build: BuildFile) -> Iterator[Finding]:
    paths = [file.path for file in build.files]
    for name in sorted({name for name in paths if not is_safe(name)}):
        yield Finding(path=BUILD_FILE, kind=FindingKind.UNSAFE_PATH, why=f"it lists {name!r}")
    for name in sorted({name for name in paths if paths.count(name) > 1}):
        yield Finding(path=BUILD_FILE, kind=FindingKind.DUPLICATE, why=f"it lists {name!r} twice")


def _against_package(found: BagCheck, build: BuildFile, inner: BuildFile) -> Iterator[Finding]:
    """build.json against its copy in a package that is whole in itself: which of the two is the odd one?"""
    rows = {file.path: file for file in build.files}
    row = rows.pop(PACKAGE_FILE, None)
    sealed = row is not None and row.sha256 == found.digests.get(PACKAGE_FILE)
    same = build.model_copy(update={"files": tuple(rows.values())}) == inner and (row is None or row.pages is None)
    if not same and not sealed and all(found.digests.get(name) == file.sha256 for name, file in rows.items()):
        yield Finding(path=PACKAGE_FILE, kind=FindingKind.CHANGED, why="whole in itself, but of another build")
    elif not same:
        yield Finding(path=BUILD_FILE, kind=FindingKind.CHANGED, why=f"not as its copy in {PACKAGE_FILE}")
    elif not sealed:
        why = f"{BUILD_FILE} names another digest of the package, and both are whole in themselves"
        yield Finding(path=BUILD_FILE, kind=FindingKind.DISAGREES, why=why)
        yield Finding(path=PACKAGE_FILE, kind=FindingKind.DISAGREES, why=why)


def _files(found: BagCheck, tree: FolderTree, reference: BuildFile) -> Iterator[Finding]:
    """The files of the folder against the list that was found to be the true one."""
    bad = {finding.path for finding in found.findings}
    listed = {file.path: file for file in reference.files}
    for name, file in sorted(listed.items()):
        if name in bad or not is_safe(name):
            continue
        if name not in found.digests:
            yield Finding(path=name, kind=FindingKind.MISSING, why=f"{BUILD_FILE} lists it")
        elif found.digests[name] != file.sha256:
            yield Finding(path=name, kind=FindingKind.CHANGED, why=f"{BUILD_FILE} names another digest")
        elif tree.size(name) != file.bytes:
            yield Finding(path=BUILD_FILE, kind=FindingKind.CHANGED, why=f"it says that {name} has {file.bytes} bytes")
    for name in found.digests:
        if name not in (*listed, BUILD_FILE, PACKAGE_FILE) and PurePosixPath(name).parts[0] != SEAL_FOLDER:
            yield Finding(path=name, kind=FindingKind.UNEXPECTED, why=f"{BUILD_FILE} does not list it")


def check_contents(tree: Tree, bag: BagCheck) -> list[Finding]:
    """What the bag's own manifests cannot show: its evidence and documents against its build.json."""
    payload = {name.removeprefix(PAYLOAD): sha for name, sha in bag.digests.items() if name.startswith(PAYLOAD)}
    if PAYLOAD + EXPORT_FILE in tree.names and _PACKAGED not in tree.names:
        return []
    build = read_build(tree, _PACKAGED)
    if build is None:
        return [_unread(tree, _PACKAGED)]
    bag.claim_id, bag.version, bag.journal = build.claim_id, build.version, _journal(build)
    raw = {name: sha for name, sha in payload.items() if name.startswith((EVIDENCE, PROVENANCE))}
    true_manifest = hashlib.sha256(manifest(raw.items())).hexdigest()
    found = list(_swapped(build.inputs.get("evidence"), raw))
    if payload.get(EVIDENCE_MANIFEST) != true_manifest:
        why = "it is not the manifest of the evidence here"
        found.append(Finding(path=PAYLOAD + EVIDENCE_MANIFEST, kind=FindingKind.DISAGREES, why=why))
    if build.inputs.get("evidence_manifest") != true_manifest:
        why = "the evidence manifest that it names is not that of the evidence here"
        found.append(Finding(path=_PACKAGED, kind=FindingKind.DISAGREES, why=why))
    documents = {name: sha for name, sha in payload.items() if name.startswith(DOCUMENTS)}
    listed = {DOCUMENTS + file.path: file.sha256 for file in build.files}
    for name in sorted(documents.items() ^ listed.items()):
        why = f"{BUILD_FILE} beside it names other documents"
        found.append(Finding(path=PAYLOAD + name[0], kind=FindingKind.DISAGREES, why=why))
    printed = build.inputs.get("configuration")
    if payload.get(LOGO) != (printed.get("logo") if isinstance(printed, dict) else None):
        kind = FindingKind.DISAGREES if LOGO in payload else FindingKind.MISSING
        found.append(Finding(path=PAYLOAD + LOGO, kind=kind, why=f"{BUILD_FILE} beside it names another logo"))
    return list(dict.fromkeys(found))


def _swapped(listed: object, evidence: dict[str, str]) -> Iterator[Finding]:
    """Pieces whose bytes are not those that the inputs name, or that the inputs do not name at all."""
    rows = listed if isinstance(listed, list) else []
    named = {row["id"]: row.get("sha256") for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)}
    held = {PurePosixPath(name).stem: (name, sha) for name, sha in evidence.items() if name.startswith(EVIDENCE)}
    for evidence_id, (name, sha) in held.items():
        if named.get(evidence_id) != sha:
            yield Finding(path=PAYLOAD + name, kind=FindingKind.DISAGREES, why=f"{BUILD_FILE} names other evidence")
    for evidence_id in sorted(named.keys() - held.keys()):
        why = f"{BUILD_FILE} names it as evidence"
        yield Finding(path=PAYLOAD + EVIDENCE + evidence_id, kind=FindingKind.MISSING, why=why)
