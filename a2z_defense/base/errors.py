"""The one error root, and the exit codes that are a public promise (README, "Exit codes")."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command ends with. Scripts and cron jobs rely on these numbers."""

    OK = 0
    USAGE = 2
    CONFIGURATION = 3
    AUTHORISATION = 4
    SOURCE_FAILED = 5
    NO_SUCH_CLAIM = 6
    NOT_VERIFIED = 7
    LIMIT = 8
    INCOMPLETE = 10
    DUE_SOON = 11
    OVERDUE = 12
    DEFECT = 70
    INTERRUPTED = 130


class A2zError(Exception):
    """An error that a person can act on: what was got, what was expected, what to do.

    Never put personal data in `got`: ids, names of settings and numbers only.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.DEFECT

    def __init__(self, got: str, *, expected: str | None = None, remedy: str | None = None) -> None:
        super().__init__(got)
        self.got = got
        self.expected = expected
        self.remedy = remedy

    def lines(self) -> list[str]:
        """The message as lines for stderr."""
        found = [self.got]
        if self.expected:
            found.append(f"expected: {self.expected}")
        if self.remedy:
            found.append(f"what to do: {self.remedy}")
        return found


class UsageError(A2zError):
    """The words of the command are off, or name more than one claim."""

    exit_code = ExitCode.USAGE


class ConfigurationError(A2zError):
    """The configuration, the key or the store cannot be used as it is."""

    exit_code = ExitCode.CONFIGURATION


class AuthorisationError(A2zError):
    """A token or a needed source refused us."""

    exit_code = ExitCode.AUTHORISATION


class SourceError(A2zError):
    """A source gave no answer to the end; what was fetched is kept."""

    exit_code = ExitCode.SOURCE_FAILED


class NoSuchClaim(A2zError):
    """No claim has that id."""

    exit_code = ExitCode.NO_SUCH_CLAIM


class LimitExceeded(A2zError):
    """A size or a number of characters would be exceeded; nothing is ever cut short instead."""

    exit_code = ExitCode.LIMIT
