"""`a2z verify`: the bundle by itself, then against this machine's journal and register of builds."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError
from a2z_defense.base.instants import utc_text
from a2z_defense.bundle.layout import BUILD_FILE, SEAL_FOLDER
from a2z_defense.bundle.report import Finding, FindingKind, VerifyReport
from a2z_defense.bundle.signing import SIGNATURE, SIGNED_RECORD
from a2z_defense.bundle.verify import NOT_OK, verify
from a2z_defense.jobs.sent import damaged, sent_files
from a2z_defense.jobs.sign import digest_of, signatures_made, signed_at
from a2z_defense.store import builds, journal, retention
from a2z_defense.store.location import database_path
from a2z_defense.store.store import Store, open_store

JOURNAL = "journal"
"""The path of a finding about this machine's own journal."""


def check(environment: Environment, path: Path) -> VerifyReport:
    """Verify `path`, with what this home knows of it. A home that is not there, or cannot be opened, knows nothing."""
    if not database_path(environment).exists():
        return verify(path)
    try:
        with open_store(environment) as store, store.reading() as connection:
            register = _Register(connection)
            report = verify(path, known=register.built_at)
            problems = [
                *journal.problems(connection),
                *journal.strays(connection),
                *_rewritten(connection, report),
            ]
            purged = _purged(connection, path, report)
            gone = [*_kept_of(store, connection, path), *_meant(store, connection, path)]
            unsigned = _taken_out(connection, path, report)
            sent, of_sent = _sent(store, connection, report)
            other, elsewhere = _other_build(store, connection, path, report)
            other += _other_signatures(connection, path, report)
    except (A2zError, OSError) as why:
        report = verify(path)
        said = f"this home's journal could not be asked: {why.got if isinstance(why, A2zError) else why.strerror}"
        return report.model_copy(update={"notes": (*report.notes, said)})
    if purged is not None:
        return purged
    report = report.model_copy(update={"notes": (*report.notes, *gone, *elsewhere, *unsigned, *of_sent)})
    found = [*other, *sent, *(Finding(path=JOURNAL, kind=FindingKind.CHANGED, why=problem) for problem in problems)]
    if not found:
        return report
    return report.model_copy(update={"ok": False, "findings": (*report.findings, *found), "promise": NOT_OK})


@dataclass(frozen=True)
class _Register:
    connection: Connection

    def built_at(self, sha256: str) -> dt.datetime | None:
        """When a build.json, or any file of a build, with that digest was built here."""
        build = builds.known_manifest(self.connection, sha256)
        if build is not None:
            return build.built_at
        rows = self.connection.execute(
            text("SELECT result, built_at FROM build WHERE instr(result, :sha256) ORDER BY built_at"),
            {"sha256": sha256},
        )
        for result, built_at in rows:
            if any(file["sha256"] == sha256 for file in json.loads(result)["files"]):
                return dt.datetime.fromisoformat(built_at)
        return signed_at(self.connection, sha256)


def _other_build(
    store: Store, connection: Connection, path: Path, report: VerifyReport
) -> tuple[list[Finding], list[str]]:
    """This home knows the version under another digest.

    A colleague's machine counts its own versions, over its own journal: such a bundle is consistent and was not built
    here, which is a note. One that lies where this home put its own, or names a row of this home's journal as its end,
    says that it is from here, and is not: that is a fault.
    """
    if not report.ok or report.claim_id is None or report.version is None or report.promise.startswith("as built"):
        return [], []
    known = builds.version(connection, report.claim_id, report.version)
    if known is None:
        return [], []
    name = f"v{report.version} of {report.claim_id}"
    ours = builds.paths(store, connection, report.claim_id, report.version)
    held = report.journal
    if {path.absolute(), path.absolute().parent} & set(ours):
        why = f"{name} was built here with other bytes, in this place"
    elif held and journal.hash_at(connection, journal.Chain.INPUTS, held.length) == held.head:
        why = f"{name} was built here with other bytes: it names our journal, so it was made anew or by a copy of us"
    else:
        said = (
            f"not built here: this home's own {name}, of {utc_text(known.built_at)}, has other bytes. This one names "
            "another journal, as a build of another machine does; whose it is, only who sent it can say"
        )
        return [], [said]
    return [Finding(path="", kind=FindingKind.OTHER_BUILD, why=why)], []


def _rewritten(connection: Connection, report: VerifyReport) -> list[str]:
    """A journal that holds in itself, and is not the one that a build of this home was made on: written anew, or cut
    with its head."""
    held = report.journal
    if held is None or not report.promise.startswith("as built"):
        return []
    if journal.hash_at(connection, journal.Chain.INPUTS, held.length) == held.head:
        return []
    return [f"inputs: row {held.length} is not the one that v{report.version} of {report.claim_id} was built on"]


def _other_signatures(connection: Connection, path: Path, report: VerifyReport) -> list[Finding]:
    """Good signatures of a build of ours that were not made here: somebody put another certificate's in their place."""
    if report.claim_id is None or report.version is None or not report.promise.startswith("as built"):
        return []
    made = signatures_made(connection, report.claim_id, report.version)
    why = f"it is no signature of v{report.version} that was made here"
    return [
        Finding(path=name, kind=FindingKind.OTHER_BUILD, why=why)
        for name in (SIGNED_RECORD, SIGNATURE)
        if made and name in report.checked and digest_of(path / name) not in made
    ]


def _taken_out(connection: Connection, path: Path, report: VerifyReport) -> list[str]:
    """A copy without the signature that was made here; a build is whole without it, so this is said, not failed."""
    if report.claim_id is None or report.version is None or not (path / BUILD_FILE).is_file():
        return []
    if (path / SEAL_FOLDER).exists() or not signatures_made(connection, report.claim_id, report.version):
        return []
    return [f"v{report.version} was signed here, and this copy is without its signature"]


def _sent(store: Store, connection: Connection, report: VerifyReport) -> tuple[list[Finding], list[str]]:
    """The copies that were kept when this version was recorded as sent: what is wrong with them, or that they hold."""
    if report.claim_id is None or report.version is None:
        return [], []
    kept = [one for one in sent_files(store, connection, report.claim_id) if one.version == report.version]
    if not kept:
        return [], []
    wrong = damaged(store, connection, report.claim_id, report.version)
    said = f"v{report.version} was recorded as sent: its {len(kept)} files are kept in sent/ as they were"
    findings = [
        Finding(path=f"sent/v{report.version}/{path}", kind=FindingKind.CHANGED, why=why) for path, why in wrong
    ]
    return findings, [] if wrong else [said]


def _kept_of(store: Store, connection: Connection, path: Path) -> Iterator[str]:
    """Where the files of a version can be had again when its folder is not there any more."""
    number = path.name[1:]
    if path.exists() or path.name[:1] != "v" or not number.isdecimal():
        return
    kept = [one for one in sent_files(store, connection, path.parent.name) if one.version == int(number)]
    if kept:
        said = f"v{number} was recorded as sent: its {len(kept)} files are kept"
        yield f"{said}; a2z export {path.parent.name} gives them"


def _meant(store: Store, connection: Connection, path: Path) -> Iterator[str]:
    """What may have been meant by a path that is no build: the newest version of a claim, or a copy of our own."""
    home = store.environment.home
    if not path.exists():
        newest = builds.latest(connection, path.name)
        places = builds.paths(store, connection, path.name, newest.version) if newest else []
        if there := [place for place in places if place.exists()]:
            yield f"{path.name} is a claim; its newest build: a2z verify {shlex.quote(str(there[-1]))}"
    elif path.is_dir():
        numbers = (one.name[1:] for one in path.glob("v*") if (one / BUILD_FILE).is_file())
        versions = sorted(int(number) for number in numbers if number.isdecimal())
        if versions and not (path / BUILD_FILE).exists():
            yield f"it holds {len(versions)} build(s): a2z verify {shlex.quote(str(path / f'v{versions[-1]}'))}"
    elif any(path.resolve().is_relative_to(folder.resolve()) for folder in (home.sent, home.blobs)):
        yield "it is a2z's own copy, encrypted: it is checked with the version that was sent, and by a2z doctor"


def _purged(connection: Connection, path: Path, report: VerifyReport) -> VerifyReport | None:
    """The bundle is gone, or parts of it are, because it was purged here: said as that, not as tampering."""
    claim_id = report.claim_id or path.parent.name
    number = report.version or (int(path.name[1:]) if path.name[1:].isdecimal() else 0)
    at = retention.build_purged_at(connection, claim_id, number)
    gone = {FindingKind.MISSING, FindingKind.UNREADABLE}
    if at is None or report.ok or not {finding.kind for finding in report.findings} <= gone:
        return None
    why = f"purged on {at}"
    return VerifyReport(
        ok=False,
        findings=(Finding(path=path.name, kind=FindingKind.PURGED, why=why),),
        claim_id=claim_id,
        version=number,
        promise=f"{why}, on the record: its digests are in the journal, its files are not here any more",
    )
