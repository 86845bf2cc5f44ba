"""`a2z key rotate`: a new key for the evidence."""

from __future__ import annotations

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    key = typer.Typer(no_args_is_help=True, help="The key that encrypts the evidence.")
    key.command(name="rotate", help="Encrypt all evidence under a new key.")(rotate)
    app.add_typer(key, name="key")


def rotate(
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.rekey import rotate as change

        count = change(run.environment)
        if json:
            run.emit({"blobs": count})
        else:
            run.print(f"{count} blob(s) are under the new key; the old key is gone from {run.environment.home.root}")
