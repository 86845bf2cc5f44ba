"""The documentation says what the code says. `python tests/support/documentation.py` writes the generated parts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.documentation import README, ROOT, SCHEMAS, commands, schemas, section, session

from a2z_defense.base.config import Settings
from a2z_defense.base.errors import ExitCode
from a2z_defense.cli.commands import COMMANDS

TEXT = README.read_text(encoding="utf-8")


def test_the_readme_lists_every_command_with_its_help() -> None:
    assert section(TEXT, "Commands") == commands()


def test_the_session_in_the_readme_is_what_the_program_prints(tmp_path: Path) -> None:
    assert section(TEXT, "A real session") == session(tmp_path)


def test_the_readme_lists_every_exit_code_and_no_other() -> None:
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", section(TEXT, "Exit codes"), re.M)]
    assert listed == sorted(int(code) for code in ExitCode)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_schema_of_what_a_command_prints_is_kept(name: str) -> None:
    assert (SCHEMAS / name).read_text(encoding="utf-8") == schemas()[name]


def test_every_make_target_that_the_readme_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"`make ([a-z-]+)`", TEXT)) | {"demo", "test"} <= targets


def test_every_command_in_the_readmes_examples_exists() -> None:
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.S))
    used = set(re.findall(r"^a2z (\w+)", blocks, re.M))
    assert used
    assert used <= set(COMMANDS)


def test_every_variable_that_the_code_reads_is_in_the_readme() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "a2z_defense").rglob("*.py"))
    read = set(re.findall(r'"(A2Z_[A-Z_]+)"', code))
    told = set(re.findall(r"`(A2Z_[A-Z_]+)`", TEXT))
    assert read - told == set()


def test_every_section_of_the_configuration_is_in_the_example() -> None:
    example = (ROOT / "examples" / "config.toml").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert re.search(rf"^#? ?\[+{name}", example, re.M), name


def test_every_place_that_the_map_of_the_code_names_is_there() -> None:
    text = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:a2z_defense|docs|examples|templates|tests)/[\w./-]*", text))
    assert len(named) > 25
    assert [one for one in sorted(named) if not (ROOT / one).exists()] == []
