"""Every selling account: credentials, token, roles, marketplaces, and how far this machine's clock is from Amazon's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError, ExitCode
from a2z_defense.jobs.doctor.checks import Check, State
from a2z_defense.model.evidence import Trouble
from a2z_defense.model.marketplaces import by_id

if TYPE_CHECKING:
    from a2z_defense.sources.spapi.probe import Probed

SECRET_LIFE = dt.timedelta(days=180)
"""After its rotation an LWA secret works this long (developer-docs, "Rotate credentials", read 2026-08)."""
SECRET_WARNING = dt.timedelta(days=150)
SKEW_WARNING = dt.timedelta(seconds=60)
SKEW_WRONG = dt.timedelta(minutes=10)
"""Deadlines are counted in hours: a clock that is ten minutes off is wrong, one minute is worth a word. Judgement."""


def accounts(environment: Environment, wanted: str, *, network: bool) -> Iterator[Check]:
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
                yield _step(label, step)
            yield from _places(label, access.marketplaces, found.marketplaces)
            if found.amazons_clock:
                yield skew(label, *found.amazons_clock)


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


def _step(label: str, step: Probed) -> Check:
    """Without a needed source a fetch fails; without another it only tells less."""
    name = f"{label}: {step.what}"
    if step.trouble is None:
        return Check(name=name, state=State.PASS, got=step.why or "works")
    if step.trouble is Trouble.NOT_CONFIGURED or not step.needed:
        return Check(name=name, state=State.WARN, got=step.why, remedy=step.remedy)
    code = ExitCode.AUTHORISATION if step.trouble is Trouble.REFUSED else ExitCode.SOURCE_FAILED
    return Check(name=name, state=State.FAIL, got=step.why, remedy=step.remedy, code=code)


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


def skew(label: str, amazons: dt.datetime, ours: dt.datetime) -> Check:
    off = abs(amazons - ours)
    state = State.FAIL if off > SKEW_WRONG else State.WARN if off > SKEW_WARNING else State.PASS
    remedy = None if state is State.PASS else "set this machine's clock (NTP): deadlines are counted by it"
    got = f"this machine's clock is {off.total_seconds():.0f} s away from Amazon's"
    return Check(name=f"{label}: clock", state=state, got=got, remedy=remedy)
