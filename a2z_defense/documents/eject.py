"""The templates as the user's own: a copy to change, beside the ones that ship."""

from __future__ import annotations

from pathlib import Path

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import UsageError


def eject(target: Path) -> tuple[Path, ...]:
    """Copy every template, style sheet and phrase table to `target`; the paths that were written.

    Raises UsageError when a file there would be overwritten: it may hold the user's work.
    """
    source = data_folder("templates")
    files = [path for path in sorted(source.rglob("*")) if path.is_file() and not path.name.startswith(".")]
    there = [path for path in files if (target / path.relative_to(source)).exists()]
    if there:
        raise UsageError(
            f"{target} already holds {there[0].relative_to(source)} and {len(there) - 1} other template(s)",
            expected="a folder without templates",
            remedy="name another folder, or move these away",
        )
    written = []
    for path in files:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
        written.append(copy)
    return tuple(written)
