"""`a2z schedule`: lines for cron or units for systemd, for this machine."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from a2z_defense.cli import common


class Kind(StrEnum):
    CRON = "cron"
    SYSTEMD = "systemd"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="schedule", help="Print lines for cron, or units for systemd, with this machine's paths.")(
        schedule
    )


def schedule(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="cron or systemd.")] = Kind.CRON,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="DIR", help="For systemd: write the units there, too.")
    ] = None,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.base.atomic import private_folder, write_atomic
        from a2z_defense.jobs.schedule import Unit, crontab, somebody_is_told, systemd

        units = [Unit("crontab", crontab(run.environment))] if kind is Kind.CRON else systemd(run.environment)
        if kind is Kind.SYSTEMD and not somebody_is_told(run.environment):
            run.say("warning: alert.notify names nobody: under systemd, alerts go to its journal alone")
        if write is not None:
            private_folder(write)
            for unit in units:
                write_atomic(write / unit.name, unit.content.encode())
                run.say(f"written: {write / unit.name}")
        if json:
            run.emit([{"name": unit.name, "content": unit.content} for unit in units])
            return
        for unit in units:
            if kind is Kind.SYSTEMD:
                run.print(f"# {unit.name}")
            run.print(unit.content)
