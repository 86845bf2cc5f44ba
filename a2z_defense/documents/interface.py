"""What the documents need besides the case and its assessment, and what they give."""

from __future__ import annotations

from dataclasses import dataclass

from a2z_defense import __version__


@dataclass(frozen=True)
class Printed:
    """What is printed that is neither evidence nor policy: the seller's letterhead, the journal's head, versions.

    Every field is an input of the build: change one and the build is another version.
    """

    seller_name: str = ""
    """Empty prints "seller: not configured"."""
    seller_address: tuple[str, ...] = ()
    seller_logo: bytes | None = None
    """A picture; on the letter only, never in what the buyer gets."""
    seller_zone: str = "UTC"
    """The zone in which the internal bundle shows local times."""
    budget: int = 1500
    """Characters of `response.txt`; a newline counts as two."""
    response_language: str = ""
    """Empty: the notice's language."""
    operator_language: str = "en"
    """The language of the internal bundle."""
    program_version: str = __version__
    policy_digest: str = ""
    journal_head: str = ""
    """Head of the input chain, hex."""
    journal_length: int = 0
    manifest_digest: str = ""
    """SHA-256 of the evidence manifest (raw evidence and provenance)."""
    version: int | None = None
    """Number of this build of the claim. It is *derived* from the digest of the inputs, so it is no input itself."""


@dataclass(frozen=True)
class Rendered:
    """One file of a build."""

    path: str
    """Relative to the build's folder, with `/`."""
    content: bytes
    pages: int | None
    """Of a PDF; None for a text."""
    sent_in: str = ""
    """The language of a text that may be sent as it is; empty for what may not, and for other files."""
    notes: tuple[str, ...] = ()
    """What the seller must be told of it: files that stay out, and why."""
