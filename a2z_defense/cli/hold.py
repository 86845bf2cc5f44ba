"""`a2z hold`: a claim that must not be purged."""

from __future__ import annotations

from typing import Annotated

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="hold", help="Keep a claim from every purge, and say why.")(hold)


def hold(
    claim: common.ClaimArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it must be kept.")] = "",
    release: Annotated[bool, typer.Option("--release", help="End the hold.")] = False,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.ack import hold as keep
        from a2z_defense.jobs.ack import release_hold

        claim_id = release_hold(run.environment, claim) if release else keep(run.environment, claim, reason).claim_id
        if json:
            run.emit({"claim_id": claim_id, "held": not release})
        else:
            run.print(f"{claim_id}: {'the hold has ended' if release else 'held: no purge touches it'}")
