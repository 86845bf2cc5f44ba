"""What a new version says that the one before did not: facts, exhibits and sentences, in a few lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SHOWN = 5
"""Lines of each sort; the rest is counted. The seller has little time, and both versions are there to compare."""


def changes(before: Path, after: Path) -> list[str]:
    """What changed from one build folder to another; empty when the older one is not there to compare."""
    old, new = _read(before), _read(after)
    if old is None or new is None:
        return []
    return [*_facts(old, new), *_exhibits(old, new), *_sentences(before, after)]


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        return {
            "said": json.loads((folder / "assessment.json").read_bytes()),
            "inputs": json.loads((folder / "build.json").read_bytes())["inputs"],
        }
    except (OSError, ValueError, KeyError):
        return None


def _facts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in ("decision", "status"):
        if old["said"][name] != new["said"][name]:
            yield f"{name}: {old['said'][name]} -> {new['said'][name]}"
    before = {_key(item): item for item in old["said"]["items"]}
    lines = []
    for item in new["said"]["items"]:
        was = before.pop(_key(item), None)
        if was is None:
            lines.append(f"{item['title']}: {item['state']} (not asked for before)")
        elif was["state"] != item["state"]:
            lines.append(f"{item['title']}: {was['state']} -> {item['state']}")
    lines += [f"{item['title']}: no longer asked for" for item in before.values()]
    yield from _some(lines, "fact")


def _key(item: Mapping[str, Any]) -> tuple[str, str | None]:
    return item["id"], item["unit"]


def _exhibits(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before = {piece["id"]: piece["kind"] for piece in old["inputs"]["evidence"]}
    now = {piece["id"]: piece["kind"] for piece in new["inputs"]["evidence"]}
    lines = [f"new exhibit: {now[name]} ({name})" for name in now if name not in before]
    lines += [f"exhibit gone: {before[name]} ({name})" for name in before if name not in now]
    yield from _some(lines, "exhibit")


def _sentences(before: Path, after: Path) -> Iterator[str]:
    old, new = _lines(before), _lines(after)
    lines = [f"now says: {line}" for line in new if line not in old]
    lines += [f"no longer says: {line}" for line in old if line not in new]
    yield from _some(lines, "sentence")


def _lines(folder: Path) -> list[str]:
    try:
        return (folder / "response.txt").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _some(lines: list[str], what: str) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"and {len(lines) - SHOWN} more {what}(s)"
