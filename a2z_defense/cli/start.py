"""What `a2z` starts with. Imports next to nothing: a build's renderer comes up while everything else is imported."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext, suppress

from a2z_defense.base import garbage
from a2z_defense.cli.commands import named


def main() -> None:
    """Run the command line."""
    garbage.seldom()
    try:
        with _renderer(sys.argv[1:]):
            from a2z_defense.cli.main import main as run

            run()
    except SystemExit as end:
        _leave_threads(end.code)
        raise
    finally:
        garbage.never_again()


def _leave_threads(code: object) -> None:
    """End at once with `code` when a thread is still at work, as after Ctrl-C one that waits for Amazon's answer.

    Python would be torn down around it, and a thread that wakes late in that crashes the process (signal 11; Python
    3.11 and later, CPython's issue 87135). Nothing is lost: answers are stored as they come, and all that this
    process holds open was closed on the way here.
    """
    import threading

    if not any(thread.daemon for thread in threading.enumerate()):
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _renderer(arguments: list[str]) -> AbstractContextManager[None]:
    """The renderer's process, for the command that needs it from its first moment."""
    if named(arguments) != "build" or not {"-h", "--help"}.isdisjoint(arguments):
        return nullcontext()
    from a2z_defense.jobs.warm import started_early

    return started_early()
