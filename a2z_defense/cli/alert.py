"""`a2z alert`: what is due, for people and for cron. Imports nothing that is not needed to read the queue."""

from __future__ import annotations

import gc
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING

import typer

from a2z_defense.base.instants import utc_text
from a2z_defense.cli import common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from a2z_defense.alerts.kinds import Alert


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def alert(
        json: common.Json = False,
        as_of: common.AsOf = "",
        verbose: common.Verbose = 0,
        quiet: common.Quiet = False,
        account: common.Account = "",
    ) -> None:
        """Say what is due, most urgent first. Exit 12: overdue, 11: due soon, 0: neither."""
        from a2z_defense.alerts.evaluate import evaluate, exit_code
        from a2z_defense.store.location import database_path
        from a2z_defense.store.queue import read_due

        gc.disable()  # a short life: collecting thousands of alerts that all stay would only cost time
        with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account) as run:
            settings = run.environment.settings
            now = run.environment.clock.now()
            state = read_due(database_path(run.environment), account=account)
            rotated = {name: one.secret_rotated for name, one in settings.accounts.items() if one.secret_rotated}
            found = evaluate(state, now, stale_after=settings.alert.stale_after, secrets=rotated)
            if state.stale:
                run.say(f"warning: {state.stale}")
            print_alerts(run, found)
            code = exit_code(state, now, due_soon=settings.alert.due_soon)
        raise typer.Exit(int(code))


def print_alerts(run: common.Terminal, found: Sequence[Alert]) -> None:
    """One alert a line; as JSON, one object a line inside the array, so that thousands of them are quick."""
    if run.json:
        run.print("[" + ",\n ".join(_json(alert) for alert in found) + "]")
        return
    for alert in found:
        what = alert.kind.value.replace("_", " ")
        run.print(f"{alert.band:<8} {alert.claim_id or '-':<21} {what:<21} {_at(alert, '-'):<21} {alert.next}")
    if not found:
        run.say("nothing wants attention")


def _json(alert: Alert) -> str:
    """Written by hand: the standard encoder takes five times as long, which shows with thousands of claims."""
    claim_id = quoted(alert.claim_id) if alert.claim_id is not None else "null"
    act_by = f'"{_at(alert, "")}"' if alert.act_by else "null"
    return (
        f'{{"claim_id": {claim_id}, "kind": "{alert.kind}", "band": "{alert.band}", "act_by": {act_by},'
        f' "next": {quoted(alert.next)}}}'
    )


def _at(alert: Alert, nothing: str) -> str:
    return utc_text(alert.act_by) if alert.act_by else nothing
