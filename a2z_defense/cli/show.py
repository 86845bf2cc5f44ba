"""`a2z show`: facts, timeline and evidence of one claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from a2z_defense.cli import common
from a2z_defense.cli.check import show_check

if TYPE_CHECKING:
    from a2z_defense.jobs.answers import ShowAnswer


def register(app: typer.Typer) -> None:
    app.command(name="show", help="Facts, timeline, messages and evidence of one claim.")(show)


def show(
    claim: common.ClaimArgument,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
    account: common.Account = "",
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account) as run:
        from a2z_defense.jobs.show import show as gather

        answer = gather(run.environment, claim)
        if json:
            run.emit(answer)
        else:
            _show(run, answer)


def _show(run: common.Terminal, answer: ShowAnswer) -> None:
    from rich.markup import escape

    show_check(run, answer)
    console = run.console()
    marks = {True: "[green]done[/]", False: "[yellow]to do[/]", None: "yours to say"}
    console.print("[bold]The first hour[/]")
    for step in answer.first_hour:
        console.print(f"  {marks[step.done]}  {escape(step.what)}")
    console.print("[bold]Timeline[/] (UTC)")
    for event in answer.timeline:
        console.print(f"  {event.at:%Y-%m-%d %H:%M}  {escape(event.what)}")
    console.print("[bold]Messages[/]")
    for message in answer.messages:
        at = f"{message['at']:%Y-%m-%d %H:%M}" if message["at"] else "time unknown"
        console.print(f"  {at}  [bold]{message['from']}[/]")
        for line in str(message["text"]).splitlines():
            console.print(f"      {escape(line)}")
    if not answer.messages:
        console.print("  none held")
    if answer.sent:
        console.print("[bold]Sent[/] (kept as it was; a2z export gives it back)")
        for file in answer.sent:
            console.print(
                f"  v{file.version}/{escape(file.path)}  sha256 {file.sha256[:16]}...  ({file.bytes:,} bytes)"
            )
    console.print("[bold]Evidence[/]")
    for piece in answer.evidence:
        console.print(f"  {piece.letter:>2}  {piece.exhibit}  {escape(piece.title)}  ({piece.bytes:,} bytes)")
        if len(piece.origins) > 1:
            console.print(f"      one and the same from {escape(', '.join(piece.origins))}")
