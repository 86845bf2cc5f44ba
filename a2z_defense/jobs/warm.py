"""The renderer's process, started before the rest of a build is even imported: its own imports take as long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from a2z_defense.base.errors import A2zError
from a2z_defense.documents.child import PAINTER, Child

if TYPE_CHECKING:
    from a2z_defense.base.environment import Environment

LATE = (
    "a2z_defense.bundle.verify",
    "a2z_defense.documents.digests",
    "a2z_defense.documents.render",
    "babel.dates",
    "babel.messages.pofile",
    "babel.numbers",
    "dkim",
    "fontTools.ttLib",
    "jinja2.sandbox",
    "lxml.html",
)
"""What a build imports only where it needs it."""
_started: list[Child] = []
"""The process that `started_early` started, until a build takes it."""


@contextmanager
def started_early() -> Iterator[None]:
    """While this runs, a renderer's process comes up, before it is known whether and with which fonts it is wanted."""
    child = Child(PAINTER)
    try:
        # What keeps it from starting is said by the build, if it comes to that: here nobody could catch it.
        with suppress(OSError, A2zError):
            child.start()
            _started.append(child)
        yield
    finally:
        _started.clear()
        child.stop()


def import_late_ones() -> None:
    """Import them all now, before several builds run in threads: two that import one library at the same moment can
    meet it half imported (seen with Babel, whose modules import each other)."""
    for name in LATE:
        import_module(name)


def painter(environment: Environment) -> Child:
    """A context manager: the process runs from its entry to its end. One that came up early is taken, unless the
    user's own fonts are wanted: those it did not know."""
    fonts = environment.settings.files.fonts
    return _started.pop() if _started and fonts is None else Child(PAINTER, fonts=fonts)
