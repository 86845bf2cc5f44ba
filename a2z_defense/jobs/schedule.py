"""`a2z schedule`: the lines for cron, or the units for systemd, with the paths of this machine."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from a2z_defense.base.environment import Environment, config_path
from a2z_defense.base.errors import UsageError

FETCH_MINUTES = 30
ALERT_MINUTES = 10


@dataclass(frozen=True)
class Unit:
    """One file of a schedule."""

    name: str
    content: str


def program() -> list[str]:
    """How cron, which knows no virtual environment, starts this very a2z."""
    beside = Path(sys.executable).with_name("a2z")
    found = str(beside) if beside.exists() else shutil.which("a2z")
    return [found] if found else [sys.executable, "-m", "a2z_defense"]


def surroundings(environment: Environment) -> dict[str, str]:
    """The variables that a stripped environment must be given to find the same home and configuration."""
    return {
        "A2Z_HOME": str(environment.home.root),
        "A2Z_CONFIG": str(config_path(environment.variables)),
    }


def crontab(environment: Environment) -> str:
    """Lines for `crontab -e`."""
    # In a command % is a newline; in a variable's line it is not.
    command = _one_line(shlex.join(program())).replace("%", "\\%")
    set_up = [f'{name}="{_one_line(value)}"' for name, value in surroundings(environment).items()]
    alert = "# Failures are mailed to you by cron; what is due is sent by a2z.\n", " >/dev/null"
    if not somebody_is_told(environment):
        alert = "# No notifier is configured: cron mails you what is due, at every run, until it is done.\n", ""
    return (
        "# a2z: lines for `crontab -e`. Two runs never overlap: a2z holds a lock.\n"
        + "".join(f"{line}\n" for line in set_up)
        + f"*/{FETCH_MINUTES} * * * * {command} fetch --quiet >/dev/null\n"
        + f"{alert[0]}*/{ALERT_MINUTES} * * * * {command} alert --quiet{alert[1]}\n"
    )


def somebody_is_told(environment: Environment) -> bool:
    """True when the configuration names a notifier."""
    settings = environment.settings
    return bool(settings.alert.notify or any(route.notify for route in settings.routes))


def systemd(environment: Environment) -> list[Unit]:
    """User units, for ~/.config/systemd/user/."""
    command = " ".join(_quoted(part.replace("$", "$$")) for part in program())
    set_up = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in surroundings(environment).items())
    service = (
        "[Unit]\n"
        "Description=Fetch A-to-z claims and say what is due\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"{set_up}"
        "# Credentials: a file that only you can read; it may be absent.\n"
        "EnvironmentFile=-%h/.config/a2z/environment\n"
        "# First what is known already: a source that hangs until the time is over, or that fails, must not keep it\n"
        "# from being told.\n"
        f"ExecStart=-{command} alert --quiet\n"
        f"ExecStart=-{command} fetch --quiet\n"
        f"ExecStart={command} alert --quiet\n"
        "# 11: due soon, 12: overdue. The unit did its work.\n"
        "SuccessExitStatus=11 12\n"
        "TimeoutStartSec=15min\n"
        "UMask=0077\n"
        "NoNewPrivileges=yes\n"
    )
    timer = (
        "[Unit]\n"
        f"Description=Look for A-to-z claims that are due, every {ALERT_MINUTES} minutes\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar=*:0/{ALERT_MINUTES}\n"
        "# A run that was missed while the machine slept is made up for at once.\n"
        "Persistent=true\n"
        "RandomizedDelaySec=20s\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )
    return [Unit("a2z-alert.service", service), Unit("a2z-alert.timer", timer)]


def _one_line(text: str) -> str:
    """`text`, when it cannot begin another line: a newline in a crontab would be another job."""
    if "\n" in text or '"' in text:
        raise UsageError(
            "a path holds a newline or a quotation mark", expected="plain paths", remedy="move A2Z_HOME or A2Z_CONFIG"
        )
    return text


def _quoted(text: str) -> str:
    """Text for a systemd unit, where % and \\ and quotes mean something."""
    escaped = _one_line(text).replace("\\", "\\\\").replace("%", "%%")
    return f'"{escaped}"' if any(letter in escaped for letter in " '\"\\;") else escaped
