"""`a2z doctor`: is everything there that a claim will need?"""

from __future__ import annotations

from typing import Annotated

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    @app.command()
    def doctor(
        offline: Annotated[bool, typer.Option("--offline", help="Ask no server: neither Amazon nor IMAP.")] = False,
        json: common.Json = False,
        as_of: common.AsOf = "",
        verbose: common.Verbose = 0,
        quiet: common.Quiet = False,
        account: common.Account = "",
    ) -> None:
        """Check configuration, credentials, roles, clock, mailbox, store, builds, fonts and disk. Safe to paste.

        Exit 0: nothing failed. 3: configuration. 4: Amazon or a mailbox refused. 5: a source gave no answer.
        """
        from a2z_defense.jobs.doctor.checks import exit_code
        from a2z_defense.jobs.doctor.run import run_checks

        with common.terminal(
            json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account, lenient=True
        ) as run:
            checks = run_checks(run.environment, account=account, network=not offline)
            if run.json:
                run.emit([check.model_dump(mode="json") for check in checks])
            else:
                for check in checks:
                    run.print(f"{check.state.value:4}  {check.name}: {check.got}")
                    if check.remedy:
                        run.print(f"      what to do: {check.remedy}")
        raise typer.Exit(int(exit_code(checks)))
