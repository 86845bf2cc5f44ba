"""What a new version says that the one before did not: facts, exhibits and sentences, in a few lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from a2z_defense.jobs.show import TITLES
from a2z_defense.model.evidence import EvidenceKind

SHOWN = 5
"""Lines of each sort; the rest is counted. The seller has little time, and both versions are there to compare."""


ALIKE = 16
"""Letters at the beginning that make a line another form of an older one."""
SHORT = 120
"""Letters of a sentence that are shown: enough to know which it is."""
_HEADS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "decision": lambda said: said["decision"],
    "status": lambda said: said["status"],
    "reason": lambda said: said["reason"]["key"],
    "defence": lambda said: (said["defence"] or {}).get("title"),
    "act by": lambda said: said["deadline"]["act_by"],
    "amount": lambda said: " ".join((said["amount"] or {}).values()),
}
"""What heads an assessment: the name to print, and where it is."""


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
    for name, of in _HEADS.items():
        was, now = of(old["said"]), of(new["said"])
        if was != now:
            yield f"{name}: {was or 'none'} -> {now or 'none'}"
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
    lines = [f"new exhibit: {TITLES[EvidenceKind(now[name])]} ({name})" for name in now if name not in before]
    lines += [f"exhibit gone: {TITLES[EvidenceKind(before[name])]} ({name})" for name in before if name not in now]
    yield from _some(lines, "exhibit")


def _sentences(before: Path, after: Path) -> Iterator[str]:
    old, new = _lines(before), _lines(after)
    gone = [line for line in old if line not in new]
    lines = []
    for line in (line for line in new if line not in old):
        near = next((was for was in gone if was[:ALIKE] == line[:ALIKE]), None)
        if near is None:
            lines.append(f"now says: {_short(line)}")
        else:
            gone.remove(near)
            lines += _words(near, line)
    lines += [f"no longer says: {_short(line)}" for line in gone]
    yield from _some(lines, "sentence")


def _words(was: str, now: str) -> Iterator[str]:
    """What became of a line that begins as it did: only the words that came and went."""
    before, after = was.split(), now.split()
    steps = [step for step in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if step[0] != "equal"]
    came = " ... ".join(" ".join(after[b:d]) for _, _, _, b, d in steps if d > b)
    went = " ... ".join(" ".join(before[a:c]) for _, a, c, _, _ in steps if c > a)
    start = _short(now, SHORT // 3)
    if came:
        yield f'now says in "{start}": {_short(came)}'
    if went:
        yield f'no longer says in "{start}": {_short(went)}'


def _short(words: str, letters: int = SHORT) -> str:
    return words if len(words) <= letters else f"{words[: letters - 3].rstrip()}..."


def _lines(folder: Path) -> list[str]:
    try:
        return (folder / "response.txt").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _some(lines: list[str], what: str) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"and {len(lines) - SHOWN} more {what}(s)"
