"""A request as the simulator sees it, and an answer as it gives it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One HTTP request, taken apart."""

    method: str
    path: str
    """Percent-encoded, without the query."""
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Every value of every parameter; one sent empty is there with an empty text."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Path parameters of the matched operation, decoded."""

    def one(self, name: str) -> str | None:
        """The value of a query parameter, or None."""
        return next(iter(self.query.get(name, ())), None)

    def many(self, name: str) -> tuple[str, ...]:
        """The values of a comma-separated query parameter."""
        return tuple((self.one(name) or "").split(",")) if name in self.query else ()


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(content: Json, status: int = 200, **headers: str) -> Answer:
    """`content` as JSON in UTF-8."""
    return Answer(status, json.dumps(content, ensure_ascii=False).encode(), headers=headers)


def refusal(status: int, code: str, message: str, details: str = "") -> Answer:
    """The error body that every SP-API operation shares."""
    return json_answer({"errors": [{"code": code, "message": message, "details": details}]}, status)


def invalid(message: str) -> Answer:
    """400: the request does not follow the model."""
    return refusal(400, "InvalidInput", message)


def not_found(what: str) -> Answer:
    """404: nothing has that id here."""
    return refusal(404, "NotFound", f"The requested resource was not found: {what}.")
