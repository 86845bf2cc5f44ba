"""The simulator: Login with Amazon and the SP-API operations that a2z uses, on 127.0.0.1, from scenario folders.

It keeps to what a client can get wrong at Amazon: tokens expire, buckets run empty, a parameter that the model does
not know is refused, and on request everything fails in the ways that Amazon's endpoints fail.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from a2z_defense.base.clock import CaseClock, Monotonic, SystemClock, SystemMonotonic
from a2z_defense.sandbox import lwa
from a2z_defense.sandbox.answers import Answers, read_answers
from a2z_defense.sandbox.buckets import Buckets
from a2z_defense.sandbox.exchange import Answer, Request, invalid, not_found
from a2z_defense.sandbox.faults import DOCUMENT, PICTURE, TOKEN, FaultKind, FaultRule, Faults, faulty, throttled
from a2z_defense.sandbox.handlers import Handlers
from a2z_defense.sandbox.http import Server
from a2z_defense.sandbox.operations import Operation, fault_of, match
from a2z_defense.sandbox.reports import Reports

_DOCUMENTS = "/documents/"
_PICTURES = "/images/I/"
_WITH_LIMIT = (200, 202, 400, 404)
"""Answers that tell the rate in force: the models give the header to these alone, so a 429 does not tell it."""
UNKNOWN = "unknown"
MAIN = ""
"""The account whose refresh token stands in the plain variable."""


@dataclass(frozen=True)
class Seen:
    """One request that reached the simulator. Never holds a token or a body."""

    operation: str
    """The operation's name; `token`, `document` or `unknown` for what is none."""
    at: float
    """Monotonic seconds."""
    status: int
    """HTTP status; 0 when the connection was cut."""
    fault: str | None
    """The fault that was injected."""
    method: str
    path: str
    query: str
    headers: tuple[str, ...]
    """Names, in lower case."""
    request_id: str


class Sandbox:
    """A running simulator; a context manager. Folders are searched for `spapi/`."""

    def __init__(
        self,
        folders: Sequence[Path] = (),
        *,
        scale: float = 1.0,
        faults: Faults | None = None,
        port: int = 0,
        answers: Answers | None = None,
        clock: CaseClock | None = None,
        monotonic: Monotonic | None = None,
        token_lifetime: float = lwa.LIFETIME,
        report_encoding: str = "cp1252",
        polls_until_done: int = 2,
        accounts: Mapping[str, Answers] | None = None,
    ) -> None:
        """`accounts`: further selling accounts by name, each with answers, a refresh token and buckets of its own."""
        self.answers = read_answers(folders) if answers is None else answers
        """May be changed while it runs."""
        self._monotonic = monotonic or SystemMonotonic()
        self._faults = faults or Faults()
        answers_of = {MAIN: self.answers, **(accounts or {})}
        self._login = lwa.new_credentials(answers_of)
        self.tokens = lwa.TokenService(self._login, self._monotonic, lifetime=token_lifetime)
        self._buckets = Buckets(self._monotonic, scale=scale)
        now = (clock or SystemClock()).now
        self._partners = {
            account: Handlers(found, Reports(found, now, encoding=report_encoding, polls_until_done=polls_until_done))
            for account, found in answers_of.items()
        }
        self._seen: list[Seen] = []
        self._lock = threading.Lock()
        self._server = Server(port, self.handle)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="sandbox", daemon=True)

    @classmethod
    def synthetic(cls, count: int, *, scale: float = 1.0, faults: Faults | None = None, port: int = 0) -> Sandbox:
        """A simulator that knows `count` made-up orders, the same in every run (`sandbox.synthetic`)."""
        from a2z_defense.sandbox.synthetic import synthetic_answers

        return cls(scale=scale, faults=faults, port=port, answers=synthetic_answers(count))

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and close the port. Twice is no error."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def join(self) -> None:
        """Wait until it is stopped."""
        while self._thread.is_alive():
            self._thread.join(0.2)

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:PORT`, for SP-API and Login with Amazon alike."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def credentials(self) -> dict[str, str]:
        """The environment variables that make a2z talk to this simulator."""
        return {
            **{_variable(account): token for account, token in self._login.refresh_tokens.items()},
            "LWA_APP_ID": self._login.client_id,
            "LWA_CLIENT_SECRET": self._login.client_secret,
            "A2Z_SPAPI_ENDPOINT": self.endpoint,
            "A2Z_LWA_ENDPOINT": self.endpoint,
        }

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every request so far, in order of arrival at the end of its handling."""
        with self._lock:
            return tuple(self._seen)

    def count(self, operation: str | None = None) -> int:
        """How many requests came, of one operation or of all."""
        return sum(operation in (None, seen.operation) for seen in self.requests)

    def forget_requests(self) -> None:
        """Empty the request log."""
        with self._lock:
            self._seen.clear()

    def handle(self, request: Request, query: str) -> tuple[Answer, FaultKind | None]:
        """The answer to `request`, and the fault that must spoil its delivery. Logs the request."""
        operation, answer, rule = self._judge(request)
        if rule is not None and rule.kind is FaultKind.SLOW:
            self._monotonic.sleep(rule.delay)
        request_id = str(uuid.uuid4())
        kind = rule.kind if rule else None
        seen = Seen(
            operation=operation,
            at=self._monotonic.monotonic(),
            status=0 if kind is FaultKind.CUT else answer.status,
            fault=kind,
            method=request.method,
            path=request.path,
            query=query,
            headers=tuple(sorted(request.headers)),
            request_id=request_id,
        )
        with self._lock:
            self._seen.append(seen)
        return replace(answer, headers={"x-amzn-RequestId": request_id, **answer.headers}), kind

    def _judge(self, request: Request) -> tuple[str, Answer, FaultRule | None]:
        """Name, true or faulty answer, and the fault: in Amazon's order, token before bucket before model."""
        if request.headers.get("host") not in self._hosts:
            return UNKNOWN, invalid("The Host header does not name this endpoint"), None
        if request.method == "POST" and request.path == lwa.PATH:
            return TOKEN, *self._or_fault(TOKEN, lambda: self.tokens.exchange(request))
        if request.method == "GET" and request.path.startswith(_DOCUMENTS):
            document_id = request.path.removeprefix(_DOCUMENTS)
            return DOCUMENT, *self._or_fault(DOCUMENT, lambda: self._document(document_id))
        if request.method == "GET" and request.path.startswith(_PICTURES):
            name = request.path.removeprefix(_PICTURES)
            return PICTURE, *self._or_fault(PICTURE, lambda: self._picture(name))
        matched = match(request.method, request.path)
        if matched is None:
            return UNKNOWN, not_found("the path"), None
        operation, parts = matched
        account = self.tokens.account(request)
        if isinstance(account, Answer):
            return operation.name, account, None
        bucket = self._buckets.of(operation, account)
        asked = replace(request, parts=parts)
        if bucket.take():
            answer, rule = self._or_fault(operation.name, lambda: self._true(account, operation, asked))
        else:
            answer, rule = throttled(), None
        if answer.status in _WITH_LIMIT:
            answer = replace(answer, headers={"x-amzn-RateLimit-Limit": f"{bucket.rate:g}", **answer.headers})
        return operation.name, answer, rule

    def _or_fault(self, name: str, true_answer: Callable[[], Answer]) -> tuple[Answer, FaultRule | None]:
        rule = self._faults.next(name)
        return (faulty(rule) if rule else None) or true_answer(), rule

    def _true(self, account: str, operation: Operation, request: Request) -> Answer:
        why = fault_of(operation, request)
        return invalid(why) if why else self._partners[account].answer(operation, request, self.endpoint)

    def _document(self, document_id: str) -> Answer:
        """A report's document: its address is its key, whoever asks."""
        found = (partner.reports.download(document_id) for partner in self._partners.values())
        return next((answer for answer in found if answer.status == 200), not_found("the document"))

    def _picture(self, name: str) -> Answer:
        """A listing's picture, which anybody may see."""
        found = self.answers.pictures.get(name)
        return not_found("the picture") if found is None else Answer(200, found, "image/jpeg")

    @property
    def _hosts(self) -> tuple[str, str]:
        port = self._server.server_address[1]
        return f"127.0.0.1:{port}", f"localhost:{port}"


def _variable(account: str) -> str:
    """Where a2z looks for the account's refresh token."""
    suffix = "".join(letter if letter.isalnum() else "_" for letter in account.upper())
    return f"SP_API_REFRESH_TOKEN__{suffix}" if account else "SP_API_REFRESH_TOKEN"
