"""How often Python looks for garbage: seldom, since what a run makes lives until it ends."""

from __future__ import annotations

import gc

NEW_OBJECTS = 100_000
"""Objects made between two looks. Python's own 700 looks a thousand times at what is imported and at a document that
is being laid out, and finds nothing: 5 to 10 % of the time of both, for 2 MiB of memory (measured over 22 pages)."""


def seldom() -> None:
    """Called first thing in a process."""
    gc.set_threshold(NEW_OBJECTS, 20, 50)


def never_again() -> None:
    """Leave out, from now on, all that there is now: what was imported stays to the end. Called at that end too: Python
    would look through everything once more before it goes, a tenth of a second after a build."""
    gc.freeze()
