"""`a2z reconcile`: order ids pasted from Seller Central's tab against the claims held here."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from a2z_defense.base.errors import UsageError
from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    app.command(
        name="reconcile", help="Name the claims of Seller Central's tab that are not held, or wait for no answer, here."
    )(reconcile)


def reconcile(
    source: Annotated[str, typer.Argument(metavar="-", help="`-`: text on standard input that holds order ids.")],
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    if source != "-":
        raise UsageError(
            f"got {source!r}", expected="-, and the copied text on standard input", remedy="a2z reconcile -"
        )
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.by_hand import reconcile as compare

        found = compare(run.environment, sys.stdin.buffer.read().decode(errors="replace"))
        if json:
            at_rest = [{"claim_id": one.claim_id, "status": one.status, "next": one.next} for one in found.at_rest]
            run.emit({"seen": list(found.seen), "not_held": list(found.not_held), "at_rest": at_rest})
        elif not found.seen:
            run.print("no order id in the text")
        else:
            run.print(
                f"{len(found.seen)} order id(s) read, {len(found.not_held)} not held here,"
                f" {len(found.at_rest)} held that wait for no answer as far as is known."
            )
            for order_id in found.not_held:
                run.print(f"  {order_id}   a2z claim add {order_id} --due INSTANT")
            for one in found.at_rest:
                run.print(f"  {one.claim_id}   {one.status}; if the tab is Action required: {one.next}")
