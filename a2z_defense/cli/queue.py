"""`a2z list`: the queue, most urgent first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.base.instants import as_limit
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
        words += [
            f"{claim.claim_id}: what you recorded and what Amazon's mails say differ: a2z check {claim.claim_id}"
            for claim in found
            if claim.disagree
        ]
        for word in words:
            run.say(f"warning: {word}")
        if json:
            run.emit([claim.model_dump(mode="json") for claim in found])
        elif not found:
            run.print("No open claims. a2z fetch --mail PATH reads your mail; a2z list --all shows closed claims.")
        else:
            _table(run, found)


COLUMNS = ("claim", "mkt", "reason", "amount", "what", "act by", "left", "decision", "ready", "result", "next")
DROPPED = ("next", "reason", "result", "decision", "mkt", "amount", "ready", "act by", "what")
"""What a narrow terminal goes without, in this order: never the claim and how much time is left."""


def _table(run: common.Terminal, found: list[ListedClaim]) -> None:
    from rich.table import Table
    from rich.text import Text

    console = run.console()
    rows = [_row(claim) for claim in found]
    kept = {
        name: max([len(name), *(Text.from_markup(row[name]).cell_len for row in rows)])
        for name in COLUMNS
        if name != "result" or any(row["result"] for row in rows)
    }
    for name in (name for name in DROPPED if name in kept):
        if run.out.isatty() and sum(kept.values()) + 2 * (len(kept) - 1) > console.width:
            del kept[name]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in kept:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*(row[name] for name in kept))
    console.print(table)


def _row(claim: ListedClaim) -> dict[str, str]:
    view = claim.deadline
    style = STYLES.get(view.band.value)
    time_left = left(view.time_left_seconds)
    return {
        "claim": claim.claim_id,
        "mkt": claim.marketplace or "?",
        "reason": claim.reason,
        "amount": str(claim.amount) if claim.amount else "unknown",
        "what": _what(claim),
        "act by": local_words(view.local or (claim.appeal_result_by.isoformat() if claim.appeal_result_by else None)),
        "left": f"[{style}]{time_left}[/]" if style else time_left,
        "decision": claim.decision,
        "ready": "yes" if claim.ready else "no",
        "result": result_words(claim),
        "next": claim.next,
    }


def _what(claim: ListedClaim) -> str:
    """What the row waits for."""
    if claim.deadline.kind.value != "none":
        return claim.deadline.kind.value
    if claim.appeal_result_by:
        return "appealed"
    if claim.status == "answered":
        return "answered late" if claim.late else "answered"
    return claim.status


def result_words(claim: ListedClaim) -> str:
    """`granted, seller pays, counts`: the three results, as far as they are known, and whether the sources agree."""
    words = [claim.outcome] if claim.outcome else []
    words += [f"{claim.funded_by} pays"] if claim.funded_by else []
    words += {"yes": ["counts in the ODR"], "no": ["not in the ODR"]}.get(claim.odr or "", [])
    words += ["DISAGREE"] if claim.disagree else []
    return ", ".join(words)


def local_words(local: str | None) -> str:
    """`Fri 13 Nov 24:00 +0100` of an ISO instant: short, and never without its offset."""
    if local is None:
        return "none"
    at = dt.datetime.fromisoformat(local)
    day, clock = as_limit(at)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    zone = "UTC" if at.utcoffset() == dt.timedelta(0) else f"{at:%z}"
    return f"{days[day.weekday()]} {day.day} {months[day.month - 1]} {clock} {zone}"


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
