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

        claim_id, path, count = write(run.environment, claim, out)
        if json:
            run.emit({"claim_id": claim_id, "path": str(path), "pieces": count})
        else:
            run.print(f"{claim_id}: {count} pieces in {path}")
        run.say("it is not encrypted: a2z purge removes it with the claim, if it is still there")
