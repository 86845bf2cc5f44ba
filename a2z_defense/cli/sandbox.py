"""`a2z sandbox`: serve the simulator until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("sandbox")(sandbox)


def sandbox(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders with spapi/ answers; the examples that ship with a2z when none is given."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    scale: Annotated[float, typer.Option(min=0.001, help="Multiply every published rate.")] = 1.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="OPERATION=KIND, like getOrder=503-html, getOrder=429x3 or '*=500@5%'. Repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the faults by chance.")] = 0,
    synthetic: Annotated[int, typer.Option(min=0, help="Answer for so many made-up orders instead.")] = 0,
) -> None:
    """Serve a local simulator of Login with Amazon and SP-API until Ctrl-C.

    Prints the variables that make a2z talk to it. It is for trying and testing: nothing leaves this machine.
    """
    from a2z_defense.base.data import data_folder
    from a2z_defense.base.errors import ConfigurationError
    from a2z_defense.sandbox.faults import Faults, parse_rule
    from a2z_defense.sandbox.server import Sandbox

    faults = Faults([parse_rule(text) for text in fault or ()], seed=seed)
    missing = [str(folder) for folder in folders or () if not folder.is_dir()]
    if missing:
        raise ConfigurationError(
            f"no folder is called {', '.join(missing)}",
            expected="folders that hold spapi/ answers",
            remedy="leave them out to serve the examples that ship with a2z",
        )
    try:
        if synthetic:
            served = Sandbox.synthetic(synthetic, scale=scale, faults=faults, port=port)
        else:
            served = Sandbox(folders or [data_folder("examples")], scale=scale, faults=faults, port=port)
    except OSError as why:
        raise ConfigurationError(
            f"port {port} cannot be opened: {why.strerror}",
            expected="a free port on 127.0.0.1",
            remedy="give another --port, or 0 for a free one",
        ) from None
    with served:
        for name, value in served.credentials.items():
            typer.echo(f"export {name}='{value}'")
        typer.echo(f"serving {len(served.answers.orders)} orders on {served.endpoint} until Ctrl-C", err=True)
        try:
            served.join()
        except KeyboardInterrupt:
            typer.echo(f"{served.count()} requests answered", err=True)
