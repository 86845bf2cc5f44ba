"""`a2z forget`: remove everything of one claim."""

from __future__ import annotations

from typing import Annotated

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="forget", help="Say what is kept of one claim; with --apply, remove all of it.")(forget)


def forget(
    claim: common.ClaimArgument,
    apply: Annotated[bool, typer.Option("--apply", help="Remove it. Without this, nothing is touched.")] = False,
    even_open: Annotated[bool, typer.Option("--even-open", help="Also when the claim is not over.")] = False,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.cli.purge import show
        from a2z_defense.jobs.purge import forget as work

        done = work(run.environment, claim, apply=apply, even_open=even_open)
        if not run.json:
            for claim_id in done.kept_open:
                run.print(f"OPEN: {claim_id} is not over: its deadline and its evidence go too. --even-open allows it")
            for hold in done.holds:
                run.print(f"HELD: {hold.claim_id} since {hold.at:%Y-%m-%d} by {hold.by}: {hold.reason}")
                run.print(f"      a2z hold {hold.claim_id} --release, when the reason is over")
        show(run, done)
