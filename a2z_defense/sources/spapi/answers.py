"""What an HTTP answer of SP-API means: good, to be tried again, or final.

python-amazon-sp-api raises only when the JSON holds `errors`; a page of HTML, an empty 502 or a 500 with a bare
message come back from it as an empty payload. Here the status and the shape decide.
"""

from __future__ import annotations

import email.utils
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from a2z_defense.model.evidence import Trouble
from a2z_defense.sources.spapi.operations import Operation

REQUEST_ID = "x-amzn-requestid"
RATE_LIMIT = "x-amzn-ratelimit-limit"


@dataclass(frozen=True)
class Answer:
    """An answer as it came: status, headers (lower case), the raw bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    path: str = ""
    """The request's path, for the provenance."""

    @property
    def request_id(self) -> str | None:
        return self.headers.get(REQUEST_ID)

    @property
    def rate(self) -> float | None:
        """The rate in force, in requests a second; None when the answer does not tell it."""
        try:
            return float(self.headers[RATE_LIMIT])
        except (KeyError, ValueError):
            return None

    @property
    def retry_after(self) -> float | None:
        """Seconds that Amazon asks to wait; a date is measured against the answer's own date."""
        text = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"\d+(\.\d+)?", text):
            return float(text)
        try:
            until = email.utils.parsedate_to_datetime(text)
            since = email.utils.parsedate_to_datetime(self.headers.get("date", ""))
            return max(0.0, (until - since).total_seconds())
        except (TypeError, ValueError):
            return None


class TryAgain(Exception):
    """No answer yet: throttled, down, cut, empty or malformed. `str()` says which, without personal data."""

    def __init__(self, why: str, *, throttled: bool = False, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.throttled = throttled
        self.retry_after = retry_after


class Final(Exception):
    """Amazon answered, and asking again would change nothing."""

    def __init__(self, trouble: Trouble, why: str, remedy: str, answer: Answer | None = None) -> None:
        super().__init__(why)
        self.trouble = trouble
        self.why = why
        self.remedy = remedy
        self.answer = answer


def parse(body: bytes) -> Any:
    """The JSON of `body` with exact numbers. Raises ValueError."""
    return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def judge(operation: Operation, answer: Answer, asked: str) -> dict[str, Any]:
    """The parsed answer when it is a good one for `asked`.

    Raises TryAgain or Final.
    """
    status = answer.status
    if status == 429:
        raise TryAgain("throttled (429)", throttled=True, retry_after=answer.retry_after)
    if status == 408 or status >= 500:
        raise TryAgain(f"answered {status}", retry_after=answer.retry_after)
    if status >= 400:
        raise refusal(operation, answer)
    if not 200 <= status < 300:
        raise Final(
            Trouble.NO_ANSWER,
            f"{operation.name} answered with an unexpected status {status}",
            "check A2Z_SPAPI_ENDPOINT, and whether a proxy stands between",
            answer,
        )
    if not answer.body.strip():
        raise TryAgain(f"answered {status} with nothing in it")
    try:
        found = parse(answer.body)
    except (ValueError, RecursionError):
        raise TryAgain(f"answered {status} with something that is not JSON") from None
    if not isinstance(found, dict) or not operation.shape(found, asked):
        raise TryAgain(f"answered {status} without what {operation.name} must hold")
    return found


def refusal(operation: Operation, answer: Answer) -> Final:
    """One message that says the cause and the remedy of a 4xx."""
    code = error_code(answer.body)
    said = f"{operation.name} answered {answer.status}" + (f" ({code})" if code else "")
    match answer.status:
        case 401:
            return Final(
                Trouble.REFUSED,
                f"{said}: the access token was not accepted",
                "authorise the application again in Seller Central and set the new SP_API_REFRESH_TOKEN",
                answer,
            )
        case 403:
            role = f" (the role is called {operation.role!r})" if operation.role else ""
            return Final(
                Trouble.REFUSED,
                f"{said}: access denied",
                "three causes are known: the application lacks the role"
                f"{role}; the account's region is another one (accounts.NAME.region); or the order belongs to another "
                "of your accounts (--account)",
                answer,
            )
        case 404:
            return Final(
                Trouble.NO_RECORD,
                f"{said}: Amazon knows no such record in this account and region",
                "check the id, the account (--account) and the region; an order of another account looks the same",
                answer,
            )
        case _:
            return Final(
                Trouble.NO_ANSWER,
                f"{said}: Amazon did not accept the request",
                "check the id and the marketplace; if they are right, report it with the request id "
                + (answer.request_id or "unknown"),
                answer,
            )


_EXPIRED = re.compile(r"token[^.]*\bexpired\b", re.IGNORECASE)
_INVALID = re.compile(r"access token[^.]*\b(revoked|malformed|invalid)\b", re.IGNORECASE)


class TokenWord(StrEnum):
    """What a refusal says of the access token that the call carried."""

    EXPIRED = "expired"
    INVALID = "invalid"


def token_word(answer: Answer) -> TokenWord | None:
    """SP-API tells of its token in a 403's text alone ("The access token you provided has expired", "... is revoked,
    malformed or invalid": seen in public reports of 2022 to 2024); the code is the one of a missing role."""
    if answer.status not in {401, 403}:
        return None
    text = answer.body[:4000].decode("utf-8", "replace")
    if _EXPIRED.search(text):
        return TokenWord.EXPIRED
    return TokenWord.INVALID if _INVALID.search(text) else None


def error_code(body: bytes) -> str | None:
    """Amazon's own error code, a word without personal data; None when there is none."""
    try:
        found = json.loads(body)
        errors = found.get("errors") if isinstance(found, dict) else None
        code = errors[0].get("code") if isinstance(errors, list) and errors else None
    except (ValueError, AttributeError, RecursionError):
        return None
    return code if isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_.:-]{1,60}", code) else None
