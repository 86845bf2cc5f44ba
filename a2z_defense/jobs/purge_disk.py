"""The second half of a purge: after the store has forgotten, the bytes go from the disk."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from a2z_defense.bundle.layout import BUILD_FILE, SEAL_FOLDER
from a2z_defense.store import builds, retention
from a2z_defense.store.builds import Build
from a2z_defense.store.store import Store


def clean(store: Store) -> list[str]:
    """Remove the blobs that nothing names, every copy of a purged build, and what the database's file still holds of
    deleted rows. Returns the copies that are left, each with the reason. What an interrupted purge left goes too."""
    left: list[str] = []
    with store.writing() as connection:
        retention.sweep(store, connection)
        for claim_id, number in retention.purged_builds(connection):
            build = builds.version(connection, claim_id, number)
            for path in builds.paths(store, connection, claim_id, number):
                why = _remove_copy(store, path, build, claim_id)
                if why is None:
                    retention.forget_path(store, connection, claim_id, number, path)
                else:
                    left.append(f"{path}: {why}")
                left += _set_aside(path)
    try:
        retention.scrub(store)
    except sqlite3.Error as why:
        left.append(f"{store.environment.home.database}: deleted rows may still be in the file ({why}); purge again")
    return left


def _remove_copy(store: Store, path: Path, build: Build | None, claim_id: str) -> str | None:
    """Remove one copy; None when nothing of it is left, else why not.

    A folder is renamed before it is emptied, so that a run that ends in between leaves no half version; the next one
    goes on with what was renamed.
    """
    own = store.environment.home.builds / claim_id
    try:
        if path.parent == own:
            # Inside A2Z_HOME everything beside the version is ours too: what was set aside, what a killed run left.
            while (aside := _aside(own)).exists():
                shutil.rmtree(aside)
            return None
        for leaving in path.parent.glob(f".{path.name}.*.tmp"):
            shutil.rmtree(leaving) if leaving.is_dir() else leaving.unlink()
        if path.is_file():
            path.unlink()
            return None
        aside = _aside(path)
        if not aside.exists():
            return "it is not there; it may have been moved"
        why = _empty(aside, path, _listed(aside, build))
        with suppress(OSError):
            path.parent.rmdir()  # the claim's own folder, when nothing else is in it
        return why
    except OSError as error:
        return error.strerror or type(error).__name__


def _listed(aside: Path, build: Build | None) -> list[str]:
    """The files that we wrote; a run that ended before it kept the build's row left their list in the folder alone."""
    try:
        answer = json.loads(build.result if build else (aside / BUILD_FILE).read_bytes())
        names = [str(file["path"]) for file in answer["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if (aside / name).resolve().is_relative_to(aside.resolve())]


def _empty(aside: Path, path: Path, listed: list[str]) -> str | None:
    """Remove what we wrote into `aside`, and the folder; what others put there goes back to `path`."""
    for name in (*listed, BUILD_FILE):
        (aside / name).unlink(missing_ok=True)
    shutil.rmtree(aside / SEAL_FOLDER, ignore_errors=True)
    for folder in sorted((p for p in aside.rglob("*") if p.is_dir()), reverse=True):
        with suppress(OSError):
            folder.rmdir()
    if any(aside.iterdir()):
        aside.rename(path)
        return "files that a2z did not write are in it; its own are gone"
    aside.rmdir()
    return None


def _set_aside(path: Path) -> Iterator[str]:
    """Versions that were changed after they were built, which a later build set aside: whose they are is not known."""
    for found in sorted(path.parent.glob(f"{path.name}.changed-*")):
        yield f"{found}: it was changed after it was built; look at it and remove it by hand"


def _aside(folder: Path) -> Path:
    """Where a folder is put to be emptied; it is moved there when it is not there yet."""
    aside = folder.with_name(f".{folder.name}.purged")
    if folder.exists() and not aside.exists():
        folder.rename(aside)
    return aside
