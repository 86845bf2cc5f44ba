"""Credentials: where they come from, what half a set means, what may never be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from a2z_defense.base.environment import Environment, load_environment
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.model.marketplaces import Region
from a2z_defense.sources.spapi.access import account_names, load_access

WHOLE = {"SP_API_REFRESH_TOKEN": "Atzr|invented", "LWA_APP_ID": "amzn1.id", "LWA_CLIENT_SECRET": "hush"}
TWO_ACCOUNTS = """
[accounts.north]
region = "na"
marketplaces = ["US", "CA"]
[accounts.home]
marketplaces = ["IT"]
"""


def environment(folder: Path, config: str = "", **variables: str) -> Environment:
    path = folder / "config.toml"
    path.write_text(config)
    return load_environment(
        variables={"A2Z_HOME": str(folder), "A2Z_CONFIG": str(path), "A2Z_KEYRING": "off", **variables}
    )


def test_no_credentials_are_no_error(tmp_path: Path) -> None:
    assert load_access(environment(tmp_path)) is None


def test_half_a_set_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_access(environment(tmp_path, LWA_APP_ID="amzn1.id", SP_API_REFRESH_TOKEN="Atzr|x"))
    assert "LWA_CLIENT_SECRET" in raised.value.got
    assert "Atzr" not in "".join(raised.value.lines())


def test_secrets_are_in_no_representation(tmp_path: Path) -> None:
    access = load_access(environment(tmp_path, **WHOLE))
    assert access is not None
    for secret in WHOLE.values():
        assert secret not in repr(access)
        assert secret not in str(access)


def test_each_account_has_its_own_token_and_never_anothers(tmp_path: Path) -> None:
    ours = environment(tmp_path, TWO_ACCOUNTS, **WHOLE, SP_API_REFRESH_TOKEN__NORTH="Atzr|north")
    assert account_names(ours) == ("north", "home")
    north = load_access(ours, "north")
    assert north is not None
    assert (north.refresh_token, north.client_secret) == ("Atzr|north", "hush")
    assert load_access(ours, "home") is None


def test_an_unknown_account_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="south"):
        load_access(environment(tmp_path, TWO_ACCOUNTS, **WHOLE), "south")


@pytest.mark.parametrize(
    ("marketplace", "endpoint"),
    [
        ("APJ6JRA9NG5V4", "https://sellingpartnerapi-eu.amazon.com"),
        ("ATVPDKIKX0DER", "https://sellingpartnerapi-na.amazon.com"),
        ("A1VC38T7YXB528", "https://sellingpartnerapi-fe.amazon.com"),
        (None, None),
    ],
)
def test_the_claims_marketplace_says_the_region(tmp_path: Path, marketplace: str | None, endpoint: str | None) -> None:
    access = load_access(environment(tmp_path, **WHOLE))
    assert access is not None
    assert access.endpoint_for(marketplace) == endpoint


def test_the_default_marketplace_and_the_accounts_region_help(tmp_path: Path) -> None:
    by_default = load_access(environment(tmp_path, **WHOLE, SP_API_DEFAULT_MARKETPLACE="UK"))
    assert by_default is not None
    assert by_default.marketplace_for(None) == "A1F83G8C2ARO7P"
    north = load_access(environment(tmp_path, TWO_ACCOUNTS, **WHOLE, SP_API_REFRESH_TOKEN__NORTH="t"), "north")
    assert north is not None
    assert north.region is Region.NA


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "ftp://127.0.0.1", "https://", "http://192.168.1.4:80", "https://a:b@host", "127.0.0.1:80"],
)
@pytest.mark.parametrize("name", ["A2Z_SPAPI_ENDPOINT", "A2Z_LWA_ENDPOINT"])
def test_plain_http_goes_to_this_machine_alone(tmp_path: Path, name: str, address: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        load_access(environment(tmp_path, **WHOLE, **{name: address}))


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:9", "https://proxy"])
def test_good_addresses_are_taken(tmp_path: Path, address: str) -> None:
    access = load_access(environment(tmp_path, **WHOLE, A2Z_SPAPI_ENDPOINT=address))
    assert access is not None
    assert access.endpoint_for(None) == address.rstrip("/")


@pytest.mark.parametrize("config", ['[accounts.default]\nregion = "asia"', '[accounts.default]\nmarketplaces = ["XX"]'])
def test_a_bad_region_or_marketplace_is_said(tmp_path: Path, config: str) -> None:
    with pytest.raises(ConfigurationError, match=r"accounts\.default"):
        load_access(environment(tmp_path, config, **WHOLE))
