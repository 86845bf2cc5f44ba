"""Real servers that take notifications: an SMTP sink, and a web server for webhooks and pings."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailSink:
    """Keeps every mail that it is given, or refuses them all, or those to some addresses."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False
        self.full: set[str] = set()
        """Addresses whose mailbox takes nothing."""
        self.url = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses or self.full.intersection(envelope.rcpt_tos):
            return "451 try again later"
        found = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 taken"

    def texts(self) -> list[str]:
        """Subject and text of every mail, as its reader sees them."""
        found = []
        for mail in self.mails:
            body = mail.get_body(("plain", "html"))
            assert body is not None
            found.append(f"{mail['subject']}\n{body.get_content()}")
        return found


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """An SMTP server on a free port of loopback; `url` is how Apprise names it."""
    sink = MailSink()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]  # aiosmtpd itself cannot be given port 0
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        sink.url = f"mailto://127.0.0.1:{port}?from=a2z@example.org&to=desk@example.org&mode=insecure"
        yield sink
    finally:
        controller.stop()


class WebSink:
    """Keeps every request: (method, path, JSON body or None)."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.raw: list[str] = []
        """Each body as it came."""
        self.status = 200
        self.base = ""

    def bodies(self) -> list[Any]:
        return [body for method, _path, body in self.requests if method == "POST"]


@contextmanager
def web_sink() -> Iterator[WebSink]:
    """A web server on a free port of loopback."""
    sink = WebSink()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            sink.headers.append(dict(self.headers))
            sink.raw.append(body.decode())
            found: Any = None
            with suppress(ValueError):
                found = json.loads(body) if body else None
            sink.requests.append((self.command, self.path, found))
            self.send_response(sink.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sink.base = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
