"""The printed schedules do run: systemd accepts the units, and cron's stripped environment is enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support.homes import environment
from support.queues import NOW, hours, queue_row, queue_state, write_queue

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import UsageError
from a2z_defense.jobs.schedule import crontab, systemd

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


def analyze(*units: Path) -> str:
    command = ["systemd-analyze", "--user", "--man=no", "verify", *map(str, units)]
    surroundings = {**os.environ, "XDG_RUNTIME_DIR": str(units[0].parent)}
    ran = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    return f"{ran.returncode} {ran.stderr}{ran.stdout}"


@needs_systemd
@pytest.mark.parametrize("folder", ["home", "a home with spaces", "100% $HOME"])
def test_systemd_accepts_the_units(tmp_path: Path, folder: str) -> None:
    found = environment(tmp_path / folder)
    paths = []
    for unit in systemd(found):
        paths.append(tmp_path / unit.name)
        paths[-1].write_text(unit.content)
    assert analyze(*paths).strip() == "0"
    shown = (tmp_path / "a2z-alert.service").read_text()
    assert re.search(r"^ExecStart=.*a2z\S* .*alert --quiet$", shown, re.MULTILINE)


@needs_systemd
def test_systemd_accepts_the_example_units(tmp_path: Path) -> None:
    copies = [Path(shutil.copy(unit, tmp_path)) for unit in (data_folder("examples") / "systemd").iterdir()]
    assert len(copies) == 2
    assert analyze(*copies).strip() == "0"


@pytest.mark.parametrize("folder", ["home", "a home with spaces", "100%"])
def test_the_crontab_runs_under_the_environment_that_cron_gives(tmp_path: Path, folder: str) -> None:
    home = tmp_path / folder
    write_queue(home / "home" / "a2z.sqlite3", queue_state(queue_row(-1), last_fetch=NOW - hours(1)))
    lines = [line for line in crontab(environment(home)).splitlines() if line and not line.startswith("#")]
    variables = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "nobody"}
    commands = []
    for line in lines:
        if found := re.fullmatch(r'([A-Z0-9_]+)="(.*)"', line):
            variables[found[1]] = found[2]
        else:
            commands.append(line.split(" ", 5)[5].replace("\\%", "%"))
    assert [command.split()[-3:] for command in commands] == [
        ["fetch", "--quiet", ">/dev/null"],
        ["alert", "--quiet", ">/dev/null"],
    ]
    shown = commands[1].removesuffix(">/dev/null")
    ran = subprocess.run(["/bin/sh", "-c", shown], env=variables, cwd="/", capture_output=True, text=True, check=False)
    assert ran.returncode == 12
    assert ran.stdout.startswith("overdue")
    assert ran.stderr == ""


def test_a_path_that_would_begin_another_job_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="newline"):
        crontab(environment(tmp_path / "x\n* * * * * evil"))
