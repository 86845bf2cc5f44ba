"""Finances v0: the same events by order and by date, page by page."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from a2z_defense.sandbox.answers import Answers
from a2z_defense.sandbox.exchange import Answer, Json, Request, invalid, json_answer
from a2z_defense.sandbox.operations import instant

PAGE = 100
"""Events on a page when the request names no number; the model's default and maximum."""

Event = tuple[str, Json]
"""The list's name and the event."""


def by_order(answers: Answers, request: Request) -> Answer:
    """listFinancialEventsByOrderId. An order without events has an empty answer, as at Amazon; it is no 404."""
    order_id = request.parts["orderId"]
    start = _start(request, subject=order_id)
    if start is None:
        return invalid("NextToken was not given for this order")
    return _page(list(_events(answers.finances.get(order_id, {}))), request, start, subject=order_id)


def by_date(answers: Answers, request: Request) -> Answer:
    """listFinancialEvents: every order's events in the range, oldest first. A NextToken brings its range along."""
    token = request.one("NextToken")
    subject = f"{request.one('PostedAfter') or ''}|{request.one('PostedBefore') or ''}"
    if token and subject == "|":
        subject = (_read(token) or ("|", 0))[0]
    start = _start(request, subject=subject)
    if start is None:
        return invalid("NextToken was not given for this range")
    after, before = (instant(text) for text in subject.split("|"))
    if after and before and after >= before:
        return invalid("PostedAfter must be before PostedBefore")
    dated = [
        (posted, event)
        for content in answers.finances.values()
        for event in _events(content)
        if (posted := instant(str(event[1].get("PostedDate", "")))) is not None
        and (after is None or posted >= after)
        and (before is None or posted < before)
    ]
    dated.sort(key=lambda pair: (pair[0], pair[1][0], json.dumps(pair[1][1], sort_keys=True)))
    return _page([event for _, event in dated], request, start, subject=subject)


def _events(content: Json) -> Iterator[Event]:
    for name, events in content.get("payload", {}).get("FinancialEvents", {}).items():
        for event in events:
            yield name, event


def _start(request: Request, *, subject: str) -> int | None:
    """Where this page begins; None when the token is not one that was given for `subject`."""
    token = request.one("NextToken")
    if token is None:
        return 0
    read = _read(token)
    return read[1] if read is not None and read[0] == subject else None


def _page(events: Sequence[Event], request: Request, start: int, *, subject: str) -> Answer:
    size = int(request.one("MaxResultsPerPage") or PAGE)
    lists: dict[str, list[Any]] = {}
    for name, event in events[start : start + size]:
        lists.setdefault(name, []).append(event)
    payload: Json = {"FinancialEvents": lists}
    if start + size < len(events):
        payload["NextToken"] = _token(subject, start + size)
    return json_answer({"payload": payload})


def _token(subject: str, offset: int) -> str:
    seal = hashlib.sha256(f"{subject}/{offset}".encode()).hexdigest()[:16]
    return base64.urlsafe_b64encode(json.dumps([subject, offset, seal]).encode()).decode()


def _read(token: str) -> tuple[str, int] | None:
    try:
        subject, offset, _ = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError, binascii.Error):
        return None
    return (subject, offset) if _token(subject, offset) == token else None
