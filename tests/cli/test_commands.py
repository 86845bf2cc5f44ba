"""The list of commands and the commands themselves."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest
import typer

from a2z_defense.cli.commands import COMMANDS
from a2z_defense.cli.main import build_app
from a2z_defense.cli.queue import local_words


def registered(file: str) -> tuple[list[str], list[str]]:
    """Names and first words of what a command's file registers."""
    app = typer.Typer()
    importlib.import_module(f"a2z_defense.cli.{file}").register(app)
    names, words = [], []
    for command in app.registered_commands:
        assert command.callback is not None
        names.append(command.name or command.callback.__name__)
        words.append(command.help or inspect.getdoc(command.callback) or "")
    for group in app.registered_groups:
        assert group.typer_instance is not None
        names.append(group.name or "")
        words.append(group.help if isinstance(group.help, str) else str(group.typer_instance.info.help))
    return names, [word.splitlines()[0] for word in words]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_each_command_what_the_command_says(name: str) -> None:
    file, _group, words = COMMANDS[name]
    assert registered(file) == ([name], [words])


def test_the_list_imports_no_command() -> None:
    code = (
        "import sys; from a2z_defense.cli.main import build_app; build_app(['--help']);"
        "print([m for m in sys.modules if m.startswith('a2z_defense.cli.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    named = {module.rpartition(".")[2] for module in eval(done.stdout)}
    assert named == {"commands", "common", "main", "streams"}


def test_a_named_command_is_the_only_one_that_is_there() -> None:
    assert [command.name for command in build_app(["list", "--json"]).registered_commands] == ["list"]


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("2026-11-14T00:00:00+01:00", "Fri 13 Nov 24:00 +0100"),
        ("2026-11-14T00:01:00+01:00", "Sat 14 Nov 00:01 +0100"),
        ("2026-01-01T00:00:00+00:00", "Wed 31 Dec 24:00 UTC"),
        (None, "none"),
    ],
)
def test_a_deadline_at_midnight_is_the_end_of_the_day_before(local: str | None, words: str) -> None:
    assert local_words(local) == words
