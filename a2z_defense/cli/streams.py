"""stdout and stderr that outlive their reader: of `a2z list | head -1` nothing but a line is seen, and the exit code is
the command's own. A letter that the terminal's encoding does not have is written as its number."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO, cast


class Outlet:
    """A stream of which nobody may be reading any more. Whatever else it is asked for is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with self._failing_once():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with self._failing_once():
            self._stream.flush()

    @contextlib.contextmanager
    def _failing_once(self) -> Iterator[None]:
        """Whoever read this has seen enough; or its disk is full, which is raised, once. What follows, and what is
        still buffered, goes nowhere: else Python fails at it again when it ends."""
        try:
            yield
        except OSError as why:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            if not isinstance(why, BrokenPipeError):
                raise


@contextlib.contextmanager
def outlets() -> Iterator[None]:
    """The two streams as outlets, emptied at the end; one that was closed before we began leads nowhere."""
    before = cast("tuple[TextIO | None, TextIO | None]", (sys.stdout, sys.stderr))
    ours = tuple(Outlet(stream or Path(os.devnull).open("w", encoding="utf-8")) for stream in before)  # noqa: SIM115
    sys.stdout, sys.stderr = (cast("TextIO", outlet) for outlet in ours)
    try:
        yield
    finally:
        for outlet in ours:
            outlet.flush()
        sys.stdout, sys.stderr = cast("tuple[TextIO, TextIO]", before)
