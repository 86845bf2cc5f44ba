"""What a check of a bundle found: typed, by path, and what the check can promise."""

from __future__ import annotations

from enum import StrEnum

from a2z_defense.model.frozen import Frozen


class FindingKind(StrEnum):
    """Why a file does not verify. Each is a word that scripts may rely on."""

    CHANGED = "changed"
    """The bytes are not those that the digests beside it name."""
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    """A file that no manifest lists."""
    UNSAFE_PATH = "unsafe_path"
    """A name that would leave the folder, or something that is no ordinary file."""
    WRONG_VERSION = "wrong_version"
    """Of the BagIt format, or a folder whose name is not the version inside it."""
    NOT_CANONICAL = "not_canonical"
    """Not the one serialisation that a2z writes: zipped again, padded, compressed, or edited between the files."""
    TOO_LARGE = "too_large"
    DUPLICATE = "duplicate"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    """Not a bundle, or the disk would not give its bytes."""
    DISAGREES = "disagrees"
    """Two files that must say the same do not, and nothing shows which of them is the true one."""
    OTHER_BUILD = "other_build"
    """This journal knows this version of the claim with other bytes."""
    BAD_SIGNATURE = "bad_signature"
    NOT_REBUILT = "not_rebuilt"
    """Built again from the evidence inside, this file comes out different."""
    PURGED = "purged"
    """Removed by `a2z purge`, on the record; not tampering."""
    ALONE = "cannot_be_verified_alone"


class Finding(Frozen):
    """One thing that is wrong. JSON: `{path, kind}` and what is known of it in words."""

    path: str
    """Relative to what was checked; a file inside the ZIP is `audit-bundle.zip/<name>`."""
    kind: FindingKind
    why: str = ""


class JournalHead(Frozen):
    """The end of the journal's input chain, as a build names it."""

    length: int
    head: str
    """Hash of the last row, hexadecimal."""


class VerifyReport(Frozen):
    """The outcome of one check."""

    ok: bool
    findings: tuple[Finding, ...]
    checked: tuple[str, ...] = ()
    """Every file whose bytes were read and are right, in order."""
    claim_id: str | None = None
    version: int | None = None
    """Which version the build or package says that it is."""
    journal: JournalHead | None = None
    """What the journal was when it was built, by its own word."""
    promise: str
    """What this check can promise, exactly; no more."""
    notes: tuple[str, ...] = ()
    """Said beside the result: signatures, renderer versions."""
