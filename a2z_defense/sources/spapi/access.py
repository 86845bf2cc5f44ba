"""Who may ask Amazon, for which account, at which address.

Credentials come from the environment under python-amazon-sp-api's own names, or from the keyring; never from the
configuration file and never from the command line.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from a2z_defense.base.config import DEFAULT_ACCOUNT, Account
from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.marketplaces import Marketplace, Region, by_country, by_id

KEYRING_SERVICE = "a2z"
REFRESH_TOKEN = "SP_API_REFRESH_TOKEN"  # noqa: S105 - the variable's name, not a secret
CLIENT_ID = "LWA_APP_ID"
CLIENT_SECRET = "LWA_CLIENT_SECRET"  # noqa: S105 - the variable's name, not a secret
DEFAULT_MARKETPLACE = "SP_API_DEFAULT_MARKETPLACE"

ENDPOINTS = {
    Region.EU: "https://sellingpartnerapi-eu.amazon.com",
    Region.NA: "https://sellingpartnerapi-na.amazon.com",
    Region.FE: "https://sellingpartnerapi-fe.amazon.com",
}
"""developer-docs "SP-API Endpoints", read 2026-08."""
LWA_ENDPOINT = "https://api.amazon.com"
"""Login with Amazon, the same for every region; python-amazon-sp-api 2.1 adds the path."""


@dataclass(frozen=True)
class Access:
    """Everything that a call for one account needs."""

    account: str
    region: Region | None
    """None: that of the claim's marketplace."""
    endpoint: str | None
    """A base URL that replaces Amazon's (a simulator, a proxy, Amazon's sandbox); None: the region's own."""
    lwa_endpoint: str
    marketplaces: tuple[str, ...]
    """Marketplace ids of the account; empty: every marketplace a claim names."""
    default_marketplace: str | None
    """Marketplace id for a claim that names none."""
    seller_id: str
    refresh_token: str = field(repr=False)
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    def marketplace_for(self, marketplace_id: str | None) -> str | None:
        """The claim's marketplace, else the default one, else the account's only one."""
        if marketplace_id:
            return marketplace_id
        if self.default_marketplace:
            return self.default_marketplace
        return self.marketplaces[0] if len(self.marketplaces) == 1 else None

    def endpoint_for(self, marketplace_id: str | None) -> str | None:
        """The base URL for a claim on that marketplace; None when neither region nor marketplace is known."""
        if self.endpoint:
            return self.endpoint
        if self.region:
            return ENDPOINTS[self.region]
        found = by_id(self.marketplace_for(marketplace_id) or "")
        if found:
            return ENDPOINTS[found.region]
        regions = {place.region for place in map(by_id, self.marketplaces) if place}
        return ENDPOINTS[regions.pop()] if len(regions) == 1 else None


def account_names(environment: Environment) -> tuple[str, ...]:
    """The accounts of the configuration; one called `default` when it names none."""
    return tuple(environment.settings.accounts) or (DEFAULT_ACCOUNT,)


def load_access(environment: Environment, account: str = "") -> Access | None:
    """The access of `account`, or None when no credentials are configured for it.

    Raises ConfigurationError for an unknown account, for half a set of credentials, a bad region, marketplace or URL.
    """
    name = account or account_names(environment)[0]
    settings = environment.settings.accounts.get(name)
    if settings is None:
        if name != DEFAULT_ACCOUNT:
            raise ConfigurationError(
                f"no account is called {name!r}",
                expected="one of " + ", ".join(account_names(environment)),
                remedy=f"add [accounts.{name}] to the configuration, or name another account",
            )
        settings = Account()
    alone = len(account_names(environment)) == 1 or name == DEFAULT_ACCOUNT
    found = {
        REFRESH_TOKEN: _secret(environment.variables, REFRESH_TOKEN, name, plain=alone),
        CLIENT_ID: _secret(environment.variables, CLIENT_ID, name, plain=True),
        CLIENT_SECRET: _secret(environment.variables, CLIENT_SECRET, name, plain=True),
    }
    if not found[REFRESH_TOKEN] and (not alone or not any(found.values())):
        return None
    missing = [key for key, value in found.items() if not value]
    if missing:
        raise ConfigurationError(
            f"the credentials of account {name!r} are incomplete: {', '.join(missing)} not set",
            expected=f"{REFRESH_TOKEN}, {CLIENT_ID} (the client id) and {CLIENT_SECRET}",
            remedy=f"set the missing ones in the environment (or with the suffix __{_suffix(name)}), or in the keyring",
        )
    default = environment.variables.get(DEFAULT_MARKETPLACE, "").strip()
    return Access(
        account=name,
        region=_region(settings.region, name),
        endpoint=_base_url(environment.variables, "A2Z_SPAPI_ENDPOINT"),
        lwa_endpoint=_base_url(environment.variables, "A2Z_LWA_ENDPOINT") or LWA_ENDPOINT,
        marketplaces=tuple(_marketplace(word, f"accounts.{name}.marketplaces").id for word in settings.marketplaces),
        default_marketplace=_marketplace(default, DEFAULT_MARKETPLACE).id if default else None,
        seller_id=settings.seller_id,
        refresh_token=found[REFRESH_TOKEN],
        client_id=found[CLIENT_ID],
        client_secret=found[CLIENT_SECRET],
    )


def _suffix(account: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", account.upper())


def _secret(variables: Mapping[str, str], key: str, account: str, *, plain: bool) -> str:
    """The credential `key`: the account's own variable, the plain one, then the same two in the keyring."""
    names = [f"{key}__{_suffix(account)}", *([key] if plain else [])]
    for name in names:
        if variables.get(name, "").strip():
            return variables[name].strip()
    if variables.get("A2Z_KEYRING", "").strip().lower() in {"off", "no", "0"}:
        return ""
    return next((found for found in map(_from_keyring, names) if found), "")


def _from_keyring(name: str) -> str:
    """A secret from the user's keyring; a machine without one has no secrets there, which is no error."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return (keyring.get_password(KEYRING_SERVICE, name) or "").strip()
    except (KeyringError, RuntimeError, OSError):
        return ""


def _region(text: str, account: str) -> Region | None:
    if not text:
        return None
    try:
        return Region(text.lower())
    except ValueError:
        raise ConfigurationError(
            f"accounts.{account}.region is {text!r}",
            expected="eu, na or fe",
            remedy="mend it, or leave it out: the claim's marketplace then says the region",
        ) from None


def _marketplace(text: str, what: str) -> Marketplace:
    found = by_country(text) or by_id(text)
    if found is None:
        raise ConfigurationError(
            f"{what} is {text!r}", expected="a two-letter country like IT, or a marketplace id", remedy="mend it"
        )
    return found


def _base_url(variables: Mapping[str, str], name: str) -> str | None:
    """A base URL without a slash at its end; plain http only to this machine itself."""
    text = variables.get(name, "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    good = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not good or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigurationError(
            f"{name} is not a usable address",
            expected="https://host, or http://127.0.0.1:port for a program on this machine",
            remedy="mend the variable, or take it out to use Amazon's own address",
        )
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """True for this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
