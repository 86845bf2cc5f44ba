"""python-amazon-sp-api, mended in one place. Each class here says which trap it mends; a test per trap notices when
an upgrade mends it.

- `Client` reads SP_API_DEFAULT_MARKETPLACE at import and again when made, against the marketplace it is given: the
  variable is taken out of the environment before the library is imported (`access` has read it by then).
- It would look for credentials in files, variables and cloud secrets, and print when boto3 is absent: credentials
  are passed explicitly and only the provider that takes them is allowed.
- `headers` cuts `Host` out of the endpoint as if it were https; `_request` adds four spellings of the marketplace
  to calls that know none; `_check_response` drops status and bytes and raises only for JSON with `errors`.
- Tokens are cached in a module global that ignores `expires_in`, the host and other threads, and a token answer that
  is not JSON crashes.
- At DEBUG it logs tokens and whole bodies: `quiet()` keeps its loggers at WARNING.
"""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

os.environ.pop("SP_API_DEFAULT_MARKETPLACE", None)

import httpx
from sp_api.api import (
    CatalogItemsV20220401,
    FinancesV0,
    ListingsItemsV20210801,
    MerchantFulfillment,
    Messaging,
    OrdersV20260101,
    Reports,
    Sellers,
    ShippingV2,
)
from sp_api.auth import AccessTokenClient, AccessTokenResponse
from sp_api.base import Client, Marketplaces, fill_query_params
from sp_api.base._transport_httpx import HttpxTransport
from sp_api.base.credential_provider import FromCodeCredentialProvider

from a2z_defense.base.clock import Monotonic
from a2z_defense.model.evidence import Trouble
from a2z_defense.sources.spapi.access import Access, is_loopback
from a2z_defense.sources.spapi.answers import Answer, Final, TokenWord, TryAgain, parse, token_word

if TYPE_CHECKING:
    _Area = Client
else:
    _Area = object

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
"""One attempt may take this long in all. Judgement: SP-API's own gateway gives up after about 30 s."""
MAX_ANSWER = 64_000_000
"""Bytes. An answer beyond this is no answer of the operations used here."""
TOKEN_MARGIN = 60.0
"""Seconds before its expiry at which a token is renewed."""
USER_AGENT = "a2z-defense (Language=Python)"


def quiet() -> None:
    """Keep the loggers that would write tokens and buyers' data at WARNING, whatever `-v` says."""
    for name in ("sp_api", "sp_api.base.client", "sp_api.auth.access_token_client", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


class Wire(HttpxTransport):
    """Sends one request and brings status, headers and bytes; the library's transport seam.

    Raises TryAgain for everything that happens before an answer is whole.
    """

    def __init__(self, base_url: str, clock: Monotonic) -> None:
        loopback = is_loopback(urlsplit(base_url).hostname or "")
        self._clock = clock
        client = httpx.Client(
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
            trust_env=not loopback,
        )
        super().__init__(client=client)  # type: ignore[no-untyped-call]

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        data: Any = None,
        content: Any = None,
        headers: Any = None,
    ) -> Answer:
        started = self._clock.monotonic()
        try:
            with self._client.stream(
                method, url, params=params or None, data=data, content=content, headers=headers
            ) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_ANSWER:
                        raise TryAgain(f"sent more than {MAX_ANSWER} bytes")
                    if self._clock.monotonic() - started > ANSWER_SECONDS:
                        raise TryAgain(f"took longer than {ANSWER_SECONDS:.0f} s to answer")
                found = {key.lower(): value for key, value in response.headers.items()}
                return Answer(response.status_code, found, bytes(body), response.request.url.raw_path.decode("ascii"))
        except (httpx.HTTPError, httpx.InvalidURL) as why:
            raise TryAgain(f"gave no answer ({type(why).__name__})") from None

    def close(self) -> None:
        self._client.close()


class TokenClient(AccessTokenClient):
    """Login with Amazon at any address, one exchange for all threads, kept as long as Amazon says."""

    def __init__(self, access: Access, wire: Wire, clock: Monotonic) -> None:
        parts = urlsplit(access.lwa_endpoint)
        self.scheme = f"{parts.scheme}://"
        self.host = parts.netloc + parts.path
        self._access = access
        self._transport = self._wire = wire
        self._clock = clock
        self._lock = threading.Lock()
        self._held: AccessTokenResponse | None = None
        self._until = 0.0
        self._refused: Final | None = None
        self._has_served = False

    @property
    def data(self) -> dict[str, str]:
        return {
            "grant_type": "refresh_token",
            "client_id": self._access.client_id,
            "refresh_token": self._access.refresh_token,
            "client_secret": self._access.client_secret,
        }

    def get_auth(self) -> AccessTokenResponse:
        """The access token. Raises TryAgain or Final."""
        with self._lock:
            if self._refused is not None:
                raise self._refused
            if self._held is None or self._clock.monotonic() >= self._until:
                try:
                    self._held, seconds = self._exchange()
                except Final as refused:
                    self._refused = refused
                    raise
                self._has_served = False
                self._until = self._clock.monotonic() + max(1.0, seconds - min(TOKEN_MARGIN, seconds / 2))
            return self._held

    def judge(self, token: str, answer: Answer) -> None:
        """Raises TryAgain when `answer` says that `token` holds no more: the next call then gets a new one.

        A machine that slept does not count the time (CLOCK_MONOTONIC), and a seller may withdraw the authorisation:
        the exchange then says so. A new token that is called invalid at once is left to be a refusal.
        """
        word = token_word(answer)
        with self._lock:
            held = self._held is not None and self._held.access_token == token
            if word is None:
                self._has_served = self._has_served or held
                return
            if held and word is TokenWord.INVALID and not self._has_served:
                return
            if held:
                self._held = None
        raise TryAgain(f"answered {answer.status}: the access token is {word.value}")

    def _exchange(self) -> tuple[AccessTokenResponse, float]:
        answer = self._wire.request("POST", self.scheme + self.host + self.path, data=self.data, headers=self.headers)
        try:
            found = parse(answer.body)
        except (ValueError, RecursionError):
            found = None
        if answer.status == 429 or answer.status >= 500 or answer.status == 408:
            raise TryAgain(
                f"Login with Amazon answered {answer.status}",
                throttled=answer.status == 429,
                retry_after=answer.retry_after,
            )
        if answer.status >= 400:
            raise _token_refusal(answer, found)
        if answer.status != 200 or not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
            raise TryAgain(f"Login with Amazon answered {answer.status} without a token")
        try:
            seconds = float(found.get("expires_in", 3600))
        except (TypeError, ValueError):
            seconds = 3600.0
        return AccessTokenResponse(access_token=found["access_token"]), seconds  # type: ignore[no-untyped-call]


_TOKEN_CAUSES = {
    "invalid_client": (
        "Login with Amazon does not accept the client id and secret",
        "the secret expires 180 days after its last rotation: rotate it in Seller Central (Develop Apps) and set "
        "LWA_CLIENT_SECRET; LWA_APP_ID must be the client id, amzn1.application-oa2-client...",
    ),
    "invalid_grant": (
        "Login with Amazon does not accept the refresh token",
        "authorise the application again in Seller Central and set SP_API_REFRESH_TOKEN; the token belongs to one "
        "application and one region",
    ),
    "unauthorized_client": (
        "the refresh token belongs to another application",
        "set the client id and secret of the application that was authorised, or authorise this one",
    ),
}


def _token_refusal(answer: Answer, found: Any) -> Final:
    code = found.get("error") if isinstance(found, dict) else None
    cause, remedy = _TOKEN_CAUSES.get(
        code if isinstance(code, str) else "",
        ("Login with Amazon refused the token exchange", "check the three credentials with: a2z doctor"),
    )
    return Final(Trouble.REFUSED, f"{cause} ({answer.status})", remedy, answer)


class _Mended(_Area):
    """The mended parts of `Client`, to be put before an area's own class."""

    def __init__(self, endpoint: str, tokens: TokenClient, wire: Wire) -> None:
        self._tokens = tokens
        super().__init__(
            # Any marketplace: every call that knows one is given it explicitly, and the endpoint is ours.
            Marketplaces.US,
            credentials={"refresh_token": "-", "lwa_app_id": "-", "lwa_client_secret": "-"},
            credential_providers=(FromCodeCredentialProvider,),
            auth_token_client_class=lambda **_: tokens,
        )
        self._transport.close()  # type: ignore[no-untyped-call]
        self._transport = wire
        self.endpoint = endpoint
        self.user_agent = USER_AGENT

    @property
    def headers(self) -> dict[str, str]:
        return {**super().headers, "host": urlsplit(self.endpoint).netloc}

    def _request(
        self,
        path: str,
        *,
        data: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **_: Any,
    ) -> Any:
        params = dict(params or {})
        business = params.pop(BUSINESS_HEADER, None)
        sent = {name: value for name, value in (headers or self.headers).items() if name != BUSINESS_HEADER}
        if business:
            sent[BUSINESS_HEADER] = business
        answer = super()._request(path, data=data or {}, params=params, headers=sent, add_marketplace=False)
        if isinstance(answer, Answer):
            self._tokens.judge(sent.get("x-amz-access-token", ""), answer)
        return answer

    def _check_response(self, res: Any, *_: Any, **__: Any) -> Any:
        return res


BUSINESS_HEADER = "x-amzn-shipping-business-id"
"""Shipping v2 takes it as a header. Given to the call, the library sends it as a parameter; and of itself it sends the
United States' header for every marketplace that it does not list."""


class Orders(_Mended, OrdersV20260101):
    pass


class Finances(_Mended, FinancesV0):
    pass


class Shipping(_Mended, ShippingV2):
    pass


class Fulfillment(_Mended, MerchantFulfillment):
    pass


class Listings(_Mended, ListingsItemsV20210801):
    pass


class Catalog(_Mended, CatalogItemsV20220401):
    pass


class Messages(_Mended, Messaging):
    pass


class SellerReports(_Mended, Reports):
    """`get_report_document` would set an attribute on the answer, then fetch and decode the document by itself with
    a guessed encoding; only its first half is used."""

    def document_address(self, document_id: str) -> Any:
        path = fill_query_params("/reports/2021-06-30/documents/{}", document_id)  # type: ignore[no-untyped-call]
        return self._request(path, params={"method": "GET"})


class SellerInfo(_Mended, Sellers):
    pass
