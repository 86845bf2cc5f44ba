"""The printed schedules do run: systemd accepts the units, and cron's stripped environment is enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support.homes import environment
from support.mail_maker import ORDER, SENT, notice
from support.queues import NOW, hours, queue_row, queue_state, write_queue

from a2z_defense.base.config import Alert, Settings
from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import UsageError
from a2z_defense.base.locks import Busy, exclusive
from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.schedule import crontab, systemd

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


def analyze(*units: Path) -> str:
    """The exit code, and what is said of these units: what the machine's own lack is no matter of ours."""
    command = ["systemd-analyze", "--user", "--man=no", "verify", *map(str, units)]
    surroundings = {**os.environ, "XDG_RUNTIME_DIR": str(units[0].parent)}
    ran = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    ours = [line for line in (ran.stderr + ran.stdout).splitlines() if any(unit.name in line for unit in units)]
    return "\n".join([str(ran.returncode), *ours])


@needs_systemd
@pytest.mark.parametrize("folder", ["home", "a home with spaces", "100% $HOME"])
def test_systemd_accepts_the_units(tmp_path: Path, folder: str) -> None:
    found = environment(tmp_path / folder)
    paths = []
    for unit in systemd(found):
        paths.append(tmp_path / unit.name)
        paths[-1].write_text(unit.content)
    assert analyze(*paths) == "0"
    shown = (tmp_path / "a2z-alert.service").read_text()
    (tmp_path / "a2z-alert.service").write_text(shown.replace("ExecStart=", "ExecBegin="))
    assert "ExecBegin" in analyze(*paths)
    assert re.search(r"^ExecStart=.*a2z\S* .*alert --quiet$", shown, re.MULTILINE)


@pytest.mark.parametrize("ours", [True, False], ids=["printed", "example"])
def test_a_fetch_that_hangs_or_fails_keeps_no_alert_from_being_told(tmp_path: Path, ours: bool) -> None:
    """The commands of the unit in their order; all but the last may fail."""
    example = data_folder("examples") / "systemd" / "a2z-alert.service"
    shown = systemd(environment(tmp_path))[0].content if ours else example.read_text()
    commands = re.findall(r"^ExecStart=(-?).* (fetch|alert) --quiet$", shown, re.MULTILINE)
    assert commands == [("-", "alert"), ("-", "fetch"), ("", "alert")]


@needs_systemd
def test_systemd_accepts_the_example_units(tmp_path: Path) -> None:
    copies = [Path(shutil.copy(unit, tmp_path)) for unit in (data_folder("examples") / "systemd").iterdir()]
    assert len(copies) == 2
    assert analyze(*copies) == "0"


ACT_BY = "2026-08-1"
STRIPPED = {"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "nobody"}
"""What cron gives to a job."""


def jobs(text: str) -> tuple[dict[str, str], list[str]]:
    """The variables and the commands of a crontab, read as cron reads them."""
    variables: dict[str, str] = {}
    commands = []
    for line in text.splitlines():
        if found := re.fullmatch(r'([A-Z0-9_]+)="(.*)"', line):
            variables[found[1]] = found[2]
        elif line and not line.startswith("#"):
            commands.append(line.split(" ", 5)[5].replace("\\%", "%"))
    return variables, commands


def as_cron(command: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a job: `/bin/sh -c`, no terminal, nothing on standard input, a session of its own."""
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env=variables,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=120,
    )


@pytest.mark.parametrize("folder", ["home", "a home with spaces", "100%"])
def test_the_crontab_runs_under_the_environment_that_cron_gives(tmp_path: Path, folder: str) -> None:
    home = tmp_path / folder
    write_queue(home / "home" / "a2z.sqlite3", queue_state(queue_row(-1), last_fetch=NOW - hours(1)))
    variables, commands = jobs(crontab(environment(home)))
    assert [command.split()[-2:] for command in commands] == [["--quiet", ">/dev/null"], ["alert", "--quiet"]]
    ran = as_cron(commands[1], STRIPPED | variables)
    assert ran.returncode == 12
    assert ran.stdout.startswith("overdue"), "nobody is configured to be told, so cron mails it"
    assert ran.stderr == ""


@pytest.mark.parametrize(
    "changes",
    [{"HOME": ""}, {"LC_ALL": "C"}, {"LANG": "tr_TR.UTF-8", "LC_ALL": "C"}, {"TZ": "Pacific/Kiritimati"}],
    ids=["no HOME", "C locale", "an unknown locale", "another zone"],
)
def test_both_jobs_run_in_odd_surroundings(tmp_path: Path, changes: dict[str, str]) -> None:
    mails = tmp_path / "mails"
    mails.mkdir()
    (mails / "notice.eml").write_bytes(bytes(notice("it", "action")))
    found = environment(tmp_path)
    variables, commands = jobs(crontab(found))
    given = {**STRIPPED, **variables, "A2Z_MAIL": str(mails), "A2Z_KEYRING": "off"}
    given |= {**changes, "A2Z_CONFIG": str(tmp_path / "none"), "A2Z_NOW": SENT.isoformat()}
    given = {name: value for name, value in given.items() if value}
    fetched = as_cron(commands[0].replace("--quiet", "--quiet --no-spapi"), given)
    assert (fetched.returncode, fetched.stdout, fetched.stderr) == (0, "", "")
    alerted = as_cron(commands[1], given)
    assert (alerted.returncode, alerted.stderr) == (0, "")
    assert ORDER in alerted.stdout
    assert ACT_BY in alerted.stdout


def test_an_unreachable_mailbox_is_mailed_by_cron_and_the_alert_still_runs(tmp_path: Path) -> None:
    found = environment(tmp_path)
    write_queue(found.home.database, queue_state(queue_row(-1)))
    variables, commands = jobs(crontab(found))
    given = {**STRIPPED, **variables, "A2Z_MAIL": "imaps://me@127.0.0.1:1/INBOX", "A2Z_KEYRING": "off"}
    given |= {"A2Z_CONFIG": str(tmp_path / "none"), "A2Z_NOW": NOW.isoformat(), "A2Z_IMAP_PASSWORD": "x"}
    fetched = as_cron(commands[0], given)
    assert fetched.returncode in (3, 4, 5)
    assert "what to do" in fetched.stderr
    assert as_cron(commands[1], given).returncode == 12


def test_a_notifier_that_fails_is_mailed_by_cron_in_spite_of_quiet(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[alert]\nnotify = ["json://127.0.0.1:1/hook"]\n')
    settings = Settings(alert=Alert(notify=("json://127.0.0.1:1/hook",)))
    found = environment(tmp_path, settings=settings, A2Z_CONFIG=str(config))
    write_queue(found.home.database, queue_state(queue_row(3)))
    variables, commands = jobs(crontab(found))
    ran = as_cron(commands[1], STRIPPED | variables | {"A2Z_NOW": NOW.isoformat()})
    assert (ran.returncode, ran.stdout) == (11, "")
    assert "did not take the digest" in ran.stderr


def test_two_fetches_never_overlap(tmp_path: Path) -> None:
    """The second one waits for its turn or says who holds it up; it does not fetch beside the first."""
    found = environment(tmp_path)
    write_queue(found.home.database, queue_state(queue_row(-1)))
    with (
        exclusive(found.home.locks / "fetch.lock", wait_seconds=0, holder="fetching"),
        pytest.raises(Busy, match="fetch"),
    ):
        fetch(found, FetchWanted(spapi=False))


def test_a_path_that_would_begin_another_job_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="newline"):
        crontab(environment(tmp_path / "x\n* * * * * evil"))
