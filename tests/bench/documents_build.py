"""How long the documents of a build take, over one bare process that writes the same HTML with the same renderer.

Both are whole processes, alternating, the median of each. The bare one is given finished HTML and pictures; ours
reads the case, prepares the files, fills the templates and talks to its child besides. Then: the time per page from
10 to 300 pages. (documents_command.py takes whole commands, documents_heavy.py a heavy claim.)

    python tests/bench/documents_build.py [runs]        0: only the time per page
"""

# ruff: noqa: E402, T201 (a script: it finds the package first, and prints)

from __future__ import annotations

import io
import json
import os
import pickle
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import pikepdf
from PIL import Image
from support import cases, papers

from a2z_defense.documents.fontset import fonts_conf
from a2z_defense.documents.render import Renderer, render_documents
from a2z_defense.model.assessment import Assessment, ItemState
from a2z_defense.model.case import Case
from a2z_defense.model.entries import AttachmentKind

LIMIT = 1.15
"""Goal for the standard case."""
GROWING = (6, 80, 180, 560)
"""Messages of records of about 10, 50, 100 and 300 pages."""
WORDS = "Words and words. " * 12
Story = tuple[Case, Assessment, dict[str, bytes]]


def standard() -> Story:
    """Messages, files, readings, two dozen items: about a dozen pages."""
    messages = [
        cases.message(f"Message {n}: where is the parcel?", f"03-0{n} 1{n}:00", by=("buyer", "seller")[n % 2])
        for n in range(3, 9)
    ]
    entries = [cases.attached(AttachmentKind.DELIVERY_PHOTO, name="porch.jpg")]
    case = cases.case(messages=messages, entries=entries)
    items = tuple(papers.item(f"item_{n}", list(ItemState)[n % 4], exhibit=cases.ev("order")) for n in range(24))
    return case, papers.assessed(case, items=items), {"file porch.jpg": papers.photo(1600, 1200)}


def noisy(seed: int) -> bytes:
    """A photograph's weight: noise does not compress."""
    rng = random.Random(seed)
    small = Image.frombytes("RGB", (600, 450), rng.randbytes(600 * 450 * 3))
    out = io.BytesIO()
    small.resize((4000, 3000)).save(out, "JPEG", quality=100)
    return out.getvalue()


def long_pdf(pages: int) -> bytes:
    made = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    font = made.make_indirect(font)
    for number in range(pages):
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[-1]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        lines = " ".join(f"(Line {line} of page {number}) Tj 0 -14 Td" for line in range(50))
        page.Contents = made.make_stream(f"BT /F1 11 Tf 60 780 Td {lines} ET".encode())
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


OURS = """
import pickle, sys
sys.path[:0] = {path!r}
from a2z_defense.documents.render import Renderer, render_documents
with Renderer() as renderer:
    case, said, own = pickle.load(open({data!r}, "rb"))
    from support import papers
    bodies = papers.bodies(case, **own)
    render_documents(case, said, papers.PRINTED, bodies, draft=False, language="en", renderer=renderer)
"""
_BARE = """
import pickle, sys
sys.path[:0] = {path!r}
IMPORT
painter.mend_streams()
painter.mend_meanings()
for head, bodies in pickle.load(open({data!r}, "rb")):
    painter.paint(head, bodies)
"""
BARE = _BARE.replace("IMPORT", "from a2z_defense.documents import painter")
BARE_AS_OURS = _BARE.replace(
    "IMPORT", "from a2z_defense.documents.renderer_process import imported\npainter = imported()"
)


class Recording(Renderer):
    """Keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[dict[str, Any], list[bytes]]] = []
        child, ask = self._child, self._child.ask

        def keep(what: str, head: dict[str, Any], bodies: Any = ()) -> Any:
            self.asked.append(({**head, "sizes": [len(body) for body in bodies]}, list(bodies)))
            return ask(what, head, bodies)

        child.ask = keep  # type: ignore[method-assign]


def seconds(code: str, folder: Path, world: dict[str, str]) -> tuple[float, float]:
    """Seconds on the wall, and of processors: the second says what a busy machine hides in the first."""
    before, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=world, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return time.perf_counter() - before, cpu


def ratio(name: str, story: Story, runs: int, folder: Path) -> float:
    """Our median over the bare median."""
    case, said, own = story
    renderer = Recording()
    with renderer:
        made = render_documents(
            case, said, papers.PRINTED, papers.bodies(case, **own), draft=False, language="en", renderer=renderer
        )
    (folder / "ours").write_bytes(pickle.dumps(story))
    (folder / "bare").write_bytes(pickle.dumps(renderer.asked))
    (folder / "fonts.conf").write_text(fonts_conf(None, folder / "cache"))
    world = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    world |= {"FONTCONFIG_FILE": str(folder / "fonts.conf"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    path = [str(ROOT), str(ROOT / "tests")]
    ours, bare = [], []
    for _ in range(runs + 1):
        bare.append(seconds(BARE.format(path=path, data=str(folder / "bare")), folder, world))
        ours.append(seconds(OURS.format(path=path, data=str(folder / "ours")), folder, world))
    del ours[0], bare[0]  # they wrote Python's compiled files, which an installed package has
    wall, cpu = ([statistics.median(one[at] for one in side) for side in (ours, bare)] for at in (0, 1))
    found = wall[0] / wall[1]
    pages = sum(one.pages or 0 for one in made)
    row = {"case": name, "pages": pages, "runs": runs, "ours_s": round(wall[0], 2), "bare_s": round(wall[1], 2)}
    row |= {"ratio": round(found, 3), "ours_cpu_s": round(cpu[0], 2), "bare_cpu_s": round(cpu[1], 2)}
    row["child_peak_mib"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(json.dumps(row), flush=True)
    return found


def per_page(build: Callable[[int], Story]) -> None:
    """Milliseconds a page as the record grows, of processor too: each record in a renderer of its own, that is warm."""
    for messages in GROWING:
        case, said, own = build(messages)
        bodies = papers.bodies(case, **own)
        with Renderer() as renderer:
            small, judged, _ = build(GROWING[0])
            for _ in range(2):
                render_documents(small, judged, papers.PRINTED, papers.bodies(small), draft=False, renderer=renderer)
            child = renderer._child._process
            if child is None:
                raise AssertionError("the renderer's process has ended")
            before, spent = time.perf_counter(), processor(child.pid)
            made = render_documents(case, said, papers.PRINTED, bodies, draft=False, language="en", renderer=renderer)
            took, spent = time.perf_counter() - before, processor(child.pid) - spent
        pages = sum(one.pages or 0 for one in made)
        row = {"pages": pages, "ms_a_page": round(1000 * took / pages, 1)}
        row["renderer_cpu_ms_a_page"] = round(1000 * spent / pages, 1)
        print(json.dumps(row), flush=True)


def processor(pid: int) -> float:
    """Seconds of processor that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def talkative(messages: int) -> Story:
    rows = [
        cases.message(
            f"Message {n}. " + "Words and words. " * 12, f"03-{1 + n // 200:02} {n // 60 % 24:02}:{n % 60:02}"
        )
        for n in range(messages)
    ]
    case = cases.case(messages=rows)
    return case, papers.assessed(case), {}


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    if not runs:
        per_page(talkative)
        return
    with tempfile.TemporaryDirectory() as folder:
        first = ratio("standard", standard(), runs, Path(folder))
        per_page(talkative)
    if first > LIMIT:
        sys.exit(f"the standard case takes {first:.2f} times the bare process; the goal is {LIMIT}")


if __name__ == "__main__":
    main()
