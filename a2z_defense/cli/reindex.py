"""`a2z reindex`: the index and the queue, made anew from the evidence."""

from __future__ import annotations

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    app.command(name="reindex", help="Read all evidence again and make the queue anew.")(reindex)


def reindex(
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.reindex import reindex as make_anew

        count = make_anew(run.environment)
        if json:
            run.emit({"claims": count})
        else:
            run.print(f"{count} claim(s) judged anew")
