"""A heavy claim: 500 messages, 40 pictures of about 10 MB, two PDFs of 60 pages, in a home of its own.

The whole `a2z build` of it, and one bare process that writes the same HTML with the same renderer: time, processor
time, and the greatest memory of each process beside the size of the evidence.

    python tests/bench/documents_heavy.py [runs]
"""

# ruff: noqa: E402, T201 (a script: it finds the package first, and prints)

from __future__ import annotations

import datetime as dt
import importlib
import json
import mailbox
import os
import pickle
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

from support.mail_maker import ORDER, SENT, buyer_message, notice

from a2z_defense.base.environment import Environment, load_environment
from a2z_defense.documents.fontset import fonts_conf
from a2z_defense.jobs.entries import attach
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.model.entries import AttachmentKind

documents_build: Any = importlib.import_module("documents_build")
documents_command: Any = importlib.import_module("documents_command")
"""The benches beside this one."""
MESSAGES, PICTURES, PDFS = 500, 40, 2
NAMES = {"renderer_process": "renderer", "maker": "files", "build": "a2z", "share-0": "bare"}
"""A word of a process's command line, and what it is called here; the first that fits."""


def prepare(folder: Path) -> tuple[Environment, dict[str, str], int]:
    """The home, the variables that name it, and the bytes of its evidence."""
    variables = {"A2Z_HOME": str(folder / "home"), "A2Z_CONFIG": str(folder / "none"), "A2Z_KEYRING": "off"}
    variables |= {"A2Z_NOW": (SENT + dt.timedelta(days=1)).isoformat()}
    environment = load_environment(variables=variables)
    (folder / "notice.eml").write_bytes(bytes(notice("it", "action")))
    fetch(environment, FetchWanted(mail=(str(folder / "notice.eml"),), spapi=False))
    size = 0
    for number in range(PICTURES + PDFS):
        picture = number < PICTURES
        path = folder / f"file-{number}.{'jpg' if picture else 'pdf'}"
        path.write_bytes(documents_build.noisy(number) if picture else documents_build.long_pdf(60 + number))
        size += path.stat().st_size
        attach(environment, ORDER, path, AttachmentKind.INSPECTION if picture else AttachmentKind.OTHER)
        path.unlink()
    box = mailbox.mbox(folder / "messages.mbox")
    for number in range(MESSAGES):
        words = f"Message {number}. {documents_build.WORDS}"
        at = SENT - dt.timedelta(days=20) + dt.timedelta(minutes=37 * number)
        box.add(bytes(buyer_message(words, tld="it", message_id=f"<m{number}@amazonses.com>", sent=at)))
    box.close()
    fetch(environment, FetchWanted(mail=(str(folder / "messages.mbox"),), spapi=False))
    return environment, variables, size + (folder / "messages.mbox").stat().st_size


class Peaks:
    """The greatest memory of every process that this one has under it, by its name. A context manager."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        """MiB."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Peaks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.03):
            todo = [os.getpid()]
            while todo:
                pid = todo.pop()
                try:
                    for task in Path(f"/proc/{pid}/task").iterdir():
                        todo += map(int, (task / "children").read_text().split())
                    if pid != os.getpid():
                        self._look(pid)
                except OSError:
                    continue  # it has ended

    def _look(self, pid: int) -> None:
        words = Path(f"/proc/{pid}/cmdline").read_text()
        name = next((name for word, name in NAMES.items() if word in words), "other")
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                self.found[name] = max(self.found.get(name, 0), int(line.split()[1]) // 1024)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = time.perf_counter()
        _, variables, size = prepare(folder)
        print(
            json.dumps({"evidence_mib": size // 2**20, "prepared_s": round(time.perf_counter() - before)}), flush=True
        )
        world = documents_command.compiled(os.environ | variables, folder)
        (asked,) = documents_command.recorded(folder, world, [ORDER])
        (folder / "share-0").write_bytes(pickle.dumps(asked))
        del asked
        (folder / "fonts.conf").write_text(fonts_conf(None, folder / "cache"))
        rows = []
        for _ in range(runs):
            with Peaks() as peaks:
                shutil.rmtree(folder / "copy", ignore_errors=True)
                shutil.copytree(folder / "home", folder / "copy")
                ours = documents_command.timed(lambda: documents_command.ours(folder, world, ORDER))
                bare = documents_command.timed(lambda: documents_command.bare(folder, world, [0]))
            rows.append((ours, bare, peaks.found))
            pages = subprocess.run(
                ["pdfinfo", str(folder / "copy" / "builds" / ORDER / "v1" / "audit-bundle.pdf")],
                capture_output=True, text=True, check=True,
            ).stdout.partition("Pages:")[2].split()[0]  # fmt: skip
            row = {"pages": int(pages), "ours_s": round(ours[0], 1), "bare_s": round(bare[0], 1)}
            row |= {
                "ratio": round(ours[0] / bare[0], 3),
                "ours_cpu_s": round(ours[1], 1),
                "bare_cpu_s": round(bare[1], 1),
            }
            print(json.dumps(row | {"peak_mib": peaks.found}), flush=True)
    print(json.dumps({"ratio": round(statistics.median(one[0][0] / one[1][0] for one in rows), 3)}))


if __name__ == "__main__":
    main()
