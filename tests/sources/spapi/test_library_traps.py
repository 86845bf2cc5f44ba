"""Each trap of python-amazon-sp-api, shown on the library as it is, and mended in ours.

The first half of a test fails when an upgrade mends the trap: then our mending may go.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sp_api.api import FinancesV0, OrdersV20260101, ShippingV2
from sp_api.auth import AccessTokenClient
from sp_api.base import Marketplaces
from sp_api.base._transport_httpx import HttpxTransport
from sp_api.base.credential_provider import CredentialProvider, MissingCredentials
from sp_api.base.exceptions import SellingApiException
from support.clocks import HandClock

from a2z_defense.base.clock import SystemMonotonic
from a2z_defense.sandbox.faults import FaultKind, FaultRule
from a2z_defense.sources.spapi import library
from a2z_defense.sources.spapi.answers import TryAgain
from a2z_defense.sources.spapi.areas import Areas
from a2z_defense.sources.spapi.followups import Tracked

ORDER = "402-1234567-7654321"
CREDENTIALS = {"refresh_token": "Atzr|invented", "lwa_app_id": "id", "lwa_client_secret": "secret"}
Desk = Any


class _Token:
    access_token = "Atza|SECRETTOKEN"


class _Tokens:
    def __init__(self, **_: Any) -> None:
        pass

    def get_auth(self) -> _Token:
        return _Token()


class _Line:
    """A transport that remembers the request and gives one answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.sent: dict[str, Any] = {}

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        self.sent = {"method": method, "url": url, **more}
        return self.answer


def _plain(area: type, answer: httpx.Response, marketplace: Marketplaces = Marketplaces.DE) -> tuple[Any, _Line]:
    """The library's own client, with a transport that is none."""
    client = area(marketplace, credentials=CREDENTIALS, auth_token_client_class=_Tokens)
    line = _Line(answer)
    client._transport.close()
    client._transport = line
    return client, line


@pytest.fixture
def areas(desk: Callable[..., Desk]) -> Iterator[Areas]:
    found = Areas(desk().access, SystemMonotonic())
    yield found
    found.close()


def test_a_page_of_html_reads_as_an_empty_answer(desk: Callable[..., Desk]) -> None:
    client, _ = _plain(OrdersV20260101, httpx.Response(503, text="<html>Service Unavailable</html>"))
    assert client.get_order(ORDER).payload == {}

    ours = desk(faults="503-html")
    areas = Areas(ours.access, SystemMonotonic())
    answer = areas.order(ours.box.endpoint, ORDER)
    assert (answer.status, b"<html>" in answer.body) == (503, True)
    areas.close()


def test_a_500_with_a_bare_message_reads_as_an_answer(desk: Callable[..., Desk]) -> None:
    client, _ = _plain(OrdersV20260101, httpx.Response(500, json={"message": "Internal server error"}))
    assert client.get_order(ORDER).errors is None

    ours = desk(faults="500-message")
    areas = Areas(ours.access, SystemMonotonic())
    assert areas.order(ours.box.endpoint, ORDER).status == 500
    areas.close()


def test_a_401_has_the_code_999(desk: Callable[..., Desk]) -> None:
    client, _ = _plain(OrdersV20260101, httpx.Response(401, json={"errors": [{"code": "Unauthorized"}]}))
    with pytest.raises(SellingApiException) as raised:
        client.get_order(ORDER)
    assert raised.value.code == 999

    ours = desk(faults="401")
    areas = Areas(ours.access, SystemMonotonic())
    assert areas.order(ours.box.endpoint, ORDER).status == 401
    areas.close()


def test_an_answer_has_no_status_no_bytes_and_every_name(areas: Areas, desk: Callable[..., Desk]) -> None:
    client, _ = _plain(OrdersV20260101, httpx.Response(200, json={"order": {"orderId": ORDER}}))
    answer = client.get_order(ORDER)
    assert answer.status is None
    assert answer.a_name_that_nothing_has is None
    assert not hasattr(type(answer), "body")

    ours = desk()
    first = ours.wanted(1)[0].order_id
    mended = Areas(ours.access, SystemMonotonic())
    found = mended.order(ours.box.endpoint, first)
    assert found.status == 200
    assert found.body.startswith(b'{"order"')
    assert found.request_id
    with pytest.raises(AttributeError):
        _ = found.a_name_that_nothing_has  # type: ignore[attr-defined]
    mended.close()


def test_finances_get_four_spellings_of_the_marketplace(desk: Callable[..., Desk]) -> None:
    client, line = _plain(FinancesV0, httpx.Response(200, json={"payload": {}}))
    client.get_financial_events_for_order(ORDER)
    assert set(line.sent["params"]) == {"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds"}

    ours = desk()
    areas = Areas(ours.access, SystemMonotonic())
    areas.finances(ours.box.endpoint, ours.wanted(1)[0].order_id, None)
    (seen,) = [one for one in ours.box.requests if one.operation == "listFinancialEventsByOrderId"]
    assert seen.query == "MaxResultsPerPage=100"
    assert seen.status == 200
    areas.close()


def test_the_shipping_business_is_a_parameter_and_another_countrys_header(desk: Callable[..., Desk]) -> None:
    client, line = _plain(ShippingV2, httpx.Response(200, json={"payload": {}}))
    client.get_tracking(trackingId="1", **{"x-amzn-shipping-business-id": "AmazonShipping_IT"})
    assert line.sent["params"]["x-amzn-shipping-business-id"] == "AmazonShipping_IT"
    assert line.sent["headers"]["x-amzn-shipping-business-id"] == "AmazonShipping_US"

    ours = desk()
    areas = Areas(ours.access, SystemMonotonic())
    areas.tracking(ours.box.endpoint, Tracked("AMZN_IT", "IT0000000001", "AmazonShipping_IT"))
    (seen,) = [one for one in ours.box.requests if one.operation == "getTracking"]
    assert "x-amzn-shipping-business-id" in seen.headers
    assert seen.query == "trackingId=IT0000000001&carrierId=AMZN_IT"
    areas.tracking(ours.box.endpoint, Tracked("AMZN_DE", "DE0000000001", None))
    assert "x-amzn-shipping-business-id" not in ours.box.requests[-1].headers
    areas.close()


def test_host_is_cut_for_an_http_endpoint(desk: Callable[..., Desk]) -> None:
    client, line = _plain(OrdersV20260101, httpx.Response(200, json={}))
    client.endpoint = "http://127.0.0.1:8080"
    client.get_order(ORDER)
    assert line.sent["headers"]["host"] == "27.0.0.1:8080"

    ours = desk()  # the simulator refuses a Host that does not name it
    areas = Areas(ours.access, SystemMonotonic())
    assert areas.order(ours.box.endpoint, ours.wanted(1)[0].order_id).status == 200
    areas.close()


def test_the_environment_chooses_the_endpoint(monkeypatch: pytest.MonkeyPatch, desk: Callable[..., Desk]) -> None:
    ours = desk()
    monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", "US")
    client, _ = _plain(OrdersV20260101, httpx.Response(200, json={}), Marketplaces.DE)
    assert client.endpoint == "https://sellingpartnerapi-na.amazon.com"

    areas = Areas(ours.access, SystemMonotonic())
    assert areas._client(library.Orders, ours.box.endpoint).endpoint == ours.box.endpoint
    areas.close()


def test_an_unknown_marketplace_breaks_the_import() -> None:
    environment = {**os.environ, "SP_API_DEFAULT_MARKETPLACE": "it"}
    code = [sys.executable, "-c"]
    plain = subprocess.run([*code, "from sp_api.base import Client"], env=environment, capture_output=True, check=False)
    assert b"KeyError" in plain.stderr

    ours = subprocess.run(
        [*code, "import a2z_defense.sources.spapi.library"], env=environment, capture_output=True, check=False
    )
    assert (ours.returncode, ours.stdout) == (0, b""), ours.stderr


def test_it_prints_when_it_looks_for_credentials(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, desk: Callable[..., Desk]
) -> None:
    monkeypatch.setenv("SP_API_AWS_SECRET_ID", "a-secret")
    with pytest.raises(MissingCredentials):
        CredentialProvider("default", {})
    assert "boto3 not found" in capsys.readouterr().out

    ours = desk()
    areas = Areas(ours.access, SystemMonotonic())
    areas.order(ours.box.endpoint, ours.wanted(1)[0].order_id)
    areas.close()
    assert capsys.readouterr().out == ""


def test_debug_logs_the_token(caplog: pytest.LogCaptureFixture, desk: Callable[..., Desk]) -> None:
    logger = logging.getLogger("sp_api.base.client")
    logger.setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        client, _ = _plain(OrdersV20260101, httpx.Response(200, json={"order": {"buyer": "Zoë Invented"}}))
        client.get_order(ORDER)
    assert "SECRETTOKEN" in caplog.text
    assert "Zoë Invented" in caplog.text

    caplog.clear()
    ours = desk()
    with caplog.at_level(logging.DEBUG):
        ours.collect(ours.wanted(2))
    assert "Atza|" not in caplog.text
    assert "Àlvares" not in caplog.text
    assert ours.access.client_secret not in caplog.text


def _login(line: _Line, refresh_token: str) -> Any:
    """The library's own token client on that line."""
    credentials = type("C", (), {"lwa_app_id": "", "lwa_client_secret": "", "refresh_token": refresh_token})
    client: Any = AccessTokenClient(credentials=credentials)  # type: ignore[no-untyped-call]
    client._transport.close()
    client._transport = line
    return client


def test_a_token_answer_that_is_no_json_crashes(desk: Callable[..., Desk]) -> None:
    plain = _login(_Line(httpx.Response(503, text="<html>")), "Atzr|page")
    with pytest.raises(ValueError, match="Expecting value"):
        plain.get_auth()

    ours = desk(faults=[FaultRule("token", FaultKind.UNAVAILABLE_HTML)])
    areas = Areas(ours.access, SystemMonotonic())
    with pytest.raises(TryAgain, match="503"):
        areas.token()
    areas.close()


def test_its_token_cache_ignores_the_lifetime(desk: Callable[..., Desk]) -> None:
    line = _Line(httpx.Response(200, json={"access_token": "one", "expires_in": 1}))
    plain = _login(line, "Atzr|cache")
    plain.get_auth()
    line.answer = httpx.Response(200, json={"access_token": "two", "expires_in": 1})
    clock = HandClock()
    clock.now += 30
    assert plain.get_auth().access_token == "one"

    ours = desk()
    wire = library.Wire(ours.box.endpoint, clock)
    tokens = library.TokenClient(ours.access, wire, clock)
    first = tokens.get_auth().access_token
    assert tokens.get_auth().access_token == first
    clock.now += 3600
    assert tokens.get_auth().access_token != first
    assert ours.box.count("token") == 2
    wire.close()


def test_the_seams_that_the_mending_stands_on_are_there() -> None:
    """Private names of the library that a new version may move: found here, not at a seller's desk."""
    assert hasattr(OrdersV20260101, "_check_response")
    assert hasattr(OrdersV20260101, "_request")
    assert hasattr(HttpxTransport, "request")
    assert callable(AccessTokenClient.get_auth)
