"""Login with Amazon, as much of it as a selling partner's refresh token needs.

Error names and status codes: RFC 6749, section 5.2, and developer.amazon.com "Access token errors", read August 2026.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from a2z_defense.base.clock import Monotonic
from a2z_defense.sandbox.exchange import Answer, Request, json_answer, refusal

PATH = "/auth/o2/token"
LIFETIME = 3600.0
"""Seconds; Amazon's own value."""


@dataclass(frozen=True)
class Credentials:
    """What a seller would have; new for each simulator, because client libraries cache tokens by refresh token."""

    client_id: str = field(default_factory=lambda: f"amzn1.application-oa2-client.{secrets.token_hex(16)}")
    client_secret: str = field(default_factory=lambda: f"amzn1.oa2-cs.v1.{secrets.token_hex(16)}", repr=False)
    refresh_tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By account: each selling partner has authorised the application on its own."""


def new_credentials(accounts: Iterable[str]) -> Credentials:
    """Credentials for one application and those accounts."""
    return Credentials(refresh_tokens={account: f"Atzr|{secrets.token_urlsafe(32)}" for account in accounts})


class TokenService:
    """Gives access tokens for refresh tokens, and knows which still hold and whose they are."""

    def __init__(self, credentials: Credentials, clock: Monotonic, *, lifetime: float = LIFETIME) -> None:
        self._credentials = credentials
        self._clock = clock
        self._lifetime = lifetime
        self._given: dict[str, tuple[str, float]] = {}
        self._revoked: set[str] = set()
        self._lock = threading.Lock()

    def exchange(self, request: Request) -> Answer:
        """The answer to POST /auth/o2/token."""
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return _error("invalid_request", "The request has an unsupported content type")
        try:
            form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        except UnicodeDecodeError:
            return _error("invalid_request", "The request body is not UTF-8")
        if "grant_type" not in form:
            return _error("invalid_request", "The request is missing a required parameter : grant_type")
        if form["grant_type"] != "refresh_token":
            return _error("unsupported_grant_type", "The authorization grant type is not supported")
        if not self._is_client(form):
            return _error("invalid_client", "Client authentication failed", 401)
        if "refresh_token" not in form:
            return _error("invalid_request", "The request is missing a required parameter : refresh_token")
        account = self._account_of(form["refresh_token"])
        if account is None:
            return _error("invalid_grant", "The request has an invalid grant parameter : refresh_token")
        token = f"Atza|{secrets.token_urlsafe(48)}"
        with self._lock:
            self._given[token] = (account, self._clock.monotonic() + self._lifetime)
        return json_answer(
            {
                "access_token": token,
                "refresh_token": form["refresh_token"],
                "token_type": "bearer",
                "expires_in": int(self._lifetime),
            }
        )

    def _account_of(self, refresh_token: str) -> str | None:
        known = self._credentials.refresh_tokens.items()
        return next(
            (account for account, ours in known if ours == refresh_token and account not in self._revoked), None
        )

    def _is_client(self, form: dict[str, str]) -> bool:
        ours = self._credentials
        return secrets.compare_digest(
            (form.get("client_id", "") + "\0" + form.get("client_secret", "")).encode(),
            (ours.client_id + "\0" + ours.client_secret).encode(),
        )

    def account(self, request: Request) -> str | Answer:
        """Whose call it is; 403 when it carries no access token, an unknown or an expired one."""
        token = request.headers.get("x-amz-access-token")
        if not token:
            return _denied("Access token is missing in the request header.")
        with self._lock:
            account, expires_at = self._given.get(token, ("", None))
        if expires_at is None or account in self._revoked:
            return _denied("The access token you provided is revoked, malformed or invalid.")
        if expires_at <= self._clock.monotonic():
            return _denied("The access token you provided has expired.")
        return account

    def revoke(self, account: str) -> None:
        """Let the selling partner withdraw its authorisation."""
        self._revoked.add(account)


def _error(name: str, why: str, status: int = 400) -> Answer:
    return json_answer({"error": name, "error_description": why}, status)


def _denied(details: str) -> Answer:
    return refusal(403, "Unauthorized", "Access to requested resource is denied.", details)
