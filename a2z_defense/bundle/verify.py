"""Checks a bundle, in whatever shape it arrives, and says exactly what the check can promise."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path

from a2z_defense.base.instants import utc_text
from a2z_defense.bundle.archive import CHUNK, SIZE_LIMIT, Digesting, write_archive
from a2z_defense.bundle.bag import DECLARATION, FOLDER, MANIFEST, TAG_MANIFEST, TAGS
from a2z_defense.bundle.check_bag import BagCheck, check_bag
from a2z_defense.bundle.check_build import check_build, check_contents
from a2z_defense.bundle.check_signature import check_pdf, check_signatures, is_signed_here, signed_by
from a2z_defense.bundle.layout import BUILD_FILE, PACKAGE_FILE, SEAL_FOLDER
from a2z_defense.bundle.report import Finding, FindingKind, VerifyReport
from a2z_defense.bundle.trees import SMALL_LIMIT, FolderTree, Tree, ZipTree

Known = Callable[[str], dt.datetime | None]
"""When this journal built the thing with that SHA-256 (of a build.json, or of one file of a build), or None."""

CONSISTENT = (
    "consistent: every file agrees with the digests that came with it; this cannot show who made them, or when, "
    "or that nothing was made anew as a whole"
)
ALONE = "cannot be verified alone: it carries no digest of itself; verify the folder or the package that it came from"
SIGNED = (
    "signed: every byte is as the signer left it; this cannot show that the evidence behind it is whole: "
    "for that verify the folder or the package"
)
NOTHING = "nothing was verified: name a build's folder, its audit-bundle.zip, or one of its files"
NOT_OK = "it does not verify: what FAIL names is not as a2z wrote it"


def verify(path: Path, *, known: Known | None = None) -> VerifyReport:
    """Check a build folder, an audit-bundle.zip, an unpacked package, or a single file of a build.

    `known` looks a digest up in this journal's register of builds. Nothing is unpacked and no link is followed.
    """
    look_up: Known = known or (lambda _sha256: None)
    if path.is_symlink():
        return _refused(path, FindingKind.UNSAFE_PATH, "it is a link: name the folder or file that it points to")
    if path.is_dir():
        return _folder(path, look_up)
    if path.exists() and not path.is_file():
        return _refused(path, FindingKind.UNREADABLE, "it is no ordinary file")
    try:
        with path.open("rb") as stream:
            if stream.read(2) == b"PK" or path.suffix.lower() == ".zip":
                tree = ZipTree(stream, path.stat().st_size)
                found = _package(tree)
                return _report(found, None if found.findings else look_up(_digest(path)))
        if path.stat().st_size > SMALL_LIMIT:
            return _alone(path, look_up(_digest(path)) if path.stat().st_size <= SIZE_LIMIT else None)
        content = path.read_bytes()
        built = look_up(hashlib.sha256(content).hexdigest())
        return _signed_alone(path, content, built) if is_signed_here(content) else _alone(path, built)
    except FileNotFoundError:
        return _refused(path, FindingKind.MISSING, "there is no such file or folder")
    except OSError as why:
        return _refused(path, FindingKind.UNREADABLE, why.strerror or "it could not be read")


def _folder(path: Path, known: Known) -> VerifyReport:
    inner = path / FOLDER
    if not (path / BUILD_FILE).exists() and not (path / PACKAGE_FILE).exists():
        bag = path if _looks_like_bag(path) or not _looks_like_bag(inner) else inner
        if not _looks_like_bag(bag):
            return _refused(path, FindingKind.UNREADABLE, f"neither {BUILD_FILE} nor a package is in it")
        tree: Tree = FolderTree(bag)
        found = _package(tree)
        return _report(found, None if found.findings else known(_packed(tree)))
    folder = FolderTree(path)
    if PACKAGE_FILE not in folder.names:
        return _signed(path, _report(check_build(folder, path.name, None, None), _built(path, known)))
    with (path / PACKAGE_FILE).open("rb") as stream:
        tree = ZipTree(stream, folder.size(PACKAGE_FILE))
        package = _package(tree)
        found = check_build(folder, path.name, package, tree)
    found.findings.extend(
        finding.model_copy(update={"path": f"{PACKAGE_FILE}/{finding.path}" if finding.path else PACKAGE_FILE})
        for finding in package.findings
    )
    for name in package.checked:
        found.digests[f"{PACKAGE_FILE}/{name}"] = package.digests[name]
    return _signed(path, _report(found, _built(path, known)))


def _signed(folder: Path, report: VerifyReport) -> VerifyReport:
    """The report of a build folder, with what its signatures show."""
    if not (folder / SEAL_FOLDER).is_dir():
        return report
    findings, good, notes = check_signatures(folder)
    listed = tuple(name for name in report.checked if not name.startswith(f"{SEAL_FOLDER}/"))
    update = {
        "ok": report.ok and not findings,
        "findings": (*report.findings, *findings),
        "checked": (*listed, *good),
        "notes": (*report.notes, *notes),
        "promise": NOT_OK if findings else report.promise,
    }
    return report.model_copy(update=update)


def _package(tree: Tree) -> BagCheck:
    found = check_bag(tree)
    if not found.findings:
        found.findings.extend(check_contents(tree, found))
    return found


def _looks_like_bag(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (DECLARATION, MANIFEST, TAG_MANIFEST))


def _built(path: Path, known: Known) -> dt.datetime | None:
    build = path / BUILD_FILE
    return known(_digest(build)) if build.is_file() and not build.is_symlink() else None


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            found.update(piece)
    return found.hexdigest()


def _packed(tree: Tree) -> str:
    """SHA-256 of the one ZIP that a2z makes of an unpacked package."""
    found = Digesting()
    tags = [name for name in (*TAGS, TAG_MANIFEST) if name in tree.names]
    ordered = [*tags, *sorted(name for name in tree.names if name not in tags)]
    write_archive(found, ((f"{FOLDER}/{name}", b"".join(tree.stream(name))) for name in ordered))
    return found.sha256.hexdigest()


def _report(found: BagCheck, built: dt.datetime | None) -> VerifyReport:
    findings = tuple(dict.fromkeys(found.findings))
    promise = NOT_OK if findings else _as_built(built) if built else CONSISTENT
    return VerifyReport(
        ok=not findings,
        findings=findings,
        checked=found.checked,
        claim_id=found.claim_id,
        version=found.version,
        journal=found.journal,
        promise=promise,
    )


def _alone(path: Path, built: dt.datetime | None) -> VerifyReport:
    if built:
        return VerifyReport(ok=True, findings=(), checked=(path.name,), promise=_as_built(built))
    finding = Finding(path=path.name, kind=FindingKind.ALONE, why="it carries no digest of itself")
    return VerifyReport(ok=False, findings=(finding,), promise=ALONE)


def _signed_alone(path: Path, content: bytes, built: dt.datetime | None) -> VerifyReport:
    """A signed PDF without its build: its signature is what it carries of itself."""
    try:
        wrong, signer = check_pdf(content)
    except ImportError:
        report = _alone(path, built)
        return report.model_copy(update={"notes": ("there is a signature, but pyHanko is not installed",)})
    if wrong:
        found = tuple(Finding(path=path.name, kind=FindingKind.BAD_SIGNATURE, why=why) for why in wrong)
        return VerifyReport(ok=False, findings=found, promise=NOT_OK)
    promise = _as_built(built) if built else SIGNED
    notes = (signed_by(path.name, signer),)
    return VerifyReport(ok=True, findings=(), checked=(path.name,), promise=promise, notes=notes)


def _as_built(built: dt.datetime) -> str:
    return f"as built here on {utc_text(built)}: this journal holds the digest"


def _refused(path: Path, kind: FindingKind, why: str) -> VerifyReport:
    return VerifyReport(ok=False, findings=(Finding(path=path.name, kind=kind, why=why),), promise=NOTHING)
