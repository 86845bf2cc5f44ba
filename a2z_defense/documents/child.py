"""A child process that does what could hang, crash or overflow: layout, pictures and PDFs from outside.

Talk is one JSON line and then bytes, both ways: nothing that the child sends is ever executed or unpickled here.
A child that is slow or dies is an error of the document it was busy with; the next request starts a new one.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from a2z_defense.base.errors import A2zError
from a2z_defense.documents.fontset import fonts_conf

MEMORY_LIMIT = 3 * 1024**3
"""Bytes of address space of a child. A page of a table takes about 3.5 MiB (measured on WeasyPrint 70), so that 300
pages fit twice; a hostile page size or nesting does not."""
TIME_LIMIT = 600.0
"""Seconds for one document: far above the heaviest case of the benchmark, so that only a hang meets it."""
_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""The child gets these variables and no others: no credential, no zone, no locale (it chooses shapes of letters), no
fontconfig of the machine."""


PAINTER = "a2z_defense.documents.renderer_process"
"""The renderer's module. Named here, so that its process can be started before anything else is imported."""


class DocumentFailed(A2zError):
    """A document could not be made: the child refused it, died, or took too long."""


def send(stream: IO[bytes], head: dict[str, Any], bodies: Sequence[bytes] = ()) -> None:
    """Write one message: `head` with the bodies' sizes, then the bodies."""
    head = {**head, "sizes": [len(body) for body in bodies]}
    stream.write(json.dumps(head, ensure_ascii=True).encode() + b"\n")
    for body in bodies:
        stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], list[bytes]] | None:
    """Read one message; None at the end of the stream. Raises ValueError when it is cut."""
    line = stream.readline()
    if not line:
        return None
    head = json.loads(line)
    bodies = []
    for size in head["sizes"]:
        body = stream.read(size)
        if len(body) != size:
            raise ValueError("the message was cut")
        bodies.append(body)
    return head, bodies


def limit_memory() -> None:
    """Called first thing in the child."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(MEMORY_LIMIT, hard)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Child:
    """One child running `module`; a context manager. Starting it is quick: its imports run while we go on."""

    def __init__(self, module: str, *, fonts: Path | None = None, time_limit: float = TIME_LIMIT) -> None:
        self._module = module
        self._fonts = fonts
        self._time_limit = time_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Child:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process unless it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        self._folder = tempfile.TemporaryDirectory(prefix="a2z-")
        folder = Path(self._folder.name)
        (folder / "fonts.conf").write_text(fonts_conf(self._fonts, folder / "cache"), encoding="utf-8")
        world = {name: os.environ[name] for name in _KEPT if name in os.environ}
        world |= {
            "FONTCONFIG_FILE": str(folder / "fonts.conf"),
            "PYTHONPATH": str(_ROOT),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "PYTHONHASHSEED": "0",
        }
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=world,
            start_new_session=True,
        )

    def stop(self) -> None:
        """End the process and remove its folder."""
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            self._process.kill()  # it holds nothing, and a polite end of its libraries takes a third of a second
            self._process.wait()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def ask(self, what: str, head: dict[str, Any], bodies: Sequence[bytes] = ()) -> tuple[dict[str, Any], list[bytes]]:
        """Send one request and wait for its answer. `what` names the document in errors.

        Raises DocumentFailed when the child refuses, dies or takes longer than the limit.
        """
        self.start()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise AssertionError("a child without pipes")
        try:
            send(process.stdin, head, bodies)
            answer = self._answer(process)
        except (BrokenPipeError, ValueError):
            answer = None
        if answer is None:
            process.kill()
            self.stop()
            raise DocumentFailed(
                f"{what} could not be made: the process that makes it died or took over {self._time_limit:g} s",
                expected=f"a document that needs less than {MEMORY_LIMIT // 1024**2} MiB of memory",
                remedy="run a2z doctor; leave out the largest attached file and build again",
            )
        if "trouble" in answer[0]:
            raise DocumentFailed(f"{what} could not be made: {answer[0]['trouble']}", remedy=answer[0].get("remedy"))
        return answer

    def _answer(self, process: subprocess.Popen[bytes]) -> tuple[dict[str, Any], list[bytes]] | None:
        """The answer, or None when the time is over or the stream ends."""
        if process.stdout is None:
            return None
        deadline = time.monotonic() + self._time_limit
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return None
        return receive(process.stdout)


def serve(handle: dict[str, Any], stdin: IO[bytes], stdout: IO[bytes]) -> None:
    """The child's loop: `handle` maps the request's `do` to a function of head and bodies."""
    while (message := receive(stdin)) is not None:
        head, bodies = message
        try:
            answer, parts = handle[head["do"]](head, bodies)
        except (MemoryError, RecursionError) as why:
            answer, parts = {"trouble": f"it overflows the renderer ({type(why).__name__})"}, []
        except A2zError as why:
            answer, parts = {"trouble": why.got, "remedy": why.remedy}, []
        except BaseException as why:  # noqa: BLE001 (WeasyPrint raises BaseExceptions; the parent must always be answered)
            answer, parts = {"trouble": f"a defect in the renderer ({type(why).__name__})"}, []
        send(stdout, answer, parts)


def own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """The protocol's streams; what a library prints goes to stderr instead."""
    stdin = os.fdopen(os.dup(0), "rb")
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stdin, stdout
