"""What a server can do to a client: redirects, drips, floods, dates, packed bodies; against a small loopback server."""

from __future__ import annotations

import datetime as dt
import email.utils
import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from a2z_defense.base.clock import Monotonic, SystemMonotonic
from a2z_defense.model.evidence import Trouble
from a2z_defense.sources.spapi import library
from a2z_defense.sources.spapi.answers import Answer, Final, TryAgain, error_code, judge
from a2z_defense.sources.spapi.operations import GET_ORDER

ORDER = "402-1234567-7654321"
Script = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Script], str]]:
    """Starts a server that does what it is told; gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(script: Script) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                script(self)

            def log_message(self, format: str, *arguments: Any) -> None:
                del format, arguments

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answer_with(status: int, body: bytes = b"", **headers: str) -> Script:
    def script(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return script


def get(address: str, clock: Monotonic | None = None) -> Answer:
    wire = library.Wire(address, clock or SystemMonotonic())
    try:
        return wire.request("GET", f"{address}/x?NextToken=abc")
    finally:
        wire.close()


def test_a_redirect_is_not_followed_and_no_answer(serve: Callable[[Script], str]) -> None:
    asked: list[str] = []
    elsewhere = serve(lambda handler: asked.append(handler.path))
    answer = get(serve(answer_with(302, Location=f"{elsewhere}/stolen")))
    with pytest.raises(Final) as raised:
        judge(GET_ORDER, answer, ORDER)
    assert raised.value.trouble is Trouble.NO_ANSWER
    assert asked == []


def test_a_packed_body_is_unpacked_and_a_torn_one_tried_again(serve: Callable[[Script], str]) -> None:
    packed = gzip.compress(b'{"order": 1}')
    assert get(serve(answer_with(200, packed, Content_Encoding="gzip"))).body == b'{"order": 1}'
    with pytest.raises(TryAgain, match="DecodingError"):
        get(serve(answer_with(200, b"\x1f\x8bnot gzip", Content_Encoding="gzip")))


class Leaps:
    """A clock that has moved on by twenty seconds whenever it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += 20.0
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_drip_is_cut_off(serve: Callable[[Script], str]) -> None:
    hung_up = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.01)
        except OSError:
            hung_up.set()

    with pytest.raises(TryAgain, match="longer than"):
        get(serve(drip), Leaps())
    assert hung_up.wait(60)


def test_a_flood_is_cut_off(serve: Callable[[Script], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MAX_ANSWER", 1000)
    with pytest.raises(TryAgain, match="more than 1000 bytes"):
        get(serve(answer_with(200, b"x" * 5000)))


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(TryAgain, match="ConnectError"):
        get("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({}, None),
    ],
)
def test_retry_after_in_seconds(headers: dict[str, str], seconds: float | None) -> None:
    assert Answer(429, headers, b"").retry_after == seconds


def test_retry_after_as_a_date_is_measured_by_amazons_own_clock() -> None:
    now = dt.datetime(2031, 1, 1, 12, 0, tzinfo=dt.UTC)
    headers = {
        "date": email.utils.format_datetime(now, usegmt=True),
        "retry-after": email.utils.format_datetime(now + dt.timedelta(seconds=90), usegmt=True),
    }
    assert Answer(429, headers, b"").retry_after == 90.0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"errors":[{"code":"QuotaExceeded","message":"x"}]}', "QuotaExceeded"),
        (b'{"errors":[{"code":"Zo\xc3\xab lives in Rome"}]}', None),
        (b'{"errors":[]}', None),
        (b'{"errors":["x"]}', None),
        (b"<html>", None),
        (b"[]", None),
        (b"[" * 100_000, None),
    ],
)
def test_only_a_word_of_amazons_is_taken_for_a_code(body: bytes, code: str | None) -> None:
    assert error_code(body) == code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"null",
        b"[]",
        b"{}",
        b'{"order": null}',
        b'{"order": {"orderId": "402-0000000-0000000", "orderItems": []}}',
        b'{"order": {"orderId": "402-1234567-7654321"}}',
        b'{"order": {"orderId": "402-1234567-7654321", "orderItems": []}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"order": Infinity}',
    ],
)
def test_a_200_without_the_order_is_no_answer(body: bytes) -> None:
    with pytest.raises(TryAgain):
        judge(GET_ORDER, Answer(200, {}, body), ORDER)
