"""The renderer's process from its first line: its limits, then its imports, made as cheap as they can be.

Started by `child.Child`. `painter` is what it does; this is only how it comes up.
"""

from __future__ import annotations

import ctypes.util
import sys
from types import ModuleType

from a2z_defense.base import garbage
from a2z_defense.documents.child import limit_memory, own_streams


def _look_for_no_library(name: str) -> None:
    """In place of `ctypes.util.find_library`. cffi has ldconfig, gcc and ld run for each name that it cannot open, and
    WeasyPrint tries a dozen names of other systems first: a third of a second. The names of this system are in its
    lists too, and open by themselves."""


def imported() -> ModuleType:
    """`painter`, imported without a search for libraries and without looks for garbage."""
    if sys.platform == "linux":
        ctypes.util.find_library = _look_for_no_library
    garbage.seldom()
    from a2z_defense.documents import painter

    garbage.never_again()
    return painter


def main() -> None:
    limit_memory()
    stdin, stdout = own_streams()
    imported().work(stdin, stdout)


if __name__ == "__main__":
    main()
