"""Clients of the simulator that are signed in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx

from a2z_defense.sandbox.server import Sandbox


@contextlib.contextmanager
def sign_in(sandbox: Sandbox, form: dict[str, str] | None = None) -> Iterator[httpx.Client]:
    """A client with a valid access token."""
    with httpx.Client(base_url=sandbox.endpoint, timeout=10) as client:
        answer = client.post("/auth/o2/token", data=form or token_form(sandbox))
        assert answer.status_code == 200, answer.text
        client.headers["x-amz-access-token"] = answer.json()["access_token"]
        yield client


def token_form(sandbox: Sandbox) -> dict[str, str]:
    """What a seller sends to Login with Amazon."""
    told = sandbox.credentials
    return {
        "grant_type": "refresh_token",
        "refresh_token": told["SP_API_REFRESH_TOKEN"],
        "client_id": told["LWA_APP_ID"],
        "client_secret": told["LWA_CLIENT_SECRET"],
    }
