"""One line of the report, and what it makes the command end with."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from a2z_defense.base.errors import A2zError, ExitCode
from a2z_defense.model.frozen import Frozen


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


def exit_code(checks: Sequence[Check]) -> ExitCode:
    """0 when nothing failed, else the gravest failure's code: authorisation, then a source, then configuration."""
    failed = {check.code for check in checks if check.state is State.FAIL}
    for code in (ExitCode.AUTHORISATION, ExitCode.SOURCE_FAILED, ExitCode.CONFIGURATION):
        if code in failed:
            return code
    return ExitCode.OK


def of_error(name: str, error: A2zError) -> Check:
    """A failed check that says what `error` says."""
    known = {ExitCode.AUTHORISATION, ExitCode.SOURCE_FAILED}
    code = error.exit_code if error.exit_code in known else ExitCode.CONFIGURATION
    return Check(name=name, state=State.FAIL, got=error.got, remedy=error.remedy, code=code)
