"""`a2z reindex`: the index and the queue, made anew from the evidence."""

from __future__ import annotations

import typer

from a2z_defense.base.errors import ExitCode
from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    app.command(name="reindex")(reindex)


def reindex(
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    """Read all evidence again and make the queue anew. Exit 5: some of it is damaged; what was known of that stands."""
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.reindex import reindex as make_anew

        done = make_anew(run.environment)
        for words in done.damaged:
            run.say(words)
        for one in done.unjudged:
            run.say(one.words)
            common.defect(one.defect)
        if json:
            run.emit({"claims": done.claims})
        else:
            run.print(f"{done.claims} claim(s) judged anew")
    if done.unjudged:
        raise typer.Exit(int(ExitCode.DEFECT))
    if done.damaged:
        raise typer.Exit(int(ExitCode.SOURCE_FAILED))
