"""`a2z state`: a reading of an exhibit, by the seller."""

from __future__ import annotations

from typing import Annotated

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    app.command(
        name="state", help="State what an exhibit shows, like the name that signed; or give a translation of it."
    )(state)


def state(
    claim: common.ClaimArgument,
    fact: Annotated[str, typer.Argument(metavar="FACT", help="The fact's name, like signed_by; or translation.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What the exhibit shows.")],
    exhibit: Annotated[
        str, typer.Option("--from", metavar="EXHIBIT", help="Evidence id, exhibit letter or attached file's name.")
    ],
    parcel: Annotated[
        str, typer.Option("--parcel", metavar="NUMBER", help="The tracking number it is about, of several.")
    ] = "",
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.stated import state_fact

        said = state_fact(run.environment, claim, fact, value, exhibit, parcel=parcel or None)
        run.warn_of_another(said.claim_id)
        if json:
            run.emit({"claim_id": said.claim_id, "fact": fact, "from": said.from_exhibit, "exhibit": said.id})
        else:
            run.print(f"{said.claim_id}: {fact} read from {said.from_exhibit}, marked as your reading ({said.id})")
            run.next(said.claim_id)
