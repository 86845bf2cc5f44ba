"""The renderer's process, started before the rest of a build is even imported: its own imports take as long."""

from __future__ import annotations

from a2z_defense.base.environment import Environment
from a2z_defense.documents.child import PAINTER, Child


def warm_painter(environment: Environment) -> Child:
    """A context manager: the process starts on entry and ends with it."""
    return Child(PAINTER, fonts=environment.settings.files.fonts)
