"""The commented configuration, the crontab and the units are right."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from a2z_defense.base.config import Account, Route, Settings, load_settings
from a2z_defense.base.data import data_folder

EXAMPLES = data_folder("examples")
CONFIG = EXAMPLES / "config.toml"


def test_it_loads_without_a_warning_and_equals_the_defaults() -> None:
    settings, warnings = load_settings(CONFIG, {})
    assert warnings == []
    assert settings == Settings()


def test_every_setting_stands_in_it() -> None:
    """A setting with a default is set to it; one without is shown behind a "#"."""
    shown = {name for section in _sections() for name in section}
    assert shown == set(_settings())


def test_the_commented_lines_load_too(tmp_path: Path) -> None:
    text = re.sub(r"^# (\w+ = |\[)", r"\1", CONFIG.read_text(encoding="utf-8"), flags=re.M)
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    settings, warnings = load_settings(path, {})
    assert warnings == []
    assert settings.accounts["main"] != Account()
    assert settings.routes[0] != Route()
    assert settings.retention.decided is not None
    assert tomllib.loads(text)["files"].keys() == _names(Settings().files)


def _sections() -> Iterator[list[str]]:
    section = ""
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"(?:# )?\[+([\w.]+)\]+", line):
            section = found[1].partition(".")[0]
        elif found := re.match(r"(?:# )?(\w+) = ", line):
            yield [f"{section}.{found[1]}"]


def _settings() -> Iterator[str]:
    for section, field in Settings.model_fields.items():
        match section:
            case "accounts":
                model: type[BaseModel] = Account
            case "routes":
                model = Route
            case _:
                assert isinstance(field.annotation, type)
                assert issubclass(field.annotation, BaseModel)
                model = field.annotation
        yield from (f"{section}.{name}" for name in model.model_fields)


def _names(section: BaseModel) -> set[str]:
    return set(type(section).model_fields)


def test_the_crontab_has_five_times_a_line_and_commands_that_exist() -> None:
    from a2z_defense.cli.commands import COMMANDS

    jobs = [
        line.split(maxsplit=5) for line in (EXAMPLES / "crontab").read_text().splitlines() if re.match(r"[\d*]", line)
    ]
    assert len(jobs) == 2
    for *times, command in jobs:
        assert all(re.fullmatch(r"[\d*,/-]+", time) for time in times)
        assert len(times) == 5
        program, name, *_ = command.split()
        assert program == "a2z"
        assert name in COMMANDS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_units() -> None:
    units = sorted((EXAMPLES / "systemd").iterdir())
    assert [unit.name for unit in units] == ["a2z-alert.service", "a2z-alert.timer"]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--user", *map(str, units)], capture_output=True, text=True, check=False
    )
    assert "a2z-alert" not in checked.stderr, checked.stderr
