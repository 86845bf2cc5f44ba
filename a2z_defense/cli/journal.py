"""`a2z journal`: what came in for a claim and what was done to it."""

from __future__ import annotations

from typing import Annotated

import typer

from a2z_defense.base.errors import ExitCode
from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    app.command(name="journal", help="What came in for a claim and what was done to it, and whether the chains hold.")(
        journal
    )


def journal(
    claim: Annotated[str, typer.Argument(metavar="[CLAIM]", help="A claim; without one, everything.")] = "",
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.journal import read_journal

        found = read_journal(run.environment, claim)
        if json:
            run.emit({"ok": not found.problems, "problems": found.problems, "rows": found.rows})
        else:
            for row in found.rows:
                mark = " (clock set)" if row["clock"] else ""
                where = f"{row['chain']:6} {row['seq']:5}"
                run.print(f"{row['at']}{mark}  {where}  {row['actor']}  {row['what']}  {row['subject']}")
            for problem in found.problems:
                run.print(f"FAIL  {problem}")
            if not found.problems:
                run.print(f"OK    both chains hold: {found.lengths}")
        raise typer.Exit(int(ExitCode.NOT_VERIFIED if found.problems else ExitCode.OK))
