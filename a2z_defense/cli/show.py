"""`a2z show`: facts, timeline and evidence of one claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.cli import common
from a2z_defense.cli.check import show_check

if TYPE_CHECKING:
    from a2z_defense.jobs.answers import ShowAnswer


def register(app: typer.Typer) -> None:
    app.command(name="show", help="Facts, timeline, messages and evidence of one claim.")(show)


def show(
    claim: common.ClaimArgument,
    answer: Annotated[
        bool, typer.Option("--answer", help="The built answer instead, to be pasted into Seller Central.")
    ] = False,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
    account: common.Account = "",
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account) as run:
        if answer:
            _answer(run, claim)
            return
        from a2z_defense.jobs.show import show as gather

        found = gather(run.environment, claim)
        if json:
            run.emit(found)
        else:
            _show(run, found)


def _answer(run: common.Terminal, claim: str) -> None:
    """The text alone on stdout, so that it can be piped to a clipboard; what to do with it on stderr."""
    from a2z_defense.jobs.to_send import to_send

    found = to_send(run.environment, claim)
    for warning in found.warnings:
        run.say(f"warning: {warning}")
    if run.json:
        plain = {
            "claim_id": found.claim_id,
            "version": found.version,
            "draft": found.draft,
            "sendable": found.sendable,
            "text": found.text,
            "file": found.file,
            "directory": str(found.directory),
            "newer": found.newer,
            "waits": found.waits,
            "next": found.record if found.waits else f"a2z check {found.claim_id}",
        }
        run.emit(plain)
        return
    if found.newer and found.waits:
        run.say(
            f"warning: {found.newer} piece(s) of evidence came in since v{found.version} was built: a2z build"
            f" {found.claim_id} says what they change"
        )
    run.print(found.text.rstrip())
    run.say(f"This is {found.file} of v{found.version}, in {found.directory}")
    if found.draft:
        run.say("It is a DRAFT and not to be sent; the record's first page says what blocks it.")
        run.say(f"Next: a2z check {found.claim_id}")
        return
    if not found.sendable:
        run.say("It is not to be sent as it stands: its first lines say why.")
        run.say(f"Next: a2z check {found.claim_id}")
        return
    if not found.waits:
        run.say(f"v{found.version} was recorded as sent, or nothing waits for it.")
        run.say(f"Next: a2z check {found.claim_id}")
        return
    if found.for_buyer:
        run.say(
            "The box takes no files: what is for the buyer lies in buyer/, and goes through Buyer-Seller Messages first"
            f" (then a2z record {found.claim_id} messaged)."
        )
    run.say(f"Paste it into {found.box} in Seller Central and save a screenshot.")
    run.say(f"Next: {found.record}")


def _show(run: common.Terminal, answer: ShowAnswer) -> None:
    show_check(run, answer)
    console = run.console()
    marks = {True: "[green]done[/]", False: "[yellow]to do[/]", None: "yours to say"}
    console.print("[bold]The first hour[/]")
    for step in answer.first_hour:
        console.print(f"  {marks[step.done]}  {common.outside(step.what)}")
    console.print("[bold]Timeline[/] (UTC)")
    for event in answer.timeline:
        console.print(f"  {event.at:%Y-%m-%d %H:%M}  {common.outside(event.what)}")
    console.print("[bold]Messages[/]")
    for message in answer.messages:
        at = f"{message['at']:%Y-%m-%d %H:%M}" if message["at"] else "time unknown"
        console.print(f"  {at}  [bold]{message['from']}[/]")
        for line in str(message["text"]).splitlines():
            console.print(f"      {common.outside(line)}")
    if not answer.messages:
        console.print("  none held")
    if answer.sent:
        console.print("[bold]Sent[/] (kept as it was; a2z export gives it back)")
        for file in answer.sent:
            console.print(
                f"  v{file.version}/{common.outside(file.path)}  sha256 {file.sha256[:16]}...  ({file.bytes:,} bytes)"
            )
    console.print("[bold]Evidence[/]")
    for piece in answer.evidence:
        console.print(f"  {piece.letter:>2}  {piece.exhibit}  {common.outside(piece.title)}  ({piece.bytes:,} bytes)")
        if len(piece.origins) > 1:
            console.print(f"      one and the same from {common.outside(', '.join(piece.origins))}")
