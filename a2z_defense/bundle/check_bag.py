"""Is this bag whole and unchanged? Each fault is named by its file; of two, the faulty one where that can be told."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from a2z_defense.bundle.archive import SIZE_LIMIT
from a2z_defense.bundle.bag import BAGIT, DECLARATION, INFO, MANIFEST, PAYLOAD, TAG_MANIFEST, TAGS
from a2z_defense.bundle.names import manifest, parse_manifest
from a2z_defense.bundle.report import Finding, FindingKind, JournalHead
from a2z_defense.bundle.trees import Tree, content, digest

_VERSION = re.compile(rb"BagIt-Version: (\d+\.\d+)\n")
_OXUM = re.compile(rb"^Payload-Oxum: (\d+)\.(\d+)\n", re.MULTILINE)


@dataclass
class BagCheck:
    """What a check of one bag found."""

    findings: list[Finding]
    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 of every file that could be read, by name in the bag."""

    claim_id: str | None = None
    version: int | None = None
    """What it says that it is."""
    journal: JournalHead | None = None

    @property
    def checked(self) -> tuple[str, ...]:
        """The files that are right."""
        bad = {finding.path for finding in self.findings}
        return tuple(name for name in self.digests if name not in bad)


def check_bag(tree: Tree) -> BagCheck:
    """Check every file of `tree` against its manifests, and the manifests against each other."""
    found = BagCheck(list(tree.faults))
    broken = set()
    for name in tree.names:
        if tree.size(name) > SIZE_LIMIT:
            found.findings.append(_finding(name, FindingKind.TOO_LARGE, f"{tree.size(name)} bytes"))
            continue
        try:
            found.digests[name], whole = digest(tree, name)
            if not whole:
                broken.add(name)
                found.findings.append(_finding(name, FindingKind.CHANGED, "its own checksum does not agree"))
        except OSError as why:
            found.findings.append(_finding(name, FindingKind.UNREADABLE, why.strerror or "it could not be read"))
    tags: dict[str, bytes] = {}
    for name in (*TAGS, TAG_MANIFEST):
        if name not in tree.names:
            found.findings.append(_finding(name, FindingKind.MISSING, "every bag has it"))
        elif name in found.digests and (body := content(tree, name)) is not None:
            tags[name] = body
        elif name in found.digests:
            found.findings.append(_finding(name, FindingKind.TOO_LARGE, f"{tree.size(name)} bytes"))
    for name in tree.names:
        if name not in (*TAGS, TAG_MANIFEST) and not name.startswith(PAYLOAD):
            found.findings.append(_finding(name, FindingKind.UNEXPECTED, "no a2z package holds it"))
    listed = parse_manifest(tags[MANIFEST]) if MANIFEST in tags else None
    if listed is not None and _only_manifest_changed(found.digests, tags):
        listed = None
    known = {path.path for path in found.findings}
    for finding in (*_payload(tree, listed), *_tags(tree, found.digests, tags, listed)):
        if finding.path not in known or finding.kind not in (FindingKind.CHANGED, FindingKind.DISAGREES):
            found.findings.append(finding)
    if broken:
        # A checksum showed which file changed: that two files disagree is its consequence.
        found.findings[:] = [one for one in found.findings if one.kind is not FindingKind.DISAGREES]
    return found


def _only_manifest_changed(digests: dict[str, str], tags: dict[str, bytes]) -> bool:
    """True when the payload is what the tag manifest sealed, so that whatever the manifest says of it is wrong."""
    sealed = parse_manifest(tags.get(TAG_MANIFEST, b"")) or {}
    true_manifest = manifest((name, sha256) for name, sha256 in digests.items() if name.startswith(PAYLOAD))
    return tags[MANIFEST] != true_manifest and sealed.get(MANIFEST) == hashlib.sha256(true_manifest).hexdigest()


def _payload(tree: Tree, listed: dict[str, str] | None) -> Iterator[Finding]:
    if listed is None:
        return
    for name in sorted(listed):
        if not name.startswith(PAYLOAD) or name not in tree.names:
            yield _finding(name, FindingKind.MISSING, f"{MANIFEST} lists it")
    for name in tree.names:
        if name.startswith(PAYLOAD) and name not in listed:
            yield _finding(name, FindingKind.UNEXPECTED, f"{MANIFEST} does not list it")


def _tags(
    tree: Tree, digests: dict[str, str], tags: dict[str, bytes], listed: dict[str, str] | None
) -> Iterator[Finding]:
    sealed = parse_manifest(tags[TAG_MANIFEST]) if TAG_MANIFEST in tags else None
    if TAG_MANIFEST in tags and (sealed is None or set(sealed) != set(TAGS)):
        yield _finding(TAG_MANIFEST, FindingKind.CHANGED, f"expected the digests of {', '.join(TAGS)}")
        sealed = None
    yield from _declaration(tags, sealed, digests)
    payload = {name: sha256 for name, sha256 in digests.items() if name.startswith(PAYLOAD)}
    wrong = [name for name, sha256 in payload.items() if listed is not None and listed.get(name, sha256) != sha256]
    if MANIFEST in tags:
        true_manifest = manifest(payload.items())
        sealed_as = sealed[MANIFEST] if sealed else None
        if digests[MANIFEST] == sealed_as or sealed_as is None:
            if listed is None:
                yield _finding(MANIFEST, FindingKind.CHANGED, "it is no manifest as a2z writes it")
        elif tags[MANIFEST] == true_manifest:
            yield _finding(TAG_MANIFEST, FindingKind.CHANGED, f"its digest of {MANIFEST} is not that file's")
        else:
            yield _finding(MANIFEST, FindingKind.CHANGED, f"{TAG_MANIFEST} names another digest")
    for name in wrong:
        yield _finding(name, FindingKind.CHANGED, f"{MANIFEST} names another digest")
    if INFO in tags:
        size = sum(tree.size(name) for name in payload)
        oxum = _OXUM.findall(tags[INFO])
        whole = listed is not None and set(listed) == set(payload) and not wrong
        if len(oxum) != 1 or (whole and oxum[0] != (b"%d" % size, b"%d" % len(payload))):
            yield _finding(INFO, FindingKind.CHANGED, "its Payload-Oxum is not the payload's")
        elif sealed and sealed[INFO] != digests[INFO]:
            yield _finding(INFO, FindingKind.DISAGREES, f"{TAG_MANIFEST} names another digest")
            yield _finding(TAG_MANIFEST, FindingKind.DISAGREES, f"its digest of {INFO} is not that file's")


def _declaration(tags: dict[str, bytes], sealed: dict[str, str] | None, digests: dict[str, str]) -> Iterator[Finding]:
    if DECLARATION not in tags:
        return
    if tags[DECLARATION] != BAGIT:
        version = _VERSION.match(tags[DECLARATION])
        kind = FindingKind.WRONG_VERSION if version and version[1] != b"1.0" else FindingKind.CHANGED
        yield _finding(DECLARATION, kind, "expected BagIt-Version 1.0 in UTF-8")
    elif sealed and sealed[DECLARATION] != digests[DECLARATION]:
        yield _finding(TAG_MANIFEST, FindingKind.CHANGED, f"its digest of {DECLARATION} is not that file's")


def _finding(name: str, kind: FindingKind, why: str) -> Finding:
    return Finding(path=name, kind=kind, why=why)
