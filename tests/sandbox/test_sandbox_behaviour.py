"""The simulator refuses what Amazon refuses, throttles as Amazon throttles, and fails on request."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clocks import HandClock
from support.sandboxes import sign_in, token_form

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import UsageError
from a2z_defense.sandbox import finances
from a2z_defense.sandbox.exchange import Request
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults, parse_rule
from a2z_defense.sandbox.server import Sandbox
from a2z_defense.sandbox.synthetic import synthetic_answers

ORDER_ID = "407-2290145-8863310"
ORDER = f"/orders/2026-01-01/orders/{ORDER_ID}"
FINANCES = f"/finances/v0/orders/{ORDER_ID}/financialEvents"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([data_folder("examples")], scale=1000) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with sign_in(sandbox) as signed_in:
        yield signed_in


# --- Login with Amazon


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "old"}, 401, "invalid_client"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"refresh_token": "Atzr|other"}, 400, "invalid_grant"),
        ({"refresh_token": None}, 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
    ],
)
def test_a_token_is_refused_as_lwa_refuses_it(
    sandbox: Sandbox, change: dict[str, str | None], status: int, error: str
) -> None:
    form = {key: value for key, value in {**token_form(sandbox), **change}.items() if value is not None}
    answer = httpx.post(f"{sandbox.endpoint}/auth/o2/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "access_token" not in answer.json()


def test_a_call_needs_a_token_that_holds() -> None:
    clock = HandClock()
    with Sandbox.synthetic(1, scale=1) as other, Sandbox(monotonic=clock, token_lifetime=60) as sandbox:
        assert httpx.get(sandbox.endpoint + ORDER).status_code == 403
        with sign_in(other) as foreign:
            stolen = foreign.headers["x-amz-access-token"]
        assert httpx.get(sandbox.endpoint + ORDER, headers={"x-amz-access-token": stolen}).status_code == 403
        with sign_in(sandbox) as client:
            assert client.get(ORDER).status_code == 404
            clock.now += 61
            late = client.get(ORDER)
            assert late.status_code == 403
            assert "expired" in late.json()["errors"][0]["details"]


def test_each_account_has_its_own_answers_and_buckets() -> None:
    first, second = synthetic_answers(1), synthetic_answers(2)
    first_id, second_id = next(iter(first.orders)), list(second.orders)[1]
    clock = HandClock()
    with Sandbox(answers=first, accounts={"Berlin 2": second}, monotonic=clock) as sandbox:
        other = token_form(sandbox) | {"refresh_token": sandbox.credentials["SP_API_REFRESH_TOKEN__BERLIN_2"]}
        with sign_in(sandbox) as one, sign_in(sandbox, other) as two:
            path = "/orders/2026-01-01/orders/"
            assert [one.get(path + first_id).status_code for _ in range(31)] == [200] * 30 + [429]
            assert one.get(f"/finances/v0/orders/{second_id}/financialEvents").status_code == 200
            assert two.get(path + second_id).status_code == 200
            sandbox.tokens.revoke("Berlin 2")
            assert two.get(path + second_id).status_code == 403
            clock.now += 2
            assert one.get(path + first_id).status_code == 200
        refused = httpx.post(f"{sandbox.endpoint}/auth/o2/token", data=other)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_credentials_differ_between_simulators() -> None:
    """Client libraries cache tokens by refresh token: a second simulator must not meet the first one's token."""
    with Sandbox() as one, Sandbox() as two:
        assert one.credentials["SP_API_REFRESH_TOKEN"] != two.credentials["SP_API_REFRESH_TOKEN"]


# --- the model


@pytest.mark.parametrize(
    "target",
    [
        f"{ORDER}?MarketplaceId=X",
        f"{ORDER}?includedData=BUYERS",
        f"{ORDER}?includedData=BUYER&includedData=TAX",
        f"{ORDER}?includedData=",
        f"{FINANCES}?MaxResultsPerPage=0",
        f"{FINANCES}?MaxResultsPerPage=101",
        f"{FINANCES}?MaxResultsPerPage=ten",
        f"{FINANCES}?NextToken=made-up",
        f"{FINANCES}?marketplaceIds=APJ6JRA9NG5V4",
        "/finances/v0/financialEvents?PostedAfter=2026-11-01",
        "/finances/v0/financialEvents?PostedAfter=2026-11-01T00:00:00",
        "/finances/v0/financialEvents?PostedAfter=2026-11-02T00:00:00Z&PostedBefore=2026-11-01T00:00:00Z",
        "/shipping/v2/tracking?trackingId=FR3008412957",
        f"/messaging/v1/orders/{ORDER_ID}",
        f"/messaging/v1/orders/{ORDER_ID}?marketplaceIds=APJ6JRA9NG5V4,A1PA6795UKMFR9",
    ],
)
def test_a_request_off_the_model_is_refused(client: httpx.Client, target: str) -> None:
    answer = client.get(target)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidInput"


def test_a_wrong_business_id_and_a_cut_host_are_refused(client: httpx.Client) -> None:
    tracking = "/shipping/v2/tracking?trackingId=FR3008412957&carrierId=AMZN_FR"
    assert client.get(tracking).status_code == 200
    assert client.get(tracking, headers={"x-amzn-shipping-business-id": "AmazonShipping_MARS"}).status_code == 400
    assert client.get(tracking, headers={"host": "/127.0.0.1"}).status_code == 400


def test_a_data_set_that_was_not_asked_for_is_absent(client: httpx.Client) -> None:
    bare = client.get(ORDER).json()["order"]
    assert set(bare) == {"orderId", "createdTime", "lastUpdatedTime", "programs", "salesChannel", "orderItems"}
    assert set(bare["orderItems"][0]) == {"orderItemId", "quantityOrdered", "product"}
    some = client.get(f"{ORDER}?includedData=PACKAGES,RECIPIENT").json()["order"]
    assert set(some) - set(bare) == {"packages", "recipient"}


# --- finances


def test_finances_come_page_by_page_and_whole() -> None:
    with Sandbox.synthetic(30, scale=1000) as sandbox, sign_in(sandbox) as client:
        found: list[str] = []
        params = {"PostedAfter": "2026-09-01T00:00:00Z", "MaxResultsPerPage": "7"}
        pages = 0
        while True:
            payload = client.get("/finances/v0/financialEvents", params=params).json()["payload"]
            pages += 1
            found += [event["AmazonOrderId"] for event in payload["FinancialEvents"]["ShipmentEventList"]]
            if "NextToken" not in payload:
                break
            params = {"NextToken": payload["NextToken"], "MaxResultsPerPage": "7"}
        assert pages == 5
        assert sorted(found) == sorted(sandbox.answers.orders)


def test_a_token_of_another_order_is_refused() -> None:
    with Sandbox.synthetic(2, scale=1000) as sandbox, sign_in(sandbox) as client:
        one, two = sandbox.answers.orders
        events = sandbox.answers.finances[one]["payload"]["FinancialEvents"]["ShipmentEventList"]
        events.append(events[0])
        path = f"/finances/v0/orders/{one}/financialEvents"
        token = client.get(path, params={"MaxResultsPerPage": 1}).json()["payload"]["NextToken"]
        assert client.get(path, params={"NextToken": token}).status_code == 200
        assert client.get(path.replace(one, two), params={"NextToken": token}).status_code == 400


# --- reports


def _report(client: httpx.Client, **more: object) -> tuple[int, bytes, str]:
    body = {"reportType": "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE", "marketplaceIds": ["A1805IZSGTT6HS"], **more}
    asked = client.post("/reports/2021-06-30/reports", json=body)
    if asked.status_code != 202:
        return asked.status_code, b"", ""
    path = f"/reports/2021-06-30/reports/{asked.json()['reportId']}"
    while (report := client.get(path).json())["processingStatus"] != "DONE":
        assert "reportDocumentId" not in report
        if report["processingStatus"] == "CANCELLED":
            return 200, b"", ""
    document = client.get(f"/reports/2021-06-30/documents/{report['reportDocumentId']}").json()
    assert document["compressionAlgorithm"] == "GZIP"
    packed = httpx.get(document["url"])
    return 200, gzip.decompress(packed.content), packed.headers["content-type"]


def test_the_returns_report_is_sliced_by_day_and_marketplace_and_written_in_cp1252(client: httpx.Client) -> None:
    days = {"dataStartTime": "2026-10-01T00:00:00Z", "dataEndTime": "2026-11-12T00:00:00Z"}
    _, body, media = _report(client, **days)
    assert media == "text/plain"
    assert "«Noordzee»" in body.decode("cp1252")
    assert b"171-3308846-2291570" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    assert _report(client, **{**days, "dataStartTime": "2026-10-30T00:00:00Z"})[1] == b""
    assert _report(client, marketplaceIds=["A13V1IB3VIYZZH"])[1] == b"", "nothing to tell: cancelled"


@pytest.mark.parametrize(
    "more",
    [
        {"dataStartTime": "2026-08-01T00:00:00Z", "dataEndTime": "2026-11-12T00:00:00Z"},
        {"dataStartTime": "2026-08-01"},
        {"dataStartTime": "2026-11-02T00:00:00Z", "dataEndTime": "2026-11-01T00:00:00Z"},
        {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA"},
        {"MarketplaceIds": ["A1805IZSGTT6HS"]},
        {"marketplaceIds": "A1805IZSGTT6HS"},
    ],
)
def test_a_report_off_the_model_is_refused(client: httpx.Client, more: dict[str, object]) -> None:
    assert _report(client, **more)[0] == 400


def test_a_document_is_not_there_before_the_report_is_done(client: httpx.Client, sandbox: Sandbox) -> None:
    body = {"reportType": "GET_V2_SELLER_PERFORMANCE_REPORT", "marketplaceIds": ["A1805IZSGTT6HS"]}
    report_id = client.post("/reports/2021-06-30/reports", json=body).json()["reportId"]
    assert client.get(f"/reports/2021-06-30/documents/amzn1.spdoc.1.4.{report_id}").status_code == 404
    assert httpx.get(f"{sandbox.endpoint}/documents/amzn1.spdoc.1.4.{report_id}").status_code == 404


# --- buckets


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    clock = HandClock()
    with Sandbox.synthetic(1, scale=2) as running:
        answers = running.answers
    with Sandbox(answers=answers, scale=2, monotonic=clock) as sandbox, sign_in(sandbox) as client:
        path = f"/orders/2026-01-01/orders/{next(iter(answers.orders))}"
        answered = [client.get(path).status_code for _ in range(32)]
        assert answered == [200] * 30 + [429] * 2
        throttled = client.get(path)
        assert throttled.json()["errors"][0]["code"] == "QuotaExceeded"
        assert "x-amzn-RateLimit-Limit" not in throttled.headers, "the model gives it to 20x, 400 and 404 alone"
        clock.now += 3
        assert client.get(path).headers["x-amzn-RateLimit-Limit"] == "1"
        assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
        finances = path.replace("/orders/2026-01-01", "/finances/v0") + "/financialEvents"
        assert client.get(finances).status_code == 200, "another operation has a bucket of its own"


def test_a_client_that_waits_exactly_is_never_refused() -> None:
    clock = HandClock()
    with Sandbox(monotonic=clock) as sandbox, sign_in(sandbox) as client:
        for _ in range(200):
            assert client.get("/mfn/v0/shipments/none").status_code == 404
            clock.now += 1 / 1.0


# --- faults


def _with(*rules: FaultRule, seed: int = 0) -> Sandbox:
    return Sandbox(answers=synthetic_answers(1), scale=1000, faults=Faults(rules, seed=seed))


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (FaultKind.THROTTLED, 429, b'"errors"'),
        (FaultKind.SERVER_ERROR, 500, b'"InternalFailure"'),
        (FaultKind.SERVER_MESSAGE, 500, b'{"message"'),
        (FaultKind.BAD_GATEWAY_EMPTY, 502, b""),
        (FaultKind.UNAVAILABLE_HTML, 503, b"<html>"),
        (FaultKind.EMPTY, 200, b""),
        (FaultKind.UNAUTHORISED, 401, b"Unauthorized"),
        (FaultKind.FORBIDDEN, 403, b"Unauthorized"),
        (FaultKind.NOT_FOUND, 404, b"NotFound"),
    ],
)
def test_faults_look_as_they_do_at_amazon(kind: FaultKind, status: int, body: bytes) -> None:
    with _with(FaultRule("getOrder", kind, times=1)) as sandbox, sign_in(sandbox) as client:
        path = f"/orders/2026-01-01/orders/{next(iter(sandbox.answers.orders))}"
        spoiled = client.get(path)
        assert spoiled.status_code == status
        assert body in spoiled.content
        assert bool(spoiled.content) == bool(body)
        assert spoiled.headers["x-amzn-RequestId"]
        assert client.get(path).status_code == 200, "only once"
        assert [seen.fault for seen in sandbox.requests] == [None, kind, None]


def test_a_throttled_answer_can_say_when_to_come_back() -> None:
    rule = FaultRule("getOrder", FaultKind.THROTTLED, retry_after=3)
    with _with(rule) as sandbox, sign_in(sandbox) as client:
        assert client.get(ORDER).headers["Retry-After"] == "3"


def test_a_cut_connection_breaks_in_the_middle_of_the_body() -> None:
    with _with(FaultRule("getOrder", FaultKind.CUT, times=1)) as sandbox, sign_in(sandbox) as client:
        path = f"/orders/2026-01-01/orders/{next(iter(sandbox.answers.orders))}"
        with pytest.raises(httpx.TransportError):
            client.get(path)
        assert client.get(path).status_code == 200
        assert [seen.status for seen in sandbox.requests if seen.operation == "getOrder"] == [0, 200]


def test_half_an_answer_is_no_json() -> None:
    with _with(FaultRule("getOrder", FaultKind.HALF)) as sandbox, sign_in(sandbox) as client:
        answer = client.get(f"/orders/2026-01-01/orders/{next(iter(sandbox.answers.orders))}")
        assert answer.status_code == 200
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            answer.json()


def test_a_slow_answer_comes_late_and_others_meanwhile() -> None:
    slow = FaultRule("getOrder", FaultKind.SLOW, delay=20)
    with _with(slow) as sandbox, sign_in(sandbox) as client:
        order_id = next(iter(sandbox.answers.orders))
        with pytest.raises(httpx.ReadTimeout):
            client.get(f"/orders/2026-01-01/orders/{order_id}", timeout=0.1)
        assert client.get(f"/finances/v0/orders/{order_id}/financialEvents").status_code == 200
        # the slow one is noted when it is answered: the other did not wait for it
        assert sandbox.count("getOrder") == 0


def test_chance_is_the_same_under_the_same_seed() -> None:
    rule = FaultRule("*", FaultKind.SERVER_ERROR, chance=0.05)

    def fates(seed: int) -> list[bool]:
        faults = Faults([rule], seed=seed)
        return [faults.next("getOrder") is not None for _ in range(2000)]

    assert fates(7) == fates(7) != fates(8)
    assert 60 <= sum(fates(7)) <= 140


def test_faults_can_be_written_on_the_command_line() -> None:
    assert parse_rule("getOrder=503-html") == FaultRule("getOrder", FaultKind.UNAVAILABLE_HTML)
    assert parse_rule("token=429x3") == FaultRule("token", FaultKind.THROTTLED, times=3)
    assert parse_rule("*=500@5%") == FaultRule("*", FaultKind.SERVER_ERROR, chance=0.05)
    for wrong in ("getOrder", "getOrder=999", "nothing=500", "getOrder=429xx", "getOrder=429@many"):
        with pytest.raises(UsageError) as caught:
            parse_rule(wrong)
        assert "429" in str(caught.value.expected)


def test_the_log_holds_no_token_and_tells_who_asked_what(client: httpx.Client, sandbox: Sandbox) -> None:
    client.get(f"{ORDER}?includedData=BUYER")
    client.get("/nowhere")
    assert [seen.operation for seen in sandbox.requests] == ["token", "getOrder", "unknown"]
    assert sandbox.requests[1].query == "includedData=BUYER"
    assert sandbox.requests[1].at <= sandbox.requests[2].at
    assert client.headers["x-amz-access-token"] not in repr(sandbox.requests)
    assert sandbox.count("getOrder") == 1
    sandbox.forget_requests()
    assert sandbox.count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"POST /auth/o2/token HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST /auth/o2/token HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /auth/o2/token HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /\xff\xfe?%zz=\x00 HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    ],
)
def test_nonsense_ends_its_own_connection_and_nothing_else(
    sandbox: Sandbox, client: httpx.Client, capfd: pytest.CaptureFixture[str], raw: bytes
) -> None:
    address = (client.base_url.host, client.base_url.port or 0)
    with socket.create_connection(address, timeout=5) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        while line.recv(4096):
            pass
    assert client.get(ORDER).status_code == 200
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"[" * 100_000, b"\xff", b'{"reportType": {}, "marketplaceIds": [[]]}']
)
def test_a_body_that_is_none_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/reports/2021-06-30/reports", content=body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


@given(size=st.integers(1, 100), count=st.integers(0, 25))
@settings(max_examples=40, deadline=None)
def test_pages_of_any_size_hold_every_event_once(size: int, count: int) -> None:
    answers = synthetic_answers(count)
    found: list[str] = []
    query: dict[str, tuple[str, ...]] = {"MaxResultsPerPage": (str(size),)}
    while True:
        page = json.loads(finances.by_date(answers, Request("GET", "", query)).body)["payload"]
        events = page["FinancialEvents"].get("ShipmentEventList", [])
        assert len(events) <= size
        found += [event["AmazonOrderId"] for event in events]
        if "NextToken" not in page:
            break
        query["NextToken"] = (page["NextToken"],)
    assert sorted(found) == sorted(answers.orders)


def test_a_connection_is_kept_alive(client: httpx.Client) -> None:
    """Head and body leave in one packet: no answer waits for a delayed acknowledgement (40 ms and more)."""
    times = []
    for _ in range(50):
        started = time.monotonic()
        assert client.get(ORDER).headers.get("connection") != "close"
        times.append(time.monotonic() - started)
    # the tenth part of them: the others may wait for a busy machine
    assert sorted(times)[5] < 0.03
