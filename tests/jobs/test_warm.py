"""The renderer's process that starts before everything else: nothing comes before it, and it is the one that paints."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.homes import environment, with_one_claim
from support.mail_maker import SENT

from a2z_defense.documents.child import PAINTER, Child
from a2z_defense.jobs.warm import painter, started_early

BEFORE = """
import sys
from a2z_defense.cli import start
from a2z_defense.documents.child import Child
def started(child):
    print(sorted({"typer", "pydantic", "sqlalchemy", "jinja2", "weasyprint"} & set(sys.modules)))
    sys.exit(0)
Child.start = started
sys.argv = ["a2z", *WORDS]
start.main()
"""


@pytest.mark.parametrize(
    ("words", "said"), [(["build", "402-1"], "[]\n"), (["--quiet", "build", "--all"], "[]\n"), (["--version"], "a2z ")]
)
def test_a_builds_renderer_starts_before_anything_is_imported(words: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEFORE.replace("WORDS", repr(words))], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(said), done


def test_help_starts_no_renderer() -> None:
    code = BEFORE.replace("WORDS", "['build', '--help']")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout


def test_the_process_that_came_up_early_is_taken_once(tmp_path: Path) -> None:
    found = environment(tmp_path)
    with started_early():
        first, second = painter(found), painter(found)
        assert _runs(first)
        assert not _runs(second)
    assert not _runs(first), "it ends with the command, whatever became of the build"


def test_the_users_own_fonts_want_a_process_of_their_own(tmp_path: Path) -> None:
    plain = environment(tmp_path)
    files = plain.settings.files.model_copy(update={"fonts": tmp_path})
    found = replace(plain, settings=plain.settings.model_copy(update={"files": files}))
    with started_early():
        assert not _runs(painter(found))


def test_a_renderer_that_cannot_start_is_no_error_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(child: Child) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Child, "start", full)
    with started_early():
        assert not _runs(painter(environment(tmp_path)))


def test_the_child_ends_with_its_parent() -> None:
    with Child(PAINTER) as child:
        process = child._process
        assert process is not None
    assert process.poll() is not None


LATER = """
import sys
from a2z_defense.base.environment import load_environment
from a2z_defense.jobs.build import BuildOptions, build, claims
from a2z_defense.jobs.warm import import_late_ones
from a2z_defense.store.store import open_store

with open_store(load_environment()) as store:
    with store.reading() as connection:
        (claim,) = claims.claims(connection)
    import_late_ones()
    before = set(sys.modules)
    build(store, claim, BuildOptions())
late = {name for name in sys.modules if name not in before and name.partition(".")[0] not in sys.stdlib_module_names}
print(sorted(name for name in late if not name.startswith("fontTools.")))
"""


def test_builds_in_threads_import_nothing_that_is_not_there_yet(tmp_path: Path) -> None:
    found = with_one_claim(tmp_path, now=SENT + dt.timedelta(days=1))
    world = {name: value for name, value in os.environ.items() if not name.startswith("A2Z_")}
    world |= {"A2Z_HOME": str(found.home.root), "A2Z_CONFIG": str(tmp_path / "none"), "A2Z_KEYRING": "off"}
    done = subprocess.run([sys.executable, "-c", LATER], capture_output=True, text=True, env=world)
    assert done.stdout == "[]\n", done.stderr


def _runs(child: Child) -> bool:
    return child._process is not None and child._process.poll() is None
