"""`a2z ack`: somebody has it in hand."""

from __future__ import annotations

from typing import Annotated

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="ack", help="Somebody has it in hand: no notifications of this claim for a while.")(ack)


def ack(
    claim: common.ClaimArgument,
    until: Annotated[str, typer.Option("--until", metavar="INSTANT", help="Until then; default 24 hours.")] = "",
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.base.instants import parse_instant, utc_text, whole_seconds
        from a2z_defense.jobs.ack import acknowledge

        done = acknowledge(run.environment, claim, parse_instant(until, what="--until") if until else None)
        if json:
            act_by = utc_text(done.act_by) if done.act_by else None
            run.emit({"claim_id": done.claim_id, "until": utc_text(done.until), "act_by": act_by})
        else:
            until = utc_text(whole_seconds(done.until))
            about = f"the deadline of {utc_text(done.act_by)}" if done.act_by else "what is known now"
            run.print(
                f"{done.claim_id}: no notifications about {about} until {until}, unless less than 6 hours are left;"
                " another deadline is told"
            )
