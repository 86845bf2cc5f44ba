"""What the queue is stamped with: a fingerprint of the installed code and tables that made it. Stdlib only.

`alert` compares it at every run, so it must cost next to nothing: names and sizes, not contents. A build lists the
full digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
MADE_BY = ("model", "policy", "readers")
"""Rooms that turn evidence into the queue."""


@cache
def stamp(policy: Path | None = None) -> str:
    """The fingerprint of the installed readers, model and policy, and of the user's own tables in `policy`."""
    digest = hashlib.sha256()
    for root in [*(PACKAGE / room for room in MADE_BY), *([policy] if policy else [])]:
        for name, size in sorted(_files(root)):
            digest.update(f"{root.name}/{name} {size}\n".encode())
    return digest.hexdigest()[:32]


def _files(root: Path) -> Iterator[tuple[str, int]]:
    if not root.is_dir():
        return
    for path in root.rglob("*"):
        if path.suffix in (".py", ".toml"):
            yield path.relative_to(root).as_posix(), path.stat().st_size
