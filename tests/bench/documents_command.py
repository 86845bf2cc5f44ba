"""How long the whole `a2z build` takes, over bare processes that only write the same HTML with the same renderer.

Real commands on an example's claim, from a home of its own that is copied for every run, so that nothing was built
before. Each in turn, medians. A bare process is stock WeasyPrint with our variant and finisher; a second one is started
the way in which our renderer is (no search for libraries, garbage looked for seldom), so that both can be seen.
Then `a2z build --all -j 2` over every example, against two bare processes that share the same documents out evenly.

    python tests/bench/documents_command.py [runs]
"""

# ruff: noqa: E402, T201 (a script: it finds the package first, and prints)

from __future__ import annotations

import importlib
import json
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

from a2z_defense.base.environment import load_environment
from a2z_defense.documents.fontset import fonts_conf
from a2z_defense.jobs.build import build
from a2z_defense.jobs.inputs import BuildOptions
from a2z_defense.sandbox import demo
from a2z_defense.store import claims
from a2z_defense.store.store import open_store

documents_build: Any = importlib.import_module("documents_build")
"""The bench beside this one: the bare process, and the renderer that keeps what it was asked for."""
LIMIT = 1.15
"""Goal for one claim: the command over the bare process."""
SHARE = 0.92
"""Goal for all claims: of the speed of two bare processes."""
CLAIM = "407-2290145-8863310"
"""The first example: signed for, three files, about a dozen pages."""
Asked = list[tuple[dict[str, Any], list[bytes]]]


def compiled(world: dict[str, str], folder: Path) -> dict[str, str]:
    """`world`, with a place for Python's compiled files: an installed package has them, and a checkout under
    PYTHONDONTWRITEBYTECODE would compile all of a2z at every start. The first run of each side writes them."""
    return {name: value for name, value in world.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }


def a2z(world: dict[str, str], *words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "a2z_defense", *words], env=world, capture_output=True, text=True)
    if done.returncode not in (0, 10, 11, 12):
        sys.exit(f"a2z {' '.join(words)}: {done.returncode}\n{done.stderr}")
    return done.stdout


def prepare(folder: Path) -> dict[str, str]:
    """A home with every example fetched, and the seller's files attached."""
    with demo.start() as sandbox:
        found = demo.prepare(folder, sandbox)
        mails = [word for one in found.scenarios for word in ("--mail", str(one.mail_folder))]
        a2z(found.variables, "fetch", *mails)
        for step in found.preparing():
            if step.exit_code:
                sys.exit(f"a2z {' '.join(step.words)}: {step.stderr}")
    (folder / "home").symlink_to(found.root / "home")
    return compiled(found.variables, folder)


def recorded(folder: Path, world: dict[str, str], wanted: Sequence[str]) -> list[Asked]:
    """What the renderer is asked for, claim by claim."""
    shutil.copytree(folder / "home", folder / "spare")
    environment = load_environment(variables=world | {"A2Z_HOME": str(folder / "spare")})
    found = []
    for claim_id in wanted:
        with documents_build.Recording() as renderer, open_store(environment) as store:
            with store.reading() as connection:
                claim = claims.resolve(connection, claim_id)
            build(store, claim, BuildOptions(), renderer)
            found.append(renderer.asked)
    shutil.rmtree(folder / "spare")
    return found


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of processors."""
    before, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - before, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def bare(folder: Path, world: dict[str, str], shares: Sequence[object], code: str = documents_build.BARE) -> None:
    """One bare process for each share, all at once."""
    world = world | {"FONTCONFIG_FILE": str(folder / "fonts.conf")}
    path = [str(ROOT), str(ROOT / "tests")]
    running = []
    for at, _ in enumerate(shares):
        filled = code.format(path=path, data=str(folder / f"share-{at}"))
        running.append(subprocess.Popen([sys.executable, "-c", filled], env=world, cwd=folder))
    if any(one.wait() for one in running):
        sys.exit("a bare process failed")


def ours(folder: Path, world: dict[str, str], *words: str) -> None:
    a2z(world | {"A2Z_HOME": str(folder / "copy")}, "build", *words)


def pairs(name: str, runs: int, folder: Path, world: dict[str, str], shares: Sequence[Asked], *words: str) -> float:
    """Our median over the bare one."""
    (folder / "fonts.conf").write_text(fonts_conf(None, folder / "cache"))
    for at, share in enumerate(shares):
        (folder / f"share-{at}").write_bytes(pickle.dumps(share))
    both: list[tuple[tuple[float, float], ...]] = []
    for number in range(runs + 1):
        shutil.rmtree(folder / "copy", ignore_errors=True)
        shutil.copytree(folder / "home", folder / "copy")
        took = (
            timed(lambda: ours(folder, world, *words)),
            timed(lambda: bare(folder, world, shares)),
            timed(lambda: bare(folder, world, shares, documents_build.BARE_AS_OURS)),
        )
        if number:  # the first of each writes Python's compiled files
            both.append(took)
    row: dict[str, object] = {"case": name, "runs": runs}
    for at, side in enumerate(("ours", "bare", "bare_started_as_ours")):
        row[f"{side}_s"] = round(statistics.median(one[at][0] for one in both), 2)
        row[f"{side}_cpu_s"] = round(statistics.median(one[at][1] for one in both), 2)
    found = statistics.median(one[0][0] / one[1][0] for one in both)
    row["ratio"] = round(found, 3)
    row["cpu_ratio"] = round(statistics.median(one[0][1] / one[1][1] for one in both), 3)
    row["ratio_to_one_started_as_ours"] = round(statistics.median(one[0][0] / one[2][0] for one in both), 3)
    print(json.dumps(row), flush=True)
    return found


def evenly(asked: Sequence[Asked]) -> list[Asked]:
    """Two shares of about the same weight in HTML."""
    shares: list[Asked] = [[], []]
    weights = [0, 0]
    for one in sorted(asked, key=lambda one: -sum(len(bodies[0]) for _, bodies in one)):
        at = weights.index(min(weights))
        shares[at] += one
        weights[at] += sum(len(bodies[0]) for _, bodies in one)
    return shares


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = prepare(folder)
        wanted = [row["claim_id"] for row in json.loads(a2z(world, "list", "--json"))]
        asked = recorded(folder, world, wanted)
        mine = wanted.index(CLAIM)
        first = pairs("a2z build", runs, folder, world, [asked[mine]], CLAIM)
        rest = pairs("a2z build --all -j 2", max(1, runs // 2), folder, world, evenly(asked), "--all", "-j", "2")
    print(json.dumps({"share of two bare processes": round(1 / rest, 3), "goal": SHARE}))
    if first > LIMIT or 1 / rest < SHARE:
        sys.exit(f"a2z build takes {first:.2f} times the bare process (goal {LIMIT}); --all reaches {1 / rest:.2f}")


if __name__ == "__main__":
    main()
