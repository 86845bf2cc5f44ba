"""The wire: HTTP/1.1 with kept connections, and the faults that spoil an answer on its way."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from a2z_defense.sandbox.exchange import Answer, Request
from a2z_defense.sandbox.faults import FaultKind

Handle = Callable[[Request, str], tuple[Answer, FaultKind | None]]
"""A request and its raw query to the answer, and the fault that must spoil its delivery."""


LARGEST_BODY = 1_000_000
"""Bytes; no request that a2z makes is larger than a few hundred."""


class Server(ThreadingHTTPServer):
    """A server on 127.0.0.1 that answers with `handle`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, handle: Handle) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.handle = handle

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 the base class's
        """A client that hangs up is no news; everything else is a defect and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    """Head and body leave in one packet."""
    server: Server
    server_version = "a2z-sandbox"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        """Answer."""
        target = urlsplit(self.path)
        length = self.headers.get("content-length") or "0"
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self.send_error(413 if length.isdigit() else 400)
            return
        request = Request(
            method=self.command,
            path=target.path,
            query={
                name: tuple(values)
                for name, values in parse_qs(target.query, keep_blank_values=True, strict_parsing=False).items()
            },
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
        )
        answer, fault = self.server.handle(request, target.query)
        spoiled = fault in (FaultKind.CUT, FaultKind.HALF)
        body = answer.body[: len(answer.body) // 2] if spoiled else answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body if fault is FaultKind.CUT else body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if fault is FaultKind.CUT:
            self.close_connection = True

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 names of the standard library

    def log_message(self, format: str, *args: object) -> None:
        """Silence: the request log is for tests, standard error for words to the user."""
