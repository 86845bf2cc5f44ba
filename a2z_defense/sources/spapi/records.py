"""Turns answers into observations: raw bytes, where they came from, and what makes two of them the same."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from a2z_defense.base.clock import CaseClock
from a2z_defense.model.evidence import EvidenceKind, Observation, Provenance, SourceFailure, Trouble
from a2z_defense.sources.spapi.answers import Answer
from a2z_defense.sources.spapi.operations import Operation


@dataclass(frozen=True)
class Recorder:
    """Stamps observations of one account with provenance."""

    account: str
    clock: CaseClock
    clock_mark: str | None

    def observation(
        self,
        operation: Operation,
        subject: str,
        answer: Answer,
        *,
        kind: EvidenceKind | None = None,
        identity: bytes | None = None,
    ) -> Observation:
        return Observation(
            kind=kind or operation.kind,
            subject=subject,
            body=answer.body,
            media_type=answer.headers.get("content-type", "application/json").split(";")[0].strip().lower(),
            provenance=self.provenance(operation, answer),
            identity=identity,
        )

    def provenance(self, operation: Operation, answer: Answer) -> Provenance:
        return Provenance(
            source="spapi",
            operation=operation.name,
            # An opaque paging token says nothing to a reader and may be long.
            origin=re.sub(r"(NextToken=)[^&]+", r"\1...", answer.path),
            request_id=answer.request_id,
            status=answer.status,
            obtained_at=self.clock.now(),
            clock=self.clock_mark,
            account=self.account,
        )

    @staticmethod
    def digest(body: bytes) -> str:
        return hashlib.sha256(body).hexdigest()

    def refusal(self, operation: Operation, subject: str, answer: Answer) -> Observation:
        """A 4xx of a source that is not needed: an answer, kept. The text of the error may hold a request's id."""
        identity = f"{operation.name} {answer.status} ".encode() + without(answer.body, "errors", "*", "details")
        return self.observation(operation, subject, answer, kind=EvidenceKind.REFUSAL, identity=identity)

    def failure(
        self, source: str, subject: str, trouble: Trouble, why: str, remedy: str, *, needed: bool
    ) -> SourceFailure:
        return SourceFailure(source, subject, trouble, why, remedy, needed, self.clock.now())


def without(body: bytes, *path: str) -> bytes:
    """`body` as canonical JSON less the field at `path` (`*`: each member of a list); as it is when not JSON."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return body
    _drop(found, path)
    return json.dumps(found, sort_keys=True, separators=(",", ":")).encode()


def _drop(found: object, path: tuple[str, ...]) -> None:
    head, rest = path[0], path[1:]
    if head == "*" and isinstance(found, list):
        for member in found:
            _drop(member, rest)
    elif isinstance(found, dict):
        if rest:
            _drop(found.get(head), rest)
        else:
            found.pop(head, None)
