"""`a2z list`: the queue, most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.cli import common

if TYPE_CHECKING:
    from a2z_defense.jobs.answers import ListedClaim
    from a2z_defense.model.queue import QuarantineRow

STYLES = {"overdue": "bold red", "6h": "bold red", "24h": "yellow", "48h": "cyan"}


def register(app: typer.Typer) -> None:
    app.command(name="list", help="The queue of claims, most urgent first.")(list_claims)


def list_claims(
    everything: Annotated[bool, typer.Option("--all", help="With closed and decided claims.")] = False,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="The notices in quarantine instead.")] = False,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
    account: common.Account = "",
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account) as run:
        from a2z_defense.jobs.listing import listed, quarantined

        if quarantine:
            _quarantine(run, quarantined(run.environment))
            return
        found, words = listed(run.environment, everything=everything, account=account)
        for word in words:
            run.say(f"warning: {word}")
        if json:
            run.emit([claim.model_dump(mode="json") for claim in found])
        elif not found:
            run.print("No open claims. a2z fetch --mail PATH reads your mail; a2z list --all shows closed claims.")
        else:
            _table(run, found)


def _table(run: common.Terminal, found: list[ListedClaim]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("claim", "mkt", "reason", "amount", "do what", "act by", "left", "decision", "ready"):
        table.add_column(name, no_wrap=True)
    for claim in found:
        view = claim.deadline
        style = STYLES.get(view.band, "")
        table.add_row(
            claim.claim_id,
            claim.marketplace or "?",
            claim.reason,
            str(claim.amount) if claim.amount else "unknown",
            view.kind.value if claim.status != "answered" else f"{view.kind.value} (answered)",
            view.local or "none",
            f"[{style}]{left(view.time_left_seconds)}[/]" if style else left(view.time_left_seconds),
            claim.decision,
            "yes" if claim.ready else "no",
        )
    run.console().print(table)


def left(seconds: int | None) -> str:
    """`2 d 3 h`, `5 h 12 min`, `overdue 3 h`."""
    if seconds is None:
        return "-"
    minutes = abs(seconds) // 60
    days, hours = divmod(minutes // 60, 24)
    words = f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min"
    return f"overdue {words}" if seconds < 0 else words


def _quarantine(run: common.Terminal, rows: list[QuarantineRow]) -> None:
    from a2z_defense.base.instants import utc_text

    if run.json:
        run.emit(
            [
                {
                    "evidence": row.evidence,
                    "order_id": row.order_id,
                    "why": row.why,
                    "act_by": utc_text(row.act_by) if row.act_by else None,
                    "released": row.released,
                }
                for row in rows
            ]
        )
        return
    if not rows:
        run.print("No notice is in quarantine.")
    for row in rows:
        due = utc_text(row.act_by) if row.act_by else "no deadline"
        run.print(f"{row.evidence}  order {row.order_id or 'unknown'}  would be due {due}  {row.why}")
        if row.released:
            run.print("    released by hand")
        else:
            run.print("    open Seller Central yourself and click nothing in the mail;")
            run.print(f"    if the claim is there: a2z claim release {row.evidence}")
