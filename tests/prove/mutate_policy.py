"""Mutation testing of the policy room, bounded: `python tests/prove/mutate_policy.py [--sample N] [--write]`.

Each mutant changes one operator, number or call of one module; the room's tests run against it in a fork of their own,
the quick ones first. The deadline code is mutated whole and must leave no survivor but those listed as equivalent in
`mutants.toml`; of the other modules a sample, the same for the same seed. `--write` writes docs/mutants.md.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TextIO

ROOT = Path(__file__).parent.parent.parent
ROOM = ROOT / "a2z_defense" / "policy"
DEADLINE = ("bands", "deadline", "happenings", "life", "model/days", "view")
"""No mutant of these may survive: a wrong deadline loses a claim."""
CLOCKS = (
    ["test_policy_deadline.py", "test_policy_bands.py"],
    ["test_policy_cases.py", "-k", "clock"],
    ["test_policy_notes.py", "test_policy_team.py"],
    ["test_policy_properties.py", "-k", "deadline or debit or calendar or midnight or zone"],
)
"""The tests that the deadline code answers to, the quick ones first."""
OTHERS = (
    ["test_policy_cases.py", "-k", "test_case"],
    ["test_policy_conflicts.py", "test_policy_notes.py", "test_policy_addresses.py", "test_policy_lint.py"],
    ["test_policy_tables.py", "test_policy_team.py", "test_policy_deadline.py"],
)
PATIENCE_SECONDS = 900
"""A mutant that runs longer loops for ever: counted as killed, and listed. Ten times what all the tests need on an idle
machine."""

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    module: str
    line: int
    what: str
    text: str
    """The line, as it stands before the change: it stays when lines above it come or go."""
    node: int
    """Its place in the walk over the module's tree."""
    choice: int

    @property
    def name(self) -> str:
        return f"{self.module}:{self.line} {self.what}"

    @property
    def key(self) -> str:
        """What `mutants.toml` calls it by."""
        return f"{self.module} | {self.text} | {self.what}"


def source_of(module: str) -> Path:
    """The file of a module of the policy, or of one that is named with its room."""
    return (ROOM.parent if module.startswith("model/") else ROOM) / f"{module}.py"


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of one module, in the order of its text."""
    content = source_of(module).read_text(encoding="utf-8")
    tree, lines = ast.parse(content), content.splitlines()
    decorators = {
        id(part) for found in ast.walk(tree) for top in getattr(found, "decorator_list", ()) for part in ast.walk(top)
    }
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in decorators:
            continue  # `frozen=True` guards against programming errors; no behaviour hangs on it
        for choice, what in enumerate(_changes(node)):
            line = getattr(node, "lineno", 1)
            yield Mutant(module, line, what, lines[line - 1].strip(), number, choice)


def mutated(mutant: Mutant) -> str:
    """The source of the module with that one change."""
    tree = ast.parse(source_of(mutant.module).read_text(encoding="utf-8"))
    _apply(next(found for place, found in enumerate(ast.walk(tree)) if place == mutant.node), mutant.choice)
    return ast.unparse(ast.fix_missing_locations(tree))


def _changes(node: ast.AST) -> list[str]:
    """What can be changed at a node, in words; `_apply` takes the place in this list."""
    match node:
        case ast.Compare(ops=ops):
            return [f"{type(op).__name__} -> {_COMPARISONS[type(op)].__name__}" for op in ops]
        case ast.BoolOp(op=op):
            return ["and -> or" if isinstance(op, ast.And) else "or -> and"]
        case ast.UnaryOp(op=ast.Not()):
            return ["not dropped"]
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return ["+ <-> -"]
        case ast.Constant(value=bool(value)):
            return [f"{value} -> {not value}"]
        case ast.Constant(value=int(value)):
            return [f"{value} -> {value + 1}"]
        case ast.Call(func=ast.Name(id=name)) if name in _NAMES:
            return [f"{name} -> {_NAMES[name]}"]
    return []


def _apply(node: ast.AST, choice: int) -> None:
    match node:
        case ast.Compare():
            node.ops[choice] = _COMPARISONS[type(node.ops[choice])]()
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.UnaryOp():
            node.op, node.operand = ast.Not(), ast.UnaryOp(op=ast.Not(), operand=node.operand)
        case ast.BinOp():
            node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        case ast.Constant(value=bool()):
            node.value = not node.value
        case ast.Constant(value=int(value)):
            node.value = value + 1
        case ast.Call(func=ast.Name() as name):
            name.id = _NAMES[name.id]


class _Loader(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Gives the mutated source in place of the module's own."""

    def __init__(self, mutant: Mutant) -> None:
        self.file, self.source = source_of(mutant.module), mutated(mutant)
        self.wanted = ".".join(self.file.relative_to(ROOT).with_suffix("").parts)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.wanted:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=str(self.file))

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__file__"] = str(self.file)
        exec(compile(self.source, "<mutant>", "exec"), module.__dict__)


class Fate(StrEnum):
    KILLED = "killed"
    SURVIVED = "SURVIVED"
    ENDLESS = "endless"


def fates_of(found: Sequence[Mutant], jobs: int) -> Iterator[tuple[Mutant, Fate]]:
    """What the room's tests make of each mutant, `jobs` at a time, as they end."""
    running: dict[int, tuple[Mutant, float]] = {}
    waiting = list(reversed(found))
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            child = os.fork()
            if child == 0:
                os._exit(_run(mutant))
            running[child] = mutant, time.monotonic() + PATIENCE_SECONDS
        time.sleep(0.02)
        for child, (mutant, end) in list(running.items()):
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                del running[child]
                yield mutant, Fate.SURVIVED if os.waitstatus_to_exitcode(status) == 0 else Fate.KILLED
            elif time.monotonic() > end:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                del running[child]
                yield mutant, Fate.ENDLESS


def _run(mutant: Mutant) -> int:
    import pytest

    sys.meta_path.insert(0, _Loader(mutant))
    silent: TextIO
    with (
        Path(os.devnull).open("w") as silent,
        contextlib.redirect_stdout(silent),
        contextlib.redirect_stderr(silent),
    ):
        quiet = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"]
        for group in CLOCKS if mutant.module in DEADLINE else OTHERS:
            files = [str(ROOT / "tests" / "policy" / word) if word.endswith(".py") else word for word in group]
            done = pytest.main([*quiet, *files])
            if done != 0:
                return 1
    return 0


def chosen(sample: int, seed: int, only: Sequence[str]) -> list[Mutant]:
    """The deadline code whole, and a sample of the rest."""
    found = [mutant for module in DEADLINE if not only or module in only for mutant in mutants(module)]
    others = sorted(
        str(path.relative_to(ROOM).with_suffix(""))
        for path in ROOM.rglob("*.py")
        if path.stem not in {"__init__", "document"}
    )
    rest = [m for module in others if module not in DEADLINE and (not only or module in only) for m in mutants(module)]
    return found + sorted(random.Random(seed).sample(rest, min(sample, len(rest))), key=lambda m: m.name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=100, help="mutants of modules other than the deadline code")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", nargs="*", default=[], help="modules, like deadline or probes/place")
    parser.add_argument("--write", action="store_true", help="write docs/mutants.md")
    told = parser.parse_args()
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    import holidays
    import hypothesis
    import pytest
    from support import cases

    # Imported here so that each fork has them already; nothing of the policy room is among them.
    del holidays, hypothesis, pytest, cases
    if any(name.startswith("a2z_defense.policy") for name in sys.modules):
        raise RuntimeError("the policy room was imported before its mutants")
    equivalent = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text(encoding="utf-8"))["equivalent"]
    found = chosen(told.sample, told.seed, told.only)
    ended: dict[Mutant, Fate] = {}
    for mutant, fate in fates_of(found, told.jobs):
        ended[mutant] = fate
        sys.stderr.write(f"{len(ended)}/{len(found)} {fate:<8} {mutant.name}\n")
        sys.stderr.flush()
    fates = {mutant: ended[mutant] for mutant in found}
    alive = [mutant for mutant in found if fates[mutant] is Fate.SURVIVED]
    open_ones = [mutant for mutant in alive if mutant.module in DEADLINE and mutant.key not in equivalent]
    page = report(fates, equivalent)
    sys.stdout.write(page)
    if told.write:
        (ROOT / "docs" / "mutants.md").write_text(page, encoding="utf-8")
    return 1 if open_ones else 0


def report(fates: dict[Mutant, Fate], equivalent: dict[str, str]) -> str:
    """The page on what was tried and what survived."""
    lines = ["# Mutants of the policy", "", "Written by `python tests/prove/mutate_policy.py --write`.", ""]
    for title, deadline in (
        (f"The deadline code ({', '.join(DEADLINE)}), whole", True),
        ("A sample of the rest", False),
    ):
        part = [mutant for mutant in fates if (mutant.module in DEADLINE) is deadline]
        living = [mutant for mutant in part if fates[mutant] is Fate.SURVIVED]
        endless = [mutant for mutant in part if fates[mutant] is Fate.ENDLESS]
        killed = len(part) - len(living) - len(endless)
        lines += [f"## {title}", ""]
        lines += [f"{len(part)} mutants: {killed} killed, {len(endless)} endless, {len(living)} survived.", ""]
        lines += [f"- `{m.name}` in `{m.text}`: {equivalent.get(m.key, 'not told apart by a test')}" for m in living]
        lines += [f"- `{mutant.name}` in `{mutant.text}`: endless" for mutant in endless]
        lines += [""] if living or endless else []
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
