"""What `a2z` starts with. Imports next to nothing: a build's renderer comes up while everything else is imported."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext

from a2z_defense.base import garbage
from a2z_defense.cli.commands import named


def main() -> None:
    """Run the command line."""
    garbage.seldom()
    try:
        with _renderer(sys.argv[1:]):
            from a2z_defense.cli.main import main as run

            run()
    finally:
        garbage.never_again()


def _renderer(arguments: list[str]) -> AbstractContextManager[None]:
    """The renderer's process, for the command that needs it from its first moment."""
    if named(arguments) != "build" or not {"-h", "--help"}.isdisjoint(arguments):
        return nullcontext()
    from a2z_defense.jobs.warm import started_early

    return started_early()
