"""What a reader says of bytes that it cannot read. The bytes stay evidence."""

from __future__ import annotations

from a2z_defense.base.errors import A2zError, ExitCode


class Unreadable(A2zError):
    """Bytes whose shape is not what their kind promises. Never holds a value of theirs."""

    exit_code = ExitCode.SOURCE_FAILED
