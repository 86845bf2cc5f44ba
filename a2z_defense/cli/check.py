"""`a2z check`: deadline and completeness of one claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.cli import common
from a2z_defense.cli.queue import left, local_words
from a2z_defense.model.assessment import Decided, ItemState, Level

if TYPE_CHECKING:
    from a2z_defense.jobs.answers import CheckAnswer, ItemAnswer

WORDS = {
    ItemState.HELD: ("held", "green"),
    ItemState.MISSING: ("missing", "red"),
    ItemState.REQUESTED: ("asked for", "cyan"),
    ItemState.UNKNOWN: ("unknown", "yellow"),
    ItemState.NOT_APPLICABLE: ("not needed", ""),
    ItemState.CONTRADICTED: ("contradicted", "red"),
}
HARM = {ItemState.HELD: ("AGAINST YOU", "bold red"), ItemState.MISSING: ("none found", "green")}


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
        console.print(
            f"            {common.outside(answer.deadline_rule)} [dim]({common.outside(view.source or '')})[/]"
        )
        for reading in answer.deadline_readings:
            console.print(f"            [dim]also read: {common.outside(reading)}[/]")
    console.print(f"  decision  [bold]{answer.decision.value}[/]{_defence(answer)}")
    if answer.decision_why:
        console.print(f"            {common.outside(answer.decision_why)}")
    for alarm in answer.alarms:
        console.print(f"  [bold red]LOOK AT ONCE[/]  {common.outside(alarm)}")
    for warning in answer.warnings:
        console.print(f"  [yellow]warning[/]   {common.outside(warning)}")
    for line in _beside(answer):
        console.print(line)
    for title, items, how in _groups(answer):
        if items:
            console.print(f"[bold]{title}[/]")
        for item in items:
            for line in _lines(item, how=how):
                console.print(line)
    for found in answer.contradictions:
        between = f"({found.between[0]}, {found.between[1]})"
        console.print(f"[bold red]Disagree[/]  {common.outside(found.what)} {between}")
    others = [clock for clock in answer.clocks if clock.kind != view.kind.value]
    if others:
        console.print("[bold]Other clocks[/]")
        for clock in others:
            name = clock.rule if clock.kind == "other" else clock.kind
            console.print(f"  {name.replace('_', ' ')}: {clock.act_by:%Y-%m-%d %H:%M} UTC")
    console.print(f"Next: {common.outside(answer.next)}")


def _beside(answer: CheckAnswer) -> Iterator[str]:
    """What belongs to the decision: units it leaves out, the tests of the protection, ways out, the ODR."""
    split = answer.decision is Decided.DEFEND and any(not unit.defended for unit in answer.units)
    if split:
        yield "[bold]Claimed units[/]"
    for unit in answer.units if split else ():
        named = unit.title or unit.item_id
        what = f"{unit.quantity} x {named}" if named else "what is not told"
        where = f" in {unit.tracking_number}" if unit.tracking_number else ""
        yield f"  {common.outside(what)}{common.outside(where)}: {common.outside(unit.why)}"
    settled = answer.decision is Decided.DEFEND and not answer.blockers
    own = answer.defence is not None and answer.defence.id == "claims_protection"
    tests = answer.protection if own or not settled else ()
    if tests:
        yield "[bold]Claims Protection[/]"
    for test in tests:
        yield f"  {test.result:<12}  {common.outside(test.test)}: {common.outside(test.why)}"
        if test.action:
            yield f"  {'':14}{common.outside(test.action)}"
    if answer.ways_out:
        yield "[bold]Ways to end it, none is chosen[/]"
    for way in answer.ways_out:
        yield f"  {common.outside(way.what)}"
        yield f"      money: {common.outside(way.money)}"
        yield f"      ODR: {common.outside(way.odr)}"
        yield f"      protection: {common.outside(way.protection)}"
    if answer.odr:
        state = "over" if answer.odr.over else "under"
        rates = f"{answer.odr.not_counted} without this claim, {answer.odr.counted} with it"
        yield f"  ODR       {rates}: {state} {answer.odr.target} ({answer.odr.defects} of {answer.odr.orders} orders)"


def _groups(answer: CheckAnswer) -> list[tuple[str, list[ItemAnswer], bool]]:
    """The items by what a seller does with them: (title, items, say how to get it)."""
    blocking = [item for item in answer.items if item.id in answer.blockers]
    rest = [item for item in answer.items if item.id not in answer.blockers]
    harmful = [item for item in rest if item.level is Level.HARMFUL]
    against = [item for item in harmful if item.state in {ItemState.HELD, ItemState.CONTRADICTED}]
    rest = [item for item in rest if item.level is not Level.HARMFUL]
    return [
        ("Speaks against it", against, True),
        ("Blocks the answer", blocking, True),
        ("Would help", [item for item in rest if item.id in answer.gaps], True),
        ("Held", [item for item in rest if item.state is ItemState.HELD], False),
        ("Not held, not needed", [i for i in rest if i.state is not ItemState.HELD and i.id not in answer.gaps], False),
        ("Could speak against it", [item for item in harmful if item not in against], False),
    ]


def _defence(answer: CheckAnswer) -> str:
    return f": {answer.defence.title} ({answer.defence.id})" if answer.defence else ""


def _lines(item: ItemAnswer, *, how: bool) -> Iterator[str]:
    unit = f" [dim]{common.outside(item.unit)}[/]" if item.unit else ""
    title = item.title or item.id
    why = item.why
    if why.lower().startswith(f"{title.lower()}: "):
        why = why[len(title) + 2 :]
    yield f"  {_mark(item)}  {common.outside(title)}{unit}: {common.outside(why)}"
    if how and item.how_to_get:
        yield f"  {'':14}how to get it ({item.id}): {common.outside(item.how_to_get)}"


def _mark(item: ItemAnswer) -> str:
    """The state in words; an item that would speak against the seller and is not there is good news."""
    words, style = WORDS[item.state]
    if item.level is Level.HARMFUL:
        words, style = HARM.get(item.state, (words, style))
    return f"[{style}]{words:<12}[/]" if style else f"{words:<12}"
