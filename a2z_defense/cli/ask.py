"""`a2z ask`: evidence that was asked for and is not there yet."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from a2z_defense.cli import common


class Whom(StrEnum):
    CARRIER = "carrier"
    WAREHOUSE = "warehouse"
    RETURNS = "returns"


def register(app: typer.Typer) -> None:
    app.command(name="ask", help="Print a short request for a missing item, and remember that it was asked for.")(ask)


def ask(
    claim: common.ClaimArgument,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The item's id, as a2z check prints it with --json.")],
    of: Annotated[Whom, typer.Option("--of", help="Whom you ask.")],
    reference: Annotated[str, typer.Option("--reference", help="Their ticket or trace number.")] = "",
    due: Annotated[str, typer.Option("--due", metavar="INSTANT", help="When the answer is expected.")] = "",
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.base.instants import parse_instant
        from a2z_defense.jobs.asked import ask as keep

        due_at = parse_instant(due, what="--due") if due else None
        request = keep(run.environment, claim, item, of.value, reference or None, due_at)
        if json:
            run.emit({"claim_id": request.claim_id, "item": item, "of": of.value, "text": request.text})
        else:
            run.print(request.text)
            run.say(f"remembered: {item} asked of the {of.value}")
            run.say(f"Next: send them this text, and add what comes: a2z attach {request.claim_id} FILE --as KIND")
