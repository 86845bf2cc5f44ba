"""`a2z doctor`: is everything there that a claim will need? Each line with its remedy, all of it safe to paste."""

from __future__ import annotations

import ctypes
import datetime as dt
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from pydantic import Field

from a2z_defense.base.environment import Environment, config_path
from a2z_defense.base.errors import A2zError, ConfigurationError, ExitCode
from a2z_defense.model.evidence import Trouble
from a2z_defense.model.frozen import Frozen
from a2z_defense.model.marketplaces import by_id

SECRET_LIFE = dt.timedelta(days=180)
"""After its rotation an LWA secret works this long (developer-docs, "Rotate credentials", read 2026-08)."""
SECRET_WARNING = dt.timedelta(days=150)
SKEW_WARNING = dt.timedelta(seconds=60)
SKEW_WRONG = dt.timedelta(minutes=10)
"""Deadlines are counted in hours: a clock that is ten minutes off is wrong, one minute is worth a word. Judgement."""
DISK_WARNING = 500_000_000
DISK_WRONG = 50_000_000
"""Bytes. A claim's evidence and build take about 10 MB, a returns report a few more. Judgement."""
LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0-0", "fail"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0", "fail"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset0", "warn"),
)
"""What WeasyPrint loads: soname, Debian package, and how bad its absence is."""


class State(StrEnum):
    PASS = "pass"  # noqa: S105 - a state, not a password
    WARN = "warn"
    FAIL = "fail"


class Check(Frozen):
    """One line of the report. Never holds a secret or personal data."""

    name: str
    state: State
    got: str
    remedy: str | None = None
    code: ExitCode = Field(default=ExitCode.CONFIGURATION, exclude=True)
    """What the command ends with when this check failed."""


def run_checks(environment: Environment, *, account: str = "", network: bool = True) -> list[Check]:
    """Every check, in an order in which a reader mends things. `network=False` leaves out Amazon and IMAP servers.

    Never raises for what it finds.
    """
    found: list[Check] = []
    for part in (_configuration, _clock, _store, _disk, _rendering, _seller):
        found += _safely(part, environment)
    found += _safely(lambda e: _mail(e, network=network), environment)
    found += _safely(lambda e: _accounts(e, account, network=network), environment)
    return found


def exit_code(checks: Sequence[Check]) -> ExitCode:
    """0 when nothing failed, else the gravest failure's code: authorisation, then a source, then configuration."""
    failed = {check.code for check in checks if check.state is State.FAIL}
    for code in (ExitCode.AUTHORISATION, ExitCode.SOURCE_FAILED, ExitCode.CONFIGURATION):
        if code in failed:
            return code
    return ExitCode.OK


def _safely(part: Callable[[Environment], Iterator[Check]], environment: Environment) -> list[Check]:
    """A part's checks; an error that it did not expect is a failed check of its own, not the end of the report."""
    found: list[Check] = []
    try:
        found.extend(part(environment))
    except A2zError as error:
        found.append(
            Check(name="check", state=State.FAIL, got=error.got, remedy=error.remedy, code=_code(error.exit_code))
        )
    return found


def _code(code: ExitCode) -> ExitCode:
    return code if code in {ExitCode.AUTHORISATION, ExitCode.SOURCE_FAILED} else ExitCode.CONFIGURATION


def _configuration(environment: Environment) -> Iterator[Check]:
    path = config_path(environment.variables)
    got = f"{path}" if path.exists() else f"{path} is not there; a2z works without one"
    yield Check(name="configuration", state=State.PASS, got=got)
    for warning in environment.warnings:
        yield Check(name="configuration", state=State.WARN, got=warning, remedy="mend or remove that line")


def _clock(environment: Environment) -> Iterator[Check]:
    if environment.clock.is_set:
        yield Check(
            name="clock",
            state=State.WARN,
            got="the clock is set by --as-of or A2Z_NOW: deadlines are judged at that instant",
            remedy="take A2Z_NOW out of the environment for real work",
        )


def _store(environment: Environment) -> Iterator[Check]:
    from a2z_defense.store.keys import load_keys
    from a2z_defense.store.location import database_path
    from a2z_defense.store.migrate import newest

    home = environment.home.root
    path = database_path(environment)
    if not path.exists():
        yield Check(name="store", state=State.PASS, got=f"no store under {home} yet; the first a2z fetch makes it")
        return
    yield from _permissions(home)
    try:
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as connection:
            schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as why:
        remedy = "restore it from a backup; the copies beside it are from before each migration"
        yield Check(
            name="store", state=State.FAIL, got=f"the database cannot be read ({type(why).__name__})", remedy=remedy
        )
        return
    if schema > newest():
        yield Check(
            name="store",
            state=State.FAIL,
            got=f"the store's schema {schema} is newer than this a2z knows ({newest()})",
            remedy="use the a2z that made it, or a newer one",
        )
    elif sound != "ok":
        yield Check(name="store", state=State.FAIL, got="SQLite finds damage", remedy="restore it from a backup")
    else:
        keys = load_keys(environment, create=False)
        count = sum(1 for found in environment.home.blobs.rglob("*") if found.is_file())
        got = f"schema {schema}, {count} encrypted blob(s), key from {keys.origin}"
        yield Check(name="store", state=State.PASS, got=got)


def _permissions(home: Path) -> Iterator[Check]:
    for path in (home, home / "key"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Check(
                name="permissions",
                state=State.WARN,
                got=f"{path} can be read by other users of this machine",
                remedy=f"chmod go-rwx {path}",
            )


def _disk(environment: Environment) -> Iterator[Check]:
    place = environment.home.root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    state = State.FAIL if free < DISK_WRONG else State.WARN if free < DISK_WARNING else State.PASS
    remedy = None if state is State.PASS else "make room: evidence that cannot be written cannot be kept"
    yield Check(name="disk", state=state, got=f"{free / 1e9:.1f} GB free at {place}", remedy=remedy)
    if not os.access(place, os.W_OK):
        yield Check(
            name="disk",
            state=State.FAIL,
            got=f"{place} cannot be written",
            remedy="choose another A2Z_HOME, or mend it",
        )


def _rendering(environment: Environment) -> Iterator[Check]:
    from a2z_defense.documents.fontset import font_files

    missing = [(package, bad) for soname, package, bad in LIBRARIES if not _loads(soname)]
    for package, bad in missing:
        yield Check(
            name="pdf libraries",
            state=State(bad),
            got=f"{package} is not installed",
            remedy=f"apt-get install {package}",
        )
    if not missing:
        got = f"Pango and HarfBuzz load; WeasyPrint {version('weasyprint')}"
        yield Check(name="pdf libraries", state=State.PASS, got=got)
    fonts = font_files(environment.settings.files.fonts)
    yield Check(
        name="fonts",
        state=State.PASS if fonts else State.FAIL,
        got=f"{len(fonts)} font file(s)",
        remedy=None if fonts else "install a2z again from its wheel",
    )


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _seller(environment: Environment) -> Iterator[Check]:
    if not environment.settings.seller.name:
        yield Check(
            name="seller",
            state=State.WARN,
            got="no seller name: letters say that it is not configured",
            remedy="set seller.name in the configuration",
        )


def _mail(environment: Environment, *, network: bool) -> Iterator[Check]:
    from a2z_defense.jobs.fetch_mail import mail_options
    from a2z_defense.sources.mail.open import open_mailbox

    sources = environment.settings.mail.sources
    if not sources:
        yield Check(
            name="mailbox",
            state=State.WARN,
            got="no mailbox is configured: a2z fetch reads mail only when --mail says from where",
            remedy="set mail.sources, or A2Z_MAIL",
        )
    for source in sources:
        remote = "://" in source
        if remote and not network:
            continue
        try:
            since = environment.clock.now() - dt.timedelta(days=1)
            mailbox = open_mailbox(source, mail_options(environment, since=since))
            next(iter(mailbox.fetch(None)), None)
        except A2zError as error:
            yield Check(
                name="mailbox", state=State.FAIL, got=error.got, remedy=error.remedy, code=_code(error.exit_code)
            )
        else:
            yield Check(name="mailbox", state=State.PASS, got=f"{mailbox.name} opens")
    if sources and not environment.settings.mail.trusted_receivers:
        yield Check(
            name="mail authentication",
            state=State.WARN,
            got="no trusted receiver: a notice counts as unverified even when your mail server checked it",
            remedy="set mail.trusted_receivers to the name that your server writes into Authentication-Results",
        )


def _accounts(environment: Environment, wanted: str, *, network: bool) -> Iterator[Check]:
    from a2z_defense.sources.spapi.access import account_names, load_access

    for name in (wanted,) if wanted else account_names(environment):
        label = f"account {name}"
        try:
            access = load_access(environment, name)
        except ConfigurationError as error:
            yield Check(name=f"{label}: credentials", state=State.FAIL, got=error.got, remedy=error.remedy)
            continue
        if access is None:
            yield Check(
                name=f"{label}: credentials",
                state=State.WARN,
                got="SP-API is not configured: order, tracking and refunds stay unknown",
                remedy="set SP_API_REFRESH_TOKEN, LWA_APP_ID and LWA_CLIENT_SECRET, in the environment or the keyring",
            )
            continue
        yield from _credentials(label, access.refresh_token, access.client_id, access.client_secret)
        yield _secret_age(environment, name)
        if network:
            from a2z_defense.sources.spapi.probe import probe

            found = probe(
                access,
                monotonic=environment.monotonic,
                settings=environment.settings.fetch,
                lock_folder=environment.home.locks,
            )
            for step in found.steps:
                yield _step(label, step.what, step.trouble, step.why, step.remedy)
            yield from _places(label, access.marketplaces, found.marketplaces)
            if found.amazons_clock:
                yield _skew(label, *found.amazons_clock)


def _credentials(label: str, refresh_token: str, client_id: str, client_secret: str) -> Iterator[Check]:
    """Whether each looks like what it should be. Only lengths are told: the report is made to be pasted."""
    shapes = (
        ("SP_API_REFRESH_TOKEN", refresh_token, "Atzr|"),
        ("LWA_APP_ID", client_id, "amzn1.application-oa2-client."),
        ("LWA_CLIENT_SECRET", client_secret, "amzn1.oa2-cs."),
    )
    odd = [(key, start) for key, value, start in shapes if not value.startswith(start)]
    for key, start in odd:
        yield Check(
            name=f"{label}: credentials",
            state=State.WARN,
            got=f"{key} does not begin with {start}",
            remedy="compare it with Seller Central; older secrets look otherwise, the token exchange below decides",
        )
    if not odd:
        got = ", ".join(f"{key} ({len(value)} characters)" for key, value, _ in shapes)
        yield Check(name=f"{label}: credentials", state=State.PASS, got=got)


def _secret_age(environment: Environment, name: str) -> Check:
    settings = environment.settings.accounts.get(name)
    rotated = settings.secret_rotated if settings else None
    label = f"account {name}: secret age"
    if rotated is None:
        return Check(
            name=label,
            state=State.WARN,
            got="unknown: Amazon lets the secret expire 180 days after its rotation",
            remedy=f"set accounts.{name}.secret_rotated to the day of the last rotation",
        )
    age = environment.clock.now().date() - rotated
    left = SECRET_LIFE - age
    if left <= dt.timedelta(0):
        return Check(
            name=label, state=State.FAIL, got=f"rotated {age.days} days ago", remedy="rotate it in Seller Central now"
        )
    state = State.WARN if age >= SECRET_WARNING else State.PASS
    remedy = "rotate it in Seller Central, then set it and secret_rotated" if state is State.WARN else None
    return Check(name=label, state=state, got=f"{left.days} days left", remedy=remedy)


def _step(label: str, what: str, trouble: Trouble | None, why: str, remedy: str) -> Check:
    if trouble is None:
        return Check(name=f"{label}: {what}", state=State.PASS, got=why or "works")
    code = ExitCode.AUTHORISATION if trouble is Trouble.REFUSED else ExitCode.SOURCE_FAILED
    if trouble is Trouble.NOT_CONFIGURED:
        return Check(name=f"{label}: {what}", state=State.WARN, got=why, remedy=remedy)
    return Check(name=f"{label}: {what}", state=State.FAIL, got=why, remedy=remedy, code=code)


def _places(label: str, wanted: Sequence[str], told: Sequence[str]) -> Iterator[Check]:
    if not told:
        return
    names = ", ".join(sorted(found.country if (found := by_id(place)) else place for place in told))
    yield Check(name=f"{label}: marketplaces", state=State.PASS, got=f"takes part in {names}")
    for place in wanted:
        if place not in told:
            country = found.country if (found := by_id(place)) else place
            yield Check(
                name=f"{label}: marketplaces",
                state=State.FAIL,
                got=f"the account does not take part in {country}, or its token is of another region",
                remedy="mend accounts.NAME.marketplaces, or authorise the application in that region",
            )


def _skew(label: str, amazons: dt.datetime, ours: dt.datetime) -> Check:
    off = abs(amazons - ours)
    state = State.FAIL if off > SKEW_WRONG else State.WARN if off > SKEW_WARNING else State.PASS
    remedy = None if state is State.PASS else "set this machine's clock (NTP): deadlines are counted by it"
    got = f"this machine's clock is {off.total_seconds():.0f} s away from Amazon's"
    return Check(name=f"{label}: clock", state=state, got=got, remedy=remedy)
