"""`a2z build`: the response, the letter, the buyer's set and the sealed audit bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.base.errors import A2zError, ExitCode, UsageError
from a2z_defense.cli import common
from a2z_defense.model.assessment import Decided, Status
from a2z_defense.policy.bands import is_due_soon
from a2z_defense.policy.next_step import record_command

if TYPE_CHECKING:
    from a2z_defense.base.environment import Environment
    from a2z_defense.documents.child import Child
    from a2z_defense.jobs.build import Built
    from a2z_defense.jobs.inputs import BuildOptions


def register(app: typer.Typer) -> None:
    app.command(name="build", help="Build the response and the sealed audit bundle of a claim.")(build)


def build(
    claim: Annotated[str, typer.Argument(metavar="[CLAIM]", help="The claim's id, or a part that only it has.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write; default in A2Z_HOME.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="Language of the response: en, it, de ...")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every open claim.")] = False,
    appeal: Annotated[bool, typer.Option("--appeal", help="The appeal against a decision.")] = False,
    send_as_is: Annotated[
        str | None, typer.Option("--send-as-is", metavar="REASON", help="Final, with the supported sentences only.")
    ] = None,
    jobs: Annotated[int, typer.Option("-j", metavar="N", min=1, max=16, help="With --all: so many at a time.")] = 1,
    templates: Annotated[
        Path | None, typer.Option("--templates", metavar="DIR", help="Your own templates (a2z templates eject).")
    ] = None,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
    account: common.Account = "",
) -> None:
    if bool(claim) == everything:
        raise UsageError(
            f"got {'both a claim and --all' if claim else 'no claim'}",
            expected="one claim, or --all",
            remedy="a2z list shows the claims",
        )
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account) as run:
        from a2z_defense.jobs import warm

        with warm.painter(run.environment) as painter:
            from a2z_defense.jobs.build import build_named, with_templates
            from a2z_defense.jobs.inputs import BuildOptions

            environment = with_templates(run.environment, templates)
            options = BuildOptions(out=out, language=lang, appeal=appeal, as_is=send_as_is)
            if everything:
                raise typer.Exit(int(_all(run, environment, options, jobs, painter)))
            done = build_named(environment, claim, options, painter=painter)
        if json:
            run.emit(done.answer)
        else:
            _show(run, done, options)
        raise typer.Exit(int(done.exit_code))


def _all(run: common.Terminal, environment: Environment, options: BuildOptions, jobs: int, painter: Child) -> ExitCode:
    """Build every open claim, and tell of each as it is done; the worst exit code."""
    from a2z_defense.jobs.build import build_all

    # A claim that could not be built at all is worse than a draft, whatever the numbers.
    worst = failed = ExitCode.OK
    answers = []
    for name, result in build_all(environment, options, workers=jobs, painter=painter):
        if isinstance(result, A2zError):
            run.say(f"{name}:")
            common.report(result)
            failed = max(failed, result.exit_code)
            continue
        answers.append(result.answer.model_dump(mode="json"))
        worst = max(worst, result.exit_code)
        if not run.json:
            _show(run, result, options, text=False)
    if run.json:
        run.emit(answers)
    elif not answers and not failed:
        run.print("No claim is open: nothing to build. a2z list --all shows the closed ones.")
    return failed or worst


def _show(run: common.Terminal, done: Built, options: BuildOptions, *, text: bool = True) -> None:
    answer = done.answer
    state = "DRAFT, evidence is missing" if answer.draft else "final"
    seen = "built" if answer.new else "unchanged, as built before"
    run.print(f"{answer.claim_id} v{answer.version}: {state} ({seen})")
    run.print(f"  in {answer.directory}")
    for file in answer.files:
        pages = f", {file.pages} page{'s' if file.pages != 1 else ''}" if file.pages else ""
        run.print(f"  {file.path}  ({file.bytes:,} bytes{pages})")
    for line in done.changes:
        run.print(f"  changed: {line}")
    for warning in answer.warnings:
        run.say(f"warning: {warning}")
    if text:
        name, box = (
            ("appeal/response.txt", "Appeal decision") if options.appeal else ("response.txt", "Respond to Amazon")
        )
        words = (Path(answer.directory) / name).read_text(encoding="utf-8")
        run.print(f"\n{name}, {f'to paste into {box}' if answer.sendable else 'not to be sent as it stands'}:\n")
        run.print(words.rstrip())
        run.print()
        if not answer.draft:
            _next(run, done, appeal=options.appeal)
    if answer.draft:
        act_by = done.assessed.assessment.deadline.act_by
        if act_by is not None and is_due_soon(act_by, run.environment.clock.now()):
            run.say(
                f"Little time is left: a2z build {answer.claim_id} --send-as-is REASON makes a final answer of what is"
                " supported, for you to paste."
            )
        run.say(f"It is a draft: {', '.join(done.missing)}. a2z check {answer.claim_id} says how to get it.")


def _next(run: common.Terminal, done: Built, *, appeal: bool) -> None:
    """What to do with the final version that was built."""
    answer, said = done.answer, done.assessed.assessment
    if not appeal and said.status is not Status.OPEN:
        run.next(answer.claim_id)
    elif answer.sendable:
        record = record_command(answer.claim_id, "appeal" if appeal else "response", answer.version)
        run.print(f"Next: paste it, save a screenshot, then {record}")
    elif said.decision in (Decided.ACCEPT, Decided.NEEDS_HUMAN) and not said.alarms:
        run.print(
            f"Next: choose a way to end it; a2z build {answer.claim_id} --send-as-is REASON makes the answer with the"
            " facts alone"
        )
    else:
        run.next(answer.claim_id)
