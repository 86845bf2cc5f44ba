"""This machine: clock, disk, the libraries and fonts that make a PDF."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version

from a2z_defense.base.environment import Environment
from a2z_defense.jobs.doctor.checks import Check, State

DISK_WARNING = 500_000_000
DISK_WRONG = 50_000_000
"""Bytes. A claim's evidence and build take about 10 MB, a returns report a few more. Judgement."""
LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0-0", "fail"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0", "fail"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset0", "warn"),
)
"""What WeasyPrint loads: soname, Debian package, and how bad its absence is."""


def clock(environment: Environment) -> Iterator[Check]:
    if environment.clock.is_set:
        yield Check(
            name="clock",
            state=State.WARN,
            got="the clock is set by --as-of or A2Z_NOW: deadlines are judged at that instant",
            remedy="take A2Z_NOW out of the environment for real work",
        )


def disk(environment: Environment) -> Iterator[Check]:
    place = environment.home.root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    state = State.FAIL if free < DISK_WRONG else State.WARN if free < DISK_WARNING else State.PASS
    remedy = None if state is State.PASS else "make room: evidence that cannot be written cannot be kept"
    yield Check(name="disk", state=state, got=f"{free / 1e9:.1f} GB free at {place}", remedy=remedy)
    if not os.access(place, os.W_OK):
        yield Check(
            name="disk",
            state=State.FAIL,
            got=f"{place} cannot be written",
            remedy="choose another A2Z_HOME, or mend it",
        )


def rendering(environment: Environment) -> Iterator[Check]:
    from a2z_defense.documents.fontset import font_files

    missing = [(package, bad) for soname, package, bad in LIBRARIES if not _loads(soname)]
    for package, bad in missing:
        yield Check(
            name="pdf libraries",
            state=State(bad),
            got=f"{package} is not installed",
            remedy=f"apt-get install {package}",
        )
    if not missing:
        got = f"Pango and HarfBuzz load; WeasyPrint {version('weasyprint')}"
        yield Check(name="pdf libraries", state=State.PASS, got=got)
    fonts = font_files(environment.settings.files.fonts)
    yield Check(
        name="fonts",
        state=State.PASS if fonts else State.FAIL,
        got=f"{len(fonts)} font file(s)",
        remedy=None if fonts else "install a2z again from its wheel",
    )


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True
