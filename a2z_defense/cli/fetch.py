"""`a2z fetch`: collect claims and evidence."""

from __future__ import annotations

from typing import Annotated

import typer

from a2z_defense.cli import common


def register(app: typer.Typer) -> None:
    app.command(name="fetch", help="Collect claims and evidence: mail, then Amazon's answers about each claim.")(fetch)


def fetch(
    claims: Annotated[list[str] | None, typer.Argument(metavar="[CLAIM]...", help="Only these claims.")] = None,
    mail: Annotated[
        list[str] | None,
        typer.Option("--mail", metavar="SOURCE", help=".eml, folder, mbox, Maildir, imaps://user@host/Folder."),
    ] = None,
    since: Annotated[str, typer.Option("--since", metavar="INSTANT", help="Only mail since then.")] = "",
    no_spapi: Annotated[bool, typer.Option("--no-spapi", help="Read mail only, ask Amazon nothing.")] = False,
    discover: Annotated[
        bool, typer.Option("--discover", help="Look in Amazon's reports for claims that no mail told of.")
    ] = False,
    images: Annotated[bool, typer.Option("--images", help="Keep the pictures of the listings too.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Ask again although an answer is young enough.")] = False,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
    account: common.Account = "",
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account) as run:
        from a2z_defense.base.instants import parse_instant
        from a2z_defense.cli.progress import shown
        from a2z_defense.jobs.fetch import FetchWanted
        from a2z_defense.jobs.fetch import fetch as collect

        wanted = FetchWanted(
            claim_ids=tuple(claims or ()),
            mail=tuple(mail or ()),
            since=parse_instant(since, what="--since") if since else None,
            account=account,
            spapi=not no_spapi,
            force=force,
            discover=discover,
            images=images,
        )
        with shown(run) as progress:
            done = collect(run.environment, wanted, progress)
        for error in done.errors:
            common.report(error)
        for fault in done.defects:
            common.defect(fault)
        answer = done.answer
        for warning in answer.warnings:
            run.say(f"warning: {warning}")
        for told in answer.unmatched:
            run.say(f"unmatched: {told.evidence or told.source}: {told.why}")
        for told in answer.quarantined:
            run.say(f"QUARANTINED: {told.evidence or told.source}: {told.why}")
            run.say("    open Seller Central yourself, click nothing in that mail; a2z list --quarantine shows it")
        if json:
            run.emit(answer)
        else:
            new = sum(claim.new for claim in answer.claims)
            added = sum(claim.evidence_added for claim in answer.claims)
            run.print(f"{len(answer.claims)} claim(s) looked at, {new} new, {added} piece(s) of evidence added.")
            for claim in answer.claims:
                if claim.new or claim.evidence_added:
                    mark = "new  " if claim.new else "     "
                    run.print(f"  {mark}{claim.claim_id}  +{claim.evidence_added}")
            asked = ", ".join(f"{request.operation} {request.count}" for request in answer.requests)
            if asked:
                run.print(f"Asked Amazon: {asked}.")
            if answer.claims:
                run.print("Next: a2z list")
        raise typer.Exit(int(done.exit_code))
