"""What a fetch tells whoever shows it. Nothing here prints."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told from several threads; implementations lock for themselves."""

    def planned(self, operation: str, count: int) -> None:
        """`count` further calls of `operation` are to be made."""

    def done(self, operation: str) -> None:
        """One planned call is answered, or given up."""

    def waiting(self, operation: str, seconds: float) -> None:
        """`operation` waits for its quota, or before trying again."""


class Silent:
    """Shows nothing."""

    def planned(self, operation: str, count: int) -> None:
        pass

    def done(self, operation: str) -> None:
        pass

    def waiting(self, operation: str, seconds: float) -> None:
        pass
