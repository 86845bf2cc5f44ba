"""`a2z check`: deadline and completeness of one claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.cli import common
from a2z_defense.cli.queue import left, local_words

if TYPE_CHECKING:
    from a2z_defense.jobs.answers import CheckAnswer, ItemAnswer

MARKS = {
    "held": "[green]held[/]",
    "missing": "[red]missing[/]",
    "requested": "[cyan]requested[/]",
    "unknown": "[yellow]unknown[/]",
    "not_applicable": "not applicable",
    "contradicted": "[red]contradicted[/]",
}


def register(app: typer.Typer) -> None:
    app.command(name="check", help="The deadline of a claim, what is held and what is missing.")(check)


def check(
    claim: common.ClaimArgument,
    final: Annotated[bool, typer.Option("--final", help="Turn warnings into blockers.")] = False,
    explain: Annotated[str, typer.Option("--explain", metavar="ITEM", help="The evidence, the rule, its source.")] = "",
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
    account: common.Account = "",
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account) as run:
        from a2z_defense.jobs.check import check as judge
        from a2z_defense.jobs.check import explained

        if explain:
            for line in explained(run.environment, claim, explain):
                run.print(line)
            return
        answer, code = judge(run.environment, claim, final=final)
        if json:
            run.emit(answer)
        else:
            show_check(run, answer)
        raise typer.Exit(int(code))


def show_check(run: common.Terminal, answer: CheckAnswer) -> None:
    """The check in a form that a person reads from the top down: the clock, the decision, what to get."""
    console = run.console()
    view = answer.deadline
    amount = str(answer.amount) if answer.amount else "amount unknown"
    console.print(f"[bold]{answer.claim_id}[/]  {answer.marketplace or 'marketplace unknown'}  {amount}")
    console.print(f"  reason    {answer.reason.key.value} ({answer.reason.source})")
    if view.act_by is None:
        console.print("  deadline  none is running")
    else:
        remaining = left(view.time_left_seconds)
        console.print(f"  deadline  {view.kind.value}: act by [bold]{local_words(view.local)}[/] ({remaining})")
        console.print(f"            rule {view.rule}: {view.source}")
    console.print(f"  decision  [bold]{answer.decision.value}[/]{_defence(answer)}")
    if answer.decision_why:
        console.print(f"            {answer.decision_why}")
    for alarm in answer.alarms:
        console.print(f"  [bold red]LOOK AT ONCE[/]  {alarm}")
    for warning in answer.warnings:
        console.print(f"  [yellow]warning[/]   {warning}")
    for title, wanted in (
        ("Blocking", [i for i in answer.items if i.id in answer.blockers]),
        ("To get", [i for i in answer.items if i.id in answer.gaps and i.id not in answer.blockers]),
    ):
        if wanted:
            console.print(f"[bold]{title}[/]")
            for item in wanted:
                _item(console.print, item, how=True)
    held = [item for item in answer.items if item.id not in {*answer.blockers, *answer.gaps}]
    if held:
        console.print("[bold]The rest[/]")
        for item in held:
            _item(console.print, item, how=False)
    for found in answer.contradictions:
        console.print(f"[bold red]Disagree[/]  {found.what} ({found.between[0]}, {found.between[1]})")
    others = [clock for clock in answer.clocks if clock.kind != view.kind.value]
    if others:
        console.print("[bold]Other clocks[/]")
        for clock in others:
            console.print(f"  {clock.kind}: {clock.act_by:%Y-%m-%d %H:%M} UTC")
    console.print(
        f"Next: a2z build {answer.claim_id}" if not answer.blockers else "Next: get what blocks, or build a draft"
    )


def _defence(answer: CheckAnswer) -> str:
    return f": {answer.defence.title} ({answer.defence.id})" if answer.defence else ""


def _item(show: object, item: ItemAnswer, *, how: bool) -> None:
    from rich.markup import escape

    assert callable(show)  # noqa: S101 - a typed wrapper is longer than what it guards
    unit = f" [{escape(item.unit)}]" if item.unit else ""
    show(f"  {MARKS[item.state.value]}  {escape(item.title or item.id)}{unit} ({item.level.value}): {escape(item.why)}")
    if how and item.how_to_get:
        show(f"      how to get it: {escape(item.how_to_get)}")
