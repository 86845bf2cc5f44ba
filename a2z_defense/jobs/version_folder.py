"""A version's folder on disk: there whole or not at all, never overwritten."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from a2z_defense.base.atomic import private_folder, sync_folder, write_atomic
from a2z_defense.bundle.layout import BUILD_FILE


def is_there(target: Path, manifest: str) -> bool:
    """True when the version lies there as it was built: what cannot be verified is written again."""
    from a2z_defense.bundle.verify import verify

    path = target / BUILD_FILE
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != manifest:
        return False
    return verify(target).ok


def write(target: Path, files: Mapping[str, bytes]) -> None:
    """Write the version beside its place and rename it there: no half version is ever visible."""
    private_folder(target.parent)
    _remove_leavings(target.parent)
    temporary = target.parent / f".{target.name}.{secrets.token_hex(6)}.tmp"
    temporary.mkdir(mode=0o700)
    try:
        for name, content in files.items():
            path = temporary / name
            private_folder(path.parent)
            write_atomic(path, content)
        sync_folder(temporary)
        if target.exists():
            _set_aside(target)
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(target.parent)


def _set_aside(target: Path) -> None:
    """What lies where this version belongs is not what was built: keep it, under a name that says so."""
    number = 1
    while (aside := target.with_name(f"{target.name}.changed-{number}")).exists():
        number += 1
    target.rename(aside)


def _remove_leavings(folder: Path) -> None:
    """What a run that was killed left behind. The build lock is held, so nobody else is writing here."""
    for leaving in folder.glob(".v*.tmp"):
        shutil.rmtree(leaving, ignore_errors=True)
