"""Configuration: flag > environment > file > default, validated whole, every error in one report.

An absent file is an empty one. Unknown keys are warnings, not errors, and `a2z alert` goes on with what is right in a
file: a typing mistake must not silence a deadline.
Adding a setting means adding a field with its default and docstring here, and a line in examples/config.toml.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from a2z_defense.base.errors import ConfigurationError
from a2z_defense.base.hours import parse_hours, parse_weekdays

AS_BUILT = "as built"
"""Context of a validation: the configuration comes out of a build, which holds durations in ISO 8601."""


def _duration(value: object, info: ValidationInfo) -> object:
    """`24h`, `30m`, `2d`, `45s` as a timedelta. A bare number is refused: nobody can see whether it counts hours."""
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    if isinstance(value, dt.timedelta) or info.context == AS_BUILT:
        return value
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)([smhd])", value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError('expected a duration, like "45s", "30m", "24h" or "2d"')
    return dt.timedelta(**{units[found[2]]: float(found[1])})


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
    """The settings and the warnings about them. Raises ConfigurationError that lists every error at once."""
    settings, warnings, error = read_settings(path, environment)
    if error is not None:
        raise error
    return settings, warnings


def read_settings(
    path: Path | None, environment: Mapping[str, str]
) -> tuple[Settings, list[str], ConfigurationError | None]:
    """The settings, the warnings about them, and every error of the file in one, with file and key.

    With an error the settings are those without the lines that are wrong: who must not be silenced goes on with them,
    everybody else raises it.
    """
    table: dict[str, Any] = {}
    error = None
    if path is not None and path.exists():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as why:
            error = ConfigurationError(
                f"the configuration {path} cannot be read: {why}",
                expected="a TOML file in UTF-8",
                remedy="mend that line, or move the file away: a2z works without one",
            )
    warnings = [f"{path}: {key} is not a setting of a2z and is ignored" for key in _unknown(table, Settings)]
    mail = table.setdefault("mail", {})
    if isinstance(mail, dict):
        if environment.get("A2Z_MAIL"):
            mail["sources"] = _sources(environment["A2Z_MAIL"])
        if environment.get("A2Z_TRUSTED_RECEIVERS"):
            mail["trusted_receivers"] = environment["A2Z_TRUSTED_RECEIVERS"].replace(",", " ").split()
    settings, wrong = _validated(table)
    if wrong:
        lines = [f"  {line}" for line in [*wrong, *(word.removeprefix(f"{path}: ") for word in warnings)]]
        error = ConfigurationError(
            f"the configuration {path or 'from the environment'} has {len(wrong)} error(s):\n" + "\n".join(lines),
            expected="the settings listed in examples/config.toml",
            remedy="mend these lines; a2z doctor checks them again",
        )
    warnings += [
        f"{path}: {why.got}; expected {why.expected}; until then it counts for nothing" for why in _calendar(settings)
    ]
    return settings, warnings, error


def _validated(table: dict[str, Any]) -> tuple[Settings, list[str]]:
    """The settings of `table`, less what is wrong in it; and what is wrong, a line for each."""
    wrong: dict[str, None] = {}
    for _again in range(20):  # what is wrong inside a part that was wrong as a whole comes to light only then
        try:
            return Settings.model_validate(table), list(wrong)
        except ValidationError as found:
            errors = found.errors()
        wrong |= {f"{'.'.join(map(str, one['loc']))}: {_words(one)}": None for one in errors}
        for place in sorted({one["loc"] for one in errors}, key=lambda loc: [str(part).zfill(6) for part in loc])[::-1]:
            _take_out(table, place)
    return Settings(), list(wrong)


def _take_out(table: Any, place: tuple[int | str, ...]) -> None:
    *above, last = place
    with contextlib.suppress(KeyError, IndexError, TypeError):
        for part in above:
            table = table[part]
        del table[last]


_EXPECTED = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "string": 'text in quotation marks, like "text"',
    "tuple": 'a list, like ["one", "two"]',
    "dict": "tables, like [accounts.main]",
    "model": "a table, like [alert]",
    "date": "a day without quotation marks, like 2026-11-21",
    "path": 'a path in quotation marks, like "/home/me/file"',
}
"""What a setting of each kind looks like, by the first word of pydantic's name for what is wrong with it."""
_GOT = {bool: "true or false", str: "text", int: "a number", float: "a number", list: "a list", dict: "a table"}


def _words(error: Any) -> str:
    """What is wrong with a setting: what was expected and what kind of thing was got, never its value, which may be a
    password."""
    if "error" in error.get("ctx", {}):
        return str(error["ctx"]["error"])
    if "ge" in error.get("ctx", {}):
        return f"expected at least {error['ctx']['ge']}"
    expected = _EXPECTED.get(error["type"].split("_")[0], "what examples/config.toml shows")
    got = _GOT.get(type(error["input"]), "a date" if isinstance(error["input"], dt.date) else "something else")
    return f"expected {expected}, got {got}"


def _calendar(settings: Settings) -> Iterator[ConfigurationError]:
    """What is wrong with hours and weekdays. Warnings: they decide when somebody is told, never whether."""
    for check in (
        lambda: parse_hours(settings.alert.quiet_hours, what="alert.quiet_hours"),
        lambda: parse_hours(settings.team.hours),
        lambda: parse_weekdays(settings.team.weekdays),
    ):
        try:
            check()
        except ConfigurationError as why:
            yield why


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
