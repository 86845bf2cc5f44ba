"""IMAPClient with bounds: no answer larger than was asked for, none that takes longer than it may.

The library's sockets time out between two bytes; a server that sends one byte now and then would hold a cron job for
ever, and a literal may claim any length. Both are checked where the bytes are read.
"""

from __future__ import annotations

import imaplib
import ssl
from typing import Any

from imapclient import IMAPClient
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from a2z_defense.base.clock import Monotonic

MAX_LINE = 4_000_000
"""Bytes of one response line. A SEARCH answer of 200,000 UIDs has under 2 MB."""


class Oversize(Exception):
    """The server began an answer that is longer than the limit."""


class Bounds:
    """What the next answer may cost."""

    def __init__(self, clock: Monotonic, max_literal: int) -> None:
        self._clock = clock
        self.max_literal = max_literal
        self._deadline = float("inf")

    def arm(self, seconds: float) -> None:
        """From now the answer has `seconds` in all."""
        self._deadline = self._clock.monotonic() + seconds

    def check(self) -> None:
        """Raises TimeoutError when the time is over."""
        if self._clock.monotonic() > self._deadline:
            raise TimeoutError("the server took too long for one answer")


def _read(connection: Any, bounds: Bounds, size: int) -> bytes:
    if size > bounds.max_literal:
        raise Oversize(f"a literal of {size} bytes")
    pieces: list[bytes] = []
    left = size
    while left > 0:
        bounds.check()
        piece = connection.file.read1(min(left, 1 << 18))
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _read_line(connection: Any, bounds: Bounds) -> bytes:
    pieces: list[bytes] = []
    held = 0
    while True:
        bounds.check()
        ready = connection.file.peek(1)
        if not ready:
            return b"".join(pieces)
        end = ready.find(b"\n")
        pieces.append(connection.file.read(end + 1 if end >= 0 else len(ready)))
        held += len(pieces[-1])
        if end >= 0:
            return b"".join(pieces)
        if held > MAX_LINE:
            raise Oversize("a line without end")


class BoundedClient(IMAPClient):
    """An IMAP connection under `Bounds`."""

    def __init__(
        self, host: str, port: int, *, tls: bool, context: ssl.SSLContext, timeout: float, bounds: Bounds
    ) -> None:
        self._bounds = bounds
        self._seconds = timeout
        super().__init__(host, port, ssl=tls, ssl_context=context, timeout=timeout, use_uid=True)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802
        bounds = self._bounds
        timeout = self._seconds

        class Tls(IMAP4_TLS):
            def read(self, size: int) -> bytes:
                return _read(self, bounds, size)

            def readline(self) -> bytes:
                return _read_line(self, bounds)

        class Plain(IMAP4WithTimeout):
            def read(self, size: int) -> bytes:
                return _read(self, bounds, size)

            def readline(self) -> bytes:
                return _read_line(self, bounds)

        if self.ssl:
            return Tls(self.host, self.port, self.ssl_context, timeout)
        return Plain(self.host, self.port, timeout)
