"""`a2z reconcile`: order ids pasted from Seller Central's tab against the claims held here."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from a2z_defense.base.errors import UsageError
from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    app.command(name="reconcile", help="Name the claims of Seller Central's tab that are not held here.")(reconcile)


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
        from a2z_defense.model.ids import order_ids

        seen = order_ids(sys.stdin.read())
        missing = compare(run.environment, seen)
        if json:
            run.emit({"seen": list(seen), "not_held": missing})
        elif not seen:
            run.print("no order id in the text")
        else:
            run.print(f"{len(seen)} order id(s) read, {len(missing)} not held here.")
            for order_id in missing:
                run.print(f"  {order_id}   a2z claim add {order_id} --due INSTANT")
