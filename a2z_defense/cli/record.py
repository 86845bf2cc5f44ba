"""`a2z record`: what happened to a claim."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from a2z_defense.cli import common
from a2z_defense.model.entries import RecordKind
from a2z_defense.model.mail import Counted, Funder


class Tab(StrEnum):
    """Seller Central's tabs."""

    UNDER_REVIEW = "under-review"
    ACTION_REQUIRED = "action-required"


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


class PaidBy(StrEnum):
    SELLER = "seller"
    AMAZON = "amazon"


def register(app: typer.Typer) -> None:
    app.command(name="record", help="Record what happened: seen, responded, granted, denied ...")(record)


def record(
    claim: common.ClaimArgument,
    what: Annotated[RecordKind, typer.Argument(metavar="WHAT", help="One of " + ", ".join(RecordKind))],
    at: Annotated[str, typer.Option("--at", metavar="INSTANT", help="When; default now.")] = "",
    proof: Annotated[Path | None, typer.Option("--proof", metavar="FILE", help="A screenshot, or the mail.")] = None,
    version: Annotated[
        int | None, typer.Option("--version", help="The version that was sent; default the latest.")
    ] = None,
    tab: Annotated[Tab | None, typer.Option("--tab", help="For seen: the tab that shows the claim.")] = None,
    due: Annotated[str, typer.Option("--due", metavar="INSTANT", help="For seen: the respond-by time shown.")] = "",
    funded_by: Annotated[PaidBy | None, typer.Option("--funded-by", help="Who paid the buyer.")] = None,
    odr: Annotated[YesNo | None, typer.Option("--odr", help="Does it count in the Order Defect Rate.")] = None,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.base.instants import parse_instant, utc_text, whole_seconds
        from a2z_defense.jobs.record import record as keep

        done = keep(
            run.environment,
            claim,
            what,
            at=parse_instant(at, what="--at") if at else None,
            proof=proof,
            version=version,
            tab=tab.value if tab else None,
            due_at=parse_instant(due, what="--due") if due else None,
            funded_by=Funder(funded_by.value) if funded_by else None,
            odr=Counted(odr.value) if odr else None,
        )
        for warning in done.warnings:
            run.say(f"warning: {warning}")
        if json:
            run.emit(
                {
                    "claim_id": done.entry.claim_id,
                    "recorded": what.value,
                    "at": utc_text(done.entry.effective_at or done.entry.at),
                    "version": done.entry.version,
                    "late": done.late,
                    "exhibit": done.entry.id,
                    "sent": [
                        {"path": one.path, "sha256": one.evidence.sha256, "bytes": one.evidence.size}
                        for one in done.sent
                    ],
                }
            )
        else:
            when = utc_text(whole_seconds(done.entry.effective_at or done.entry.at))
            of = f" (v{done.entry.version})" if done.entry.version else ""
            run.print(
                f"{done.entry.claim_id}: {what.value}{of} at {when}{', LATE' if done.late else ''} ({done.entry.id})"
            )
            if done.sent:
                run.print(f"the {len(done.sent)} files of v{done.entry.version} are kept in sent/ as they were sent")
            run.next(done.entry.claim_id)
