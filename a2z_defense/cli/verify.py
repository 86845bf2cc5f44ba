"""`a2z verify`: is this build, package or file what it claims to be?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.base.errors import ExitCode
from a2z_defense.cli import common

if TYPE_CHECKING:
    from a2z_defense.bundle.report import VerifyReport


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def verify(
        path: Annotated[Path, typer.Argument(metavar="PATH", help="A build folder, audit-bundle.zip, or one file.")],
        rebuild: Annotated[
            bool, typer.Option("--rebuild", help="Build the documents again from the evidence inside, and compare.")
        ] = False,
        json: common.Json = False,
        as_of: common.AsOf = "",
        verbose: common.Verbose = 0,
        quiet: common.Quiet = False,
        account: common.Account = "",
    ) -> None:
        """Check a bundle file by file, and say exactly what the check can promise. Exit 7: it does not verify."""
        from a2z_defense.jobs.verify import check

        with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account) as run:
            report = check(run.environment, path)
            if rebuild:
                from a2z_defense.jobs.rebuild import rebuild as build_again

                report = build_again(run.environment, path, report)
            print_report(run, report)
        raise typer.Exit(0 if report.ok else int(ExitCode.NOT_VERIFIED))


def print_report(run: common.Terminal, report: VerifyReport) -> None:
    """A line for each file, then what the check can promise."""
    if run.json:
        run.emit(report)
        return
    for name in report.checked:
        run.print(f"OK    {name}")
    for finding in report.findings:
        why = f" ({finding.why})" if finding.why else ""
        run.print(f"FAIL  {finding.path or 'the package'}: {finding.kind.value.replace('_', ' ')}{why}")
    for note in report.notes:
        run.print(f"note  {note}")
    run.print(report.promise)
