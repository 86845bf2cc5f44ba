"""`a2z templates`: make the templates your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    group.command(name="eject", help="Copy the templates, the style sheet and the phrases to a folder.")(eject)
    app.add_typer(group, name="templates", help="Make the templates your own.")


def eject(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; nothing there is overwritten.")],
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.documents import eject as work

        written = work.eject(folder)
        if run.json:
            run.emit({"directory": str(folder), "files": [str(path.relative_to(folder)) for path in written]})
        else:
            run.print(f"{len(written)} files are in {folder}")
            run.print("Use them with: a2z build CLAIM --templates DIR, or files.templates in the configuration.")
