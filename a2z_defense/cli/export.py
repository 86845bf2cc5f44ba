"""`a2z export`: everything that is kept of one claim."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="export", help="Write everything that is kept of one claim into a ZIP, decrypted.")(export)


def export(
    claim: common.ClaimArgument,
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="The ZIP, or the folder for it.")] = Path(),
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.export import export as write

        done = write(run.environment, claim, out)
        for damage in done.damaged:
            run.say(f"warning: not in it: {damage.got}. {damage.remedy}")
        if json:
            damaged = [damage.evidence_id for damage in done.damaged]
            run.emit({"claim_id": done.claim_id, "path": str(done.path), "pieces": done.pieces, "damaged": damaged})
        else:
            run.print(f"{done.claim_id}: {done.pieces} pieces in {done.path}")
        run.say("it is not encrypted: a2z purge removes it with the claim, if it is still there")
