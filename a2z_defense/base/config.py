"""Configuration: flag > environment > file > default, validated whole, every error in one report.

An absent file is an empty one. Unknown keys are warnings, not errors: a typing mistake must not silence an alert.
Adding a setting means adding a field with its default and docstring here, and a line in examples/config.toml.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from a2z_defense.base.errors import ConfigurationError


def _duration(value: object) -> object:
    """`24h`, `30m`, `2d`, `45s` as a timedelta; anything else is left for pydantic to judge."""
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    if isinstance(value, str) and value[-1:] in units:
        try:
            return dt.timedelta(**{units[value[-1]]: float(value[:-1])})
        except ValueError:
            return value
    return value


Duration = Annotated[dt.timedelta, BeforeValidator(_duration)]


def _zone(value: object) -> object:
    if isinstance(value, str):
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone is called {value!r}; expected a name like Europe/Rome") from None
    return value


Zone = Annotated[str, BeforeValidator(_zone)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Seller(Section):
    """What is printed on the letter. Nothing here is needed; an absent name prints "seller: not configured"."""

    name: str = ""
    address: tuple[str, ...] = ()
    logo: Path | None = None
    zone: Zone = "UTC"
    """The seller's own zone, in which local times are shown."""
    language: str = "en"
    """The operator's language, for the internal bundle."""


class Mail(Section):
    sources: tuple[str, ...] = ()
    """What `a2z fetch` reads when no `--mail` is given: paths and `imaps://user@host/Folder`."""
    trusted_receivers: tuple[str, ...] = ()
    """authserv-ids whose Authentication-Results count."""
    token_command: str = ""
    """A command that prints an OAuth2 access token for IMAP (XOAUTH2)."""
    max_message_bytes: int = 200_000_000
    dkim_lookups: bool = False
    """Ask DNS for DKIM keys. Off: nothing is looked up at run time unless the user says so."""


class Account(Section):
    """One selling account. Credentials are never in the file: the environment or the keyring holds them."""

    marketplaces: tuple[str, ...] = ()
    """Two-letter countries, like IT, DE; empty: every marketplace a claim names."""
    region: str = ""
    """eu, na or fe; empty: that of the claim's marketplace."""
    seller_id: str = ""
    secret_rotated: dt.date | None = None
    """When the LWA secret was last rotated; Amazon lets it expire after 180 days."""


DEFAULT_ACCOUNT = "default"
"""The account when the configuration names none."""


class Fetch(Section):
    claim_budget: Duration = dt.timedelta(seconds=60)
    """Longest wait per claim and operation."""
    source_budget: Duration = dt.timedelta(seconds=120)
    """Longest wait for a source that is down."""
    max_age: Duration = dt.timedelta(hours=1)
    """An answer younger than this is not asked for again unless `--force`."""
    workers: int = 4
    images: bool = False
    """Keep the pictures of the listings too, from Amazon's own media host."""


class Alert(Section):
    due_soon: Duration = dt.timedelta(hours=24)
    """`act_by` this near is exit code 11."""
    stale_after: Duration = dt.timedelta(hours=24)
    """Warn when the mailbox was not read to its end for this long."""
    notify: tuple[str, ...] = ()
    """Apprise URLs."""
    ping: str = ""
    """A URL that is called after each run, so that a dead cron job is noticed."""
    quiet_hours: str = ""
    """Like 22:00-07:00, in the seller's zone."""
    personal_data: bool = False
    """Let notifications name the buyer. Off unless asked."""


class Team(Section):
    """When somebody is there to answer."""

    country: str = ""
    """Two letters, for public holidays."""
    hours: str = ""
    """Like 09:00-17:30, in the seller's zone; empty: always."""
    weekdays: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    away: tuple[dt.date, ...] = ()
    lead_time: Duration = dt.timedelta(0)
    """The internal target is this long before `act_by`."""


class Response(Section):
    budget: int = Field(default=1500, ge=300)
    """Characters in the Respond to Amazon box; a newline counts as two. Amazon publishes no number."""
    language: str = ""
    """Empty: the notice's language."""


class Route(Section):
    """One routing rule: the first whose every condition holds gives the assignee and the tag."""

    reason: str = ""
    marketplace: str = ""
    min_amount: float = 0
    assignee: str = ""
    tag: str = ""
    notify: tuple[str, ...] = ()


class Retention(Section):
    """How long personal data is kept, on which basis, decided when and by whom (your counsel decides, not a2z)."""

    basis: str = ""
    decided: dt.date | None = None
    spapi_buyer_days: int | None = None
    mail_days: int | None = None
    shipment_days: int = Field(default=180, ge=180)
    rest_days: int | None = None


class Files(Section):
    """Where the user's own tables and templates lie."""

    templates: Path | None = None
    policy: Path | None = None
    fonts: Path | None = None
    key: Path | None = None
    key_command: str = ""


class Signing(Section):
    """A PKCS#12 file for the optional signature; its passphrase comes from the environment or the keyring."""

    pkcs12: Path | None = None


class Settings(Section):
    """The whole configuration file."""

    seller: Seller = Seller()
    mail: Mail = Mail()
    accounts: Mapping[str, Account] = Field(default_factory=dict)
    fetch: Fetch = Fetch()
    alert: Alert = Alert()
    team: Team = Team()
    response: Response = Response()
    routes: tuple[Route, ...] = ()
    retention: Retention = Retention()
    files: Files = Files()
    signing: Signing = Signing()


def load_settings(path: Path | None, environment: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The settings and the warnings about them.

    Raises ConfigurationError that lists every error at once, with file and key.
    """
    table: dict[str, Any] = {}
    if path is not None and path.exists():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as why:
            raise ConfigurationError(
                f"the configuration {path} cannot be read: {why}",
                expected="a TOML file in UTF-8",
                remedy="mend that line, or move the file away: a2z works without one",
            ) from None
    warnings = [f"{path}: {key} is not a setting of a2z and is ignored" for key in _unknown(table, Settings)]
    if environment.get("A2Z_MAIL"):
        table.setdefault("mail", {})["sources"] = _sources(environment["A2Z_MAIL"])
    if environment.get("A2Z_TRUSTED_RECEIVERS"):
        names = environment["A2Z_TRUSTED_RECEIVERS"].replace(",", " ").split()
        table.setdefault("mail", {})["trusted_receivers"] = names
    try:
        return Settings.model_validate(table), warnings
    except ValidationError as found:
        lines = [f"  {'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in found.errors(include_input=False)]
        raise ConfigurationError(
            f"the configuration {path or 'from the environment'} has {len(lines)} error(s):\n" + "\n".join(lines),
            expected="the settings listed in examples/config.toml",
            remedy="mend these lines; a2z doctor checks them again",
        ) from None


def _sources(text: str) -> list[str]:
    """The mail sources in A2Z_MAIL, between colons; the colons of `imaps://user@host:993/Folder` are its own."""
    if "://" not in text:
        return text.split(os.pathsep)
    return re.split(r":(?!//)(?=[/.~]|\w+://)", text)


def _unknown(table: Mapping[str, Any], model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        field = model.model_fields.get(key)
        if field is None:
            yield prefix + key
        elif isinstance(value, dict) and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _unknown(value, field.annotation, f"{prefix}{key}.")
        elif key == "accounts" and isinstance(value, dict):
            for name, account in value.items():
                if isinstance(account, dict):
                    yield from _unknown(account, Account, f"accounts.{name}.")
        elif key == "routes" and isinstance(value, list):
            for number, route in enumerate(value):
                if isinstance(route, dict):
                    yield from _unknown(route, Route, f"routes.{number}.")
