"""Faults on purpose: what Amazon's endpoints do on a bad day, per operation, counted or by chance with a seed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from a2z_defense.base.errors import UsageError
from a2z_defense.sandbox.exchange import Answer, json_answer, refusal
from a2z_defense.sandbox.operations import BY_NAME

TOKEN = "token"  # noqa: S105 the operation's name, no secret
DOCUMENT = "document"
PICTURE = "image"
ANY = "*"


class FaultKind(StrEnum):
    THROTTLED = "429"
    SERVER_ERROR = "500"
    SERVER_MESSAGE = "500-message"
    """A gateway's `{"message": ...}` without `errors`."""
    BAD_GATEWAY_EMPTY = "502-empty"
    UNAVAILABLE_HTML = "503-html"
    EMPTY = "empty"
    """200 without a body."""
    HALF = "half"
    """200 with JSON that ends in the middle, in an orderly way."""
    SLOW = "slow"
    CUT = "cut"
    """The connection breaks in the middle of the body."""
    BAD_REQUEST = "400"
    UNAUTHORISED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"


@dataclass(frozen=True)
class FaultRule:
    """When to go wrong, and how."""

    operation: str
    """An operation's name, `token` (Login with Amazon), `document` (the report's download), `image` (a listing's
    picture) or `*`."""
    kind: FaultKind
    times: int | None = None
    """Only the first so many matching requests; None: always."""
    chance: float = 1.0
    delay: float = 1.0
    """Seconds, for a slow answer."""
    retry_after: int | None = None
    """Seconds, for the Retry-After header of a 429 or 5xx."""


class Faults:
    """Decides for each request. The n-th request of an operation meets the same fate under the same seed."""

    def __init__(self, rules: Iterable[FaultRule] = (), *, seed: int = 0) -> None:
        self._rules = tuple(rules)
        self._seed = seed
        self._seen: Counter[str] = Counter()
        self._given: Counter[FaultRule] = Counter()
        self._lock = threading.Lock()

    def next(self, operation: str) -> FaultRule | None:
        """The fault that this request of `operation` meets, or None."""
        with self._lock:
            self._seen[operation] += 1
            # not for secrecy: the same seed must give the same faults in every run
            dice = random.Random(f"{self._seed}/{operation}/{self._seen[operation]}")  # noqa: S311
            for rule in self._rules:
                if rule.operation not in (operation, ANY):
                    continue
                if rule.times is not None and self._given[rule] >= rule.times:
                    continue
                if dice.random() < rule.chance:
                    self._given[rule] += 1
                    return rule
            return None


def parse_rule(text: str) -> FaultRule:
    """`getOrder=503-html`, `getOrder=429x3` (three times), `*=500@5%` (by chance).

    Raises UsageError that names the kinds and the operations.
    """
    operation, _, rest = text.partition("=")
    rest, _, percent = rest.partition("@")
    kind, _, times = rest.partition("x")
    try:
        rule = FaultRule(
            operation,
            FaultKind(kind),
            times=int(times) if times else None,
            chance=float(percent.rstrip("%")) / 100 if percent else 1.0,
        )
    except ValueError:
        rule = None
    if rule is None or operation not in (*BY_NAME, TOKEN, DOCUMENT, PICTURE, ANY):
        raise UsageError(
            f"the fault is {text!r}",
            expected="OPERATION=KIND, with a kind of " + ", ".join(kind.value for kind in FaultKind),
            remedy="the operations are " + ", ".join((*BY_NAME, TOKEN, DOCUMENT, PICTURE, ANY)),
        )
    return rule


_HTML = b"<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>"


def faulty(rule: FaultRule) -> Answer | None:
    """The answer that replaces the true one; None for the faults that spoil its delivery (slow, cut, half)."""
    answer = _answer(rule.kind)
    if answer is None or rule.retry_after is None:
        return answer
    return replace(answer, headers={**answer.headers, "Retry-After": str(rule.retry_after)})


def _answer(kind: FaultKind) -> Answer | None:
    match kind:
        case FaultKind.THROTTLED:
            return throttled()
        case FaultKind.SERVER_ERROR:
            return refusal(500, "InternalFailure", "We encountered an internal error. Please try again.")
        case FaultKind.SERVER_MESSAGE:
            return json_answer({"message": "Internal server error"}, 500)
        case FaultKind.BAD_GATEWAY_EMPTY:
            return Answer(502, b"")
        case FaultKind.UNAVAILABLE_HTML:
            return Answer(503, _HTML, "text/html; charset=utf-8")
        case FaultKind.EMPTY:
            return Answer(200, b"")
        case FaultKind.BAD_REQUEST:
            return refusal(400, "InvalidInput", "The request is not valid.")
        case FaultKind.UNAUTHORISED:
            return refusal(401, "Unauthorized", "Access to requested resource is denied.")
        case FaultKind.FORBIDDEN:
            return refusal(403, "Unauthorized", "Access to requested resource is denied.", "The role is missing.")
        case FaultKind.NOT_FOUND:
            return refusal(404, "NotFound", "The requested resource was not found.")
        case FaultKind.HALF | FaultKind.SLOW | FaultKind.CUT:
            return None


def throttled() -> Answer:
    """429, as Amazon words it."""
    return refusal(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")
