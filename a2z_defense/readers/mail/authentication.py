"""`Authentication-Results` (RFC 8601): what the receivers say of a mail's sender, and whose word counts.

The rules: the receivers named in the settings count, as long as no other hop stands above them. With
none named, or none present, the topmost header's failure counts and its pass only says "unverified". A failure and no
pass that is aligned with the sender is a forgery; nothing at all is "unauthenticated".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from a2z_defense.readers.mail.mime import Headers
from a2z_defense.readers.mail.words import decode_header

_FAILURES = frozenset({"fail", "softfail", "hardfail"})
_METHODS = {
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.helo"),
}
"""The methods that are read, and the properties that name the domain each speaks of."""
_QUOTED = re.compile(r'"[^"]*"')
_COMMENT = re.compile(r"\([^()]*\)")
MAX_RESULTS = 20
"""Authentication-Results headers that are read, from the top."""


@dataclass(frozen=True)
class Result:
    """One method's result, as one receiver reports it."""

    method: str
    result: str
    domain: str
    """The domain that it speaks of; empty when not told."""
    body_hash: bool
    """A DKIM failure that is said to be of the body's hash."""


@dataclass(frozen=True)
class Report:
    """One Authentication-Results header."""

    receiver: str
    hop: int
    """How many Received headers stand above it: equal numbers were written by the same hop."""
    results: tuple[Result, ...]


class Verdict(StrEnum):
    """What the receivers' reports come to."""

    PASSED = "passed"
    """An aligned pass of a trusted receiver."""
    UNVERIFIED = "unverified"
    """An aligned pass of the topmost receiver, which is in no list of trusted ones."""
    FAILED = "failed"
    """A failure, and no aligned pass beside it."""
    ALTERED = "altered"
    """A failed body hash on top, and an aligned pass of a trusted receiver below."""
    NOTHING = "nothing"
    """No report, or neither a pass nor a failure."""


@dataclass(frozen=True)
class Word:
    """What counts of all the reports, and why."""

    verdict: Verdict
    why: str


def read_report(value: str, hop: int) -> Report | None:
    """The header's value as a report; None for one that cannot be read."""
    text = decode_header(value)
    comments = " ".join(_COMMENT.findall(text)).lower()
    for _ in range(5):
        shorter = _COMMENT.sub(" ", text)
        if shorter == text:
            break
        text = shorter
    # A quoted local part is the sender's own text: it must not be read as further statements or properties.
    text = _QUOTED.sub(lambda quoted: re.sub(r"[\s;=\"]", "_", quoted[0]), text)
    head, *statements = text.lower().split(";")
    words = head.split()
    if not words or "=" in words[0]:
        return None
    results: list[Result] = []
    for statement in statements[:100]:
        found = statement.split()
        if not found or "=" not in found[0]:
            continue
        method, _, result = found[0].partition("=")
        method = method.partition("/")[0]
        if method not in _METHODS:
            continue
        properties = dict(word.split("=", 1) for word in found[1:] if "=" in word)
        domain = next(
            (properties[name].strip("_'<>").rpartition("@")[2] for name in _METHODS[method] if name in properties),
            "",
        )
        body = method == "dkim" and "body hash" in (comments + statement.replace("_", " "))
        results.append(Result(method, result, domain, body))
    return Report(words[0].strip("_"), hop, tuple(results))


def reports(headers: Headers) -> list[Report]:
    """Every Authentication-Results header, from the top."""
    found: list[Report] = []
    hop = 0
    for name, value in headers.ordered:
        if name == "received":
            hop += 1
        elif name == "authentication-results":
            report = read_report(value, hop)
            if report:
                found.append(report)
            if len(found) >= MAX_RESULTS:
                break
    return found


def aligned(domain: str, sender_domain: str) -> bool:
    """True when one of the domains is the other or lies under it, like DMARC's relaxed alignment."""
    return bool(domain and sender_domain) and (
        domain == sender_domain or domain.endswith("." + sender_domain) or sender_domain.endswith("." + domain)
    )


def _merged(found: list[Report]) -> list[Result]:
    """The results of one receiver's headers, from the top. A method counts where it stands first: a header below may be
    the sender's own."""
    kept: list[Result] = []
    for report in found:
        known = {result.method for result in kept}
        kept.extend(result for result in report.results if result.method not in known)
    return kept


def _passes(results: list[Result], sender_domain: str) -> bool:
    if any(result.method == "dmarc" and result.result in _FAILURES for result in results):
        # DMARC fails only when nothing aligned has passed.
        return False
    return any(
        result.result == "pass" and "." in result.domain and aligned(result.domain, sender_domain) for result in results
    )


def weigh(found: list[Report], sender_domain: str, trusted: tuple[str, ...]) -> Word:
    """What the reports say of a mail from `sender_domain`, by the rules above."""
    if not found:
        return Word(Verdict.NOTHING, "no receiver's Authentication-Results in the mail")
    names = {name.lower() for name in trusted}
    by_trust = found[0].receiver in names
    hops: list[list[Report]] = []
    for report in found:
        if by_trust and report.receiver not in names:
            break
        if hops and (hops[-1][0].hop, hops[-1][0].receiver) == (report.hop, report.receiver):
            hops[-1].append(report)
        elif not by_trust and hops:
            break
        else:
            hops.append([report])
    receiver = hops[0][0].receiver
    top = _merged(hops[0])
    failures = [result for result in top if result.result in _FAILURES]
    below = by_trust and any(_passes(_merged(hop), sender_domain) for hop in hops[1:])
    if _passes(top, sender_domain):
        passed = Verdict.PASSED if by_trust else Verdict.UNVERIFIED
        return Word(passed, f"{receiver} reports a pass for {sender_domain}")
    if below and any(result.body_hash for result in failures):
        return Word(
            Verdict.ALTERED, f"{receiver} reports a broken body hash; a trusted receiver before it reports a pass"
        )
    if failures:
        said = ", ".join(f"{result.method}={result.result}" for result in failures)
        return Word(Verdict.FAILED, f"{receiver} reports {said} and no pass for {sender_domain}")
    if below:
        return Word(Verdict.PASSED, f"a trusted receiver reports a pass for {sender_domain}")
    return Word(Verdict.NOTHING, f"{receiver} reports neither a failure nor a pass for {sender_domain}")
