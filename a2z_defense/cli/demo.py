"""`a2z demo`: the main job on invented claims, from the mail to the sealed bundle."""

from __future__ import annotations

import json as jsonlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.base.errors import A2zError
from a2z_defense.cli import common

if TYPE_CHECKING:
    from rich.console import Console

    from a2z_defense.sandbox.demo import Demo, Step

FINE = {
    "fetch": (0,),
    "list": (0,),
    "check": (0, 10, 11, 12),
    "build": (0, 10),
    "verify": (0,),
    "alert": (0, 11, 12),
    "attach": (0,),
    "state": (0,),
    "record": (0,),
}
"""Exit codes that a command may end with here; any other is a failure of the demo."""


class DemoFailed(A2zError):
    """A command of the demo did not do what it should."""


def register(app: typer.Typer) -> None:
    app.command(name="demo", help="The main job on invented claims: no account, no network.")(demo)


def demo(
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="Where a2z-demo/ is made.")] = Path(),
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(quiet=quiet) as run:
        from a2z_defense.sandbox.demo import prepare, start

        console = run.console()
        with start() as sandbox:
            made = prepare(into, sandbox)
            console.print(
                f"[bold]a2z demo[/]: {len(made.scenarios)} invented claims, Amazon simulated on {sandbox.endpoint}."
                " No account, no network.\n"
            )
            _play(console, made)
        _where(console, made)


def _play(console: Console, made: Demo) -> None:
    mails = [word for s in made.scenarios for word in ("--mail", str(s.mail_folder))]
    console.print("[bold]1. Gather[/] the claims from the mail, and what Amazon knows about each order")
    _show(console, made.run("fetch", *mails), words="a2z fetch --mail examples/scenarios/*/mail")
    console.print("[bold]2. Add[/] what only the seller has: carrier records, signatures, photos")
    count = 0
    for step in made.preparing():
        _expect(step)
        count += 1
    console.print(f"   {count} files, readings and records added with a2z attach, a2z state and a2z record\n")
    console.print("[bold]3. The queue[/], most urgent first")
    _show(console, made.run("list"))
    console.print("[bold]4. One claim[/]: its deadline, what is held and what is missing")
    _show(console, made.run("check", made.scenarios[0].order_id))
    console.print("[bold]5. What cron would say[/]")
    _show(console, made.run("alert"))
    console.print("[bold]6. Build and verify[/] the defense of every claim")
    for scenario in made.scenarios:
        _build(console, made, scenario.order_id, scenario.title, scenario.expected.decision)
    console.print()
    console.print("[bold]7. The answer[/] to the first claim, as it is pasted into Respond to Amazon\n")
    text = next((made.builds / made.scenarios[0].order_id).glob("v*/response.txt"))
    for line in text.read_text(encoding="utf-8").splitlines():
        console.print(f"   {line}", markup=False)
    console.print()


def _build(console: Console, made: Demo, claim: str, title: str, expected: str) -> None:
    if expected == "quarantined":
        console.print(f"   {claim}  [red]quarantined[/]: {title}. No claim until a2z claim release")
        return
    built = made.run("build", claim, "--out", str(made.builds), "--json")
    _expect(built)
    answer = jsonlib.loads(built.stdout)
    checked = made.run("check", claim, "--json")
    _expect(checked)
    said = jsonlib.loads(checked.stdout)
    verified = made.run("verify", answer["directory"])
    _expect(verified)
    pages = sum(file["pages"] or 0 for file in answer["files"])
    state = "[yellow]draft[/]" if answer["draft"] else "[green]final[/]"
    defence = f": {said['defence']['title']}" if said["defence"] else ""
    console.print(
        f"   {claim}  {said['marketplace'] or '??'}  [bold]{said['decision']}[/]{defence}"
        f"\n      {title}. {state}, {pages} pages, verified, built in {built.seconds:.1f} s"
    )


def _show(console: Console, step: Step, *, words: str = "") -> None:
    console.print(f"   [cyan]$ {words or 'a2z ' + shlex.join(step.words)}[/]")
    for line in (step.stderr + step.stdout).splitlines():
        console.print(f"   {line}", markup=False, soft_wrap=True)
    console.print(f"   [dim]exit {step.exit_code}, {step.seconds:.1f} s[/]\n")
    _expect(step)


def _expect(step: Step) -> None:
    if step.exit_code not in FINE[step.words[0]]:
        raise DemoFailed(
            f"a2z {shlex.join(step.words)} ended with {step.exit_code}:\n{step.stderr.strip()}",
            expected=f"exit {' or '.join(map(str, FINE[step.words[0]]))}",
            remedy="a2z doctor looks for what is missing on this machine",
        )


def _where(console: Console, made: Demo) -> None:
    first = made.builds / made.scenarios[0].order_id
    console.print(f"The PDFs are under [bold]{made.builds}[/], for example:")
    for name in ("audit-bundle.pdf", "response.pdf", "buyer/evidence.pdf"):
        for path in sorted(first.glob(f"v*/{name}")):
            console.print(f"   {path}", soft_wrap=True)
    console.print(f"\nLook around with A2Z_HOME={made.root / 'home'}: a2z show {made.scenarios[0].order_id}")
