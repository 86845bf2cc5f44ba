"""`a2z purge`: remove personal data that was kept long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.cli import common

if TYPE_CHECKING:
    from a2z_defense.jobs.purge import Purge


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="purge", help="Say what the retention settings let go; with --apply, remove it.")(purge)


def purge(
    classes: Annotated[
        list[str], typer.Option("--class", metavar="CLASS", help="spapi-buyer, mail, shipment or rest; default all.")
    ] = [],  # noqa: B006 - Typer's way to say "none"
    lost: Annotated[
        str, typer.Option("--lost", metavar="EVIDENCE", help="Give up a damaged piece, so that its claims go on.")
    ] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Remove it. Without this, nothing is touched.")] = False,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.base.errors import UsageError
        from a2z_defense.jobs.purge import DataClass, days_of
        from a2z_defense.jobs.purge import purge as work

        if lost:
            give_up(run, lost, apply=apply)
            return
        try:
            wanted = [DataClass(name) for name in classes]
        except ValueError:
            raise UsageError(
                f"--class {' '.join(classes)}", expected=f"some of {', '.join(DataClass)}", remedy="mend --class"
            ) from None
        done = work(run.environment, classes=wanted, apply=apply)
        settings = run.environment.settings.retention
        if not json:
            decided = f"decided {settings.decided}" if settings.decided else "not decided yet"
            run.say(f"[retention] basis: {settings.basis or 'not stated'}, {decided}")
            for data in wanted or DataClass:
                days = days_of(settings, data)
                run.say(f"  {data}: {'kept, no time is configured' if days is None else f'{days} days'}")
            if done.kept_open:
                run.print(f"untouched, open: {', '.join(done.kept_open)}")
            for hold in done.holds:
                run.print(f"untouched, held since {hold.at:%Y-%m-%d} by {hold.by}: {hold.claim_id}")
        show(run, done)


def give_up(run: common.Terminal, evidence_id: str, *, apply: bool) -> None:
    """Give up one damaged piece, and say what rests on it."""
    from a2z_defense.jobs.lost import give_up as work

    done = work(run.environment, evidence_id, apply=apply)
    if run.json:
        run.emit({"applied": done.applied, "lost": done.id, "kind": done.kind, "claims": list(done.claims)})
        return
    run.print(f"{'given up' if apply else 'would give up'}: {done.id} ({done.kind})")
    for claim_id in done.claims:
        run.print(f"  {claim_id} rests on it, and says from now on that it is lost: a2z check {claim_id}")
    if not apply:
        run.say("nothing was touched: --apply does it")


def show(run: common.Terminal, done: Purge) -> None:
    """What went, or would go."""
    if run.json:
        run.emit(
            {
                "applied": done.applied,
                "pieces": done.counts(),
                "builds": done.builds,
                "dropped": done.dropped,
                "kept_open": list(done.kept_open),
                "kept_held": sorted(hold.claim_id for hold in done.holds),
                "unreachable": done.unreachable,
            }
        )
        return
    verb = "removed" if done.applied else "would remove"
    for name, count in done.counts().items():
        run.print(f"{verb} {count:5} {name}")
    for name in done.builds:
        run.print(f"{verb} the build {name}")
    for claim_id in done.dropped:
        run.print(f"nothing is left of {claim_id} but digests in the journal")
    for words in done.unreachable:
        run.print(f"NOT removed: {words}")
    if not done.applied:
        run.say("nothing was touched: --apply does it")
