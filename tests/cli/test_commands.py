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
    file, words = COMMANDS[name]
    assert registered(file) == ([name], [words])


def test_the_list_imports_no_command() -> None:
    code = (
        "import sys; from a2z_defense.cli.main import build_app; build_app(['--help']);"
        "print([m for m in sys.modules if m.startswith('a2z_defense.cli.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert sorted(eval(done.stdout)) == ["a2z_defense.cli.commands", "a2z_defense.cli.common", "a2z_defense.cli.main"]


def test_a_named_command_is_the_only_one_that_is_there() -> None:
    assert [command.name for command in build_app(["list", "--json"]).registered_commands] == ["list"]
